"""Dates as offices write them."""

import datetime as dt
import time

import pytest
from django.utils import translation
from hypothesis import example, given, settings
from hypothesis import strategies as st

from police_hr.core.dates import (
    EXCEL_EPOCH,
    MESSAGES,
    DateError,
    age_on,
    format_date,
    format_day,
    format_month,
    parse_date,
    parse_month,
    years_months,
)

TODAY = dt.date(2026, 11, 23)
DAY = dt.date(2003, 7, 5)
MONTH = dt.date(2003, 7, 1)


@pytest.mark.parametrize(
    "text",
    [
        *("2003年7月5日", "2003年07月05日", "2003 年 7 月 5 日", "20030705", "2003/7/5", "2003-07-05"),
        *("2003.7.5", "2003.07.05", "2003-07-05 00:00:00", "2003-07-05T08:30:00Z", "2003/7/5 8:30"),
        *("２００３年７月５日", "２００３－０７－０５", "2003。7。5", " 2003-07-05\t"),
        *(20030705, 20030705.0, 37807, 37807.25, "37807", "37807.0"),
        *(DAY, dt.datetime(2003, 7, 5, 8)),  # noqa: DTZ001 - a cell has no time zone
    ],
)
def test_days(text):
    assert parse_date(text, today=TODAY) == DAY
    assert parse_month(text, today=TODAY) == MONTH


@pytest.mark.parametrize(
    "text", ["2003.07", "2003-07", "2003年7月", "2003.7", "200307", 200307, 2003.07, "２００３．０７", "2003/07"]
)
def test_months(text):
    assert parse_month(text, today=TODAY) == MONTH
    with pytest.raises(DateError) as error:
        parse_date(text, today=TODAY)
    assert error.value.code == "no_day"
    assert error.value.suggestions == ("2003-07-01", "2003-07-31")


def test_years():
    for text in ("2003", "2003年", 2003):
        assert parse_date(text, today=TODAY, precision="year") == dt.date(2003, 1, 1)
        with pytest.raises(DateError) as error:
            parse_month(text, today=TODAY)
        assert error.value.code == "no_month"


@pytest.mark.parametrize("text", ["至今", " 至今 ", "现在", "Present"])
def test_open_end(text):
    assert parse_month(text, today=TODAY, open_end=True) is None
    with pytest.raises(DateError) as error:
        parse_month(text, today=TODAY)
    assert error.value.code == "open_end"


@pytest.mark.parametrize(
    ("text", "code", "suggestions"),
    [
        ("", "empty", ()),
        ("  ", "empty", ()),
        (None, "empty", ()),
        ("2026.13", "impossible", ()),
        ("2003.7.32", "impossible", ("2003-07-03", "2003-07-02")),
        ("2003-02-30", "impossible", ("2003-02-28", "2003-03-01")),
        ("2003-13-07", "impossible", ("2003-07-13",)),
        ("20030230", "impossible", ("2003-02-28", "2003-03-01")),
        ("2003.00", "impossible", ()),
        ("0000-01-01", "impossible", ()),
        ("03.7.5", "two_digit_year", ("1903-07-05", "2003-07-05")),
        ("90-03-12", "two_digit_year", ("1990-03-12",)),
        ("900312", "two_digit_year", ("1990-03-12",)),
        ("90年3月", "two_digit_year", ("1990-03-01",)),
        ("5/7/2003", "ambiguous", ("2003-07-05", "2003-05-07")),
        ("25/7/2003", "ambiguous", ("2003-07-25",)),
        ("20037", "ambiguous", ("1954-11-09", "2003-07")),
        (2003.1, "ambiguous_month", ("2003-01", "2003-10")),
        ("1899-12-31", "too_early", ()),
        ("1003.07.05", "too_early", ()),
        ("2062-07-05", "future", ("2026-07-05",)),
        ("2026-11-24", "future", ()),
        ("9999-12-31", "future", ()),
        ("今天", "unreadable", ()),
        ("2003-7-5-1", "unreadable", ()),
        ("2003.123", "unreadable", ()),
        ("٢٠٠٣-٠٧-٠٥", "unreadable", ()),
        ("2" * 500, "unreadable", ()),
        (True, "unreadable", ()),
        (float("nan"), "unreadable", ()),
        (float("inf"), "unreadable", ()),
        (1e300, "unreadable", ()),
        (-5, "unreadable", ()),
    ],
)
def test_refused_with_reason_and_fixes(text, code, suggestions):
    with pytest.raises(DateError) as error:
        parse_date(text, today=TODAY, precision="month" if isinstance(text, float) else "day")
    assert (error.value.code, error.value.suggestions) == (code, suggestions)


