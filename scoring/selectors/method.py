"""A model in words: dimensions, indicators, floors and red lines as a page or a guide shows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from police_hr.core import wording
from police_hr.core.days import from_number
from police_hr.core.i18n import pick
from police_hr.core.numbers import whole_number
from roster.models import LedgerKind
from scoring.engine.definition import (
    ContextIndicator,
    Evidence,
    Floor,
    Indicator,
    ModelDefinition,
    Part,
)
from scoring.models import IndexModel, IndexModelVersion
from scoring.selectors.labels import PART_NAMES, PART_TONES, class_name, half_life, plain
from scoring.selectors.models import definition_of
from scoring.selectors.tiers import TIERS

PEOPLE = ("created_by", "edited_by", "submitted_by", "approved_by", "refused_by", "based_on")


@dataclass(frozen=True)
class IndicatorRow:
    """An indicator with its points and times in words; `other` is its name in the other language."""

    code: str
    name: str
    other: str
    points: str
    half_life: str
    cap: str
    data_class: str
    kinds: Sequence[str]
    enabled: bool = True
    valid: str = ""


@dataclass(frozen=True)
class DimensionBlock:
    """A dimension with what belongs to it."""

    code: str
    name: str
    part: str
    cap: str
    rows: Sequence[IndicatorRow]

    @property
    def tone(self) -> str:
        return PART_TONES[self.part]


@dataclass(frozen=True)
class FloorRow:
    """A floor or red line: the tier it holds first, its class, the kinds it rests on."""

    code: str
    name: str
    other: str
    tier: str
    class_name: str
    kinds: Sequence[str]
    blocks_promotion: bool
    audience: str


@dataclass(frozen=True)
class ModelPage:
    """A version of a model, read-only. Numbers as people write them."""

    model: IndexModel
    version: IndexModelVersion
    versions: Sequence[IndexModelVersion]
    definition: ModelDefinition
    parts: Sequence[tuple[str, str, Sequence[DimensionBlock]]]
    floors: Sequence[FloorRow]
    red_lines: Sequence[FloorRow]
    help_from: str
    attention_from: str
    margin: str
    rise: str
    minor_share: str
    credit_cap: str
    min_coverage: int
    share_alarm: int
    indicators: int


def page_in_force() -> ModelPage | None:
    """The page of the version whose scores stand on dossiers today, for those it is about; None where none is."""
    model = IndexModel.objects.filter(is_default=True).only("code").first()
    return model_page(model.code) if model is not None else None


def model_page(code: str, number: str = "") -> ModelPage | None:
    """The page of the version in use, or of version `number`; None where there is no such one."""
    model = IndexModel.objects.select_related("active").filter(code=code).first()
    if model is None:
        return None
    versions = list(model.versions.order_by("-number").select_related(*PEOPLE, "model__active"))
    wanted = whole_number(number)
    in_use = model.active_id if wanted is None else None
    version = next((v for v in versions if v.number == wanted or v.pk == in_use), None)
    if wanted is None and in_use is None and versions:
        version = versions[0]  # never in use: the newest draft
    if version is None:
        return None
    definition = definition_of(version)
    names = _kind_names(definition)
    blocks = [_dimension(definition, place, names) for place in range(len(definition.dimensions))]
    credit = next((d.cap for d in definition.dimensions if d.part is Part.CREDIT), None)
    floors = [_floor(definition, floor, names) for floor in definition.floors]
    red = {floor.code for floor in definition.floors if floor.red_line}
    return ModelPage(
        model=model,
        version=version,
        versions=versions,
        definition=definition,
        parts=[
            (part, str(PART_NAMES[part]), [block for block in blocks if block.part == part]) for part in ("R", "C", "K")
        ],
        floors=[row for row in floors if row.code not in red],
        red_lines=[row for row in floors if row.code in red],
        help_from=plain(definition.help_from),
        attention_from=plain(definition.attention_from),
        margin=plain(definition.hysteresis_margin),
        rise=plain(definition.rise_points) if definition.rise_points else "",
        minor_share=f"{definition.minor_share / 10_000:g}",
        credit_cap=plain(credit) if credit else "",
        min_coverage=round(definition.min_coverage * 100),
        share_alarm=round(definition.share_alarm * 100),
        indicators=len(definition.scored),
    )


def _kind_names(definition: ModelDefinition) -> dict[str, str]:
    kinds = LedgerKind.objects.filter(code__in=definition.kinds).select_related("current")
    return {kind.code: str(kind.current) if kind.current else kind.code for kind in kinds}


def _other(one: Indicator | ContextIndicator | Floor) -> str:
    return pick(one.name_en, one.name_zh)


def _dimension(definition: ModelDefinition, place: int, names: dict[str, str]) -> DimensionBlock:
    dimension = definition.dimensions[place]
    return DimensionBlock(
        code=dimension.code,
        name=pick(dimension.name_zh, dimension.name_en),
        part=dimension.part.value,
        cap="" if dimension.cap is None else plain(dimension.cap),
        rows=[_indicator(definition, one, names) for one in definition.scored if one.dim == dimension.code],
    )


def _indicator(definition: ModelDefinition, one: Indicator | ContextIndicator, names: dict[str, str]) -> IndicatorRow:
    sign = "−" if definition.part_of(one) is Part.CREDIT else ""
    if isinstance(one, ContextIndicator):
        points, kinds, cap, data_class = f"{sign}{plain(one.points)}", [], None, "S1"
    else:
        found = sorted({value for evidence in one.evidence for value in _points(evidence)})
        points = " / ".join(f"{sign if value else ''}{plain(value)}" for value in found)
        if one.root_at:
            points = _("%(points)s × √ of their number") % {"points": points}
        kinds = _kinds(one.evidence, names)
        cap, data_class = one.cap, one.data_class
    return IndicatorRow(
        code=one.code,
        name=pick(one.name_zh, one.name_en),
        other=_other(one),
        points=points,
        half_life=half_life(one),
        cap="" if cap is None else plain(cap),
        data_class=data_class,
        kinds=kinds,
        enabled=one.enabled,
        valid=_valid(one),
    )


def _valid(one: Indicator | ContextIndicator) -> str:
    """From which day to which an indicator counts, in words; "" for always."""
    first, last = (
        wording.day(from_number(day), "iso") if day is not None else "" for day in (one.valid_from, one.valid_to)
    )
    if first and last:
        return _("%(first)s to %(last)s") % {"first": first, "last": last}
    if first or last:
        return _("from %(day)s") % {"day": first} if first else _("until %(day)s") % {"day": last}
    return ""


def _points(evidence: Evidence) -> list[int]:
    severity = evidence.severity
    return [points for _value, points in severity.by_value] if severity and severity.by_value else [evidence.points]


def _kinds(evidence: Sequence[Evidence], names: dict[str, str]) -> list[str]:
    return list(dict.fromkeys(names.get(one.kind, one.kind) for one in evidence))


def _floor(definition: ModelDefinition, floor: Floor, names: dict[str, str]) -> FloorRow:
    evidence = [one for clause in floor.clauses for one in clause.evidence]
    return FloorRow(
        code=floor.code,
        name=pick(floor.name_zh, floor.name_en),
        other=_other(floor),
        tier=TIERS[max(stage.tier for stage in floor.stages)],
        class_name=class_name(definition, floor.tier_class),
        kinds=_kinds(evidence, names),
        blocks_promotion=floor.blocks_promotion,
        audience=floor.audience,
    )
