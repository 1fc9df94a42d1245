"""Whatever a person may store comes back the same through form, cell, JSON and JSON schema."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from police_hr.core.fields import (
    TYPES,
    FieldList,
    build_form,
    describe,
    register_resolver,
    registry,
    validate_field_list,
)

CHOICES = [
    {"value": "late", "zh": "迟到", "en": "Late"},
    {"value": "early", "zh": "早退", "en": "Left early"},
    {"value": "both", "zh": "迟到、早退", "en": "Late, left early"},
]


def spec(kind: str, **more: Any) -> dict[str, Any]:
    return {"name": "x", "type": kind, "label_zh": "字段", "label_en": "Field", **more}


SPECS = {
    "text": spec("text"),
    "longtext": spec("longtext"),
    "int": spec("int", min=-10, max=10_000),
    "money": spec("money"),
    "date": spec("date"),
    "period": spec("period"),
    "choice": spec("choice", choices=CHOICES),
    "choices": spec("choices", choices=CHOICES),
    "person": spec("person"),
    "unit": spec("unit"),
    "resource": spec("resource"),
    "file": spec("file"),
    "table": spec(
        "table", columns=[spec("text"), {**spec("date"), "name": "due"}, {**spec("person"), "name": "owner"}]
    ),
}
words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=80).filter(
    lambda text: text.strip()
)
days = st.dates(dt.date(1900, 1, 1), dt.date(2199, 12, 31)).map(dt.date.isoformat)
ids = st.integers(1, 2**53)
values = st.sampled_from([choice["value"] for choice in CHOICES])
STORED: dict[str, st.SearchStrategy[Any]] = {
    "text": words.map(str.strip),
    "longtext": words.map(str.strip),
    "int": st.integers(-10, 10_000),
    "money": st.decimals(-(10**11), 10**11, places=2, allow_nan=False).map(lambda amount: str(amount or 0)),
    "date": days,
    "period": st.tuples(days, st.none() | days).map(
        lambda pair: {"from": min(pair[0], pair[1] or pair[0]), "to": pair[1] and max(pair)}
    ),
    "choice": values,
    "choices": st.sets(values, min_size=1).map(sorted),
    "person": ids,
    "unit": ids,
    "resource": ids,
    "file": st.builds(
        lambda name, size: {"name": name, "size": size, "sha256": "0a" * 32}, words, st.integers(1, 20 * 1024**2)
    ),
    "table": st.lists(
        st.fixed_dictionaries({"x": words.map(str.strip)}, optional={"due": days, "owner": ids}), min_size=1, max_size=4
    ),
}
rows = st.sampled_from(sorted(SPECS)).flatmap(lambda kind: st.tuples(st.just(kind), STORED[kind]))


@pytest.fixture(autouse=True)
def _no_resolvers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_resolvers", {})


def test_every_type_that_has_a_value_is_proven_here() -> None:
    assert set(SPECS) == {code for code, field_type in TYPES.items() if field_type.has_value}
    for one in SPECS.values():
        validate_field_list([one])


@given(row=rows)
def test_a_stored_value_is_clean_already_and_fits_its_schema(row: tuple[str, Any]) -> None:
    kind, value = row
    fields = FieldList([SPECS[kind]])
    payload = fields.clean({"x": value})
    assert payload == fields.clean(payload)
    assert payload == json.loads(json.dumps(payload))
    Draft202012Validator(fields.json_schema()).validate(payload)
    if kind not in ("choices", "money"):
        assert payload == {"x": value}


@given(row=rows, language=st.sampled_from(["zh-hans", "en"]))
def test_a_cell_reads_back_to_the_same_value(row: tuple[str, Any], language: str) -> None:
    kind, value = row
    fields = FieldList([SPECS[kind]])
    payload = fields.clean({"x": value})
    with override(language):
        cells = fields.to_cells(payload)
        if kind == "file":
            with pytest.raises(ValidationError):
                fields.from_cells(cells)
        else:
            assert fields.from_cells(cells) == payload


@given(row=rows, language=st.sampled_from(["zh-hans", "en"]))
def test_every_value_can_be_shown(row: tuple[str, Any], language: str) -> None:
    kind, value = row
    with override(language):
        [(label, text)] = describe([SPECS[kind]], FieldList([SPECS[kind]]).clean({"x": value}))
    assert label == ("字段" if language == "zh-hans" else "Field")
    assert text


@given(row=rows.filter(lambda row: row[0] not in ("file", "choices", "period")))
def test_a_form_stores_what_its_cell_says(row: tuple[str, Any]) -> None:
    kind, value = row
    fields = FieldList([SPECS[kind]])
    payload = fields.clean({"x": value})
    typed = payload["x"] if kind == "choice" else fields.to_cells(payload)["x"]
    form = build_form([SPECS[kind]])({"x": typed})
    assert form.is_valid(), form.errors
    assert form.payload == payload


def outcome(read: Callable[[Any], Any], data: Any) -> tuple[Any, dict[str, list[str]]]:
    """(what was stored, {}) or (None, faults by field)."""
    try:
        return read(data), {}
    except ValidationError as error:
        return None, error.message_dict


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@given(kind=st.sampled_from(sorted(SPECS)), value=JSON)
def test_anything_at_all_is_either_refused_clearly_or_stored_soundly(kind: str, value: Any) -> None:
    fields = FieldList([SPECS[kind]])
    payload, faults = outcome(fields.clean, {"x": value})
    if faults:
        assert list(faults) == ["x"]
        assert faults["x"][0].startswith("“字段”")
    else:
        Draft202012Validator(fields.json_schema()).validate(payload)


@given(kind=st.sampled_from(sorted(SPECS)), text=st.text(max_size=40))
def test_any_text_in_a_cell_is_either_refused_or_stored_soundly(kind: str, text: str) -> None:
    fields = FieldList([SPECS[kind]])
    payload, faults = outcome(fields.from_cells, {"x": text})
    if faults:
        assert list(faults) == ["x"]
    else:
        Draft202012Validator(fields.json_schema()).validate(payload)


def test_references_get_names_by_one_call_and_keys_that_read_back() -> None:
    calls: list[set[int]] = []

    def labels(wanted: Any) -> dict[int, str]:
        calls.append(set(wanted))
        return {pk: f"民警{pk}" for pk in wanted if pk < 100}

    register_resolver(
        "person",
        labels,
        find=lambda texts: {text: int(text[3:]) for text in texts if text.startswith("330")},
        keys=lambda wanted: {pk: f"330{pk}" for pk in wanted},
    )
    fields = FieldList([SPECS["table"], {**SPECS["person"], "name": "talker"}])
    payload = fields.clean({"x": [{"x": "走访", "owner": 7}], "talker": 8})
    assert calls == [{7, 8}]
    assert [text for _label, text in fields.describe(payload)] == ["字段：走访，字段：民警7", "民警8"]
    assert fields.to_cells(payload)["talker"] == "3308"
    assert fields.from_cells({"talker": "3308"}) == {"talker": 8}
    with pytest.raises(ValidationError, match="“字段”"):
        fields.clean({"talker": 5000})
    assert fields.clean({"talker": 5000}, check_references=False) == {"talker": 5000}
