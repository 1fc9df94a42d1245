"""CVE-2025-48869 and its kin (Horilla: résumés in a public folder, anybody's file by its number), as a class of fault.

A file is reached through its record or not at all; and a record that is named inside the address, the query or the
body of a request for something else is looked up in the scope of the asking person, like the thing itself.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from police_hr.core.access import viewer_for
from roster.access import grant_role
from roster.models import CorrectionRequest, DuplicatePair, ExportRequest, LedgerEntry, MaterialAccess
from roster.services import exports
from roster.services.careers import add_family
from roster.services.defaults import install_defaults
from roster.services.ledger import record_entry
from roster.services.materials import catalogue_material
from roster.services.officers import update_officer
from roster.services.photos import store_photo
from tests.factories import papers
from tests.factories.cast import Cast, account, cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_dir")]
CANARY = "乙分局金丝雀"


@pytest.fixture
def people() -> Cast:
    """The cast, a cadre of branch A alone, and a dossier of branch B full of canaries."""
    install_defaults()
    found = cast()
    found.users["cadre_a"] = account("CADREA")
    grant_role(user=found["cadre_a"], role="hr_cadre", unit=found.branch_a, by=None)
    theirs = found.officer_b
    update_officer(officer=theirs, changes={"native_place": CANARY}, version=None, by=None)
    add_family(rows=[{"officer_id": theirs.pk, "relation": "10", "name": CANARY, "employment": CANARY}], by=None)
    record_entry(
        officer=theirs,
        kind="TALK",
        occurred_on=dt.date(2026, 3, 2),
        payload={"type": "heart", "topic": CANARY},
        by=None,
    )
    return found


def client_of(people: Cast, role: str) -> Client:
    client = Client()
    client.force_login(people[role], backend="police_hr.core.backends.AccountBackend")
    return client


def material_of(people: Cast) -> Any:
    made, _new = catalogue_material(
        officer=people.officer_b, category="1", facts={"title": CANARY, "pages": 1, "copies": 1},
        content=papers.jpeg(), by=None,
    )  # fmt: skip
    return made


def test_no_kept_file_is_reached_by_its_path(people):
    """Photos, scans and exports lie below the data directory: no path to them is an address, for nobody."""
    store_photo(officer=people.officer_b, content=papers.jpeg(), by=None)
    material_of(people)
    (exports.folder() / "0123456789abcdef.xlsx").write_bytes(b"PK")
    kept = [path for path in settings.DATA_DIR.rglob("*") if path.is_file() and "sqlite" not in path.name]
    assert len(kept) >= 3
    answers = {}
    for client in (Client(), client_of(people, "hr_cadre")):
        for path in kept:
            inside = path.relative_to(settings.DATA_DIR)
            for prefix in ("", "media/", "files/", "static/", "static/../", "data/", "exports/"):
                answers[f"/{prefix}{inside}"] = client.get(f"/{prefix}{inside}").status_code
    assert {where: status for where, status in answers.items() if status != 404} == {}


def test_an_object_named_inside_an_address_belongs_to_the_officer_of_that_address(people):
    """The officer of the address is in scope, the object is another's: as if it were not there."""
    own, theirs = people.officer_a.pk, people.officer_b
    entry, member = LedgerEntry.objects.get(officer=theirs), theirs.familymembers.get()
    new = reverse("roster:correction-new", args=[own])
    foreign = CorrectionRequest.objects.create(
        officer=theirs, fact="officer", fact_number=theirs.pk, operation="change", token="0" * 24, state="stale",
        wanted={"native_place": CANARY}, seen={}, reason="户籍", document="1", requested_by=people["hr_cadre"],
    )  # fmt: skip
    addresses = [
        f"{new}?fact=ledgerentry.{entry.pk}",
        f"{new}?fact=familymember.{member.pk}",
        f"{new}?fact=officer.{theirs.pk}",
        f"{new}?fact=officer.{own}&follows={foreign.pk}",
        reverse("roster:officer-unmask", args=[own, f"officer.{theirs.pk}", "phone"]),
        reverse("roster:officer-unmask", args=[own, f"familymember.{member.pk}", "name"]),
        reverse("api:ledger-list") + f"?officer={theirs.pk}",
        reverse("api:ledger-detail", args=[entry.pk]),
    ]
    for role in ("cadre_a", "unit_political_officer", "hr_cadre"):
        client = client_of(people, role)
        for where in addresses:
            if role == "hr_cadre" and where.startswith("/api/"):
                continue  # the cadre of the bureau may read the other's ledger by its own address
            for answer in (client.get(where), client.post(where, {"reason": "越权尝试"})):
                assert CANARY not in answer.content.decode(), (role, where)
                assert answer.status_code in (200, 400, 403, 404, 405), (role, where)
    assert CorrectionRequest.objects.exclude(pk=foreign.pk).count() == 0


def test_numbers_in_the_body_of_a_request_are_looked_up_in_scope(people):
    """Materials of another file, officers of another unit: nothing is made for them."""
    material, client = material_of(people), client_of(people, "cadre_a")
    form = {
        "kind": "read", "reason": "任职考察", "ends_on": (timezone.localdate() + dt.timedelta(days=2)).isoformat(),
        "materials": [material.pk], "officer": people.officer_b.pk,
    }  # fmt: skip
    client.post(reverse("roster:material-request", args=[people.officer_a.pk]), form)
    assert not MaterialAccess.objects.filter(officer=people.officer_b).exists()
    assert not MaterialAccess.objects.filter(materials=material.pk).exists()
    token = {"kind": "TALK", "occurred_on": "2026-03-02", "f-type": "heart", "officer": people.officer_b.pk}
    before = LedgerEntry.objects.filter(officer=people.officer_b).count()
    client.post(reverse("roster:ledger-add", args=[people.officer_a.pk]), token | {"token": "0" * 24})
    assert LedgerEntry.objects.filter(officer=people.officer_b).count() == before


def test_an_export_that_names_officers_out_of_scope_is_written_without_them(people):
    """The ids of an export are those that were asked for; whom they show is judged when the file is written."""
    pair = [people.officer_a.pk, people.officer_b.pk]
    export = exports.request_officers(
        viewer=viewer_for(people["cadre_a"]), officers=pair, reason="核对全局名册", file_format="csv",
        by=people["cadre_a"], columns=["name", "badge"],
    )  # fmt: skip
    exports.write_export(export_id=export.pk)
    export = ExportRequest.objects.get(pk=export.pk)
    text = (exports.folder() / export.file).read_text(encoding="utf-8-sig")
    assert people.officer_a.badge_no in text
    assert people.officer_b.badge_no not in text


def test_what_stands_beside_an_object_in_scope_is_in_scope_too(people):
    """A pair of doubles joins an officer of the own unit and one of another: who sees one side only sees no pair; and
    no list or answer about the own unit brings the other along as a joined row."""
    pair = DuplicatePair.objects.create(first=people.officer_a, second=people.officer_b, reason="name_birth")
    client = client_of(people, "cadre_a")
    for name in ("duplicate-merge", "duplicate-settle"):
        answer = client.post(
            reverse(f"roster:{name}", args=[pair.pk]), {"keep": people.officer_a.pk, "verdict": "same"}
        )
        assert answer.status_code == 404, name
    places = ["roster:officer-list", "roster:reconciliation", "api:officer-list", "api:unit-list", "roster:unit-list"]
    for where in [*map(reverse, places), reverse("roster:reconciliation") + "?tab=duplicates"]:
        text = client.get(where).content.decode()
        assert people.officer_b.badge_no not in text, where
        assert CANARY not in text, where
