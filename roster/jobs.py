"""The roster's background jobs. Each takes ids and calls one service."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from police_hr.core.jobs import JobContext, JobError, job
from police_hr.core.models import JobRun, User
from roster.importing import problems
from roster.models import ImportBatch, Officer
from roster.selectors.dossier_facts import officers_of_batch
from roster.selectors.photos import ARCHIVE_JOB
from roster.services import doubts, exports, photo_archive
from roster.services.imports.committing import commit
from roster.services.imports.noting import note
from roster.services.imports.staging import stage

State = ImportBatch.State


def _batch_stopped(run: JobRun) -> None:
    """A job that failed or was cancelled leaves the batch where a person can go on with it."""
    batch = ImportBatch.objects.filter(pk=run.params["batch"]).first()
    if batch is None or batch.visible or batch.state not in (State.STAGING, State.COMMITTING):
        return
    code = "cancelled" if run.state == JobRun.State.CANCELLED else "stopped"
    state = State.STAGED if run.handler == "roster.commit_import" else State.FAILED
    note(batch, {"code": code, "args": {}}, state=state)


@job("roster.stage_import", label=_("Read an import file"), on_failure=_batch_stopped)
def run_stage(context: JobContext) -> dict[str, Any]:
    batch = ImportBatch.objects.select_related("profile").get(pk=context.params["batch"])
    stage(batch, context)
    if batch.state == State.FAILED:
        raise JobError(problems.sentence(batch.options["problem"]))
    return {"counts": batch.counts}


@job("roster.commit_import", label=_("Import a batch"), on_failure=_batch_stopped)
def run_commit(context: JobContext) -> dict[str, Any]:
    batch = ImportBatch.objects.select_related("profile", "source").get(pk=context.params["batch"])
    by = User.objects.filter(pk=context.params.get("by") or 0).first()
    try:
        return commit(batch, by, context)
    except problems.ImportStopped as fault:
        raise JobError(str(fault)) from fault


def _export_stopped(run: JobRun) -> None:
    exports.fail_export(export_id=run.params["export"])


@job(exports.JOB, label=_("Export officers"), on_failure=_export_stopped)
def run_export(context: JobContext) -> dict[str, Any]:
    export = exports.write_export(export_id=context.params["export"], progress=context.progress)
    return {"rows": export.rows} if export else {}


@job(doubts.JOB, label=_("Check dossiers"))
def run_recheck(context: JobContext) -> dict[str, Any]:
    batch = context.params.get("batch")
    officers = officers_of_batch(batch) if batch else None
    context.progress(total=Officer.objects.count() if officers is None else len(officers))
    return dict(doubts.recheck(officer_ids=officers, on_chunk=lambda done: context.progress(done=done)))


@job(ARCHIVE_JOB, label=_("Take in photos"))
def run_photo_archive(context: JobContext) -> dict[str, Any]:
    by = User.objects.get(pk=context.params["by"])
    with translation.override(by.language or settings.LANGUAGE_CODE):
        report = photo_archive.take_archive(
            path=context.params["file"],
            sha256=context.params["sha256"],
            by=by,
            step=lambda done: context.progress(done=done),
        )
    return report.as_result()
