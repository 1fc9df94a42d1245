"""Import files through the same door as the page: stage, then commit, one batch a file."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from police_hr.core.models import User
from roster.importing import problems
from roster.management.importing import account_of, work_on
from roster.services.defaults import install_defaults
from roster.services.imports import committing, staging
from roster.services.imports.profiles import find_profile


class Command(BaseCommand):
    help = (
        "Import one or more files by a mapping profile (chicago-officers, chicago-postings …) or as a target "
        "(officers, units, postings, ledger:KIND …). Rows with errors stop a file, unless the profile says that "
        "they are left out (the shipped ones of real data do), or --skip-errors is given."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("profile", help="code of a mapping profile, or a target")
        parser.add_argument("files", nargs="+", metavar="FILE")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")
        parser.add_argument("--as", dest="badge", default="", help="import in the name of this account")
        parser.add_argument("--skip-errors", action="store_true", help="leave rows with errors out")

    def handle(self, *args: Any, **options: Any) -> None:
        by = account_of(options["badge"])
        install_defaults()
        results = [self._import(Path(name), options, by) for name in options["files"]]
        if options["json"]:
            self.stdout.write(json.dumps(results, ensure_ascii=False, indent=2))
            return
        for result in results:
            self.stdout.write(
                f"{result['file']}: {result['rows']} rows, {result['new']} new, {result['updated']} updated, "
                f"{result['unchanged']} unchanged, {result['rejected']} rejected, {result['seconds']} s"
            )
            for reason, count in sorted(result["reasons"].items()):
                self.stdout.write(f"  {reason}: {count}")

    def _import(self, path: Path, options: dict[str, Any], by: User | None) -> dict[str, Any]:
        if not path.is_file():
            raise CommandError(f"There is no file {path}.")
        started = time.monotonic()
        profile = find_profile(options["profile"])
        extra = {"on_error": "skip"} if options["skip_errors"] else {}
        try:
            with path.open("rb") as file:
                batch = staging.receive(
                    upload=file,
                    file_name=path.name,
                    profile=profile,
                    target="" if profile else options["profile"],
                    options=extra,
                    by=by,
                )
            self._say(path, "reading")
            work_on(staging.start_staging(batch=batch, by=by))
            batch.refresh_from_db()
            if "problem" in batch.options:
                raise CommandError(f"{path.name}: {problems.sentence(batch.options['problem'])}")
            self._say(path, f"{batch.counts['total']} rows, importing")
            run = work_on(committing.start_commit(batch=batch, by=by))
        except ValidationError as fault:
            raise CommandError(f"{path.name}: {' '.join(fault.messages)}") from fault
        batch.refresh_from_db()
        self._say(path, "done")
        return {"file": path.name, **run.result, "seconds": round(time.monotonic() - started, 2)}

    def _say(self, path: Path, what: str) -> None:
        self.stderr.write(f"{path.name}: {what}")
