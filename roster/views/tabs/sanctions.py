"""The tab of sanctions: effect periods, what they forbid, the four forms, and all else that was verified."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from police_hr.core.i18n import pick
from police_hr.core.wording import day
from roster.access import today
from roster.sanctions import State
from roster.selectors import codes
from roster.selectors.sanctions import Line, lines_of, standing_on
from roster.views.tabs.base import Opening, Row, Tab, counted, table, tables
from roster.views.tabs.entries import Part, entry_table, find, foot_of, groups_of, kinds_of

DISCIPLINE = 4
PARTS = (
    Part(_("Sanctions"), _("No sanction is recorded."), kinds=("PUNISHMENT", "ORG_MEASURE"), sensitivity=DISCIPLINE),
    Part(
        _("Measures of the police and bulletins"),
        _("No measure is recorded."),
        groups=("SANCTION",),
        columns=("measure", "scope", "period", "announced_on", "decided_by", "document_no"),
        sensitivity=DISCIPLINE,
    ),
    Part(
        _("Verified misconduct"),
        _("No misconduct was verified."),
        groups=("MISCONDUCT",),
        columns=("severity", "type", "category", "document_no"),
        sensitivity=DISCIPLINE,
    ),
)
TONES = {State.RUNNING: "watch", State.FOR_GOOD: "help", State.OVER: "", State.AHEAD: "", State.NONE: ""}


@dataclass(frozen=True)
class Card:
    """One sanction: what, when, how long, how much of it has passed."""

    title: str
    url: str
    track: str
    state: str
    tone: str
    passed: int
    total: int
    notes: Sequence[str]
    facts: Sequence[tuple[str, str]]
    tags: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Sanctions:
    """The block of the template: what holds today, the cards of those that run, the four forms in numbers."""

    title: str
    summary: str
    free: bool
    forbids: Sequence[str]
    cards: Sequence[Card]
    forms: Sequence[tuple[str, str, int]]
    sensitivity: int = DISCIPLINE
    is_sanctions: bool = field(default=True)


def _content(opening: Opening) -> dict[str, Any]:
    found = find(opening, PARTS)
    lines = lines_of(found.rows[0])
    if not (opening.opens(DISCIPLINE) or opening.is_own):
        # What of lower classes stands here is shown; of the rest not even that there is none.
        shown = [entry_table(part, rows) for part, rows in zip(PARTS, found.rows, strict=True) if rows]
        closed = entry_table(PARTS[0], [], locked=True)
        return tables(closed, *shown, **(foot_of(found) | {"closed": 0}))
    on = today()
    running = [line for line in lines if line.effect.state(on) in {State.RUNNING, State.FOR_GOOD}]
    over = [line for line in lines if line not in running]
    others = [entry_table(part, rows) for part, rows in zip(PARTS[1:], found.rows[1:], strict=True) if rows]
    return tables(_block(lines, running, on), _past(over, on), *others, **foot_of(found))


def _block(lines: Sequence[Line], running: Sequence[Line], on: dt.date) -> Sanctions:
    held = standing_on(lines, on)
    if held.free:
        summary = gettext("No effect period is running.")
    elif held.until is None:
        summary = gettext("The sanction holds for good.")
    else:
        summary = gettext("In effect until %(day)s; meanwhile:") % {"day": day(held.until, "iso")}
    words = {entry.code: _with_basis(entry) for entry in codes.entries("sanction_effect")}
    tally = Counter(line.form for line in lines)
    return Sanctions(
        title=gettext("Effect periods"),
        summary=summary,
        free=held.free,
        forbids=[words.get(what, what) for what in held.forbids],
        cards=[_card(line, on) for line in running],
        forms=[
            (entry.label, pick(entry.attributes.get("note_zh", ""), entry.attributes.get("note_en", "")),
             tally[entry.code])
            for entry in codes.entries("four_forms")
        ] if lines else [],
    )  # fmt: skip


def _with_basis(entry: codes.Entry) -> str:
    """A prohibition in words, with the mark of one whose article nobody has entered yet."""
    basis = pick(entry.attributes.get("basis_zh", ""), entry.attributes.get("basis_en", ""))
    return pick("%s（%s）", "%s (%s)") % (entry.label, basis) if basis else entry.label


def _card(line: Line, on: dt.date) -> Card:
    effect = line.effect
    facts = [
        (gettext("Decided on"), day(line.row.day, "full")),
        *((line.row.texts[name][0], line.text(name)) for name in ("form", "decided_by", "document_no", "served_on")
          if line.text(name)),
    ]  # fmt: skip
    return Card(
        title=line.text("measure") or line.row.kind,
        url=reverse("roster:entry-detail", args=[line.row.pk]),
        track=codes.label("sanction_track", effect.sanction.track),
        state=state_words(line, on),
        tone=TONES[effect.state(on)],
        passed=effect.days() - effect.days_left(on),
        total=effect.days(),
        notes=list(_notes(line, on)),
        facts=facts,
        tags=_tags(line),
    )


def state_words(line: Line, on: dt.date) -> str:
    """The effect period in words: until when, how many days are left, or that it is over."""
    effect = line.effect
    state = effect.state(on)
    until = day(effect.ends_on, "iso")
    if state is State.RUNNING:
        left = effect.days_left(on)
        if not left:
            return gettext("in effect until %(day)s, the last day") % {"day": until}
        words = ngettext(
            "in effect until %(day)s, %(left)d day left", "in effect until %(day)s, %(left)d days left", left
        )
        return words % {"day": until, "left": left}
    if state is State.OVER:
        return gettext("effect ended on %(day)s") % {"day": until}
    if state is State.AHEAD:
        return gettext("takes effect on %(day)s") % {"day": day(effect.sanction.decided_on, "iso")}
    return gettext("for good") if state is State.FOR_GOOD else gettext("no effect period")


def _notes(line: Line, on: dt.date) -> list[str]:
    effect = line.effect
    notes = []
    if effect.probation_ends_on is not None:
        words = gettext("Probation until %(day)s, then the time after it.")
        notes.append(words % {"day": day(effect.probation_ends_on, "iso")})
    if effect.added_to:
        entry = next((e for e in codes.entries("sanction_track") if e.code == effect.sanction.track), None)
        basis = pick(entry.attributes.get("basis_zh", ""), entry.attributes.get("basis_en", "")) if entry else ""
        words = gettext("Decided while an earlier one runs: with what was left of it, until %(day)s (%(basis)s).")
        notes.append(words % {"basis": basis, "day": day(effect.computed, "iso")})
    elif effect.disagrees:
        words = gettext("The decision says %(said)s, the code table gives %(computed)s: please check.")
        notes.append(words % {"said": day(effect.sanction.until, "iso"), "computed": day(effect.computed, "iso")})
    return notes


def _tags(line: Line) -> list[tuple[str, str]]:
    entry = line.row.entry
    tags = []
    if entry is not None and not entry.verified:
        tags.append((gettext("not verified"), "watch"))
    if entry is not None and not entry.payload.get("served_on"):
        tags.append((gettext("not served yet"), "watch"))
    return tags


def _past(lines: Sequence[Line], on: dt.date) -> Any:
    """What has no period that runs. It stays in the file."""
    rows = [
        Row(
            [day(line.row.day, "full"), line.text("measure"), codes.label("sanction_track", line.effect.sanction.track),
             line.text("form"), state_words(line, on), line.text("decided_by"), line.text("document_no"),
             line.text("served_on")],
            url=reverse("roster:entry-detail", args=[line.row.pk]),
            tags=_tags(line),
        )
        for line in lines
    ]  # fmt: skip
    columns = [
        gettext("Decided on"), gettext("Measure"), gettext("Sort"), gettext("Form of supervision"), gettext("Effect"),
        gettext("Deciding authority"), gettext("Document"), gettext("Served on"),
    ]  # fmt: skip
    if not rows:
        return None
    return table(gettext("Expired, and without a period"), columns, rows, "", sensitivity=DISCIPLINE)


TABS = (
    Tab(
        "sanctions",
        9,
        _("Sanctions and measures"),
        _content,
        counted(kinds=kinds_of(PARTS), groups=groups_of(PARTS)),
        sensitivity=DISCIPLINE,
        front=True,
        title=_("Sanctions, organisational measures, the four forms"),
    ),
)
