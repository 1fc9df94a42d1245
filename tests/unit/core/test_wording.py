"""Names, dates and numbers as our pages write them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.utils import translation

from police_hr.core import wording


@pytest.mark.parametrize(
    ("name", "written"),
    [("周砚", "周\u3000砚"), ("沈立群", "沈立群"), ("欧阳静怡", "欧阳静怡"), ("Li", "Li"), ("", "")],
)
def test_person_spaces_two_characters_only(name: str, written: str):
    assert wording.person(name) == written


@pytest.mark.parametrize(
    ("value", "digits", "written"),
    [
        (4.4, 1, "+4.4"),
        (-0.8, 1, "\u22120.8"),
        (0.0, 1, "–"),
        (0.04, 1, "–"),
        (None, 1, "–"),
        (-1.659, 2, "\u22121.66"),
    ],
)
def test_signed_has_a_true_minus_and_a_dash_for_nothing(value: float | None, digits: int, written: str):
    assert wording.signed(value, digits) == written


@pytest.mark.parametrize(("value", "written"), [(12345, "12,345"), (999, "999"), (0, "0"), ("x", "x"), (1.5, 1.5)])
def test_grouped_touches_whole_numbers_only(value: object, written: object):
    assert wording.grouped(value) == written


@pytest.mark.parametrize(
    ("style", "chinese", "english"),
    [
        ("prose", "11月3日", "3 Nov"),
        ("full", "2026年11月3日", "3 Nov 2026"),
        ("term", "2026.11", "2026-11"),
        ("short", "11-03", "11-03"),
        ("iso", "2026-11-03", "2026-11-03"),
    ],
)
def test_day_in_both_languages(style: str, chinese: str, english: str):
    day = date(2026, 11, 3)
    with translation.override("zh-hans"):
        assert wording.day(day, style) == chinese
    with translation.override("en"):
        assert wording.day(day, style) == english


def test_day_is_blank_for_none_and_local_for_moments():
    assert wording.day(None) == ""
    with translation.override("zh-hans"):
        assert wording.day(datetime(2026, 11, 22, 17, 30, tzinfo=UTC), "moment") == "11月23日 01:30"


def test_weekday_in_both_languages():
    monday = date(2026, 11, 23)
    with translation.override("zh-hans"):
        assert wording.weekday(monday) == "周一"
    with translation.override("en"):
        assert wording.weekday(monday) == "Mon"
