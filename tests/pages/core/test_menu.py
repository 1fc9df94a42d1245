"""The menu: grouped, folded as the reader left it, the group in which one is always open."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.factories.cast import cast

pytestmark = pytest.mark.django_db


def menu(client: Client, address: str = "/") -> dict[str, bool]:
    """Whether each named group is open."""
    return {group["code"]: group["open"] for group in client.get(address).context["frame"]["menu"] if group["label"]}


@pytest.fixture
def cadre() -> Client:
    client = Client()
    client.force_login(cast()["hr_cadre"])
    return client


def test_a_long_menu_starts_with_the_rare_group_folded(cadre):
    found = menu(cadre)
    assert [code for code, is_open in found.items() if not is_open] == ["system"]
    assert {"boards", "personnel", "data", "index"} <= set(found)


def test_a_short_menu_is_open():
    client = Client()
    client.force_login(cast()["audit_admin"])
    assert menu(client) == {"system": True}


def test_the_menu_stays_as_it_was_left(cadre):
    cadre.cookies["menu"] = "data.boards"
    assert [code for code, is_open in menu(cadre).items() if not is_open] == ["boards", "data"]
    cadre.cookies["menu"] = ""
    assert all(menu(cadre).values())


def test_the_group_in_which_one_is_stays_open(cadre):
    cadre.cookies["menu"] = "data.boards"
    found = menu(cadre, "/roster/imports")
    assert (found["data"], found["boards"]) == (True, False)


def test_a_cookie_of_anything_folds_nothing_that_is_not_there(cadre):
    cadre.cookies["menu"] = "x" * 3000
    assert all(menu(cadre).values())
