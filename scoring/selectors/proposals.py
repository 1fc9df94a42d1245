"""Proposals as those who weigh them see them: the list, and one with all that it rests on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Case, Q, QuerySet, When
from django.utils import timezone

from police_hr.core.access import Viewer
from police_hr.core.calendar import current_calendar
from police_hr.core.roles import Permission
from scoring.models import CurrentScore, Proposal, TierPeriod
from scoring.models.run import Tier
from scoring.selectors.deciders import refusal_to_decide, to_decide
from scoring.selectors.explain import Explained, explain_officer
from scoring.selectors.labels import class_name, name_of, names, two
from scoring.selectors.models import default_version, definition_of
from scoring.selectors.register import history
from scoring.selectors.visibility import within

State = Proposal.State
# of the same day, key help before key attention before ways down
URGENCY = Case(When(to_tier=Tier.HELP, then=0), When(to_tier=Tier.WATCH, then=1), default=2)
REASONS_SHOWN = 2


@dataclass(frozen=True)
class DueProposal:
    """A proposal that waits: the strongest reason first is what carried it."""

    proposal: Proposal
    reasons: Sequence[tuple[str, str, str]]  # code, name, points
    due: str  # 今天 18:00, 还剩 2 个工作日
    class_name: str = ""
    is_urgent: bool = False

    @property
    def index_text(self) -> str:
        return two(self.proposal.index)


@dataclass(frozen=True)
class Weighed:
    """One proposal with all that a decision needs. `explained`: the lines on the day it was made; None where the
    officer is in no index. `refusal`: why this viewer may not decide, "" where they may."""

    proposal: Proposal
    explained: Explained | None
    class_name: str
    ground: str
    due: str
    is_late: bool
    refusal: str
    earlier: Sequence[Proposal]
    register: Sequence[TierPeriod]
    newer: Proposal | None
    low_runs: int

    @property
    def falls(self) -> bool:
        return self.proposal.to_tier == Tier.NORMAL

    @property
    def index_text(self) -> str:
        return two(self.proposal.index)


def proposals_visible_to(viewer: Viewer) -> QuerySet[Proposal]:
    """Every proposal of officers for whom `viewer` confirms, and the ones they made themselves by hand."""
    condition = within(viewer.paths(Permission.INDEX_CONFIRM), "officer__unit__path")
    own = Q(proposed_by=viewer.user) if viewer.user is not None else Q(pk=None)
    rows = Proposal.objects.exclude(state=State.DRAFT).filter(own if condition is None else condition | own)
    return rows.select_related("officer__unit", "run__version__model", "decided_by", "proposed_by")


def due_proposals(viewer: Viewer) -> QuerySet[Proposal]:
    """The proposals that `viewer` is to weigh, due first."""
    condition = to_decide(viewer)
    if condition is None:
        return Proposal.objects.none()
    due = Proposal.objects.filter(condition, state=State.PENDING).exclude(proposed_by=viewer.user)
    return due.select_related("officer__unit").order_by("due_at", URGENCY, "-index", "officer")


def due_rows(viewer: Viewer) -> QuerySet[Proposal] | None:
    """The proposals behind the number in the menu; None shows none."""
    return due_proposals(viewer) if viewer.has(Permission.INDEX_CONFIRM) else None


def heaps(viewer: Viewer) -> dict[str, QuerySet[Proposal]]:
    """The lists of the page: all that wait, those into each tier, ways down; what was decided or lapsed."""
    due = due_proposals(viewer)
    return {
        "due": due,
        "help": due.filter(to_tier=Tier.HELP),
        "watch": due.filter(to_tier=Tier.WATCH, from_tier=Tier.NORMAL),
        "down": due.exclude(to_tier=Tier.HELP).exclude(to_tier=Tier.WATCH, from_tier=Tier.NORMAL),
        "decided": proposals_visible_to(viewer)
        .exclude(state__in=[State.PENDING, State.SUPERSEDED])
        .order_by("-decided_at", "-expires_at", "-pk"),
    }


def listed(proposals: Sequence[Proposal], *, now: dt.datetime | None = None) -> list[DueProposal]:
    """Proposals of a page with their reasons and deadlines in words. Two queries, whatever their number."""
    version = default_version()
    definition = definition_of(version) if version else None
    labels = names(definition) if definition else {}
    moment, calendar = now or timezone.now(), current_calendar()
    today = timezone.localtime(moment).date()
    return [
        DueProposal(
            one,
            strongest(one, labels),
            calendar.due_words(one.due_at or moment, moment) if one.state == State.PENDING else "",
            class_name(definition, one.tier_class) if definition else "",
            bool(one.due_at and timezone.localtime(one.due_at).date() <= today),
        )
        for one in proposals
    ]


def strongest(proposal: Proposal, labels: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """What carried a proposal: red lines and floors first, then the heaviest facts; two of them."""
    floors = {line["code"]: line for line in proposal.lines if line["kind"] in {"red_line", "floor"}}
    facts = sorted((line for line in proposal.lines if line["kind"] == "event"), key=lambda line: -line["points"])
    found = [(code, labels.get(code, code), "") for code in floors]
    found += [
        (line["code"], labels.get(line["code"], line["code"]), f"+{two(line['points'])}")
        for line in facts
        if line["points"] > 0
    ]
    return found[:REASONS_SHOWN]


def weighed(viewer: Viewer, pk: int) -> Weighed | None:
    """One proposal as it is to be weighed; None where `viewer` does not weigh for this officer."""
    proposal = proposals_visible_to(viewer).filter(pk=pk).first()
    if proposal is None:
        return None
    version = proposal.run.version if proposal.run is not None else default_version()
    definition = definition_of(version) if version else None
    as_of = proposal.run.as_of if proposal.run is not None else None
    now = timezone.now()
    waits = proposal.state == State.PENDING
    earlier = Proposal.objects.filter(
        officer=proposal.officer, state__in=[State.CONFIRMED, State.REFUSED, State.EXPIRED],
        confidential=proposal.confidential,
    ).exclude(pk=pk).select_related("decided_by").order_by("-pk")[:5]  # fmt: skip
    newer = Proposal.objects.filter(
        officer=proposal.officer, state=State.PENDING, confidential=proposal.confidential
    ).exclude(pk=pk).first()  # fmt: skip
    current = CurrentScore.objects.filter(officer=proposal.officer).only("low_runs").first()
    return Weighed(
        proposal=proposal,
        explained=explain_officer(viewer, proposal.officer, as_of=as_of, version=version),
        class_name=class_name(definition, proposal.tier_class) if definition else "",
        ground=name_of(definition, proposal.basis) if definition and proposal.basis else "",
        due=current_calendar().due_words(proposal.due_at, now) if waits and proposal.due_at else "",
        is_late=bool(waits and proposal.due_at and proposal.due_at < now),
        refusal=refusal_to_decide(viewer, proposal) if waits else "",
        earlier=list(earlier),
        register=history(viewer, proposal.officer),
        newer=newer if not waits else None,
        low_runs=current.low_runs if current else 0,
    )


def class_choices() -> list[tuple[str, str]]:
    """(code, name) of the classes that a tier by hand may be of."""
    version = default_version()
    definition = definition_of(version) if version else None
    return [(one.code, class_name(definition, one.code)) for one in definition.classes] if definition else []
