"""What an index model is: dimensions, indicators, thresholds, floors and red lines.

A definition is immutable and comes from a JSON document (`document.py` reads, checks and writes
it). Every number of points is in hundredths (`points.py`); every duration in days.
Meaning of each part: the description of the index in docs.
"""

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from functools import cached_property

from scoring.engine.points import hundredths, ten_thousandths

AMOUNT = "amount"
DERIVED_FIELDS = frozenset({AMOUNT, "is_open", "duration_days", "occurred_month"})
DAYS_WITHOUT_RISK = "days_without_risk"  # days since points in part R last counted in full


class Tier(IntEnum):
    """Ordered by how much attention a tier means; INSUFFICIENT is 'not judged', not 'low'."""

    INSUFFICIENT = -1
    NORMAL = 0
    ATTENTION = 1
    HELP = 2


class Part(StrEnum):
    RISK = "R"
    CARE = "C"
    CREDIT = "K"


class Clock(StrEnum):
    """Which date of a ledger row starts its age."""

    KNOWN = "known"
    OCCURRED = "occurred"
    CLOSED = "closed"


class DecayMode(StrEnum):
    EXP = "exp"  # from the day of the event
    FLAT_UNTIL = "flat_until"  # full until the end of a period, then decays
    WHILE_OPEN = "while_open"  # full while the event is open; then decays, or ends without half-life
    NONE = "none"  # never decays (bound it with window_days)


@dataclass(frozen=True, slots=True)
class Condition:
    """One test on a field of the row: in `values`, not in `excluded`, a range, or a day reached.

    A row without the field fails, except for `excluded`. Besides payload fields there are the
    derived ones of `DERIVED_FIELDS`.
    """

    field: str
    values: tuple[str | int | float | bool, ...] = ()
    excluded: tuple[str | int | float | bool, ...] = ()
    gte: float | None = None
    gt: float | None = None
    lte: float | None = None
    lt: float | None = None
    reached: bool = False  # the field is a day on or before as_of


@dataclass(frozen=True, slots=True)
class Severity:
    """Points that depend on the row: by the value of a field, or per unit of a number."""

    field: str
    by_value: tuple[tuple[str | int | bool, int], ...] = ()
    max_units: float | None = None
    default_units: float = 1.0

    @property
    def per_unit(self) -> bool:
        return not self.by_value


@dataclass(frozen=True, slots=True)
class Evidence:
    """Ledger rows that count: a kind, conditions on its fields, and what one row brings."""

    kind: str
    where: tuple[Condition, ...] = ()
    points: int = 0
    severity: Severity | None = None
    needs_closed: bool = False  # a finding: counts only from the day the case was closed
    verified_only: bool = False  # for kinds that somebody must verify

    @property
    def fields(self) -> frozenset[str]:
        severity = {self.severity.field} if self.severity else set()
        return frozenset({condition.field for condition in self.where} | severity)


@dataclass(frozen=True, slots=True)
class Decay:
    mode: DecayMode = DecayMode.EXP
    half_life: int | None = None  # None with WHILE_OPEN: ends when the event is closed
    until_field: str | None = None  # FLAT_UNTIL: payload day; else the row's closed_on
    flat_days: int = 0  # FLAT_UNTIL: length of the period where the row names no end


@dataclass(frozen=True, slots=True)
class Dimension:
    code: str
    part: Part
    name_zh: str
    name_en: str
    cap: int | None
    tier_class: str


@dataclass(frozen=True, slots=True)
class Indicator:
    code: str
    dim: str
    name_zh: str
    name_en: str
    evidence: tuple[Evidence, ...]
    decay: Decay
    data_class: str
    cap: int | None = None
    window_days: int | None = None
    clock: Clock = Clock.OCCURRED
    enabled: bool = True
    valid_from: int | None = None  # days since 1970-01-01; outside of them it brings nothing
    valid_to: int | None = None
    root_at: int | None = None  # repeated events count by the square root: root_at × √(Σ points / root_at)
    one_reporter_cap: int | None = None  # at most so much as long as one person alone reported all of it

    def in_force(self, as_of: int) -> bool:
        """Whether the indicator counts on that day."""
        return in_force(self, as_of)


@dataclass(frozen=True, slots=True)
class ContextIndicator:
    """Points from a fact about the officer or the unit, not from a dated event.

    `fact` names an array the caller gives, or `DAYS_WITHOUT_RISK`, which the engine counts.
    With a condition: `points` when the fact fulfils it; without: `points` × fact, at most
    `max_units` of it.
    """

    code: str
    dim: str
    name_zh: str
    name_en: str
    fact: str
    points: int
    when: Condition | None = None
    max_units: float | None = None
    enabled: bool = True
    valid_from: int | None = None
    valid_to: int | None = None

    def in_force(self, as_of: int) -> bool:
        """Whether the indicator counts on that day."""
        return in_force(self, as_of)


