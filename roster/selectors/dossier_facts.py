"""Dossiers as the checks want them: many at once, by one query for each sort of fact."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

from django.db.models import Model

from police_hr.core.identity import IdentityError, check_id_number
from roster.counting import counting
from roster.engine import checks
from roster.models import (
    Appraisal,
    Education,
    FamilyMember,
    GradeRecord,
    ImportBatch,
    ImportRow,
    Officer,
    OfficerPhoto,
    Posting,
    RankRecord,
    ResumeLine,
)
from roster.models.career import CareerFact

# the dossier's name of a sort of facts: model, columns in the order of the engine's class, order of the rows
_SORTS: tuple[tuple[str, type[CareerFact], Callable[..., Any], tuple[str, ...], tuple[str, ...]], ...] = (
    ("postings", Posting, checks.Posting,
     ("pk", "unit_id", "unit__name", "post", "level", "main", "starts_on", "ends_on", "unit__active_to"),
     ("starts_on", "pk")),
    ("ranks", RankRecord, checks.Step, ("pk", "rank", "since", "kind"), ("since", "pk")),
    ("grades", GradeRecord, checks.Step, ("pk", "grade", "since"), ("since", "pk")),
    ("courses", Education, checks.Course,
     ("pk", "level", "degree", "school", "full_time", "starts_on", "ends_on"), ("ends_on", "pk")),
    ("appraisals", Appraisal, checks.Appraisal, ("pk", "year", "period", "result"), ("year", "pk")),
    ("family", FamilyMember, checks.Relative, ("pk", "relation", "birth_month", "deceased"), ("pk",)),
    ("resume", ResumeLine, checks.Line, ("pk", "starts_on", "ends_on", "text", "within_id"), ("starts_on", "pk")),
)  # fmt: skip
_PERSON = (
    "sex", "birth_date", "birth_precision", "id_number", "birthplace", "political_status", "party_joined_on",
    "work_started_on", "police_since", "left_on", "status", "staffing", "education", "marriage",
)  # fmt: skip


def read_dossiers(
    officer_ids: Sequence[int], *, as_of: dt.date, hidden: Collection[int] | None = None
) -> list[checks.Dossier]:
    """The dossiers of those officers that count, in the order of their ids. Nine queries, whatever their number.

    `hidden` are the batches that do not count, where the caller has read them (`hidden_batches`).
    """
    facts = {name: _read(model, make, columns, order, officer_ids, hidden)
             for name, model, make, columns, order in _SORTS}  # fmt: skip
    pictured = set(
        OfficerPhoto.objects.filter(officer__in=officer_ids, withdrawn_at=None).values_list("officer", flat=True)
    )
    officers = counting(Officer.objects.filter(pk__in=officer_ids).exclude(status=Officer.Status.DIED), hidden)
    return [
        checks.Dossier(
            person=_person(pk, values, pictured=pk in pictured),
            as_of=as_of,
            **{name: tuple(rows.get(pk, ())) for name, rows in facts.items()},
        )
        for pk, *values in officers.order_by("pk").values_list("pk", *_PERSON)
    ]


def hidden_batches() -> list[int]:
    """The ids of the batches that do not count. One query."""
    return list(ImportBatch.objects.filter(visible=False).values_list("pk", flat=True))


def officers_of_batch(batch_id: int) -> set[int]:
    """The ids of the officers that a batch brought, or brought facts for, or changed."""
    found = set(Officer.objects.filter(batch=batch_id).values_list("pk", flat=True))
    for _name, model, *_rest in _SORTS:
        found.update(model._default_manager.filter(batch=batch_id).values_list("officer", flat=True))
    rows = ImportRow.objects.filter(batch=batch_id, officer_number__isnull=False)
    found.update(Officer.objects.filter(pk__in=rows.values("officer_number")).values_list("pk", flat=True))
    return found


def _read(
    model: type[Model], make: Callable[..., Any], columns: Sequence[str], order: Iterable[str],
    officer_ids: Sequence[int], hidden: Collection[int] | None,
) -> dict[int, list[Any]]:  # fmt: skip
    found: dict[int, list[Any]] = defaultdict(list)
    rows = counting(model._default_manager.filter(officer__in=officer_ids), hidden)
    for officer, *values in rows.order_by(*order).values_list("officer", *columns):
        found[officer].append(make(*values))
    return found


def _person(pk: int, values: Sequence[Any], *, pictured: bool) -> checks.Person:
    named = dict(zip(_PERSON, values, strict=True))
    named["birth"], named["id_card"] = named.pop("birth_date"), _card(named.pop("id_number"))
    return checks.Person(pk=pk, has_photo=pictured, **named)


def _card(number: str) -> checks.IdCard | None:
    if not number:
        return None
    try:
        card = check_id_number(number)
    except IdentityError as fault:
        return checks.IdCard(number, fault=fault.code, expected=fault.expected, last=number[-1:])
    return checks.IdCard(number, birth=card.birth, sex="M" if card.sex == "male" else "F", area=card.area)
