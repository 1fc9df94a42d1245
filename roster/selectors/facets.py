"""The counts beside the officer list: one statement for its total, all facets and the units."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import Count, QuerySet

from police_hr.core.access import Viewer
from police_hr.core.dates import years_before
from police_hr.core.days import to_number
from police_hr.core.remembered import Remembered
from roster.access import Bounds, today
from roster.models import Officer
from roster.selectors.officer_list import AGE_BANDS, BLANK, COLUMNS, OfficerQuery, narrowed

# A SELECT of (facet, value, number) rows, and its parameters.
Part = tuple[str, Sequence[Any]]


@dataclass(frozen=True)
class Counts:
    """How many officers are shown, by facet and value, and how many there are in each unit.

    The ticked values of a facet add up to `shown`, or all its values where none is ticked; the others say
    how many ticking them would add. `units` counts what is there but for the list's conditions: unit id →
    officers of the unit itself, None for those without a unit.
    """

    shown: int
    facets: Mapping[str, Mapping[str, int]]
    units: Mapping[int | None, int] = field(default_factory=dict)


# The names put into the statements below are ours (S608): the keys of COLUMNS and AGE_BANDS.
def counts(viewer: Viewer, query: OfficerQuery, bounds: Bounds) -> Counts:
    """All counts beside the list: one statement, however many facets and officers.

    A list that only its status narrows is counted in one small index a facet; any other is found once, laid
    aside, and counted there. A ticked facet is counted without its own ticks.
    """
    shown = narrowed(viewer, query, bounds=bounds)
    everybody = OfficerQuery(chosen={"status": query.status} if query.status else {})
    parts = [_grouped("unit", "unit_id", narrowed(viewer, everybody, bounds=bounds))]
    indexed = query.is_plain and query.unit is None
    aside: list[str] = []
    for facet in COLUMNS:
        if query.status if facet == "status" else query.chosen.get(facet):
            parts += _facet(facet, narrowed(viewer, query, bounds=bounds, without=facet))
        elif indexed:
            parts += _facet(facet, shown)
        else:
            aside.append(facet)
    parts.append(_number("", "", shown) if indexed else ("SELECT '', '', COUNT(*) FROM shown", ()))
    with_sql, with_params = ("", ()) if indexed else _laid_aside(shown)
    parts += [part for facet in aside for part in _facet_aside(facet)]
    sql = with_sql + " UNION ALL ".join(sql for sql, _values in parts)
    params = (*with_params, *(value for _sql, values in parts for value in values))
    return _remembered.get((sql, params), lambda: _read(sql, params), rows=lambda found: sum(found.units.values()))


_remembered: Remembered[Counts] = Remembered()


def _read(sql: str, params: Sequence[Any]) -> Counts:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return _sorted_out(cursor.fetchall())


def _facet(facet: str, officers: QuerySet[Officer]) -> Iterator[Part]:
    if facet != "age":
        yield _grouped(facet, COLUMNS[facet], officers)
        return
    yield _number("age", "", officers.filter(birth_date=None))
    for band, (after, until) in _band_days():
        yield _number("age", band, officers.filter(birth_date__gt=after, birth_date__lte=until))


def _facet_aside(facet: str) -> Iterator[Part]:
    column = COLUMNS[facet]
    if facet != "age":
        yield f"SELECT '{facet}', {column}, COUNT(*) FROM shown GROUP BY {column}", ()  # noqa: S608
        return
    yield "SELECT 'age', '', COUNT(*) FROM shown WHERE birth_date IS NULL", ()
    for band, days in _band_days():
        yield f"SELECT 'age', '{band}', COUNT(*) FROM shown WHERE birth_date > %s AND birth_date <= %s", days  # noqa: S608


def _band_days() -> Iterator[tuple[str, tuple[int, int]]]:
    """Each band of ages as days of birth (numbers): after the first, until the second."""
    on = today()
    for band, (youngest, oldest) in AGE_BANDS.items():
        after = to_number(years_before(on, oldest + 1)) if oldest is not None else -1_000_000
        until = to_number(years_before(on, youngest)) if youngest is not None else 1_000_000
        yield band, (after, until)


def _grouped(facet: str, column: str, officers: QuerySet[Officer]) -> Part:
    sql, params = _sql(officers.order_by().values_list(column).annotate(n=Count("*")))
    return f"SELECT '{facet}', CAST({column} AS VARCHAR(40)), n FROM ({sql}) AS counted", params  # noqa: S608


def _number(facet: str, value: str, officers: QuerySet[Officer]) -> Part:
    sql, params = _sql(officers.order_by().values_list("status"))
    return f"SELECT '{facet}', '{value}', COUNT(*) FROM ({sql}) AS counted", params  # noqa: S608


def _sql(rows: QuerySet[Any, Any]) -> Part:
    """The statement of `rows`, even where Django knows that it has none."""
    sql, params = rows.query.get_compiler(connection=connection, elide_empty=False).as_sql()
    return sql, params


def _laid_aside(officers: QuerySet[Officer]) -> Part:
    columns = tuple(COLUMNS.values())
    sql, params = _sql(officers.order_by().values_list(*columns))
    return f"WITH shown ({', '.join(columns)}) AS MATERIALIZED ({sql}) ", params


def _sorted_out(rows: Sequence[tuple[str, str | None, int]]) -> Counts:
    shown, units = 0, {}
    facets: dict[str, dict[str, int]] = {facet: {} for facet in COLUMNS}
    for facet, value, count in rows:
        if facet == "":
            shown = count
        elif facet == "unit":
            units[int(value) if value else None] = count
        elif count:
            facets[facet][value or BLANK] = count
    return Counts(shown, facets, units)
