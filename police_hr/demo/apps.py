"""Builds a believable invented force through the services of the apps."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "police_hr.demo"
    label = "demo"

    def ready(self) -> None:
        from police_hr.demo import registrations  # noqa: F401
