"""Who asked for something learns that it was decided: once, without a word of what it was about."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterator

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone, translation

from police_hr.core import audit, notices
from police_hr.core.access import Viewer, viewer_for
from police_hr.core.models import Notice
from roster.models import CorrectionRequest, ExportRequest, Officer
from roster.selectors import facts
from roster.services import corrections
from roster.services.corrections import Evidence
from roster.services.defaults import install_defaults
from roster.services.exports import decide_export
from roster.services.ledger import record_entry
from roster.services.material_access import decide_access, request_access
from tests.factories.cast import Cast, account, cast, grant_role

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def people() -> Cast:
    install_defaults()
    found = cast()
    for code in ("second", "third"):
        found.users[code] = account(code)
        grant_role(user=found[code], role="hr_cadre", unit=found.bureau, by=None)
    return found


def ask(people: Cast, wanted: str, by: str = "hr_cadre") -> CorrectionRequest:
    officer = Officer.objects.get(pk=people.officer_a.pk)
    about = facts.find(Viewer.system(), officer, f"officer.{officer.pk}")
    stands = {"native_place": officer.native_place} if officer.native_place else {}
    return corrections.request_correction(
        fact=about, operation="change", wanted={"native_place": wanted}, seen=stands,
        evidence=Evidence(reason="户籍核对有误", document="1"), token=secrets.token_hex(12), by=people[by],
    )  # fmt: skip


def told(people: Cast, who: str) -> list[str]:
    return list(Notice.objects.filter(recipient=people[who]).order_by("pk").values_list("kind", flat=True))


def test_who_asked_for_a_correction_learns_of_approval_and_refusal(people):
    first, second = ask(people, "浙江永嘉"), ask(people, "浙江瑞安", by="officer")
    corrections.refuse(request=second, note="户口簿不符", by=people["hr_cadre"])
    corrections.approve(request=first, by=people["second"])
    assert told(people, "hr_cadre") == ["correction.applied"]
    assert told(people, "officer") == ["correction.refused"]
    notice = Notice.objects.get(recipient=people["officer"])
    assert notices.url_of(notice) == second.address
    assert "户口簿" not in notices.text_of(notice)
    assert "瑞安" not in str(notice.facts)


def test_deciding_twice_tells_once(people):
    asked = ask(people, "浙江永嘉")
    corrections.approve(request=asked, by=people["second"])
    with pytest.raises(ValidationError):
        corrections.approve(request=asked, by=people["second"])
    assert told(people, "hr_cadre") == ["correction.applied"]


def test_who_was_overtaken_learns_it(people):
    first, second = ask(people, "浙江永嘉"), ask(people, "浙江瑞安", by="officer")
    corrections.approve(request=first, by=people["second"])
    with pytest.raises(ValidationError):
        corrections.approve(request=second, by=people["third"])
    assert told(people, "officer") == ["correction.overtaken"]


def test_a_failing_audit_tells_nobody(people, monkeypatch):
    asked = ask(people, "浙江永嘉")
    monkeypatch.setattr(audit, "record", lambda **values: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        corrections.approve(request=asked, by=people["second"])
    assert not Notice.objects.exists()


@pytest.mark.parametrize(("consent", "kind"), [(True, "export.consented"), (False, "export.refused")])
def test_who_asked_for_an_export_learns_of_the_decision(people, consent, kind):
    export = ExportRequest.objects.create(
        requested_by=people["hr_cadre"], reason="名册核对", officers=[people.officer_a.pk], columns=["name"], rows=61
    )
    decide_export(export=export, viewer=viewer_for(people["second"]), consent=consent, by=people["second"])
    assert told(people, "hr_cadre") == [kind]
    assert "61" in notices.text_of(Notice.objects.get())
    assert "名册核对" not in notices.text_of(Notice.objects.get())


@pytest.mark.parametrize(("approve", "kind"), [(True, "material.approved"), (False, "material.refused")])
def test_who_asked_for_materials_learns_of_the_decision(people, approve, kind):
    access = request_access(
        officer=people.officer_a, kind="read", reason="任前核查", ends_on=timezone.localdate() + dt.timedelta(days=3),
        categories_wanted=["1"], by=people["hr_cadre"],
    )  # fmt: skip
    decide_access(access=access, approve=approve, note="同意查阅", by=people["leadership"])
    assert told(people, "hr_cadre") == [kind]


def test_a_notice_about_a_sensitive_fact_says_nothing_of_it(people):
    """An officer disputes an entry of class 3 and is refused: what the home page says names neither kind nor class
    nor a word of it, and is the same as about any other fact."""
    entry = record_entry(
        officer=people.officer_a, kind="FAMILY_CRITICAL", occurred_on=timezone.localdate(), by=None,
        payload={"relation": "51", "facts": "父亲重病"},
    )  # fmt: skip
    about = facts.find(Viewer.system(), people.officer_a, f"{facts.ENTRY}.{entry.pk}")
    asked = corrections.request_correction(
        fact=about, operation="remove", wanted={}, seen=facts.payload_of(about),
        evidence=Evidence(reason="早已痊愈"), token=secrets.token_hex(12), by=people["officer"],
    )  # fmt: skip
    corrections.refuse(request=asked, note="已向家属核实", by=people["hr_cadre"])
    notice = Notice.objects.get()
    assert notice.facts == {"day": timezone.localdate().isoformat()}
    told = notices.text_of(notice)
    Notice.objects.all().delete()
    plain = ask(people, "浙江永嘉", by="officer")
    corrections.refuse(request=plain, note="不符", by=people["hr_cadre"])
    assert notices.text_of(Notice.objects.get()) == told
