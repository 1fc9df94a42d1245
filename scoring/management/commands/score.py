"""`manage.py score OFFICER [--as-of DATE] [--model M] [--json]`: the index of one officer, line by line."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from police_hr.core.access import Viewer
from roster.models import Officer
from scoring.models import IndexModel
from scoring.selectors.explain import Explained, ShownLine, explain_officer
from scoring.selectors.models import version_on
from scoring.services.models import DEFAULT_MODEL


class Command(BaseCommand):
    help = "Shows the index of one officer with every line, as it stood on a day."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("officer", help="badge number")
        parser.add_argument("--as-of", type=dt.date.fromisoformat, default=None, help="day, YYYY-MM-DD; default today")
        parser.add_argument("--model", default=DEFAULT_MODEL, help="code of the index model")
        parser.add_argument("--json", action="store_true", help="print the lines as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        officer = Officer.objects.select_related("unit").filter(badge_no=options["officer"].strip().upper()).first()
        if officer is None:
            raise CommandError(f"There is no officer with the badge number “{options['officer']}”.")
        day = options["as_of"] or timezone.localdate()
        model = IndexModel.objects.filter(code=options["model"]).first()
        version = version_on(model, day) if model is not None else None
        if version is None:
            raise CommandError(f"There is no index model called “{options['model']}”.")
        found = explain_officer(Viewer.system(), officer, as_of=day, version=version)
        if found is None:
            raise CommandError("This officer has no index.")
        self.stdout.write(
            json.dumps(_document(officer, found), ensure_ascii=False) if options["json"] else _text(found)
        )


def _document(officer: Officer, found: Explained) -> dict[str, Any]:
    """Points as in the engine: whole hundredths."""
    return {
        "officer": officer.badge_no,
        "as_of": found.as_of.isoformat(),
        "model": found.version.model.code,
        "version": found.version.number,
        "index": found.index,
        "tier": str(found.tier),
        "reason": found.reason,
        "coverage": found.coverage,
        "interval": [found.low, found.high],
        "change_30": found.change,
        "lines": [_line(line) for line in found.lines],
    }


def _line(line: ShownLine) -> dict[str, Any]:
    return {
        "kind": line.kind,
        "code": line.code,
        "part": line.part,
        "points": line.points,
        "product": line.product,
        "entry": line.entry,
        "day": line.day.isoformat() if line.day else None,
        "until": line.until.isoformat() if line.until else None,
        "tier": str(line.tier),
    }


def _text(found: Explained) -> str:
    rows = [
        f"{line.points_text:>8}  {line.code:8} {line.product:24} {line.day or '':10}  {line.label}"
        for line in found.lines
    ]
    return "\n".join([*rows, f"{found.index_text:>8}  {found.formula}  {found.tier}"])
