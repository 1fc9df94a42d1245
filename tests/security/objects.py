"""The object behind each route with a parameter: always one of branch A, so that zhou of branch B is a stranger.

One line for a route: its name, and a function from the cast to the keyword arguments of its address.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable
from typing import Any

from django.utils import timezone

from police_hr.core import jobs
from police_hr.core.models import JobRun, Notice
from roster.models import (
    Conflict,
    CorrectionRequest,
    Doubt,
    DuplicatePair,
    ExportRequest,
    GrantNotice,
    ImportRow,
    LedgerKind,
    MaterialAccess,
    SavedFilter,
)
from roster.selectors.photos import ARCHIVE_JOB
from roster.services.batches import open_batch
from roster.services.defaults import install_defaults
from roster.services.doubts import recheck, rule_on_doubt
from roster.services.ledger import record_entry
from roster.services.material_access import decide_access, request_access
from roster.services.materials import catalogue_material
from roster.services.officers import update_officer
from roster.services.photos import store_photo
from scoring.models import BacktestRun, IndexModel, IndexRun, Objection, Proposal, TierPeriod
from scoring.services.models import (
    DEFAULT_MODEL,
    draft_version,
    install_models,
    request_preview,
    start_draft,
    submit_version,
)
from scoring.services.runs import create_run
from tests.factories import papers
from tests.factories.cast import Cast
from tests.factories.imports import invented_id
from tests.factories.index import finish
from tests.factories.moves import days, move
from workflows.services.tasks import make_task

Arguments = dict[str, Any]
DAY = dt.date(2026, 3, 2)


def job(cast: Cast) -> Arguments:
    """A failed job that the HR cadre started."""
    return {
        "pk": JobRun.objects.create(handler="tests.none", state=JobRun.State.FAILED, created_by=cast["hr_cadre"]).pk
    }


def user(cast: Cast) -> Arguments:
    return {"pk": cast["nobody"].pk}


def unit(cast: Cast) -> Arguments:
    return {"pk": cast.branch_a.pk}


def officer(cast: Cast) -> Arguments:
    return {"pk": cast.officer_a.pk}


def photographed(cast: Cast) -> Arguments:
    """An officer with a picture."""
    store_photo(officer=cast.officer_a, content=papers.jpeg(), by=None)
    return officer(cast)


def photo_archive(cast: Cast) -> Arguments:
    """A zip of pictures that the HR cadre sent."""
    return {"pk": JobRun.objects.create(handler=ARCHIVE_JOB, created_by=cast["hr_cadre"]).pk}


def material(cast: Cast) -> Arguments:
    """A material with a scan that the HR cadre may read and copy."""
    install_defaults()
    made, _new = catalogue_material(
        officer=cast.officer_a,
        category="1",
        facts={"title": "干部履历表", "pages": 1, "copies": 1},
        content=papers.jpeg(),
        by=None,
    )
    access = _request(cast, kind="copy")
    decide_access(access=access, approve=True, by=cast["leadership"])
    return {"pk": made.pk}


def material_request(cast: Cast) -> Arguments:
    """A request of the HR cadre that waits."""
    install_defaults()
    return {"pk": _request(cast, kind="read").pk}


def _request(cast: Cast, kind: str) -> MaterialAccess:
    return request_access(
        officer=cast.officer_a, kind=kind, reason="a reason", ends_on=timezone.localdate(), categories_wanted=["1"],
        by=cast["hr_cadre"],
    )  # fmt: skip


def entry(cast: Cast) -> Arguments:
    install_defaults()
    fact = record_entry(officer=cast.officer_a, kind="AWARD", occurred_on=DAY, payload={"grade": "A2"}, by=None)
    return {"pk": fact.pk}


def matter(cast: Cast) -> Arguments:
    """An entry that stays open until it is closed."""
    install_defaults()
    fact = record_entry(
        officer=cast.officer_a, kind="DOSSIER_DOUBT", occurred_on=DAY, payload={"item": "birth"}, by=None
    )
    return {"pk": fact.pk}


def doubt(cast: Cast) -> Arguments:
    """An open doubt: her sex is not the one of the ID number."""
    install_defaults()
    number = invented_id("19850301", 1)
    update_officer(officer=cast.officer_a, changes={"sex": "F", "id_number": number}, version=None, by=None)
    recheck(officer_ids=[cast.officer_a.pk])
    return {"pk": Doubt.objects.get(officer=cast.officer_a, code="sex_vs_id").pk}


def ruling(cast: Cast) -> Arguments:
    found = Doubt.objects.get(pk=doubt(cast)["pk"])
    made = rule_on_doubt(
        doubt=found, verdict="stands", document="示组干〔2026〕17号", reason="户籍档案为准。", decided_on=DAY, by=None
    )
    return {"pk": made.pk}


def kind(cast: Cast) -> Arguments:
    install_defaults()
    return {"code": "TALK"}


def batch(cast: Cast) -> Arguments:
    """An import that the HR cadre opened and that is still being looked at."""
    return {"pk": open_batch(target="ledger", source=None, file_name="award.csv", by=cast["hr_cadre"]).pk}


def row(cast: Cast) -> Arguments:
    number = batch(cast)["pk"]
    ImportRow.objects.create(batch_id=number, row_no=1, state="error", cells=["000001"])
    return {"pk": number, "row_no": 1}


def conflict(cast: Cast) -> Arguments:
    return {"pk": Conflict.objects.create(officer=cast.officer_a, field="phone", claims={"a": "1", "b": "2"}).pk}


def duplicate(cast: Cast) -> Arguments:
    twins = {"first": cast.officer_a, "second": cast.officer_b}
    pair, _made = DuplicatePair.objects.get_or_create(**twins, defaults={"reason": "name_birth"})
    return {"pk": pair.pk}


def paper(cast: Cast) -> Arguments:
    """A roster to print that the HR cadre asked for."""
    asked = ExportRequest.objects.create(
        requested_by=cast["hr_cadre"], reason="test", officers=[cast.officer_a.pk], rows=1, form="cadre_roster",
        format="html", state="ready",
    )  # fmt: skip
    return {"pk": asked.pk}


def export(cast: Cast) -> Arguments:
    """A list that the HR cadre asked for and that waits for a second person."""
    asked = ExportRequest.objects.create(
        requested_by=cast["hr_cadre"], reason="a reason", officers=[cast.officer_a.pk], columns=["name"], rows=1
    )
    return {"pk": asked.pk}


def correction(cast: Cast) -> Arguments:
    """A change that the HR cadre asked for and that waits for a second person."""
    asked = CorrectionRequest.objects.create(
        officer=cast.officer_a, fact="officer", fact_number=cast.officer_a.pk, operation="change",
        token=secrets.token_hex(12), wanted={"native_place": "浙江永嘉"}, reason="a reason",
        document="1", requested_by=cast["hr_cadre"],
    )  # fmt: skip
    return {"pk": asked.pk}


def masked_correction(cast: Cast) -> Arguments:
    """A masked value in a request that waits."""
    number = correction(cast)["pk"]
    CorrectionRequest.objects.filter(pk=number).update(wanted={"phone": "13912345678"}, sensitivity=2)
    return {"pk": number, "field": "phone", "value": "new"}


def saved_filter(cast: Cast) -> Arguments:
    return {"pk": SavedFilter.objects.create(owner=cast["hr_cadre"], name="mine", query="rank=R08").pk}


def _model() -> IndexModel:
    return next(found for found in install_models() if found.code == DEFAULT_MODEL)


def model(cast: Cast) -> Arguments:
    return {"code": _model().code}


def draft(cast: Cast) -> Arguments:
    """A draft of nobody in particular, so that every role may act on it by its own rights."""
    install_defaults()
    version = start_draft(version=_model().active, by=None)
    return {"code": version.model.code, "number": version.number}


def submitted(cast: Cast) -> Arguments:
    """A version that waits for the second person."""
    install_defaults()
    model = _model()
    definition = {**model.active.definition, "min_coverage": 0.5}
    version = draft_version(model=model, definition=definition, reason="a lower limit", by=cast["hr_cadre"])
    asked = request_preview(version=version, by=cast["hr_cadre"])
    jobs.run(asked.job_id or 0)
    submit_version(version=version, reason="a lower limit", by=cast["hr_cadre"])
    return {"code": model.code, "number": version.number}


def backtest(cast: Cast) -> Arguments:
    """A back-test of the model in use that has not been computed yet."""
    version = _model().active
    cuts = ["2025-01-01"]
    return {"pk": BacktestRun.objects.create(version=version, purpose="backtest", target="PUNISHMENT", cuts=cuts).pk}


def run(cast: Cast) -> Arguments:
    install_defaults()
    version = _model().active
    return {"pk": finish(create_run(version=version, as_of=timezone.localdate(), by=None)).pk}


def proposal(cast: Cast) -> Arguments:
    """A proposal about officer A that waits."""
    waiting = Proposal.objects.filter(officer=cast.officer_a, state=Proposal.State.PENDING).first()
    if waiting is not None:
        return {"pk": waiting.pk}
    run(cast)
    waits = {"due_at": timezone.now(), "expires_at": timezone.now() + dt.timedelta(days=10)}
    made = Proposal.objects.create(
        run=IndexRun.objects.latest("pk"), officer=cast.officer_a, from_tier="normal", to_tier="watch", index=4_000,
        state=Proposal.State.PENDING, **waits,
    )  # fmt: skip
    return {"pk": made.pk}


def period(cast: Cast) -> Arguments:
    """Officer A's key attention, as the director confirmed it."""
    made, _new = TierPeriod.objects.get_or_create(
        officer=cast.officer_a, tier="watch", source="points", reason="a reason",
        confirmed_by=cast["political_director"], index_before=4_000,
        defaults={"starts_on": timezone.localdate(), "confirmed_at": timezone.now()},
    )  # fmt: skip
    return {"pk": made.pk}


