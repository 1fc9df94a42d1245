"""What a move will change, told before it is made: state, sight, roles, and what is worth a second look."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from roster.engine.retirement import retirement_of
from roster.models import Move, MoveOrder, Officer, Unit
from roster.selectors import codes
from roster.selectors.moves import AccessChange, access_change, own_accounts, places_left, seen_of

Kind = MoveOrder.Kind
MOVES_HOME = frozenset({Kind.TRANSFER, Kind.ROTATION, Kind.POST_UP, Kind.POST_DOWN, Kind.RETURN})


@dataclass(frozen=True)
class Difference:
    """One thing that changes: what it is called, before, after."""

    label: str
    old: str
    new: str


@dataclass
class PersonPreview:
    """What changes for one officer; `seen` marks the state this was read from."""

    officer: Officer
    differences: list[Difference]
    seen: str
    warnings: list[str] = field(default_factory=list)


@dataclass
class MovePreview:
    people: list[PersonPreview]
    access: AccessChange
    warnings: list[str]

    @property
    def seen(self) -> str:
        """All marks as one field of a form."""
        return ".".join(f"{person.officer.pk}-{person.seen}" for person in self.people)


def preview_of(order: MoveOrder, officers: Sequence[Officer]) -> MovePreview:
    """What `order` (not saved) would do to `officers` (units joined). A fixed number of queries."""
    waiting = _waiting(officers)
    people = [
        PersonPreview(officer, _differences(order, officer), seen_of(officer), _warnings(order, officer, waiting))
        for officer in officers
    ]
    homes = list({officer.unit.pk: officer.unit for officer in officers if officer.unit}.values())
    access = AccessChange()
    if order.unit is not None and order.kind in MOVES_HOME:
        access = access_change(homes, [order.unit])
    elif order.unit is not None and order.kind == Kind.SECONDMENT:
        access = access_change(homes, [order.unit], stays=True)
    warnings = []
    if order.unit is not None and order.kind in MOVES_HOME:
        coming = sum(officer.unit_id != order.unit.pk for officer in officers)
        warnings = [text for text in [places_left(order.unit, coming)] if text]
    return MovePreview(people, access, warnings)


def accounts_of(officers: Sequence[Officer]) -> list[tuple[Officer, int]]:
    """The officers who have an account, with its id."""
    accounts = own_accounts(officers)
    return [(officer, accounts[officer.pk].pk) for officer in officers if officer.pk in accounts]


def _differences(order: MoveOrder, officer: Officer) -> list[Difference]:
    levels, ranks, grades = codes.labels("leadership_level"), codes.labels("police_rank"), codes.grade_labels()
    unit = order.unit.label if order.unit else ""
    rows: list[Difference] = []
    if order.kind in MOVES_HOME:
        rows += [
            Difference(_("Unit"), _name(officer.unit), unit or _name(officer.unit)),
            Difference(_("Post"), officer.post, order.post or officer.post),
            Difference(
                _("Post level"),
                levels.get(officer.post_level, ""),
                levels.get(order.level or officer.post_level, ""),
            ),
        ]
    elif order.kind == Kind.SECONDMENT:
        term = f"{order.effective_on.isoformat()} – {order.ends_on.isoformat() if order.ends_on else ''}"
        rows += [Difference(_("Lent to"), "", unit or order.host), Difference(_("Term"), "", term)]
    elif order.kind == Kind.CONCURRENT:
        rows.append(Difference(_("Concurrent post"), "", f"{unit} {order.post}"))
    elif order.rank:
        rows.append(Difference(_("Police rank"), ranks.get(officer.rank, ""), ranks.get(order.rank, order.rank)))
    elif order.grade:
        rows.append(Difference(_("Grade"), grades.get(officer.grade, ""), grades.get(order.grade, order.grade)))
    state = _state_after(order)
    if state:
        rows.append(Difference(_("Status"), officer.get_status_display(), state))
    return [row for row in rows if row.old != row.new]


def _state_after(order: MoveOrder) -> str:
    after = {
        Kind.RETIREMENT: Officer.Status.RETIRED,
        Kind.RESIGNATION: Officer.Status.LEFT,
        Kind.TRANSFER_OUT: Officer.Status.LEFT,
        Kind.DEATH: Officer.Status.DIED,
        Kind.RETURN: Officer.Status.SERVING,
    }
    found = after.get(Kind(order.kind))
    if found is None and order.kind == Kind.SECONDMENT and order.unit is None:
        found = Officer.Status.SECONDED
    return str(found.label) if found is not None else ""


def _warnings(order: MoveOrder, officer: Officer, waiting: dict[int, list[str]]) -> list[str]:
    found = [_("Another move waits already: %(move)s.") % {"move": text} for text in waiting.get(officer.pk, ())]
    if order.kind == Kind.RETIREMENT:
        age = retirement_of(officer.birth_date, officer.sex, officer.staffing)
        if age is not None and order.effective_on < age.on:
            found.append(
                _("Reaches the age of retirement only on %(day)s (possible from %(earliest)s on application).")
                % {"day": age.on.isoformat(), "earliest": age.earliest.isoformat()}
            )
    return found


def _waiting(officers: Sequence[Officer]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    pending = Move.objects.filter(officer__in=[o.pk for o in officers], state=Move.State.PENDING)
    for move in pending.select_related("order"):
        found[move.officer_id].append(f"{move.order} {move.effective_on.isoformat()}")
    return found


def _name(unit: Unit | None) -> str:
    return unit.label if unit else ""
