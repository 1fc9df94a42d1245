"""The worked example beside the editor: what one fact brings after so many days, in use and as drafted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scoring.engine.definition import DecayMode, Indicator, ModelDefinition
from scoring.engine.points import decay_table, hundredths, times
from scoring.models import IndexModelVersion
from scoring.selectors.labels import names, plain, two
from scoring.selectors.models import definition_of

DAYS = (0, 15, 30, 60, 90, 120, 365)


@dataclass(frozen=True)
class ExampleRow:
    """A version, points and half-life in words, and what is left after each of `DAYS`."""

    version: str
    points: str
    half_life: int | None
    values: Sequence[str]
    draft: bool


@dataclass(frozen=True)
class Example:
    """The rows of one indicator; `fault` tells that what was typed is no number."""

    code: str
    name: str
    days: Sequence[int]
    rows: Sequence[ExampleRow]
    fault: bool = False


def fading(
    version: IndexModelVersion, code: str, *, points: str | None = None, half_life: str | None = None
) -> Example | None:
    """The example of indicator `code`; with `points` and `half_life` as they were just typed. None for an indicator
    whose points do not fall (contexts, or without half-life)."""
    definition = definition_of(version)
    mine = _indicator(definition, code)
    if mine is None or mine.decay.mode is DecayMode.NONE or (mine.decay.half_life is None and not half_life):
        return None
    amount, days, fault = _most(mine), mine.decay.half_life, False
    try:
        amount = amount if points is None else _typed_points(points)
        days = days if half_life is None else _typed_days(half_life)
    except ValueError:
        fault = True
    rows = [_row(str(version), amount, days, draft=True)]
    in_use = version.model.active
    if in_use is not None and in_use.pk != version.pk:
        theirs = _indicator(definition_of(in_use), code)
        if theirs is not None:
            rows.append(_row(str(in_use), _most(theirs), theirs.decay.half_life, draft=False))
    return Example(code, names(definition)[code], DAYS, rows, fault)


def _indicator(definition: ModelDefinition, code: str) -> Indicator | None:
    return next((one for one in definition.indicators if one.code == code), None)


def _most(indicator: Indicator) -> int:
    """The points of the heaviest single fact, in hundredths."""
    found = [evidence.points for evidence in indicator.evidence]
    found += [value for e in indicator.evidence if e.severity for _key, value in e.severity.by_value]
    return max(found)


def _typed_points(text: str) -> int:
    amount = hundredths(text.strip() or "0")
    if not 0 <= amount <= 10_000:
        raise ValueError(text)
    return amount


def _typed_days(text: str) -> int:
    days = int(text)
    if not 0 < days <= 36_500:
        raise ValueError(text)
    return days


def _row(version: str, amount: int, half_life: int | None, *, draft: bool) -> ExampleRow:
    table = decay_table(half_life)
    return ExampleRow(version, plain(amount), half_life, [two(times(amount, int(table[day]))) for day in DAYS], draft)
