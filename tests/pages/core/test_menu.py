"""The menu: grouped, folded as the reader left it, the group in which one is always open."""

from __future__ import annotations

import pytest
from django.test import Client

from police_hr.core.context import LINES
from tests.factories.cast import cast
from tests.security import matrix

pytestmark = pytest.mark.django_db


def menu(client: Client, address: str = "/") -> dict[str, bool]:
    """Whether each named group is open."""
    return {group["code"]: group["open"] for group in client.get(address).context["frame"]["menu"] if group["label"]}


@pytest.fixture
def cadre() -> Client:
    client = Client()
    client.force_login(cast()["hr_cadre"])
    return client


def test_of_a_long_menu_only_what_a_small_screen_shows_is_open_at_first(cadre):
    groups = cadre.get("/").context["frame"]["menu"]
    lines = [len(group["items"]) + bool(group["label"]) if group["open"] else 1 for group in groups]
    assert sum(lines[: [group["open"] for group in groups].index(False)]) <= LINES
    assert [group["code"] for group in groups][-1] == "system"
    assert not groups[-1]["open"]


def test_a_short_menu_is_open():
    client = Client()
    client.force_login(cast()["audit_admin"])
    assert set(menu(client)) == {"index", "system"}
    assert all(menu(client).values())


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


# pages of one's account and of the bell, and what every officer may read or ask, stand under no entry
OF_ACCOUNT = ("core:account", "core:password-change", "core:totp-", "core:backup-", "core:notice-", "core:confirm-")
OF_ONESELF = (*OF_ACCOUNT, "scoring:own-index", "scoring:method", "scoring:objection-new")


def test_every_page_stands_under_one_entry_of_the_menu():
    astray = []
    for route, where, client in matrix.openings(cast()):
        if route.startswith(OF_ONESELF):
            continue
        answer = client.get(where)
        if answer.streaming:
            list(answer.streaming_content)
        elif "base.html" in {template.name for template in answer.templates}:
            items = [item for group in answer.context["frame"]["menu"] for item in group["items"]]
            current = [item["url"] for item in items if item["active"]]
            astray += [] if len(current) == 1 else [f"{route}: {current}"]
    assert not astray, "\n".join(["Name them in the `current_for` of an entry of the menu:", *astray])
