"""The officer list: its conditions, its order, and the officers that answer to them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

from django.db.models import F, Q, QuerySet

from police_hr.core.access import Viewer
from police_hr.core.dates import years_before
from police_hr.core.panels import OfficerColumn, registry, visible
from police_hr.core.roles import Permission
from roster.access import Bounds, officers_visible_to, path_range, today
from roster.models import Officer, Unit
from roster.selectors.rule_fields import Scene
from roster.selectors.rules import NO_RULES, Rules, condition
from roster.selectors.search import matching

PAGE_ROWS = 50
# In place of an empty value in an address: officers of whom it is not recorded.
BLANK = "-"
DEFAULT_STATUS = (Officer.Status.SERVING.value,)
# facet → the column it counts; "age" is cut into bands of the date of birth
COLUMNS: Mapping[str, str] = MappingProxyType(
    {
        "rank": "rank",
        "grade": "grade",
        "age": "birth_date",
        "branch": "branch",
        "party": "political_status",
        "status": "status",
        "staffing": "staffing",
    }
)
# band → youngest and oldest age in it
AGE_BANDS: Mapping[str, tuple[int | None, int | None]] = MappingProxyType(
    {
        "30": (None, 30),
        "31-35": (31, 35),
        "36-40": (36, 40),
        "41-45": (41, 45),
        "46-50": (46, 50),
        "51-55": (51, 55),
        "56": (56, None),
    }
)
# sort key → fields; the id is added, so that pages neither overlap nor leave anybody out
SORTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "standing": ("standing",),
        "name": ("pinyin", "name"),
        "strokes": ("strokes",),
        "badge": ("badge_no",),
        "sex": ("sex",),
        "age": ("-birth_date",),
        "born": ("birth_date",),
        "unit": ("unit__path",),
        "post": ("post",),
        "level": ("post_level",),
        "rank": ("rank",),
        "rank_since": ("rank_since",),
        "grade": ("grade",),
        "grade_since": ("grade_since",),
        "in_post": ("post_since",),
        "branch": ("branch",),
        "staffing": ("staffing",),
        "status": ("status",),
        "party": ("political_status",),
        "party_joined": ("party_joined_on",),
        "education": ("education",),
        "work_started": ("work_started_on",),
        "police_since": ("police_since",),
        "service": ("-police_since",),
    }
)
DEFAULT_SORT = "standing"
VIEWS = ("list", "wall")


@dataclass(frozen=True)
class OfficerQuery:
    """The state of the list: what its address says, checked. Immutable; `change` makes another one.

    `chosen` maps a facet (or the code of a column of an app above) to the values ticked.
    `unit_path` comes with `unit`. `fold` are units opened or closed in the tree against the usual.
    """

    q: str = ""
    unit: int | None = None
    unit_path: str = ""
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    age_from: int | None = None
    age_to: int | None = None
    post_years_gte: int | None = None
    sort: str = DEFAULT_SORT
    view: str = "list"
    page: int = 1
    fold: frozenset[int] = frozenset()
    officers: tuple[int, ...] = ()
    rules: Rules = NO_RULES
    # the token under which the rules are kept, where they may not stand in an address
    kept: str = ""

    @property
    def status(self) -> tuple[str, ...]:
        """The states asked for. Unless said, those serving; a search looks among all."""
        chosen = self.chosen.get("status", ())
        return chosen or (() if self.q else DEFAULT_STATUS)

    @property
    def sort_key(self) -> str:
        return self.sort.removeprefix("-")

    def change(self, **changes: Any) -> OfficerQuery:
        """The query with `changes`, from its first page."""
        return replace(self, **{"page": 1, **changes})

    def without(self, facet: str) -> OfficerQuery:
        return self.change(chosen={name: values for name, values in self.chosen.items() if name != facet})

    def pairs(self) -> list[tuple[str, str]]:
        """The query as the pairs of an address, only what differs from the usual list."""
        numbers = ("unit", "age_from", "age_to", "post_years_gte")
        found = [("q", self.q)] if self.q else []
        found += [(name, str(getattr(self, name))) for name in numbers if getattr(self, name) is not None]
        found += [("set", self.kept)] if self.kept else self.rules.pairs()
        found += [(name, value) for name, values in self.chosen.items() for value in values]
        found += [("sort", self.sort)] if self.sort != DEFAULT_SORT else []
        found += [("view", self.view)] if self.view != "list" else []
        found += [("page", str(self.page))] if self.page > 1 else []
        found += [("fold", ".".join(map(str, sorted(self.fold))))] if self.fold else []
        return found + [("officer", str(number)) for number in self.officers]

    @property
    def url(self) -> str:
        """The address of this list, relative to the page."""
        return f"?{urlencode(self.pairs())}"

    @property
    def conditions(self) -> str:
        """What can be kept as a saved filter: the address without page, tree and ticks."""
        return urlencode(replace(self, page=1, fold=frozenset(), officers=()).pairs())

    @property
    def is_plain(self) -> bool:
        """Whether nothing but unit and status narrows the list."""
        others = {name for name, values in self.chosen.items() if values} - {"status"}
        rest = (self.q, self.age_from, self.age_to, self.post_years_gte, self.officers)
        return not others and not self.rules and all(value in ("", None, ()) for value in rest)


def age_condition(youngest: int | None, oldest: int | None, on: dt.date) -> Q:
    """The condition that somebody is between `youngest` and `oldest` whole years old on `on`."""
    condition = Q(birth_date__isnull=False)
    if youngest is not None:
        condition &= Q(birth_date__lte=years_before(on, youngest))
    if oldest is not None:
        condition &= Q(birth_date__gt=years_before(on, oldest + 1))
    return condition


def facet_condition(facet: str, values: Sequence[str], on: dt.date) -> Q:
    """The condition that an officer has one of the ticked `values` of a facet; `BLANK` is an empty value."""
    if facet != "age":
        return Q(**{f"{COLUMNS[facet]}__in": ["" if value == BLANK else value for value in values]})
    condition = Q(pk__in=[])
    for value in values:
        condition |= Q(birth_date=None) if value == BLANK else age_condition(*AGE_BANDS[value], on)
    return condition


def column_facets(viewer: Viewer) -> dict[str, OfficerColumn]:
    """The columns of apps above that can be filtered by, by their code."""
    found = visible(registry.officer_columns, viewer)
    return {column.code: column for column in found if column.facet and column.narrow}


def narrowed(
    viewer: Viewer,
    query: OfficerQuery,
    *,
    bounds: Bounds | None = None,
    without: str = "",
    permission: Permission = Permission.OFFICER_LIST,
) -> QuerySet[Officer]:
    """The officers that `viewer` may list and that answer to `query`, in no order.

    `without` leaves out the ticks of that facet, to count what else could be ticked.
    """
    on = today()
    officers = in_unit(officers_visible_to(viewer, permission, bounds=bounds), query)
    chosen = {**query.chosen, "status": query.status}
    above = column_facets(viewer)
    for facet, values in chosen.items():
        if facet == without or not values:
            continue
        column = above.get(facet)
        if facet in COLUMNS:
            officers = officers.filter(facet_condition(facet, values, on))
        elif column is not None and column.narrow is not None:
            officers = column.narrow(officers, values, viewer)
    if query.q:
        officers = officers.filter(matching(query.q))
    if query.age_from is not None or query.age_to is not None:
        officers = officers.filter(age_condition(query.age_from, query.age_to, on))
    if query.post_years_gte is not None:
        officers = officers.filter(post_since__lte=years_before(on, query.post_years_gte))
    if query.kept and not query.rules:
        return officers.none()
    if query.rules:
        officers = officers.filter(condition(query.rules, Scene(viewer, on)))
    return officers.filter(pk__in=query.officers) if query.officers else officers


def in_unit(officers: QuerySet[Officer], query: OfficerQuery) -> QuerySet[Officer]:
    """`officers` of the query's unit and all below it. A unit without its path has nobody."""
    if query.unit is None:
        return officers
    if not query.unit_path:
        return officers.none()
    return officers.filter(unit__in=Unit.objects.filter(path_range(query.unit_path)).order_by().values("pk"))


