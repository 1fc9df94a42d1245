"""The invented force before it is written: does it keep the rules of the domain?"""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter, defaultdict
from itertools import pairwise

import pytest

from police_hr.core.identity import check_id_number
from police_hr.demo.careers import GRADE_YEARS, RANK_YEARS
from police_hr.demo.force import SOURCES, Force
from police_hr.demo.names import SURNAMES, is_known
from police_hr.demo.people import RETIRED, add_years, age_on
from police_hr.demo.units import plan_units

DAY = dt.date(2026, 11, 23)
BUREAU = "示例市公安局"
# a decree's term is in calendar years, ours in days of 365.25: a leap day more or less
LEAP = dt.timedelta(days=2)


@pytest.fixture(scope="module")
def force() -> Force:
    return Force(300, DAY, bureau=BUREAU)


def of_officer(rows):
    found = defaultdict(list)
    for row in rows:
        found[row["officer"]].append(row)
    return found


def ledger(force: Force, source: str):
    ids, units = list(range(1, len(force.people) + 1)), list(range(1, len(force.units) + 1))
    return list(force.ledger(source, ids=ids, unit_ids=units))


def test_ten_thousand_officers_have_450_units_in_a_tree():
    units = plan_units(10_000, bureau=BUREAU)
    seen = {""}
    for unit in units:
        assert unit.parent_code in seen
        seen.add(unit.code)
    kinds = Counter(unit.style for unit in units)
    assert len(units) == len({unit.name for unit in units}) == 450
    assert (kinds["detachment"], kinds["sub_bureau"], kinds["station"]) == (12, 6, 40)


@pytest.mark.parametrize("officers", [0, 1, 6, 40, 300, 1_200])
def test_a_force_of_any_size_has_as_many_people_as_asked_for(officers):
    force = Force(officers, DAY, bureau=BUREAU)
    assert sum(not person.auxiliary for person in force.people) == officers
    assert len(force.people) == officers + round(officers * 0.8)
    assert len({person.badge_no for person in force.people}) == len(force.people)


def test_every_unit_has_one_head_and_one_political_officer(force):
    roles = Counter((person.unit, person.slot.role) for person in force.people)
    for number in range(len(force.units)):
        assert roles[number, "head"] == roles[number, "political"] == 1


def test_numbers_are_right_but_issued_to_nobody(force):
    for person in force.people:
        number = check_id_number(person.id_number, today=DAY)
        assert number.area == "990000"
        assert number.birth == person.birth
        assert number.sex == ("male" if person.sex == "M" else "female")
        assert person.phone.startswith("19900")
        assert person.badge_no.isdigit() != person.auxiliary
    for attribute in ("id_number", "phone"):
        assert len({getattr(person, attribute) for person in force.people}) == len(force.people)


def test_nobody_is_known_too_young_or_past_retirement(force):
    for person in force.people:
        assert person.name.startswith(SURNAMES)
        assert not is_known(person.name)
        assert 22 <= age_on(person.birth, DAY) < RETIRED[person.sex]
        assert person.birth < person.work_since <= person.police_since < DAY
        assert age_on(person.birth, person.police_since) >= 19
        if person.party_since:
            assert person.birth < person.party_since < DAY


def test_about_every_sixth_is_a_woman():
    people = Force(3_000, DAY, bureau=BUREAU).people
    for group in (people, [person for person in people if not person.auxiliary]):
        assert 0.14 < sum(person.sex == "F" for person in group) / len(group) < 0.19


@pytest.mark.parametrize(("sort", "field", "terms"), [("ranks", "rank", RANK_YEARS), ("grades", "grade", GRADE_YEARS)])
def test_nobody_is_promoted_before_the_term_is_served(force, sort, field, terms):
    for number, rows in of_officer(getattr(force.careers, sort)()).items():
        assert not force.people[number].auxiliary
        assert rows[0]["since"] >= add_years(force.people[number].police_since, 1) - LEAP
        assert rows[-1]["since"] <= DAY
        for before, after in pairwise(rows):
            assert int(after[field][1:]) == int(before[field][1:]) - 1
            years = terms[before[field].replace("T", "G")]
            assert after["since"] >= add_years(before["since"], years) - LEAP


def test_postings_follow_each_other_without_gap_or_overlap(force):
    found = of_officer(force.careers.postings())
    assert set(found) == set(range(len(force.people)))
    for number, rows in found.items():
        person = force.people[number]
        rows.sort(key=lambda row: row["starts_on"])
        assert 2 <= len(rows) <= 5
        assert rows[0]["starts_on"] == person.police_since
        assert rows[-1]["ends_on"] is None
        assert (rows[-1]["unit"], rows[-1]["post"], rows[-1]["level"]) == (
            person.unit, person.slot.post, person.slot.level,
        )  # fmt: skip
        for before, after in pairwise(rows):
            assert before["starts_on"] <= before["ends_on"] == after["starts_on"] - dt.timedelta(days=1)


def test_at_most_every_fifth_appraisal_is_excellent(force):
    results = Counter(row["result"] for row in force.careers.appraisals())
    assert 0.05 < results["N1"] / results.total() <= 0.20
    assert {row["year"] for row in force.careers.appraisals()} == {2023, 2024, 2025}


@pytest.mark.parametrize("source", sorted(SOURCES))
def test_events_lie_within_service_and_two_years(force, source):
    for row in ledger(force, source):
        person = force.people[row["officer_id"] - 1]
        assert max(person.police_since, DAY - dt.timedelta(days=735)) <= row["occurred_on"] <= DAY, row
        assert row["occurred_on"] <= (row.get("known_on") or row["occurred_on"]) <= DAY
        closed = row.get("closed_on")
        assert closed is None or row["occurred_on"] <= closed <= DAY


def test_ten_thousand_officers_have_a_quarter_of_a_million_events():
    force = Force(1_000, DAY, bureau=BUREAU)
    assert sum(len(ledger(force, source)) for source in SOURCES) >= 25_000


def test_few_people_have_many_troubles():
    force = Force(1_000, DAY, bureau=BUREAU)
    troubles = Counter(row["officer_id"] for row in ledger(force, "discipline") + ledger(force, "supervision"))
    assert len(troubles) < 0.15 * len(force.people)
    assert max(troubles.values()) >= 3


def test_the_same_size_and_day_give_the_same_force(force):
    again = Force(300, DAY, bureau=BUREAU)
    assert again.people == force.people
    for sort in ("family", "ranks", "postings"):
        assert list(getattr(again.careers, sort)()) == list(getattr(force.careers, sort)())
    for source in SOURCES:
        assert json.dumps(ledger(again, source), default=str) == json.dumps(ledger(force, source), default=str)
    assert Force(301, DAY, bureau=BUREAU).people[:300] != force.people[:300]


def test_accounts_belong_to_different_people_with_the_first_badges(force):
    cast = [force.people[role.person].badge_no for role in force.cast]
    assert cast == [f"{90_001 + place:06d}" for place in range(len(cast))]
    assert {role.role for role in force.cast} == {
        "hr_cadre", "political_director", "leadership", "unit_political_officer", "unit_head",
        "discipline_inspector", "counsellor", "officer",
    }  # fmt: skip
