"""`manage.py export_model MODEL [--version N] [FILE]`: a version of an index model as a readable file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from scoring.models import IndexModel
from scoring.services.models.exchange import record_export, write_version


class Command(BaseCommand):
    help = "Writes the version in use of an index model, or another, to a file or the output."

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        # `--version` names the version of the model here, not that of Django.
        return super().create_parser(prog_name, subcommand, conflict_handler="resolve", **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("model", help="code of the index model, e.g. cn-default")
        parser.add_argument("file", nargs="?", type=Path, help="where to write it; default: the output")
        parser.add_argument("--version", type=int, default=None, dest="number", help="default: the version in use")

    def handle(self, *args: Any, **options: Any) -> None:
        model = IndexModel.objects.select_related("active").filter(code=options["model"]).first()
        if model is None:
            raise CommandError(f"There is no index model called “{options['model']}”.")
        number = options["number"]
        version = model.active if number is None else model.versions.filter(number=number).first()
        if version is None:
            raise CommandError(f"“{model.code}” has no version {number}." if number else "No version of it is in use.")
        text = write_version(version)
        if options["file"] is None:
            self.stdout.write(text, ending="")
        else:
            try:
                options["file"].write_text(text, encoding="utf-8")
            except OSError as error:
                raise CommandError(f"{options['file']}: {error.strerror}") from error
            self.stderr.write(f"{options['file']}: {model.code} {version}, {version.digest}")
        record_export(version=version, by=None)
