"""Job handlers of scoring. Each fetches, and calls one service."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from police_hr.core import jobs
from police_hr.core.models import JobRun
from scoring.models import BacktestRun, IndexRun, ModelPreview
from scoring.services import backtests, runs
from scoring.services.models import previewing


def _mark_failed(job_run: JobRun) -> None:
    IndexRun.objects.filter(pk=job_run.params.get("run"), state=IndexRun.State.RUNNING).update(
        state=IndexRun.State.FAILED
    )


@jobs.job("scoring.run", label=gettext_lazy("Index run"), on_failure=_mark_failed)
def run(context: jobs.JobContext) -> dict[str, Any] | type[jobs.Parked]:
    """Plan the shards; when all have ended, finish."""
    index_run = IndexRun.objects.select_related("version__model").get(pk=context.params["run"])
    if index_run.state == IndexRun.State.DONE:
        return dict(index_run.counts)
    shards = context.run.shards
    if index_run.state in {IndexRun.State.FAILED, IndexRun.State.PARTIAL}:
        runs.resume(index_run, context)
    if not shards.exists() or not context.run.total:
        officers = runs.plan_shards(index_run, context)
        if not officers:
            raise jobs.JobError(_("No officer belongs to this index on that day."))
        context.progress(total=officers, message=_("Reading the ledger and computing."))
    if shards.filter(state__in=JobRun.OPEN).exists():
        return jobs.Parked
    return runs.finish_run(index_run, context)


@jobs.job("scoring.shard", label=gettext_lazy("Part of an index run"), tries=runs.SHARD_TRIES)
def shard(context: jobs.JobContext) -> dict[str, Any]:
    index_run = IndexRun.objects.select_related("version__model").get(pk=context.params["run"])
    return runs.execute_shard(index_run, context.params["units"], context)


@jobs.job(previewing.JOB, label=gettext_lazy("Preview of an index model"))
def preview(context: jobs.JobContext) -> dict[str, Any]:
    asked = ModelPreview.objects.select_related("version__model", "against").get(pk=context.params["preview"])
    return previewing.compute_preview(asked, context)


@jobs.job(backtests.JOB, label=gettext_lazy("Back-test of an index model"))
def backtest(context: jobs.JobContext) -> dict[str, Any]:
    run = BacktestRun.objects.select_related("version__model", "created_by").get(pk=context.params["backtest"])
    return backtests.execute(run, context)
