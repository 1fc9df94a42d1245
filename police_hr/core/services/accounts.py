"""Accounts: opening and closing them, their passwords, their administrator role, their sessions.

What takes a right away ends the account's sessions in the same transaction: the next request is
that of a stranger.
"""

from __future__ import annotations

import secrets

from axes.models import AccessAttempt
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from police_hr.core import audit
from police_hr.core.access import grants_of
from police_hr.core.models import User, UserSession
from police_hr.core.roles import ADMINISTRATORS
from police_hr.core.services.sign_in import CODE_TRIES, clean_badge_no

# no 0/O, 1/l/I: an initial password is read from paper
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def initial_password() -> str:
    """A random password for one use: 16 characters in groups of four, about 79 bits."""
    return "-".join("".join(secrets.choice(LETTERS) for _index in range(4)) for _group in range(4))


@transaction.atomic
def create_account(
    *, badge_no: str, name: str, admin_role: str = "", officer_number: int | None = None, by: User | None
) -> tuple[User, str]:
    """Open an account. Returns it with its initial password, which is stored nowhere in clear.

    Raises ValidationError for a badge number that has an account and for an unknown role.
    """
    badge_no = clean_badge_no(badge_no)
    if User.objects.filter(badge_no=badge_no).exists():
        raise ValidationError({"badge_no": _("There is an account with this badge number already.")})
    _check_admin_role(admin_role)
    password = initial_password()
    user = User.objects.create_user(
        badge_no, password, name=name.strip(), admin_role=admin_role, officer_number=officer_number
    )
    audit.record(
        by=by,
        action="user.create",
        object_type="user",
        object_id=user.pk,
        details={"badge_no": badge_no, "admin_role": admin_role},
    )
    return user, password


@transaction.atomic
def disable(*, user: User, by: User | None) -> None:
    """Close an account: its sessions end at once. Nobody closes their own."""
    _not_oneself(user, by)
    user.is_active = False
    user.save(update_fields=["is_active"])
    _drop_sessions(user)
    audit.record(by=by, action="user.disable", object_type="user", object_id=user.pk)


@transaction.atomic
def enable(*, user: User, by: User | None) -> None:
    """Open a closed account again."""
    user.is_active = True
    user.save(update_fields=["is_active"])
    audit.record(by=by, action="user.enable", object_type="user", object_id=user.pk)


@transaction.atomic
def reset_password(*, user: User, by: User | None) -> str:
    """Set and return a new initial password; it must be changed at the next sign-in. Ends all sessions."""
    _not_oneself(user, by)
    password = initial_password()
    user.set_password(password)
    user.must_change_password = True
    user.password_changed_at = None
    user.save(update_fields=["password", "must_change_password", "password_changed_at"])
    _drop_sessions(user)
    audit.record(by=by, action="user.reset_password", object_type="user", object_id=user.pk)
    return password


@transaction.atomic
def set_admin_role(*, user: User, admin_role: str, by: User | None) -> None:
    """Make the account one of the three administrators, or ('') none. Ends its sessions.

    Raises ValidationError for one's own account, an account with roles over units, and an officer's.
    """
    _not_oneself(user, by)
    _check_admin_role(admin_role)
    if admin_role and (grants_of(user) or user.officer_number is not None):
        raise ValidationError(
            _("An administrator holds no role over units and is no officer's own account. Open a separate account.")
        )
    before, user.admin_role = user.admin_role, admin_role
    user.save(update_fields=["admin_role"])
    _drop_sessions(user)
    audit.record(
        by=by,
        action="user.set_admin_role",
        object_type="user",
        object_id=user.pk,
        details={"before": before, "after": admin_role},
    )


@transaction.atomic
def change_password(*, user: User, password: str, keep_session: str = "", request: HttpRequest | None = None) -> None:
    """Set one's own new password, already checked by the form. Ends all sessions but `keep_session`.

    The caller renews the kept session with `update_session_auth_hash`.
    """
    user.set_password(password)
    user.must_change_password = False
    user.password_changed_at = timezone.now()
    user.save(update_fields=["password", "must_change_password", "password_changed_at"])
    _drop_sessions(user, keep=keep_session)
    audit.record(by=user, action="user.change_password", object_type="user", object_id=user.pk, request=request)


@transaction.atomic
def end_sessions(*, user: User, keep: str = "", by: User | None, request: HttpRequest | None = None) -> int:
    """End the account's sessions except that with the key `keep`. Returns how many ended."""
    ended = _drop_sessions(user, keep=keep)
    audit.record(
        by=by,
        action="user.end_sessions",
        object_type="user",
        object_id=user.pk,
        details={"ended": ended},
        request=request,
    )
    return ended


@transaction.atomic
def unlock(*, user: User, by: User | None) -> None:
    """Forget the wrong tries of an account, so that it can sign in before the quarter of an hour is over."""
    AccessAttempt.objects.filter(username__in=[user.badge_no, CODE_TRIES.format(user.badge_no)]).delete()
    audit.record(by=by, action="user.unlock", object_type="user", object_id=user.pk)


def set_language(*, user: User, language: str) -> None:
    """Remember the language for the next sign-in. A taste, not a fact: no audit row."""
    User.objects.filter(pk=user.pk).update(language=language)


def _drop_sessions(user: User, *, keep: str = "") -> int:
    return UserSession.objects.filter(user_number=user.pk).exclude(session_key=keep).delete()[0]


def _not_oneself(user: User, by: User | None) -> None:
    if by is not None and by.pk == user.pk:
        raise ValidationError(_("This is done by another administrator, not to one's own account."))


def _check_admin_role(admin_role: str) -> None:
    if admin_role and admin_role not in ADMINISTRATORS:
        raise ValidationError({"admin_role": _("There is no such administrator role.")})