def in_force(one: Indicator | ContextIndicator, as_of: int) -> bool:
    """Switched on, and `as_of` within its days."""
    begun = one.valid_from is None or one.valid_from <= as_of
    ended = one.valid_to is not None and one.valid_to < as_of
    return one.enabled and begun and not ended


@dataclass(frozen=True, slots=True)
class Stage:
    """A tier a floor holds until an end; the first stage not yet over applies."""

    tier: Tier
    kinds: tuple[str, ...] = ()  # only rows of these kinds; empty: all
    days: int | None = None  # so many days from the day of the row
    until_field: str | None = None  # a day in the payload; else closed_on; else open end
    default_days: int | None = None  # where neither is known


@dataclass(frozen=True, slots=True)
class Clause:
    """At least `min_count` rows of the evidence, all of them at most `within_days` old."""

    evidence: tuple[Evidence, ...]
    min_count: int = 1
    within_days: int | None = None


@dataclass(frozen=True, slots=True)
class Floor:
    """A lowest tier (保底规则), or a red line. It brings no points; every clause must hold."""

    code: str
    name_zh: str
    name_en: str
    clauses: tuple[Clause, ...]
    stages: tuple[Stage, ...]
    tier_class: str
    red_line: bool = False
    blocks_promotion: bool = False
    audience: str = ""  # who alone may see it, e.g. "counsellor"
    clock: Clock = Clock.OCCURRED
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class TierClass:
    code: str
    name_zh: str
    name_en: str


@dataclass(frozen=True)
class ModelDefinition:
    """A whole index model; `digest` (document.py) names its exact content."""

    code: str
    name_zh: str
    name_en: str
    population: str
    policy: str
    dimensions: tuple[Dimension, ...]
    classes: tuple[TierClass, ...]
    indicators: tuple[Indicator, ...]
    contexts: tuple[ContextIndicator, ...] = ()
    floors: tuple[Floor, ...] = ()  # floors first, then red lines
    attention_from: int = hundredths(35)
    help_from: int = hundredths(60)
    index_max: int = hundredths(100)
    minor_share: int = ten_thousandths("0.35")  # ten-thousandths
    min_coverage: float = 0.6
    hysteresis_margin: int = hundredths(5)
    hysteresis_runs: int = 2
    rise_points: int | None = hundredths(15)
    rise_days: int = 30
    share_alarm: float = 0.2
    context_needs: int = hundredths(1)  # points of dated events without which context raises nobody
    notes: str = ""
    target: str = ""  # what a back-test asks about unless told otherwise: KIND[:FIELD=VALUE], …

    @cached_property
    def dimension_index(self) -> dict[str, int]:
        return {dimension.code: i for i, dimension in enumerate(self.dimensions)}

    @cached_property
    def class_index(self) -> dict[str, int]:
        return {tier_class.code: i for i, tier_class in enumerate(self.classes)}

    @cached_property
    def scored(self) -> tuple[Indicator | ContextIndicator, ...]:
        """Everything that brings points, in the order of the columns of the sums."""
        return (*self.indicators, *self.contexts)

    def part_of(self, indicator: Indicator | ContextIndicator) -> Part:
        return self.dimensions[self.dimension_index[indicator.dim]].part

    def threshold(self, tier: Tier) -> int:
        """The index (hundredths) from which `tier` begins."""
        return {Tier.HELP: self.help_from, Tier.ATTENTION: self.attention_from}.get(tier, 0)

    @cached_property
    def kinds(self) -> frozenset[str]:
        """Ledger kinds the model reads; a reader need fetch no other row."""
        return frozenset(evidence.kind for evidence in self._all_evidence())

    @cached_property
    def fields(self) -> frozenset[str]:
        """Payload fields the model reads (derived ones are not among them)."""
        named = {name for evidence in self._all_evidence() for name in evidence.fields}
        named |= {i.decay.until_field for i in self.indicators if i.decay.until_field}
        named |= {s.until_field for f in self.floors for s in f.stages if s.until_field}
        return frozenset(named - DERIVED_FIELDS)

    def _all_evidence(self) -> list[Evidence]:
        own = [evidence for indicator in self.indicators for evidence in indicator.evidence]
        return own + [e for floor in self.floors for c in floor.clauses for e in c.evidence]
