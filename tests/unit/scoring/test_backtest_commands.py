"""`manage.py backtest` and `fit_model` over a small invented force."""

from __future__ import annotations

import datetime as dt
import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from police_hr.core.models import AuditEvent
from scoring.models import IndexModel, IndexModelVersion
from scoring.selectors import history
from tests.factories import force as make

pytestmark = pytest.mark.django_db
CUTS = "2023-01-01,2024-01-01"
TRAIN = "2021-01-01,2022-01-01,2023-01-01"


@pytest.fixture
def past(db: None) -> list[Any]:
    """200 officers: every second has a patrol problem each spring, and of those three in four a complaint each autumn;
    of the others one in twenty."""
    from scoring.services.models import install_models

    make.install_defaults()
    install_models()
    people = make.officers(200, make.units("S1")["S1"])
    facts = []
    for year in range(2019, 2026):
        for place, officer in enumerate(people):
            troubled = place % 2 == 0
            if troubled:
                day = dt.date(year, 11, 1)
                facts.append(
                    {"officer_id": officer.pk, "kind": "PATROL_PROBLEM", "occurred_on": day,
                     "payload": {"severity": "serious"}}
                )  # fmt: skip
            if (troubled and (place + year) % 8) or place % 20 == 1:
                day = dt.date(year, 9, 1)
                facts.append(
                    {"officer_id": officer.pk, "kind": "COMPLAINT_VERIFIED", "occurred_on": day,
                     "payload": {"severity": "serious" if place % 3 else "minor"}}
                )  # fmt: skip
    make.facts(facts)
    return people


def run(name: str, *arguments: str) -> dict[str, Any]:
    out = StringIO()
    call_command(name, *arguments, "--json", stdout=out)
    found: dict[str, Any] = json.loads(out.getvalue())
    return found


def test_a_back_test_counts_what_the_ledger_holds(past: list[Any]) -> None:
    """Of 200 officers each year: 100 troubled less those with (place + year) % 8 == 0, and 10 others."""
    report = run("backtest", "cn-default", "--target", "COMPLAINT_VERIFIED", "--cuts", CUTS, "--list-share", "0.1")
    assert (report["model"], report["version"], len(report["cuts"])) == ("cn-default", 1, 2)
    for cut in report["cuts"]:
        year = int(cut["cut"][:4])
        cases = sum(1 for n in range(200) if (n % 2 == 0 and (n + year) % 8) or n % 20 == 1)
        assert (cut["officers"], cut["cases"], cut["list_size"]) == (200, cases, 20)
        assert cut["found"] + cut["missed"] == pytest.approx(cases)
        assert cut["model"]["auc"] > 0.8
        assert cut["calibration"]["observed"] == cases
    assert report["cuts"][0]["overlap"] is None
    assert 0 <= report["cuts"][1]["overlap"] <= 1
    assert report["cases"] == sum(cut["cases"] for cut in report["cuts"])
    narrow = run("backtest", "cn-default", "--target", "COMPLAINT_VERIFIED:severity=minor", "--cuts", CUTS)
    assert narrow["cases"] < report["cases"]


def test_what_was_recorded_after_a_cut_changes_no_score_of_it(past: list[Any]) -> None:
    before = run("backtest", "cn-default", "--target", "COMPLAINT_VERIFIED", "--cuts", CUTS)
    make.facts(
        [{"officer_id": past[1].pk, "kind": "ABSENCE", "occurred_on": dt.date(2022, 12, 1),
          "known_on": dt.date(2024, 6, 1), "payload": {"type": "absent", "excused": "no"}}]
    )  # fmt: skip
    after = run("backtest", "cn-default", "--target", "COMPLAINT_VERIFIED", "--cuts", CUTS)
    assert {**after, "seconds": 0, "peak_mib": 0} == {**before, "seconds": 0, "peak_mib": 0}


def test_the_text_says_what_was_missed_and_whether_it_beats_the_count(past: list[Any]) -> None:
    out = StringIO()
    call_command("backtest", "cn-default:1", "--target", "COMPLAINT_VERIFIED", "--cuts", CUTS, stdout=out)
    assert "cases were outside it" in out.getvalue()
    assert "count of 12 months" in out.getvalue().splitlines()[-1]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["none", "--target", "A", "--cuts", CUTS], "no index model called “none”"),
        (["cn-default:9", "--target", "A", "--cuts", CUTS], "has no version 9"),
        (["cn-default", "--target", "A:b", "--cuts", CUTS], "KIND:FIELD=VALUE"),
        (["cn-default", "--target", "NO_SUCH", "--cuts", CUTS], "NO_SUCH"),
        (["cn-default", "--target", "COMPLAINT_VERIFIED", "--cuts", "1700-01-01"], "Nobody belonged"),
        (["cn-default", "--target", "COMPLAINT_VERIFIED", "--cuts", "soon"], "“soon” is not days"),
        (["cn-default", "--target", "COMPLAINT_VERIFIED", "--cuts", CUTS, "--list-share", "2"], "is not a share"),
    ],
)
def test_bad_arguments_are_told_in_a_sentence(past: list[Any], arguments: list[str], words: str) -> None:
    with translation.override("en"), pytest.raises(CommandError, match=words):
        call_command("backtest", *arguments)


def test_a_fit_becomes_a_draft_that_nobody_uses_yet(past: list[Any]) -> None:
    arguments = ["cn-default", "--target", "COMPLAINT_VERIFIED", "--train-cuts", TRAIN, "--name", "cn-fitted"]
    result = run("fit_model", *arguments)
    draft = IndexModelVersion.objects.get(model__code="cn-fitted")
    assert (draft.state, draft.model.active, result["new"]) == ("draft", None, True)
    assert not IndexModel.objects.get(code="cn-default").versions.filter(state="draft").exists()
    assert 0 < len(result["indicators"]) <= 30
    assert all(isinstance(one["points"], int) and -20 <= one["points"] <= 20 for one in result["indicators"])
    own = {one["dim"] for one in draft.definition["indicators"]}
    assert {"D", "E", "F"} <= own  # care stands as people wrote it
    assert AuditEvent.objects.filter(action="model.draft").exists()
    again = run("fit_model", *arguments)
    assert (again["new"], again["digest"], again["version"]) == (False, result["digest"], 1)
    report = run("backtest", "cn-fitted", "--target", "COMPLAINT_VERIFIED", "--cuts", "2024-01-01")
    assert report["cuts"][0]["model"]["auc"] > 0.8


def test_a_fit_to_too_little_is_refused(past: list[Any]) -> None:
    with pytest.raises(CommandError, match="at least 30 are needed"):
        call_command(
            "fit_model", "cn-default", "--target", "ABSENCE", "--train-cuts", TRAIN, "--name", "x", stdout=StringIO()
        )
    with pytest.raises(CommandError, match="small letters"):
        call_command("fit_model", "cn-default", "--target", "ABSENCE", "--train-cuts", TRAIN, "--name", "A B")
    assert not IndexModel.objects.filter(code="x").exists()


def test_cuts_before_are_those_whose_year_was_over() -> None:
    assert history.cuts_before(dt.date(2014, 1, 1)) == [dt.date(year, 1, 1) for year in range(2010, 2014)]
