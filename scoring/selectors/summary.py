"""The summary for leaders: one page without a name, from the same rows as the board, so that every total agrees.

Layout and rules: design/mockups/phone-and-print.md, “leader-summary”.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, Min
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from police_hr.core import wording
from police_hr.core.access import Viewer
from police_hr.core.calendar import add_workdays
from police_hr.core.components import Change, Trend, trend_of
from roster.access import path_range
from roster.models import Unit
from scoring.models import IndexRun, Proposal
from scoring.models.run import Tier
from scoring.selectors import board as boards

UNITS = 9  # as many rows as leave room for the rest of the page
SMALLEST = 5  # a unit under so many people is in no list
WEEKS_FOR_A_LINE = 4
WEEKS_BACK = 7  # what moved is told of six weeks
REASONS = 5
CHECK_WORKDAYS = 5


@dataclass(frozen=True)
class UnitLine:
    """A unit: how many of which tier, their share in per cent, against last week, what carries it."""

    name: str
    officers: int
    help: int
    watch: int
    share: float
    against_last_week: int
    factors: str
    check: bool

    @property
    def raised(self) -> int:
        return self.help + self.watch


@dataclass(frozen=True)
class Matter:
    """What is asked of the leaders: the matter, who sees to it, until when."""

    text: str
    by: str
    due: str


@dataclass(frozen=True)
class Waiting:
    """Proposals of a unit and all below it that wait: how many to which tier, and when the first is due."""

    counts: Mapping[str, int]
    first_due: dt.datetime | None

    @property
    def number(self) -> int:
        return sum(self.counts.values())

    def to(self, tier: str) -> int:
        return self.counts.get(tier, 0)


@dataclass(frozen=True)
class Summary:
    """The page. `trend` None: fewer than four weeks of data, numbers only. `folded`: units not in the list."""

    board: boards.Board
    run: IndexRun
    sentences: Sequence[str]
    changes: Sequence[Change]
    shares: Sequence[tuple[int, float]]  # ISO week, per cent
    trend: Trend | None
    panels: Sequence[boards.TierPanel]
    units: Sequence[UnitLine]
    folded: int
    total: UnitLine
    matters: Sequence[Matter]


def summary(viewer: Viewer, unit_id: int | None = None) -> Summary | None:
    """The summary of a unit (default: the viewer's topmost) as of the last good run.

    None where the viewer sees no points of that unit, or nothing has been computed. Costs what the board costs and
    one query.
    """
    board = boards.board(viewer, unit_id)
    if board is None or not board.full or board.runs.done is None or board.total is None:
        return None
    run = board.runs.done
    shares = [(day.isocalendar().week, cell.share) for day, cell in zip(board.weeks, board.total.cells, strict=True)]
    lines = [_line(row, _("the unit itself")) for row in board.heat if row.officers >= SMALLEST]
    lines.sort(key=lambda line: (-line.raised, -line.share, line.name))
    known = [share for _week, share in shares]
    return Summary(
        board=board,
        run=run,
        sentences=_sentences(board, shares, lines),
        changes=board.changes,
        shares=shares,
        trend=trend_of(known) if len(known) >= WEEKS_FOR_A_LINE else None,
        panels=[panel for panel in board.panels if panel.tier in {Tier.HELP, Tier.WATCH}],
        units=lines[:UNITS],
        folded=len(board.heat) - len(lines[:UNITS]),
        total=_line(board.total, ""),
        matters=_matters(board, lines),
    )


def _line(row: boards.HeatRow, itself: str) -> UnitLine:
    return UnitLine(
        name=row.unit.short_label if row.unit else itself,
        officers=row.officers,
        help=row.help,
        watch=row.raised - row.help,
        share=row.cells[-1].share if row.cells else 0.0,
        against_last_week=row.against_last_week,
        factors=" ".join(f"{driver.label} {wording.grouped(driver.number)}" for driver in row.drivers[:1]),
        check=row.check,
    )


def _sentences(board: boards.Board, shares: Sequence[tuple[int, float]], lines: Sequence[UnitLine]) -> list[str]:
    """How many, what moved, what to doubt."""
    total = board.total
    assert total is not None  # noqa: S101  the caller asked
    said = [
        _(
            "%(unit)s: key help %(help)s, key attention %(watch)s, together %(raised)s people, %(share)s %% of all; "
            "%(moved)s against last week."
        )
        % {
            "unit": board.scope.unit.label,
            "help": wording.grouped(total.help),
            "watch": wording.grouped(total.raised - total.help),
            "raised": wording.grouped(total.raised),
            "share": f"{total.cells[-1].share:.1f}",
            "moved": wording.signed(total.against_last_week, 0),
        }
    ]
    if moved := _what_moved(board, shares, lines):
        said.append(moved)
    checked = [line for line in lines if line.check]
    if checked:
        said.append(
            _("%(units)s: over 20 %% of their people. Check the model and the data first, then decide on measures.")
            % {"units": _(", ").join(line.name for line in checked[:3])}
        )
    elif any(line.check for line in [_line(total, "")]):
        said.append(_("More than a fifth of all people: check the model and the data first, then decide on measures."))
    return said


def _what_moved(board: boards.Board, shares: Sequence[tuple[int, float]], lines: Sequence[UnitLine]) -> str:
    """From which week to which share, the strongest cause, and the unit that grew most."""
    if len(shares) < WEEKS_FOR_A_LINE:
        return ""
    (first, before), (_week, now) = shares[-WEEKS_BACK:][0], shares[-1]
    words = _("Since week %(week)s the share went from %(before)s %% to %(now)s %%") % {
        "week": first, "before": f"{before:.1f}", "now": f"{now:.1f}",
    }  # fmt: skip
    if board.causes:
        words += _("; the main cause is %(cause)s") % {"cause": board.causes[0].label}
    grew = max(lines, key=lambda line: line.against_last_week, default=None)
    if grew is not None and grew.against_last_week > 0:
        words += _("; %(unit)s grew most, by %(number)s") % {"unit": grew.name, "number": grew.against_last_week}
    return words + _(".")


def _matters(board: boards.Board, lines: Sequence[UnitLine]) -> list[Matter]:
    """What is to be decided, drawn from the numbers; measures themselves are for people to write."""
    found = []
    today = timezone.localdate()
    waiting = _waiting(board.scope.unit)
    if waiting.first_due is not None:
        words = ngettext(
            "%(number)s tier waits to be confirmed: key help %(help)s, key attention %(watch)s; the names stand in the "
            "system",
            "%(number)s tiers wait to be confirmed: key help %(help)s, key attention %(watch)s; the names stand in the "
            "system",
            waiting.number,
        )
        numbers = {"number": waiting.number, "help": waiting.to(Tier.HELP), "watch": waiting.to(Tier.WATCH)}
        text = words % {name: wording.grouped(number) for name, number in numbers.items()}
        since = _("from %(day)s") % {"day": wording.day(max(timezone.localtime(waiting.first_due).date(), today))}
        found.append(Matter(text, _("Political department"), since))
    due = wording.day(add_workdays(today, CHECK_WORKDAYS))
    for line in [line for line in lines if line.check][:2]:
        text = _("%(unit)s: check the grounds of %(number)s people (over 20 %%)") % {
            "unit": line.name, "number": line.raised,
        }  # fmt: skip
        found.append(Matter(text, _("Political department, %(unit)s") % {"unit": line.name}, due))
    growing = [line for line in lines if line.against_last_week > 0 and not line.check and line.factors]
    for line in sorted(growing, key=lambda line: -line.against_last_week)[: 4 - len(found)]:
        text = _("%(unit)s: what is behind the rise of %(number)s (%(factors)s)") % {
            "unit": line.name, "number": line.against_last_week, "factors": line.factors,
        }  # fmt: skip
        found.append(Matter(text, line.name, due))
    return found


def _waiting(unit: Unit) -> Waiting:
    """How many proposals wait, without a name. One query."""
    rows = Proposal.objects.filter(path_range(unit.path, "officer__unit__path"), state=Proposal.State.PENDING)
    rows = rows.filter(confidential=False)
    found = list(rows.order_by().values_list("to_tier").annotate(number=Count("pk"), first=Min("due_at")))
    dues = [first for _tier, _number, first in found if first is not None]
    return Waiting({tier: number for tier, number, _first in found}, min(dues, default=None))
