"""Payloads are read once for each combination of what a model asks of them."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from scoring.engine.ledger import Payloads

VALUES = st.none() | st.booleans() | st.integers(-2, 2) | st.floats(-2, 2) | st.text(max_size=3) | st.lists(st.text())
PAYLOADS = st.lists(st.dictionaries(st.sampled_from(["a", "b", "c"]), VALUES), max_size=20)


@given(PAYLOADS)
def test_every_row_gets_back_what_it_says(payloads: list[dict[str, Any]]):
    reader = Payloads(["a", "b"])
    numbers = [reader.of_text(json.dumps(payload)) for payload in payloads]
    columns = reader.columns()
    for number, payload in zip(numbers, payloads, strict=True):
        for name in ("a", "b"):
            found, said = columns[name][number], payload.get(name)
            assert (type(found), found) == (type(said), said)


def test_what_differs_in_other_fields_is_one_combination_and_true_is_not_one():
    reader = Payloads(["a"])
    assert reader.of({"a": 1, "note": "x"}) == reader.of({"a": 1, "note": "y"}) == reader.of_text('{"a": 1}')
    assert reader.of({"a": True}) != reader.of({"a": 1})
    assert reader.of_text(None) == reader.of_text("{}") == reader.of({"note": "z"})


def test_the_texts_kept_are_bounded_and_the_answers_stay(monkeypatch):
    monkeypatch.setattr(Payloads, "KEPT_TEXTS", 2)
    reader = Payloads(["a"])
    first = [reader.of_text(json.dumps({"a": n % 3})) for n in range(9)]
    assert first == [0, 1, 2] * 3
