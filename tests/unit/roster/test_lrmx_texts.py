"""Months, ages, names, sentences and resumes of the appointment form."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roster.lrmx import resume as resumes
from roster.lrmx import texts
from roster.lrmx.resume import Period
from tests.factories import lrmx as made

SAMPLE = """2003.09--2007.07  示例警察学院侦查系侦查学专业学习
2007.08--2015.05  示例市公安局示例分局刑侦大队民警
2015.05--         示例市公安局示例分局某派出所副所长
（其间：2019.09--2019.12  示例省公安干部学院进修）"""


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [("198503", "20261123", 41), ("198606", "20261123", 40), ("198503", "20260228", 40), ("198503", "20260301", 41)],
)
def test_age_by_month(born: str, day: str, age: int) -> None:
    """The mock-up's worked example: 198503 at 20261123 is 41, the wife of 198606 is 40; the month counts from its
    first day."""
    month, as_of = texts.month_of(born), texts.day_of(day)
    assert month is not None
    assert as_of is not None
    assert texts.age_on(month, as_of) == age


@given(st.dates(dt.date(1930, 1, 1), dt.date(2020, 1, 1)), st.dates(dt.date(2020, 1, 1), dt.date(2040, 1, 1)))
def test_age_never_differs_from_the_birthday_by_more_than_its_month(born: dt.date, day: dt.date) -> None:
    by_month = texts.age_on(born.replace(day=1), day)
    by_day = day.year - born.year - ((day.month, day.day) < (born.month, born.day))
    assert by_month in (by_day, by_day + 1)


def test_months_days_and_names() -> None:
    assert texts.printed_birth("198503", dt.date(2026, 11, 23)) == "1985.03\n（41岁）"
    assert [texts.printed_month(text) for text in ("200706", "2007.6", "2007年6月", "不详", "")] == [
        "2007.06", "2007.06", "2007.06", "不详", "",
    ]  # fmt: skip
    assert texts.printed_day("20261123") == "2026年11月23日"
    assert texts.printed_day("202611") == "2026年11月"
    assert texts.month_of("202613") is None
    assert texts.spaced_name("王  演") == texts.spaced_name("王演") == "王　演"
    assert texts.spaced_name("欧阳文博") == "欧阳文博"
    assert texts.plain_name("王　演") == "王演"


@pytest.mark.parametrize(
    ("text", "printed", "party"),
    [("200706", "2007.06", ""), ("民盟;2005.06", "民盟\n2005.06", "民盟"), ("无党派", "无党派", "无党派"), ("", "", ""),
     ("九三学社；201203", "九三学社\n2012.03", "九三学社")],
)  # fmt: skip
def test_party(text: str, printed: str, party: str) -> None:
    assert texts.printed_party(text) == printed
    assert texts.party_joining(text).party == party


def test_punctuation_of_the_sample() -> None:
    """Semicolons of the file become Chinese ones (print-approval notes); numbers keep theirs."""
    text = "2023年年度考核称职;2024年年度考核优秀;2025年年度考核称职。"
    assert texts.punctuated(text) == "2023年年度考核称职；2024年年度考核优秀；2025年年度考核称职。"
    assert texts.punctuated("发放慰问金1,000元,已签收") == "发放慰问金1,000元，已签收"


def test_the_resume_of_the_sample() -> None:
    found = resumes.parse(SAMPLE)
    assert found.faults == []
    assert [len(period.within) for period in found.periods] == [0, 0, 1]
    assert found.periods[2].ends is None
    assert resumes.compose(found.periods) == SAMPLE


@pytest.mark.parametrize(
    "line",
    ["1990.01--1996.06  民警", "199001--199606 民警", "1990.01—1996.06　民警", "1990年1月至1996年6月 民警",
     "1990.01.05－1996.06.30，民警", "1990.1-1996.6民警", "1990/01~1996/06 民警", "1990.01---1996.06\t民警"],
)  # fmt: skip
def test_ways_of_writing_a_period(line: str) -> None:
    assert resumes.parse(line).periods == (Period(dt.date(1990, 1, 1), dt.date(1996, 6, 1), "民警"),)


@pytest.mark.parametrize("line", ["2015.05--         民警", "2015.05--至今 民警", "2015.05—今，民警"])
def test_ways_of_writing_an_open_period(line: str) -> None:
    assert resumes.parse(line).periods == (Period(dt.date(2015, 5, 1), None, "民警"),)


def test_meanwhile_inside_a_line_and_several_in_one_bracket() -> None:
    found = resumes.parse("2000.01--  民警（其间：2001.01--2002.02 甲校（在职）学习；2003.01--2003.02 乙地挂职）")
    assert found.periods[0].text == "民警"
    assert [period.text for period in found.periods[0].within] == ["甲校（在职）学习", "乙地挂职"]


def test_a_broken_line_goes_on() -> None:
    found = resumes.parse("2000.01--2001.01  示例市公安局很长的\n　　单位名称民警\n2001.01--  所长（正科级）")
    assert [period.text for period in found.periods] == ["示例市公安局很长的单位名称民警", "所长（正科级）"]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("2000.01--2001.06 a\n2001.07--2002.01 b\n2002.01-- c", []),
        ("2000.01--2001.06 a\n2001.08-- b", ["gap"]),
        ("2000.01--2001.06 a\n2001.05-- b", ["overlap"]),
        ("2000.01-- a\n2001.05-- b", ["overlap"]),
        ("2005.01--2006.06 a\n2001.05--2004.01 b", ["order"]),
        ("2006.01--2005.06 a", ["backwards"]),
        ("2006.13--2007.01 a", ["month"]),
        ("从小就想当警察", ["unread"]),
        ("（其间：2001.01--2002.02 学习）", ["unread"]),
    ],
)
def test_gaps_and_overlaps(text: str, codes: list[str]) -> None:
    assert [fault.code for fault in resumes.parse(text).faults] == codes


def test_closing_gaps_of_a_composed_career() -> None:
    """School ends in 06, work begins in 08: the line is drawn through (most 3); five years are not invented."""
    career = [
        Period(dt.date(2008, 8, 1), dt.date(2012, 3, 1), "b"),
        Period(dt.date(2004, 9, 1), dt.date(2008, 6, 1), "a"),
        Period(dt.date(2017, 4, 1), None, "c"),
    ]
    closed = resumes.close_gaps(career, most=3)
    assert [resumes.span(period) for period in closed] == ["2004.09--2008.08", "2008.08--2012.03", "2017.04--"]
    assert [fault.code for fault in resumes.join_faults(closed)] == ["gap"]


months = st.dates(dt.date(1950, 1, 1), dt.date(2026, 1, 1)).map(lambda day: day.replace(day=1))
words = st.text("甲乙丙丁戊己ab1", min_size=1, max_size=12).map(lambda text: f"在{text}")


@given(st.lists(st.tuples(months, words), min_size=1, max_size=9, unique_by=lambda pair: pair[0]))
def test_what_is_composed_is_read_back(starts: list[tuple[dt.date, str]]) -> None:
    """Any career that joins comes back from its own text, without a fault."""
    ordered = sorted(starts)
    ends = [start for start, _text in ordered[1:]] + [None]
    periods = tuple(
        Period(start, end, text, (Period(start, end, "学习"),) if number % 2 else ())
        for number, ((start, text), end) in enumerate(zip(ordered, ends, strict=True))
    )
    found = resumes.parse(resumes.compose(periods))
    assert found.periods == periods
    assert found.faults == []


def test_generated_resumes_join() -> None:
    for document in made.forms(200):
        assert resumes.parse(document.resume).faults == []
