"""The fairness panel: who may read it, what it shows, and that nobody small in number can be found in it."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.urls import reverse

from police_hr.core.models import AuditEvent
from roster.models import Officer
from scoring.models import Score

pytestmark = pytest.mark.django_db
PAGE = reverse("scoring:fairness")


def test_shares_by_sex_with_an_alert(board: SimpleNamespace) -> None:
    """15 women of whom 12 raised (80 %), 15 men of whom 2 (13 %): ratio 6, intervals apart."""
    women = [officer.pk for officer in board.people[:15]]
    Officer.objects.filter(pk__in=women).update(sex="F")
    Score.objects.filter(run=board.run).update(tier="normal")
    raised = [*women[:12], *(officer.pk for officer in board.people[15:17])]
    Score.objects.filter(run=board.run, officer__in=raised).update(tier="watch")
    page = board.client("director").get(PAGE).content.decode()
    assert "80.0 %" in page
    assert "13.3 %" in page
    assert "6.00" in page
    assert "2 groups differ from the rest" in page
    assert not any(officer.badge_no in page or officer.name in page for officer in board.people)
    assert AuditEvent.objects.filter(action="fairness.view", actor=board.users["director"]).exists()


def test_a_small_group_is_not_shown(board: SimpleNamespace) -> None:
    """Three women among thirty: they and, so that the sum gives nothing away, the men beside them are hidden."""
    Officer.objects.filter(pk__in=[officer.pk for officer in board.people[:3]]).update(sex="F")
    page = board.client("director").get(PAGE).content.decode()
    assert page.count("hidden: small group") >= 2


def test_cadres_and_heads_of_units_do_not_read_it(board: SimpleNamespace) -> None:
    assert board.client("cadre").get(PAGE).status_code == 403
    assert board.client("unit_head").get(PAGE).status_code == 403


def test_months_and_nothing_computed(empty: SimpleNamespace) -> None:
    client = empty.client("director")
    assert "No index has been computed yet." in client.get(PAGE).content.decode()
    assert client.get(PAGE, {"month": "1999-01"}).status_code == 404
    assert client.get(PAGE, {"month": "=1+1"}).status_code == 404
