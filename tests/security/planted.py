"""Words that stand nowhere else, planted in facts of each class of one officer, and the bodies of answers as text.

Every sort of place that holds facts of an officer has one: basic facts, career facts, ledger entries, materials,
requests for correction, the entries that a correction took the place of. So whoever adds a page need not think of
what it might show: it shows a planted word or it does not.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import secrets
import zipfile
from typing import Any

from police_hr.core.checks import all_routes
from roster.models import CorrectionRequest, LedgerEntry
from roster.services.careers import add_family
from roster.services.defaults import install_defaults
from roster.services.ledger import correct_entry, record_entry
from roster.services.materials import catalogue_material
from roster.services.officers import update_officer
from tests.factories import papers
from tests.factories.cast import Cast
from tests.security.objects import OBJECTS

DAY = dt.date(2026, 3, 2)
PLANTED = re.compile(r"PLANT([234])[A-Z]+")


def word(sensitivity: int, place: str) -> str:
    return f"PLANT{sensitivity}{place}"


def plant(cast: Cast) -> None:
    """Words of classes 2 to 4 in the dossier of `cast.officer_a`."""
    install_defaults()
    officer = cast.officer_a
    update_officer(
        officer=officer, by=None, version=None,
        changes={"native_place": word(2, "NATIVE"), "birthplace": word(2, "BIRTH"), "id_number": "990000198503010312"},
    )  # fmt: skip
    add_family(
        rows=[{"officer_id": officer.pk, "relation": "10", "name": "某某", "employment": word(3, "KIN")}], by=None
    )
    _entry(cast, "TALK", {"type": "heart", "topic": word(2, "TALK")})
    _entry(cast, "FAMILY_CRITICAL", {"relation": "51", "facts": word(3, "FAMILY")})
    _entry(cast, "VISIT", {"place_type": "home", "difficulties": word(3, "VISIT")})
    _entry(cast, "INVESTIGATION", {"measure": "case", "announced_on": DAY, "facts": word(4, "CASE")})
    _entry(
        cast,
        "PUNISHMENT",
        {"measure": "P1", "effect_until": DAY, "served_on": DAY, "facts": word(4, "PUNISH")},
        verified=True,
    )
    catalogue_material(
        officer=officer, category="1", facts={"title": word(2, "MATERIAL"), "pages": 1, "copies": 1},
        content=papers.jpeg(), by=None,
    )  # fmt: skip
    catalogue_material(
        officer=officer, category="8", facts={"title": word(4, "MATERIAL"), "pages": 1, "copies": 1}, by=None
    )
    corrected = _entry(cast, "CARE_BURDEN", {"relation": "51", "facts": word(3, "WRONG")})
    right = {"payload": {"relation": "51", "facts": word(3, "RIGHT")}}
    fresh = correct_entry(entry=corrected, changes=right, reason="核实", by=None)
    _request(cast, fresh, word(3, "WANTED"))
    CorrectionRequest.objects.create(
        officer=officer, fact="officer", fact_number=officer.pk, operation="change", token=secrets.token_hex(12),
        sensitivity=2, wanted={"native_place": word(2, "WANTED")}, seen={"native_place": word(2, "NATIVE")},
        reason="a reason", document="1", requested_by=cast["hr_cadre"],
    )  # fmt: skip


def _entry(cast: Cast, kind: str, payload: dict[str, Any], *, verified: bool = False) -> LedgerEntry:
    return record_entry(officer=cast.officer_a, kind=kind, occurred_on=DAY, payload=payload, verified=verified, by=None)


def _request(cast: Cast, entry: LedgerEntry, wanted: str) -> None:
    CorrectionRequest.objects.create(
        officer=cast.officer_a, fact="ledgerentry", fact_number=entry.pk, operation="change",
        token=secrets.token_hex(12), sensitivity=entry.sensitivity, wanted={"facts": wanted},
        seen={"facts": entry.payload["facts"]}, reason="a reason", document="1", requested_by=cast["hr_cadre"],
    )  # fmt: skip


def classes_in(body: bytes) -> set[int]:
    """The classes of the planted words in a body, looked for inside archives, workbooks and PDF files too."""
    return {int(found) for found in PLANTED.findall(_text(body))}


def _text(body: bytes) -> str:
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            return " ".join(_text(packed.read(name)) for name in packed.namelist())
    if body.startswith(b"%PDF"):
        import pypdf

        return " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(body)).pages)
    return body.decode(errors="replace")


def places(cast: Cast) -> list[str]:
    """Every address of the site that answers GET, those with a parameter at their objects, and for what belongs to
    an officer every tab, panel, entry, request, material and list about them."""
    from django.urls import reverse

    from police_hr.core.panels import registry
    from roster.models import Material
    from roster.views.dossier_tabs import PANEL, TABS

    pk = cast.officer_a.pk
    found = [reverse("roster:officer-tab", args=[pk, tab.code]) for tab in TABS]
    for panel in registry.dossier:
        found.append(reverse("roster:officer-panel", args=[pk, panel.code]))
        if panel.place == "tab":
            found.append(reverse("roster:officer-tab", args=[pk, f"{PANEL}{panel.code}"]))
    timeline = reverse("roster:officer-tab", args=[pk, "timeline"])
    found += [f"{timeline}?voided=1", f"{timeline}?group=FAMILY", f"{timeline}?group=DISCIPLINE"]
    for entry in LedgerEntry.objects.filter(officer=pk):
        found += [reverse(f"roster:entry-{name}", args=[entry.pk]) for name in ("detail", "correct", "void", "close")]
        found.append(reverse("api:ledger-detail", args=[entry.pk]))
        found.append(reverse("roster:correction-new", args=[pk]) + f"?fact=ledgerentry.{entry.pk}")
    found += [request.address for request in CorrectionRequest.objects.filter(officer=pk)]
    found += [reverse("roster:material-detail", args=[material.pk]) for material in Material.objects.filter(officer=pk)]
    member = cast.officer_a.familymembers.get()
    found += [
        reverse("roster:correction-new", args=[pk]) + f"?fact=officer.{pk}",
        reverse("roster:correction-new", args=[pk]) + f"?fact=familymember.{member.pk}",
        reverse("api:ledger-list") + f"?officer={pk}",
        reverse("roster:officer-search") + "?q=PLANT",
        reverse("roster:officer-list") + "?columns=phone,id_number,native_place",
    ]
    made: dict[str, Any] = {}
    for path, name, _view in all_routes():
        if name in ("core:sign-out", "core:language"):
            continue
        if "<" not in path and "(?P" not in path:
            found.append(reverse(name))
        elif name in OBJECTS:
            made[name] = made.get(name) or OBJECTS[name](cast)
            found.append(reverse(name, kwargs=made[name]))
    for ending in ("lrmx", "docx", "pdf"):
        found.append(reverse("roster:approval-file", args=[pk, ending]))
    return sorted(set(found))
