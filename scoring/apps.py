"""The pre-management index: models, runs, tiers, board."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ScoringConfig(AppConfig):
    name = "scoring"
    verbose_name = _("pre-management index")

    def ready(self) -> None:
        from scoring import notices, registrations  # noqa: F401  fills menu, panels, columns, jobs and reactions
