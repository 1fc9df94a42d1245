"""What a draft would change, computed by a job: the day of the latest run under the draft and the version in use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from police_hr.core import audit, jobs
from police_hr.core.access import Viewer
from roster.selectors import population
from scoring.models import IndexModelVersion, IndexRun, ModelPreview
from scoring.selectors import compute
from scoring.selectors.models import definition_of
from scoring.selectors.replay import Replayed, chunks_of_units, replayed

if TYPE_CHECKING:
    from police_hr.core.models import User

JOB = "scoring.preview"


def request_preview(*, version: IndexModelVersion, by: User | None) -> ModelPreview:
    """Ask for the preview of a version. One that is up to date, or is being computed, is returned as it stands."""
    run = (
        IndexRun.objects.filter(version__model=version.model_id, state=IndexRun.State.DONE, replay=False)
        .order_by("-as_of", "-pk")
        .first()
    )
    against = version.model.active
    with transaction.atomic():
        preview, _made = ModelPreview.objects.select_for_update(of=("self",)).get_or_create(
            version=version, defaults={"digest": version.digest}
        )
        wanted = (version.digest, run.pk if run else None, against.pk if against else None)
        same = wanted == (preview.digest, preview.run_id, preview.against_id)
        if same and (preview.made_at is not None or (preview.job is not None and preview.job.is_open)):
            return preview
        preview.digest, preview.run, preview.against = version.digest, run, against
        preview.as_of = run.as_of if run else timezone.localdate()
        preview.result, preview.made_at, preview.asked_by = {}, None, by
        key = f"preview:{version.pk}:{version.digest[:16]}:{preview.run_id or 0}"
        preview.job = jobs.start(handler=JOB, params={"preview": preview.pk}, by=by, key=key)
        preview.save()
        audit.record(
            by=by, action="model.preview", object_type="index_model", object_id=version.model_id,
            details={"code": version.model.code, "version": version.number, "digest": version.digest},
        )  # fmt: skip
    return preview


def compute_preview(preview: ModelPreview, context: jobs.JobContext) -> dict[str, Any]:
    """Replay everybody and keep what came of it. Idempotent; a draft edited meanwhile leaves it out of date."""
    version = preview.version
    after = definition_of(version)
    before = definition_of(preview.against) if preview.against else after
    digest, day = version.digest, preview.as_of or timezone.localdate()
    officers = compute.members(after, day)
    if not officers:
        raise jobs.JobError(_("No officer belongs to this index on that day."))
    context.progress(total=len(officers), message=_("Reading the ledger and computing under both versions."))
    unit_of = population.units_on(Viewer.system(), day)
    total = Replayed()
    for people in chunks_of_units(officers, unit_of):
        context.check()
        total.merge(replayed(before, after, people, unit_of=unit_of, as_of=day))
        context.progress(done=total.officers)
    ModelPreview.objects.filter(pk=preview.pk, digest=digest).update(result=total.stored(), made_at=timezone.now())
    moved = sum(count for move, count in total.moves.items() if len(set(move.split(">"))) > 1)
    return {"officers": total.officers, "moved": moved}
