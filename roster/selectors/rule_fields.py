"""What the query builder can ask of an officer: the declared fields, each with its operators, values and condition.

Facts of the ledger are one field for all kinds. Who may not open a class of facts anywhere is not offered its kinds;
elsewhere only officers of units where the class may be opened answer to such a condition, with and without "not":
so neither the list nor its length tells anything about the others.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from police_hr.core.access import Viewer, outermost
from police_hr.core.dates import years_before
from police_hr.core.i18n import pick
from roster.access import path_range
from roster.counting import counting
from roster.models import Appraisal, LedgerEntry, LedgerKind, Officer, Unit
from roster.selectors import codes
from roster.selectors.axes import GRADE_TABLES
from roster.selectors.kinds import COUNSELLOR_KINDS
from roster.selectors.ledger import SERVED

Text = str | Promise
LONGEST_TEXT, MOST_YEARS = 40, 60
APPRAISED, SENSITIVE, DISCIPLINE = 2, 3, 4
# Conditions on discipline results are for who keeps the dossiers; others ask them.
DISCIPLINE_ROLES = frozenset({"hr_cadre"})
CLUES = frozenset({"COMPLAINT_RECEIVED", "EARLY_SIGN"})

OPERATORS: Mapping[str, Text] = {
    "gte": pgettext_lazy("operator", "at least"),
    "lte": pgettext_lazy("operator", "at most"),
    "is": _("is"),
    "not": _("is not"),
    "from": _("is or is above"),
    "upto": _("is or is below"),
    "has": _("has"),
    "none": _("has no"),
    "contains": _("contains"),
    "lacks": _("does not contain"),
}


class RuleFault(ValueError):
    """A condition that cannot be: an unknown field, operator or value, or one that the viewer may not use."""


@dataclass(frozen=True)
class Scene:
    """What conditions are made with: for whom, on which day."""

    viewer: Viewer
    on: dt.date


@dataclass(frozen=True)
class RuleField:
    """One field. `sort` says what its value is: years or an age ("years"), a code ("code"), a code of a table with an
    order ("ranked"), a text, a ledger fact ("fact") or an appraisal. `tables` hold the codes, the most senior first.
    """

    code: str
    label: Text
    sort: str
    column: str = ""
    tables: tuple[str, ...] = ()
    choices: Callable[[], Sequence[tuple[str, str]]] | None = None

    @property
    def operators(self) -> tuple[str, ...]:
        return {
            "years": ("gte", "lte"),
            "code": ("is", "not"),
            "ranked": ("is", "not", "from", "upto"),
            "text": ("contains", "lacks"),
            "fact": ("has", "none"),
            "appraisal": ("has", "none"),
        }[self.sort]

    def words(self) -> Mapping[str, str]:
        """Code → word of its values, in order."""
        if self.choices is not None:
            return dict(self.choices())
        return {code: word for table in self.tables for code, word in codes.labels(table).items()}


def _states() -> list[tuple[str, str]]:
    return [(value, str(word)) for value, word in Officer.Status.choices]


FIELDS: Mapping[str, RuleField] = {
    found.code: found
    for found in (
        RuleField("age", _("Age"), "years", "birth_date"),
        RuleField("in_post", _("Full years in the present post"), "years", "post_since"),
        RuleField("in_grade", _("Full years in the present grade"), "years", "grade_since"),
        RuleField("in_rank", _("Full years in the present police rank"), "years", "rank_since"),
        RuleField("service", _("Full years of police service"), "years", "police_since"),
        RuleField("party_years", _("Full years in the Party"), "years", "party_joined_on"),
        RuleField("sex", _("Sex"), "code", "sex", choices=lambda: [("M", str(_("male"))), ("F", str(_("female")))]),
        RuleField("rank", _("Police rank"), "ranked", "rank", ("police_rank",)),
        RuleField("grade", _("Grade"), "ranked", "grade", GRADE_TABLES),
        RuleField("level", _("Post level"), "ranked", "post_level", ("leadership_level",)),
        RuleField("education", _("Education"), "ranked", "education", ("education",)),
        RuleField("branch", _("Police branch"), "code", "branch", ("police_branch",)),
        RuleField("staffing", _("Staffing type"), "code", "staffing", ("staffing_type",)),
        RuleField("party", _("Political status"), "code", "political_status", ("political_status",)),
        RuleField(
            "state",
            _("Status"),
            "code",
            "status",
            choices=_states,
        ),
        RuleField("post", _("Post"), "text", "post"),
        RuleField("speciality", _("Speciality"), "text", "speciality"),
        RuleField("appraisal", _("Yearly appraisal"), "appraisal", tables=("annual_appraisal",)),
        RuleField("fact", _("Ledger fact"), "fact"),
    )
}


@dataclass(frozen=True)
class FactKind:
    """A kind of the ledger that can be asked for. `levels` are the values of its first choice, the least first; the
    field that holds them is `level_field`."""

    code: str
    label: str
    sensitivity: int
    level_field: str = ""
    levels: Mapping[str, str] = field(default_factory=dict)
    # whether it is a decision that counts from the day on which it was handed over
    served: bool = False


@dataclass(frozen=True)
class Rule:
    """One condition of the query, checked: its group, the field, the operator, the values, for a fact its kind."""

    group: str
    code: str
    operator: str
    values: tuple[str, ...]
    kind: FactKind | None = field(default=None, compare=False)

    @property
    def sensitivity(self) -> int:
        return self.kind.sensitivity if self.kind else 1

    @property
    def text(self) -> str:
        """The rule as it stands in an address."""
        values = list(self.values)
        while values and not values[-1]:
            values.pop()
        return ".".join((self.group, self.code, self.operator, *values))


def fact_kinds(viewer: Viewer) -> dict[str, FactKind]:
    """The kinds that `viewer` may ask for, by code, in the order of the menu tree. One query."""
    found = {}
    kinds = LedgerKind.objects.filter(withdrawn=False, current__isnull=False).exclude(code__in=COUNSELLOR_KINDS | CLUES)
    for kind in kinds.select_related("current").order_by("group__order", "order", "code"):
        version = kind.current
        if version is None or open_paths(viewer, version.sensitivity) == ():
            continue
        level_field, levels = _levels(version.fields)
        label = pick(version.name_zh, version.name_en)
        served = any(spec["name"] == SERVED for spec in version.fields)
        found[kind.code] = FactKind(kind.code, label, version.sensitivity, level_field, levels, served)
    return found


def _levels(specs: Sequence[Mapping[str, Any]]) -> tuple[str, Mapping[str, str]]:
    spec = next((spec for spec in specs if spec["type"] == "choice"), None)
    if spec is None:
        return "", {}
    if "choices" in spec:
        return spec["name"], {choice["value"]: pick(choice["zh"], choice["en"]) for choice in spec["choices"]}
    return spec["name"], codes.labels(spec["code_table"])


def open_paths(viewer: Viewer, sensitivity: int) -> tuple[str, ...]:
    """The unit paths below which `viewer` may ask for facts of this class; ("",) is the whole force."""
    if viewer.everything:
        return ("",)
    paths = []
    for grant in viewer.grants:
        opens = grant.role.opens | grant.role.opens_with_reason
        if sensitivity in opens and (sensitivity != DISCIPLINE or grant.role.code in DISCIPLINE_ROLES):
            paths.append(grant.unit_path)
    return outermost(paths)


def where_open(viewer: Viewer, sensitivity: int) -> Q:
    """The condition that an officer serves where `viewer` may ask for facts of this class."""
    condition = Q(pk__in=[])
    for path in open_paths(viewer, sensitivity):
        if not path:
            return Q()
        condition |= Q(unit__in=Unit.objects.filter(path_range(path)).order_by().values("pk"))
        if len(path) == Unit.steplen:
            condition |= Q(unit=None)
    return condition


# --- conditions ----------------------------------------------------------------------------------------------
def condition_of(rule: Rule, scene: Scene) -> Q:
    """The condition that one rule makes on an officer."""
    found = FIELDS[rule.code]
    make = {
        "years": _years,
        "code": _code,
        "ranked": _ranked,
        "text": _text,
        "fact": _fact,
        "appraisal": _appraisal,
    }[found.sort]
    return make(found, rule, scene)


def _years(asked: RuleField, rule: Rule, scene: Scene) -> Q:
    """Whole years since the day of the column; who has no such day answers to neither."""
    years = int(rule.values[0])
    if rule.operator == "gte":
        return Q(**{f"{asked.column}__lte": years_before(scene.on, years)})
    return Q(**{f"{asked.column}__gt": years_before(scene.on, years + 1), f"{asked.column}__lte": scene.on})


def _code(asked: RuleField, rule: Rule, scene: Scene) -> Q:
    condition = Q(**{asked.column: rule.values[0]})
    return ~condition if rule.operator == "not" else condition


def _ranked(asked: RuleField, rule: Rule, scene: Scene) -> Q:
    """Above and below are meant within the table of the code, whose first entry is the most senior."""
    if rule.operator in ("is", "not"):
        return _code(asked, rule, scene)
    for table in asked.tables:
        order = [entry.code for entry in codes.entries(table)]
        if rule.values[0] in order:
            at = order.index(rule.values[0])
            return Q(**{f"{asked.column}__in": order[: at + 1] if rule.operator == "from" else order[at:]})
    return Q(pk__in=[])


def _text(asked: RuleField, rule: Rule, scene: Scene) -> Q:
    condition = Q(**{f"{asked.column}__icontains": rule.values[0]})
    return ~condition if rule.operator == "lacks" else condition


def _appraisal(asked: RuleField, rule: Rule, scene: Scene) -> Q:
    """A result in one of the last N years that have ended."""
    result, years = rule.values[0], int(rule.values[1] or MOST_YEARS)
    rows = counting(Appraisal.objects.filter(period="", result=result))
    rows = rows.filter(year__lt=scene.on.year, year__gte=scene.on.year - years).order_by()
    there = Q(pk__in=rows.values("officer"))
    return (there if rule.operator == "has" else ~there) & where_open(scene.viewer, APPRAISED)


def _fact(asked: RuleField, rule: Rule, scene: Scene) -> Q:
    """An entry of the kind that counts and is not void, of the level or a higher one, in the last N years."""
    code, least, years = rule.values
    kind = rule.kind
    if kind is None:
        return Q(pk__in=[])
    rows = counting(LedgerEntry.objects.filter(kind__code=code, voided_on=None)).order_by()
    # a finding counts once it is verified, a decision once it was handed over
    if kind.sensitivity == DISCIPLINE:
        rows = rows.filter(verified=True)
    if kind.served:
        rows = rows.exclude(**{f"payload__{SERVED}__isnull": True})
    if years:
        rows = rows.filter(occurred_on__gt=years_before(scene.on, int(years)))
    if least:
        levels = list(kind.levels)
        rows = rows.filter(**{f"payload__{kind.level_field}__in": levels[levels.index(least) :]})
    there = Q(pk__in=rows.values("officer"))
    return (there if rule.operator == "has" else ~there) & where_open(scene.viewer, kind.sensitivity)


# --- what may be asked ---------------------------------------------------------------------------------------
def checked(code: str, operator: str, values: Sequence[str], kinds: Mapping[str, FactKind]) -> tuple[str, ...]:
    """The values of a rule as they may be used. `kinds` are those of the viewer. Raises RuleFault."""
    found = FIELDS.get(code)
    if found is None or operator not in found.operators:
        raise RuleFault(code)
    given = [*values, "", "", ""]
    if found.sort == "years":
        return (_number(given[0]),)
    if found.sort == "text":
        text = given[0].strip()
        if not text or len(text) > LONGEST_TEXT or not text.isprintable():
            raise RuleFault(code)
        return (text,)
    if found.sort == "fact":
        kind = kinds.get(given[0])
        if kind is None or (given[1] and given[1] not in kind.levels):
            raise RuleFault(code)
        return (given[0], given[1], _number(given[2]) if given[2] else "")
    if given[0] not in found.words():
        raise RuleFault(code)
    return (given[0], _number(given[1]) if given[1] else "") if found.sort == "appraisal" else (given[0],)


def _number(text: str) -> str:
    """A whole number of years from 0 to 60, as it is written. Anything else, however long, is refused unread."""
    if not (text.isascii() and text.isdecimal() and len(text) <= 2 and int(text) <= MOST_YEARS):
        raise RuleFault(text[:10])
    return str(int(text))
