"""`manage.py create_unit CODE NAME`: the first unit of an empty installation, over which roles are then given."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from roster.models import Unit
from roster.services.units import create_unit


class Command(BaseCommand):
    help = "Creates a unit: without --parent one at the top of the tree. Further units are made in the browser."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("code", metavar="CODE", help="code of the unit")
        parser.add_argument("name", metavar="NAME", help="name of the unit")
        parser.add_argument("--parent", metavar="CODE", help="code of the unit above it")

    def handle(self, *args: Any, **options: Any) -> None:
        parent = Unit.objects.filter(code=options["parent"]).first() if options["parent"] else None
        if options["parent"] and parent is None:
            raise CommandError(f"There is no unit {options['parent']}.")
        try:
            unit = create_unit(code=options["code"], name=options["name"], parent=parent, by=None)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(f"{unit.code} {unit.name}")
