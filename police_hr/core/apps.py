"""The bottom of the chain of apps: users, access, audit, jobs, field types, calendar, files."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "police_hr.core"
    label = "core"

    def ready(self) -> None:
        from police_hr.core import checks, registrations  # noqa: F401  system checks; menu, tiles and banners
