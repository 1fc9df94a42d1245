"""`manage.py jobs`: list background jobs, retry or cancel one, run those that wait."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from police_hr.core import jobs
from police_hr.core.models import JobRun
from police_hr.core.selectors.jobs import label_of


class Command(BaseCommand):
    help = (
        "List the newest background jobs; retry ID, cancel ID; --run-waiting runs what waits, here, without a worker."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", nargs="?", choices=["list", "retry", "cancel"], default="list")
        parser.add_argument("job", nargs="?", type=int, help="number of the job to retry or cancel")
        parser.add_argument("--json", action="store_true", help="print JSON")
        parser.add_argument("--limit", type=int, default=50, help="how many jobs to list (50)")
        parser.add_argument("--run-waiting", action="store_true", help="run waiting jobs in this process, then list")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["run_waiting"]:
            self._run_waiting()
        if options["action"] == "list":
            rows = [_as_dict(run) for run in JobRun.objects.filter(parent=None).order_by("-pk")[: options["limit"]]]
        else:
            rows = [_as_dict(self._steer(options["action"], options["job"]))]
        if options["json"]:
            self.stdout.write(json.dumps(rows, ensure_ascii=False, indent=2))
            return
        for row in rows:
            self.stdout.write(
                f"{row['id']:>6}  {row['state']:<9}  {row['percent']:>3} %  {row['handler']:<28}  "
                f"{row['started_by'] or 'system'}  {row['error'] or row['message']}"
            )

    def _steer(self, action: str, number: int | None) -> JobRun:
        run = JobRun.objects.filter(pk=number or 0).first()
        if run is None:
            raise CommandError(f"There is no job {number}. Name one: manage.py jobs {action} ID")
        try:
            return jobs.retry(run=run, by=None) if action == "retry" else jobs.cancel(run=run, by=None)
        except jobs.JobError as error:
            raise CommandError(str(error)) from error

    def _run_waiting(self) -> None:
        """Until nothing waits: a job may leave shards behind, which are jobs themselves."""
        tried: set[int] = set()
        while waiting := [number for number in jobs.waiting() if number not in tried]:
            for number in waiting:
                tried.add(number)
                jobs.run(number)


def _as_dict(run: JobRun) -> dict[str, Any]:
    return {
        "id": run.pk,
        "handler": run.handler,
        "label": label_of(run.handler),
        "state": run.state,
        "percent": run.percent,
        "done": run.done,
        "total": run.total,
        "message": run.message,
        "error": run.error,
        "started_by": run.created_by.badge_no if run.created_by else None,
        "created_at": run.created_at.isoformat(),
        "started_at": run.started_at.isoformat() if run.started_at else None,
        "finished_at": run.finished_at.isoformat() if run.finished_at else None,
        "attempts": run.attempts,
        "params": run.params,
        "result": run.result,
    }
