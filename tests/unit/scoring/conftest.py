"""A small force with an index, for the tests of scoring."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone


@pytest.fixture
def force(db: None) -> SimpleNamespace:
    """Bureau B with S1 (with S1.P1) and S2, 24 officers, a seeded ledger, the shipped models."""
    from scoring.selectors.models import default_version
    from scoring.services.models import install_models
    from tests.factories import force as make

    make.install_defaults()
    install_models()
    units = make.units("S1", "S1.P1", "S2")
    people = [
        *make.officers(12, units["S1.P1"]),
        *make.officers(8, units["S2"], first=101),
        *make.officers(4, units["S1"], first=201),
    ]
    make.seeded_facts(people, until=timezone.localdate())
    return SimpleNamespace(units=units, people=people, version=default_version(), today=timezone.localdate())


@pytest.fixture
def run_index(force: SimpleNamespace) -> Any:
    """Run the default index as of a day (default today) and give the finished run."""
    from scoring.services.runs import create_run
    from tests.factories.index import finish

    def run(as_of: dt.date | None = None, **options: Any) -> Any:
        return finish(create_run(version=force.version, as_of=as_of or force.today, by=None, **options))

    return run
