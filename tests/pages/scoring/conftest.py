"""The pages of the index over a small force: a run, accounts for each kind of reader."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pytest
from django.test import Client
from django.utils import timezone

CANARY = "沉默的金丝雀"


def signed_in(user: object) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user, backend="police_hr.core.backends.AccountBackend")
    return client


@pytest.fixture
def empty(db: None) -> SimpleNamespace:
    """Models and units, nobody in them, no run."""
    from scoring.services.models import install_models
    from tests.factories import force as make

    make.install_defaults()
    install_models()
    units = make.units("S1", "S1.P1", "S2")
    users = {
        "director": make.account("DIR", "political_director", units["B"]),
        "cadre": make.account("HR", "hr_cadre", units["B"]),
        "unit_head": make.account("HEAD", "unit_head", units["S1"]),
        "officer": make.account("MIN", "officer", units["S1"]),
    }
    return SimpleNamespace(units=units, users=users, client=lambda name: signed_in(users[name]), make=make)


@pytest.fixture
def board(empty: SimpleNamespace) -> SimpleNamespace:
    """Thirty officers, a seeded ledger, one fact of class 3 with a canary in its text, a finished run."""
    empty.people = [
        *empty.make.officers(20, empty.units["S1.P1"]),
        *empty.make.officers(10, empty.units["S2"], first=101),
    ]
    today = timezone.localdate()
    empty.make.seeded_facts(empty.people, until=today)
    empty.make.facts(
        [
            {
                "officer_id": empty.people[0].pk,
                "kind": "HARDSHIP",
                "occurred_on": today - dt.timedelta(days=2),
                "payload": {"basis": "recognised", "facts": CANARY},
            }
        ]
    )
    empty.run = run(today)
    return empty


def run(day: dt.date, **options: object):
    from scoring.selectors.models import default_version
    from scoring.services.runs import create_run
    from tests.factories.index import finish

    return finish(create_run(version=default_version(), as_of=day, by=None, **options))
