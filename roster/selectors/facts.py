"""The facts of a dossier as lists of fields, whatever they are stored in.

A fact is named `model.number` (`officer.12`, `posting.7`, `education.new`). Its fields are made from the model's own,
with the code tables its codes come from, so that a form, a comparison and a sentence about a fact are one thing for
officers, career facts and ledger entries. Values are payloads in stored form (`police_hr.core.fields`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import override

from police_hr.core.access import Viewer
from police_hr.core.days import DayField
from police_hr.core.fields import FieldList
from police_hr.core.fields.base import is_empty
from police_hr.core.fields.spec import FieldSpec
from police_hr.core.numbers import whole_number
from roster.access import classes_for
from roster.counting import counting
from roster.models import (
    Appraisal,
    Education,
    FamilyMember,
    GradeRecord,
    LedgerEntry,
    Officer,
    Posting,
    Qualification,
    RankRecord,
    ResumeLine,
)
from roster.models.career import CareerFact
from roster.selectors import codes
from roster.selectors.ledger import entry_for

OFFICER, ENTRY, NEW = "officer", "ledgerentry", "new"
CAREER: dict[str, type[CareerFact]] = {
    str(model._meta.model_name): model
    for model in (Posting, RankRecord, GradeRecord, Education, Appraisal, Qualification, FamilyMember, ResumeLine)
}
GRADES = ("duty_grade", "technical_grade", "general_grade")
TABLES: dict[str, tuple[str, ...]] = {
    "officer.ethnicity": ("ethnicity",),
    "officer.political_status": ("political_status",),
    "officer.staffing": ("staffing_type",),
    "officer.branch": ("police_branch",),
    "officer.education": ("education",),
    "officer.health": ("health",),
    "officer.marriage": ("marriage",),
    "officer.blood_type": ("blood_type",),
    "officer.entry_source": ("entry_source",),
    "posting.level": ("leadership_level",),
    "rankrecord.rank": ("police_rank",),
    "graderecord.grade": GRADES,
    "education.level": ("education",),
    "appraisal.result": ("annual_appraisal", "periodic_appraisal"),
    "qualification.kind": ("qualification",),
    "familymember.relation": ("family_relation",),
    "familymember.political_status": ("political_status",),
}
# fields of an officer of class 2 and of class 3; the rest of the basic facts are class 1
PERSONAL_FIELDS = frozenset(
    {"id_number", "phone", "address", "ethnicity", "blood_type", "native_place", "birthplace", "birth_date"}
)
SENSITIVE_FIELDS = frozenset({"health", "marriage"})
PERSONAL, FAMILY = 2, 3
CAREER_CLASSES: dict[str, int] = {"appraisal": PERSONAL, "familymember": FAMILY}
# what a request never changes: derived, or the product's own
_NEVER = frozenset({"id", "officer", "source", "batch", "created_at", "voided_on", "voided_by", "void_reason",
                    "replaced_by", "within", "secondment", "birth_precision", "strokes"})  # fmt: skip
_YES_NO: list[dict[str, str]] = [
    {"value": "yes", "zh": "是", "en": "yes"},
    {"value": "no", "zh": "否", "en": "no"},
]
# the days and the amount of a ledger entry; capitals, because a kind's own field never has them
ENTRY_FIELDS: dict[str, str] = {
    "OCCURRED_ON": "occurred_on",
    "KNOWN_ON": "known_on",
    "CLOSED_ON": "closed_on",
    "AMOUNT": "amount",
}


@dataclass(frozen=True)
class Fact:
    """One fact of `officer`. `row` is None where it is to be added."""

    code: str
    officer: Officer
    row: models.Model | None
    sensitivity: int

    @property
    def number(self) -> int | None:
        return None if self.row is None else int(self.row.pk)

    @property
    def name(self) -> str:
        """As the address of a request calls it."""
        return f"{self.code}.{self.number or NEW}"

    @property
    def label(self) -> str:
        """What sort of fact it is, in the active language."""
        if self.code == OFFICER:
            return _("Basic facts")
        if isinstance(self.row, LedgerEntry):
            return str(self.row.kind_version)
        return str(CAREER[self.code]._meta.verbose_name)


def find(viewer: Viewer, officer: Officer, name: str) -> Fact | None:
    """The fact of `officer` that `name` calls, as it holds now; None where there is none, or none that `viewer` may
    see. A fact that was replaced leads to the one in its place."""
    code, _dot, text = name.partition(".")
    number = whole_number(text)
    if code == OFFICER:
        return Fact(code, officer, officer, 1) if number == officer.pk else None
    if code == ENTRY and number is not None:
        entry = _latest_entry(number)
        found = entry_for(viewer, entry.pk) if entry is not None and entry.officer_id == officer.pk else None
        return Fact(code, officer, found, found.sensitivity) if found is not None else None
    model = CAREER.get(code)
    if model is None or (number is None and text != NEW):
        return None
    row = latest(model, number) if number is not None else None
    if number is not None and (row is None or row.officer_id != officer.pk):
        return None
    return Fact(code, officer, row, CAREER_CLASSES.get(code, 1))


def latest(model: type[CareerFact], number: int) -> CareerFact | None:
    """The career fact with this number, or the one that took its place; None where it holds no more."""
    row = model._default_manager.filter(pk=number).first()
    while row is not None and row.replaced_by is not None:
        row = row.replaced_by
    return counting(model._default_manager.filter(pk=row.pk)).first() if row is not None else None


def _latest_entry(number: int) -> LedgerEntry | None:
    entry = LedgerEntry.objects.filter(pk=number).first()
    while entry is not None and entry.replaced_by_id is not None:
        entry = LedgerEntry.objects.filter(pk=entry.replaced_by_id).first()
    return entry if entry is not None and entry.voided_on is None else None


def may_see(viewer: Viewer, fact: Fact) -> bool:
    """Whether a fact is open to `viewer`: what is one's own is; an entry was asked of its own rules already."""
    return fact.code == ENTRY or fact.sensitivity in open_classes(viewer, fact.officer)


