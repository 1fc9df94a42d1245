"""Who may see what of a paper file: oneself and relatives never, others while an approved request runs."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from police_hr.core.access import viewer_for
from police_hr.core.models import AuditEvent, User
from roster.models import Material, MaterialAccess, Officer
from roster.selectors import codes
from roster.selectors import material_access as access_selectors
from roster.selectors import materials as selectors
from roster.selectors.kin_bar import Bar, bar_between
from roster.services import material_access as access_services
from roster.services import materials as services
from roster.services.careers import add_family
from roster.services.defaults import install_defaults
from tests.factories import papers
from tests.factories.cast import Cast, account, cast

FACTS = {"title": "干部履历表", "formed_on": dt.date(2021, 3, 1), "formed_precision": "month", "pages": 2, "copies": 1}


@pytest.fixture
def force(db: Any) -> Cast:
    codes.forget()
    install_defaults()
    return cast()


def add(force: Cast, category: str = "1", **facts: Any) -> Material:
    content = facts.pop("content", None)
    material, _made = services.catalogue_material(
        officer=force.officer_a, category=category, facts=FACTS | facts, content=content, by=force["hr_cadre"]
    )
    return material


def ask(force: Cast, role: str = "hr_cadre", kind: str = "read", **wanted: Any) -> MaterialAccess:
    wanted = wanted or {"categories_wanted": ["1"]}
    return access_services.request_access(
        officer=force.officer_a, kind=kind, reason="任职考察", ends_on=timezone.localdate() + dt.timedelta(days=3),
        by=force[role], **wanted,
    )  # fmt: skip


def refused(act: Any, **arguments: Any) -> ValidationError:
    with pytest.raises(ValidationError) as found:
        act(**arguments)
    return found.value


# --- oneself and relatives ------------------------------------------------------------------------------------


def officer_account(force: Cast, officer: Officer) -> User:
    return account("KIN", officer_number=officer.pk)


def test_nobody_keeps_or_asks_for_their_own_file(force: Cast):
    own = User.objects.get(pk=force["officer"].pk)
    assert bar_between(own, force.officer_a) == Bar.OWN
    assert (
        refused(services.catalogue_material, officer=force.officer_a, category="1", facts=FACTS, by=own).code == "kin"
    )
    assert refused(ask, force=force, role="officer").code == "kin"


@pytest.mark.parametrize(
    ("born", "bar"),
    [(dt.date(1985, 3, 1), Bar.RELATIVE), (None, Bar.RELATIVE), (dt.date(1986, 3, 1), None)],
)
@pytest.mark.parametrize("turned", [False, True])
def test_a_relative_is_told_by_name_and_month_of_birth(
    force: Cast, born: dt.date | None, bar: Bar | None, turned: bool
):
    """Officers of the factory are all born on 1985-03-01; both directions of the record bar alike."""
    reader = officer_account(force, force.officer_b)
    whose, named = (force.officer_b, force.officer_a) if turned else (force.officer_a, force.officer_b)
    add_family(
        rows=[{"officer_id": whose.pk, "relation": "spouse", "name": f" {named.name}", "birth_month": born}], by=None
    )
    assert bar_between(reader, force.officer_a) == bar
    catalogue = selectors.catalogue(viewer_for(reader), force.officer_a)
    assert (catalogue.bar, list(catalogue.sections) == []) == (bar, bar is not None)


# --- requests -------------------------------------------------------------------------------------------------


def test_a_material_opens_while_an_approved_request_covers_it(force: Cast):
    one, other = add(force, content=papers.jpeg()), add(force, "9-2", title="任免审批表", content=papers.jpeg())
    viewer = viewer_for(force["hr_cadre"])

    def opened() -> set[str]:
        catalogue = selectors.catalogue(viewer, force.officer_a)
        return {line.material.code for section in catalogue.sections for line in section.lines if line.opens}

    access = ask(force)
    assert opened() == set()
    access_services.decide_access(access=access, approve=True, by=force["political_director"])
    assert opened() == {one.code}
    heading = ask(force, categories_wanted=["9"])
    access_services.decide_access(access=heading, approve=True, by=force["leadership"])
    assert opened() == {one.code, other.code}
    access_services.return_access(access=heading, by=force["hr_cadre"])
    assert opened() == {one.code}
    MaterialAccess.objects.filter(pk=access.pk).update(ends_on=timezone.localdate() - dt.timedelta(days=1))
    assert opened() == set()


def test_a_request_for_one_material_follows_it_through_its_versions(force: Cast):
    one = add(force, content=papers.jpeg())
    access = ask(force, materials=[one])
    access_services.decide_access(access=access, approve=True, by=force["leadership"])
    moved = services.move_material(material=one, category="2", reason="x", by=force["hr_cadre"])
    running = selectors.running_accesses(viewer_for(force["hr_cadre"]), force.officer_a)
    assert selectors.covered(running, moved)
    assert not selectors.covered(running, moved, ["copy"])
    assert access_selectors.wording(access) == [str(moved)]


def test_nobody_decides_their_own_request(force: Cast):
    access = ask(force, role="leadership")
    assert (
        refused(access_services.decide_access, access=access, approve=True, by=force["leadership"]).code
        == "second_person"
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        MaterialAccess.objects.filter(pk=access.pk).update(
            decided_by=force["leadership"], decided_at=timezone.now(), state="approved"
        )
    assert access.pk not in access_selectors.to_decide(viewer_for(force["leadership"])).values_list("pk", flat=True)


@pytest.mark.parametrize("role", ["hr_cadre", "unit_head", "unit_political_officer", "zhou", "discipline_inspector"])
def test_only_those_who_decide_decide(force: Cast, role: str):
    access = ask(force, role="leadership")
    assert refused(access_services.decide_access, access=access, approve=True, by=force[role]).code == "second_person"


def test_the_person_whose_file_it_is_decides_nothing_about_it(force: Cast):
    force["leadership"].officer_number = force.officer_a.pk
    User.objects.filter(pk=force["officer"].pk).update(officer_number=None)
    force["leadership"].save()
    access = ask(force)
    assert refused(access_services.decide_access, access=access, approve=True, by=force["leadership"]).code == (
        "second_person"
    )


def test_a_request_is_decided_once_and_a_refusal_says_why(force: Cast):
    access = ask(force)
    by = force["political_director"]
    assert "note" in refused(access_services.decide_access, access=access, approve=False, by=by).message_dict
    access_services.decide_access(access=access, approve=False, note="理由不足", by=by)
    assert refused(access_services.decide_access, access=access, approve=True, by=force["leadership"]).code == "stale"
    assert AuditEvent.objects.filter(action="material.refuse", purpose="任职考察").count() == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"reason": " "}, "reason"),
        ({"kind": "steal"}, "kind"),
        ({"ends_on": dt.date(2020, 1, 1)}, "ends_on"),
        ({"categories_wanted": ["99"]}, "categories"),
    ],
)
def test_a_request_that_cannot_be_is_refused_beside_its_field(force: Cast, change: Any, field: str):
    usual: dict[str, Any] = {
        "officer": force.officer_a, "kind": "read", "reason": "任职考察", "ends_on": timezone.localdate(),
        "categories_wanted": ["1"], "by": force["hr_cadre"],
    }  # fmt: skip
    assert field in refused(access_services.request_access, **(usual | change)).message_dict


def test_nobody_asks_for_materials_of_others_through_this_officer(force: Cast):
    foreign, _made = services.catalogue_material(officer=force.officer_b, category="1", facts=FACTS, by=None)
    assert refused(ask, force=force, materials=[foreign]).code == "scope"
    assert refused(ask, force=force, role="zhou").code == "scope"


def test_borrowed_paper_is_received_by_the_keeper_and_overdue_when_late(force: Cast):
    access = ask(force, role="unit_head", kind="borrow")
    access_services.decide_access(access=access, approve=True, by=force["leadership"])
    keeper = viewer_for(force["hr_cadre"])
    assert list(access_selectors.lent_out(keeper)) == [access]
    refused(access_services.return_access, access=access, by=force["unit_head"])
    MaterialAccess.objects.filter(pk=access.pk).update(ends_on=timezone.localdate() - dt.timedelta(days=1))
    assert list(access_selectors.overdue(keeper)) == [access]
    access_services.return_access(access=access, by=force["hr_cadre"])
    access_services.return_access(access=access, by=force["hr_cadre"])
    assert not access_selectors.lent_out(keeper).exists()
    assert AuditEvent.objects.filter(action="material.return").count() == 1


def test_titles_of_the_eighth_category_are_closed_to_whom_class_4_is_not_open(force: Cast):
    add(force, "8", title="关于给予警告处分的决定")
    add(force)

    def titles(role: str) -> tuple[set[str], int]:
        catalogue = selectors.catalogue(viewer_for(force[role]), force.officer_a)
        shown = {line.material.code for section in catalogue.sections for line in section.lines}
        return shown, sum(section.hidden for section in catalogue.sections)

    assert titles("unit_head") == ({"1-1"}, 1)
    assert titles("discipline_inspector") == ({"8-1"}, 1)
    assert titles("hr_cadre") == ({"1-1"}, 1)
