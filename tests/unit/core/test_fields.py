"""Field lists: what is refused, in which words, and how forms and cells behave at their edges."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import override

from police_hr.core.fields import (
    FieldList,
    build_form,
    clean_payload,
    describe,
    register_code_tables,
    registry,
    validate_field_list,
)
from police_hr.core.fields.payload import describe_many


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(registry, "_code_tables", [])
    monkeypatch.setattr(registry, "_table_cache", {})
    monkeypatch.setattr(registry, "_resolvers", {})
    with override("en"):
        yield


def spec(kind: str, name: str = "x", **more: Any) -> dict[str, Any]:
    return {"name": name, "type": kind, "label_zh": "字段", "label_en": "Field", **more}


def choice(value: str, zh: str, en: str) -> dict[str, str]:
    return {"value": value, "zh": zh, "en": en}


TWO = [choice("late", "迟到", "Late"), choice("early", "早退", "Left early")]

BAD_LISTS = [
    ("not a list", "list of at most"),
    ([3], "no. 1"),
    ([{"name": "x"}], "“type, label_zh, label_en” is missing"),
    ([spec("bool")], "unknown value “bool”"),
    ([spec("int", name="Days")], "Field “Days”: “name” has the value “Days”"),
    ([spec("int", label_en="  ")], "label_en"),
    ([spec("int", colour="red")], "no field has: colour"),
    ([spec("int", required="yes")], "“required” must be of the kind “boolean”"),
    ([spec("int"), spec("text")], "two fields of this name"),
    ([spec("int", min=5, max=1)], "smallest value is larger"),
    ([spec("text", max=-1)], "cannot be negative"),
    ([spec("date", min=1)], "“min” has no place"),
    ([spec("choice")], "choices or a code table"),
    ([spec("choice", choices=TWO, code_table="sex")], "choices or a code table"),
    ([spec("choice", choices=[])], "“choices” is empty"),
    ([spec("choice", choices=[TWO[0], TWO[0]])], "same value"),
    ([spec("choice", choices=[TWO[0], choice("b", "迟到", "B")])], "“迟到” stands for two different choices"),
    ([spec("choices", choices=[choice("a", "甲；乙", "A")])], "semicolon"),
    ([spec("int", choices=TWO)], "“choices” has no place"),
    ([spec("table")], "“columns” is missing"),
    ([spec("table", columns=[spec("file")])], "column of the type “file”"),
    ([spec("table", columns=[spec("int"), spec("int")])], "two fields of this name"),
    ([spec("note", required=True)], "cannot be set"),
]


@pytest.mark.parametrize(("specs", "words"), BAD_LISTS)
def test_an_unsound_list_is_refused_with_field_and_fault(specs: Any, words: str) -> None:
    with pytest.raises(ValidationError) as caught:
        validate_field_list(specs)
    [sentence] = caught.value.messages
    assert words in sentence


def test_a_list_may_name_only_code_tables_that_exist() -> None:
    validate_field_list([spec("choice", code_table="leave_type")])
    register_code_tables(lambda code: TWO if code == "leave_type" else None)
    validate_field_list([spec("choice", code_table="leave_type")])
    with pytest.raises(ValidationError, match="no code table “ghost”"):
        validate_field_list([spec("choice", code_table="ghost")])


def test_a_code_table_serves_values_labels_and_either_language() -> None:
    register_code_tables(lambda code: TWO if code == "leave_type" else None)
    fields = FieldList([spec("choice", code_table="leave_type")])
    assert [fields.from_cells({"x": text})["x"] for text in ("late", "迟到", "LATE")] == ["late"] * 3
    assert fields.describe({"x": "early"}) == [("Field", "Left early")]
    assert fields.describe({"x": "retired_value"}) == [("Field", "retired_value")]


def test_a_missing_code_table_is_told_where_a_value_is_entered_and_never_breaks_a_page() -> None:
    fields = FieldList([spec("choice", code_table="ghost")])
    assert fields.describe({"x": "late"}) == [("Field", "late")]
    with pytest.raises(ValidationError, match="code table “ghost” is missing"):
        fields.clean({"x": "late"})


def test_a_withdrawn_code_keeps_its_words_but_is_offered_no_more() -> None:
    register_code_tables(lambda _code: [*TWO, {**choice("noon", "午休", "Noon"), "withdrawn": True}])
    fields = FieldList([spec("choice", code_table="leave_type")])
    assert fields.describe(fields.clean({"x": "noon"})) == [("Field", "Noon")]
    assert fields.from_cells({"x": "午休"}) == {"x": "noon"}
    assert fields.json_schema()["properties"]["x"]["enum"] == ["late", "early"]
    assert "Noon" not in str(build_form(fields.specs)())


BAD_VALUES = [
    (spec("text"), "a\x00b", "cannot be stored"),
    (spec("text"), "\ud800", "cannot be stored"),
    (spec("text"), 5, "must be text"),
    (spec("text", max=3), "four", "at most 3 fit"),
    (spec("text", min=3), "ab", "at least 3"),
    (spec("int"), True, "whole number"),
    (spec("int"), 1.5, "whole number"),
    (spec("int", max=5), 6, "5 or less"),
    (spec("int", min=0), -1, "0 or more"),
    (spec("money"), "1.234", "two decimals"),
    (spec("money"), 1.5, "two decimals"),
    (spec("money", min=0), "-1", "outside"),
    (spec("date"), "2003-02-30", "not a day"),
    (spec("date"), "1003-02-03", "before 1900"),
    (spec("period"), {"from": "2003-02-03", "to": "2003-02-01"}, "ends before"),
    (spec("period"), {"to": "2003-02-01"}, "no first day"),
    (spec("choice", choices=TWO), "lunch", "not one of the choices"),
    (spec("choices", choices=TWO), "late", "list of choices"),
    (spec("choices", choices=TWO, min=2), ["late"], "at least 2"),
    (spec("choices", choices=TWO, max=1), ["late", "early"], "at most 1"),
    (spec("person"), 0, "an id"),
    (spec("person"), "5", "an id"),
    (spec("file"), {"name": "a", "size": 1}, "uploaded file"),
    (spec("file"), {"name": "a", "size": 1, "sha256": "zz"}, "uploaded file"),
    (spec("file"), SimpleUploadedFile("a.pdf", b""), "is empty or larger"),
    (spec("table", columns=[spec("int", "n", required=True)]), [{"n": 1}, {"m": 2}], "row 2"),
    (spec("table", columns=[spec("int", "n")], max=1), [{"n": 1}, {"n": 2}], "0 to 1 rows"),
]


@pytest.mark.parametrize(("one", "value", "words"), BAD_VALUES)
def test_a_bad_value_is_refused_with_the_name_of_its_field(one: dict[str, Any], value: Any, words: str) -> None:
    with pytest.raises(ValidationError) as caught:
        clean_payload([one], {"x": value})
    [sentence] = caught.value.message_dict["x"]
    assert sentence.startswith("“Field” ")
    assert words in sentence


def test_all_faults_of_a_payload_are_told_at_once() -> None:
    specs = [spec("int", "a", required=True), spec("date", "b"), spec("text", "c")]
    with pytest.raises(ValidationError) as caught:
        clean_payload(specs, {"b": "yesterday", "c": "fine", "extra": 1})
    assert set(caught.value.message_dict) == {"__all__", "a", "b"}
    assert "“extra”" in caught.value.message_dict["__all__"][0]
    with pytest.raises(ValidationError):
        clean_payload(specs, ["not", "by", "name"])


def test_nothing_filled_in_is_nothing_stored_but_zero_is_a_value() -> None:
    specs = [spec("int", "a"), spec("text", "b"), spec("choices", "c", choices=TWO), spec("period", "d")]
    assert clean_payload(specs, {"a": None, "b": "  ", "c": [], "d": {}}) == {}
    assert clean_payload(specs, {"a": 0}) == {"a": 0}
    assert describe(specs, {"a": 0}) == [("Field", "0")]


CELLS = [
    (spec("int"), "1,234", 1234),
    (spec("int"), " 12.0 ", 12),
    (spec("money"), "¥1,234.5", "1234.50"),
    (spec("money"), "800元", "800.00"),
    (spec("money"), "-0", "0.00"),
    (spec("date"), "2003.07.05", "2003-07-05"),
    (spec("date"), "2003年7月5日", "2003-07-05"),
    (spec("date"), "20030705", "2003-07-05"),
    (spec("date"), "2003/7/5", "2003-07-05"),
    (spec("date"), "2003-07-05 00:00:00", "2003-07-05"),
    (spec("period"), "2003.07--2006.06", {"from": "2003-07-01", "to": "2006-06-30"}),
    (spec("period"), "2003/7/5 至 2003/8/5", {"from": "2003-07-05", "to": "2003-08-05"}),
    (spec("period"), "2003年7月至今", {"from": "2003-07-01", "to": None}),
    (spec("period"), "2003.07--", {"from": "2003-07-01", "to": None}),
    (spec("period"), "2003-07-05~至今", {"from": "2003-07-05", "to": None}),
    (spec("period"), "2003-07-05", {"from": "2003-07-05", "to": None}),
    (spec("choices", choices=TWO), "早退、迟到", ["late", "early"]),
    (spec("choices", choices=TWO), "Left early", ["early"]),
    (spec("person"), "#12", 12),
]


@pytest.mark.parametrize(("one", "text", "value"), CELLS)
def test_cells_as_people_write_them(one: dict[str, Any], text: str, value: Any) -> None:
    assert FieldList([one]).from_cells({"x": text}) == {"x": value}


@pytest.mark.parametrize(
    ("one", "text"),
    [
        (spec("date"), "2003-13-01"),
        (spec("date"), "next week"),
        (spec("date"), "2003.07"),
        (spec("int"), "12.5"),
        (spec("int"), "1e3"),
        (spec("period"), "2003-07-05/2003-07-01"),
        (spec("person"), "陈立"),
        (spec("person"), "\x00"),
        (spec("table", columns=[spec("int", "n")]), "[" * 5000),
    ],
)
def test_cells_that_mean_nothing_are_refused(one: dict[str, Any], text: str) -> None:
    with pytest.raises(ValidationError):
        FieldList([one]).from_cells({"x": text})


def test_a_required_cell_that_is_empty_is_missing() -> None:
    with pytest.raises(ValidationError, match="must be filled in"):
        FieldList([spec("int", required=True)]).from_cells({"x": " "})


def test_a_form_keeps_what_was_typed_and_tells_the_fault_beside_it() -> None:
    form = build_form([spec("int", max=5), spec("period", "p", required=True)])({"x": "nine", "p_from": "2003-07-05"})
    assert not form.is_valid()
    assert form.errors == {"x": ["“nine” is not a whole number."]}
    assert 'value="nine"' in str(form["x"])


def test_a_form_shows_stored_values_to_be_changed() -> None:
    specs = [spec("period", "p"), spec("table", "t", columns=[spec("int", "n")]), spec("date", "d"), spec("int", "i")]
    form = build_form(specs)(
        initial={"p": {"from": "2003-07-05", "to": None}, "t": [{"n": 1}], "d": "2003-07-05", "i": 0}
    )
    html = str(form)
    assert 'name="p_from" value="2003-07-05"' in html
    assert "[{&quot;n&quot;:1}]" in html
    assert 'name="d" value="2003-07-05"' in html
    assert 'name="i" value="0"' in html


def test_an_upload_is_stored_as_name_size_and_hash_and_handed_to_the_service() -> None:
    form = build_form([spec("file")])({}, {"x": SimpleUploadedFile("扫描件.pdf", b"content")})
    assert form.is_valid(), form.errors
    assert form.payload["x"]["name"] == "扫描件.pdf"
    assert form.payload["x"]["size"] == 7
    assert form.uploads()["x"].read() == b"content"


def test_a_note_is_shown_takes_no_value_and_has_no_column() -> None:
    specs = [spec("note", help_zh="请如实填写", help_en="Fill in <truthfully>"), spec("int", "n")]
    form = build_form(specs)({"x": "7", "n": "1"})
    assert "Fill in &lt;truthfully&gt;" in str(form)
    assert form.is_valid()
    assert form.payload == {"n": 1}
    assert list(FieldList(specs).to_cells({"n": 1})) == ["n"]
    with pytest.raises(ValidationError):
        clean_payload(specs, {"x": "7"})


def test_choices_and_days_are_shown_in_the_language_of_the_reader() -> None:
    specs = [spec("choice", "c", choices=TWO), spec("date", "d"), spec("money", "m")]
    payload = {"c": "late", "d": "2026-03-05", "m": "1234.50"}
    assert describe(specs, payload) == [("Field", "Late"), ("Field", "5 Mar 2026"), ("Field", "1,234.50")]
    with override("zh-hans"):
        assert [text for _label, text in describe(specs, payload)] == ["迟到", "2026年3月5日", "1,234.50"]


def test_a_page_of_rows_asks_for_names_once() -> None:
    calls: list[int] = []

    def labels(ids: Any) -> dict[int, str]:
        calls.append(len(ids))
        return {pk: f"Unit {pk}" for pk in ids}

    registry.register_resolver("unit", labels)
    fields = FieldList([spec("unit")])
    shown = describe_many([(fields, {"x": pk}) for pk in range(1, 51)])
    assert calls == [50]
    assert shown[49] == [("Field", "Unit 50")]


# --- months ---------------------------------------------------------------------------------------------------
MONTH = {"name": "month", "type": "date", "label_zh": "月份", "label_en": "Month", "precision": "month"}
TERM = {"name": "term", "type": "period", "label_zh": "任期", "label_en": "Term", "precision": "month"}


@pytest.mark.parametrize("typed", ["2003.07", "2003年7月", "2003-07", "200307", "2003-07-19"])
def test_a_month_is_kept_and_shown_as_a_month(typed):
    """However it is written, it is stored as the first day of the month and never shown with a day."""
    fields = FieldList([MONTH])
    payload = fields.from_cells({"month": typed})
    assert payload == {"month": "2003-07-01"}
    with override("zh-hans"):
        assert [text for _label, text in describe([MONTH], payload)] == ["2003.07"]
    form = build_form([MONTH])(initial=payload)
    assert 'type="month"' in str(form["month"])
    assert 'value="2003-07"' in str(form["month"])


def test_a_period_of_months_ends_on_the_last_day_of_one():
    fields = FieldList([TERM])
    payload = fields.from_cells({"term": "2003.07--2006.02"})
    assert payload == {"term": {"from": "2003-07-01", "to": "2006-02-28"}}
    with override("zh-hans"):
        assert [text for _label, text in describe([TERM], payload)] == ["2003.07—2006.02"]
    assert fields.from_cells(fields.to_cells(payload)) == payload


def test_only_days_and_periods_have_a_precision():
    with pytest.raises(ValidationError, match="precision"):
        validate_field_list([{**MONTH, "type": "text"}])
