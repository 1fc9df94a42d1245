"""From an empty installation to the first files: what is to be done, by whom, and what is done already."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from police_hr.core.access import Viewer
from police_hr.core.models import User
from police_hr.core.roles import ROLES, Permission
from roster.models import LedgerEntry, Officer, Unit, UnitGrant

WHO_SEE_THEM = (Permission.USER_MANAGE, Permission.GRANT_MANAGE, Permission.IMPORT_RUN)


@dataclass(frozen=True)
class Step:
    """A step: what, how, whose it is (a role), where it is done (blank for who may not), whether it is done."""

    label: str
    how: str
    who: str
    url: str
    done: bool


def first_steps(viewer: Viewer) -> list[Step] | None:
    """The steps in their order; None once facts are in, and for those who have no part in them.

    One query in an installation at work, seven in a new one.
    """
    if not any(viewer.has(permission) for permission in WHO_SEE_THEM) or LedgerEntry.objects.exists():
        return None
    administrators = set(User.objects.exclude(admin_role="").values_list("admin_role", flat=True))
    cadre = UnitGrant.objects.filter(permission__codename="role_hr_cadre").exists()
    staff = cadre or User.objects.filter(admin_role="", is_active=True).exists()
    units = Unit.objects.count()
    system, security, hr = (ROLES[code].label for code in ("system_admin", "security_admin", "hr_cadre"))
    account_url = _url(viewer, Permission.USER_MANAGE, "core:user-create")
    grant_url = _url(viewer, Permission.GRANT_MANAGE, "roster:grant-list")
    import_url = _url(viewer, Permission.IMPORT_RUN, "roster:import-new")
    files = {what: import_url and f"{import_url}?what={what}" for what in ("units", "officers", "postings")}
    return [
        Step(
            _("Make the topmost unit"),
            _("On the server: manage.py create_unit CODE NAME. All others come from a file, below."),
            system, "", units > 0,
        ),
        Step(
            _("Open accounts for the security and the audit administrator"),
            _("Three people: none of them can hold two of these offices."),
            system, account_url, {"security_admin", "audit_admin"} <= administrators,
        ),
        Step(
            _("Open an account for whoever keeps the dossiers"), _("Without an administrator's role."),
            system, account_url, staff,
        ),
        Step(
            _("Give that account the role “%(role)s” over the topmost unit") % {"role": hr},
            _("It then sees the import pages."),
            security, grant_url, cadre,
        ),
        Step(
            _("Import the units"), _("An empty form to fill in can be fetched on the import page."),
            hr, files["units"], units > 1,
        ),
        Step(
            _("Import the officers"), _("Your own list will do: its columns are recognised, errors are shown."),
            hr, files["officers"], Officer.objects.exists(),
        ),
        Step(
            _("Import postings, ranks and the first facts"), _("Then the index can be computed."),
            hr, files["postings"], False,
        ),
    ]  # fmt: skip


def _url(viewer: Viewer, permission: Permission, route: str) -> str:
    return reverse(route) if viewer.has(permission) else ""
