"""Reads of moves: what waits, runs and was done, and what a move would change before it is made."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from police_hr.core.access import Viewer
from police_hr.core.i18n import pick
from police_hr.core.models import User
from police_hr.core.roles import ROLES, Permission
from roster.access import grants_over, officers_visible_to, today
from roster.models import Move, MoveOrder, Officer, Unit
from roster.selectors import codes
from roster.selectors.units import ON_ROLLS

State = Move.State


def seen_of(officer: Officer) -> str:
    """A short mark of the state that a move builds on: it differs once somebody else moved the officer."""
    parts = (
        officer.unit_id, officer.post, officer.post_level, officer.post_since, officer.rank, officer.rank_since,
        officer.grade, officer.grade_since, officer.status, officer.left_on,
    )  # fmt: skip
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:12]


def standing_words(officer: Officer) -> str:
    """Unit, post, rank, grade and state of an officer as of now, in words."""
    unit = Unit.objects.filter(pk=officer.unit_id or 0).first()
    words = [
        unit.label if unit else "",
        officer.post,
        codes.label("police_rank", officer.rank),
        codes.grade_labels().get(officer.grade, officer.grade),
        officer.get_status_display() if officer.status != Officer.Status.SERVING else "",
    ]
    return " · ".join(filter(None, words))


@dataclass(frozen=True)
class AccessLine:
    """An account that gains or loses sight of an officer, and by which role over which unit."""

    account: str
    role: str
    unit: str


@dataclass
class AccessChange:
    """Who sees the officers after a move that did not before, and the other way round."""

    gain: list[AccessLine] = field(default_factory=list)
    lose: list[AccessLine] = field(default_factory=list)


def access_change(old: Sequence[Unit], new: Sequence[Unit], *, stays: bool = False) -> AccessChange:
    """The accounts that see officers of some `old` unit after they go to the `new` ones and did not before, and the
    other way round; with `stays` the old unit goes on seeing them, too. One query.

    Only roles that open dossiers count. An account that reaches both ends is in neither list.
    """
    sees: dict[int, tuple[AccessLine, set[str]]] = {}
    for grant in grants_over(unit.path for unit in [*old, *new]):
        role = ROLES.get(grant.permission.codename.removeprefix("role_"))
        if role is None or Permission.OFFICER_VIEW not in role.permissions:
            continue
        unit = grant.content_object
        line = AccessLine(str(grant.user), role.label, pick(unit.name, unit.name_en))
        sees.setdefault(grant.user_id, (line, set()))[1].add(unit.path)
    change = AccessChange()
    for line, paths in sees.values():

        def reaches(units: Sequence[Unit], paths: set[str] = paths) -> bool:
            return any(unit.path.startswith(path) for unit in units for path in paths)

        has, had = reaches(new), [reaches([unit]) for unit in old]
        if has and not all(had):
            change.gain.append(line)
        elif not has and not stays and any(had):
            change.lose.append(line)
    return change


def own_accounts(officers: Sequence[Officer]) -> dict[int, User]:
    """Officer id → their account, for those who have one that is in use. One query."""
    accounts = User.objects.filter(officer_number__in=[officer.pk for officer in officers], is_active=True)
    return {int(account.officer_number or 0): account for account in accounts}


def movable(viewer: Viewer) -> QuerySet[Officer]:
    """The officers that `viewer` may move."""
    return officers_visible_to(viewer, Permission.OFFICER_EDIT).select_related("unit")


def orders_visible_to(viewer: Viewer) -> QuerySet[MoveOrder]:
    """The orders that concern at least one officer whom `viewer` may move, newest first."""
    if not viewer.has(Permission.OFFICER_EDIT):
        return MoveOrder.objects.none()
    orders = MoveOrder.objects.select_related("unit", "created_by").annotate(people=Count("moves"))
    if any(not path for path in viewer.paths(Permission.OFFICER_EDIT)):
        return orders
    mine = moves_visible_to(viewer).filter(order=OuterRef("pk"))
    return orders.filter(Exists(mine) | Q(created_by=viewer.user))


def moves_of(viewer: Viewer, officer: Officer) -> list[Move]:
    """The moves of an officer, newest first; who may not move people sees only what is in effect or was."""
    moves = Move.objects.filter(officer=officer).select_related("order__unit", "officer__unit")
    if not viewer.has(Permission.OFFICER_EDIT):
        moves = moves.filter(state__in=[State.DONE, State.ENDED])
    return list(moves.order_by("-effective_on", "-pk")[:50])


# what was ordered for the same officer afterwards, from the same day on or a later one
_AGAIN = Move.objects.filter(
    officer=OuterRef("officer"), pk__gt=OuterRef("pk"), effective_on__gte=OuterRef("effective_on")
)
# could not take effect, and was not ordered again
UNSETTLED = Q(state=State.FAILED) & ~Q(Exists(_AGAIN))


@dataclass(frozen=True)
class Heaps:
    """How many moves wait, run as secondments, could not take effect."""

    pending: int
    running: int
    ending: int
    failed: int


def heaps(viewer: Viewer) -> Heaps:
    """The counts of the moves page. One query."""
    day = today()
    seen = moves_visible_to(viewer)
    counted = seen.aggregate(
        pending=Count("pk", filter=Q(state=State.PENDING)),
        running=Count("pk", filter=Q(state=State.DONE, ends_on__gte=day)),
        ending=Count("pk", filter=Q(state=State.DONE, ends_on__gte=day, ends_on__lte=day + dt.timedelta(days=30))),
        failed=Count("pk", filter=UNSETTLED),
    )
    return Heaps(**counted)


def unsettled(viewer: Viewer) -> QuerySet[Move]:
    """The moves that could not take effect and that nobody has ordered again for the same officer."""
    return moves_visible_to(viewer).filter(UNSETTLED)


def moves_visible_to(viewer: Viewer) -> QuerySet[Move]:
    """The moves of officers whom `viewer` may move. Each asks for its own officer: there are fewer moves."""
    officers = officers_visible_to(viewer, Permission.OFFICER_EDIT)
    moves = Move.objects.all()
    if any(not path for path in viewer.paths(Permission.OFFICER_EDIT)):
        return moves
    return moves.filter(Exists(officers.filter(pk=OuterRef("officer"))))


def places_left(unit: Unit, coming: int) -> str:
    """A sentence where `coming` more officers would exceed the unit's establishment; else nothing. One query."""
    if unit.establishment is None:
        return ""
    present = Officer.objects.filter(unit=unit, status__in=ON_ROLLS).count()
    if present + coming <= unit.establishment:
        return ""
    return _("“%(unit)s” has an establishment of %(places)d and would then have %(people)d officers.") % {
        "unit": unit.label,
        "places": unit.establishment,
        "people": present + coming,
    }
