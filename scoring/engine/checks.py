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
from scoring.engine.errors import gettext_noop as _
from scoring.engine.forbidden import (
    BIRTH,
    NEVER_POINTS_KINDS,
    UNVERIFIED,
    UNVERIFIED_KINDS,
    forbidden_ground,
)
from scoring.engine.points import hundredths

LARGEST_ROOT = hundredths(100)  # so that products of sums stay exact
NEVER = _("%(name)s may never be used: %(ground)s")


def check(definition: ModelDefinition) -> None:
    """Raise DefinitionError on the first fault found."""
    _unique("dimensions", (d.code for d in definition.dimensions))
    _unique("classes", (c.code for c in definition.classes))
    _unique("indicators", (i.code for i in definition.scored))
    _unique("floors", (f.code for f in definition.floors))
    _one_name(definition)
    if not 0 < definition.attention_from < definition.help_from <= definition.index_max:
        raise DefinitionError("thresholds", _("must be 0 < attention < help ≤ 100"))
    for i, dimension in enumerate(definition.dimensions):
        if dimension.part is not Part.CREDIT and dimension.tier_class not in definition.class_index:
            raise DefinitionError(f"dimensions[{i}].class", _("is not among classes"))
    for i, indicator in enumerate(definition.indicators):
        _indicator(definition, indicator, f"indicators[{i}]")
    _caps(definition)
    for i, context in enumerate(definition.contexts):
        if context.dim not in definition.dimension_index:
            raise DefinitionError(f"contexts[{i}].dim", _("is not among dimensions"))
        _refuse(context.fact, f"contexts[{i}].fact")
    for floor in definition.floors:
        _floor(definition, floor)


def _unique(path: str, codes: Iterable[str]) -> None:
    seen: set[str] = set()
    for code in codes:
        if code in seen:
            raise DefinitionError(path, _("%(code)s appears twice"), code=code)
        seen.add(code)


def _one_name(definition: ModelDefinition) -> None:
    """Lines name an indicator, a floor or a dimension by its code alone."""
    scored = {one.code for one in definition.scored}
    for floor in definition.floors:
        if floor.code in scored:
            path = f"{'red_lines' if floor.red_line else 'floors'}.{floor.code}"
            raise DefinitionError(path, _("%(code)s appears twice"), code=floor.code)


def _caps(definition: ModelDefinition) -> None:
    """A cap that can never bind, or lets nothing through, is a slip of the pen."""
    for i, dimension in enumerate(definition.dimensions):
        mine = [one for one in definition.indicators if one.dim == dimension.code and one.enabled]
        brings = any(evidence.points or evidence.severity for one in mine for evidence in one.evidence)
        if dimension.cap == 0 and brings:
            raise DefinitionError(f"dimensions[{i}].cap", _("is 0, so that nothing in this dimension would ever count"))
    for i, indicator in enumerate(definition.indicators):
        whole = definition.dimensions[definition.dimension_index[indicator.dim]].cap
        if whole is not None and indicator.cap is not None and indicator.cap > whole:
            problem = _("is greater than the cap of its dimension (%(cap)s)")
            raise DefinitionError(f"indicators[{i}].cap", problem, cap=f"{whole / 100:g}")
        most = max((_most(evidence) for evidence in indicator.evidence), default=0)
        if indicator.cap is not None and most > indicator.cap:
            problem = _("is less than what a single fact brings (%(points)s)")
            raise DefinitionError(f"indicators[{i}].cap", problem, points=f"{most / 100:g}")


def _most(evidence: Evidence) -> int:
    """What one plain fact brings at most, in hundredths."""
    severity = evidence.severity
    if severity is not None and not severity.per_unit:
        return max(points for _value, points in severity.by_value)
    return evidence.points


def _refuse(name: str, path: str) -> None:
    ground = forbidden_ground(name)
    if ground:
        raise DefinitionError(path, NEVER, name=name, ground=ground)


def _indicator(definition: ModelDefinition, indicator: Indicator, path: str) -> None:
    if indicator.dim not in definition.dimension_index:
        raise DefinitionError(f"{path}.dim", _("is not among dimensions"))
    if indicator.root_at is not None and not 0 < indicator.root_at <= LARGEST_ROOT:
        raise DefinitionError(f"{path}.root_at", _("must be above 0 and at most %(most)s"), most=LARGEST_ROOT // 100)
    decay = indicator.decay
    needs_half_life = decay.mode in (DecayMode.EXP, DecayMode.FLAT_UNTIL)
    if needs_half_life and decay.half_life is None:
        raise DefinitionError(f"{path}.decay.half_life", _("is needed with %(mode)s"), mode=decay.mode.value)
    if decay.mode is DecayMode.NONE and decay.half_life is not None:
        raise DefinitionError(f"{path}.decay.half_life", _("has no meaning without decay"))
    if decay.mode is not DecayMode.FLAT_UNTIL and (decay.until_field or decay.flat_days):
        raise DefinitionError(f"{path}.decay", _("until_field and flat_days belong to flat_until"))
    if decay.until_field:
        _refuse(decay.until_field, f"{path}.decay.until_field")
    for i, evidence in enumerate(indicator.evidence):
        _evidence(definition, evidence, f"{path}.evidence[{i}]", scored=True)


def _evidence(definition: ModelDefinition, evidence: Evidence, path: str, *, scored: bool = False) -> None:
    # Pregnancy and childbirth make care tasks: they may be listed, with 0 points and under no floor.
    listed = scored and not evidence.points and evidence.severity is None
    if not (listed and forbidden_ground(evidence.kind) == BIRTH):
        _refuse(evidence.kind, f"{path}.kind")
    for condition in evidence.where:
        _refuse(condition.field, f"{path}.where.{condition.field}")
    if evidence.severity:
        _refuse(evidence.severity.field, f"{path}.severity.field")
        if evidence.severity.by_value and evidence.points:
            raise DefinitionError(f"{path}.points", _("are given by severity.map already"))
    if definition.policy == "cn" and evidence.kind in UNVERIFIED_KINDS:
        raise DefinitionError(f"{path}.kind", NEVER, name=evidence.kind, ground=UNVERIFIED)
    if evidence.kind in NEVER_POINTS_KINDS and (evidence.points or evidence.severity):
        raise DefinitionError(f"{path}.points", _("%(name)s is recorded but never scored"), name=evidence.kind)


def _floor(definition: ModelDefinition, floor: Floor) -> None:
    path = f"{'red_lines' if floor.red_line else 'floors'}.{floor.code}"
    if floor.tier_class not in definition.class_index:
        raise DefinitionError(f"{path}.class", _("is not among classes"))
    for at, evidence in _floor_evidence(floor):
        _evidence(definition, evidence, f"{path}.{at}")
    for stage in floor.stages:
        if stage.until_field:
            _refuse(stage.until_field, f"{path}.stages.until_field")


def _floor_evidence(floor: Floor) -> Iterator[tuple[str, Evidence]]:
    for i, clause in enumerate(floor.clauses):
        for j, evidence in enumerate(clause.evidence):
            yield f"clauses[{i}].evidence[{j}]", evidence
