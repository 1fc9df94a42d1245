"""`manage.py ensure_demo --officers N`: ask for the invented force; print the number of the job that builds it."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from police_hr.core import jobs
from police_hr.core.models import JobRun
from police_hr.demo.build import RefusedError, ask_for_force

DEFAULT = 10_000


class Command(BaseCommand):
    help = "Starts the job that builds the invented force, if it is not there; prints the number of the job."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--officers", type=int, default=DEFAULT, help=f"police officers; default {DEFAULT}")
        parser.add_argument("--here", action="store_true", help="do the work here instead of leaving it to the workers")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            job = ask_for_force(options["officers"])
        except RefusedError as error:
            raise CommandError(str(error)) from error
        if job is None:
            return
        if options["here"]:
            jobs.run(job.pk)
            job.refresh_from_db()
            if job.state != JobRun.State.DONE:
                raise CommandError(f"Job {job.pk} ended as {job.state}. {job.error}")
        self.stdout.write(str(job.pk))
