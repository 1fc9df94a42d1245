"""When somebody reaches the statutory age of retirement.

Since 2025-01-01 the age moves up step by step (国务院关于渐进式延迟法定退休年龄的办法): for men and women cadres by
one month for every four months of birth, for women workers by one month for every two. A table is versioned by the
day from which it holds; ages are whole months of life. A force verifies the table with its own authority.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from roster.engine.months import add_months, months_between

Group = Literal["man", "woman_cadre", "woman_worker"]
# staffing types whose women retire as workers do
WORKERS = frozenset({"worker", "auxiliary_duty", "auxiliary_clerk"})


@dataclass(frozen=True)
class Rule:
    """The age of one group: `base` months of life, and from the month of birth `born_from` on one month more for
    every `step` months of birth, up to `most` months of life."""

    base: int
    born_from: dt.date
    step: int
    most: int

    def months(self, born: dt.date) -> int:
        """Months of life at retirement for somebody born on `born`."""
        later = months_between(self.born_from, born)
        return self.base if later < 0 else min(self.base + later // self.step + 1, self.most)


@dataclass(frozen=True)
class Table:
    """One version of the ages. `flexible` is by how many months somebody may go earlier or later on application,
    never before the old age `base` of the group."""

    version: str
    since: dt.date
    rules: Mapping[Group, Rule]
    flexible: int
    basis: str


TABLES: tuple[Table, ...] = (
    Table(
        version="2025-01",
        since=dt.date(2025, 1, 1),
        rules={
            "man": Rule(base=60 * 12, born_from=dt.date(1965, 1, 1), step=4, most=63 * 12),
            "woman_cadre": Rule(base=55 * 12, born_from=dt.date(1970, 1, 1), step=4, most=58 * 12),
            "woman_worker": Rule(base=50 * 12, born_from=dt.date(1975, 1, 1), step=2, most=55 * 12),
        },
        flexible=36,
        basis="2025-01-01",
    ),
)


@dataclass(frozen=True)
class Retirement:
    """`on` is the day the age is reached, `months` the age in months of life, `later` by how many of them it is
    above the old age. On application from `earliest` to `latest`."""

    on: dt.date
    months: int
    later: int
    earliest: dt.date
    latest: dt.date
    version: str

    @property
    def age(self) -> tuple[int, int]:
        """The age in years and months."""
        return divmod(self.months, 12)


def group_of(sex: str, staffing: str = "") -> Group | None:
    """The group of the table; None where the sex is not known. `staffing` is a code of the table staffing_type."""
    if sex == "M":
        return "man"
    if sex == "F":
        return "woman_worker" if staffing in WORKERS else "woman_cadre"
    return None


def retirement(born: dt.date, group: Group, *, table: Table = TABLES[-1]) -> Retirement:
    """The retirement of somebody of `group` born on `born`, by `table`.

    Worked examples: a man born in January 1965 retires at 60 years 1 month, in February 1965 + 60 = 2025; one born
    in September 1976 or later at 63; a woman cadre born in September 1981 or later at 58; a woman worker born in
    November 1984 or later at 55.
    """
    rule = table.rules[group]
    months = rule.months(born)
    return Retirement(
        on=add_months(born, months),
        months=months,
        later=months - rule.base,
        earliest=add_months(born, max(rule.base, months - table.flexible)),
        latest=add_months(born, months + table.flexible),
        version=table.version,
    )


def retirement_of(born: dt.date | None, sex: str, staffing: str = "") -> Retirement | None:
    """As `retirement`, from what an officer's row holds; None where birth or sex is not known."""
    group = group_of(sex, staffing)
    return retirement(born, group) if born is not None and group is not None else None


def born_for(on: dt.date, group: Group, *, table: Table = TABLES[-1]) -> dt.date:
    """The latest day of birth that has reached the age of `group` by `on`: who was born later has not.

    Ages grow by at most one month for each month of birth, so the day of retirement never falls when birth rises,
    and a search by halves finds the border.
    """
    low, high = add_months(on, -table.rules[group].most - 1), add_months(on, -table.rules[group].base)
    while low < high:
        middle = low + (high - low + dt.timedelta(days=1)) // 2
        if retirement(middle, group, table=table).on <= on:
            low = middle
        else:
            high = middle - dt.timedelta(days=1)
    return low
