"""Error pages as the site sends them."""

from __future__ import annotations

from django.test import Client, RequestFactory

from police_hr.core import errors


def test_expired_form_is_refused_with_advice(db: None):
    answer = Client(enforce_csrf_checks=True).post("/sign-in", {"badge_no": "1"}, headers={"accept-language": "en"})
    assert answer.status_code == 403
    assert "errors/csrf.html" in {template.name for template in answer.templates}


def test_unknown_address_is_a_page_of_ours(client: Client, db: None):
    answer = client.get("/no-such-page")
    assert answer.status_code == 404
    assert "errors/404.html" in {template.name for template in answer.templates}


def test_server_error_names_the_reference():
    request = RequestFactory().get("/")
    request.id = "7f3a-11c2"  # type: ignore[attr-defined]
    answer = errors.server_error(request)
    assert answer.status_code == 500
    assert b"7f3a-11c2" in answer.content
