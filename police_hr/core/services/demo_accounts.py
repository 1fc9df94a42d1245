"""Opening accounts of a demonstration: a given password, no one-time code, and of no use anywhere else."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction

from police_hr.core import audit
from police_hr.core.models import User


@transaction.atomic
def create_demo_account(
    *,
    badge_no: str,
    name: str,
    password: str,
    admin_role: str = "",
    officer_number: int | None = None,
    by: User | None,
) -> User:
    """Open an account that can sign in only while the installation is a demonstration (`core.backends`).

    Raises ImproperlyConfigured anywhere else.
    """
    if not settings.DEMO:
        raise ImproperlyConfigured("Demonstration accounts are opened in a demonstration only (POLICE_HR_DEMO).")
    user = User.objects.create_user(
        badge_no,
        password,
        name=name,
        admin_role=admin_role,
        officer_number=officer_number,
        is_demo=True,
        must_change_password=False,
        totp_waived=True,
    )
    details = {"badge_no": user.badge_no, "admin_role": admin_role, "demo": True}
    audit.record(by=by, action="user.create", object_type="user", object_id=user.pk, details=details)
    return user
