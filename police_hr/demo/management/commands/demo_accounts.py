"""`manage.py demo_accounts [--json]`: the demonstration accounts, for people and for scripts."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from police_hr.demo.accounts import demo_accounts


class Command(BaseCommand):
    help = "Lists the demonstration accounts: role, username, password, unit. None outside a demonstration."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print a JSON list")

    def handle(self, *args: Any, **options: Any) -> None:
        accounts = demo_accounts()
        if options["json"]:
            self.stdout.write(json.dumps([asdict(account) for account in accounts], ensure_ascii=False))
            return
        for account in accounts:
            self.stdout.write(f"{account.role:<24} {account.username:<10} {account.password:<20} {account.unit}")
