"""Demonstration accounts: one for each role, with a password that only this installation has."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac

from police_hr.core.i18n import pick
from police_hr.core.models import User
from police_hr.core.roles import ADMINISTRATORS, ROLES
from police_hr.core.services.accounts import LETTERS
from police_hr.core.services.demo_accounts import create_demo_account
from police_hr.demo.force import Force
from police_hr.demo.writing import officer_ids, unit_ids
from roster.access import grant_role
from roster.models import Unit, UnitGrant

ADMINISTRATOR_BADGES = {"system_admin": "SYS001", "security_admin": "SEC001", "audit_admin": "AUD001"}


@dataclass(frozen=True)
class DemoAccount:
    """An account to try the product with. `role` is a code of `core.roles`."""

    role: str
    username: str
    password: str
    unit: str

    @property
    def role_label(self) -> str:
        return ROLES[self.role].label


def demo_password() -> str:
    """The password of all demonstration accounts, drawn from the secret key of the installation: the same as long
    as the key is, and written down nowhere. 16 letters in groups of four, about 79 bits."""
    digest = salted_hmac("police_hr.demo.accounts", "password", algorithm="sha256").digest()
    letters = [LETTERS[byte % len(LETTERS)] for byte in digest[:16]]
    return "-".join("".join(letters[start : start + 4]) for start in range(0, 16, 4))


def open_accounts(force: Force) -> None:
    """Open the accounts that are missing, each in a transaction with its grant."""
    password = demo_password()
    existing = set(User.objects.filter(is_demo=True).values_list("badge_no", flat=True))
    for role in ADMINISTRATORS:
        badge = ADMINISTRATOR_BADGES[role]
        if badge not in existing:
            create_demo_account(badge_no=badge, name=ROLES[role].zh, password=password, admin_role=role, by=None)
    officers, units = officer_ids(force), unit_ids(force)
    for cast in force.cast:
        person = force.people[cast.person]
        if person.badge_no in existing:
            continue
        with transaction.atomic():
            user = create_demo_account(
                badge_no=person.badge_no, name=person.name, password=password, officer_number=officers[cast.person],
                by=None,
            )  # fmt: skip
            grant_role(user=user, role=cast.role, unit=Unit.objects.get(pk=units[cast.unit]), by=None)


def demo_accounts() -> list[DemoAccount]:
    """The accounts in the order of the roles, then of the units; none outside a demonstration."""
    if not settings.DEMO:
        return []
    password = demo_password()
    found = [
        DemoAccount(user.admin_role, user.badge_no, password, "")
        for user in User.objects.filter(is_demo=True, is_active=True).exclude(admin_role="")
    ]
    grants = UnitGrant.objects.filter(user__is_demo=True, user__is_active=True).order_by("content_object__path")
    for grant in grants.select_related("user", "content_object", "permission"):
        role = grant.permission.codename.removeprefix("role_")
        unit = grant.content_object
        found.append(DemoAccount(role, grant.user.badge_no, password, pick(unit.name, unit.name_en)))
    order = {role: place for place, role in enumerate(ROLES)}
    return sorted(found, key=lambda account: order[account.role])
