"""`manage.py follow_job ID`: print the progress of a job until it has ended."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from police_hr.core.models.job import JobRun

SECONDS = 1.0


class Command(BaseCommand):
    help = "Print the progress of a job until it has ended; fails if the job fails."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("job", type=int, help="number of the job, as manage.py jobs shows it")

    def handle(self, *args: Any, **options: Any) -> None:
        seen = ""
        while True:
            job = JobRun.objects.filter(pk=options["job"]).first()
            if job is None:
                raise CommandError(f"There is no job {options['job']}.")
            line = f"{job.percent:3d} %  {job.message or job.get_state_display()}"
            if line != seen:
                self.stdout.write(line)
                self.stdout.flush()
                seen = line
            if not job.is_open:
                break
            time.sleep(SECONDS)
        if job.state != JobRun.State.DONE:
            raise CommandError(f"Job {job.pk} ended as {job.state}. {job.error}")
