"""Signing in: one wording for every wrong, five tries, codes used once, new session, nowhere else to go."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from police_hr.core.models import AuditEvent, User, UserSession
from police_hr.core.services import accounts, one_time_code
from tests.factories.cast import PASSWORD, account

pytestmark = pytest.mark.django_db
SIGN_IN = "/sign-in"
KEY = "3132333435363738393031323334353637383930"


def give(client: Client, badge_no: str, password: str = PASSWORD, **more):
    return client.post(SIGN_IN, {"badge_no": badge_no, "password": password, **more})


def code_for(key: str = KEY, steps: int = 0) -> str:
    totp = TOTP(bytes.fromhex(key))
    totp.time = time.time() + 30 * steps
    return f"{totp.token():06d}"


def with_code(badge_no: str = "091120", **fields) -> tuple[User, list[str]]:
    user = account(badge_no, **fields)
    _device, codes = one_time_code.set_up(user=user, key=KEY, code=code_for(steps=-1))
    TOTPDevice.objects.update(last_t=-1)
    return user, codes


def tries_said(response) -> list[str]:
    return [str(error) for error in response.context["form"].non_field_errors()]


def test_right_password_opens_the_home_page(client):
    account("091120")
    response = give(client, "091120")
    assert (response.status_code, response.url) == (302, "/")
    assert client.get("/").status_code == 200


def test_badge_number_is_taken_in_any_width_and_case(client):
    account("A120")
    assert give(client, " ａ１２０ ").status_code == 302


def test_unknown_number_wrong_password_and_closed_account_read_the_same(client):
    account("KNOWN")
    accounts.disable(user=account("CLOSED"), by=None)
    seen = {
        tuple(tries_said(give(Client(REMOTE_ADDR="10.0.0.1"), badge_no, password)))
        for badge_no, password in [("KNOWN", "wrong"), ("NOBODY", PASSWORD), ("CLOSED", PASSWORD)]
    }
    assert len(seen) == 1
    assert "4" in seen.pop()[0]


@pytest.mark.parametrize("known", [True, False])
def test_five_wrong_tries_lock_for_known_and_unknown_numbers_alike(client, known):
    if known:
        account("091120")
    left = [tries_said(give(client, "091120", "wrong"))[0] for _try in range(4)]
    assert [next(int(mark) for mark in text if mark.isdigit()) for text in left] == [4, 3, 2, 1]
    fifth = give(client, "091120", "wrong")
    assert fifth.status_code == 429
    assert "registration/locked.html" in [template.name for template in fifth.templates]
    assert give(client, "091120").status_code == 429  # the right password, too
    assert AuditEvent.objects.filter(action="sign_in.locked").count() == 2


def test_a_locked_address_does_not_lock_the_person_out_elsewhere(client):
    account("091120")
    for _try in range(5):
        give(client, "091120", "wrong")
    assert give(Client(REMOTE_ADDR="10.1.1.1"), "091120").status_code == 302


def test_a_made_up_forwarded_address_wins_no_new_tries(client):
    account("091120")
    for number in range(5):
        client.post(
            SIGN_IN, {"badge_no": "091120", "password": "wrong"}, headers={"X-Forwarded-For": f"10.0.0.{number}"}
        )
    assert give(client, "091120").status_code == 429


def test_the_lock_ends_after_a_quarter_of_an_hour_and_by_an_administrator(client, time_machine):
    user = account("091120")
    time_machine.move_to("2026-11-24T09:00:00+08:00")
    for _try in range(5):
        give(client, "091120", "wrong")
    time_machine.move_to("2026-11-24T09:14:00+08:00")
    assert give(client, "091120").status_code == 429
    time_machine.move_to("2026-11-24T09:15:30+08:00")
    assert give(client, "091120").status_code == 302
    for _try in range(5):
        give(Client(), "091120", "wrong")
    accounts.unlock(user=user, by=None)
    assert give(Client(), "091120").status_code == 302


def test_success_failure_and_the_way_out_are_audited_with_the_address(client):
    user = account("091120")
    give(client, "091120", "wrong")
    give(client, "091120")
    client.post("/sign-out")
    rows = list(AuditEvent.objects.order_by("pk").values_list("action", "actor", "object_id", "ip"))
    assert rows == [
        ("sign_in.failed", None, str(user.pk), "127.0.0.1"),
        ("sign_in.password", user.pk, str(user.pk), "127.0.0.1"),
        ("sign_out", user.pk, str(user.pk), "127.0.0.1"),
    ]


def test_neither_session_nor_audit_ever_hold_the_password(client):
    account("091120")
    give(client, "091120", "canary-of-a-password")
    give(client, "091120")
    kept = [str(UserSession.objects.get().get_decoded()), *(str(row) for row in AuditEvent.objects.values())]
    assert not [text for text in kept if "canary-of-a-password" in text or PASSWORD in text]


def test_the_session_gets_a_new_name_at_sign_in_and_again_with_the_code(client):
    with_code()
    client.get(SIGN_IN)
    client.post("/language", {"language": "en"})
    give(client, "091120")
    first = client.session.session_key
    client.post("/sign-in/code", {"code": code_for()})
    second = client.session.session_key
    assert first != second
    assert list(UserSession.objects.values_list("session_key", flat=True)) == [second]


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "http:evil",
        "\t//evil.example",
    ],
)
def test_next_leads_to_our_own_pages_only(client, elsewhere):
    account("091120")
    assert give(client, "091120", next=elsewhere).url == "/"
    assert client.get(SIGN_IN, {"next": elsewhere}).url == "/"
    assert client.post("/theme", {"theme": "dark", "next": elsewhere}).url == "/"


def test_next_is_kept_over_both_steps(client):
    with_code()
    response = client.get("/jobs?state=open")
    assert parse_qs(urlsplit(response.url).query)["next"] == ["/jobs?state=open"]
    assert give(client, "091120", next="/jobs?state=open").url == "/sign-in/code"
    assert client.post("/sign-in/code", {"code": code_for()}).url == "/jobs?state=open"


# --- the one-time code ------------------------------------------------------------------------------------


def test_half_signed_in_opens_nothing_but_the_next_step(client):
    with_code()
    give(client, "091120")
    for page in ("/", "/jobs", "/account"):
        assert client.get(page).url == reverse("core:sign-in-code")
    # ... and not the way round it by setting up another authenticator, or by choosing a new password
    assert client.get("/account/code").url == reverse("core:sign-in-code")
    assert client.get("/account/password").url == reverse("core:sign-in-code")


def test_a_code_is_good_for_one_use(client):
    with_code()
    code = code_for()
    give(client, "091120")
    assert client.post("/sign-in/code", {"code": code}).url == "/"
    other = Client()
    give(other, "091120")
    assert other.post("/sign-in/code", {"code": code}).status_code == 200
    assert other.get("/").status_code == 302


@pytest.mark.parametrize(
    "data", [{}, {"code": ""}, {"code": "null"}, {"code": "None"}, {"code[]": "1"}, {"code": "١٢٣٤٥٦"}]
)
@pytest.mark.parametrize("query", ["", "?backup"])
def test_cve_2026_24038_a_missing_or_empty_code_is_no_code(client, data, query):
    with_code()
    StaticToken.objects.all().delete()
    give(client, "091120")
    assert client.post(f"/sign-in/code{query}", data).status_code == 200
    assert client.get("/").url == reverse("core:sign-in-code")


@pytest.mark.parametrize("code", [None, "", [], ["123456"], 123456, b"123456", "0"])
def test_cve_2026_24038_matching_refuses_what_is_no_text_of_six_digits(code):
    user, _codes = with_code()
    assert one_time_code.match(user=user, code=code) is None


def test_expired_and_coming_codes_are_refused(client, time_machine):
    with_code()
    time_machine.move_to("2026-11-24T09:00:00+08:00", tick=False)
    for steps in (-3, 4):
        other = Client(REMOTE_ADDR=f"10.0.0.{steps + 10}")
        give(other, "091120")
        assert other.post("/sign-in/code", {"code": code_for(steps=steps)}).status_code == 200
        TOTPDevice.objects.update(throttling_failure_count=0)


def test_a_right_password_between_wrong_codes_wins_no_new_tries():
    with_code()
    answers = []
    for number in range(6):
        client = Client()
        give(client, "091120")
        answers.append(client.post("/sign-in/code", {"code": f"00000{number}"}).status_code)
        TOTPDevice.objects.update(throttling_failure_count=0)
    assert answers[:4] == [200] * 4
    assert answers[4:] == [429] * 2


def test_each_backup_code_works_once(client):
    user, codes = with_code()
    assert len(set(codes)) == 10
    give(client, "091120")
    assert client.post("/sign-in/code?backup", {"code": codes[0].upper()}).url == "/"
    assert one_time_code.backup_codes_left(user) == 9
    other = Client()
    give(other, "091120")
    assert other.post("/sign-in/code?backup", {"code": codes[0]}).status_code == 200


def test_administrators_must_set_up_a_code_before_anything_else(client):
    user = User.objects.create_user(
        "900001", PASSWORD, name="周明", admin_role="system_admin", must_change_password=False
    )
    assert give(client, "900001").url == reverse("core:totp-setup")
    assert client.get("/users").url == reverse("core:totp-setup")
    page = client.get("/account/code")
    assert page.context["qr_uri"].startswith("data:image/svg+xml")
    key = client.session["totp_key"]
    assert client.post("/account/code", {"code": "000000"}).status_code == 200
    done = client.post("/account/code", {"code": code_for(key)})
    assert len(done.context["codes"]) == 10
    assert "totp_key" not in client.session
    assert client.get("/users").status_code == 200
    user.refresh_from_db()
    assert user.has_one_time_code
    # and it cannot be given up, nor replaced by a second one
    assert client.post("/account/code/remove", {"password": PASSWORD}).url == reverse("core:account")
    assert client.get("/account/code").url == reverse("core:account")
    assert TOTPDevice.objects.filter(user=user, confirmed=True).count() == 1


def test_first_password_must_be_changed_first_and_the_rules_hold(client):
    user, password = accounts.create_account(badge_no="091120", name="陈思远", by=None)
    assert give(client, "091120", password).url == reverse("core:password-change")
    assert client.get("/").url == reverse("core:password-change")

    def change(new: str):
        return client.post("/account/password", {"old_password": password, "new_password": new, "again": new})

    for refused in (
        "short",
        "1234567890123",
        "1q2w3e4r5t6y",
        "091120-is-my-number",
        "police-station",
        "陈思远的口令口令口令口令",
        password,
    ):
        assert change(refused).status_code == 200
    assert change("a fine new sentence").url == "/"
    assert client.get("/").status_code == 200
    user.refresh_from_db()
    assert not user.must_change_password
    assert give(Client(), "091120", password).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_of_two_requests_with_one_code_one_wins():
    user, _codes = with_code()
    code = code_for()

    def attempt(_number: int) -> bool:
        from django.db import connection

        try:
            return one_time_code.match(user=user, code=code) is not None
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(attempt, range(4))) == 1
