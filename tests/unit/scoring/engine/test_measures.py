"""Figures of an ordering: worked by hand, equal to scikit-learn, bounded, indifferent to order and scale.

The hand-worked panel, eight officers, three later cases (*):
    score   9*  7   7*  5   3   3*  3   1
AUC: pairs case > other: 9 above all 5 others = 5; 7* above 5,3,3,1 = 4, ties 7 = 0.5; 3* above 1, ties 3,3 = 2 × 0.5.
    (5 + 4.5 + 2) / 15 = 11.5 / 15
AP: steps 9: 1 of 1; 7: 2 of 3; 5: 2 of 4; 3: 3 of 7. 1/3 × (1 + 2/3 + 3/7)
List of 2: 9 whole, of the two sevens one is drawn: 1 + 0.5 cases.
List of 6: the four above hold 2 cases, of the three threes two are drawn: 2 + 2/3.
"""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, roc_auc_score

from scoring.engine import measures

SCORES = np.array([9, 7, 7, 5, 3, 3, 3, 1])
CASES = np.array([1, 0, 1, 0, 0, 1, 0, 0], dtype=bool)


def test_the_panel_worked_by_hand():
    ranked = measures.steps(SCORES, CASES)
    assert measures.auc(ranked) == pytest.approx(11.5 / 15)
    assert measures.average_precision(ranked) == pytest.approx((1 + 2 / 3 + 3 / 7) / 3)
    assert measures.found_in_list(ranked, 2) == pytest.approx(1.5)
    assert measures.found_in_list(ranked, 6) == pytest.approx(2 + 2 / 3)
    assert measures.found_in_list(ranked, 0) == 0
    assert measures.gains(ranked, [0.25, 1.0]) == [pytest.approx(0.5), pytest.approx(1.0)]


def test_without_cases_or_with_nothing_else_there_is_no_figure():
    nobody = measures.steps(SCORES, np.zeros(8, dtype=bool))
    everybody = measures.steps(SCORES, np.ones(8, dtype=bool))
    assert measures.auc(nobody) is None
    assert measures.auc(everybody) is None
    assert measures.average_precision(nobody) is None
    assert measures.gains(nobody, [0.5]) == [None]
    assert measures.auc(measures.steps(np.array([]), np.array([], dtype=bool))) is None


def test_unequal_lengths_are_refused():
    with pytest.raises(ValueError, match="length"):
        measures.steps(SCORES, CASES[:-1])


@st.composite
def panels(draw):
    """5 to 60 officers with few distinct scores, so that many are equal; at least one case and one other."""
    size = draw(st.integers(5, 60))
    scores = draw(st.lists(st.integers(0, 12), min_size=size, max_size=size))
    cases = draw(st.lists(st.booleans(), min_size=size, max_size=size).filter(lambda found: 0 < sum(found) < size))
    return np.array(scores), np.array(cases)


@given(panels())
def test_equal_to_scikit_learn(panel):
    scores, cases = panel
    ranked = measures.steps(scores, cases)
    assert measures.auc(ranked) == pytest.approx(roc_auc_score(cases, scores))
    assert measures.average_precision(ranked) == pytest.approx(average_precision_score(cases, scores))


@given(panels())
def test_only_the_order_counts(panel):
    scores, cases = panel
    ranked, other = measures.steps(scores, cases), measures.steps(np.exp(scores / 3) + 7, cases)
    assert measures.auc(ranked) == measures.auc(other)
    assert measures.average_precision(ranked) == measures.average_precision(other)
    assert measures.auc(measures.steps(-scores, cases)) == pytest.approx(1 - measures.auc(ranked))


@given(panels(), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(panel, random):
    scores, cases = panel
    order = list(range(len(scores)))
    random.shuffle(order)
    mixed, ranked = measures.steps(scores[order], cases[order]), measures.steps(scores, cases)
    for size in range(len(scores) + 1):
        assert measures.found_in_list(mixed, size) == pytest.approx(measures.found_in_list(ranked, size))


@given(panels())
def test_a_longer_list_finds_no_fewer_and_the_whole_force_finds_all(panel):
    scores, cases = panel
    ranked = measures.steps(scores, cases)
    found = [measures.found_in_list(ranked, size) for size in range(len(scores) + 1)]
    assert all(later >= earlier - 1e-9 for earlier, later in itertools.pairwise(found))
    assert all(0 <= one <= min(size, cases.sum()) + 1e-9 for size, one in enumerate(found))
    assert found[-1] == pytest.approx(cases.sum())


def test_list_size_is_rounded_and_never_empty():
    assert [measures.list_size(n, 0.05) for n in (12_299, 30, 5, 0)] == [615, 2, 1, 0]


def test_overlap_is_the_share_of_the_new_list():
    assert measures.overlap([1, 2, 3, 4], [3, 4, 5]) == 0.5
    assert measures.overlap([], [1]) is None


def test_wilson_interval_of_the_textbook():
    """15 of 50 (Wilson 1927, as worked in Newcombe 1998, method 3): 0.191 to 0.438."""
    low, high = measures.wilson(15, 50)
    assert (low, high) == (pytest.approx(0.1910, abs=5e-4), pytest.approx(0.4375, abs=5e-4))
    assert measures.wilson(0, 20)[0] == 0
    assert measures.wilson(20, 20)[1] == 1
    assert measures.wilson(0, 0) == (0.0, 1.0)


def simulated(size, base, seed):
    random = np.random.default_rng(seed)
    scores = np.floor(random.gamma(1.0, 1000, size)).astype(np.int64)
    cases = random.random(size) < measures.logistic(base + scores / 1500)
    return scores, cases


def test_calibration_expects_what_happened_where_it_learned():
    scores, cases = simulated(4_000, -3.0, 1)
    fitted = measures.calibrate(scores, cases)
    assert fitted.chances(scores).sum() == pytest.approx(cases.sum(), rel=1e-6)
    (few, low, seen_low), (many, high, seen_high) = measures.bands(fitted.chances(scores), cases, 2)
    assert (few, many) == (2_000, 2_000)
    assert (low, high) == (pytest.approx(seen_low, abs=0.015), pytest.approx(seen_high, abs=0.015))
    assert low < high


def test_recalibration_follows_a_falling_base_rate():
    """Learned while cases were common, it expects too many; shifted on the latest year it expects what came."""
    before, then = simulated(40_000, -2.5, 1), simulated(40_000, -3.2, 2)
    later = simulated(40_000, -3.2, 3)
    fitted = measures.calibrate(*before)
    renewed = measures.recalibrate(fitted, *then)
    observed = later[1].sum()
    assert observed / fitted.chances(later[0]).sum() < 0.75
    assert observed / renewed.chances(later[0]).sum() == pytest.approx(1, abs=0.08)


def test_too_few_cases_give_no_calibration():
    assert measures.calibrate(SCORES, CASES) is None
