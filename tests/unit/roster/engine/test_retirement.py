"""The ages of retirement at the edges of the table in force since 2025-01-01.

Expected values: domain/dossier.md §2.6 (one month per four months of birth from 1965-01 for men and 1970-01 for women
cadres, per two months from 1975-01 for women workers; ends 63, 58, 55), worked out by hand: delay = months of birth
since the first, divided by the step, plus one.
"""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roster.engine.months import add_months, months_between
from roster.engine.retirement import Group, born_for, group_of, retirement, retirement_of

GROUPS: tuple[Group, ...] = ("man", "woman_cadre", "woman_worker")
births = st.dates(dt.date(1950, 1, 1), dt.date(2010, 12, 31))


@pytest.mark.parametrize(
    ("group", "born", "age", "on"),
    [
        # a man: the last at 60, the first at 60y1m, the last of the first four months, the first of the next
        ("man", "1964-12-31", (60, 0), "2024-12-31"),
        ("man", "1965-01-01", (60, 1), "2025-02-01"),
        ("man", "1965-04-30", (60, 1), "2025-05-30"),
        ("man", "1965-05-01", (60, 2), "2025-07-01"),
        # 1976-08 is month 139 from 1965-01: 139 // 4 + 1 = 35; 1976-09 is the first at 63
        ("man", "1976-08-15", (62, 11), "2039-07-15"),
        ("man", "1976-09-15", (63, 0), "2039-09-15"),
        ("man", "1990-02-28", (63, 0), "2053-02-28"),
        ("woman_cadre", "1969-12-01", (55, 0), "2024-12-01"),
        ("woman_cadre", "1970-01-01", (55, 1), "2025-02-01"),
        ("woman_cadre", "1981-08-31", (57, 11), "2039-07-31"),
        ("woman_cadre", "1981-09-01", (58, 0), "2039-09-01"),
        ("woman_worker", "1974-12-31", (50, 0), "2024-12-31"),
        ("woman_worker", "1975-01-31", (50, 1), "2025-02-28"),
        ("woman_worker", "1975-03-01", (50, 2), "2025-05-01"),
        ("woman_worker", "1984-10-10", (54, 11), "2039-09-10"),
        ("woman_worker", "1984-11-10", (55, 0), "2039-11-10"),
    ],
)
def test_the_age_at_the_edges(group, born, age, on):
    found = retirement(dt.date.fromisoformat(born), group)
    assert found.age == age
    assert found.on == dt.date.fromisoformat(on)


def test_flexible_retirement_is_three_years_either_way_but_never_before_the_old_age():
    """Born 1970-01: month 60, 60 // 4 + 1 = 16 months later, so 61y4m; three years earlier would be under 60."""
    found = retirement(dt.date(1970, 1, 10), "man")
    assert found.on == dt.date(2031, 5, 10)
    assert found.earliest == dt.date(2030, 1, 10)
    assert found.latest == dt.date(2034, 5, 10)
    young = retirement(dt.date(1990, 6, 1), "man")
    assert (young.earliest, young.latest) == (dt.date(2050, 6, 1), dt.date(2056, 6, 1))


def test_the_group_follows_sex_and_staffing():
    assert group_of("M", "worker") == "man"
    assert group_of("F", "police") == "woman_cadre"
    assert group_of("F", "worker") == "woman_worker"
    assert group_of("", "police") is None
    assert retirement_of(None, "M") is None
    assert retirement_of(dt.date(1965, 1, 1), "M").on == dt.date(2025, 2, 1)


@given(births, births, st.sampled_from(GROUPS))
def test_who_is_born_later_never_retires_earlier(one, other, group):
    earlier, later = sorted((one, other))
    assert retirement(earlier, group).on <= retirement(later, group).on


@given(st.dates(dt.date(2020, 1, 1), dt.date(2070, 12, 31)), st.sampled_from(GROUPS))
def test_the_border_of_birth_parts_those_who_have_retired(on, group):
    border = born_for(on, group)
    assert retirement(border, group).on <= on < retirement(border + dt.timedelta(days=1), group).on


@given(births, st.integers(0, 800))
def test_months_are_added_and_counted_alike(day, months):
    later = add_months(day, months)
    assert months_between(day, later) == months
    assert later.day <= day.day
