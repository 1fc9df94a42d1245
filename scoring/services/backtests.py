"""Back-tests and fits as jobs: asked for by people, computed by workers, kept with their figures."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from police_hr.core import audit, jobs
from scoring.engine.backtest import read_target
from scoring.engine.fitting import FitError
from scoring.models import BacktestRun, IndexModelVersion
from scoring.selectors.history import YEARS_BEFORE, back_test
from scoring.selectors.models import definition_of
from scoring.services.fits import FIT_STEPS, fit, store_fit

if TYPE_CHECKING:
    from police_hr.core.models import User

JOB = "scoring.backtest"
Purpose = BacktestRun.Purpose


def request_backtest(
    *,
    version: IndexModelVersion,
    purpose: str,
    target: str,
    cuts: Sequence[dt.date],
    share: float,
    by: User | None,
    code: str = "",
) -> BacktestRun:
    """Ask for a back-test of `version`, or for a fit whose draft goes to the model `code`.

    A second request for the same while the first is open leads to the first. Raises DefinitionError for a target
    that is not of its form.
    """
    read_target(definition_of(version), target)
    days = [cut.isoformat() for cut in sorted(set(cuts))]
    asked = json.dumps([version.pk, purpose, target, days, share, code])
    key = f"backtest:{hashlib.sha256(asked.encode()).hexdigest()[:24]}"
    with transaction.atomic():
        run = BacktestRun.objects.create(
            version=version, purpose=purpose, target=target, cuts=days, share=share, code=code, created_by=by
        )
        job = jobs.start(handler=JOB, params={"backtest": run.pk}, by=by, key=key, total=1)
        if job.params["backtest"] != run.pk:
            run.delete()
            return BacktestRun.objects.get(pk=job.params["backtest"])
        run.job = job
        run.save(update_fields=["job"])
        audit.record(
            by=by, action="model.backtest", object_type="index_model", object_id=version.model_id,
            details={"version": version.number, "purpose": purpose, "target": target, "cuts": days},
        )  # fmt: skip
    return run


def execute(run: BacktestRun, context: jobs.JobContext) -> dict[str, Any]:
    """Compute and keep the figures. Repeating a finished one changes nothing."""
    if run.finished_at is not None:
        return {"backtest": run.pk}
    try:
        return _fit(run, context) if run.purpose == Purpose.FIT else _back_test(run, context)
    except FitError as error:
        raise jobs.JobError(_(error.template) % error.params) from error
    except ValueError as error:
        raise jobs.JobError(str(error)) from error


def _days(run: BacktestRun) -> list[dt.date]:
    return [dt.date.fromisoformat(day) for day in run.cuts]


def _back_test(run: BacktestRun, context: jobs.JobContext) -> dict[str, Any]:
    definition = definition_of(run.version)
    context.progress(done=0, total=len(run.cuts) + YEARS_BEFORE, message=_("Reading the ledger."))

    def tell(done: int, total: int) -> None:
        context.progress(done=done, total=total, message=_("Scoring past days as they were known then."))

    report = back_test(definition, read_target(definition, run.target), _days(run), share=run.share, tell=tell)
    _keep(run, dict(report))
    return {"backtest": run.pk, "beats_every_cut": report["beats_every_cut"]}


def _fit(run: BacktestRun, context: jobs.JobContext) -> dict[str, Any]:
    context.progress(done=0, total=len(run.cuts) + FIT_STEPS, message=_("Reading the ledger."))
    cuts, target = _days(run), read_target(definition_of(run.version), run.target)
    fitted = fit(run.version, target, cuts, code=run.code, tell=lambda: context.advance(1, _("Fitting points.")))
    with transaction.atomic():
        fitted_to = _("Fitted to history: %(target)s, cuts %(cuts)s")
        reason = fitted_to % {"target": run.target, "cuts": ", ".join(run.cuts)}
        run.draft, _made = store_fit(version=run.version, fitted=fitted, reason=reason[:300], by=run.created_by)
        run.save(update_fields=["draft"])
        found = fitted.fit
        _keep(
            run,
            {"effects": fitted.effects, "officers": found.officers, "cases": found.cases, "penalty": found.penalty,
             "years": fitted.years},
        )  # fmt: skip
    return {"backtest": run.pk, "draft": run.draft.pk}


def _keep(run: BacktestRun, result: dict[str, Any]) -> None:
    with transaction.atomic():
        run.result = result
        run.finished_at = timezone.now()
        run.save(update_fields=["result", "finished_at"])
        audit.record(
            by=run.created_by, action="model.backtest_done", object_type="index_model",
            object_id=run.version.model_id, details={"backtest": run.pk, "purpose": run.purpose},
        )  # fmt: skip
