"""The app for political work: tasks, and what they come from."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorkflowsConfig(AppConfig):
    name = "workflows"
    verbose_name = _("political work")

    def ready(self) -> None:
        from workflows import registrations  # noqa: F401  fills menu and tiles
