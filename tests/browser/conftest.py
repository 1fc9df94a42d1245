"""A small seeded force in the live server, somebody signed in, and the check that every page is accessible."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

if TYPE_CHECKING:
    from police_hr.core.models import User

PHONE = {"width": 390, "height": 844}
SECRET = "需要理由才能看的话"


@pytest.fixture
def force(transactional_db: None) -> SimpleNamespace:
    """A bureau, two units, twelve officers with a seeded ledger: the first has an S3 fact, the ninth is 沈立群."""
    # Models can be imported only after Django is set up, which pytest does after it has read this file.
    from police_hr.core.installation import install_all
    from roster.selectors import codes
    from roster.services.officers import update_officer
    from tests.factories import force as make

    codes.forget()
    for _name in install_all():
        pass
    units = make.units("S1", "S2")
    people = [*make.officers(8, units["S1"]), *make.officers(4, units["S2"], first=101)]
    update_officer(officer=people[8], changes={"name": "沈立群"}, version=None, by=None)
    today = timezone.localdate()
    make.seeded_facts(people, until=today - dt.timedelta(days=1))
    make.facts(
        [
            {
                "officer_id": people[0].pk,
                "kind": "HARDSHIP",
                "occurred_on": today,
                "payload": {"basis": "recognised", "facts": SECRET},
            }
        ]
    )
    users = {
        "cadre": make.account("HR", "hr_cadre", units["B"]),
        "director": make.account("DIR", "political_director", units["B"]),
        "political_officer": make.account("PO", "unit_political_officer", units["S1"]),
    }
    return SimpleNamespace(units=units, people=people, users=users, today=today)


@pytest.fixture
def enter(page: Any) -> Callable[..., Any]:
    """Sign an account in and open an address; `viewport` before that, for pages that differ on a phone."""

    def open_page(user: User, address: str, viewport: dict[str, int] | None = None) -> Any:
        client = Client()
        client.force_login(user, backend="police_hr.core.backends.AccountBackend")
        page.goto(reverse("healthz"))
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": page.url}])
        if viewport:
            page.set_viewport_size(viewport)
        assert page.goto(address).status == 200
        return page

    return open_page


@pytest.fixture
def flawless() -> Callable[[Any], None]:
    """Fails where axe finds a violation on the page, or the page is wider than its window."""

    def check(page: Any) -> None:
        found = Axe().run(page).response["violations"]
        assert [(rule["id"], rule["nodes"][0]["html"][:160]) for rule in found] == []
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0

    return check
