"""A preview as a page shows it: the tier matrix, units, indicators, the distribution, and names for those entitled.

Who sees the points of everybody sees every number. Who sees those of some units sees these units, and of the whole
force numbers of at least `FEW` people only, without sums that would give smaller ones away.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from police_hr.core.access import Viewer
from roster.models import Officer, Unit
from scoring.models import IndexModelVersion, ModelPreview
from scoring.models.run import Tier
from scoring.selectors import labels
from scoring.selectors.models import definition_of
from scoring.selectors.replay import BARS, BUCKET, RISE
from scoring.selectors.visibility import points_paths, sees_points

FEW = 5
STEP = BUCKET // 100
WIDTH, HEIGHT = 1_000, 200  # of the drawing of the distribution
ROWS = 20
ORDER = (Tier.HELP, Tier.WATCH, Tier.NORMAL, Tier.INSUFFICIENT)
URGENCY = {Tier.HELP.value: 3, Tier.WATCH.value: 2, Tier.NORMAL.value: 1, Tier.INSUFFICIENT.value: 0}


@dataclass(frozen=True)
class MatrixRow:
    """From one tier: officers by the tier they would be in; None: too few to be told."""

    tier: Tier
    cells: Sequence[tuple[Tier, int | None, bool]]  # tier, officers, whether it is a move
    total: int | None


@dataclass(frozen=True)
class UnitRow:
    """A unit and all below it: who would rise and fall."""

    unit: Unit
    officers: int
    up: int
    down: int
    raised_before: int
    raised_after: int


@dataclass(frozen=True)
class EffectRow:
    """An indicator: whom it touches and what it brings, before and after."""

    code: str
    name: str
    people: tuple[int | None, int | None]
    points: tuple[int, int]
    up: int | None
    down: int | None

    @property
    def rule(self) -> bool:
        """Not an indicator: a threshold, the rise, a cap or a floor, which brings no points."""
        return not any((*self.people, *self.points))

    @property
    def change(self) -> int:
        return self.points[1] - self.points[0]


@dataclass(frozen=True)
class Mover:
    """Somebody who would change tier, named to those entitled."""

    officer: Officer
    before: str
    after: str
    index: tuple[int, int]
    cause: str
    name_of_cause: str


@dataclass(frozen=True)
class Bar:
    """Officers with an index in one step of five points, and where its bars stand in a drawing of 1000 × 200."""

    start: int
    before: int
    after: int
    before_height: int
    after_height: int
    x: int

    @property
    def end(self) -> int:
        return self.start + STEP


@dataclass(frozen=True)
class PreviewPage:
    """What the pages show of a preview; `stale`: the draft, the run or the version in use is another by now."""

    preview: ModelPreview
    as_of: dt.date | None
    against: IndexModelVersion | None
    officers: int
    moved: int
    matrix: Sequence[MatrixRow]
    totals: Sequence[int | None]
    units: Sequence[UnitRow]
    effects: Sequence[EffectRow]
    bars: Sequence[Bar]
    movers: Sequence[Mover]
    named: int
    all_names: bool
    whole: bool
    attention: str  # the thresholds as people write them, and where they stand in the drawing
    help: str
    attention_x: int
    help_x: int
    warnings: Sequence[str]
    stale: bool


def preview_of(viewer: Viewer, version: IndexModelVersion, *, every_name: bool = False) -> PreviewPage | None:
    """The finished preview of a version; None where there is none yet.

    every_name: all who would move that the viewer may see, else the first `ROWS`.
    """
    found = ModelPreview.objects.select_related("run", "against").filter(version=version).first()
    if found is None or found.made_at is None:
        return None
    result = found.result
    whole = "" in points_paths(viewer) or all(
        sees_points(viewer, path) for path in Unit.objects.filter(depth=1).values_list("path", flat=True)
    )
    counted = Counter(result["moves"])
    definition = definition_of(version)
    names = (
        {RISE: _("rise in 30 days"), "": _("thresholds")}
        | labels.names(definition)
        | (labels.names(definition_of(found.against)) if found.against else {})
    )
    movers, named = _movers(viewer, result["movers"], names, every_name=every_name)
    return PreviewPage(
        preview=found,
        as_of=found.as_of,
        against=found.against,
        officers=result["officers"],
        moved=sum(number for move, number in counted.items() if _is_move(move)),
        matrix=[_matrix_row(tier, counted, whole=whole) for tier in ORDER],
        totals=[_told(sum(n for m, n in counted.items() if m.endswith(f">{tier}")), whole=whole) for tier in ORDER],
        units=_units(viewer, result["units"]),
        effects=_effects(result["effects"], names, whole=whole),
        bars=_bars(result["spread"]),
        movers=movers,
        named=named,
        all_names=named == len(movers),
        whole=whole,
        attention=labels.plain(definition.attention_from),
        help=labels.plain(definition.help_from),
        attention_x=definition.attention_from * WIDTH // definition.index_max,
        help_x=definition.help_from * WIDTH // definition.index_max,
        warnings=_warnings(version, found, counted, result["officers"]),
        stale=found.digest != version.digest,
    )


def _is_move(move: str) -> bool:
    before, _sign, after = move.partition(">")
    return before != after


def _is_up(move: str) -> bool:
    before, _sign, after = move.partition(">")
    return URGENCY[after] > URGENCY[before]


def _told(number: int, *, whole: bool) -> int | None:
    return number if whole or not number or number >= FEW else None


def _matrix_row(tier: Tier, counted: Mapping[str, int], *, whole: bool) -> MatrixRow:
    numbers = [(other, counted.get(f"{tier.value}>{other.value}", 0)) for other in ORDER]
    cells = [(other, _told(number, whole=whole), other != tier and number > 0) for other, number in numbers]
    return MatrixRow(tier, cells, sum(number for _tier, number in numbers) if whole else None)


def _units(viewer: Viewer, stored: Mapping[str, Mapping[str, int]]) -> list[UnitRow]:
    """The units next below what the viewer sees points of, those with the most movers first."""
    paths = points_paths(viewer)
    units = {unit.pk: unit for unit in Unit.objects.only("pk", "path", "depth", "name", "short_name", "name_en")}
    by_path = {unit.path: unit for unit in units.values()}
    depth = min((len(path) // Unit.steplen for path in paths), default=0) + 1
    depth = max(depth, 2) if depth == 1 else depth
    sums: dict[str, Counter[str]] = {}
    for number, counted in stored.items():
        unit = units.get(int(number))
        if unit is not None and any(unit.path.startswith(path) for path in paths):
            top = unit.path[: depth * Unit.steplen]
            sums.setdefault(top if top in by_path else unit.path, Counter()).update(counted)
    rows = [_unit_row(by_path[path], counted) for path, counted in sums.items()]
    return sorted(rows, key=lambda row: (-(row.up + row.down), row.unit.path))


def _unit_row(unit: Unit, counted: Mapping[str, int]) -> UnitRow:
    moving = [(move, number) for move, number in counted.items() if _is_move(move)]
    raised = (Tier.HELP.value, Tier.WATCH.value)
    return UnitRow(
        unit=unit,
        officers=sum(counted.values()),
        up=sum(number for move, number in moving if _is_up(move)),
        down=sum(number for move, number in moving if not _is_up(move)),
        raised_before=sum(number for move, number in counted.items() if move.split(">")[0] in raised),
        raised_after=sum(number for move, number in counted.items() if move.split(">")[1] in raised),
    )


def _effects(stored: Mapping[str, Sequence[int]], names: Mapping[str, str], *, whole: bool) -> list[EffectRow]:
    """Indicators whose points change or that carry somebody, the strongest first."""
    rows = [
        EffectRow(
            code=code,
            name=names.get(code, code),
            people=(_told(numbers[0], whole=whole), _told(numbers[1], whole=whole)),
            points=(numbers[2], numbers[3]),
            up=_told(numbers[4], whole=whole),
            down=_told(numbers[5], whole=whole),
        )
        for code, numbers in stored.items()
        if numbers[2] != numbers[3] or numbers[4] or numbers[5]
    ]
    return sorted(rows, key=lambda row: (-((row.up or 0) + (row.down or 0)), -abs(row.change), row.code))


def _bars(spread: Sequence[Sequence[int]]) -> list[Bar]:
    """Index 0 to 5 is most of any force: it is drawn, and its number told, but does not set the height of the rest."""
    before, after = spread
    highest = max([1, *before[1:], *after[1:]])
    return [
        Bar(
            start=place * STEP,
            before=before[place],
            after=after[place],
            before_height=min(HEIGHT, before[place] * HEIGHT // highest),
            after_height=min(HEIGHT, after[place] * HEIGHT // highest),
            x=place * WIDTH // BARS,
        )
        for place in range(BARS)
    ]


def _movers(
    viewer: Viewer, stored: Sequence[Sequence[Any]], names: Mapping[str, str], *, every_name: bool
) -> tuple[list[Mover], int]:
    """Those the viewer may see by name, the most urgent first, and how many they are."""
    paths = points_paths(viewer)
    within = {
        pk for pk, path in Unit.objects.order_by().values_list("pk", "path") if any(path.startswith(p) for p in paths)
    }
    seen = [row for row in stored if row[1] in within or "" in paths]
    seen.sort(key=lambda row: (-max(URGENCY[row[2]], URGENCY[row[3]]), -URGENCY[row[3]], -row[5], row[0]))
    shown = seen if every_name else seen[:ROWS]
    people = Officer.objects.select_related("unit").in_bulk([row[0] for row in shown])
    made = [
        Mover(people[pk], before, after, (a, b), cause, names.get(cause, cause))
        for pk, _unit, before, after, a, b, cause in shown
        if pk in people
    ]
    return made, len(seen)


def _warnings(
    version: IndexModelVersion, preview: ModelPreview, counted: Mapping[str, int], officers: int
) -> list[str]:
    definition = definition_of(version)
    words = []
    judged = officers - sum(n for m, n in counted.items() if m.endswith(f">{Tier.INSUFFICIENT}"))
    for tier in (Tier.HELP, Tier.WATCH):
        share = sum(n for m, n in counted.items() if m.endswith(f">{tier}")) / judged if judged else 0
        if share > definition.share_alarm:
            told = {"share": f"{share * 100:.1f}", "tier": tier.label, "most": f"{definition.share_alarm * 100:g}"}
            words.append(
                _("%(share)s %% would be in “%(tier)s”, more than %(most)s %%: the model is suspect, not the people.")
                % told
            )
    if preview.against is None:
        words.append(_("No version of this model is in use: there is nothing to compare with."))
    elif not any(_is_move(move) for move, number in counted.items() if number):
        words.append(_("Nobody would change tier. Is that what the change is for?"))
    return words
