"""Working days over holidays, shifted Saturdays and years nobody has entered."""

import datetime as dt

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from police_hr.core import audit, calendar
from police_hr.core.calendar import (
    WorkCalendar,
    add_workdays,
    current_calendar,
    due_words,
    is_workday,
    maintained_years,
    seed_calendar,
    warning_for,
    workdays_between,
)
from police_hr.core.models import AuditEvent, WorkCalendarDay

BEIJING = dt.timezone(dt.timedelta(hours=8))
NOW = dt.datetime(2026, 11, 23, 10, 0, tzinfo=BEIJING)  # a Monday


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.fixture
def seeded(db):
    seed_calendar()


@pytest.mark.parametrize(
    ("text", "works"),
    [
        ("2026-10-01", False),  # National Day, a Thursday
        ("2026-10-07", False),  # its last day off, a Wednesday
        ("2026-10-08", True),
        ("2026-10-10", True),  # a Saturday worked in exchange
        ("2026-10-11", False),  # an ordinary Sunday
        ("2026-11-23", True),
    ],
)
def test_holidays_and_shifted_days(seeded, text, works):
    assert is_workday(day(text)) is works


def test_deadline_over_a_holiday(seeded):
    """The worked example of the printed forms: 6 October and 3 working days is 10 October."""
    assert add_workdays(day("2026-10-06"), 3) == day("2026-10-10")
    assert add_workdays(day("2026-10-10"), -3) == day("2026-09-30")
    assert add_workdays(day("2026-10-03"), 0) == day("2026-10-03")
    assert workdays_between(day("2026-10-06"), day("2026-10-10")) == 3
    assert workdays_between(day("2026-10-10"), day("2026-10-06")) == -3


def test_a_year_nobody_entered_is_reckoned_and_says_so(seeded):
    assert maintained_years() == frozenset(range(2004, 2027))
    assert is_workday(day("2027-01-01"))
    assert not is_workday(day("2027-01-02"))
    assert add_workdays(day("2026-12-31"), 1) == day("2027-01-01")
    assert warning_for(day("2026-12-31")) is None
    with translation.override("en"):
        assert "2027" in warning_for(day("2027-01-01"))


def test_an_empty_table_still_answers(db):
    assert maintained_years() == frozenset()
    assert is_workday(day("2026-10-01"))
    assert warning_for(day("2026-10-01"))


def test_edits_show_at_once(seeded, django_assert_num_queries):
    assert is_workday(day("2027-02-08"))
    WorkCalendarDay.objects.create(date=day("2027-02-08"), kind="holiday", name="春节")
    assert not is_workday(day("2027-02-08"))
    assert 2027 in maintained_years()
    WorkCalendarDay.objects.filter(date=day("2027-02-08")).update(kind="shifted")
    assert is_workday(day("2027-02-08"))
    WorkCalendarDay.objects.filter(date=day("2026-10-10")).delete()
    assert not is_workday(day("2026-10-10"))
    with django_assert_num_queries(1):
        now = current_calendar()
        [now.due_words(NOW + dt.timedelta(days=n), NOW) for n in range(50)]


def test_seeding_again_adds_nothing_and_keeps_what_people_typed(db):
    WorkCalendarDay.objects.create(date=day("2026-10-01"), kind="workday", source="typed")
    added = seed_calendar()
    assert added > 700
    assert seed_calendar() == 0
    assert WorkCalendarDay.objects.get(date=day("2026-10-01")).source == "typed"
    assert AuditEvent.objects.filter(action="calendar.seed").count() == 1


def test_seeding_leaves_nothing_when_its_trace_fails(db, monkeypatch):
    def fail(**_details):
        raise RuntimeError("no audit")

    monkeypatch.setattr(audit, "record", fail)
    with pytest.raises(RuntimeError):
        seed_calendar()
    assert not WorkCalendarDay.objects.exists()
    assert calendar.current_calendar().years == frozenset()


def moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=BEIJING)


@pytest.mark.parametrize(
    ("due", "words"),
    [
        ("2026-11-23 18:00", "today 18:00"),
        ("2026-11-24 12:00", "tomorrow 12:00"),
        ("2026-11-25 18:00", "2 working days left"),
        ("2026-11-30 18:00", "5 working days left"),
        ("2026-11-23 09:59", "overdue"),
        ("2026-11-20 18:00", "1 working day overdue"),
        ("2026-11-21 18:00", "1 working day overdue"),
        ("2026-11-10 18:00", "9 working days overdue"),
    ],
)
def test_due_words(seeded, due, words):
    with translation.override("en"):
        assert due_words(moment(due), NOW) == words


def test_due_words_of_a_whole_day(seeded):
    with translation.override("en"):
        assert due_words(day("2026-11-23"), NOW) == "today"
        assert due_words(day("2026-11-24"), NOW) == "tomorrow"
        assert due_words(day("2026-11-22"), NOW) == "1 working day overdue"


def test_due_within_a_holiday_or_weekend(seeded):
    with translation.override("en"):
        assert due_words(day("2026-10-06"), moment("2026-10-02 10:00")) == "4 days left"
        assert due_words(moment("2026-11-20 18:00"), moment("2026-11-21 10:00")) == "overdue"


def test_due_words_use_local_days(seeded):
    """16:30 UTC is half past midnight of the next day in Beijing."""
    with translation.override("en"):
        late = dt.datetime(2026, 11, 23, 16, 30, tzinfo=dt.UTC)
        assert due_words(late, NOW) == "tomorrow 00:30"


def test_absurd_deadlines_are_refused(db):
    with pytest.raises(ValueError, match="deadline"):
        add_workdays(day("2026-11-23"), 10**9)


PLAIN = WorkCalendar(
    working=frozenset({day("2026-10-10")}), free=frozenset({day("2026-10-01")}), years=frozenset({2026})
)
DAYS = st.dates(day("1990-01-01"), day("2060-01-01"))


@given(DAYS, st.integers(-300, 300))
@settings(max_examples=200)
def test_adding_and_counting_agree(start, count):
    end = PLAIN.add_workdays(start, count)
    if count > 0:
        assert PLAIN.workdays_between(start, end) == count
        assert PLAIN.is_workday(end)
    if count < 0:
        assert PLAIN.is_workday(end)
        assert PLAIN.workdays_between(end, start) == -count - 1 + PLAIN.is_workday(start)


@given(DAYS, DAYS, DAYS)
@settings(max_examples=100)
def test_counting_is_additive(a, b, c):
    assert PLAIN.workdays_between(a, b) + PLAIN.workdays_between(b, c) == PLAIN.workdays_between(a, c)
