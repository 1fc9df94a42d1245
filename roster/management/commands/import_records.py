"""Import files through the same door as the page: stage, then commit, one batch a file."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from police_hr.core import jobs
from police_hr.core.models import JobRun, User
from roster.importing import problems
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
        by = self._account(options["badge"])
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

    def _account(self, badge: str) -> User | None:
        if not badge:
            return None
        user = User.objects.filter(badge_no=badge.strip().upper()).first()
        if user is None:
            raise CommandError(f"There is no account {badge}.")
        return user

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
            self._run(staging.start_staging(batch=batch, by=by))
            batch.refresh_from_db()
            if "problem" in batch.options:
                raise CommandError(f"{path.name}: {problems.sentence(batch.options['problem'])}")
            self._say(path, f"{batch.counts['total']} rows, importing")
            run = self._run(committing.start_commit(batch=batch, by=by))
        except ValidationError as fault:
            raise CommandError(f"{path.name}: {' '.join(fault.messages)}") from fault
        batch.refresh_from_db()
        self._say(path, "done")
        return {"file": path.name, **run.result, "seconds": round(time.monotonic() - started, 2)}

    def _run(self, run: JobRun) -> JobRun:
        """Work on the job here; if a worker was quicker, wait for it."""
        while run.is_open:
            # a job that was put back (a lock that lasted, a lost lease) is taken up again here, too
            if jobs.run(run.pk) is None:
                time.sleep(0.5)
            run.refresh_from_db()
        if run.state != JobRun.State.DONE:
            raise CommandError(run.error or str(run.get_state_display()))
        return run

    def _say(self, path: Path, what: str) -> None:
        self.stderr.write(f"{path.name}: {what}")