def tier_of_officer(cast: Cast) -> Arguments:
    """The own tier of the officer of the cast."""
    period(cast)
    return {"about": "tier"}


def objection(cast: Cast) -> Arguments:
    """What officer A holds against the own tier."""
    made, _new = Objection.objects.get_or_create(
        officer=cast.officer_a, period_id=period(cast)["pk"], reason="a reason", token="0" * 24,
        filed_by=cast["officer"], defaults={"answer_by": timezone.localdate()},
    )  # fmt: skip
    return {"pk": made.pk}


def task(cast: Cast) -> Arguments:
    """A plan that the political officer of branch A owes."""
    made = make_task(
        kind="plan", key="plan", due_on=timezone.localdate(), officer=cast.officer_a, unit=cast.branch_a,
        owner_role="unit_political_officer", by=None,
    )  # fmt: skip
    return {"pk": made.pk}


def scored(cast: Cast) -> Arguments:
    """An officer with a current score; the API calls a score by its officer."""
    if not IndexRun.objects.exists():
        run(cast)
    return officer(cast)


def nouns(*names: str, of: Callable[[Cast], Arguments]) -> dict[str, Callable[[Cast], Arguments]]:
    return dict.fromkeys(names, of)


def waiting_move(cast: Cast) -> Arguments:
    """An order that waits for tomorrow."""
    install_defaults()
    return {"pk": move("transfer", cast.officer_a, unit=cast.branch_b, effective_on=days(1), by=cast["hr_cadre"]).pk}


