"""The index of one officer, line by line, for the eyes of one viewer.

Facts whose class the viewer may open only with a reason show the indicator and the day, no detail. Where facts
are not open at all, they are taken out before the formula is applied: what is shown is the sum of what may be
seen, since the difference to the true index would disclose the rest.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import TypeVar

import numpy as np
from django.utils import timezone
from django.utils.translation import gettext as _

from police_hr.core.access import Viewer
from police_hr.core.days import from_number, to_number
from roster.models import LedgerEntry, Officer
from roster.selectors import population
from roster.selectors.ledger import sight
from scoring.engine import lines as engine
from scoring.engine.definition import DecayMode, Indicator, ModelDefinition
from scoring.engine.events import Batch, Events, Signals
from scoring.engine.lines import Explanation, LineKind
from scoring.engine.sensitivity import interval
from scoring.engine.tiers import Reason
from scoring.models import IndexModelVersion
from scoring.selectors import compute
from scoring.selectors.labels import PART_TONES, class_name, four, half_life, names, plain, two
from scoring.selectors.models import default_version, definition_of
from scoring.selectors.tiers import TIERS
from scoring.selectors.visibility import confirms, sees_care, sees_points

MOST_CHANGES = 3


@dataclass(frozen=True)
class ShownLine:
    """One line. `points` signed hundredths; `product` reads base × severity × decay with four decimals, so that it
    can be checked by hand. `masked`: the fact is open only with a reason; `entry` is its id on the timeline."""

    kind: str
    code: str
    label: str
    part: str
    points: int
    product: str = ""
    note: str = ""
    entry: int | None = None
    entry_label: str = ""
    day: dt.date | None = None
    sensitivity: int = 1
    masked: bool = False
    tier: str = ""
    until: dt.date | None = None

    @property
    def tone(self) -> str:
        return PART_TONES.get(self.part, "")

    @property
    def points_text(self) -> str:
        return two(self.points)


@dataclass(frozen=True)
class PartBlock:
    """The lines of one part and their sum, in hundredths, before the minor share. Credits stand in the risk part."""

    part: str
    total: int
    dimensions: str
    lines: Sequence[ShownLine]

    @property
    def tone(self) -> str:
        return PART_TONES[self.part]

    @property
    def total_text(self) -> str:
        return two(self.total)


@dataclass(frozen=True)
class ShownChange:
    """Why the index moved: a line and by how much, in hundredths; the last one is all the others together."""

    label: str
    code: str
    points: int


@dataclass(frozen=True)
class Explained:
    """What `explain_officer` gives. Points in hundredths. `hidden`: facts that are not open to the viewer; then
    `index` is the sum of what is. `lines` are all lines in order; they sum exactly to `index`."""

    officer_id: int
    version: IndexModelVersion
    as_of: dt.date
    index: int
    lines: Sequence[ShownLine]
    parts: Sequence[PartBlock]
    floors: Sequence[ShownLine]
    formula: str
    tier: str
    tier_class: str
    reason: str
    hidden: int
    masked: int
    low: int
    high: int
    coverage: int | None
    change: int
    change_since: dt.date
    changes: Sequence[ShownChange]

    @property
    def index_text(self) -> str:
        return two(self.index)


def explain_officer(
    viewer: Viewer, officer: Officer, *, as_of: dt.date | None = None, version: IndexModelVersion | None = None
) -> Explained | None:
    """The lines of `officer` on a day (default today) under a model version (default: the one on dossiers).

    None where the viewer sees no points of this officer, or where there is no model. The officer sees the own
    lines of classes 1 and 2. About ten queries, whatever the size of the ledger.
    """
    version = version or default_version()
    path = officer.unit.path if officer.unit_id and officer.unit else ""
    own = viewer.officer_id == officer.pk
    if version is None or not (own or sees_points(viewer, path)):
        return None
    day = as_of or timezone.localdate()
    definition = definition_of(version)
    group, place = _group_of(definition, officer, day)
    explainer = _Explainer(
        viewer, officer, definition, confidential=confirms(viewer, path), care=own or sees_care(viewer, path)
    )
    number, earlier = to_number(day), to_number(day) - definition.rise_days
    now, hidden = explainer.seen(group.batch(number).of_officer(place))
    then, _unused = explainer.seen(group.batch(earlier).of_officer(place))
    before = explainer.explain(then, group, place)
    after = explainer.explain(now, group, place, previous=before.index)
    facts = {name: values[place : place + 1] for name, values in group.contexts(number).items()}
    low, high = interval(definition, now, contexts=facts)
    coverage = None if group.coverage is None else group.coverage[place]
    shown = explainer.shown(after)
    tiers = after.scores.tiers
    number_of_class = int(tiers.tier_class[0])
    return Explained(
        officer_id=officer.pk,
        version=version,
        as_of=day,
        index=after.index,
        lines=shown,
        parts=_parts(definition, after, shown),
        floors=[line for line in shown if line.kind in {LineKind.FLOOR, LineKind.RED_LINE}],
        formula=_formula(definition, after),
        tier=TIERS[int(tiers.tier[0])],
        tier_class=class_name(definition, definition.classes[number_of_class].code) if number_of_class >= 0 else "",
        reason=Reason(int(tiers.reason[0])).name.lower(),
        hidden=0 if own else hidden,
        masked=sum(line.masked for line in shown),
        low=int(low[0]),
        high=int(high[0]),
        coverage=None if coverage is None or np.isnan(coverage) else round(float(coverage) * 100),
        change=after.index - before.index,
        change_since=from_number(earlier),
        changes=explainer.changes(before, after),
    )


def _group_of(definition: ModelDefinition, officer: Officer, day: dt.date) -> tuple[compute.Group, int]:
    """The group to read for one officer, and the officer's place in it."""
    members, unit_of = [officer.pk], {officer.pk: officer.unit_id or 0}
    if compute.needs_whole_units(definition):
        unit_of = population.units_on(Viewer.system(), day)
        unit = unit_of.get(officer.pk, 0)
        together = {one for one in compute.members(definition, day) if unit_of.get(one, 0) == unit}
        members = sorted(together | {officer.pk})
    group = compute.read_group(definition, members, unit_of=unit_of, as_of=day)
    return group, group.officers.index(officer.pk)


