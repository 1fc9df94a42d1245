"""Notices: told once, to those concerned, in their own language, and never a word of what is in a dossier."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from police_hr.core import notices
from police_hr.core.access import viewer_for
from police_hr.core.models import Notice, User
from police_hr.core.notices import NoticeKind
from police_hr.core.selectors import notices as selectors
from police_hr.core.wording import day
from tests.factories.cast import account

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def kinds(monkeypatch):
    monkeypatch.setattr(notices, "kinds", {})
    notices.register(NoticeKind("test.plain", "Something was decided.", "core:job-list"))
    notices.register(NoticeKind("test.facts", "%(count)s of %(day)s", "core:job-detail", ("count", "day")))


def send(code: str, **values) -> int:
    with transaction.atomic():
        return notices.send(code, **values)


def unread(user: User) -> int:
    user.refresh_from_db()
    return user.unread_notices


def test_each_is_told_once_however_often_the_act_is_repeated():
    one, two = account("1"), account("2")
    assert send("test.plain", to=[one, two, one], about=7) == 2
    assert send("test.plain", to=[one, two], about=7) == 0
    assert send("test.plain", to=[one], about=8) == 1
    assert send("test.plain", to=[one], about=8, key="a second reminder") == 1
    assert (unread(one), unread(two)) == (3, 1)


def test_who_acts_knows_and_closed_accounts_and_nobody_are_passed_over():
    actor, closed = account("1"), account("2")
    closed.is_active = False
    assert send("test.plain", to=[actor, closed, None], by=actor) == 0
    assert not Notice.objects.exists()


def test_a_notice_stands_or_falls_with_the_act():
    user = account("1")
    with transaction.atomic():
        notices.send("test.plain", to=[user], about=1)
        assert unread(user) == 1
        transaction.set_rollback(True)
    assert unread(user) == 0
    assert not Notice.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_is_sent():
    with pytest.raises(RuntimeError):
        notices.send("test.plain", to=[account("1")])


@pytest.mark.parametrize("value", ["陈思远 抑郁", 1.5, True, None, ["x"], timezone.now()])
def test_words_cannot_get_into_a_notice(value):
    """What is said aloud on the home page holds no name, no diagnosis, nothing that somebody typed."""
    with pytest.raises(TypeError):
        send("test.facts", to=[account("1")], facts={"count": value, "day": dt.date(2026, 3, 2)})


@pytest.mark.parametrize("facts", [None, {"count": 1}, {"count": 1, "day": dt.date(2026, 3, 2), "name": 3}])
def test_the_facts_are_those_that_the_words_name(facts):
    with pytest.raises(ValueError, match="registered"):
        send("test.facts", to=[account("1")], facts=facts)


def test_a_kind_is_registered_once_and_an_unknown_one_is_not_sent():
    with pytest.raises(ValueError, match="already"):
        notices.register(NoticeKind("test.plain", "", "home"))
    with pytest.raises(ValueError, match="registered"):
        send("test.nothing", to=[account("1")])


def test_the_words_are_those_of_the_reader():
    user = account("1")
    send("test.facts", to=[user], about=3, facts={"count": 61, "day": dt.date(2021, 3, 2)})
    notice = Notice.objects.get()
    with translation.override("en"):
        assert notices.text_of(notice) == f"61 of {day(dt.date(2021, 3, 2))}"
    assert notices.url_of(notice) == "/jobs/3"
    Notice.objects.update(facts={"count": 61})
    assert notices.text_of(Notice.objects.get()) == "61 of –"
    del notices.kinds["test.facts"]
    assert notices.url_of(notice) == ""
    with translation.override("en"):
        assert "not installed" in notices.text_of(notice)


def test_opening_one_marks_it_and_leads_to_its_page_and_all_can_be_marked():
    user, other = account("1"), account("2")
    for about in (1, 2, 3):
        send("test.plain", to=[user], key=str(about))
    send("test.plain", to=[other], key="1")
    client = Client()
    client.force_login(user)
    first = Notice.objects.filter(recipient=user).order_by("pk")[0]
    assert client.post(f"/notices/{first.pk}/open").url == "/jobs"
    assert unread(user) == 2
    foreign = Notice.objects.get(recipient=other)
    assert client.post(f"/notices/{foreign.pk}/open").status_code == 404
    assert client.post("/notices/read").url == "/notices"
    assert (unread(user), unread(other)) == (0, 1)
    assert [line.notice.pk for line in selectors.lines(selectors.notices_for(viewer_for(other)))] == [foreign.pk]


def test_the_bell_the_tile_and_the_list_show_what_is_unread():
    user = account("1")
    client = Client()
    client.force_login(user)
    assert "notices" not in [tile["code"] for tile in client.get("/").context["tiles"]]
    send("test.plain", to=[user], about=None, key="1")
    home = client.get("/")
    assert next(tile for tile in home.context["tiles"] if tile["code"] == "notices")["unread"] == 1
    assert 'class="ph-due-link" href="/notices"' in home.content.decode()
    page = client.get("/notices")
    assert "Something was decided." in page.content.decode()
    client.post("/notices/read")
    assert 'class="ph-due-link" href="/notices"' not in client.get("/").content.decode()
    assert "is-unread" not in client.get("/notices").content.decode()


def test_the_list_asks_the_same_number_of_queries_with_one_and_with_three():
    user = account("1")
    client = Client()
    client.force_login(user)
    counts = []
    for number in (1, 2, 3):
        send("test.plain", to=[user], key=str(number))
        client.get("/notices")
        with CaptureQueriesContext(connection) as found:
            client.get("/notices")
        counts.append(len(found))
    assert counts == [5, 5, 5]


def test_what_was_read_half_a_year_ago_is_forgotten_what_was_not_read_is_kept():
    user = account("1")
    for key in ("old", "late", "unread"):
        send("test.plain", to=[user], key=key)
    now = timezone.now()
    Notice.objects.filter(key="old").update(read_at=now - notices.KEPT - dt.timedelta(days=1))
    Notice.objects.filter(key="late").update(read_at=now - notices.KEPT + dt.timedelta(days=1))
    assert notices.forget_old() == 1
    assert set(Notice.objects.values_list("key", flat=True)) == {"late", "unread"}
