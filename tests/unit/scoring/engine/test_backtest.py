"""The back-test on four officers and one cut, worked by hand; and what may be known at a cut."""

from datetime import date

import numpy as np
import pytest

from scoring.engine import backtest
from scoring.engine.backtest import CutScores, assess, later_cases, read_target, recent_counts
from scoring.engine.definition import Clock
from scoring.engine.errors import DefinitionError
from scoring.engine.ledger import LedgerRows
from tests.unit.scoring.engine.sample import AS_OF, row, shipped

CUT = AS_OF + 1


@pytest.fixture(scope="module")
def model():
    return shipped("cn-default")


@pytest.fixture(scope="module")
def chicago():
    return shipped("chicago")


def ledger(model, target, *rows):
    return LedgerRows.from_tuples(rows, backtest.reading_both(model, target).fields)


def test_a_target_names_kinds_and_a_value(model, chicago):
    target = read_target(model, "COMPLAINT_VERIFIED:severity=serious, PUNISHMENT")
    assert [one.kind for one in target.evidence] == ["COMPLAINT_VERIFIED", "PUNISHMENT"]
    assert target.evidence[0].where[0].values == ("serious",)
    assert target.clocks == (Clock.OCCURRED, Clock.OCCURRED)
    assert read_target(chicago, "CHI_COMPLAINT:group=force").clocks == (Clock.KNOWN,)
    assert read_target(model, "KPI_DROP:periods=3").evidence[0].where[0].values == ("3", 3)


@pytest.mark.parametrize("text", ["", ":group=force", "KIND:group", "KIND:=x", "KIND:group=", "A,,B"])
def test_what_is_no_target_is_refused_with_its_form(model, text):
    with pytest.raises(DefinitionError, match="KIND:FIELD=VALUE"):
        read_target(model, text)


def test_later_cases_are_those_of_the_year_from_the_cut(model):
    """Day of the cut counts, the same day a year on no longer; a row voided since, or of another value, never."""
    target = read_target(model, "COMPLAINT_VERIFIED:severity=serious")
    rows = ledger(
        model,
        target,
        row("COMPLAINT_VERIFIED", -1, officer=0, severity="serious"),
        row("COMPLAINT_VERIFIED", 0, officer=1, severity="serious"),
        row("COMPLAINT_VERIFIED", -366, officer=2, severity="serious"),
        row("COMPLAINT_VERIFIED", -2, officer=3, severity="minor"),
        row("COMPLAINT_VERIFIED", -2, officer=4, severity="serious", voided=-9),
        row("COMPLAINT_VERIFIED", -365, officer=5, severity="serious"),
    )
    found = later_cases(rows, target, 6, since=CUT, until=CUT + 365)
    assert found.tolist() == [True, False, False, False, False, True]


def test_baselines_count_every_row_of_the_kind_that_was_known(model):
    """The kind without its conditions; what became known only after the cut is not there, though it occurred before."""
    target = read_target(model, "COMPLAINT_VERIFIED:severity=serious")
    rows = ledger(
        model,
        target,
        row("COMPLAINT_VERIFIED", 0, severity="minor"),
        row("COMPLAINT_VERIFIED", 364, severity="serious"),
        row("COMPLAINT_VERIFIED", 365, severity="serious"),
        row("COMPLAINT_VERIFIED", 10, known=-3, severity="serious"),
        row("COMPLAINT_VERIFIED", -1, severity="serious"),
    )
    assert recent_counts(rows, target, 1, as_of=AS_OF, days=365).tolist() == [2]
    assert recent_counts(rows, target, 1, as_of=AS_OF, days=1826).tolist() == [3]


def cut(day, scores, count, labels, ids=(1, 2, 3, 4)):
    numbers = [np.array(values, dtype=np.int64) for values in (ids, scores, count, count)]
    return CutScores(day, *numbers, np.array(labels, dtype=bool))


def test_the_report_of_two_cuts_worked_by_hand():
    """Four officers, a list of one. 2024: the case stands first: AUC 1, AP 1. 2025: cases on ranks 1 and 3 of 4.

    AUC (2 + 1) / 4, AP (1 + 2/3) / 2. The count has everybody equal: AUC .5, AP = base. Together 3 cases, of which
    the two lists of one hold 2: one was outside. The list of 2025 names officer 2, that of 2024 officer 1.
    """
    report = assess(
        [
            cut("2024-01-01", [9, 5, 2, 0], [1, 1, 1, 1], [1, 0, 0, 0]),
            cut("2025-01-01", [5, 9, 2, 0], [1, 1, 1, 1], [0, 1, 1, 0]),
        ],
        share=0.25,
    )
    first, second = report["cuts"]
    assert (first["model"]["auc"], first["model"]["ap"], first["missed"], first["overlap"]) == (1, 1, 0, None)
    assert second["model"]["auc"] == pytest.approx(3 / 4)
    assert second["model"]["ap"] == pytest.approx((1 + 2 / 3) / 2)
    assert (second["model"]["p_at_share"], second["model"]["r_at_share"]) == (1, 0.5)
    assert (second["count_12"]["auc"], second["count_12"]["ap"]) == (0.5, 0.5)
    assert (report["cases"], report["missed"], second["overlap"]) == (3, 1, 0)
    assert report["mean"]["model"]["auc"] == pytest.approx(7 / 8)
    assert report["beats_every_cut"]
    assert first["calibration"] is None


def test_a_model_that_does_not_beat_the_count_is_said_not_to():
    good = cut("2024-01-01", [9, 5, 2, 0], [1, 1, 1, 1], [1, 0, 0, 0])
    worse = cut("2025-01-01", [0, 5, 2, 9], [3, 0, 0, 0], [1, 0, 0, 0])
    report = assess([good, worse], share=0.25)
    assert not report["beats_every_cut"]
    assert report["not_beaten_on"] == ["2025-01-01"]


def test_a_year_without_cases_gives_no_figure_and_no_victory():
    report = assess([cut("2024-01-01", [9, 5, 2, 0], [0, 0, 0, 0], [0, 0, 0, 0])], share=0.25)
    assert report["cuts"][0]["model"]["auc"] is None
    assert not report["beats_every_cut"]
    assert report["curve"]["model"][1] is None


def test_rows_of_some_officers_are_renumbered(model):
    rows = LedgerRows.from_tuples([row("GOOD_DEED", officer=number) for number in (0, 3, 2, 3)], model.fields)
    some = rows.of_officers(np.array([2, 3, 7]))
    assert some.officer.tolist() == [1, 0, 1]
    assert some.event_id.tolist() == rows.event_id[1:].tolist()


def test_a_year_on_survives_a_leap_day():
    from scoring.selectors.history import a_year_on

    assert a_year_on(date(2024, 2, 29)) == date(2025, 2, 28)
    assert a_year_on(date(2024, 1, 1), -4) == date(2020, 1, 1)
