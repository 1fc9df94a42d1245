"""Whether a definition may become a version: the engine's rules, the kinds and fields of this installation, and the
forbidden-attribute check behind names (aliases, labels, code tables). Faults are told in the reader's language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from police_hr.core.fields.registry import code_table
from roster.models import LedgerKind, LedgerKindVersion
from scoring.engine import document
from scoring.engine.checks import NEVER
from scoring.engine.definition import DERIVED_FIELDS, Evidence, ModelDefinition
from scoring.engine.errors import DefinitionError
from scoring.engine.forbidden import ALLOWED_NAMES, BIRTH, CLAUSE, forbidden_ground

UNKNOWN_KIND = gettext_lazy("there is no ledger kind “%(name)s”")
UNKNOWN_FIELD = gettext_lazy("the ledger kind %(kind)s has no field “%(name)s”")
CONTEXT_FACTS = frozenset({"tenure_years", "unit_force_rate", "days_without_risk"})


class ModelFault(ValidationError):
    """A fault of a definition: `path` is where it is, for the form that shows it beside the field."""

    def __init__(self, path: str, problem: str) -> None:
        self.path = path
        self.problem = problem
        place = path or _("the document")
        super().__init__(_("%(place)s: %(problem)s.") % {"place": place, "problem": problem}, code="definition")


def told(error: DefinitionError) -> ModelFault:
    """The engine's fault in the active language; forbidden attributes with the clause that forbids them."""
    params = {name: _(str(value)) if name == "ground" else value for name, value in error.params.items()}
    problem = _(error.template) % params if params else _(error.template)
    if error.template == NEVER:
        problem = _("%(problem)s (index rules %(clause)s: never used)") % {"problem": problem, "clause": CLAUSE}
    return ModelFault(error.path, problem)


def checked(content: Mapping[str, Any]) -> ModelDefinition:
    """The definition of a document that may become a version. Raises ModelFault for the first fault found."""
    try:
        definition = document.load(content)
        _known_to_the_ledger(definition)
    except DefinitionError as error:
        raise told(error) from None
    return definition


def _known_to_the_ledger(definition: ModelDefinition) -> None:
    """Kinds and fields exist here, and neither their labels nor their choices stand for a forbidden attribute."""
    kinds = LedgerKind.objects.filter(code__in=definition.kinds).select_related("current").prefetch_related("versions")
    known = {kind.code: kind for kind in kinds}
    for path, evidence in _evidence(definition):
        kind = known.get(evidence.kind)
        if kind is None:
            raise ModelFault(f"{path}.kind", UNKNOWN_KIND % {"name": evidence.kind})
        fields = _fields(kind)
        if not (_only_listed(path, evidence) and forbidden_ground(evidence.kind) == BIRTH):
            _refuse_labels(kind.current, f"{path}.kind", evidence.kind)
        for name in sorted(evidence.fields - DERIVED_FIELDS):
            if name not in fields:
                raise ModelFault(f"{path}.where.{name}", UNKNOWN_FIELD % {"kind": evidence.kind, "name": name})
            _refuse_field(fields[name], f"{path}.where.{name}", _values_of(evidence, name))
    for number, context in enumerate(definition.contexts):
        if context.fact not in CONTEXT_FACTS:
            names = ", ".join(sorted(CONTEXT_FACTS))
            raise ModelFault(f"contexts[{number}].fact", _("must be one of %(choices)s") % {"choices": names})


def _evidence(definition: ModelDefinition) -> Iterator[tuple[str, Evidence]]:
    for i, indicator in enumerate(definition.indicators):
        for j, evidence in enumerate(indicator.evidence):
            yield f"indicators[{i}].evidence[{j}]", evidence
    for floor in definition.floors:
        group = "red_lines" if floor.red_line else "floors"
        for i, clause in enumerate(floor.clauses):
            for j, evidence in enumerate(clause.evidence):
                yield f"{group}.{floor.code}.clauses[{i}].evidence[{j}]", evidence


def _only_listed(path: str, evidence: Evidence) -> bool:
    return path.startswith("indicators") and not evidence.points and evidence.severity is None


def _fields(kind: LedgerKind) -> dict[str, dict[str, Any]]:
    """Name → field of any version of the kind, the newest version first: old facts keep old fields."""
    found: dict[str, dict[str, Any]] = {}
    for version in sorted(kind.versions.all(), key=lambda version: -version.number):
        for spec in version.fields:
            found.setdefault(spec["name"], spec)
            for column in spec.get("columns", ()):
                found.setdefault(column["name"], column)
    return found


def _values_of(evidence: Evidence, name: str) -> frozenset[object]:
    """The values of the field that the evidence names."""
    own = [c for c in evidence.where if c.field == name]
    values = {value for condition in own for value in (*condition.values, *condition.excluded)}
    if evidence.severity is not None and evidence.severity.field == name:
        values |= {value for value, _points in evidence.severity.by_value}
    return frozenset(values)


def _refuse_labels(version: LedgerKindVersion | None, path: str, code: str) -> None:
    if version is not None and code not in ALLOWED_NAMES:
        _refuse((version.name_zh, version.name_en), path, code)


def _refuse_field(spec: Mapping[str, Any], path: str, values: frozenset[object]) -> None:
    """Whatever a field is called: its labels, its code table and the words of the values asked for count as well."""
    table = str(spec.get("code_table", ""))
    _refuse((spec.get("label_zh", ""), spec.get("label_en", ""), table), path, spec["name"])
    choices = spec.get("choices") or (code_table(table) if table else None) or ()
    for choice in choices:
        if choice["value"] in values:
            _refuse((choice["zh"], choice["en"], str(choice["value"])), path, f"{spec['name']} = {choice['value']}")


def _refuse(names: tuple[str, ...], path: str, shown: str) -> None:
    ground = next(filter(None, (forbidden_ground(name) for name in names if name)), None)
    if ground is not None:
        raise told(DefinitionError(path, NEVER, name=shown, ground=ground))
