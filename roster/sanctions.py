"""Effect periods of sanctions (处分影响期): when one ends, what it forbids, which ones run on a day. No Django here.

Terms and prohibitions come from the code tables (domain/dossier.md §2.5): 警告 6 months, 记过 12, 记大过 18, 降级 and
撤职 24; within the party 警告 12, 严重警告 18, 撤销党内职务 24, 留党察看 one or two years and two more, 开除党籍 60.
A period begins on the day of the decision and ends on the same day of the month, the last day of a shorter month.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class State(StrEnum):
    """Where a sanction stands on a day."""

    AHEAD = "ahead"
    RUNNING = "running"
    OVER = "over"
    FOR_GOOD = "for_good"
    NONE = "none"


@dataclass(frozen=True)
class Rule:
    """What the code table says of a measure: `months` of effect, `after` more months once probation ended."""

    months: int | None = None
    after: int = 0
    for_good: bool = False
    forbids: tuple[str, ...] = ()

    @classmethod
    def read(cls, attributes: Mapping[str, Any]) -> Rule:
        return cls(
            months=attributes.get("effect_months"),
            after=attributes.get("after_months") or 0,
            for_good=bool(attributes.get("for_good")),
            forbids=tuple(attributes.get("forbids", ())),
        )


@dataclass(frozen=True)
class Track:
    """How sanctions of one sort meet: a new one within the period of another is added to it, or runs beside it."""

    adds: bool = False
    longest_months: int | None = None

    @classmethod
    def read(cls, attributes: Mapping[str, Any]) -> Track:
        return cls(adds=attributes.get("overlap") == "add", longest_months=attributes.get("longest_months"))


@dataclass(frozen=True)
class Sanction:
    """A measure as decided. `until` is the last day that the decision names; it goes before what is computed.
    `probation_months` takes the place of the rule's months where the decision sets its own length."""

    key: int
    track: str
    rule: Rule
    decided_on: dt.date
    until: dt.date | None = None
    probation_months: int | None = None

    @property
    def months(self) -> int | None:
        """The whole length in months, with what follows probation; None where the rule knows none."""
        own = self.probation_months if self.probation_months is not None else self.rule.months
        return own + self.rule.after if own is not None else None


@dataclass(frozen=True)
class Effect:
    """The period of a sanction. `ends_on` is its last day, None where it has none or never ends; `computed` what the
    rules alone give; `probation_ends_on` the end of the first stage; `added_to` the earlier ones it was added to."""

    sanction: Sanction
    ends_on: dt.date | None
    computed: dt.date | None
    probation_ends_on: dt.date | None = None
    added_to: Sequence[int] = field(default=())

    @property
    def disagrees(self) -> bool:
        """Whether the decision names another last day than the rules give."""
        return self.sanction.until is not None and self.computed is not None and self.sanction.until != self.computed

    def state(self, day: dt.date) -> State:
        if day < self.sanction.decided_on:
            return State.AHEAD
        if self.ends_on is not None:
            return State.RUNNING if day <= self.ends_on else State.OVER
        return State.FOR_GOOD if self.sanction.rule.for_good else State.NONE

    def days_left(self, day: dt.date) -> int:
        """Days from `day` to the last day; 0 on it and where nothing runs."""
        if self.ends_on is None or self.state(day) is not State.RUNNING:
            return 0
        return (self.ends_on - day).days

    def days(self) -> int:
        """The whole length in days, 0 where it has no end."""
        return (self.ends_on - self.sanction.decided_on).days if self.ends_on is not None else 0


@dataclass(frozen=True)
class Standing:
    """What holds on a day over all sanctions: those that run, the last day of the latest, what is forbidden."""

    running: Sequence[Effect]
    until: dt.date | None
    forbids: Sequence[str]
    for_good: bool

    @property
    def free(self) -> bool:
        return not self.running and not self.for_good


def add_months(day: dt.date, months: int) -> dt.date:
    """The same day `months` later, or the last day of that month where it has no such day. Raises ValueError for a
    day outside of the calendar."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def effects(sanctions: Iterable[Sanction], tracks: Mapping[str, Track]) -> list[Effect]:
    """The period of each sanction, in the order of their days.

    On a track that adds, one that was decided while an earlier one runs lasts what is left of that one and its own
    months, but no longer than the track's longest from its own day.
    """
    found: list[Effect] = []
    for sanction in sorted(sanctions, key=lambda one: (one.decided_on, one.key)):
        track = tracks.get(sanction.track, Track())
        earlier = [
            effect for effect in found
            if track.adds and effect.sanction.track == sanction.track
            and effect.ends_on is not None and effect.ends_on >= sanction.decided_on
        ]  # fmt: skip
        found.append(_effect(sanction, track, earlier))
    return found


def standing(periods: Iterable[Effect], day: dt.date) -> Standing:
    """What holds on `day`."""
    periods = list(periods)
    running = [effect for effect in periods if effect.state(day) is State.RUNNING]
    for_good = [effect for effect in periods if effect.state(day) is State.FOR_GOOD]
    ends = [effect.ends_on for effect in running if effect.ends_on is not None]
    forbids = dict.fromkeys(what for effect in (*for_good, *running) for what in effect.sanction.rule.forbids)
    return Standing(running, max(ends, default=None), list(forbids), bool(for_good))


def _effect(sanction: Sanction, track: Track, earlier: Sequence[Effect]) -> Effect:
    months = sanction.months
    if months is None:
        return Effect(sanction, sanction.until, None)
    starts = max((effect.ends_on for effect in earlier if effect.ends_on is not None), default=sanction.decided_on)
    computed = add_months(starts, months)
    if track.longest_months is not None:
        computed = min(computed, max(add_months(sanction.decided_on, track.longest_months), starts))
    probation = None
    if sanction.rule.after:
        probation = add_months(starts, months - sanction.rule.after)
    return Effect(
        sanction,
        ends_on=sanction.until or computed,
        computed=computed,
        probation_ends_on=probation,
        added_to=[effect.sanction.key for effect in earlier],
    )
