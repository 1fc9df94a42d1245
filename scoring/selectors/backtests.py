"""Back-tests and fits as pages show them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Min, QuerySet
from django.utils.translation import gettext as _

from police_hr.core.access import Viewer
from police_hr.core.i18n import pick
from police_hr.core.roles import Permission
from roster.models import LedgerEntry, LedgerKind
from scoring.engine.candidates import lightest
from scoring.engine.definition import ModelDefinition, Part
from scoring.models import BacktestRun, IndexModelVersion
from scoring.selectors.models import definition_of

State = IndexModelVersion.State
TESTED = (State.ACTIVE, State.DRAFT, State.SUBMITTED, State.APPROVED, State.RETIRED)


def backtests(viewer: Viewer) -> QuerySet[BacktestRun]:
    """Every back-test and fit, newest first; for those who see models."""
    if not viewer.has(Permission.MODEL_VIEW):
        return BacktestRun.objects.none()
    rows = BacktestRun.objects.select_related("version__model", "created_by", "job", "draft__model")
    return rows.defer("job__log", "job__params", "version__definition", "draft__definition").order_by("-pk")


def testable_versions(viewer: Viewer) -> list[IndexModelVersion]:
    """The versions that can be tested: those in use first, then drafts, newest first."""
    if not viewer.has(Permission.MODEL_VIEW):
        return []
    found = IndexModelVersion.objects.filter(state__in=TESTED).select_related("model")
    return sorted(found, key=lambda v: (not v.model.is_default, v.state != State.ACTIVE, v.model.code, -v.number))


def target_choices(version: IndexModelVersion) -> list[tuple[str, str]]:
    """What a later case can be: the kinds the risk part of the model reads, and what its own target says."""
    definition = definition_of(version)
    parts = list(dict.fromkeys([*own_parts(definition), *_risk_kinds(definition)]))
    names = kind_names({part.partition(":")[0] for part in parts})
    return [(part, part_name(part, names)) for part in parts if part.partition(":")[0] in names]


def own_parts(definition: ModelDefinition) -> list[str]:
    """The parts of the model's own target; of one that names none, the verified results of discipline it counts."""
    named = [part.strip() for part in definition.target.split(",") if part.strip()]
    return named or list(dict.fromkeys(_risk_kinds(definition, data_class="S4")))