def notice(cast: Cast) -> Arguments:
    """Something to look at, because an account's owner moved."""
    return {"pk": GrantNotice.objects.create(kind=GrantNotice.Kind.REVIEW, account=cast["nobody"]).pk}


def group_of(named: Arguments) -> int:
    return LedgerKind.objects.get(code=named["code"]).group_id


def secondment(cast: Cast) -> Arguments:
    """A secondment that runs, ordered by nobody of the cast."""
    install_defaults()
    return {"pk": move("secondment", cast.officer_a, host="市委政法委", ends_on=days(30)).moves.get().pk}


def told(cast: Cast) -> Arguments:
    """A notice of the HR cadre's."""
    made, _new = Notice.objects.get_or_create(recipient=cast["hr_cadre"], kind="export.refused", key="0")
    return {"pk": made.pk}


OBJECTS: dict[str, Callable[[Cast], Arguments]] = {
    "core:calendar-year": lambda cast: {"year": 2026},
    **nouns("core:job-cancel", "core:job-detail", "core:job-retry", of=job),
    **nouns("api:job-cancel", "api:job-detail", "api:job-retry", of=job),
    **nouns("core:user-admin-role", "core:user-detail", "core:user-disable", "core:user-enable", of=user),
    **nouns("core:user-end-sessions", "core:user-forget-code", "core:user-reset-password", of=user),
    **nouns("core:user-unlock", "roster:grant-detail", "roster:grant-withdraw", of=user),
    **nouns("api:unit-detail", "roster:unit-detail", of=unit),
    **nouns("api:officer-detail", "roster:officer-detail", of=officer),
    **nouns("api:ledger-detail", "roster:entry-correct", "roster:entry-void", of=entry),
    **nouns("roster:entry-detail", "roster:entry-undo", "roster:entry-verify", of=entry),
    **nouns("roster:move-cancel", "roster:move-detail", "roster:move-undo", of=waiting_move),
    "core:notice-open": told,
    "roster:correction-unmask": masked_correction,
    "roster:notice-settle": notice,
    "roster:officer-move": officer,
    "roster:secondment-end": secondment,
    "roster:entry-close": matter,
    "roster:entry-file": lambda cast: {**entry(cast), "name": "none"},
    **nouns("roster:ledger-add", "roster:officer-open", of=officer),
    "roster:officer-photo": photographed,
    "roster:photo-archive": photo_archive,
    **nouns("roster:material-add", "roster:material-catalogue", "roster:material-request", of=officer),
    **nouns("roster:material-detail", "roster:material-replace", "roster:material-move", of=material),
    **nouns("roster:material-withdraw", "roster:material-read", "roster:material-copy", of=material),
    "roster:material-page": lambda cast: {**material(cast), "page": 1},
    **nouns("roster:material-access", "roster:material-access-decide", of=material_request),
    **nouns("roster:material-access-end", of=material_request),
    **nouns("roster:officer-photo-edit", "roster:officer-photo-withdraw", of=officer),
    "roster:officer-panel": lambda cast: {**officer(cast), "panel": "none"},
    "roster:approval-edit": officer,
    "roster:approval-file": lambda cast: {**officer(cast), "file_format": "lrmx"},
    "roster:officer-tab": lambda cast: {**officer(cast), "tab": "postings"},
    **nouns("roster:unit-edit", "roster:unit-rename", "roster:unit-move", of=unit),
    **nouns("roster:unit-merge", "roster:unit-close", "roster:unit-split", of=unit),
    **nouns("roster:kind-try", "roster:kind-compare", "roster:kind-shift", "roster:kind-export", of=kind),
    "roster:kind-group-change": lambda cast: {"pk": group_of(kind(cast))},
    **nouns("roster:kind-detail", "roster:kind-edit", "roster:kind-withdraw", "roster:kind-restore", of=kind),
    **nouns("roster:import-detail", "roster:import-progress", "roster:import-mapping", of=batch),
    **nouns("roster:import-skip-errors", "roster:import-restage", "roster:import-commit", of=batch),
    **nouns("roster:import-undo", "roster:import-discard", "roster:import-errors", of=batch),
    **nouns("api:import-commit", "api:import-detail", "api:import-discard", "api:import-rows", of=batch),
    **nouns("api:import-undo", of=batch),
    **nouns("roster:import-row", "roster:import-cell", of=row),
    **nouns("roster:conflict-resolve", of=conflict),
    **nouns("roster:duplicate-settle", of=duplicate),
    **nouns("api:doubt-detail", "roster:doubt-rule", of=doubt),
    **nouns("roster:ruling-withdraw", of=ruling),
    **nouns("roster:duplicate-merge", of=duplicate),
    **nouns("roster:export-print", of=paper),
    **nouns("roster:export-detail", "roster:export-decide", "roster:export-file", of=export),
    **nouns("roster:correction-detail", "roster:correction-decide", "roster:correction-withdraw", of=correction),
    **nouns("roster:correction-file", of=correction),
    **nouns("roster:correction-new", of=officer),
    "roster:officer-unmask": lambda cast: {**officer(cast), "fact": f"officer.{cast.officer_a.pk}", "field": "phone"},
    **nouns("roster:saved-filter-delete", of=saved_filter),
    **nouns("scoring:model-detail", "scoring:model-compare", "scoring:model-retire", of=model),
    **nouns("scoring:model-draft", "scoring:model-edit", "scoring:model-indicator-new", of=draft),
    **nouns("scoring:model-example", "scoring:model-preview", "scoring:model-submit", "scoring:model-file", of=draft),
    **nouns("scoring:model-withdraw", of=draft),
    **nouns("scoring:model-approve", "scoring:model-refuse", of=submitted),
    "scoring:model-indicator": lambda cast: {**draft(cast), "indicator": "A01"},
    "scoring:backtest-detail": backtest,
    **nouns("scoring:run-detail", "scoring:run-retry", "api:run-detail", of=run),
    **nouns("scoring:proposal-detail", "scoring:proposal-decide", of=proposal),
    **nouns("scoring:tier-detail", "scoring:tier-end", of=period),
    **nouns("scoring:objection-detail", "scoring:objection-decide", "scoring:objection-withdraw", of=objection),
    "scoring:proposal-new": officer,
    "scoring:objection-new": tier_of_officer,
    "workflows:task-end": task,
    "api:score-detail": scored,
}
