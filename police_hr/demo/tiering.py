"""Tiers in the invented force: some confirmed, some refused, one proposed by hand, an objection that waits and one
that was answered. Through the services, for a handful of people."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils import timezone

from police_hr.core.access import viewer_for
from police_hr.core.calendar import add_workdays
from police_hr.core.models import User
from police_hr.demo.force import Force
from roster.models import Officer
from scoring.models import Objection, Proposal, TierPeriod
from scoring.models.run import Tier
from scoring.selectors import objections as own
from scoring.selectors.proposals import due_proposals
from scoring.services import confirm, manual
from scoring.services import objections as services

CONFIRMED, HELPED = 6, 3
REASONS = ("处分影响期内，由单位包联谈心。", "家庭困难叠加加班，列入关注并安排慰问。", "连续指标偏高，先帮助后评估。")


def weigh_some(force: Force) -> None:
    """Let the directors decide, an instructor propose, and the officer of the cast object; once."""
    if TierPeriod.objects.exists():
        return
    by = _cast(force)
    if not {"political_director", "hr_cadre"} <= set(by):
        return
    directors = list(User.objects.filter(badge_no__in=_badges(force, "political_director")).order_by("badge_no"))
    for director in directors:
        _decide(director)
    _own_objection(by)
    if "unit_political_officer" in by:
        _by_hand(by["unit_political_officer"])


def _badges(force: Force, role: str) -> list[str]:
    return [force.people[cast.person].badge_no for cast in force.cast if cast.role == role]


def _cast(force: Force) -> dict[str, User]:
    found: dict[str, User] = {}
    for cast in force.cast:
        user = User.objects.filter(badge_no=force.people[cast.person].badge_no).first()
        if user is not None:
            found.setdefault(cast.role, user)
    return found


def _decide(director: User) -> None:
    """Confirm the most urgent ones, refuse two."""
    due = due_proposals(viewer_for(director))
    for tier, number in ((Tier.HELP, HELPED), (Tier.WATCH, CONFIRMED)):
        _confirm(due.filter(to_tier=tier, confidential=False)[:number], director)
    for proposal in due.filter(to_tier=Tier.WATCH, confidential=False)[:2]:
        confirm.refuse(proposal=proposal, reason="情节轻微，已由单位谈话提醒，暂不列入。", by=director)


def _confirm(proposals: QuerySet[Proposal], director: User) -> None:
    for number, proposal in enumerate(proposals):
        confirm.confirm(proposal=proposal, reason=REASONS[number % len(REASONS)], by=director)


def _own_objection(by: dict[str, User]) -> None:
    """The officer of the cast objects to two own lines; the cadre answers one."""
    if "officer" not in by:
        return
    user = by["officer"]
    officer = Officer.objects.select_related("unit").filter(pk=user.officer_number or 0).first()
    if officer is None:
        return
    open_lines = [line for line in own.own_index(viewer_for(user), officer).lines if not line.is_over]
    for number, line in enumerate(open_lines[:2]):
        objection = services.object_to_line(
            officer=officer, entry_id=line.entry_id, reason="当日外出办案，有派警单为证，不应计分。",
            token=f"{number:024x}", by=user,
        )  # fmt: skip
        if number:
            services.refuse(objection=objection, answer="经核对派警单，时间不符。", by=by["hr_cadre"])


def _by_hand(instructor: User) -> None:
    paths = [grant.unit_path for grant in viewer_for(instructor).grants]
    officer = (
        Officer.objects.select_related("unit")
        .filter(unit__path__in=paths, status=Officer.Status.SERVING, current_score__confirmed_tier=Tier.NORMAL)
        .exclude(pk__in=Objection.objects.values("officer"))
        .exclude(pk=instructor.officer_number or 0)
        .order_by("badge_no")
        .first()
    )
    if officer is not None:
        manual.propose_tier(
            officer=officer, tier=Tier.WATCH, tier_class="hardship", until=add_workdays(timezone.localdate(), 60),
            grounds="父亲术后需人照护，近两月夜班偏多，建议列入关注并调整班次。", by=instructor,
        )  # fmt: skip
