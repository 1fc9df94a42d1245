"""The officer list's pages: what they cost, what they show, what bad addresses and strangers get."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from police_hr.core import jobs
from roster.models import ExportRequest, SavedFilter
from tests.factories.cast import cast
from tests.factories.force import install_defaults, officers

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_dir")]
HTMX = {"HX-Request": "true"}
LIST_QUERIES, SEARCH_QUERIES = 12, 8


@pytest.fixture
def force():
    install_defaults()
    return cast()


@pytest.fixture
def cadre(force, client):
    client.force_login(force["hr_cadre"])
    client.get(reverse("roster:officer-list"))  # the session is written once
    return client


def cost(client, name, **query):
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(reverse(name), query)
    assert answer.status_code == 200
    return len(captured)


@pytest.mark.parametrize(
    ("name", "query", "most"),
    [
        ("roster:officer-list", {}, LIST_QUERIES),
        ("roster:officer-list", {"view": "wall", "rank": "R06", "sort": "-tier"}, LIST_QUERIES),
        ("roster:officer-search", {"q": "民警"}, SEARCH_QUERIES),
    ],
)
def test_the_number_of_queries_does_not_grow(force, cadre, name, query, most):
    officers(3, force.branch_a, first=100)
    few = cost(cadre, name, **query)
    officers(57, force.branch_b, first=200)
    assert cost(cadre, name, **query) == few <= most


def test_a_full_page_is_light(force, cadre):
    officers(60, force.branch_a, first=100)
    assert len(cadre.get(reverse("roster:officer-list")).content) <= 60_000


def test_the_count_is_in_the_title_and_announced(force, cadre):
    officers(3, force.branch_a, first=100)
    text = cadre.get(reverse("roster:officer-list"), {"unit": force.branch_a.pk}).content.decode()
    assert re.search(r'role="status" id="officer-count"><b>4</b>', text)
    fragment = cadre.get(reverse("roster:officer-list"), {"q": "民警"}, headers=HTMX).content.decode()
    assert 'id="officer-count" hx-swap-oob="innerHTML"' in fragment
    assert "<html" not in fragment


@pytest.mark.parametrize(
    "address",
    [
        "page=99999999999999999999999", "page=-1", "unit=99999999999999999999", "rank=R99", "rank=%FF", "sort=evil",
        "age=12", "age_from=70&age_to=3", "q=%F0%9F%98%80", "q=%25%27%22", "fold=1.x", "officer=1&officer=x",
        "post_years_gte=" + "9" * 5000, "tier=none", "view=x", "rank=" + "&rank=".join("abcdefgh" * 9),
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["roster:officer-list", "roster:officer-search"])
def test_no_address_breaks_the_page(force, cadre, name, address):
    assert cadre.get(f"{reverse(name)}?{address}").status_code == 200


def test_a_nul_in_the_address_is_refused(cadre):
    assert cadre.get(f"{reverse('roster:officer-list')}?q=a%00b").status_code == 400


def test_nobody_found_repeats_the_conditions(force, cadre):
    text = cadre.get(reverse("roster:officer-list"), {"rank": "R01", "q": "没有这人"}).content.decode()
    assert text.count("<li>") >= 2
    assert 'class="of-none"' in text


def test_a_stranger_sees_nothing_of_the_others(force, client):
    client.force_login(force["zhou"])
    for name, query in (("roster:officer-list", {}), ("roster:officer-list", {"view": "wall"})):
        text = client.get(reverse(name), query).content.decode()
        assert force.officer_b.badge_no in text
        assert force.officer_a.badge_no not in text
        assert force.branch_a.name not in text
    found = client.get(reverse("roster:officer-search"), {"q": force.officer_a.badge_no}).content.decode()
    assert f"officers/{force.officer_a.pk}" not in found


def test_chosen_columns_stay_with_the_account(force, cadre):
    columns, list_url = reverse("roster:officer-columns"), reverse("roster:officer-list")
    cadre.post(columns, {"column": ["badge", "education", "evil"]})
    text = cadre.get(list_url).content.decode()
    assert "sort=education" in text
    assert "sort=rank" not in text
    cadre.force_login(force["leadership"])
    assert "sort=rank" in cadre.get(list_url).content.decode()


def test_filters_are_saved_counted_and_one_s_own(force, cadre):
    cadre.post(f"{reverse('roster:saved-filter-create')}?age=56&page=3", {"name": "五十六岁以上"})
    saved = SavedFilter.objects.get()
    assert saved.query == "age=56"
    text = cadre.get(reverse("roster:saved-filter-list"), headers=HTMX).content.decode()
    assert "hx-trigger" not in text  # or it would ask for itself for ever
    assert "五十六岁以上" in text
    cadre.force_login(force["leadership"])
    assert cadre.post(reverse("roster:saved-filter-delete", args=[saved.pk])).status_code == 404


def test_an_export_from_asking_to_the_file(force, cadre):
    form = {"reason": "年度统计上报", "file_format": "xlsx", "columns": ["name", "badge"]}
    assert cadre.get(reverse("roster:export-new")).status_code == 200
    where = cadre.post(reverse("roster:export-new"), form)["Location"]
    export = ExportRequest.objects.get()
    jobs.run(export.job_id)
    assert cadre.get(where, headers=HTMX).status_code == 200
    assert export.number in cadre.get(reverse("roster:export-list")).content.decode()
    file = cadre.post(reverse("roster:export-file", args=[export.pk]))
    assert b"".join(file.streaming_content).startswith(b"PK")
    cadre.force_login(force["political_director"])
    assert cadre.post(reverse("roster:export-file", args=[export.pk])).status_code == 404
    assert cadre.get(where).status_code == 404
    cadre.force_login(force["leadership"])
    assert cadre.get(where).status_code == 403


def test_a_large_export_is_consented_to_in_the_browser(force, cadre):
    officers(60, force.branch_a, first=100)
    form = {"reason": "年度统计上报", "file_format": "csv", "columns": ["name", "badge"]}
    where = cadre.post(reverse("roster:export-new"), form)["Location"]
    export = ExportRequest.objects.get()
    decide = reverse("roster:export-decide", args=[export.pk])
    cadre.post(decide, {"decision": "consent"})
    export.refresh_from_db()
    assert export.state == "waiting"  # not by the one who asked
    cadre.force_login(force["political_director"])
    assert decide in cadre.get(where).content.decode()
    cadre.post(decide, {"decision": "consent"})
    export.refresh_from_db()
    assert export.state == "writing"