def open_classes(viewer: Viewer, officer: Officer) -> frozenset[int]:
    """The classes of fields of a dossier that are open to `viewer`; of one's own, all of them."""
    if viewer.officer_id == officer.pk:
        return frozenset({1, 2, 3})
    return classes_for(viewer, officer)["open"]


# --- fields ---------------------------------------------------------------------------------------------------


def specs_of(fact: Fact) -> list[FieldSpec]:
    """The fields of a fact that can be corrected, in the order of its model."""
    if isinstance(fact.row, LedgerEntry):
        return _entry_specs(fact.row)
    model = Officer if fact.code == OFFICER else CAREER[fact.code]
    return [_spec(fact, field) for field in model._meta.concrete_fields if field.name in editable(fact.code)]


def editable(code: str) -> frozenset[str]:
    """The names of the fields that a request may change."""
    if code == OFFICER:
        return frozenset(_officer_fields())
    return frozenset(field.name for field in CAREER[code]._meta.concrete_fields) - _NEVER


def _officer_fields() -> list[str]:
    derived = {"unit", "post", "post_level", "post_since", "rank", "rank_since", "grade", "grade_since", "standing",
               "pinyin", "initials", "phone_tail", "version"}  # fmt: skip
    return [field.name for field in Officer._meta.concrete_fields if field.name not in derived | _NEVER]


def class_of(code: str, name: str) -> int:
    """The class of one field of a fact that is not a ledger entry."""
    if code == OFFICER:
        return FAMILY if name in SENSITIVE_FIELDS else PERSONAL if name in PERSONAL_FIELDS else 1
    return CAREER_CLASSES.get(code, 1)


