"""The harness of the browser tests: a page of the live server is styled, scripted and free of errors."""

from __future__ import annotations

from django.urls import reverse


def test_the_sign_in_page_has_its_styles_and_no_script_errors(page):
    answers = []
    page.on("response", lambda response: answers.append((response.status, response.url)))
    page.goto(reverse("core:sign-in"))
    assert page.locator("input[type=password]").is_visible()
    assert [answer for answer in answers if answer[0] >= 400] == []
    assert [url for _, url in answers if url.endswith(".css")] != []