def entry_points(
    officer: Officer, version: IndexModelVersion, as_of: dt.date, *, with_left_out: bool = True
) -> dict[int, tuple[str, str, int]]:
    """Entry id → (code, part, signed hundredths) of what each entry brings on a day, before caps and shares.

    Four queries. Knows no viewer: the caller shows it beside entries that the viewer sees whole.
    """
    definition = definition_of(version)
    group = compute.read_group(
        definition, [officer.pk], unit_of={}, as_of=as_of, with_coverage=False, with_left_out=with_left_out
    )
    explanation = engine.explain(definition, group.batch(to_number(as_of)))
    found: dict[int, tuple[str, str, int]] = {}
    for line in explanation.lines:
        if line.kind is LineKind.EVENT and line.event_id is not None:
            code, part, before = found.get(line.event_id, (line.code, line.part, 0))
            found[line.event_id] = (code, part, before + line.points)
    return found


class _Explainer:
    """Explains one officer's batches to one viewer: knows the entries behind the lines and which are open."""

    def __init__(
        self, viewer: Viewer, officer: Officer, definition: ModelDefinition, *, confidential: bool, care: bool
    ) -> None:
        self.definition = definition
        self.names = names(definition)
        self._confidential = confidential
        self._care = care
        self._indicators = {one.code: one for one in definition.indicators}
        self._everything = viewer.everything
        self._read_entries(viewer, officer)

    def _read_entries(self, viewer: Viewer, officer: Officer) -> None:
        kinds = self.definition.kinds
        rows = LedgerEntry.objects.filter(officer=officer, kind__code__in=kinds).select_related("kind_version")
        self._entries: Mapping[int, LedgerEntry] = {entry.pk: entry for entry in rows.defer("payload")}
        seen = sight(viewer, officer)
        self._whole, self._stubs = (
            set(rows.filter(condition).values_list("pk", flat=True)) if condition is not None else set()
            for condition in (seen.whole, seen.stub)
        )

    def seen(self, batch: Batch) -> tuple[Batch, int]:
        """The batch as far as the viewer may know of it, and how many facts were taken out."""
        if not self._confidential:
            batch = compute.without_confidential(self.definition, batch)
        if not self._care:
            batch = compute.without_care(self.definition, batch)
        if self._everything:
            return batch, 0
        known = self._whole | self._stubs
        events, signals = batch.events, batch.signals
        there = {*events.event_id.tolist(), *signals.event_id.tolist()}
        if there <= known:
            return batch, 0
        # a fact that brings nothing is no line, and is not to be guessed from a number of hidden lines
        counted = events.event_id[events.points > 0]
        hidden = {*counted.tolist(), *signals.event_id.tolist()} - known
        return replace(batch, events=_kept(events, known), signals=_kept(signals, known)), len(hidden)

    def explain(self, batch: Batch, group: compute.Group, place: int, *, previous: int | None = None) -> Explanation:
        coverage = group.coverage
        return engine.explain(
            self.definition,
            batch,
            contexts={name: float(values[place]) for name, values in group.contexts(batch.as_of).items()},
            coverage=None if coverage is None else float(coverage[place]),
            previous=previous,
        )

    def shown(self, explanation: Explanation) -> list[ShownLine]:
        return [self._shown(line) for line in explanation.lines]

    def _shown(self, line: engine.Line) -> ShownLine:
        entry = self._entries.get(line.event_id) if line.event_id is not None else None
        masked = entry is not None and not self._everything and entry.pk not in self._whole
        return ShownLine(
            kind=line.kind.value,
            code=line.code,
            label=self.label(line.kind, line.code),
            part=line.part,
            points=line.points,
            product=_product(line),
            note=self._note(line, entry),
            entry=None if entry is None else entry.pk,
            entry_label="" if entry is None or masked else str(entry.kind_version),
            day=None if line.day is None else from_number(line.day),
            sensitivity=1 if entry is None else entry.sensitivity,
            masked=masked,
            tier=TIERS[int(line.tier)] if line.tier is not None else "",
            until=None if line.until is None else from_number(line.until),
        )

    def label(self, kind: LineKind, code: str) -> str:
        """What a line is called."""
        name = self.names.get(code, code)
        match kind:
            case LineKind.REPORTER_CAP:
                name = _("“%(name)s”: one person alone reported all of it") % {"name": name}
            case LineKind.INDICATOR_CAP | LineKind.DIMENSION_CAP:
                name = _("Above the cap of “%(name)s”") % {"name": name}
            case LineKind.ROOT:
                name = _("“%(name)s” counts by the square root of its number") % {"name": name}
            case LineKind.CREDIT_UNUSED:
                return _("Credits beyond the risk part")
            case LineKind.MINOR_SHARE:
                share = four(self.definition.minor_share).rstrip("0")
                return _("The lesser part counts %(share)s times") % {"share": share}
            case LineKind.CLIP:
                return _("Above the highest index")
        return name

    def _note(self, line: engine.Line, entry: LedgerEntry | None) -> str:
        indicator = self._indicators.get(line.code)
        if line.kind is not LineKind.EVENT or entry is None or not isinstance(indicator, Indicator):
            return ""
        words = half_life(indicator)
        return _("half-life %(words)s") % {"words": words} if indicator.decay.mode is DecayMode.EXP else words

    def changes(self, before: Explanation, after: Explanation) -> list[ShownChange]:
        """What came or went since, the weightiest first; then everything that time alone changed, as one."""
        found = engine.changes(before, after)
        facts = [c for c in found if c.kind is LineKind.EVENT and 0 in {c.before, c.after}][:MOST_CHANGES]
        shown = [ShownChange(self.label(c.kind, c.code), c.code, c.points) for c in facts]
        rest = sum(c.points for c in found) - sum(c.points for c in facts)
        return [*shown, ShownChange(_("The passing of time, caps and shares"), "", rest)] if rest else shown


