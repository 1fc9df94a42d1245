"""Fitting on an invented ledger whose truth is known: it finds what matters, leaves noise out, repeats itself."""

import json

import numpy as np
import pytest

from scoring.engine import candidates, drafting, fitting, measures
from scoring.engine.document import load
from scoring.engine.ledger import LedgerRows
from scoring.engine.score import score
from tests.unit.scoring.engine.sample import AS_OF, ROOT, batch, row, shipped

OFFICERS = 800
CONTENT = json.loads((ROOT / "scoring" / "defaults" / "chicago.json").read_text(encoding="utf-8"))
CHICAGO = load(CONTENT)


def invented(seed):
    """Rights complaints and short service raise the chance of a case; traffic complaints are noise."""
    random = np.random.default_rng(seed)
    rights, traffic = random.poisson(1.0, OFFICERS), random.poisson(1.0, OFFICERS)
    tenure = random.uniform(0, 20, OFFICERS)
    rows = [
        row("CHI_COMPLAINT", int(random.integers(0, 200)), officer=officer, historical=True, group=group)
        for group, counts in (("rights", rights), ("traffic", traffic))
        for officer, count in enumerate(counts)
        for _ in range(count)
    ]
    labels = random.random(OFFICERS) < measures.logistic(-3 + 0.9 * rights + 1.2 * (tenure < 5))
    contexts = {"tenure_years": tenure, "unit_force_rate": np.zeros(OFFICERS)}
    return LedgerRows.from_tuples(rows, CHICAGO.fields), contexts, labels


@pytest.fixture(scope="module")
def years():
    columns = candidates.candidates(CHICAGO)
    found = [invented(seed) for seed in range(2)]
    return columns, [
        (candidates.matrix(CHICAGO, columns, rows, OFFICERS, AS_OF, contexts), labels)
        for rows, contexts, labels in found
    ]


@pytest.fixture(scope="module")
def fit(years):
    return fitting.fit_points(*years)


def test_candidates_are_the_models_own_indicators_at_five_half_lives(years):
    columns, _ = years
    rights = [column for column in columns if column.base == "RIGHTS"]
    assert {(column.half_life, column.root) for column in rights} == {
        (half_life, root) for half_life in (90, 180, 365, 730, 1095) for root in (False, True)
    }
    assert [column.base for column in columns[-2:]] == ["TENURE", "UNIT-FORCE"]


def test_a_column_is_what_the_engine_computes(years):
    """Column of RIGHTS at 365 days × 8 points = the engine's own sum of the shipped indicator (8 points, 365 days)."""
    columns, _ = years
    rows, contexts, _labels = invented(7)
    place = next(i for i, c in enumerate(columns) if c.base == "RIGHTS" and c.half_life == 365 and not c.root)
    x = candidates.matrix(CHICAGO, columns, rows, OFFICERS, AS_OF, contexts)
    code = [one.code for one in CHICAGO.indicators].index("RIGHTS")
    from scoring.engine.events import read_batch

    own = score(CHICAGO, read_batch(CHICAGO, rows, OFFICERS, AS_OF), contexts=contexts).totals.indicators[:, code]
    assert np.abs(x[:, place] * 800 - own).max() <= 8  # hundredths: each event is rounded once


def test_points_are_whole_few_and_find_what_matters(years, fit):
    columns, training = years
    assert fit.points.dtype == np.int64
    assert fit.points.min() >= 0
    assert fit.points.max() <= 20
    used = {columns[j].base for j in np.flatnonzero(fit.points)}
    assert {"RIGHTS", "TENURE"} <= used
    weight = {base: sum(int(p) for c, p in zip(columns, fit.points, strict=True) if c.base == base) for base in used}
    assert weight.get("TRAFFIC", 0) < weight["RIGHTS"] / 3
    assert len(training) == 2
    assert (fit.officers, fit.cases) == (2 * OFFICERS, sum(int(labels.sum()) for _x, labels in training))


def test_fitting_again_gives_the_same_points(years, fit):
    assert (fitting.fit_points(*years).points == fit.points).all()


def test_effects_name_the_heaviest_first(years, fit):
    columns, training = years
    found = fitting.effects(fit.points, columns, training)
    assert columns[found[0].column].base in {"RIGHTS", "TENURE"}
    assert [one.auc for one in found] == sorted((one.auc for one in found), reverse=True)


