"""`manage.py install_defaults`: code tables, ledger kinds, sources, calendar, index models, import profiles."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from police_hr.core.installation import install_all


class Command(BaseCommand):
    help = "Installs what the product ships and brings it up to date; repeating it changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        for name in install_all():
            self.stdout.write(name)
