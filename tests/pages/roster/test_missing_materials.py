"""The list of missing materials: who lacks what, whose files are closed, and the file of it."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from police_hr.core.models import AuditEvent
from roster.models import ExportRequest, Officer
from roster.selectors import codes
from roster.services.careers import add_family
from roster.services.defaults import install_defaults
from roster.services.exports import write_export
from roster.services.materials import catalogue_material
from tests.factories.cast import Cast, cast
from tests.factories.force import officers

URL = "roster:material-missing"
# the yearly appraisal form (category three) and the application to join the party (six, of members only)
APPRAISAL, PARTY = "3.1", "6.1"


@pytest.fixture
def force(db: Any) -> Cast:
    codes.forget()
    install_defaults()
    found = cast()
    Officer.objects.update(political_status="13", staffing="police")
    return found


def shown(force: Cast, role: str = "hr_cadre", **query: str) -> Any:
    client = Client()
    client.force_login(force[role])
    page = client.get(reverse(URL), query)
    assert page.status_code == 200
    return page


def people(page: Any) -> set[int]:
    return {officer.pk for officer, _missing in page.context["rows"]}


def held(officer: Officer, category: str, title: str) -> None:
    catalogue_material(officer=officer, category=category, facts={"title": title, "pages": 2}, by=None)


def test_a_file_lacks_what_no_title_of_its_category_tells_of(force: Cast):
    held(force.officer_a, "3", "2025年度考核登记表")
    held(force.officer_b, "1", "年度考核登记表")  # in the wrong category
    assert people(shown(force, what=APPRAISAL)) == {force.officer_b.pk}
    (row,) = shown(force, what=APPRAISAL).context["rows"]
    assert "年度考核登记表" in row[1]["words"]
    assert row[1]["all"] is True  # what stands in the wrong category makes nothing complete
    held(force.officer_b, "1", "干部履历表")
    (row,) = shown(force, what=APPRAISAL).context["rows"]
    assert row[1]["all"] is False


def test_members_of_the_party_alone_lack_their_application(force: Cast):
    assert people(shown(force, what=PARTY)) == set()
    Officer.objects.filter(pk=force.officer_b.pk).update(political_status="01")
    assert people(shown(force, what=PARTY)) == {force.officer_b.pk}
    held(force.officer_b, "6", "入党志愿书")
    assert people(shown(force, what=PARTY)) == set()


def test_scope_auxiliaries_and_closed_files(force: Cast):
    """Everybody sees their own units; auxiliaries have no such file; the own file and that of a relative are closed."""
    both = {force.officer_a.pk, force.officer_b.pk}
    assert people(shown(force, what=APPRAISAL)) == both
    assert people(shown(force, what=APPRAISAL, unit=force.branch_b.code)) == {force.officer_b.pk}
    cadre = force["hr_cadre"]
    cadre.badge_no = force.officer_a.badge_no
    cadre.save()
    assert people(shown(force, what=APPRAISAL)) == {force.officer_b.pk}
    add_family(rows=[{"officer_id": force.officer_b.pk, "relation": "21", "name": force.officer_a.name}], by=None)
    assert people(shown(force, what=APPRAISAL)) == set()
    Officer.objects.update(staffing="auxiliary_duty")
    assert people(shown(force, "political_director", what=APPRAISAL)) == set()


def test_what_is_shown_is_recorded_and_nonsense_shows_what_most_files_lack(force: Cast):
    page = shown(force, what="' OR 1=1", unit="nowhere", page="x")
    assert page.context["what"]
    event = AuditEvent.objects.get(action="material.view_missing")
    assert event.details["officers"] == sorted(people(page))


@pytest.mark.usefixtures("data_dir")
def test_the_list_leaves_as_a_checked_file(force: Cast):
    client = Client()
    client.force_login(force["hr_cadre"])
    url = f"{reverse('roster:material-missing-export')}?what={APPRAISAL}"
    client.post(url, {"reason": "", "file_format": "xlsx"})
    assert not ExportRequest.objects.exists()
    client.post(url, {"reason": "补充归档通知", "file_format": "xlsx"})
    written = write_export(export_id=ExportRequest.objects.get().pk)
    assert written is not None
    assert (written.state, written.rows) == ("ready", 2)


def test_the_same_queries_at_any_length(force: Cast):
    Officer.objects.update(staffing="auxiliary_duty")
    client = Client()
    client.force_login(force["hr_cadre"])
    counts = []
    for number, first in ((1, 500), (2, 600)):
        made = officers(number, force.branch_a, first=first)
        Officer.objects.filter(pk__in=[officer.pk for officer in made]).update(staffing="police")
        client.get(reverse(URL), {"what": APPRAISAL})
        with CaptureQueriesContext(connection) as queries:
            assert len(client.get(reverse(URL), {"what": APPRAISAL}).context["rows"]) == (1 if number == 1 else 3)
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] <= 16
