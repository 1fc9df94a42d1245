"""The job that builds the invented force, step after step. Killed anywhere and begun again, it ends the same."""

from __future__ import annotations

import datetime as dt
import time
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from police_hr.core import jobs
from police_hr.core.models import JobRun
from police_hr.demo import by_hand, corrections, file_room, moves, tiering
from police_hr.demo.accounts import open_accounts
from police_hr.demo.force import SOURCES, Force, force_of
from police_hr.demo.writing import write_foundation, write_ledger, write_people, write_units
from roster.models import Officer, Unit
from scoring.models import IndexRun
from scoring.selectors.models import default_version
from scoring.services.runs import create_run

BUILD, PART = "demo.build", "demo.ledger"
LARGEST = 200_000
PAUSE = 0.2
# where each step ends, in per cent of the usual time
UNITS, PEOPLE, LEDGER, ACCOUNTS, HANDS, INDEX = 3, 30, 68, 70, 72, 100


class RefusedError(Exception):
    """The demonstration force cannot be built here; the text says why."""


def ask_for_force(officers: int) -> JobRun | None:
    """Start the building of the force, or take it up again. None where it is finished or none is wanted.

    Raises RefusedError outside a demonstration, for a number that cannot be, and where other data is.
    """
    if not settings.DEMO:
        raise RefusedError("This is no demonstration (POLICE_HR_DEMO is off): no invented force is built here.")
    if not 0 <= officers <= LARGEST:
        raise RefusedError(f"A force has 0 to {LARGEST} officers.")
    last = JobRun.objects.filter(handler=BUILD).order_by("-pk").first()
    if last is not None:
        if last.state == JobRun.State.DONE:
            return None
        return last if last.is_open else jobs.retry(run=last, by=None)
    if not officers:
        return None
    if Unit.objects.exists() or Officer.objects.exists():
        raise RefusedError("This installation holds units or officers already: the invented force would mix with them.")
    params = {"officers": officers, "day": timezone.localdate().isoformat()}
    return jobs.start(handler=BUILD, params=params, by=None, key=BUILD, total=INDEX)


def build(context: jobs.JobContext) -> dict[str, Any]:
    """Handler of `demo.build`: {"officers": N, "day": "2026-11-23"}."""
    began = time.monotonic()
    context.progress(done=0, message=_("Installing code tables, ledger kinds and index models"))
    write_foundation()
    force = force_from(context.params)
    context.progress(message=_("Setting up the units"))
    write_units(force)
    context.progress(done=UNITS, message=_("Writing officers and their careers"))
    write_people(force, context.check)
    context.progress(done=PEOPLE, message=_("Writing two years of the ledger"))
    _write_ledger(context)
    context.progress(done=LEDGER, message=_("Opening the demonstration accounts"))
    open_accounts(force)
    context.progress(done=ACCOUNTS, message=_("Correcting some entries by hand"))
    by_hand.correct_some(force)
    moves.order_some(force)
    corrections.ask_some(force)
    context.progress(message=_("Bringing in photos and paper files"))
    file_room.fill(force)
    context.progress(done=HANDS, message=_("Computing the index"))
    run = _run_index(context)
    tiering.weigh_some(force)
    return {"officers": len(force.people), "units": len(force.units), "index": run.counts,
            "seconds": round(time.monotonic() - began, 1)}  # fmt: skip


def write_part(context: jobs.JobContext) -> dict[str, Any]:
    """Handler of `demo.ledger`: the ledger of one source."""
    force = force_from(context.params)
    rows = write_ledger(force, context.params["source"], lambda done: context.progress(done=done))
    return {"rows": rows}


def force_from(params: dict[str, Any]) -> Force:
    return force_of(params["officers"], dt.date.fromisoformat(params["day"]), settings.BUREAU_NAME)


def _write_ledger(context: jobs.JobContext) -> None:
    """One job a source, so that every free worker writes; this one, too."""
    parts = context.run.shards
    for source in SOURCES:
        part = parts.filter(handler=PART, params__source=source).first()
        if part is None:
            params = {**context.params, "source": source}
            jobs.start(handler=PART, params=params, by=None, key=f"{PART}:{source}", parent=context.run)
        elif part.state in {JobRun.State.FAILED, JobRun.State.CANCELLED}:
            jobs.retry(run=part, by=None)
    _work_along(context, Q(parent=context.run), PEOPLE, LEDGER)
    _insist(parts.filter(handler=PART))


def _run_index(context: jobs.JobContext) -> IndexRun:
    """The first index run; one that was finished before a crash is taken as it is."""
    done = IndexRun.objects.filter(state=IndexRun.State.DONE, replay=False, version__model__is_default=True).first()
    if done is not None:
        return done
    version = default_version()
    if version is None:
        raise jobs.JobError(_("There is no index model in use."))
    run = create_run(version=version, as_of=timezone.localdate(), by=None)
    family = Q(pk=run.job_id) | Q(parent=run.job_id)
    _work_along(context, family, HANDS, INDEX)
    _insist(JobRun.objects.filter(family))
    run.refresh_from_db()
    return run


def _work_along(context: jobs.JobContext, family: Q, first: int, last: int) -> None:
    """Run the jobs of `family` here, beside other workers, until none is open."""
    while True:
        open_jobs = set(JobRun.objects.filter(family, state__in=JobRun.OPEN).values_list("pk", flat=True))
        waiting = next((number for number in jobs.waiting() if number in open_jobs), None)
        if waiting is not None:
            jobs.run(waiting)
        elif open_jobs:
            time.sleep(PAUSE)
        else:
            return
        every = JobRun.objects.filter(family, parent__isnull=False)
        ended = every.exclude(state__in=JobRun.OPEN).count()
        context.progress(done=first + (last - first) * ended // max(1, every.count()))


def _insist(family: Any) -> None:
    """Raise where a job of `family` (a query of jobs) did not end well."""
    failed = family.exclude(state=JobRun.State.DONE).first()
    if failed is not None:
        raise jobs.JobError(failed.error or _("A part of the work was cancelled."))
