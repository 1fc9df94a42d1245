"""What must hold between the parts of a model, beyond the form of its document."""

from collections.abc import Iterable, Iterator

from scoring.engine.definition import (
    DecayMode,
    Evidence,
    Floor,
    Indicator,
    ModelDefinition,
    Part,
)
from scoring.engine.errors import DefinitionError
from scoring.engine.forbidden import NEVER_POINTS_KINDS, UNVERIFIED_KINDS, forbidden_ground


def check(definition: ModelDefinition) -> None:
    """Raise DefinitionError on the first fault found."""
    _unique("dimensions", (d.code for d in definition.dimensions))
    _unique("classes", (c.code for c in definition.classes))
    _unique("indicators", (i.code for i in definition.scored))
    _unique("floors", (f.code for f in definition.floors))
    if not 0 < definition.attention_from < definition.help_from <= definition.index_max:
        raise DefinitionError("thresholds", "must be 0 < attention < help ≤ 100")
    for i, dimension in enumerate(definition.dimensions):
        if dimension.part is not Part.CREDIT and dimension.tier_class not in definition.class_index:
            raise DefinitionError(f"dimensions[{i}].class", "is not among classes")
    for i, indicator in enumerate(definition.indicators):
        _indicator(definition, indicator, f"indicators[{i}]")
    for i, context in enumerate(definition.contexts):
        if context.dim not in definition.dimension_index:
            raise DefinitionError(f"contexts[{i}].dim", "is not among dimensions")
        _refuse(context.fact, f"contexts[{i}].fact")
    for floor in definition.floors:
        _floor(definition, floor)


def _unique(path: str, codes: Iterable[str]) -> None:
    seen: set[str] = set()
    for code in codes:
        if code in seen:
            raise DefinitionError(path, f"{code} appears twice")
        seen.add(code)


def _refuse(name: str, path: str) -> None:
    ground = forbidden_ground(name)
    if ground:
        raise DefinitionError(path, f"{name} may never be used: {ground}")


def _indicator(definition: ModelDefinition, indicator: Indicator, path: str) -> None:
    if indicator.dim not in definition.dimension_index:
        raise DefinitionError(f"{path}.dim", "is not among dimensions")
    decay = indicator.decay
    needs_half_life = decay.mode in (DecayMode.EXP, DecayMode.FLAT_UNTIL)
    if needs_half_life and decay.half_life is None:
        raise DefinitionError(f"{path}.decay.half_life", f"is needed with {decay.mode}")
    if decay.mode is DecayMode.NONE and decay.half_life is not None:
        raise DefinitionError(f"{path}.decay.half_life", "has no meaning without decay")
    if decay.mode is not DecayMode.FLAT_UNTIL and (decay.until_field or decay.flat_days):
        raise DefinitionError(f"{path}.decay", "until_field and flat_days belong to flat_until")
    if decay.until_field:
        _refuse(decay.until_field, f"{path}.decay.until_field")
    for i, evidence in enumerate(indicator.evidence):
        _evidence(definition, evidence, f"{path}.evidence[{i}]")


def _evidence(definition: ModelDefinition, evidence: Evidence, path: str) -> None:
    _refuse(evidence.kind, f"{path}.kind")
    for condition in evidence.where:
        _refuse(condition.field, f"{path}.where.{condition.field}")
    if evidence.severity:
        _refuse(evidence.severity.field, f"{path}.severity.field")
        if evidence.severity.by_value and evidence.points:
            raise DefinitionError(f"{path}.points", "are given by severity.map already")
    if definition.policy == "cn" and evidence.kind in UNVERIFIED_KINDS:
        raise DefinitionError(f"{path}.kind", f"{evidence.kind} may never be used: an unverified report")
    if evidence.kind in NEVER_POINTS_KINDS and (evidence.points or evidence.severity):
        raise DefinitionError(f"{path}.points", f"{evidence.kind} is recorded but never scored")


def _floor(definition: ModelDefinition, floor: Floor) -> None:
    path = f"{'red_lines' if floor.red_line else 'floors'}.{floor.code}"
    if floor.tier_class not in definition.class_index:
        raise DefinitionError(f"{path}.class", "is not among classes")
    for at, evidence in _floor_evidence(floor):
        _evidence(definition, evidence, f"{path}.{at}")
    for stage in floor.stages:
        if stage.until_field:
            _refuse(stage.until_field, f"{path}.stages.until_field")


def _floor_evidence(floor: Floor) -> Iterator[tuple[str, Evidence]]:
    for i, clause in enumerate(floor.clauses):
        for j, evidence in enumerate(clause.evidence):
            yield f"clauses[{i}].evidence[{j}]", evidence