def _spec(fact: Fact, field: Any) -> FieldSpec:
    labels = {}
    for language in ("zh-hans", "en"):
        with override(language):
            labels[language] = str(_("Name") if field.name == "name" else field.verbose_name)
    en = labels["en"][:1].upper() + labels["en"][1:]
    spec: FieldSpec = {"name": field.name, "type": "text", "label_zh": labels["zh-hans"], "label_en": en}
    if not field.blank and not isinstance(field, models.BooleanField):
        spec["required"] = True
    offered = _choices(fact, field)
    if offered:
        spec["type"], spec["choices"] = "choice", offered
    elif isinstance(field, DayField):
        spec["type"] = "date"
    elif isinstance(field, models.ForeignKey):
        spec["type"] = "unit"
    elif isinstance(field, models.PositiveSmallIntegerField):
        spec["type"], spec["min"], spec["max"] = "int", 1950, 2100
    else:
        spec["max"] = field.max_length
    return spec


def _choices(fact: Fact, field: Any) -> list[Any]:
    """The choices of a coded field. A value that no table knows stays among them, so that it can stand."""
    if isinstance(field, models.BooleanField):
        return _YES_NO
    tables = TABLES.get(f"{fact.code}.{field.name}", ())
    found: list[Any] = [
        {"value": entry.code, "zh": entry.zh, "en": entry.en, "withdrawn": entry.withdrawn}
        for table in tables
        for entry in codes.entries(table)
    ]
    for value, _word in field.flatchoices if field.choices else ():
        words = {}
        for language in ("zh-hans", "en"):
            with override(language):
                words[language] = str(dict(field.flatchoices)[value])
        found.append({"value": value, "zh": words["zh-hans"], "en": words["en"]})
    held = getattr(fact.row, field.name, "") if fact.row is not None else ""
    if found and held and all(choice["value"] != held for choice in found):
        found.append({"value": held, "zh": held, "en": held})
    return found


def _entry_specs(entry: LedgerEntry) -> list[FieldSpec]:
    version = entry.kind_version
    days: list[FieldSpec] = [
        {"name": "OCCURRED_ON", "type": "date", "label_zh": "发生日期", "label_en": "Occurred on", "required": True},
        {"name": "KNOWN_ON", "type": "date", "label_zh": "知悉日期", "label_en": "Known on", "required": True},
    ]
    if version.open_ended:
        days.append({"name": "CLOSED_ON", "type": "date", "label_zh": "办结日期", "label_en": "Closed on"})
    if version.amount_label_zh or version.amount_label_en:
        zh, en = version.amount_label_zh, version.amount_label_en
        days.append({"name": "AMOUNT", "type": "text", "max": 20, "label_zh": zh or en, "label_en": en or zh})
    # A file stays as it is; another one is evidence of the request.
    return [*days, *(spec for spec in version.fields if spec["type"] not in ("file", "note"))]


# --- values ---------------------------------------------------------------------------------------------------


def payload_of(fact: Fact) -> dict[str, Any]:
    """What stands there now, in stored form, empty values left out."""
    row = fact.row
    if row is None:
        return {}
    if isinstance(row, LedgerEntry):
        names = {spec["name"] for spec in _entry_specs(row)}
        own = {name: value for name, value in row.payload.items() if name in names}
        days = {name: _stored(getattr(row, attribute)) for name, attribute in ENTRY_FIELDS.items() if name in names}
        return {name: value for name, value in {**days, **own}.items() if not is_empty(value)}
    found = {name: _stored(_held(row, name)) for name in editable(fact.code)}
    return {name: value for name, value in found.items() if not is_empty(value)}


def _held(row: models.Model, name: str) -> Any:
    field: Any = row._meta.get_field(name)
    return getattr(row, field.attname)


def _stored(value: Any) -> Any:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dt.date):
        return value.isoformat()
    return f"{value:g}" if isinstance(value, float) else value


def attributes_of(code: str, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """A payload of a fact that is not an entry as attributes of its model; None becomes the field's empty value."""
    model = Officer if code == OFFICER else CAREER[code]
    found = {}
    for name, value in wanted.items():
        field: Any = model._meta.get_field(name)
        if isinstance(field, models.BooleanField):
            found[name] = value == "yes"
        elif isinstance(field, DayField):
            found[name] = dt.date.fromisoformat(value) if value else None
        else:
            found[field.attname] = "" if value is None and isinstance(field, models.CharField) else value
    return found


def field_list(fact: Fact) -> FieldList:
    return FieldList(specs_of(fact))
