"""Shares of groups: worked by hand; what is small stays hidden, and cannot be worked out from the rest."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.engine.fairness import hidden_groups, shares


def test_two_groups_worked_by_hand():
    """100 of 1,000 against 20 of 1,000: ratio 5 and 1/5; Wilson 8.3–12.0 % and 1.3–3.1 % do not touch: both alert."""
    women, men = shares({"F": (1_000, 20), "M": (1_000, 100)}, smallest=10)
    assert (men.share, men.ratio, men.alert) == (0.1, pytest.approx(5), True)
    assert (women.share, women.ratio, women.alert) == (0.02, pytest.approx(0.2), True)
    assert (men.low, men.high) == (pytest.approx(0.0829, abs=1e-4), pytest.approx(0.1202, abs=1e-4))


def test_a_difference_that_may_be_chance_raises_no_alert():
    """4 of 40 against 20 of 400: ratio 2, but 4.0–23.1 % and 3.3–7.6 % touch."""
    small, large = shares({"a": (40, 4), "b": (400, 20)}, smallest=10)
    assert small.ratio == pytest.approx(2)
    assert not any((small.alert, large.alert))


def test_equal_shares_raise_no_alert():
    assert not any(one.alert for one in shares({"a": (5_000, 500), "b": (5_000, 500)}, smallest=10))


def test_a_lone_small_group_takes_the_next_along():
    found = shares({"a": (7, 3), "b": (30, 2), "c": (900, 40)}, smallest=10)
    assert [one.hidden for one in found] == [True, True, False]
    assert all(one.officers is None and one.share is None for one in found[:2])


def test_nobody_at_all():
    (one,) = shares({"a": (0, 0)}, smallest=10)
    assert (one.officers, one.share, one.alert) == (0, None, False)


@given(st.dictionaries(st.text("abcdef", min_size=1, max_size=2), st.integers(0, 60), max_size=8), st.integers(2, 20))
def test_hidden_people_are_never_few_enough_to_be_known(sizes, smallest):
    """The hidden are none, everybody, or at least two groups of together at least the smallest size."""
    hidden = hidden_groups(sizes, smallest)
    assert all(code in hidden for code, size in sizes.items() if 0 < size < smallest)
    shown = [code for code, size in sizes.items() if size and code not in hidden]
    if hidden and shown:
        assert len(hidden) >= 2
        assert sum(sizes[code] for code in hidden) >= smallest
