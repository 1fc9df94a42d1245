"""What must hold for any ledger: exact lines, no effect of order or shards, credits and points move one way."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.engine.events import read_batch
from scoring.engine.ledger import LedgerRows
from scoring.engine.lines import changes, explain
from scoring.engine.score import score
from scoring.engine.sensitivity import interval
from tests.unit.scoring.engine.sample import AS_OF, as_hundredths, batch, day, row, shipped

OFFICERS = 5
CN, CHICAGO = shipped("cn-default"), shipped("chicago")

PAYLOADS = {
    "LATE_EARLY": {"excused": "no"},
    "ABSENCE": {"type": "absent", "excused": "no"},
    "PATROL_PROBLEM": {"severity": "minor"},
    "RECTIFICATION_OVERDUE": {"weeks": 3},
    "COMPLAINT_VERIFIED": {"severity": "serious"},
    "PUNISHMENT": {"measure": "P1", "effect_until": day(30)},
    "ENFORCEMENT_FAULT": {"severity": "serious"},
    "OVERDUE_SHARE": {"share": 37},
    "WEEKLY_HOURS": {"weeks": 4, "hours": 60},
    "FAMILY_DEATH": {"impact": "major"},
    "CARE_BURDEN": {},
    "HARDSHIP": {"impact": "major"},
    "MOOD_ALERT": {"level": "marked"},
    "HEALTH_SERIOUS": {},
    "DRINK_VIOLATION": {},
    "AWARD": {"grade": "A4"},
    "HONOUR_TITLE": {"title": "EXCELLENT"},
    "GOOD_DEED": {},
    "CHI_COMPLAINT": {"group": "rights"},
    "CHI_FORCE": {},
}


@st.composite
def ledger_rows(draw):
    kind = draw(st.sampled_from(sorted(PAYLOADS)))
    ago = draw(st.integers(0, 900))
    closed = draw(st.none() | st.integers(0, ago))
    return row(kind, ago, officer=draw(st.integers(0, OFFICERS - 1)), closed=closed, **PAYLOADS[kind])


ledgers = st.lists(ledger_rows(), max_size=60)
contexts = st.fixed_dictionaries(
    {
        "tenure_years": st.floats(0, 40),
        "unit_force_rate": st.floats(0, 3),
    }
)


@pytest.mark.parametrize("model", [CN, CHICAGO], ids=lambda model: model.code)
@settings(max_examples=60, deadline=None)
@given(rows=ledgers, facts=contexts)
def test_lines_sum_to_the_total_of_the_fast_path(model, rows, facts):
    whole = batch(model, *rows, officers=OFFICERS)
    fast = score(model, whole, contexts={name: np.full(OFFICERS, value) for name, value in facts.items()})
    for officer in range(OFFICERS):
        one = explain(model, whole.of_officer(officer), contexts=facts)
        assert sum(line.points for line in one.lines) == one.index == fast.totals.index[officer]
        assert one.scores.tiers.tier[0] == fast.tiers.tier[officer]


@settings(max_examples=60, deadline=None)
@given(rows=ledgers, seed=st.randoms(use_true_random=False))
def test_order_of_rows_changes_nothing(rows, seed):
    shuffled = list(rows)
    seed.shuffle(shuffled)
    assert (
        score(CN, batch(CN, *rows, officers=OFFICERS)).digest()
        == score(CN, batch(CN, *shuffled, officers=OFFICERS)).digest()
    )


@settings(max_examples=60, deadline=None)
@given(rows=ledgers, shards=st.lists(st.integers(0, 2), min_size=OFFICERS, max_size=OFFICERS))
def test_any_partition_of_the_officers_gives_the_same_bytes(rows, shards):
    whole = score(CN, batch(CN, *rows, officers=OFFICERS))
    for shard in set(shards):
        members = [officer for officer in range(OFFICERS) if shards[officer] == shard]
        place = {officer: i for i, officer in enumerate(members)}
        part = [(place[one[0]], *one[1:]) for one in rows if one[0] in place]
        result = score(CN, batch(CN, *part, officers=len(members)))
        for group in ("totals", "tiers"):
            for name in getattr(whole, group).__dataclass_fields__:
                expected = getattr(getattr(whole, group), name)[members]
                assert getattr(getattr(result, group), name).tobytes() == expected.tobytes()


@settings(max_examples=60, deadline=None)
@given(rows=ledgers, extra=ledger_rows())
def test_adding_an_event_never_lowers_and_adding_a_credit_never_raises(rows, extra):
    before = score(CN, batch(CN, *rows, officers=OFFICERS)).totals.index
    after = score(CN, batch(CN, *rows, extra, officers=OFFICERS)).totals.index
    if extra[1] in {"AWARD", "HONOUR_TITLE", "GOOD_DEED"}:
        assert (after <= before).all()
    else:
        assert (after >= before).all()


@settings(max_examples=30, deadline=None)
@given(rows=ledgers)
def test_floors_and_red_lines_do_not_depend_on_credits(rows):
    awards = [row("AWARD", 1, officer=officer, grade="A6") for officer in range(OFFICERS)]
    before = score(CN, batch(CN, *rows, officers=OFFICERS)).tiers
    after = score(CN, batch(CN, *rows, *awards, officers=OFFICERS)).tiers
    assert (before.floor_tier == after.floor_tier).all()
    assert (after.tier >= after.floor_tier.max(axis=1)).all()


@settings(max_examples=30, deadline=None)
@given(rows=ledgers)
def test_changes_sum_to_the_change_of_the_index(rows):
    first = explain(CN, batch(CN, *rows, officers=OFFICERS, as_of=AS_OF - 30).of_officer(0))
    second = explain(CN, batch(CN, *rows, officers=OFFICERS).of_officer(0))
    assert sum(change.points for change in changes(first, second)) == second.index - first.index


@settings(max_examples=10, deadline=None)
@given(rows=ledgers)
def test_interval_of_the_weights_is_ordered_within_bounds_and_repeatable(rows):
    events = batch(CN, *rows, officers=OFFICERS)
    low, high = interval(CN, events, draws=60)
    assert (low <= high).all()
    assert (low >= 0).all()
    assert (high <= CN.index_max).all()
    assert (interval(CN, events, draws=60)[1] == high).all()


def test_no_officers_and_no_rows_are_no_special_case():
    nobody = read_batch(CN, LedgerRows.from_tuples([], CN.fields), 0, AS_OF)
    assert len(score(CN, nobody).totals.index) == 0
    nothing = score(CN, batch(CN, officers=3), coverage=np.array([1.0, 0.5, np.nan]))
    assert nothing.totals.index.tolist() == as_hundredths(0, 0, 0).tolist()
    assert nothing.tiers.tier.tolist() == [0, -1, -1]
