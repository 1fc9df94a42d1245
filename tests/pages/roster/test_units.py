"""Units on their pages: the tree of today and of a past day, and changes that are told before they are done."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from roster.models import Unit, UnitVersion
from roster.selectors import codes
from roster.services import units as services
from roster.services.defaults import install_defaults
from tests.factories.cast import Cast, cast
from tests.factories.force import officers


@pytest.fixture
def force(db: Any) -> Cast:
    codes.forget()
    install_defaults()
    return cast()


@pytest.fixture
def cadre(force: Cast) -> Client:
    client = Client()
    client.force_login(force["hr_cadre"])
    return client


def labels(client: Client, **query: str) -> list[str]:
    return [node.label for node in client.get(reverse("roster:unit-list"), query).context["nodes"]]


def test_the_tree_counts_officers_and_ends_at_the_own_units(force: Cast, cadre: Client):
    nodes = cadre.get(reverse("roster:unit-list")).context["nodes"]
    assert [(node.label, node.count, node.depth) for node in nodes] == [
        ("示例市公安局", 2, 0), ("单位A", 1, 1), ("单位B2", 1, 1),
    ]  # fmt: skip
    stranger = Client()
    stranger.force_login(force["zhou"])
    assert labels(stranger) == ["单位B2"]
    assert stranger.get(reverse("roster:unit-detail", args=[force.branch_a.pk])).status_code == 404


def test_a_past_day_shows_the_names_of_that_day(force: Cast, cadre: Client):
    services.rename_unit(unit=force.branch_a, name="滨江分局", on=dt.date(2026, 3, 1), by=None)
    assert "滨江分局" in labels(cadre)
    assert "单位A" in labels(cadre, on="2026-02-28")
    assert "单位A" not in labels(cadre, on="2026-03-01")
    assert "滨江分局" in labels(cadre, on="nonsense")


def test_a_unit_shows_its_facts_people_heads_and_history(force: Cast, cadre: Client):
    services.rename_unit(unit=force.branch_a, name="滨江分局", on=dt.date(2026, 3, 1), by=None)
    page = cadre.get(reverse("roster:unit-detail", args=[force.branch_a.pk]))
    assert page.context["total"] == 1
    html = page.content.decode()
    assert "单位A" in html
    assert "滨江分局" in html
    assert f"{reverse('roster:officer-list')}?unit={force.branch_a.pk}" in html


def test_a_unit_is_created_below_another(force: Cast, cadre: Client):
    url = reverse("roster:unit-create")
    form = {"code": "A1", "name": "新桥派出所", "parent": "A", "type": "station_1", "order": "3"}
    assert cadre.post(url, form | {"parent": "no such"}).status_code == 200
    assert cadre.post(url, form).status_code == 302
    unit = Unit.objects.get(code="A1")
    assert Unit.objects.get_parent(unit) == force.branch_a
    assert cadre.post(url, form).context["form"].errors["code"]


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("rename", {"name": "滨江分局", "short_name": ""}),
        ("move", {"parent": "B2"}),
        ("merge", {"into": "B2"}),
    ],
)
def test_a_change_is_told_first_and_done_when_confirmed(force: Cast, cadre: Client, name: str, form: dict[str, str]):
    url = reverse(f"roster:unit-{name}", args=[force.branch_a.pk])
    form = form | {"on": timezone.localdate().isoformat()}
    versions = UnitVersion.objects.count()
    told = cadre.post(url, form)
    assert told.context["sentences"]
    assert UnitVersion.objects.count() == versions
    assert cadre.post(url, form | {"confirmed": "1"}).status_code == 302
    assert UnitVersion.objects.count() > versions


def test_what_cannot_be_is_said_before_it_is_confirmed(force: Cast, cadre: Client):
    url = reverse("roster:unit-close", args=[force.branch_a.pk])
    answer = cadre.post(url, {"on": timezone.localdate().isoformat()})
    assert answer.context["form"].non_field_errors()
    assert "sentences" not in answer.context
    future = cadre.post(reverse("roster:unit-rename", args=[force.branch_a.pk]), {"name": "某", "on": "2999-01-01"})
    assert future.context["form"].non_field_errors()


def test_details_without_history_are_changed_at_once(force: Cast, cadre: Client):
    url = reverse("roster:unit-edit", args=[force.branch_a.pk])
    assert cadre.post(url, {"name_en": "Riverside", "establishment": "120", "order": "1"}).status_code == 302
    force.branch_a.refresh_from_db()
    assert (force.branch_a.name_en, force.branch_a.establishment) == ("Riverside", 120)


def test_a_unit_splits_after_its_preview(force: Cast, cadre: Client):
    more = officers(2, force.branch_a, first=70)
    url = reverse("roster:unit-split", args=[force.branch_a.pk])
    assert cadre.get(url).status_code == 200
    data = {"code": "A2", "name": "城东二所", "on": "2026-03-02", "officers": [str(more[0].pk)]}
    assert cadre.post(url, data | {"officers": []}).context["form"].errors
    preview = cadre.post(url, data)
    assert not Unit.objects.filter(code="A2").exists()
    assert "城东二所" in " ".join(preview.context["sentences"])
    # the political officer of the old unit no longer sees who goes
    assert str(force["unit_political_officer"]) in {line.account for line in preview.context["sight"].lose}
    assert cadre.post(url, data | {"confirmed": "1"}).status_code == 302
    assert [o.pk for o in Unit.objects.get(code="A2").officers.all()] == [more[0].pk]
    page = cadre.get(reverse("roster:unit-detail", args=[force.branch_a.pk]))
    assert [version.unit.code for version in page.context["related"]] == ["A2"]
