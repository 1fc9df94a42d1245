"""Would this index have found those who had a case later? Asked of the past, as the past knew it.

    target = read_target(model, "KIND:FIELD=VALUE")
    labels = later_cases(rows, target, officers, since=cut, until=one year on)
    counts = recent_counts(rows, target, officers, as_of=cut - 1, days=365)
    report = assess([CutScores(...), ...], share=0.05)

At a cut T a score may use what was known strictly before T (as_of = T - 1); a case is a row of the target in
[T, T + 1 year). Two honest baselines stand beside every model: how many rows of the target's kinds an officer
had in the last 12 months, and in 5 years.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scoring.engine import measures
from scoring.engine.definition import Clock, Condition, Evidence, Indicator, ModelDefinition
from scoring.engine.errors import DefinitionError
from scoring.engine.ledger import NEVER, LedgerRows
from scoring.engine.match import Reading
from scoring.engine.points import FloatArray, IntArray

YEAR, FIVE_YEARS = 365, 1826
BASELINES = ("count_12", "count_60")
CURVE = tuple(i / 100 for i in (0, 1, 2, 3, 5, 8, 10, 15, 20, 25, 30))
BY_HUNDRED = 100


@dataclass(frozen=True)
class Target:
    """What counts as a later case. `clock`: the day that places a row in time, by evidence."""

    text: str
    evidence: tuple[Evidence, ...]
    clocks: tuple[Clock, ...]

    @property
    def whole_kinds(self) -> tuple[Evidence, ...]:
        """The kinds without conditions: what the baselines count."""
        return tuple(Evidence(kind) for kind in dict.fromkeys(one.kind for one in self.evidence))


def read_target(definition: ModelDefinition, text: str) -> Target:
    """`KIND[:FIELD=VALUE][,KIND…]`. A row belongs to the day the model itself dates that kind by.

    Raises DefinitionError for anything that is not of this form.
    """
    evidence = []
    for part in text.split(","):
        kind, _, condition = part.strip().partition(":")
        name, equals, value = condition.partition("=")
        if not kind or (condition and not (name.strip() and equals and value.strip())):
            raise DefinitionError("target", f"“{part.strip()}” is not of the form KIND or KIND:FIELD=VALUE")
        where = (Condition(name.strip(), values=_values(value.strip())),) if condition else ()
        evidence.append(Evidence(kind.strip(), where=where))
    clocks = tuple(_clock(definition, one.kind) for one in evidence)
    return Target(text, tuple(evidence), clocks)


def _values(text: str) -> tuple[str | int, ...]:
    return (text, int(text)) if text.lstrip("-").isdigit() else (text,)


def _clock(definition: ModelDefinition, kind: str) -> Clock:
    known = [i.clock for i in definition.indicators if any(one.kind == kind for one in i.evidence)]
    return Clock.KNOWN if known and all(clock is Clock.KNOWN for clock in known) else Clock.OCCURRED


def reading_both(definition: ModelDefinition, target: Target) -> ModelDefinition:
    """The definition as far as reading goes, with the kinds and fields of the target: nothing scores by it."""
    first = definition.indicators[0]
    asked = Indicator("TARGET", first.dim, "", "", (*target.evidence, *target.whole_kinds), first.decay, "S1")
    return replace(definition, indicators=(*definition.indicators, asked))


def later_cases(rows: LedgerRows, target: Target, officers: int, *, since: int, until: int) -> NDArray[np.bool_]:
    """Which officers have a row of the target on a day in [since, until). Rows voided later do not count."""
    found = np.zeros(officers, dtype=np.bool_)
    for at, day in _dated(Reading(rows, NEVER - 1), target.evidence, target.clocks):
        found[rows.officer[at[(day >= since) & (day < until)]]] = True
    return found


def recent_counts(rows: LedgerRows, target: Target, officers: int, *, as_of: int, days: int) -> IntArray:
    """Rows of the target's kinds in the `days` days up to `as_of`, as known then."""
    counts = np.zeros(officers, dtype=np.int64)
    clocks = dict(zip((one.kind for one in target.evidence), target.clocks, strict=True))
    kinds = target.whole_kinds
    for at, day in _dated(Reading(rows, as_of), kinds, [clocks[one.kind] for one in kinds]):
        counts += np.bincount(rows.officer[at[day > as_of - days]], minlength=officers)
    return counts


def _dated(
    reading: Reading, evidence: Sequence[Evidence], clocks: Sequence[Clock]
) -> Iterable[tuple[IntArray, NDArray[np.int32]]]:
    for one, clock in zip(evidence, clocks, strict=True):
        for _evidence, at in reading.matching((one,), clock):
            yield at, reading.clock(clock, at)


@dataclass(frozen=True)
class CutScores:
    """One cut: who was there (ids, ascending), what the model and the baselines gave, who had a case later."""

    day: str  # YYYY-MM-DD
    officers: IntArray
    scores: IntArray  # hundredths of a point, before the index is clipped
    count_12: IntArray
    count_60: IntArray
    labels: NDArray[np.bool_]


@dataclass(frozen=True)
class Figures:
    """Of one ordering at one cut; None where it cannot be said."""

    auc: float | None
    ap: float | None
    p_at_100: float | None
    p_at_share: float | None
    r_at_share: float | None


