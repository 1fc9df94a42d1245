"""What forms are made of, read for many officers at once: the same few queries for one and for a hundred."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Model, QuerySet

from police_hr.core.access import Viewer
from roster.counting import counting
from roster.models import (
    AppointmentForm,
    Appraisal,
    Education,
    FamilyMember,
    LedgerEntry,
    Officer,
    OfficerPhoto,
    Posting,
    ResumeLine,
    Unit,
)
from roster.selectors.ledger import closed_stubs, entries_of
from roster.selectors.units import UnitNames, names_of

HONOURS = ("AWARD", "HONOUR_TITLE")
SANCTION = "PUNISHMENT"
BY_DAY = ("occurred_on", "pk")
M = TypeVar("M", bound=Model)
Rows = Mapping[int, Sequence[Any]]


@dataclass(frozen=True)
class Gathered:
    """Facts by officer id. `sanctions` are the verified ones that the viewer may see whole; `closed` names the officers
    of whom some would open with a reason. What may never be seen leaves no trace."""

    postings: Rows
    educations: Rows
    appraisals: Rows
    lines: Rows
    family: Rows
    forms: Mapping[int, AppointmentForm]
    photos: Mapping[int, OfficerPhoto]
    honours: Rows
    sanctions: Rows
    closed: frozenset[int]
    chains: Mapping[str, str]
    names: UnitNames


def gather(viewer: Viewer, officers: Sequence[Officer]) -> Gathered:
    """Everything that the forms of `officers` need; classes are judged when they are composed."""
    ids = [officer.pk for officer in officers]
    postings = _rows(Posting, ids, "starts_on", "pk", joined=("unit",))
    honours = LedgerEntry.objects.filter(officer__in=ids, kind__code__in=HONOURS, voided_on=None)
    punished = counting(LedgerEntry.objects.filter(officer__in=ids, kind__code=SANCTION, voided_on=None))
    sanctioned = frozenset(punished.values_list("officer_id", flat=True))
    whose = [officer for officer in officers if officer.pk in sanctioned]
    return Gathered(
        postings=postings,
        educations=_rows(Education, ids, "ends_on", "pk"),
        appraisals=_rows(Appraisal, ids, "year", "pk"),
        lines=_rows(ResumeLine, ids, "starts_on", "pk"),
        family=_rows(FamilyMember, ids, "pk"),
        forms=current_forms(ids),
        photos={photo.officer_id: photo for photo in _photos(ids)},
        honours=_by_officer(counting(honours).select_related("kind").order_by(*BY_DAY)),
        sanctions={
            officer.pk: list(
                entries_of(viewer, officer, kinds=[SANCTION]).filter(verified=True).order_by("occurred_on")
            )
            for officer in whose
        },
        closed=frozenset(officer.pk for officer in whose if closed_stubs(viewer, officer, kinds=[SANCTION])),
        chains=dict(Unit.objects.values_list("path", "name")),
        names=names_of({row.unit_id for rows in postings.values() for row in rows}),
    )


@dataclass(frozen=True)
class Stated:
    """What a form can be compared with, of one officer."""

    educations: Sequence[Education]
    appraisals: Sequence[Appraisal]
    lines: Sequence[ResumeLine]
    family: Sequence[FamilyMember]
    form: AppointmentForm | None


def stated(officer_id: int) -> Stated:
    """The facts of one officer that a file may state otherwise: five small queries."""
    ids = [officer_id]
    return Stated(
        educations=_rows(Education, ids, "ends_on", "pk").get(officer_id, ()),
        appraisals=_rows(Appraisal, ids, "year", "pk").get(officer_id, ()),
        lines=_rows(ResumeLine, ids, "starts_on", "pk").get(officer_id, ()),
        family=_rows(FamilyMember, ids, "pk").get(officer_id, ()),
        form=current_forms(ids).get(officer_id),
    )


def current_forms(officer_ids: Sequence[int]) -> dict[int, AppointmentForm]:
    """Officer id → the latest version that counts."""
    rows = counting(AppointmentForm.objects.filter(officer__in=officer_ids)).order_by("pk")
    return {row.officer_id: row for row in rows}


def current_form(viewer: Viewer, officer: Officer) -> AppointmentForm | None:
    """The version of the form that counts now; what it says of the dossier's classes is the composer's matter."""
    return current_forms([officer.pk]).get(officer.pk)


def forms_of(viewer: Viewer, officer: Officer) -> list[AppointmentForm]:
    """All versions that count, newest first."""
    rows = counting(AppointmentForm.objects.filter(officer=officer)).select_related("written_by", "batch")
    return list(rows.order_by("-pk"))


def _photos(ids: Sequence[int]) -> QuerySet[OfficerPhoto]:
    return OfficerPhoto.objects.filter(officer__in=ids, withdrawn_at=None).order_by("pk")


def _rows(model: type[Any], ids: Sequence[int], *order: str, joined: tuple[str, ...] = ()) -> Rows:
    rows = counting(model._default_manager.filter(officer__in=ids))
    return _by_officer((rows.select_related(*joined) if joined else rows).order_by(*order))


def _by_officer(rows: QuerySet[Any]) -> Rows:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.officer_id].append(row)
    return found
