"""What the components of the page take: small typed records, and the geometry of charts drawn as SVG.

The tags are in `templatetags/ui.py`, their templates in `templates/_components/`; the gallery (`/ui/`)
shows each with sample data. A dict with the same keys serves as well as a record.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from django.utils.functional import Promise

Text = str | Promise


@dataclass(frozen=True)
class Axis:
    """One of the three axes 职务 / 警衔 / 职级: its value, since when, what comes next."""

    label: Text
    value: Text
    note: Text = ""


@dataclass(frozen=True)
class Chip:
    """An active condition. `remove_url` is the list without it."""

    label: Text
    remove_url: str


@dataclass(frozen=True)
class Choice:
    """A value to choose: in a facet, a segmented filter, or a row of saved filters."""

    label: Text
    value: str = ""
    count: int | None = None
    chosen: bool = False
    url: str = ""


@dataclass(frozen=True)
class TabChoice:
    """A tab. `count` 0 dims it, None says nothing; `front` ones stand in the row, the others under “more”."""

    label: Text
    url: str
    chosen: bool = False
    count: int | None = None
    front: bool = True
    locked: bool = False
    title: Text = ""


@dataclass(frozen=True)
class Facet:
    """A group of tick boxes of the filter form. `name` is the query parameter."""

    label: Text
    name: str
    choices: Sequence[Choice]
    open: bool = False


@dataclass(frozen=True)
class TreeNode:
    """A line of the unit tree, in reading order. `toggle_url` opens or folds it; empty for a leaf."""

    label: str
    url: str
    count: int | None = None
    depth: int = 0
    current: bool = False
    expanded: bool = False
    toggle_url: str = ""


@dataclass(frozen=True)
class Step:
    """A step of the import. `state` is done, now or next."""

    label: Text
    note: Text = ""
    state: str = "next"


@dataclass(frozen=True)
class Points:
    """Points of the index: `part` is care, risk or credit."""

    part: str
    value: float
    code: str = ""


@dataclass(frozen=True)
class Entry:
    """A fact on the timeline. `tone` colours the dot: care, risk, good or empty; `tags` are (text, tone) pairs."""

    day: date
    title: Text
    url: str = ""
    detail: Text = ""
    tone: str = ""
    sensitivity: int = 1
    points: Points | None = None
    void: bool = False
    tags: Sequence[tuple[Text, str]] = ()


@dataclass(frozen=True)
class Change:
    """A row of the change table: `before` + `came` - `went` = `now`; None where there is nothing to compare with."""

    label: Text
    before: int | None
    came: int | None
    went: int | None
    now: int
    tier: str = ""

    @property
    def balances(self) -> bool:
        if self.before is None or self.came is None or self.went is None:
            return True
        return self.before + self.came - self.went == self.now


class Point(NamedTuple):
    x: float
    y: float


@dataclass(frozen=True)
class Trend:
    """A line chart in the units of its viewBox. `threshold_y` is None without a threshold."""

    width: int
    height: int
    points: Sequence[Point] = field(default_factory=tuple)
    threshold_y: float | None = None

    @property
    def path(self) -> str:
        return " ".join(f"{point.x:g},{point.y:g}" for point in self.points)

    @property
    def last(self) -> Point | None:
        return self.points[-1] if self.points else None


TREND_WIDTH, TREND_HEIGHT = 352, 104
TREND_RIGHT, TREND_TOP, TREND_BOTTOM, TREND_LEFT = 40, 10, 20, 6


def trend_of(values: Sequence[float], threshold: float | None = None) -> Trend:
    """Place `values` (oldest first, any unit) into the chart's box; the scale starts at 0 or below.

    Room is kept at the right for the threshold's number and below for the two dates.
    """
    levels = [*values, *([threshold] if threshold is not None else []), 0.0]
    low, high = min(levels), max(levels)
    span = (high - low) or 1.0
    usable = TREND_HEIGHT - TREND_TOP - TREND_BOTTOM

    def y_of(value: float) -> float:
        return round(TREND_TOP + (high - value) / span * usable, 1)

    step = (TREND_WIDTH - TREND_RIGHT - TREND_LEFT) / max(len(values) - 1, 1)
    points = tuple(Point(round(TREND_LEFT + index * step, 1), y_of(value)) for index, value in enumerate(values))
    return Trend(
        width=TREND_WIDTH,
        height=TREND_HEIGHT,
        points=points,
        threshold_y=None if threshold is None else y_of(threshold),
    )


# Shares in per cent at which the heat map takes its next colour: under 5, 5-10, 10-15, 15-20, 20-25, 25 and more.
HEAT_STEPS = (5.0, 10.0, 15.0, 20.0, 25.0)


def heat_step(percent: float) -> int:
    """The colour (0-5) of a share in per cent."""
    return sum(percent >= limit for limit in HEAT_STEPS)