def figures(scores: NDArray[np.generic], labels: NDArray[np.bool_], share: float) -> Figures:
    ranked = measures.steps(scores, labels)
    size, cases = measures.list_size(ranked.everyone, share), ranked.all_cases
    listed = measures.found_in_list(ranked, size)
    hundred = min(BY_HUNDRED, ranked.everyone)
    return Figures(
        auc=measures.auc(ranked),
        ap=measures.average_precision(ranked),
        p_at_100=measures.found_in_list(ranked, hundred) / hundred if hundred else None,
        p_at_share=listed / size if size else None,
        r_at_share=listed / cases if cases else None,
    )


def assess(
    cuts: Sequence[CutScores], *, share: float, history: Mapping[str, Sequence[CutScores]] | None = None
) -> dict[str, Any]:
    """The whole report as plain values that JSON can hold.

    share: of everybody on the list (0.05). history: cut → the yearly cuts before it whose year was complete by
    then, oldest first, from which a chance is read off the score; without it there is no calibration.
    """
    results = [_cut(one, share, (history or {}).get(one.day, ())) for one in cuts]
    for now, before, result in zip(cuts[1:], cuts, results[1:], strict=False):
        result["overlap"] = _overlap(now, before, share)
    mean = {name: _mean([result[name] for result in results]) for name in ("model", *BASELINES)}
    judged = [result for result in results if result["cases"]]
    return {
        "share": share,
        "cuts": results,
        "mean": mean,
        "curve": {"shares": list(CURVE)} | {name: _mean_curve(cuts, name) for name in ("model", *BASELINES)},
        "cases": sum(result["cases"] for result in results),
        "missed": round(sum(result["missed"] for result in results), 1),
        "beats_every_cut": bool(judged) and all(result["beats"] for result in judged),
        "not_beaten_on": [result["cut"] for result in judged if not result["beats"]],
        "without_cases": [result["cut"] for result in results if not result["cases"]],
    }


def _ordering(cut: CutScores, name: str) -> IntArray:
    ordering: IntArray = cut.scores if name == "model" else getattr(cut, name)
    return ordering


def _cut(cut: CutScores, share: float, history: Sequence[CutScores]) -> dict[str, Any]:
    found = {name: figures(_ordering(cut, name), cut.labels, share) for name in ("model", *BASELINES)}
    everyone, cases = len(cut.officers), int(cut.labels.sum())
    size = measures.list_size(everyone, share)
    listed = (found["model"].p_at_share or 0.0) * size
    return {
        "cut": cut.day,
        "officers": everyone,
        "cases": cases,
        "base": cases / everyone if everyone else None,
        "list_size": size,
        "found": round(listed, 1),
        "missed": round(cases - listed, 1),
        **{name: asdict(value) for name, value in found.items()},
        "beats": _beats(found["model"], found["count_12"]),
        "overlap": None,
        "calibration": _calibration(cut, history),
    }


def _beats(model: Figures, baseline: Figures) -> bool:
    """Both in ordering everybody (AUC) and at the top (average precision)."""
    if model.auc is None or baseline.auc is None or model.ap is None or baseline.ap is None:
        return False
    return model.auc > baseline.auc and model.ap > baseline.ap


def _overlap(now: CutScores, before: CutScores, share: float) -> float | None:
    lists = []
    for cut in (now, before):
        rows = measures.chosen(cut.scores, measures.list_size(len(cut.officers), share))
        lists.append(cut.officers[rows].tolist())
    return measures.overlap(*lists)


def _calibration(cut: CutScores, history: Sequence[CutScores]) -> dict[str, Any] | None:
    if not history:
        return None
    fitted = measures.calibrate(
        np.concatenate([one.scores for one in history]), np.concatenate([one.labels for one in history])
    )
    latest = history[-1]
    if fitted is None or not latest.labels.any():
        return None
    renewed = measures.recalibrate(fitted, latest.scores, latest.labels)
    observed = int(cut.labels.sum())
    before, after = float(fitted.chances(cut.scores).sum()), float(renewed.chances(cut.scores).sum())
    return {
        "years": len(history),
        "observed": observed,
        "expected": round(before, 1),
        "ratio": _ratio(observed, before),
        "expected_recalibrated": round(after, 1),
        "ratio_recalibrated": _ratio(observed, after),
        "bands": [
            [officers, round(chance, 4), round(seen, 4)]
            for officers, chance, seen in measures.bands(renewed.chances(cut.scores), cut.labels)
        ],
    }


def _ratio(observed: int, expected: float) -> float | None:
    return round(observed / expected, 3) if expected > 0 else None


def _mean(rows: Sequence[Mapping[str, float | None]]) -> dict[str, float | None]:
    means: dict[str, float | None] = {}
    for name in rows[0] if rows else ():
        known = [value for row in rows if (value := row[name]) is not None]
        means[name] = sum(known) / len(known) if known else None
    return means


def _mean_curve(cuts: Sequence[CutScores], name: str) -> list[float | None]:
    curves = [measures.gains(measures.steps(_ordering(cut, name), cut.labels), CURVE[1:]) for cut in cuts]
    whole = [[value for value in curve if value is not None] for curve in curves]
    usable = [curve for curve in whole if len(curve) == len(CURVE) - 1]
    if not usable:
        return [0.0, *([None] * (len(CURVE) - 1))]
    means: FloatArray = np.array(usable).mean(axis=0)
    return [0.0, *(round(float(value), 4) for value in means)]
