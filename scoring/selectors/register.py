"""The register of tiers (台账): who has had which tier, since when, on what ground, and what it brought."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils import timezone

from police_hr.core.access import Viewer
from police_hr.core.calendar import WorkCalendar, current_calendar
from police_hr.core.roles import Permission
from roster.models import LedgerEntry, Officer
from scoring.engine.definition import Floor, ModelDefinition
from scoring.models import CurrentScore, IndexModelVersion, TierPeriod
from scoring.models.run import Tier
from scoring.selectors.deciders import decides
from scoring.selectors.labels import class_name, name_of, two
from scoring.selectors.models import default_version, definition_of
from scoring.selectors.visibility import confirms, sees_care, sees_class, sees_points, within
from workflows.models import Task
from workflows.selectors.tasks import ShownTask, listed

Exit = TierPeriod.Exit
EXITS_BY_HAND = (Exit.DOCUMENT, Exit.ENDED, Exit.CLEARED)
# Days between two reviews of a raised tier (domain: index.md §3.3).
REVIEW_DAYS = {Tier.HELP: 14, Tier.WATCH: 30}
# A notice of risk of self-harm also asks two people, in confidence, to weigh a change of the gun post (§3.4, RL11).
GUN_POST_LINES = frozenset({"RL11"})
ADVISERS = ("political_director", "counsellor")


@dataclass(frozen=True)
class Row:
    """A period as `viewer` sees it. `before`, `now` (or at the end) in hundredths, None where points are not shown."""

    period: TierPeriod
    class_name: str
    ground: str
    plan: ShownTask | None
    review_on: dt.date | None
    review_due: str
    review_late: bool
    before: int | None
    now: int | None

    @property
    def before_text(self) -> str:
        return two(self.before)

    @property
    def now_text(self) -> str:
        return two(self.now)

    @property
    def effect(self) -> int | None:
        """How far the index moved since the tier was confirmed; below zero is better."""
        return None if self.before is None or self.now is None else self.now - self.before


def periods_visible_to(viewer: Viewer) -> QuerySet[TierPeriod]:
    """The entries of the register in the units where `viewer` sees tiers; confidential ones where they confirm."""
    condition = within(viewer.paths(Permission.INDEX_VIEW), "officer__unit__path")
    if condition is None:
        return TierPeriod.objects.none()
    kept = within(viewer.paths(Permission.INDEX_CONFIRM), "officer__unit__path")
    open_to_all = Q(confidential=False)
    rows = TierPeriod.objects.filter(condition, open_to_all if kept is None else open_to_all | kept)
    return rows.select_related("officer__unit", "confirmed_by", "ended_by")


def heaps(viewer: Viewer) -> dict[str, QuerySet[TierPeriod]]:
    """The lists of the register: key help, key attention, ended ones (newest first)."""
    every = periods_visible_to(viewer)
    running = every.filter(ends_on=None).order_by("starts_on", "pk")
    return {
        "help": running.filter(tier=Tier.HELP),
        "watch": running.filter(tier=Tier.WATCH),
        "ended": every.exclude(ends_on=None).order_by("-ends_on", "-pk"),
    }


def period_for(viewer: Viewer, pk: int) -> TierPeriod | None:
    return periods_visible_to(viewer).select_related("proposal__run").filter(pk=pk).first()


def history(viewer: Viewer, officer: Officer) -> list[TierPeriod]:
    """All that the register holds about one officer, newest first."""
    return list(periods_visible_to(viewer).filter(officer=officer))


def rows(viewer: Viewer, periods: Sequence[TierPeriod]) -> list[Row]:
    """The periods of a page with their plans and effects: three queries, whatever their number."""
    keys = {period.plan_key: period.pk for period in periods}
    plans = Task.objects.filter(key__in=keys).select_related("officer", "unit", "assignee")
    shown = {keys[one.task.key]: one for one in listed(list(plans))}
    scores = dict(
        CurrentScore.objects.filter(officer__in={p.officer_id for p in periods}).values_list("officer", "index")
    )
    version = default_version()
    definition = definition_of(version) if version else None
    calendar = current_calendar()
    return [_row(viewer, period, definition, shown.get(period.pk), scores, calendar) for period in periods]


def _row(
    viewer: Viewer,
    period: TierPeriod,
    definition: ModelDefinition | None,
    plan: ShownTask | None,
    scores: Mapping[int, int],
    calendar: WorkCalendar,
) -> Row:
    path = period.officer.unit.path if period.officer.unit else ""
    points = sees_points(viewer, path) and sees_care(viewer, path)
    next_review = review_on(period, timezone.localdate())
    current = scores.get(period.officer_id) if period.is_open else period.index_after
    return Row(
        period=period,
        class_name=class_name(definition, period.tier_class) if definition and sees_class(viewer, path) else "",
        ground=name_of(definition, period.basis) if definition and period.basis and points else "",
        plan=plan,
        review_on=next_review,
        review_due=calendar.due_words(next_review, timezone.now()) if next_review else "",
        review_late=bool(next_review and next_review <= timezone.localdate()),
        before=period.index_before if points else None,
        now=current if points else None,
    )


def review_on(period: TierPeriod, today: dt.date) -> dt.date | None:
    """The day of the next review of a period that runs: every 14 or 30 days from its first."""
    if not period.is_open:
        return None
    step = REVIEW_DAYS[Tier(period.tier)]
    passed = max((today - period.starts_on).days - 1, 0) // step
    first: dt.date = period.starts_on
    return first + dt.timedelta(days=step * (passed + 1))


def ends(viewer: Viewer, period: TierPeriod) -> bool:
    """Whether `viewer` may end this tier by hand now."""
    return period.is_open and viewer.officer_id != period.officer_id and decides(viewer, period.officer, period.tier)


def floor_of(version: IndexModelVersion | None, code: str) -> Floor | None:
    """The floor or red line of this code in a model version."""
    if version is None or not code:
        return None
    return next((floor for floor in definition_of(version).floors if floor.code == code), None)


def advice_of(period: TierPeriod) -> int:
    """How many people are asked, in confidence, to weigh a change of the gun post because of this tier."""
    return len(ADVISERS) if period.basis in GUN_POST_LINES else 0


def open_entries(officer_id: int, entries: Iterable[int]) -> list[LedgerEntry]:
    """Those of the entries of an officer that are neither void nor closed."""
    found = LedgerEntry.objects.filter(pk__in=list(entries), officer=officer_id, voided_on=None, closed_on=None)
    return list(found.select_related("kind", "kind_version"))


def confidential_seen(viewer: Viewer, officer: Officer) -> bool:
    """Whether `viewer` may know of confidential tiers of this officer."""
    return confirms(viewer, officer.unit.path if officer.unit_id and officer.unit else "")
