"""Signing in: the password, the one-time code, and the way out. All of it leaves a trace.

Both steps count wrong tries with django-axes by name and address. The count runs for unknown badge
numbers and closed accounts too, so neither it nor the words tell whether an account exists.
"""

from __future__ import annotations

import time
import unicodedata
from dataclasses import dataclass

from axes.handlers.proxy import AxesProxyHandler
from axes.utils import reset as forget_tries
from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.db import transaction
from django.http import HttpRequest

from police_hr.core import audit
from police_hr.core.models import User
from police_hr.core.services import one_time_code

# Wrong codes are counted under a name of their own: a right password must not wipe them out.
CODE_TRIES = "{}#code"


@dataclass(frozen=True)
class Refused:
    """Why somebody was not let in. `tries_left` is 0 once locked."""

    tries_left: int

    @property
    def locked(self) -> bool:
        return self.tries_left <= 0


def clean_badge_no(text: str) -> str:
    """A badge number as accounts store it: full-width digits made plain, no blanks around, capitals."""
    return unicodedata.normalize("NFKC", text).strip().upper()


def give_password(request: HttpRequest, *, badge_no: str, password: str) -> User | Refused:
    """First step. On success the session is new, knows its account, and awaits what `open_step` says."""
    badge_no = clean_badge_no(badge_no)
    user = authenticate(request, username=badge_no, password=password)
    if not isinstance(user, User):
        return _refuse(request, name=badge_no, action="sign_in.failed", badge_no=badge_no)
    with transaction.atomic():
        login(request, user)  # cycles the session's key
        request.session["signed_in_at"] = request.session["last_used"] = int(time.time())
        audit.record(by=user, action="sign_in.password", object_type="user", object_id=user.pk, request=request)
    return user


def give_code(request: HttpRequest, *, user: User, code: str) -> Refused | None:
    """Second step: the six digits, or one of the backup codes. A code is good for one use."""
    name = CODE_TRIES.format(user.badge_no)
    credentials = {"username": name}
    if not AxesProxyHandler.is_allowed(request, credentials):
        request.axes_locked_out = True  # type: ignore[attr-defined]  # its middleware sends our page
        return _refuse(request, name=name, action="sign_in.code_failed", badge_no=user.badge_no)
    device = one_time_code.match(user=user, code=code)
    if device is None:
        AxesProxyHandler.user_login_failed(sender=give_code, credentials=credentials, request=request)
        return _refuse(request, name=name, action="sign_in.code_failed", badge_no=user.badge_no)
    forget_tries(username=name)
    with transaction.atomic():
        one_time_code.mark_verified(request, device)
        audit.record(
            by=user,
            action="sign_in.code",
            object_type="user",
            object_id=user.pk,
            details={"backup_code": one_time_code.is_backup(device)},
            request=request,
        )
    return None


def sign_out(request: HttpRequest) -> None:
    """End this session; its row is deleted, so a copied cookie is worth nothing."""
    user = request.user
    with transaction.atomic():
        if isinstance(user, User):
            audit.record(by=user, action="sign_out", object_type="user", object_id=user.pk, request=request)
        logout(request)


def open_step(request: HttpRequest) -> str | None:
    """The step that still stands between a right password and the site, as the name of its route.

    A code that is set up comes before a new password: who has only the first password gets no further.
    """
    user = request.user
    if not isinstance(user, User):
        return "core:sign-in"
    # OTPMiddleware adds `is_verified`; an account that gave its password in this very request has none yet
    is_verified = getattr(user, "is_verified", None)
    verified = is_verified is not None and is_verified()
    if user.has_one_time_code and not verified:
        return "core:sign-in-code"
    if user.must_change_password:
        return "core:password-change"
    if user.needs_one_time_code and not verified:
        return "core:totp-setup"
    return None


def _refuse(request: HttpRequest, *, name: str, action: str, badge_no: str) -> Refused:
    """Note the refusal and say how many tries are left under `name`."""
    tries = AxesProxyHandler.get_failures(request, {"username": name})
    refused = Refused(tries_left=max(0, settings.AXES_FAILURE_LIMIT - tries))
    known = User.objects.filter(badge_no=badge_no).values_list("pk", flat=True).first()
    with transaction.atomic():
        audit.record(
            by=None,
            action="sign_in.locked" if refused.locked else action,
            object_type="user",
            object_id=known or "",
            details={"badge_no": badge_no[:20], "step": action},
            request=request,
        )
    return refused
