"""Runs of the index: plan, shards, finish. See docs/adr for why a run can be killed anywhere.

create_run → job `scoring.run` plans shards of whole units → job `scoring.shard` each: read, compute,
upsert → `scoring.run` again when the last has ended: check, unit indices, proposals, current scores.
Every step may be repeated; none changes what it already did.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _

from police_hr.core import audit, jobs
from police_hr.core.access import Viewer
from police_hr.core.days import to_number
from police_hr.core.models import JobRun
from roster.models import Unit
from roster.selectors import population
from scoring.engine.definition import ModelDefinition, Part
from scoring.engine.score import Scores
from scoring.engine.tiers import Reason
from scoring.models import IndexModelVersion, IndexRun, Score
from scoring.models.run import Tier
from scoring.selectors import compute
from scoring.selectors.models import definition_of
from scoring.selectors.tiers import TIERS
from scoring.services import drafts, standing, storing, unit_scores

if TYPE_CHECKING:
    from police_hr.core.models import User

SHARD_OFFICERS = 2_500
# A part that fails on an unexpected fault is computed again; after so many times it is left to people.
SHARD_TRIES = 3
WEEKS = 12
TOP = 3


def create_run(
    *,
    version: IndexModelVersion,
    as_of: dt.date,
    by: User | None,
    replay: bool | None = None,
    everybody: bool = False,
) -> IndexRun:
    """Ask for a run of `version` as of a day. One run of a model is open at a time: a second request
    for the same day returns it.

    `replay` (default: any day but today) answers a question about the past: it moves no current
    score and makes no proposal. `everybody` scores those who had left or were to come as well (for
    measuring); it is always a replay. Raises ValidationError for a day in the future.
    """
    today = timezone.localdate()
    if as_of > today:
        raise ValidationError(_("The index cannot be computed for a day that has not come yet."))
    is_replay = everybody or (as_of != today if replay is None else replay)
    key = f"index:{version.pk}:{as_of.isoformat()}"
    with transaction.atomic():
        standing_run = IndexRun.objects.filter(
            version=version, as_of=as_of, state=IndexRun.State.RUNNING, job__state__in=JobRun.OPEN
        ).first()
        if standing_run is not None:
            return standing_run
        previous = IndexRun.objects.filter(
            version__model=version.model, state=IndexRun.State.DONE, replay=False, as_of__lte=as_of
        ).order_by("-as_of", "-pk").first()  # fmt: skip
        run = IndexRun.objects.create(version=version, as_of=as_of, created_by=by, previous=previous, replay=is_replay)
        job = jobs.start(handler="scoring.run", params={"run": run.pk, "everybody": everybody}, by=by, key=key)
        if job.params["run"] != run.pk:  # somebody else asked at the same moment
            run.delete()
            return IndexRun.objects.get(pk=job.params["run"])
        run.job = job
        run.save(update_fields=["job"])
        audit.record(
            by=by, action="index.run", object_type="index_run", object_id=run.pk,
            details={"model": version.model.code, "version": version.number, "as_of": as_of.isoformat()},
        )  # fmt: skip
    return run


def plan_shards(run: IndexRun, context: jobs.JobContext) -> int:
    """Start one job a shard of whole units; returns the number of officers. Repeating starts none twice."""
    definition = definition_of(run.version)
    everybody = bool(context.params.get("everybody"))
    officers = population.everybody(Viewer.system()) if everybody else compute.members(definition, run.as_of)
    unit_of = population.units_on(Viewer.system(), run.as_of)
    by_unit: dict[int, list[int]] = defaultdict(list)
    for officer in officers:
        by_unit[unit_of.get(officer, 0)].append(officer)
    order = {unit: place for place, unit in enumerate(Unit.objects.order_by("path").values_list("pk", flat=True))}
    units = sorted(by_unit, key=lambda unit: order.get(unit, -1))
    planned = set(context.run.shards.values_list("key", flat=True))
    for number, shard in enumerate(_packed(units, by_unit)):
        key = f"run:{run.pk}:shard:{number}"
        if key not in planned:
            params = {"run": run.pk, "units": [[unit, by_unit[unit]] for unit in shard]}
            size = sum(len(by_unit[unit]) for unit in shard)
            jobs.start(handler="scoring.shard", params=params, by=None, key=key, parent=context.run, total=size)
    return len(officers)


def _packed(units: Sequence[int], by_unit: Mapping[int, Sequence[int]]) -> Iterator[list[int]]:
    shard: list[int] = []
    size = 0
    for unit in units:
        if shard and size + len(by_unit[unit]) > SHARD_OFFICERS:
            yield shard
            shard, size = [], 0
        shard.append(unit)
        size += len(by_unit[unit])
    if shard:
        yield shard


def execute_shard(
    run: IndexRun, units: Sequence[tuple[int, Sequence[int]]], context: jobs.JobContext
) -> dict[str, Any]:
    """Compute and store the scores of these units' officers, with their weeks before. Idempotent."""
    definition = definition_of(run.version)
    unit_of = {officer: unit for unit, officers in units for officer in officers}
    as_of = to_number(run.as_of)
    group = compute.read_group(definition, list(unit_of), unit_of=unit_of, as_of=run.as_of)
    context.check()
    found = group.scores(as_of)
    rows = list(score_rows(run, group, found))
    due = drafts.due_moves(run, group, found, rows)
    for row, low_runs in zip(rows, due.low_runs.tolist(), strict=True):
        row.low_runs = low_runs
    storing.store_scores(run, rows)
    context.progress(done=len(rows))
    if not run.replay:
        drafts.draft_proposals(run, group, found, due.to.tolist())
    return {"officers": len(rows), "weeks": _weeks(group, as_of, unit_of)}


