"""A few entries as people make them: recorded today, closed, corrected, void, verified by a second person."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import QuerySet

from police_hr.core.models import User
from police_hr.demo.force import Force
from police_hr.demo.writing import unit_ids
from roster.models import Conflict, Doubt, ImportBatch, LedgerEntry, Officer
from roster.services.doubts import recheck, rule_on_doubt
from roster.services.imports.comparing import find_duplicates
from roster.services.ledger import close_entry, correct_entry, record_entry, verify_entry, void_entry
from roster.services.officers import update_officer

FEW = 4
TWICE = 3
# officers whose dossiers are checked at once, the rest within the minute
RECHECKED = 800


def correct_some(force: Force) -> None:
    """Let the unit's political officer and the inspector work for a day. One transaction, done once."""
    by_role = {role.role: role for role in force.cast}
    users = {user.badge_no: user for user in User.objects.filter(is_demo=True)}
    if "unit_political_officer" not in by_role or LedgerEntry.objects.filter(recorded_by__is_demo=True).exists():
        return
    role = by_role["unit_political_officer"]
    political = users[force.people[role.person].badge_no]
    inspector = by_role.get("discipline_inspector")
    with transaction.atomic():
        _unit_day(force, unit_ids(force)[role.unit], political)
        cadre = next((role for role in force.cast if role.role == "hr_cadre"), None)
        if cadre is not None:
            _rule(force, users[force.people[cadre.person].badge_no])
        if inspector is not None:
            _verify(users[force.people[inspector.person].badge_no])
        batch = ImportBatch.objects.filter(target="officers", visible=True).order_by("pk").first()
        if batch is not None:
            _two_in_one(batch, political)


def _unit_day(force: Force, unit: int, by: User) -> None:
    entries = LedgerEntry.objects.filter(officer__unit=unit, voided_on=None).select_related("kind", "officer")
    patrols = list(_latest(entries.filter(kind__code="PATROL_PROBLEM"), 2 * FEW))
    for entry in patrols[:FEW]:
        void_entry(entry=entry, reason="误录到他人名下，作废。", by=by)
    for entry in patrols[FEW:]:
        other = "minor" if entry.payload["severity"] == "serious" else "serious"
        correct_entry(entry=entry, changes={"payload": {**entry.payload, "severity": other}},
                      reason="程度认定有误，经核实更正。", by=by)  # fmt: skip
    yesterday = force.day - dt.timedelta(days=1)
    for entry in _latest(entries.filter(kind__code="MOOD_ALERT", closed_on=None, occurred_on__lt=yesterday), 2):
        close_entry(entry=entry, on=yesterday, by=by)
    for officer in Officer.objects.filter(unit=unit).order_by("pk")[2 : 2 + FEW]:
        payload = {
            "item": "DP12",
            "severity": "minor",
            "facts": "备勤室物品摆放不整齐，已当场整改。",
            "rectified": "yes",
        }
        record_entry(officer=officer, kind="PATROL_PROBLEM", occurred_on=force.day, known_on=force.day,
                     payload=payload, by=by)  # fmt: skip


def _rule(force: Force, by: User) -> None:
    """Settle a few doubts of the first officers, as papers decided them."""
    some = list(Officer.objects.order_by("pk").values_list("pk", flat=True)[:RECHECKED])
    recheck(officer_ids=some)
    for place, doubt in enumerate(Doubt.objects.filter(officer__in=some, sensitivity=1).order_by("pk")[:FEW]):
        rule_on_doubt(
            doubt=doubt,
            verdict="stands",
            document=f"示组干〔{force.day.year}〕{place + 11}号",
            reason="经查阅干部人事档案原件，情况属实，按现有记载认定。",
            decided_on=force.day,
            by=by,
        )


def _verify(by: User) -> None:
    waiting = LedgerEntry.objects.filter(kind__code="DUTY_ABSENCE", verified=False, voided_on=None)
    for entry in _latest(waiting.select_related("kind", "officer"), 2):
        verify_entry(entry=entry, by=by)


def _two_in_one(batch: ImportBatch, by: User) -> None:
    """Auxiliaries who became police officers and were entered anew: two dossiers under two badge numbers. And one
    day of birth that two sources tell differently."""
    people = Officer.objects.filter(batch=batch, status=Officer.Status.SERVING).order_by("-pk")
    police = people.filter(staffing="police", left_on=None).exclude(birth_date=None)[:TWICE]
    auxiliaries = people.exclude(staffing="police").filter(birth_date__isnull=False)[:TWICE]
    for officer, before in zip(police, auxiliaries, strict=False):
        same = {name: getattr(officer, name) for name in ("name", "sex", "birth_date", "native_place")}
        same |= {"police_since": None, "work_started_on": None, "party_joined_on": None}
        update_officer(officer=before, changes=same, version=None, by=by)
    find_duplicates(batch)
    for officer in people.filter(staffing="police").exclude(birth_date=None)[TWICE : 2 * TWICE]:
        told = officer.birth_date
        if told is not None:
            other = told.replace(day=told.day % 28 + 1)
            claims = {"personnel": told.isoformat(), "training": other.isoformat()}
            Conflict.objects.create(officer=officer, field="birth_date", claims=claims)


def _latest(entries: QuerySet[LedgerEntry], number: int) -> QuerySet[LedgerEntry]:
    return entries.order_by("-occurred_on", "pk")[:number]
