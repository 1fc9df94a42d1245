"""The query builder's form: what is typed stays, and a link shows everybody their own officers only."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from roster.models import Officer, SavedFilter
from roster.selectors import codes
from roster.services.defaults import install_defaults
from tests.factories.cast import Cast, cast

BUILDER, FIELD = "roster:officer-rules", "roster:officer-rule-field"


@pytest.fixture
def force(db: Any) -> Cast:
    codes.forget()
    install_defaults()
    return cast()


def client(force: Cast, role: str = "hr_cadre") -> Client:
    found = Client()
    found.force_login(force[role])
    return found


def typed(force: Cast, **asked: str) -> dict[str, str]:
    page = client(force).get(reverse(FIELD), asked)
    assert page.status_code == 200
    values: dict[str, str] = page.context["typed"]
    return values


def test_a_typed_number_stays_when_another_field_with_a_number_is_chosen(force: Cast):
    asked = {"field": "in_grade", "was": "years", "operator": "lte", "value": "5", "years": ""}
    page = client(force).get(reverse(FIELD), asked)
    text = page.content.decode()
    assert 'value="5"' in text
    assert '<option value="lte" selected>' in text


def test_a_code_of_one_list_is_no_value_of_another(force: Cast):
    assert typed(force, field="post", was="ranked", value="R07", operator="gte", years="3") == {
        "operator": "gte", "value": "", "level": "", "years": "3",
    }  # fmt: skip
    assert typed(force, field="speciality", was="text", value="法律", operator="", years="")["value"] == "法律"


def test_what_cannot_be_added_stays_in_the_form_with_the_reason_why(force: Cast):
    asked = {"step": "add", "field": "in_post", "operator": "gte", "value": "many", "group": "2"}
    page = client(force).post(reverse(BUILDER), asked)
    assert page.status_code == 200
    assert page.context["notices"]
    assert page.context["typed"]["value"] == "many"
    assert "<option selected>2</option>" in page.content.decode()


def test_bad_addresses_are_no_error(force: Cast):
    for asked in ({"field": "x" * 500}, {"field": "fact", "value": "none"}, {"was": "'", "value": "<b>"}):
        assert client(force).get(reverse(FIELD), asked).status_code == 200


def test_a_saved_filter_that_is_shared_by_its_link_stays_within_the_scope_of_who_opens_it(force: Cast):
    """The cadre saves a query over the whole force; the political officer of one branch opens its link."""
    Officer.objects.update(sex="F")
    cadre = client(force)
    added = cadre.post(reverse(BUILDER), {"step": "add", "field": "sex", "operator": "is", "value": "F", "group": "1"})
    query = added.url.partition("?")[2]
    assert query
    cadre.post(f"{reverse('roster:saved-filter-create')}?{query}", {"name": "女民警"})
    link = f"{reverse('roster:officer-list')}?{SavedFilter.objects.get().query}"

    def shown(role: str) -> set[int]:
        return {officer.pk for officer in client(force, role).get(link).context["page"].object_list}

    assert shown("hr_cadre") == {force.officer_a.pk, force.officer_b.pk}
    assert shown("unit_political_officer") == {force.officer_a.pk}
    assert shown("zhou") == {force.officer_b.pk}
    assert client(force, "system_admin").get(link).status_code == 403
    other = client(force, "unit_political_officer").get(reverse("roster:saved-filter-list")).content.decode()
    assert "女民警" not in other
