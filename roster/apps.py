"""Units, officers, careers, the ledger, imports."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RosterConfig(AppConfig):
    name = "roster"
    verbose_name = _("roster")

    def ready(self) -> None:
        from police_hr.core.access import register_grant_loader
        from roster import access, jobs, notices, registrations  # noqa: F401  they register themselves

        register_grant_loader(access.load_grants)