def test_the_draft_scores_as_the_fit_did(years, fit):
    """The order the document's index gives to officers never seen is the order of the fitted sums."""
    columns, _ = years
    naming = drafting.Naming("fitted", "拟合", "Fitted", "notes")
    content = drafting.drafted(CONTENT, CHICAGO, columns, fit.points, naming)
    model = load(content)
    rows, contexts, labels = invented(99)
    from scoring.engine.events import read_batch

    raw = score(model, read_batch(model, rows, OFFICERS, AS_OF), contexts=contexts).totals.raw
    x = candidates.matrix(CHICAGO, columns, rows, OFFICERS, AS_OF, contexts)
    assert np.abs(raw / 100 - x @ fit.points).max() < 0.5
    assert measures.auc(measures.steps(raw, labels)) > 0.7
    assert content["code"] == "fitted"
    assert all(dimension["cap"] is None for dimension in content["dimensions"])


def test_too_few_cases_are_refused_in_words(years):
    columns, training = years
    x, labels = training[0]
    few = np.zeros_like(labels)
    few[:10] = True
    with pytest.raises(fitting.FitError, match="10 cases"):
        fitting.fit_points(columns, [(x, few)])


def test_nothing_is_fitted_to_the_care_part():
    cn = shipped("cn-default")
    care = {one.code for one in cn.indicators if cn.part_of(one).value == "C"}
    assert care
    assert not care & {column.base for column in candidates.candidates(cn)}


def test_points_by_value_keep_their_proportions():
    """COMPLAINT_VERIFIED brings 6 (minor) and 12 (serious); at 5 points for the lightest: 5 and 10."""
    cn = shipped("cn-default")
    indicator = next(one for one in cn.indicators if one.code == "B01")
    scaled = candidates.weighted(indicator, 500, 90)
    assert dict(scaled.evidence[0].severity.by_value) == {"minor": 500, "serious": 1000}
    assert scaled.decay.half_life == 90
    assert len(batch(cn).events) == 0


def test_a_credit_lowers_and_its_points_stay_positive():
    """A column of a credit with a negative effect gets points; the same column as a risk gets none."""
    random = np.random.default_rng(5)
    x = random.poisson(1.0, (3_000, 2)).astype(float)
    labels = random.random(3_000) < measures.logistic(-1 + x[:, 0] - 0.8 * x[:, 1])
    context = CHICAGO.contexts[0]
    risk = candidates.Candidate("A", context, False, False)
    credit = candidates.Candidate("B", context, False, True)
    assert (fitting.fit_points([risk, credit], [(x, labels)]).points > 0).all()
    assert fitting.fit_points([risk, risk], [(x, labels)]).points[1] == 0
    with pytest.raises(fitting.FitError, match="No indicator"):
        fitting.fit_points([risk], [(x[:, 1:], labels)])


def test_thresholds_hold_the_intended_shares_and_never_meet():
    index = np.arange(0, 10_000, 10)
    assert drafting.thresholds(index, 10_000) == {"attention": 85.0, "help": 95.0}
    assert drafting.thresholds(np.zeros(50, dtype=np.int64), 10_000) == {"attention": 1.0, "help": 2.0}


def test_what_follows_from_the_model_itself_is_no_candidate():
    """“Six clean months” is made of the very points that are being fitted."""
    assert "K03" not in {column.base for column in candidates.candidates(shipped("cn-default"))}


def test_a_long_name_is_shortened_and_its_ending_kept(years):
    """Models refuse names of more than 80 characters."""
    columns, _ = years
    chosen = np.array([3 if c.base == "RIGHTS" and c.half_life == 1095 and c.root else 0 for c in columns])
    long = {**CONTENT, "indicators": [{**one, "name_en": "x" * 79} for one in CONTENT["indicators"]]}
    naming = drafting.Naming("fitted", "拟合", "Fitted", "notes")
    (only,) = drafted_names(drafting.drafted(long, CHICAGO, columns, chosen, naming))
    assert len(only) == 80
    assert only.endswith("… (half-life 1095 d, square root)")


def drafted_names(content):
    return [one["name_en"] for one in content["indicators"]]
