"""The structure of a force: numbers add up, links find as many, and nothing small is told to who lists nobody."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from police_hr.core.access import Grant, Viewer, viewer_for
from police_hr.core.roles import Permission, Role
from roster.access import read_bounds
from roster.forms.officer_filter import read_query
from roster.models import Officer, Unit
from roster.selectors.officer_list import narrowed
from roster.selectors.structure import DIMENSIONS, distributions, side_by_side, suppressed, to_compare
from tests.factories.cast import cast
from tests.factories.force import account, officers, units

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("defaults")]
TODAY = timezone.localdate()


@pytest.fixture
def force():
    """The cast, and nine of branch A and four of branch B of different columns; establishments of 12 and 4."""
    found = cast()
    made = officers(9, found.branch_a, first=11) + officers(4, found.branch_b, first=31)
    for place, officer in enumerate(made):
        Officer.objects.filter(pk=officer.pk).update(
            birth_date=dt.date(1962 + 3 * place, 1, 1) if place else None,
            post_since=dt.date(TODAY.year - place, 1, 1),
            rank=f"R{6 + place % 3:02d}",
            sex="MF"[place % 2],
            education="21" if place % 3 else "",
            staffing="auxiliary_duty" if place in (0, 9) else "police",
            status="seconded" if place == 5 else "retired" if place == 6 else "serving",
        )
    Officer.objects.filter(pk__in=[found.officer_a.pk, found.officer_b.pk]).update(staffing="police")
    Unit.objects.filter(pk=found.branch_a.pk).update(establishment=12)
    Unit.objects.filter(pk=found.branch_b.pk).update(establishment=4)
    return found


def test_every_dimension_adds_up_and_every_link_finds_as_many(force):
    viewer, bounds = viewer_for(force["hr_cadre"]), read_bounds()
    for unit in (force.bureau, force.branch_a):
        for found in distributions(viewer, unit, bounds):
            assert found.total == sum(share.count for share in found.shares) == (14 if unit == force.bureau else 9)
            for share in found.shares:
                if share.url:
                    query, notices = read_query(QueryDict(share.url[1:]), viewer)
                    assert notices == []
                    assert narrowed(viewer, query).count() == share.count, (found.code, share.label)


def test_units_side_by_side(force):
    """Branch A: 8 of the establishment's 12 posts are filled (one of its nine is an auxiliary); branch B: all 4."""
    viewer, bounds = viewer_for(force["hr_cadre"]), read_bounds()
    compared = to_compare(viewer, force.bureau)
    assert compared == [force.branch_a, force.branch_b]
    words, lines = side_by_side(viewer, compared, DIMENSIONS["sex"], bounds, alone=force.bureau)
    assert words == ["男", "女"]
    assert [(line.total, line.established, line.filled, line.vacant) for line in lines] == [
        (0, None, 0, None), (9, 12, 8, 4), (5, 4, 4, 0)
    ]  # fmt: skip
    people = Counter(Officer.objects.filter(unit=force.branch_a, status__in=["serving", "seconded"]).values_list("sex"))
    assert [share.count for share in lines[1].shares] == [people["M",], people["F",]]


def test_a_subtree_is_one_line():
    """A unit below counts, with its people and posts, for the one above it."""
    made = units("C", "C.D")
    officers(3, made["C.D"], first=700)
    Unit.objects.filter(pk=made["C.D"].pk).update(establishment=5)
    Officer.objects.filter(unit=made["C.D"]).update(staffing="police")
    viewer = Viewer.system()
    _words, [line] = side_by_side(viewer, [made["C"]], DIMENSIONS["rank"], read_bounds())
    assert (line.total, line.established, line.filled, line.vacant) == (3, 5, 3, 2)


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        ({"a": 20, "b": 0}, {"a": 20, "b": 0}),
        ({"a": 20, "b": 4, "c": 3}, {"a": 20, "b": None, "c": None}),
        # one alone could be worked out from the total
        ({"a": 20, "b": 9, "c": 1}, {"a": 20, "b": None, "c": None}),
        ({"a": 4}, {"a": None}),
        ({"a": 5, "b": 6}, {"a": 5, "b": 6}),
    ],
)
def test_small_numbers_are_not_told(counts, told):
    assert suppressed(counts) == told


def test_who_may_not_list_the_people_learns_no_small_number(force):
    role = Role("planner", "编制员", "Planner", "", "", frozenset({Permission.UNIT_VIEW}))
    grant = Grant(role, force.bureau.pk, force.bureau.path)
    viewer = Viewer(user=force["hr_cadre"], grants=(grant,))
    for found in distributions(viewer, force.bureau, read_bounds()):
        assert not [share for share in found.shares if share.count is not None and 0 < share.count < 5]
        assert not [share for share in found.shares if share.url]
    _words, lines = side_by_side(viewer, [force.branch_a, force.branch_b], DIMENSIONS["rank"], read_bounds())
    assert {share.count for line in lines for share in line.shares if share.count} <= set(range(5, 20))
    assert not [line for line in lines if line.url]


# --- page -----------------------------------------------------------------------------------------------------
def cost(client, **query):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(reverse("roster:unit-structure"), query).status_code == 200
    return len(captured)


def test_the_number_of_queries_does_not_grow(force, client):
    client.force_login(force["hr_cadre"])
    client.get(reverse("roster:unit-structure"))
    few = cost(client, by="rank")
    officers(30, force.branch_b, first=800)
    assert cost(client, by="rank") == few <= 22


def test_a_head_sees_the_own_unit_and_no_other(force, client):
    client.force_login(force["unit_head"])
    text = client.get(reverse("roster:unit-structure")).content.decode()
    assert force.branch_a.name in text
    assert force.branch_b.name not in text
    other = {"unit": force.branch_b.pk}
    assert client.get(reverse("roster:unit-structure"), other).status_code == 404
    text = client.get(reverse("roster:unit-structure"), {"with": force.branch_b.pk}).content.decode()
    assert force.branch_b.name not in text


@pytest.mark.parametrize(
    "address", ["by=evil", "with=1e999999", "with=" + "9" * 5000, "with=-1&with=x", "by=age&with="]
)
def test_no_address_breaks_the_page(force, client, address):
    client.force_login(force["hr_cadre"])
    assert client.get(f"{reverse('roster:unit-structure')}?{address}").status_code == 200


def test_without_a_unit_the_page_says_what_to_do(client, force):
    user = account("X1", "unit_head", Unit.objects.get(pk=force.branch_a.pk))
    Unit.objects.filter(pk=force.branch_a.pk).update(active_to=TODAY)
    client.force_login(user)
    assert client.get(reverse("roster:unit-structure")).status_code == 200
