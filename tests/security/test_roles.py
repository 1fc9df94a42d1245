"""Roles: three administrators that exclude each other and open no dossier; every role explains itself."""

from __future__ import annotations

import html

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import translation

from police_hr.core.access import viewer_for
from police_hr.core.models import User
from police_hr.core.roles import ADMINISTRATORS, PERMISSION_LABELS, ROLES, Permission
from police_hr.core.services import accounts
from roster.access import grant_role, officers_visible_to, units_visible_to
from roster.models import UnitGrant
from tests.factories.cast import account, cast

DOSSIER = {
    Permission.OFFICER_LIST,
    Permission.OFFICER_VIEW,
    Permission.OFFICER_EDIT,
    Permission.LEDGER_ADD,
    Permission.EXPORT,
}


def is_chinese(text: str) -> bool:
    return any("\u4e00" <= mark <= "\u9fff" for mark in text)


@pytest.mark.parametrize("role", ROLES.values(), ids=ROLES)
def test_every_role_has_both_languages_and_permissions(role):
    assert is_chinese(role.zh)
    assert is_chinese(role.about_zh)
    assert role.en
    assert role.about_en
    assert not is_chinese(role.en + role.about_en)
    assert role.permissions
    assert role.opens <= {1, 2, 3, 4}
    assert not role.opens & role.opens_with_reason


def test_every_permission_is_named_and_held_by_somebody():
    assert set(PERMISSION_LABELS) == set(Permission)
    assert set(Permission) == {permission for role in ROLES.values() for permission in role.permissions}


def test_there_are_three_administrators_and_they_share_no_power():
    assert set(ADMINISTRATORS) == {"system_admin", "security_admin", "audit_admin"}
    powers = {Permission.USER_MANAGE, Permission.GRANT_MANAGE, Permission.AUDIT_VIEW}
    for power in powers:
        assert len([role for role in ROLES.values() if power in role.permissions]) == 1
    for code in ADMINISTRATORS:
        assert len(ROLES[code].permissions & powers) == 1
        assert not ROLES[code].permissions & DOSSIER
        assert not ROLES[code].opens | ROLES[code].opens_with_reason


@pytest.mark.django_db
@pytest.mark.parametrize("value", ["system_admin,audit", "hr_cadre", "root"])
def test_the_database_refuses_anything_but_one_of_the_three(value):
    user = account("091120")
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=user.pk).update(admin_role=value)


@pytest.mark.django_db
def test_the_database_refuses_an_administrator_who_is_an_officer():
    user = account("091120", officer_number=5)
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=user.pk).update(admin_role="audit_admin")


@pytest.mark.django_db
def test_administrator_and_unit_role_exclude_each_other_both_ways():
    people = cast()
    with pytest.raises(ValidationError):
        accounts.set_admin_role(user=people["hr_cadre"], admin_role="system_admin", by=None)
    with pytest.raises(ValidationError):
        grant_role(user=people["system_admin"], role="hr_cadre", unit=people.bureau, by=None)
    with pytest.raises(ValidationError):
        grant_role(user=people["nobody"], role="system_admin", unit=people.bureau, by=None)
    with pytest.raises(ValidationError):
        grant_role(user=people["nobody"], role="hr_cadre", unit=people.bureau, by=people["nobody"])


@pytest.mark.django_db
@pytest.mark.parametrize("role", ADMINISTRATORS)
def test_an_administrator_sees_no_officer_even_with_a_grant_slipped_in_behind_the_services(role):
    people = cast()
    slipped = UnitGrant.objects.filter(user=people["hr_cadre"]).get()
    UnitGrant.objects.create(user=people[role], permission=slipped.permission, content_object=people.bureau)
    viewer = viewer_for(people[role])
    assert viewer.grants == ()
    assert not officers_visible_to(viewer).exists()
    assert not units_visible_to(viewer).exists()
    assert viewer.classes_at(people.bureau.path) == frozenset()


@pytest.mark.django_db
def test_a_grant_reaches_its_units_and_those_below_and_no_other():
    people = cast()
    assert set(officers_visible_to(viewer_for(people["hr_cadre"]))) == {people.officer_a, people.officer_b}
    assert set(officers_visible_to(viewer_for(people["unit_political_officer"]))) == {people.officer_a}
    assert set(officers_visible_to(viewer_for(people["zhou"]))) == {people.officer_b}
    assert not officers_visible_to(viewer_for(people["nobody"])).exists()


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_roles_page_prints_every_role(client, language):
    client.force_login(account("091120"))
    client.cookies["django_language"] = language
    text = html.unescape(client.get("/roles").content.decode())
    with translation.override(language):
        assert not [role.code for role in ROLES.values() if role.about not in text]