def years_of_history(version: IndexModelVersion, until: dt.date) -> int:
    """Whole years before `until` for which the ledger holds the model's own target; at least 0."""
    kinds = {part.partition(":")[0] for part in own_parts(definition_of(version))}
    first = LedgerEntry.objects.filter(kind__code__in=kinds, voided_on=None).aggregate(first=Min("occurred_on"))[
        "first"
    ]
    return max(0, (until - first).days // 365) if first else 0


def _risk_kinds(definition: ModelDefinition, data_class: str = "") -> list[str]:
    """Kinds that bring points in the risk part."""
    return [
        evidence.kind
        for indicator in definition.indicators
        if definition.part_of(indicator) is Part.RISK and lightest(indicator)
        for evidence in indicator.evidence
        if not data_class or indicator.data_class == data_class
    ]


def kind_names(codes: set[str]) -> dict[str, str]:
    rows = LedgerKind.objects.filter(code__in=codes).select_related("current")
    return {kind.code: str(kind.current) if kind.current else kind.code for kind in rows}


def part_name(part: str, names: dict[str, str]) -> str:
    """A part of a target in words: 投诉（芝加哥） · group=force."""
    kind, _colon, condition = part.partition(":")
    return f"{names.get(kind, kind)} · {condition}" if condition else names.get(kind, kind)


def target_words(target: str) -> str:
    parts = [part.strip() for part in target.split(",")]
    names = kind_names({part.partition(":")[0] for part in parts})
    return _(", ").join(part_name(part, names) for part in parts)


@dataclass(frozen=True)
class Curve:
    """One line of a chart: its points for SVG, and where its label stands."""

    code: str
    label: str
    points: str
    marks: Sequence[tuple[float, float]]
    end_x: float
    end_y: float


@dataclass(frozen=True)
class Chart:
    """Lines on axes. Coordinates are those of the viewBox; ticks are (position, text)."""

    curves: Sequence[Curve]
    x_ticks: Sequence[tuple[float, str]]
    y_ticks: Sequence[tuple[float, str]]
    mark_x: float | None = None
    width: int = 560
    height: int = 300
    left: int = 44
    right: int = 430
    top: int = 12
    bottom: int = 262


LABEL_GAP = 18


def gain_chart(report: dict[str, Any]) -> Chart | None:
    """How many of the later cases a list finds as it grows; None where no cut had a case."""
    curve = report["curve"]
    shares = curve["shares"]
    if any(curve[name][-1] is None for name in ("model", "count_12", "count_60")):
        return None
    highest: float = max(0.1, *(max(curve[name]) for name in ("model", "count_12", "count_60")))
    top = next(limit for limit in (0.2, 0.4, 0.6, 0.8, 1.0) if highest <= limit)
    longest = float(shares[-1])
    frame = Chart([], [], [])

    def x(share: float) -> float:
        return round(frame.left + share / longest * (frame.right - frame.left), 1)

    def y(found: float) -> float:
        return round(frame.bottom - found / top * (frame.bottom - frame.top), 1)

    labels = {"model": _("this version"), "count_60": _("count of 5 years"), "count_12": _("count of 12 months")}
    ends = _apart({name: y(curve[name][-1]) for name in labels})
    curves = [
        Curve(name, label, _path(zip(map(x, shares), map(y, curve[name]), strict=True)),
              [(x(s), y(v)) for s, v in zip(shares, curve[name], strict=True)] if name == "model" else [],
              x(shares[-1]) + 8, ends[name])
        for name, label in labels.items()
    ]  # fmt: skip
    return Chart(
        curves,
        [(x(share), f"{share:.0%}".rstrip("%")) for share in (0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3)],
        [(y(top * step / 4), f"{top * step / 4:.0%}".rstrip("%")) for step in range(5)],
        mark_x=x(report["share"]) if report["share"] <= shares[-1] else None,
    )


def _apart(ends: dict[str, float]) -> dict[str, float]:
    """Labels at the ends of lines, moved down where they would touch."""
    placed: dict[str, float] = {}
    last = -100.0
    for name, value in sorted(ends.items(), key=lambda end: end[1]):
        last = max(value, last + LABEL_GAP)
        placed[name] = last
    return placed


def _path(points: Any) -> str:
    return " ".join(f"{x},{y}" for x, y in points)


def calibration_chart(bands: Sequence[Sequence[float]]) -> Chart | None:
    """Expected and observed share of later cases in ten bands of officers, and the line on which both are equal."""
    if not bands:
        return None
    highest = max(max(band[1], band[2]) for band in bands)
    top = next((limit for limit in (0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.6, 0.8) if highest <= limit), 1.0)
    frame = Chart([], [], [])

    def x(share: float) -> float:
        return round(frame.left + share / top * (frame.right - frame.left), 1)

    def y(share: float) -> float:
        return round(frame.bottom - share / top * (frame.bottom - frame.top), 1)

    even = Curve("even", _("equal"), f"{x(0)},{y(0)} {x(top)},{y(top)}", [], x(top) + 8, y(top) + 6)
    marks = [(x(band[1]), y(band[2])) for band in bands]
    ticks = [top * step / 4 for step in range(5)]
    return Chart(
        [even, Curve("model", "", "", marks, 0, 0)],
        [(x(tick), _percent(tick)) for tick in ticks],
        [(y(tick), _percent(tick)) for tick in ticks],
    )


def _percent(share: float) -> str:
    return f"{share * 100:.1f}".rstrip("0").rstrip(".") or "0"


def effect_rows(result: dict[str, Any]) -> list[dict[str, Any]]:
    """The indicators of a fit with their names, the heaviest first."""
    return [{**row, "name": pick(row["name_zh"], row["name_en"])} for row in result.get("effects", [])]
