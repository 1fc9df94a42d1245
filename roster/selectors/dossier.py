"""Reads of the dossier: head, career tabs, completeness. Each is one or two queries; the timeline is `ledger`'s."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from police_hr.core.access import Viewer
from police_hr.core.i18n import pick
from roster.access import classes_for
from roster.counting import counting
from roster.models import (
    Appraisal,
    Education,
    FamilyMember,
    GradeRecord,
    Officer,
    Posting,
    Qualification,
    RankRecord,
    ResumeLine,
    Unit,
)
from roster.models.career import CareerFact
from roster.selectors import codes
from roster.selectors.masks import maskable
from roster.selectors.units import NO_LEVEL, names_of

# classes of the facts that are not in the ledger
PERSONAL, FAMILY = 2, 3


@dataclass(frozen=True)
class Head:
    """The head of a dossier, in words of the active language. ID and phone numbers are masked where class 2 is
    not open, address and blood type left out; health and marriage are of class 3. What is one's own is open. Ages
    are whole years (周岁)."""

    officer: Officer
    unit: str
    unit_chain: Sequence[tuple[int, str]]
    age: int | None
    service_years: int | None
    sex: str
    rank: str
    grade: str
    post_level: str
    branch: str
    staffing: str
    education: str
    ethnicity: str
    political_status: str
    status: str
    id_number: str
    phone: str
    address: str
    native_place: str
    birthplace: str
    blood_type: str
    entry_source: str
    health: str
    marriage: str
    # class 2 is open, or it is one's own
    is_personal: bool
    opens: frozenset[int]
    with_reason: frozenset[int]


@dataclass(frozen=True)
class PostingRow:
    """A posting with the name its unit had when it began, in case that differs from today's."""

    posting: Posting
    unit_then: str
    unit_now: str
    level: str

    @property
    def renamed(self) -> bool:
        return self.unit_then != self.unit_now


@dataclass(frozen=True)
class CareerRow:
    """A career fact with the word for its code."""

    fact: Any
    label: str


def head(viewer: Viewer, officer: Officer) -> Head:
    """The head of `officer`'s dossier. One query (the chain of units) where the unit is joined."""
    classes = classes_for(viewer, officer)
    own = viewer.officer_id == officer.pk
    personal = own or PERSONAL in classes["open"]
    sensitive = own or FAMILY in classes["open"]
    today = timezone.localdate()
    chain: list[tuple[int, str]] = []
    if officer.unit is not None:
        chain = [(unit.pk, unit.short_label) for unit in Unit.objects.get_ancestors(officer.unit)]
        chain.append((officer.unit.pk, officer.unit.short_label))
    return Head(
        officer=officer,
        unit=officer.unit.label if officer.unit is not None else "",
        unit_chain=chain,
        age=whole_years(officer.birth_date, officer.left_on if officer.status == Officer.Status.DIED else today),
        service_years=whole_years(officer.police_since, officer.left_on or today),
        sex=str(officer.get_sex_display()) if officer.sex else "",
        rank=codes.label("police_rank", officer.rank),
        grade=codes.grade_labels().get(officer.grade, officer.grade),
        post_level=_led(officer.post_level),
        branch=codes.label("police_branch", officer.branch),
        staffing=codes.label("staffing_type", officer.staffing),
        education=codes.label("education", officer.education),
        ethnicity=codes.label("ethnicity", officer.ethnicity) if personal else "",
        political_status=codes.label("political_status", officer.political_status),
        status=str(officer.get_status_display()),
        id_number=maskable("officer", officer.pk, "id_number", officer.id_number, opens=personal),
        phone=maskable("officer", officer.pk, "phone", officer.phone, opens=personal),
        address=maskable("officer", officer.pk, "address", officer.address, opens=True) if personal else "",
        native_place=officer.native_place if personal else "",
        birthplace=officer.birthplace if personal else "",
        blood_type=codes.label("blood_type", officer.blood_type) if personal else "",
        entry_source=codes.label("entry_source", officer.entry_source),
        health=codes.label("health", officer.health) if sensitive else "",
        marriage=codes.label("marriage", officer.marriage) if sensitive else "",
        is_personal=personal,
        opens=classes["open"],
        with_reason=classes["with_reason"],
    )


def postings(viewer: Viewer, officer: Officer) -> list[PostingRow]:
    """All postings that count, newest first, units under the names of their time. Two queries."""
    rows = list(counting(Posting.objects.filter(officer=officer)).select_related("unit", "source")
                .order_by("-starts_on", "-pk"))  # fmt: skip
    names = names_of(row.unit_id for row in rows)
    return [
        PostingRow(
            posting=row,
            unit_then=_unit_then(names.on(row.unit_id, row.starts_on), row.unit),
            unit_now=pick(row.unit.name, row.unit.name_en),
            level=_led(row.level),
        )
        for row in rows
    ]


def _unit_then(name: str, unit: Unit) -> str:
    """The name of that time. Only the name of today is known in both languages."""
    return name if name not in ("", unit.name) else pick(unit.name, unit.name_en)


def _led(level: str) -> str:
    """The leadership level; nothing for those who lead nobody."""
    return "" if level == NO_LEVEL else codes.label("leadership_level", level)


def resume(viewer: Viewer, officer: Officer) -> list[ResumeLine]:
    """The lines of the resume that count, the earliest first as on the form; what happened meanwhile follows the
    line within which it did. One query."""
    rows = _facts(ResumeLine, officer, "starts_on")
    outer = [row for row in rows if row.within_id is None]
    ordered = []
    for row in outer:
        ordered += [row, *(inner for inner in rows if inner.within_id == row.pk)]
    known = {row.pk for row in ordered}
    return ordered + [row for row in rows if row.pk not in known]


