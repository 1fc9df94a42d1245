"""What a force is made of: age, education, rank, grade, sex, party, years in post of a unit and all below it, its units
side by side, and posts filled against posts established. Numbers of people on the rolls, never names.

Where the viewer may see a unit but not list its people, numbers under 5 are not told, nor what would give them away.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Case, CharField, Count, F, Q, QuerySet, Value, When
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from police_hr.core.access import Viewer
from police_hr.core.dates import years_before
from police_hr.core.remembered import Remembered
from police_hr.core.roles import Permission
from roster.access import Bounds, path_range, today, units_visible_to
from roster.counting import counting
from roster.models import Officer, Unit
from roster.selectors import codes
from roster.selectors.officer_list import AGE_BANDS, BLANK, OfficerQuery
from roster.selectors.rule_fields import FIELDS, Rule
from roster.selectors.rules import Rules
from roster.selectors.units import ON_ROLLS

Text = str | Promise
SMALLEST = 5
# full years in the present post: from, to
POST_BANDS: Mapping[str, tuple[int, int | None]] = {"0-2": (0, 2), "3-4": (3, 4), "5-9": (5, 9), "10": (10, None)}


@dataclass(frozen=True)
class Dimension:
    """One way to divide people. `words` gives value → word in order; `find` the list of those with a value."""

    code: str
    label: Text
    column: str
    words: Callable[[], Mapping[str, str]]
    find: Callable[[OfficerQuery, str], OfficerQuery | None]

    def grouped(self, officers: QuerySet[Officer], on: dt.date) -> QuerySet[Any]:
        """`officers` with `value`, the value of each."""
        if self.code == "age":
            return officers.annotate(value=_bands("birth_date", AGE_BANDS, on))
        if self.code == "years":
            return officers.annotate(value=_bands("post_since", POST_BANDS, on))
        return officers.annotate(value=F(self.column))


def _bands(column: str, bands: Mapping[str, tuple[int | None, int | None]], on: dt.date) -> Case:
    """Bands of whole years since the day of `column`, the longest first; "" where there is no day."""
    cases = [
        When(**{f"{column}__lte": years_before(on, least or 0)}, then=Value(band))
        for band, (least, _most) in reversed(list(bands.items()))
    ]
    return Case(*cases, default=Value(""), output_field=CharField())


def _facet(name: str) -> Callable[[OfficerQuery, str], OfficerQuery]:
    return lambda query, value: query.change(chosen={**query.chosen, name: (value or BLANK,)})


def _rule(code: str) -> Callable[[OfficerQuery, str], OfficerQuery | None]:
    """The list by a condition of the query builder; none for what its table does not know."""

    def find(query: OfficerQuery, value: str) -> OfficerQuery | None:
        known = value in FIELDS[code].words()
        return query.change(rules=Rules((Rule("1", code, "is", (value,)),))) if known else None

    return find


def _years_in_post(query: OfficerQuery, value: str) -> OfficerQuery | None:
    if not value:
        return None
    least, most = POST_BANDS[value]
    rules = [Rule("1", "in_post", "gte", (str(least),))]
    rules += [Rule("1", "in_post", "lte", (str(most),))] if most is not None else []
    return query.change(rules=Rules(tuple(rules)))


def _age_words() -> dict[str, str]:
    words = {}
    for band, (least, most) in AGE_BANDS.items():
        if least is None:
            words[band] = _("%(age)s and younger") % {"age": most}
        elif most is None:
            words[band] = _("%(age)s and older") % {"age": least}
        else:
            words[band] = _("%(from)s–%(to)s") % {"from": least, "to": most}
    return words


def _post_words() -> dict[str, str]:
    words = {}
    for band, (least, most) in POST_BANDS.items():
        if most is None:
            words[band] = ngettext("%(years)s year and longer", "%(years)s years and longer", least) % {"years": least}
        else:
            words[band] = _("%(from)s–%(to)s years") % {"from": least, "to": most}
    return words


DIMENSIONS: Mapping[str, Dimension] = {
    found.code: found
    for found in (
        Dimension("age", gettext_lazy("Age"), "birth_date", _age_words, _facet("age")),
        Dimension(
            "education", gettext_lazy("Education"), "education", lambda: codes.labels("education"), _rule("education")
        ),
        Dimension("rank", gettext_lazy("Police rank"), "rank", lambda: codes.labels("police_rank"), _facet("rank")),
        Dimension("grade", gettext_lazy("Grade"), "grade", codes.grade_labels, _facet("grade")),
        Dimension(
            "sex", gettext_lazy("Sex"), "sex", lambda: {"M": _("male"), "F": _("female")}, _rule("sex")
        ),
        Dimension(
            "party", gettext_lazy("Political status"), "political_status", lambda: codes.labels("political_status"),
            _facet("party"),
        ),
        Dimension("years", gettext_lazy("Years in the present post"), "post_since", _post_words, _years_in_post),
    )
}  # fmt: skip


@dataclass(frozen=True)
class Share:
    """How many people have a value, None where that is not told. `url` lists them, where they may be listed."""

    label: str
    count: int | None
    percent: float | None
    url: str = ""


@dataclass(frozen=True)
class Distribution:
    """One dimension of one unit."""

    code: str
    label: Text
    total: int
    shares: Sequence[Share]


@dataclass(frozen=True)
class UnitLine:
    """A unit beside others: its people, the shares of each value, its established posts and how many are filled.

    `vacant` is below 0 where more are filled than established; all three are None where no number is held.
    """

    unit: Unit
    total: int
    shares: Sequence[Share] = ()
    established: int | None = None
    filled: int = 0
    url: str = ""
    # whether only the unit itself is meant, without those below
    alone: bool = False

    @property
    def vacant(self) -> int | None:
        return None if self.established is None else self.established - self.filled

    @property
    def percent(self) -> float | None:
        return 100 * self.filled / self.established if self.established else None


def suppressed(counts: Mapping[str, int]) -> dict[str, int | None]:
    """`counts` without those from 1 to 4; where that leaves one to be worked out from the total, the next smallest one
    goes too."""
    told: dict[str, int | None] = {value: None if 0 < count < SMALLEST else count for value, count in counts.items()}
    if sum(count is None for count in told.values()) == 1:
        others = [(count, value) for value, count in counts.items() if told[value]]
        if others:
            told[min(others)[1]] = None
    return told


_remembered: Remembered[list[tuple[Any, ...]]] = Remembered()


def _read(key: tuple[Any, ...], rows: QuerySet[Any, Any]) -> list[tuple[Any, ...]]:
    """Counted rows; those over very many people are kept for some seconds."""
    return _remembered.get(key, lambda: list(rows), rows=lambda found: sum(row[-1] for row in found))


def distributions(viewer: Viewer, unit: Unit, bounds: Bounds) -> list[Distribution]:
    """Every dimension of the people of `unit` and all below it. One query each, however many people."""
    people, key = _people(unit, bounds)
    listed, on = viewer.covers(Permission.OFFICER_LIST, unit.path), today()
    found = []
    for dimension in DIMENSIONS.values():
        rows = dimension.grouped(people, on).order_by().values_list("value").annotate(n=Count("*"))
        counts = {value or "": count for value, count in _read((dimension.code, on, *key), rows)}
        shares = _shares(dimension, counts, unit if listed else None)
        found.append(Distribution(dimension.code, dimension.label, sum(counts.values()), shares))
    return found


def _people(unit: Unit, bounds: Bounds) -> tuple[QuerySet[Officer], tuple[Any, ...]]:
    """Those on the rolls of a unit and all below it, and what a count of them rests on. Of the only root unit nobody is
    asked for the unit, so that the indexes of the list serve."""
    people = counting(Officer.objects.filter(status__in=ON_ROLLS), bounds.hidden)
    if bounds.roots != (unit.path,):
        people = people.filter(unit__in=Unit.objects.filter(path_range(unit.path)).order_by().values("pk"))
    return people, (unit.path, bounds.roots, bounds.hidden)


def _shares(dimension: Dimension, counts: Mapping[str, int], listed: Unit | None) -> list[Share]:
    """The shares in the order of the words; values nobody has are left out. `listed` is the unit to list people of."""
    words, total = dimension.words(), sum(counts.values())
    order = [value for value in words if value in counts] + sorted(set(counts) - {*words, ""}) + [""] * ("" in counts)
    told: Mapping[str, int | None] = counts if listed is not None else suppressed(counts)
    shares = []
    for value in order:
        count = told[value]
        percent = 100 * count / total if count is not None and total else None
        label = words.get(value, value) if value else _("not recorded")
        shares.append(Share(label, count, percent, _url(dimension, listed, value)))
    return shares


def list_query(unit: Unit) -> OfficerQuery:
    """The list of the people that are counted here."""
    return OfficerQuery(unit=unit.pk, unit_path=unit.path, chosen={"status": tuple(str(s) for s in ON_ROLLS)})


def _url(dimension: Dimension, listed: Unit | None, value: str) -> str:
    query = dimension.find(list_query(listed), value) if listed is not None else None
    return query.url if query is not None else ""


def side_by_side(
    viewer: Viewer, units: Sequence[Unit], dimension: Dimension, bounds: Bounds, *, alone: Unit | None = None
) -> tuple[list[str], list[UnitLine]]:
    """(words of the values, a line a unit) of `units`, which do not contain one another, each with all below it, and
    of `alone` without those below: what share of its people has each value, and how its established posts are
    filled. Three queries."""
    on, hidden = today(), bounds.hidden
    below = Q(pk=alone.pk) if alone is not None else Q(pk__in=[])
    for unit in units:
        below |= path_range(unit.path)
    tree = list(Unit.objects.filter(below, active_to=None).order_by("path").values_list("pk", "path", "establishment"))
    people = counting(Officer.objects.filter(status__in=ON_ROLLS, unit__isnull=False), hidden).order_by()
    rows = dimension.grouped(people, on).values_list("unit_id", "value").annotate(n=Count("*"))
    posts = people.filter(staffing__in=_established()).values_list("unit_id").annotate(n=Count("*"))
    owner, everyone = _owners(units, tree, alone), [*([alone] if alone else []), *units]
    counts = _rolled_up(everyone, owner, _read(("units", dimension.code, on, hidden), rows))
    filled = _rolled_up(everyone, owner, [(pk, "", n) for pk, n in _read(("posts", hidden), posts)])
    places = _places(everyone, owner, tree)
    values = _values(dimension, counts.values())
    lines = []
    for unit in everyone:
        listed, linked = viewer.covers(Permission.OFFICER_LIST, unit.path), unit is not alone
        own = {value: counts[unit.pk].get(value, 0) for value in values}
        total = sum(own.values())
        told: Mapping[str, int | None] = own if listed else suppressed(own)
        shares = []
        for value in values:
            count = told[value]
            percent = 100 * count / total if count is not None and total else None
            shares.append(Share("", count, percent, _url(dimension, unit if listed and linked else None, value)))
        line = UnitLine(unit, total, shares, places[unit.pk], filled[unit.pk].get("", 0), alone=not linked)
        lines.append(replace(line, url=list_query(unit).url if listed and linked else ""))
    words = dimension.words()
    return [words.get(value, value) if value else _("not recorded") for value in values], lines


def _values(dimension: Dimension, counts: Iterable[Mapping[str, int]]) -> list[str]:
    """The values that anybody has, in order."""
    there = {value for found in counts for value, count in found.items() if count}
    words = dimension.words()
    return [v for v in words if v in there] + sorted(there - {*words, ""}) + [""] * ("" in there)


Tree = Sequence[tuple[int, str, int | None]]


def _rolled_up(
    units: Sequence[Unit], owner: Mapping[int, int], rows: Iterable[tuple[Any, ...]]
) -> dict[int, dict[str, int]]:
    """Unit → value → people of it and all below, of (unit id, value, people) rows."""
    found: dict[int, dict[str, int]] = {unit.pk: {} for unit in units}
    for unit_id, value, count in rows:
        if unit_id in owner:
            counts = found[owner[unit_id]]
            counts[value or ""] = counts.get(value or "", 0) + count
    return found


def _owners(units: Sequence[Unit], tree: Tree, alone: Unit | None) -> dict[int, int]:
    """Unit below → which of `units` it belongs to; `alone` belongs to itself."""
    tops = {unit.path: unit.pk for unit in units}
    found = {alone.pk: alone.pk} if alone is not None else {}
    for pk, path, _established in tree:
        steps = (path[:length] for length in range(Unit.steplen, len(path) + 1, Unit.steplen))
        top = next((tops[step] for step in steps if step in tops), None)
        if top is not None:
            found[pk] = top
    return found


def _places(units: Sequence[Unit], owner: Mapping[int, int], tree: Tree) -> dict[int, int | None]:
    """Unit → the sum of the established posts of it and all below; None where none of them holds a number."""
    found: dict[int, int | None] = {unit.pk: None for unit in units}
    for pk, _path, established in tree:
        if established is not None and pk in owner:
            found[owner[pk]] = (found[owner[pk]] or 0) + established
    return found


def _established() -> list[str]:
    """The staffing types that fill an established post."""
    return [entry.code for entry in codes.entries("staffing_type") if entry.attributes.get("established")]


def to_compare(viewer: Viewer, unit: Unit, chosen: Sequence[int] = ()) -> list[Unit]:
    """The units to set side by side: the chosen ones that the viewer may see, else those directly below `unit`, else
    the unit itself. None of them lies below another. One query."""
    seen = units_visible_to(viewer).filter(active_to=None)
    if chosen:
        found = list(seen.filter(pk__in=list(chosen)))
        return [one for one in found if not any(one.path.startswith(o.path) and o != one for o in found)]
    below = list(seen.filter(path_range(unit.path), depth=unit.depth + 1))
    return below or [unit]
