"""Signing in: wrong words, the first password, and the second factor of an administrator."""

from __future__ import annotations

import binascii
from base64 import b32decode
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from django_otp.oath import totp

from police_hr.core.models import User
from tests.factories.cast import account

FIRST, CHOSEN = "first-password-4711", "a sentence of one's own 2026"


def sign_in(page: Any, badge_no: str, password: str) -> None:
    page.locator("input[name=badge_no]").fill(badge_no)
    page.locator("input[name=password]").fill(password)
    page.keyboard.press("Enter")


@pytest.mark.django_db(transaction=True)
def test_a_wrong_password_is_told_with_the_tries_left_and_the_badge_number_stays(
    page: Any, flawless: Callable[[Any], None]
):
    account("091346")
    page.goto(reverse("core:sign-in"))
    sign_in(page, "091346", "wrong")
    alert = page.locator("[role=alert]", has_text="警号或口令不正确")
    assert "4" in alert.inner_text()
    assert page.locator("input[name=badge_no]").input_value() == "091346"
    flawless(page)


@pytest.mark.django_db(transaction=True)
def test_the_first_password_is_changed_before_anything_else(page: Any, flawless: Callable[[Any], None]):
    User.objects.create_user("091346", FIRST, name="沈立群", must_change_password=True)
    page.goto(reverse("core:account"))
    sign_in(page, "091346", FIRST)
    page.wait_for_url("**" + reverse("core:password-change"))
    flawless(page)
    page.goto(reverse("home"))
    assert page.url.endswith(reverse("core:password-change"))
    page.locator("input[type=password]").nth(0).fill(FIRST)
    page.locator("input[type=password]").nth(1).fill(CHOSEN)
    page.locator("input[type=password]").nth(2).fill(CHOSEN)
    page.keyboard.press("Enter")
    page.wait_for_url("**" + reverse("core:account"))


@pytest.mark.django_db(transaction=True)
def test_an_administrator_sets_up_the_code_and_gets_paper_codes(page: Any, flawless: Callable[[Any], None]):
    User.objects.create_user("SYS", CHOSEN, name="应岚", admin_role="system_admin", must_change_password=False)
    page.goto(reverse("core:sign-in"))
    sign_in(page, "SYS", CHOSEN)
    page.wait_for_url("**" + reverse("core:totp-setup"))
    flawless(page)
    key = b32decode(page.locator(".ph-mono").inner_text().replace(" ", ""))
    page.locator("input[autocomplete='one-time-code']").fill(f"{totp(binascii.unhexlify(key.hex())):06d}")
    page.locator(".ph-codes li").first.wait_for()  # the sixth digit sends it
    flawless(page)