def test_plans_may_lie_ahead():
    assert parse_date("2026-11-30", today=TODAY, days_ahead=7) == dt.date(2026, 11, 30)
    assert parse_date("2062-07-05", today=TODAY, days_ahead=None) == dt.date(2062, 7, 5)
    with pytest.raises(DateError):
        parse_date("2026-12-01", today=TODAY, days_ahead=7)


def test_every_message_can_be_said():
    for code in MESSAGES:
        assert str(DateError(code, "2003.13"))


DAYS = st.dates(dt.date(1900, 1, 1), TODAY)
WRITINGS = [
    "{0.year}年{0.month}月{0.day}日", "{0:%Y%m%d}", "{0.year}/{0.month}/{0.day}", "{0.year}.{0.month}.{0.day}",
    "{0:%Y-%m-%d}", "{0:%Y-%m-%d} 00:00:00", "{0:%Y.%m.%d}", "{0:%Y-%m-%dT%H:%M:%S}",
]  # fmt: skip


@given(DAYS, st.sampled_from(WRITINGS))
@settings(max_examples=300)
def test_every_day_comes_back_from_every_writing(day, writing):
    assert parse_date(writing.format(day), today=TODAY) == day


@given(DAYS)
@settings(max_examples=200)
def test_every_month_comes_back(day):
    for text in (format_month(day), f"{day.year}年{day.month}月", f"{day:%Y-%m}", f"{day:%Y%m}", int(f"{day:%Y%m}")):
        assert parse_month(text, today=TODAY) == day.replace(day=1)


@given(st.dates(dt.date(1920, 1, 1), TODAY), st.floats(0, 0.99))
def test_every_serial_comes_back(day, part_of_day):
    serial = (day - EXCEL_EPOCH).days
    assert parse_date(serial, today=TODAY) == day
    assert parse_date(serial + part_of_day, today=TODAY) == day


@given(DAYS)
def test_what_we_write_in_chinese_we_read(day):
    with translation.override("zh-hans"):
        assert parse_date(format_date(day), today=TODAY) == day


@given(
    st.one_of(
        st.text(max_size=30), st.integers(), st.floats(), st.from_regex(r"[0-9年月日./ :-]{1,14}", fullmatch=True)
    )
)
@example("2003-07-05 25:61")
@settings(max_examples=500)
def test_anything_is_a_date_or_a_clear_error(value):
    for precision in ("day", "month", "year"):
        try:
            day = parse_date(value, today=TODAY, precision=precision)
        except DateError as refused:
            if not (str(refused) and len(refused.suggestions) <= 2):
                pytest.fail("an error without a sentence, or with too many fixes")
        else:
            assert dt.date(1900, 1, 1) <= day <= TODAY


def test_long_texts_cost_nothing():
    start = time.perf_counter()
    for text in ("1" * 100_000, " " * 100_000, "2003." * 20_000, "1-" * 50_000):
        with pytest.raises(DateError):
            parse_date(text, today=TODAY)
    assert time.perf_counter() - start < 0.5


def test_writing():
    with translation.override("zh-hans"):
        assert format_date(dt.date(2026, 3, 5)) == "2026年3月5日"
        assert format_day(dt.date(2026, 3, 5)) == "3月5日"
    with translation.override("en"):
        assert format_date(dt.date(2026, 3, 5)) == "5 Mar 2026"
        assert format_day(dt.date(2026, 3, 5)) == "5 Mar"
    assert format_month(dt.date(2003, 7, 5)) == "2003.07"


@pytest.mark.parametrize(
    ("birth", "on", "age"),
    [
        ("1990-03-07", "2026-03-06", 35),
        ("1990-03-07", "2026-03-07", 36),
        ("2000-02-29", "2026-02-28", 25),
        ("2000-02-29", "2026-03-01", 26),
    ],
)
def test_age(birth, on, age):
    assert age_on(dt.date.fromisoformat(birth), dt.date.fromisoformat(on)) == age


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2020-05-10", "2026-05-09", (5, 11)),
        ("2020-05-10", "2026-05-10", (6, 0)),
        ("2026-01-31", "2026-02-28", (0, 0)),
        ("2026-01-01", "2026-01-01", (0, 0)),
    ],
)
def test_years_and_months(start, end, expected):
    assert years_months(dt.date.fromisoformat(start), dt.date.fromisoformat(end)) == expected


def test_a_term_does_not_end_before_it_starts():
    with pytest.raises(ValueError, match="before"):
        years_months(TODAY, DAY)
