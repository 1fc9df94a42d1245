"""`manage.py import_model FILE [--as BADGE] [--reason TEXT] [--json]`: a draft of an index model from a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from police_hr.core.models import User
from scoring.services.models.exchange import LARGEST, import_version


class Command(BaseCommand):
    help = "Makes a draft from a file written by export_model; nothing is put in use by it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--as", dest="badge", default="", help="badge number of the account that drafts")
        parser.add_argument("--reason", default="", help="why; default: the reason in the file")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        by = User.objects.filter(badge_no=options["badge"].strip().upper()).first() if options["badge"] else None
        if options["badge"] and by is None:
            raise CommandError(f"There is no account “{options['badge']}”.")
        try:
            with options["file"].open("rb") as file:
                content = file.read(LARGEST + 1)  # one byte more than allowed is enough to refuse it
            version = import_version(content=content, by=by, reason=options["reason"])
        except OSError as error:
            raise CommandError(f"{options['file']}: {error.strerror}") from error
        except ValidationError as error:
            raise CommandError(f"{options['file']}: {' '.join(error.messages)}") from error
        result = {
            "model": version.model.code,
            "version": version.number,
            "state": version.state,
            "digest": version.digest,
        }
        if options["json"]:
            self.stdout.write(json.dumps(result))
        else:
            self.stdout.write(f"{version.model.code} {version}: draft, {version.digest}")