def score_rows(run: IndexRun, group: compute.Group, found: compute.GroupScores) -> Iterator[Score]:
    """One unsaved Score per officer of the group, in officer order."""
    definition = group.definition
    totals, tiering, before = found.shown.totals, found.shown.tiers, found.before
    tops = _tops(definition, found.shown)
    for place, officer in enumerate(group.officers):
        share = None if group.coverage is None else group.coverage[place]
        number = int(tiering.tier_class[place])
        yield Score(
            run=run,
            officer_id=officer,
            unit_id=group.unit_of.get(officer) or None,
            index=int(totals.index[place]),
            risk=int(totals.risk_net[place]),
            care=int(totals.care[place]),
            credit=int(totals.credit[place]),
            tier=TIERS[int(tiering.tier[place])],
            tier_class=definition.classes[number].code if number >= 0 else "",
            coverage=None if share is None or np.isnan(share) else round(float(share) * 100),
            change_30=int(totals.index[place] - before[place]),
            reason=Reason(int(tiering.reason[place])).name.lower(),
            top=tops[place],
        )


def _tops(definition: ModelDefinition, found: Scores) -> list[list[list[Any]]]:
    """For each officer what carried the score: the floors that hold, then the strongest indicators.

    [code, hundredths] each, at most TOP of them; credits are not among the reasons.
    """
    counts = np.array([0 if definition.part_of(one) is Part.CREDIT else 1 for one in definition.scored], dtype=np.int64)
    codes = [one.code for one in definition.scored]
    weighed = found.totals.indicators * counts
    order = np.argsort(-weighed, axis=1, kind="stable")[:, :TOP]
    tops: list[list[list[Any]]] = [
        [[codes[column], int(points)] for column, points in zip(columns, row[columns], strict=True) if points > 0]
        for columns, row in zip(order.tolist(), weighed, strict=True)
    ]
    for officer, floor in np.argwhere(found.tiers.floor_tier > 0).tolist():
        tops[officer].insert(0, [definition.floors[floor].code, 0])
    return [top[:TOP] for top in tops]


