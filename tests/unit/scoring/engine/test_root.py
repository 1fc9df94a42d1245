"""Indicators that count by the square root: 4 × √(Σ points / 4), as one line beside the events."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.engine.document import load
from scoring.engine.errors import DefinitionError
from scoring.engine.lines import LineKind
from tests.unit.scoring.engine.sample import ROOT, explained, points, row


def rooted(at=4, **changes):
    content = json.loads((ROOT / "scoring" / "defaults" / "chicago.json").read_text(encoding="utf-8"))
    content["indicators"] = [
        {**one, "evidence": [{**one["evidence"][0], "points": 4}], "root_at": at, **changes}
        for one in content["indicators"]
        if one["code"] == "RIGHTS"
    ]
    return load(content)


def test_four_complaints_of_today_count_twice_as_one():
    """Four of 4.00 points: Σ = 16.00; 4 × √(16/4) = 8.00; the line takes 8.00 away."""
    model = rooted()
    result = explained(model, *(row("CHI_COMPLAINT", group="rights") for _ in range(4)))
    assert points(result) == 8
    (line,) = [line for line in result.lines if line.kind is LineKind.ROOT]
    assert (line.code, line.points) == ("RIGHTS", -800)
    assert points(explained(model, row("CHI_COMPLAINT", group="rights"))) == 4


def test_one_that_fades_counts_more_than_its_decay():
    """A year old at a half-life of a year: 4 × 0.5 = 2.00; 4 × √(2/4) = 2.83."""
    result = explained(rooted(), row("CHI_COMPLAINT", 365, group="rights"))
    assert points(result) == 2.83
    assert [line.points for line in result.lines] == [200, 83]


@given(st.lists(st.integers(0, 3000), max_size=12))
def test_lines_sum_to_the_index_and_more_events_never_lower_it(ages):
    model = rooted()
    before = 0
    for count in range(len(ages) + 1):
        result = explained(model, *(row("CHI_COMPLAINT", age, group="rights") for age in ages[:count]))
        assert int(result.scores.totals.raw[0]) >= before
        before = int(result.scores.totals.raw[0])
        expected = np.sqrt(4 * sum(line.points for line in result.lines if line.kind is LineKind.EVENT) * 100)
        assert abs(before - expected) <= 0.5


@pytest.mark.parametrize("at", [0, -1, 101])
def test_a_root_without_sense_is_refused(at):
    with pytest.raises(DefinitionError, match="root_at"):
        rooted(at)
