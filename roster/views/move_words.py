"""Moves in words, for their pages and for the dossier."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from police_hr.core.access import Viewer, grants_of
from police_hr.core.roles import Permission
from roster.access import today
from roster.models import Move, MoveOrder, Officer, Unit
from roster.selectors import codes
from roster.selectors import moves as selectors
from roster.services.moves.accounts import Notice, verdict
from roster.services.moves.checks import LEAVING, MAIN_KINDS

Kind = MoveOrder.Kind
TONES = {
    Move.State.PENDING: "accent",
    Move.State.DONE: "normal",
    Move.State.FAILED: "help",
    Move.State.ENDED: "",
    Move.State.CANCELLED: "",
    Move.State.UNDONE: "watch",
}


def target_words(order: MoveOrder) -> str:
    """What an order leads to: unit and post, rank, grade, how the service ends."""
    words = [
        order.unit.label if order.unit else order.host,
        order.post,
        codes.label("leadership_level", order.level) if order.level not in ("", "L0") else "",
        codes.label("police_rank", order.rank),
        codes.grade_labels().get(order.grade, order.grade),
        order.get_leaving_display() if order.leaving else "",
    ]
    return " · ".join(filter(None, words))


@dataclass(frozen=True)
class BoardRow:
    """A move as a line of a list."""

    move: Move
    officer: Officer
    kind: str
    target: str
    tone: str
    ends_soon: bool


def board_rows(moves: Iterable[Move]) -> list[BoardRow]:
    """The lines of these moves, whose order, officer and units are joined."""
    day = today()
    return [
        BoardRow(
            move,
            move.officer,
            move.order.get_kind_display(),
            target_words(move.order),
            TONES[Move.State(move.state)],
            move.state == Move.State.DONE and move.ends_on is not None and 0 <= (move.ends_on - day).days <= 30,
        )
        for move in moves
    ]


@dataclass(frozen=True)
class OwnLine:
    """A role of a mover's own account, and what becomes of it."""

    officer: str
    role: str
    unit: str
    ends: bool


def own_account_lines(order: MoveOrder, officers: Sequence[Officer]) -> list[OwnLine]:
    """What the movers' own accounts lose or have reviewed. Two queries, and one for each mover with an account."""
    if order.kind not in LEAVING | MAIN_KINDS:
        return []
    accounts = selectors.own_accounts(officers)
    lines: list[OwnLine] = []
    for officer in officers:
        account = accounts.get(officer.pk)
        if account is None:
            continue
        old: Unit | None = officer.unit
        new = None if order.kind in LEAVING else order.unit or old
        for grant in grants_of(account):
            found = verdict(grant, old, new)
            if found:
                lines.append(OwnLine(officer.label, grant.role.label, grant.unit_label, ends=found == Notice.ENDED))
    return lines


def dossier_panel(viewer: Viewer, officer: Officer, request: HttpRequest) -> dict[str, Any] | None:
    """The moves of an officer for the panel beside the dossier; nothing where there are none and none can be made."""
    rows = board_rows(selectors.moves_of(viewer, officer))
    home = officer.unit.path if officer.unit_id and officer.unit else ""
    may_move = viewer.covers(Permission.OFFICER_EDIT, home)
    if not rows and not may_move:
        return None
    return {"rows": rows[:6], "officer": officer, "may_move": may_move, "empty": _("No move is recorded yet.")}
