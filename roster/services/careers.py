"""Career facts: postings, ranks, grades, education, appraisals, qualifications, family; and the present state
that follows from them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from police_hr.core import audit
from police_hr.core.reactions import announce_dossiers
from roster.counting import counting
from roster.models import (
    Appraisal,
    DataSource,
    Education,
    FamilyMember,
    GradeRecord,
    ImportBatch,
    Officer,
    Posting,
    Qualification,
    RankRecord,
    ResumeLine,
    Unit,
)
from roster.models.career import CareerFact
from roster.services.bulk import insert_rows, prepared, write_in_chunks
from roster.services.current import refresh_current

if TYPE_CHECKING:
    from police_hr.core.models import User

Rows = Sequence[Mapping[str, Any]]
Progress = Callable[[int], None] | None
# whose facts decide about the present state of an officer
STATE_MODELS: tuple[type[CareerFact], ...] = (Posting, RankRecord, GradeRecord)
CAREER_MODELS: tuple[type[CareerFact], ...] = (
    *STATE_MODELS,
    Education,
    Appraisal,
    Qualification,
    FamilyMember,
    ResumeLine,
)


def add_postings(
    *, rows: Rows, batch: ImportBatch | None = None, source: DataSource | None = None, by: User | None,
    on_chunk: Progress = None,
) -> int:  # fmt: skip
    """Add postings: officer_id, unit_id, starts_on, ends_on, post, level, main, document, remark.

    The same for all `add_…`: rows hold attribute names of the model, already validated by the caller. With a
    hidden batch rows are written in short transactions and count from `show_batch` on; without one everything
    is one transaction with one audit event, and the officers' present state is brought up to date in it.
    Returns the number of rows.
    """
    return _add(Posting, rows, batch, source, by, on_chunk)


def add_ranks(
    *, rows: Rows, batch: ImportBatch | None = None, source: DataSource | None = None, by: User | None,
    on_chunk: Progress = None,
) -> int:  # fmt: skip
    """Add police ranks: officer_id, rank, since, kind. See `add_postings`."""
    return _add(RankRecord, rows, batch, source, by, on_chunk)


def add_grades(
    *, rows: Rows, batch: ImportBatch | None = None, source: DataSource | None = None, by: User | None,
    on_chunk: Progress = None,
) -> int:  # fmt: skip
    """Add grades: officer_id, grade, since. See `add_postings`."""
    return _add(GradeRecord, rows, batch, source, by, on_chunk)


def add_educations(
    *, rows: Rows, batch: ImportBatch | None = None, source: DataSource | None = None, by: User | None,
    on_chunk: Progress = None,
) -> int:  # fmt: skip
    """Add courses of study: officer_id, level, degree, school, major, full_time, starts_on, ends_on."""
    return _add(Education, rows, batch, source, by, on_chunk)


def add_appraisals(
    *, rows: Rows, batch: ImportBatch | None = None, source: DataSource | None = None, by: User | None,
    on_chunk: Progress = None,
) -> int:  # fmt: skip
    """Add appraisals: officer_id, year, period, result. See `add_postings`."""
    return _add(Appraisal, rows, batch, source, by, on_chunk)


def add_qualifications(
    *, rows: Rows, batch: ImportBatch | None = None, source: DataSource | None = None, by: User | None,
    on_chunk: Progress = None,
) -> int:  # fmt: skip
    """Add qualifications: officer_id, kind, level, number, gained_on, expires_on. See `add_postings`."""
    return _add(Qualification, rows, batch, source, by, on_chunk)


def add_family(
    *, rows: Rows, batch: ImportBatch | None = None, source: DataSource | None = None, by: User | None,
    on_chunk: Progress = None,
) -> int:  # fmt: skip
    """Add members of families: officer_id, relation, name, birth_month, political_status, employment, deceased."""
    return _add(FamilyMember, rows, batch, source, by, on_chunk)


def add_resume_lines(
    *, rows: Rows, batch: ImportBatch | None = None, source: DataSource | None = None, by: User | None,
    on_chunk: Progress = None,
) -> int:  # fmt: skip
    """Add lines of resumes: officer_id, starts_on, ends_on, text, within_id. See `add_postings`."""
    return _add(ResumeLine, rows, batch, source, by, on_chunk)


def transfer_officer(
    *,
    officer: Officer,
    unit: Unit,
    post: str = "",
    level: str = "",
    on: dt.date,
    document: str = "",
    by: User | None,
) -> Posting:
    """Post `officer` to `unit` from `on`: the open main posting ends the day before, a new one begins.

    Only the career fact; the ledger's own record of the event (kind POST_CHANGE, ROTATION …) is written by the
    caller, who knows which of them it was. Raises ValidationError for a closed unit, a day in the future or
    before the present posting, or when nothing would change.
    """
    if on > timezone.localdate():
        raise ValidationError({"on": _("A transfer is entered on the day it takes effect or later.")})
    with transaction.atomic():
        officer = Officer.objects.select_for_update().get(pk=officer.pk)
        unit = Unit.objects.get(pk=unit.pk)
        if unit.active_to is not None and unit.active_to < on:
            raise ValidationError({"unit": _("“%(unit)s” is closed.") % {"unit": unit.label}})
        if unit.active_from is not None and unit.active_from > on:
            raise ValidationError({"unit": _("“%(unit)s” did not exist yet on that day.") % {"unit": unit.label}})
        open_ones = list(counting(Posting.objects.filter(officer=officer, main=True, ends_on=None)))
        for posting in open_ones:
            _refuse_before(posting, on)
            if (posting.unit_id, posting.post, posting.level) == (unit.pk, post, level):
                raise ValidationError(_("%(officer)s already holds this post.") % {"officer": officer.label})
        Posting.objects.filter(pk__in=[posting.pk for posting in open_ones]).update(ends_on=on - dt.timedelta(days=1))
        fresh = Posting.objects.create(
            officer=officer, unit=unit, post=post, level=level, starts_on=on, document=document
        )
        refresh_current(officer_ids=[officer.pk])
        audit.record(
            by=by,
            action="posting.transfer",
            object_type="posting",
            object_id=fresh.pk,
            officer_id=officer.pk,
            details={"from": [p.unit_id for p in open_ones], "to": unit.pk, "on": on.isoformat()},
        )
    return fresh


def move_officers(*, officer_ids: Sequence[int], unit: Unit, on: dt.date) -> int:
    """Give many officers the same post in another unit from `on` (a merger), in the caller's transaction and
    under its audit event. Returns how many were moved."""
    postings = list(counting(Posting.objects.filter(officer__in=officer_ids, main=True, ends_on=None)))
    for posting in postings:
        _refuse_before(posting, on)
    Posting.objects.filter(pk__in=[posting.pk for posting in postings]).update(ends_on=on - dt.timedelta(days=1))
    present = {posting.officer_id: posting for posting in postings}
    Posting.objects.bulk_create(
        Posting(
            officer_id=pk,
            unit=unit,
            post=present[pk].post if pk in present else "",
            level=present[pk].level if pk in present else "",
            starts_on=on,
        )
        for pk in officer_ids
    )
    refresh_current(officer_ids=officer_ids)
    return len(officer_ids)


def _refuse_before(posting: Posting, on: dt.date) -> None:
    if posting.starts_on >= on:
        raise ValidationError(
            _("The present posting began on %(day)s; the new one must begin after that day.")
            % {"day": posting.starts_on.isoformat()}
        )


def _add(
    model: type[CareerFact],
    rows: Rows,
    batch: ImportBatch | None,
    source: DataSource | None,
    by: User | None,
    on_chunk: Progress,
) -> int:
    names = [field.attname for field in model._meta.concrete_fields if not field.primary_key]
    common = {"batch_id": batch.pk if batch else None, "source_id": source.pk if source else None}

    def write(chunk: list[Mapping[str, Any]]) -> None:
        now = timezone.now()
        full: Iterable[dict[str, Any]] = ({**row, **common, "created_at": now} for row in chunk)
        insert_rows(model, names, prepared(model, names, full))

    if batch is not None:
        return write_in_chunks(rows, write, on_chunk=on_chunk)
    if not rows:
        return 0
    with transaction.atomic():
        write(list(rows))
        whose = sorted({row["officer_id"] for row in rows})
        if model in STATE_MODELS:
            refresh_current(officer_ids=whose)
        else:
            announce_dossiers(whose)
        audit.record(
            by=by, action=f"{model._meta.model_name}.add", object_type=model._meta.model_name or "",
            details={"rows": len(rows)}, officer_id=rows[0]["officer_id"] if len(rows) == 1 else None,
        )  # fmt: skip
    return len(rows)
