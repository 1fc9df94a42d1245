"""When somebody is due for the next police rank or grade, and what stands in the way, with its basis.

Only what has an article behind it decides (`binding`): the term, the band of the post, an effect period. What rests on
local practice (training, weak appraisals) is named beside it and excludes nobody, until its source is entered.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from roster.engine.months import add_months


@dataclass(frozen=True)
class Step:
    """A rank or grade of a sequence. `place` 1 is the highest; `months` is the term to be served in it before the
    next, None where there is no fixed one; `selective`: the next is given by selection, whatever the term."""

    code: str
    place: int
    months: int | None
    selective: bool = False
    # the class of ranks; going up into another one asks for training
    group: str = ""


@dataclass(frozen=True)
class Case:
    """What is known of somebody. `ceiling` is the place of the highest step that the post allows, None: not known.

    `effects` are the effect periods of sanctions (first and last day), `awards` days of awards that allow promotion
    before its time, `weak_years` years with an appraisal below competent, `trained_on` the last promotion training.
    """

    held: str
    since: dt.date | None
    ceiling: int | None = None
    effects: Sequence[tuple[dt.date, dt.date]] = ()
    awards: Sequence[dt.date] = ()
    delayed: bool = False
    weak_years: Sequence[int] = ()
    trained_on: dt.date | None = None


class Verdict(StrEnum):
    """How it stands: `ready` on its day, `early` may be before it, `held` something binding stands in the way,
    `selective` no term decides, `top` nothing is above, `unknown` a fact is missing."""

    READY = "ready"
    EARLY = "early"
    HELD = "held"
    SELECTIVE = "selective"
    TOP = "top"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Reason:
    """Why not yet, or what to look at: a code of the table promotion_rule, until when, whether it decides."""

    code: str
    until: dt.date | None = None
    binding: bool = True


@dataclass(frozen=True)
class Result:
    """`due_on` is the day by the term alone, `on` the day with what delays it."""

    verdict: Verdict
    following: str = ""
    due_on: dt.date | None = None
    on: dt.date | None = None
    reasons: tuple[Reason, ...] = ()


def ladder(steps: Sequence[Step]) -> Mapping[str, tuple[Step, Step | None]]:
    """Code → (step, the one above it)."""
    ordered = sorted(steps, key=lambda step: step.place)
    return {step.code: (step, ordered[n - 1] if n else None) for n, step in enumerate(ordered)}


def assess(case: Case, steps: Mapping[str, tuple[Step, Step | None]], today: dt.date) -> Result:
    """Judge one case by the `ladder` of its sequence.

    Worked example: police superintendent 2nd class since 2022-07-01, term 3 years, demerit in effect from 2025-01-10
    to 2026-01-09: due by the term on 2025-07-01, in fact on 2026-01-10.
    """
    if case.held not in steps or case.since is None:
        return Result(Verdict.UNKNOWN)
    step, above = steps[case.held]
    if above is None:
        return Result(Verdict.TOP)
    reasons = [*_ceiling(case, above), *_flags(case, step, above)]
    if step.selective or step.months is None:
        reasons += _running(case, today)
        return Result(Verdict.SELECTIVE, above.code, reasons=tuple(reasons))
    due_on = add_months(case.since, step.months)
    on = due_on
    for first, last in sorted(case.effects):
        if first <= max(on, today) and last >= on:
            on = last + dt.timedelta(days=1)
            reasons.append(Reason("sanction", last))
    if any(reason.binding for reason in reasons):
        return Result(Verdict.HELD, above.code, due_on, on, tuple(reasons))
    awarded = [day for day in case.awards if day >= case.since]
    if on > today and awarded:
        early = Reason("award", max(awarded), binding=False)
        return Result(Verdict.EARLY, above.code, due_on, on, (early, *reasons))
    return Result(Verdict.READY, above.code, due_on, on, tuple(reasons))


def _ceiling(case: Case, above: Step) -> list[Reason]:
    return [Reason("ceiling")] if case.ceiling is not None and above.place < case.ceiling else []


def _running(case: Case, today: dt.date) -> list[Reason]:
    return [Reason("sanction", last) for first, last in case.effects if first <= today <= last]


def _flags(case: Case, step: Step, above: Step) -> list[Reason]:
    flags: list[Reason] = []
    since = case.since or dt.date.min
    if case.delayed:
        flags.append(Reason("delay", binding=False))
    if step.group != above.group and (case.trained_on is None or case.trained_on < since):
        flags.append(Reason("training", binding=False))
    if any(year >= since.year for year in case.weak_years):
        flags.append(Reason("appraisal", binding=False))
    return flags
