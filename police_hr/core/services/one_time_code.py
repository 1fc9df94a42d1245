"""The one-time code: an authenticator on a phone (django-otp), and ten backup codes on paper."""

from __future__ import annotations

import re
import secrets
from base64 import b32encode
from urllib.parse import quote, urlencode

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django_otp import login as otp_login
from django_otp.models import Device
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from police_hr.core import audit
from police_hr.core.models import User

BACKUP_CODES = 10
SIX_DIGITS = re.compile(r"[0-9]{6}")
BACKUP_CODE = re.compile(r"[a-z2-7]{10}")


def new_key() -> str:
    """A fresh secret, 160 bits in hexadecimal, as TOTPDevice stores it."""
    return secrets.token_hex(20)


def readable_key(key: str) -> str:
    """The secret as people type it into an authenticator: base32 in groups of four."""
    text = b32encode(bytes.fromhex(key)).decode()
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def address_of(*, user: User, key: str) -> str:
    """The otpauth:// address that the QR picture carries."""
    label = quote(f"{settings.OTP_TOTP_ISSUER}:{user.badge_no}")
    query = urlencode({"secret": b32encode(bytes.fromhex(key)).decode(), "issuer": settings.OTP_TOTP_ISSUER})
    return f"otpauth://totp/{label}?{query}"


def match(*, user: User, code: object) -> Device | None:
    """The user's device that accepts `code`, which is thereby used up; None for anything else.

    The rows are locked meanwhile, so that of two requests with one code one wins. Anything but a text
    of the right form is refused before a device is asked: a missing code never meets a missing secret.
    """
    if not isinstance(code, str):
        return None
    text = code.strip().lower().replace(" ", "").replace("-", "")
    model: type[Device]
    if SIX_DIGITS.fullmatch(text):
        model = TOTPDevice
    elif BACKUP_CODE.fullmatch(text):
        model = StaticDevice
    else:
        return None
    with transaction.atomic():
        for device in model.objects.select_for_update().filter(user=user, confirmed=True):
            if device.verify_token(text):
                return device
    return None


def is_backup(device: Device) -> bool:
    return isinstance(device, StaticDevice)


def mark_verified(request: HttpRequest, device: Device) -> None:
    """Let this session pass as verified, under a new key."""
    otp_login(request, device)
    request.session.cycle_key()


@transaction.atomic
def set_up(*, user: User, key: str, code: str, request: HttpRequest | None = None) -> tuple[Device, list[str]] | None:
    """Tie the authenticator that holds `key` to the account, if `code` proves it.

    Replaces an earlier one. Returns the device and ten backup codes, which are shown once and never
    again; None where the code is wrong.
    """
    if not SIX_DIGITS.fullmatch(code):
        return None
    device = TOTPDevice(user=user, name="totp", key=key, confirmed=False)
    device.save()
    if not device.verify_token(code):
        device.delete()
        return None
    TOTPDevice.objects.filter(user=user).exclude(pk=device.pk).delete()
    device.confirmed = True
    device.save()
    codes = _new_backup_codes(user)
    user.has_one_time_code = True
    user.save(update_fields=["has_one_time_code"])
    audit.record(by=user, action="code.set_up", object_type="user", object_id=user.pk, request=request)
    return device, codes


@transaction.atomic
def renew_backup_codes(*, user: User, by: User, request: HttpRequest | None = None) -> list[str]:
    """Ten new backup codes; the old ones are void."""
    codes = _new_backup_codes(user)
    audit.record(by=by, action="code.backup_codes", object_type="user", object_id=user.pk, request=request)
    return codes


@transaction.atomic
def forget(*, user: User, by: User | None, reason: str = "", request: HttpRequest | None = None) -> None:
    """Take authenticator and backup codes from an account: a lost phone, or a choice of one's own."""
    TOTPDevice.objects.filter(user=user).delete()
    StaticDevice.objects.filter(user=user).delete()
    user.has_one_time_code = False
    user.save(update_fields=["has_one_time_code"])
    audit.record(by=by, action="code.reset", object_type="user", object_id=user.pk, purpose=reason, request=request)


def backup_codes_left(user: User) -> int:
    return int(StaticToken.objects.filter(device__user=user).count())


def _new_backup_codes(user: User) -> list[str]:
    StaticDevice.objects.filter(user=user).delete()
    device = StaticDevice.objects.create(user=user, name="backup", confirmed=True)
    # 10 base32 characters: 50 bits each, far beyond what five tries in a quarter of an hour can find
    codes = [b32encode(secrets.token_bytes(10)).decode().lower()[:10] for _index in range(BACKUP_CODES)]
    StaticToken.objects.bulk_create(StaticToken(device=device, token=code) for code in codes)
    return [f"{code[:5]}-{code[5:]}" for code in codes]