def ranks(viewer: Viewer, officer: Officer) -> list[CareerRow]:
    """All police ranks that count, newest first."""
    return [CareerRow(row, codes.label("police_rank", row.rank)) for row in _facts(RankRecord, officer, "-since")]


def grades(viewer: Viewer, officer: Officer) -> list[CareerRow]:
    """All grades that count, newest first."""
    words = codes.grade_labels()
    return [CareerRow(row, words.get(row.grade, row.grade)) for row in _facts(GradeRecord, officer, "-since")]


def educations(viewer: Viewer, officer: Officer) -> list[CareerRow]:
    """All courses of study that count, newest first."""
    rows = _facts(Education, officer, "-ends_on", "-starts_on")
    return [CareerRow(row, codes.label("education", row.level)) for row in rows]


def appraisals(viewer: Viewer, officer: Officer) -> list[CareerRow]:
    """All appraisals that count, newest first; yearly before quarterly. Class 2: nothing where it is not open."""
    if PERSONAL not in classes_for(viewer, officer)["open"]:
        return []
    words = {**codes.labels("periodic_appraisal"), **codes.labels("annual_appraisal")}
    rows = _facts(Appraisal, officer, "-year", "period")
    return [CareerRow(row, words.get(row.result, row.result)) for row in rows]


def qualifications(viewer: Viewer, officer: Officer, *, kinds: Sequence[str] = ()) -> list[CareerRow]:
    """All qualifications that count (of `kinds` where they are given), newest first."""
    rows = _facts(Qualification, officer, "-gained_on")
    if kinds:
        rows = [row for row in rows if row.kind in kinds]
    return [CareerRow(row, codes.label("qualification", row.kind)) for row in rows]


def family(viewer: Viewer, officer: Officer) -> list[CareerRow] | None:
    """The members of the family (class 3), or None where the class is not open to the viewer. One's own is open."""
    if viewer.officer_id != officer.pk and FAMILY not in classes_for(viewer, officer)["open"]:
        return None
    rows = _facts(FamilyMember, officer, "relation")
    return [CareerRow(row, codes.label("family_relation", row.relation)) for row in rows]


# --- completeness ---------------------------------------------------------------------------------------------

# What a dossier should hold: field, or name of the relation, and its word.
EXPECTED: tuple[tuple[str, str | Promise], ...] = (
    ("name", _("name")),
    ("sex", _("sex")),
    ("birth_date", _("date of birth")),
    ("id_number", _("ID number")),
    ("phone", _("mobile phone")),
    ("ethnicity", _("ethnicity")),
    ("native_place", _("ancestral home")),
    ("birthplace", _("birthplace")),
    ("health", _("state of health")),
    ("entry_source", _("how they joined the police")),
    ("political_status", _("political status")),
    ("work_started_on", _("start of work")),
    ("police_since", _("joined the police")),
    ("staffing", _("staffing type")),
    ("unit", _("unit")),
    ("post", _("post")),
    ("rank", _("police rank")),
    ("education", _("education")),
)
EXPECTED_FACTS: tuple[tuple[type[CareerFact], str | Promise], ...] = (
    (Posting, _("postings")),
    (RankRecord, _("rank records")),
    (Education, _("education records")),
    (Appraisal, _("appraisals")),
    (FamilyMember, _("family members")),
)


@dataclass(frozen=True)
class Completeness:
    """How much of what a dossier should hold it holds: whole per cent, and what is missing."""

    percent: int
    missing: Sequence[str]


def fact_counts(officer: Officer) -> dict[type[CareerFact], int]:
    """How many career facts of each sort count for `officer`. One query."""
    models = (Posting, RankRecord, GradeRecord, Education, Appraisal, Qualification, FamilyMember, ResumeLine)
    counts = Officer.objects.filter(pk=officer.pk).values_list(*(_count_of(model) for model in models))[0]
    return dict(zip(models, counts, strict=True))


def _count_of(model: type[CareerFact]) -> Coalesce:
    rows = counting(model._default_manager.filter(officer=OuterRef("pk"))).order_by()
    return Coalesce(Subquery(rows.values(whose=F("officer")).annotate(number=Count("pk")).values("number")), 0)


def completeness(officer: Officer, counts: Mapping[type[CareerFact], int] | None = None) -> Completeness:
    """The share of `EXPECTED` and `EXPECTED_FACTS` that is there. One query, none where the `fact_counts` are
    given. Says what is missing, not what is held."""
    held = counts if counts is not None else fact_counts(officer)
    missing = [str(word) for name, word in EXPECTED if not getattr(officer, f"{name}_id" if name == "unit" else name)]
    missing += [str(word) for model, word in EXPECTED_FACTS if not held[model]]
    total = len(EXPECTED) + len(EXPECTED_FACTS)
    return Completeness(percent=100 * (total - len(missing)) // total, missing=missing)


def whole_years(since: dt.date | None, until: dt.date | None) -> int | None:
    """Whole years from `since` to `until` (周岁); None where either is unknown."""
    if since is None or until is None:
        return None
    return until.year - since.year - ((until.month, until.day) < (since.month, since.day))


def _facts(model: type[CareerFact], officer: Officer, *order: str) -> list[Any]:
    rows = counting(model._default_manager.filter(officer=officer)).select_related("source")
    return list(rows.order_by(*order, "-pk"))
