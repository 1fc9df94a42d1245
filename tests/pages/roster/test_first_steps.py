"""From nothing to the first import: each of those concerned is told what comes next and led there."""

from __future__ import annotations

import pytest
from django.test import Client

from roster.models import Unit
from roster.services.units import create_units
from tests.factories import force
from tests.factories.cast import account

pytestmark = pytest.mark.django_db
STEPS = ("unit", "administrators", "account", "role", "units", "officers", "facts")


def steps(user) -> dict[str, tuple[bool, str]] | None:
    """Step → whether it is done, and where the link leads; None where the tile is not shown."""
    client = Client()
    client.force_login(user)
    for tile in client.get("/").context["tiles"]:
        if tile["code"] == "first-steps":
            return {code: (step.done, step.url) for code, step in zip(STEPS, tile["steps"], strict=True)}
    return None


def done(user) -> list[str]:
    return [code for code, (is_done, _url) in (steps(user) or {}).items() if is_done]


def test_from_an_empty_installation_to_the_first_facts():
    system = account("SYS", admin_role="system_admin")
    assert done(system) == []
    assert steps(system)["administrators"] == (False, "/users/new")
    assert steps(system)["units"] == (False, ""), "not the administrator's work"

    create_units(rows=[{"code": "01", "name": "示例市公安局"}], by=None)
    security, _audit = account("SEC", admin_role="security_admin"), account("AUD", admin_role="audit_admin")
    assert done(system) == ["unit", "administrators"]
    assert steps(security)["role"] == (False, "/roster/grants")

    cadre = force.account("HR", "hr_cadre", Unit.objects.get())
    assert done(cadre) == ["unit", "administrators", "account", "role"]
    assert steps(cadre)["units"] == (False, "/roster/imports/new?what=units")

    create_units(rows=[{"code": "0101", "name": "甲支队", "parent_code": "01"}], by=None)
    force.install_defaults()
    people = force.officers(1, Unit.objects.get(code="0101"))
    assert done(cadre) == ["unit", "administrators", "account", "role", "units", "officers"]

    force.seeded_facts(people, until=force.LONG_AGO.replace(year=2026), each=5)
    assert steps(cadre) is None, "the installation is at work"
    assert steps(system) is None


def test_whoever_has_no_part_in_it_is_not_told():
    create_units(rows=[{"code": "01", "name": "示例市公安局"}], by=None)
    assert steps(force.account("LD", "leadership", Unit.objects.get())) is None


def test_the_link_of_a_step_has_the_table_chosen(client):
    create_units(rows=[{"code": "01", "name": "示例市公安局"}], by=None)
    client.force_login(force.account("HR", "hr_cadre", Unit.objects.get()))
    page = client.get("/roster/imports/new?what=units").content.decode()
    assert '<option value="units" selected>' in page