Part = TypeVar("Part", Events, Signals)


def _kept(part: Part, known: set[int]) -> Part:
    keep = np.isin(part.event_id, np.fromiter(known, dtype=np.int64, count=len(known)))
    return type(part)(**{column.name: getattr(part, column.name)[keep] for column in fields(part)})


def _product(line: engine.Line) -> str:
    """base × severity × decay; a severity of 1 is left out."""
    if line.kind is LineKind.MINOR_SHARE or not line.base:
        return ""
    if line.kind in {LineKind.CLIP, LineKind.ROOT}:
        return ""
    severity = "" if line.severity == 1 else f" × {line.severity:g}"
    sign = "−" if line.points < 0 else ""
    return f"{sign}{plain(line.base)}{severity} × {four(line.decay)}"


def _parts(definition: ModelDefinition, explanation: Explanation, shown: Sequence[ShownLine]) -> list[PartBlock]:
    """Care and risk, the heavier first; credits and what is left of them belong to the risk part."""
    totals = explanation.scores.totals
    blocks = []
    for part, total in (("C", int(totals.care[0])), ("R", int(totals.risk_net[0]))):
        belongs = {part, "K"} if part == "R" else {part}
        lines = [one for one in shown if one.part in belongs and one.kind != LineKind.MINOR_SHARE]
        if lines:
            sums = [
                f"{dimension.code} {two(int(totals.dimensions[0, i]))}"
                for i, dimension in enumerate(definition.dimensions)
                if dimension.part.value in belongs and totals.dimensions[0, i]
            ]
            blocks.append(PartBlock(part, total, " · ".join(sums), lines))
    return sorted(blocks, key=lambda block: -block.total)


def _formula(definition: ModelDefinition, explanation: Explanation) -> str:
    """The last step in figures: C 39.03 + 0.35 × R 2.96."""
    totals = explanation.scores.totals
    care, risk = int(totals.care[0]), int(totals.risk_net[0])
    lead, minor = (("C", care), ("R", risk)) if care >= risk else (("R", risk), ("C", care))
    share = four(definition.minor_share).rstrip("0")
    return f"{lead[0]} {two(lead[1])} + {share} × {minor[0]} {two(minor[1])}"