def _weeks(group: compute.Group, as_of: int, unit_of: Mapping[int, int]) -> list[list[Any]]:
    """Tiers of the same officers on the same weekday of the weeks before, counted by unit.

    [unit id, [[day number, help, watch, normal, insufficient], …]] oldest first.
    """
    found: dict[int, list[list[int]]] = defaultdict(list)
    units = [unit_of[officer] for officer in group.officers]
    for back in range(WEEKS - 1, 0, -1):
        day = as_of - 7 * back
        counted: dict[int, Counter[int]] = defaultdict(Counter)
        for unit, tier in zip(units, group.tiers(day).tolist(), strict=True):
            counted[unit][tier] += 1
        for unit, tiers in counted.items():
            found[unit].append([day, *(tiers[number] for number in TIERS)])
    return [[unit, weeks] for unit, weeks in found.items()]


def finish_run(run: IndexRun, context: jobs.JobContext) -> dict[str, Any]:
    """Unit indices, digest, counts, current scores and proposals, from the shards' results. Idempotent.

    Where a part could not be computed, the run is marked incomplete with the list of what lacks, nothing of it comes
    into force, and JobError is raised with the sentence.
    """
    shards = list(context.run.shards.order_by("pk"))
    failed = [shard for shard in shards if shard.state != JobRun.State.DONE]
    if failed:
        raise jobs.JobError(_leave_incomplete(run, failed, of=len(shards)))
    tiers = Score.objects.filter(run=run).order_by().values_list("tier")
    counts = dict(tiers.annotate(number=Count("pk")))
    unit_scores.store(run, [week for shard in shards for week in shard.result.get("weeks", [])])
    context.progress(message=_("Unit indices are ready."))
    if not run.replay:
        standing.publish(run, context)
    result = {tier: counts.get(tier, 0) for tier in Tier.values} | {"officers": sum(counts.values())}
    with transaction.atomic():
        run.state, run.counts, run.digest = IndexRun.State.DONE, result, storing.digest_of(run)
        run.finished_at = timezone.now()
        run.save(update_fields=["state", "counts", "digest", "finished_at"])
        audit.record(
            by=run.created_by, action="index.done", object_type="index_run", object_id=run.pk,
            details={"digest": run.digest, **result},
        )  # fmt: skip
    return {"run": run.pk, **result}


def resume(run: IndexRun, context: jobs.JobContext) -> None:
    """Take a failed run up again: only the shards that did not end well are done anew."""
    IndexRun.objects.filter(pk=run.pk).update(state=IndexRun.State.RUNNING, missing=[], finished_at=None)
    for shard in context.run.shards.exclude(state__in=[*JobRun.OPEN, JobRun.State.DONE]):
        jobs.retry(run=shard, by=run.created_by)


def retry_run(*, run: IndexRun, by: User | None) -> IndexRun:
    """Compute what lacks of an incomplete or failed run; what was computed stays. Asking twice does nothing twice.

    Raises jobs.JobError where the same run was asked for anew in the meantime.
    """
    if run.job is not None and run.state in {IndexRun.State.FAILED, IndexRun.State.PARTIAL}:
        jobs.retry(run=run.job, by=by)
    run.refresh_from_db()
    return run


def _leave_incomplete(run: IndexRun, failed: Sequence[JobRun], *, of: int) -> str:
    """Mark the run with what lacks; returns the sentence."""
    missing = [
        {
            "units": [unit for unit, _officers in shard.params["units"]],
            "officers": sum(len(officers) for _unit, officers in shard.params["units"]),
            "error": shard.error or _("It was cancelled."),
        }
        for shard in failed
    ]
    state = IndexRun.State.PARTIAL if len(failed) < of else IndexRun.State.FAILED
    IndexRun.objects.filter(pk=run.pk).update(state=state, missing=missing, finished_at=timezone.now())
    return _("%(failed)s of %(parts)s parts could not be computed: %(error)s") % {
        "failed": len(failed), "parts": of, "error": missing[0]["error"],
    }  # fmt: skip
