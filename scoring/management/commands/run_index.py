"""`manage.py run_index MODEL --as-of DATE [--json]`: compute the index of everybody and wait for it."""

from __future__ import annotations

import datetime as dt
import json
import resource
import time
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from police_hr.core import jobs
from police_hr.core.models import JobRun
from scoring.models import IndexRun
from scoring.selectors.models import active_version
from scoring.services.models import install_models
from scoring.services.runs import create_run


class Command(BaseCommand):
    help = "Computes an index for every officer as of a day and waits until it is done."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("model", help="code of the index model, e.g. cn-default or chicago")
        parser.add_argument("--as-of", type=dt.date.fromisoformat, default=None, help="day, YYYY-MM-DD; default today")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")
        parser.add_argument(
            "--workers", action="store_true", help="leave the work to running workers instead of doing it here"
        )
        parser.add_argument("--current", action="store_true", help="make it the current score although the day is past")

        parser.add_argument("--everybody", action="store_true", help="also score those who had left (a replay)")

    def handle(self, *args: Any, **options: Any) -> None:
        install_models()
        version = active_version(options["model"])
        if version is None:
            raise CommandError(f"There is no index model called “{options['model']}”.")
        started = time.monotonic()
        replay = False if options["current"] else None
        try:
            run = create_run(
                version=version,
                as_of=options["as_of"] or timezone.localdate(),
                by=None,
                replay=replay,
                everybody=options["everybody"],
            )
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self._wait(run, here=not options["workers"])
        run.refresh_from_db()
        if run.state != IndexRun.State.DONE:
            raise CommandError(run.job.error if run.job else "The run failed.")
        result = {
            "run": run.pk,
            "model": version.model.code,
            "version": version.number,
            "as_of": run.as_of.isoformat(),
            "replay": run.replay,
            "digest": run.digest,
            "seconds": round(time.monotonic() - started, 2),
            "peak_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
            **run.counts,
        }
        if options["json"]:
            self.stdout.write(json.dumps(result))
        else:
            for name, value in result.items():
                self.stdout.write(f"{name:>14}  {value}")

    def _wait(self, run: IndexRun, *, here: bool) -> None:
        """Do the job and its shards in this process, or watch the workers do it."""
        while True:
            job = JobRun.objects.get(pk=run.job_id or 0)
            if not job.is_open:
                return
            if here:
                waiting = job.shards.filter(state=JobRun.State.WAITING).order_by("pk").first()
                jobs.run(waiting.pk if waiting else job.pk)
            else:
                time.sleep(0.2)