def ordered(
    officers: QuerySet[Officer], query: OfficerQuery, viewer: Viewer, columns: Collection[str] = ()
) -> QuerySet[Officer]:
    """`officers` in the order asked for, with what the `columns` (codes) of apps above need. Who lacks it: last."""
    fields = SORTS.get(query.sort_key, ())
    for column in visible(registry.officer_columns, viewer):
        sorted_by = column.code == query.sort_key
        if sorted_by or column.code in columns:
            officers = column.annotate(officers, viewer)
        if sorted_by:
            fields = column.order_by
    # The id goes the way of the last field, so that one index holds the whole order, upwards and downwards.
    fields = (*fields, "-pk" if fields[-1].startswith("-") else "pk") if fields else (*SORTS[DEFAULT_SORT], "pk")
    return officers.order_by(*(_direction(name, turned=query.sort.startswith("-")) for name in fields))


def _direction(name: str, *, turned: bool) -> Any:
    downwards = name.startswith("-") != turned
    name = name.removeprefix("-")
    if name not in MAY_BE_MISSING:
        return f"-{name}" if downwards else name
    return F(name).desc(nulls_last=True) if downwards else F(name).asc(nulls_last=True)


# SQLite would put what is missing first, PostgreSQL last.
MAY_BE_MISSING = frozenset(
    {
        "unit__path",
        "birth_date",
        "rank_since",
        "grade_since",
        "post_since",
        "party_joined_on",
        "work_started_on",
        "police_since",
    }
)
