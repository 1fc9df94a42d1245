"""`manage.py create_administrator BADGE NAME`: the way into an empty installation."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from police_hr.core.roles import ADMINISTRATORS
from police_hr.core.services import accounts


class Command(BaseCommand):
    help = "Open an administrator's account and print its initial password, which must be changed at the first sign-in."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("badge_no", metavar="BADGE", help="badge number to sign in with")
        parser.add_argument("name", help="name of the person")
        parser.add_argument("--role", choices=sorted(ADMINISTRATORS), default="system_admin", help="(system_admin)")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            user, password = accounts.create_account(
                badge_no=options["badge_no"], name=options["name"], admin_role=options["role"], by=None
            )
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(f"{user.badge_no} {password}")
