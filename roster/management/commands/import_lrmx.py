"""Import exchange files of the appointment form through the same door as the page: stage, then commit, one batch."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from police_hr.core.models import User
from roster.importing import issues, problems
from roster.importing.appointment.archive import ENDING, unmarked
from roster.management.importing import account_of, work_on
from roster.models import ImportBatch, ImportRow
from roster.services.defaults import install_defaults
from roster.services.imports import committing, packing, staging

SHOWN = 50


class Command(BaseCommand):
    help = (
        "Import appointment forms (.lrmx files, or a zip of them) as one batch. Files with errors stop it, "
        "unless --skip-errors leaves them out; every doubt is printed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE", help=".lrmx files, folders of them, or one zip")
        parser.add_argument("--as", dest="badge", default="", help="import in the name of this account")
        parser.add_argument("--skip-errors", action="store_true", help="leave files with errors out")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        by = account_of(options["badge"])
        install_defaults()
        started = time.monotonic()
        batch = self._receive(self._files(options["files"]), options, by)
        work_on(staging.start_staging(batch=batch, by=by))
        batch.refresh_from_db()
        if "problem" in batch.options:
            raise CommandError(problems.sentence(batch.options["problem"]))
        self._tell(batch)
        try:
            run = work_on(committing.start_commit(batch=batch, by=by))
        except ValidationError as fault:
            raise CommandError(" ".join(fault.messages)) from fault
        result = {**run.result, "seconds": round(time.monotonic() - started, 2)}
        if options["json"]:
            self.stdout.write(json.dumps(result, ensure_ascii=False, indent=2))
            return
        self.stdout.write(
            f"{result['batch']}: {result['rows']} files, {result['new']} new, {result['updated']} updated, "
            f"{result['unchanged']} unchanged, {result['skipped'] + result['rejected']} left out, {result['seconds']} s"
        )

    def _files(self, names: list[str]) -> list[Path]:
        found: list[Path] = []
        for name in names:
            path = Path(name)
            if not path.exists():
                raise CommandError(f"There is no file {path}.")
            found += sorted(path.rglob(f"*{ENDING}")) if path.is_dir() else [path]
        if not found:
            raise CommandError(f"There is no {ENDING} file in there.")
        return found

    def _receive(self, paths: list[Path], options: dict[str, Any], by: User | None) -> ImportBatch:
        extra = {"on_error": "skip"} if options["skip_errors"] else {}
        try:
            if len(paths) == 1:
                with paths[0].open("rb") as file:
                    return staging.receive(
                        upload=file, file_name=paths[0].name, target="appointment", options=extra, by=by
                    )
            with packing.packed((path.name, path.open("rb")) for path in paths) as archive:
                name = packing.name_of([path.name for path in paths])
                return staging.receive(upload=archive, file_name=name, target="appointment", options=extra, by=by)
        except ValidationError as fault:
            raise CommandError(" ".join(fault.messages)) from fault

    def _tell(self, batch: ImportBatch) -> None:
        """The doubts and errors, a line each."""
        rows = ImportRow.objects.filter(batch=batch, state__in=["error", "doubt"]).order_by("row_no")
        for row in rows[:SHOWN]:
            name = unmarked(str(row.cells[0]))
            for issue in row.issues:
                self.stderr.write(f"{name}: {issue['level']}: {issue['field']} {issues.sentence(issue)}")
