"""The administrators' pages: accounts, grants, audit trail, working days, jobs, home."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from police_hr.core import calendar, jobs
from police_hr.core.models import AuditEvent, JobRun, User, WorkCalendarDay
from roster.access import load_grants
from tests.factories.cast import account, cast

pytestmark = pytest.mark.django_db


def as_user(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def system(db) -> Client:
    return as_user(account("900001", admin_role="system_admin"))


def queries(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as found:
        assert client.get(address).status_code == 200
    return len(found)


# --- accounts ---------------------------------------------------------------------------------------------


def test_an_account_is_opened_with_a_password_shown_once(system):
    page = system.post("/users/new", {"badge_no": " 091120 ", "name": "陈思远", "admin_role": ""})
    password = page.context["password"]
    assert password in page.content.decode()
    assert page.headers["Cache-Control"] == "no-store"
    user = User.objects.get(badge_no="091120")
    assert user.check_password(password)
    assert user.must_change_password
    assert password not in system.get(f"/users/{user.pk}").content.decode()
    assert password not in str(list(AuditEvent.objects.values()))


@pytest.mark.parametrize("badge_no", ["", "091120", "09 11", "<b>", "x\x00y"])
def test_a_bad_or_taken_badge_number_is_refused_in_place(system, badge_no):
    account("091120")
    before = User.objects.count()
    page = system.post("/users/new", {"badge_no": badge_no, "name": "陈思远"})
    assert page.status_code == 200
    assert page.context["form"].errors
    assert User.objects.count() == before


def test_the_list_is_searched_and_narrowed(system):
    account("091120", name="陈思远")
    closed = account("091121", name="林晓")
    system.post(f"/users/{closed.pk}/disable")

    def found(query: str) -> list[str]:
        return [row["user"].badge_no for row in system.get(f"/users?{query}").context["rows"]]

    assert found("q=0911") == ["091120", "091121"]
    assert found("q=林") == ["091121"]
    assert found("state=disabled") == ["091121"]
    assert found("state=administrator") == ["900001"]


def test_the_list_costs_the_same_for_one_account_and_for_many(system):
    one = queries(system, "/users")
    for number in range(20):
        account(f"0911{number:02d}")
    assert queries(system, "/users") == one


def test_own_account_is_left_to_another_administrator(system):
    me = User.objects.get(badge_no="900001")
    system.post(f"/users/{me.pk}/disable")
    me.refresh_from_db()
    assert me.is_active


# --- grants -----------------------------------------------------------------------------------------------


def test_a_role_is_given_by_code_or_name_and_withdrawn():
    people = cast()
    security, user = as_user(people["security_admin"]), people["nobody"]
    where = f"/roster/grants/{user.pk}"
    assert security.post(where, {"role": "unit_head", "unit": "nowhere"}).context["form"].errors["unit"]
    assert security.post(where, {"role": "system_admin", "unit": "A"}).context["form"].errors["role"]
    security.post(where, {"role": "unit_head", "unit": "a"})
    security.post(where, {"role": "unit_head", "unit": people.branch_b.name})
    assert {grant.unit_id for grant in load_grants(user)} == {people.branch_a.pk, people.branch_b.pk}
    security.post(f"{where}/withdraw", {"role": "unit_head", "unit": people.branch_a.pk})
    assert {grant.unit_id for grant in load_grants(user)} == {people.branch_b.pk}
    security.post(f"{where}/withdraw", {"role": "unit_head", "unit": "x"})
    assert AuditEvent.objects.filter(action="grant.give", object_id=str(user.pk)).count() == 2


# --- the audit trail --------------------------------------------------------------------------------------


def test_the_trail_is_filtered_and_paged_without_gap_or_double(monkeypatch):
    from police_hr.core.views import audit as view

    monkeypatch.setattr(view, "ROWS", 3)
    people = cast()
    auditor = as_user(people["audit_admin"])
    numbers, address = [], "/audit"
    while address:
        page = auditor.get(address)
        numbers += [event.pk for event in page.context["events"]]
        following = page.context["following"]
        address = f"/audit?before={following}" if following else ""
    assert numbers == list(AuditEvent.objects.order_by("-pk").values_list("pk", flat=True))
    assert {event.action for event in auditor.get("/audit?action=grant.").context["events"]} == {"grant.give"}
    assert not auditor.get("/audit?until=2020-01-01").context["events"]
    assert not auditor.get("/audit?since=nonsense").context["events"]
    assert not auditor.get("/audit?officer=no-such-badge").context["events"]


# --- working days -----------------------------------------------------------------------------------------


def test_a_day_is_entered_and_taken_away_again(system):
    system.post("/calendar", {"date": "2027-02-06", "kind": "shifted", "name": "春节调休"})
    assert calendar.is_workday(dt.date(2027, 2, 6))
    system.post("/calendar", {"date": "2027-02-06", "kind": ""})
    assert not calendar.is_workday(dt.date(2027, 2, 6))
    assert not WorkCalendarDay.objects.exists()
    assert AuditEvent.objects.filter(action="calendar.set_day").count() == 2
    assert system.post("/calendar", {"date": "2027-02-30", "kind": "rest"}).context["form"].errors["date"]


def test_next_year_is_missed_from_november_on_by_those_who_can_mend_it(system, time_machine):
    calendar.seed_calendar()

    def banner(client: Client) -> bool:
        return any("/calendar/2027" in item["url"] for item in client.get("/account").context["frame"]["banners"])

    time_machine.move_to("2026-10-30T09:00:00+08:00")
    assert not banner(system)
    time_machine.move_to("2026-11-02T09:00:00+08:00")
    system.force_login(User.objects.get(badge_no="900001"))
    assert banner(system)
    assert not banner(as_user(account("091120")))


# --- jobs and home ----------------------------------------------------------------------------------------


@pytest.fixture
def failed(monkeypatch) -> JobRun:
    monkeypatch.setitem(jobs.kinds, "tests.one", jobs.JobKind("tests.one", "示例任务", lambda context: {"rows": 3}))
    return JobRun.objects.create(
        handler="tests.one", state="failed", error="第 12 行有误", log="09:00:00 读取\n", created_by=account("091120")
    )


def test_an_open_job_asks_for_itself_as_polling_and_an_ended_one_does_not(failed):
    owner = as_user(failed.created_by)
    assert "every 1s" not in owner.get(f"/jobs/{failed.pk}").content.decode()
    JobRun.objects.filter(pk=failed.pk).update(state="running")
    page = owner.get(f"/jobs/{failed.pk}", headers={"HX-Request": "true"}).content.decode()
    assert "every 1s" in page
    assert "X-Polling" in page
    assert "<html" not in page


def test_the_owner_retries_and_cancels_a_job(failed):
    owner = as_user(failed.created_by)
    owner.post(f"/jobs/{failed.pk}/retry")
    failed.refresh_from_db()
    assert failed.state == "waiting"
    owner.post(f"/jobs/{failed.pk}/cancel")
    failed.refresh_from_db()
    assert failed.state == "cancelled"


def test_the_home_page_names_what_waits_and_says_so_when_nothing_does(failed):
    assert "示例任务" in as_user(failed.created_by).get("/").content.decode()
    assert as_user(account("091122")).get("/").context["tiles"] == []


def test_the_command_lists_retries_cancels_and_runs(failed, capsys):
    call_command("jobs", "--json")
    assert '"state": "failed"' in capsys.readouterr().out
    call_command("jobs", "retry", str(failed.pk))
    call_command("jobs", "--run-waiting")
    failed.refresh_from_db()
    assert (failed.state, failed.result) == ("done", {"rows": 3})
    with pytest.raises(Exception, match="no job 99999"):
        call_command("jobs", "cancel", "99999")


# --- what administrators find on their home page ------------------------------------------------------------


def lines(client: Client, tile: str) -> dict[str, object]:
    """The lines of a tile of the home page: label → number."""
    (found,) = [row for row in client.get("/").context["tiles"] if row["code"] == tile]
    return {str(line.label): line.value for line in found["lines"]}


def test_the_system_administrator_sees_whether_the_installation_works(system, failed, time_machine):
    JobRun.objects.filter(pk=failed.pk).update(finished_at=failed.created_at)
    waiting = JobRun.objects.create(handler="tests.one")
    found = lines(system, "system")
    assert (found["7 天内失败的作业"], found["等待或运行中的作业"], found["无人处理的作业"]) == (1, 1, 0)
    time_machine.move_to(waiting.created_at + dt.timedelta(minutes=6))
    page = as_user(account("900002", admin_role="system_admin"))
    assert lines(page, "system")["无人处理的作业"] == 1
    assert "/jobs?state=failed" in page.get("/").content.decode()


def test_the_system_administrator_sees_who_cannot_sign_in(system):
    User.objects.filter(pk=account("091120").pk).update(is_active=False)
    User.objects.filter(pk=account("091121").pk).update(must_change_password=True)
    found = lines(system, "accounts")
    assert (found["停用账号"], found["仍在使用初始口令"], found["当前锁定"]) == (1, 1, 0)


def test_the_security_administrator_sees_accounts_without_a_role_and_their_list():
    people = cast()
    page = as_user(people["security_admin"])
    assert lines(page, "grants")["尚无角色的账号"] == 1
    listed = page.get("/roster/grants?role=-").context["page"].object_list
    assert [user.badge_no for user in listed] == [people["nobody"].badge_no]


def test_the_audit_administrator_sees_what_was_done_and_gets_to_its_events():
    page = as_user(account("900003", admin_role="audit_admin"))
    for action in ("sign_in.failed", "sign_in.failed", "reading.warn", "export.request"):
        AuditEvent.objects.create(action=action)
    found = lines(page, "audit")
    assert (found["登录失败"], found["查阅过多的提醒"], found["导出的申请、同意和下载"]) == (2, 1, 1)
    (tile,) = [row for row in page.get("/").context["tiles"] if row["code"] == "audit"]
    (warned,) = [line for line in tile["lines"] if "reading" in line.url]
    assert warned.due
    assert [event.action for event in page.get(warned.url).context["events"]] == ["reading.warn"]


def test_an_officer_finds_numbers_about_oneself():
    people = cast()
    page = as_user(people["officer"])
    AuditEvent.objects.create(
        action="officer.view", actor=people["hr_cadre"], actor_label="chen", officer_number=people.officer_a.pk
    )
    assert list(lines(page, "own").values()) == [0, 0, 1]
    assert "own" not in [tile["code"] for tile in as_user(people["hr_cadre"]).get("/").context["tiles"]]
