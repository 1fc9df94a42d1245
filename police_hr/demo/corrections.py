"""Corrections in the invented force: some wait, some are decided, one was overtaken, and an officer disputes a line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from police_hr.core.access import Viewer, viewer_for
from police_hr.core.models import User
from police_hr.core.roles import Permission
from police_hr.demo.force import Force
from roster.access import officers_visible_to
from roster.models import CorrectionRequest, LedgerEntry, Officer, RankRecord
from roster.selectors import facts
from roster.services.corrections import Evidence, approve, refuse, request_correction

Operation = CorrectionRequest.Operation
PLACES = ("示例东江", "示例北湖", "示例南溪", "示例石门", "示例中州")


def ask_some(force: Force) -> None:
    """Let cadres ask and decide, and the officer of the cast dispute a line, once."""
    people = {role.role: force.people[role.person].badge_no for role in force.cast}
    users = {user.badge_no: user for user in User.objects.filter(badge_no__in=people.values())}
    by = {role: users[badge] for role, badge in people.items() if badge in users}
    if not {"hr_cadre", "political_director", "officer"} <= set(by) or CorrectionRequest.objects.exists():
        return
    cast = list(people.values())
    # A director may be one of a branch: the requests are about those whom they decide on.
    mine = officers_visible_to(viewer_for(by["political_director"]), Permission.CORRECTION_DECIDE)
    others = mine.exclude(badge_no__in=cast).filter(status=Officer.Status.SERVING).select_related("unit")
    chosen = list(others.order_by("badge_no")[20:26])
    if len(chosen) < len(PLACES) + 1:
        return
    asked = [
        _ask(officer, f"officer.{officer.pk}", {"native_place": place}, number, by["hr_cadre"])
        for number, (officer, place) in enumerate(zip(chosen, PLACES, strict=False))
    ]
    approve(request=asked[0], note="与户口簿一致。", by=by["political_director"])
    approve(request=asked[1], note="与干部履历表一致。", by=by["political_director"])
    refuse(request=asked[2], note="所附材料与申请内容不一致，请重新核对后提出。", by=by["political_director"])
    rank = RankRecord.objects.filter(officer=chosen[5], voided_on=None).order_by("-since").first()
    if rank is not None:
        _ask(chosen[5], f"rankrecord.{rank.pk}", {"kind": "按期晋升"}, 9, by["hr_cadre"])
    _dispute(by["officer"])


def _dispute(user: User) -> None:
    entry = LedgerEntry.objects.select_related("officer__unit").filter(
        officer=user.officer_number, kind__code__in=["PATROL_PROBLEM", "LATE_EARLY"], voided_on=None
    ).order_by("-occurred_on", "-pk").first()  # fmt: skip
    if entry is None:
        return
    officer = entry.officer
    why = Evidence(reason="当日记录仪电池故障，14:05 已报修，附有报修单，不应计为问题。")
    _ask(officer, f"ledgerentry.{entry.pk}", {}, 10, user, operation=Operation.REMOVE, evidence=why)


def _ask(
    officer: Officer, name: str, wanted: Mapping[str, Any], number: int, by: User, **said: Any
) -> CorrectionRequest:
    fact = facts.find(Viewer.system(), officer, name)
    if fact is None:
        raise ValueError(f"{name} is no fact of {officer.badge_no}.")
    stands = facts.payload_of(fact)
    operation = said.pop("operation", Operation.CHANGE)
    seen = stands if operation == Operation.REMOVE else {key: stands[key] for key in wanted if key in stands}
    paper = Evidence(reason="与纸质档案核对，原录入有误。", document=f"示干档核〔2026〕{30 + number}号")
    return request_correction(
        fact=fact, operation=operation, wanted=wanted, seen=seen, evidence=said.pop("evidence", paper),
        token=f"{number:024x}", by=by,
    )  # fmt: skip
