"""Fitting a model to the force's own history. The result is a draft: people preview, weigh and approve it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from django.db import transaction

from police_hr.core.days import to_number
from scoring.engine import candidates, document, drafting, fitting
from scoring.engine.backtest import Target
from scoring.engine.definition import ModelDefinition
from scoring.engine.fitting import Effect, Fit
from scoring.engine.score import score
from scoring.models import IndexModelVersion
from scoring.selectors.history import NOBODY, Past, read_past
from scoring.selectors.models import definition_of
from scoring.services.models import draft_version

if TYPE_CHECKING:
    from police_hr.core.models import User

# One step of progress each: reading, a cut, a step of the fit.
FIT_STEPS = 14


@dataclass(frozen=True)
class Fitted:
    """What a fit found: the document of the draft, and how much each indicator brings (heaviest first)."""

    content: dict[str, Any]
    fit: Fit
    effects: list[dict[str, Any]]
    years: int


def fit(
    version: IndexModelVersion,
    target: Target,
    cuts: Sequence[dt.date],
    *,
    code: str,
    tell: Callable[[], None] = lambda: None,
) -> Fitted:
    """Fit whole points to what came within a year of the training cuts. Reads and computes; writes nothing.

    Raises fitting.FitError (a ValueError) where the cuts hold too little. Loads scipy and takes a minute for a force
    of ten thousand: call it in a worker or a command.
    """
    definition = definition_of(version)
    columns = candidates.candidates(definition)
    past = read_past(definition, target, cuts)
    tell()
    years = []
    for cut in past.members:
        group, as_of = past.group(cut), to_number(cut) - 1
        x = candidates.matrix(definition, columns, group.rows, len(group), as_of, group.contexts(as_of))
        years.append((x, past.labels(group, cut)))
        tell()
    if not years:
        raise fitting.FitError(NOBODY)
    found = fitting.fit_points(columns, years, tell=tell)
    naming = drafting.Naming(
        code=code,
        name_zh=_named(version.model.name_zh, "（拟合）"),
        name_en=_named(version.model.name_en, " (fitted)"),
        notes=_notes(version, target, list(past.members), found),
    )
    content = drafting.drafted(version.definition, definition, columns, found.points, naming)
    content["target"] = target.text
    content["thresholds"] |= _thresholds(document.load(content), past, definition)
    effects = fitting.effects(found.points, columns, years)
    shown = [_effect(one, columns[one.column], content, definition) for one in effects]
    return Fitted(content, found, shown, len(years))


def _named(name: str, ending: str) -> str:
    return name if name.endswith(ending) else f"{name[: 80 - len(ending)]}{ending}"


def _notes(version: IndexModelVersion, target: Target, cuts: Sequence[dt.date], found: Fit) -> str:
    days = ", ".join(cut.isoformat() for cut in cuts)
    return (
        f"Points fitted to history, not yet judged by people. From {version.model.code} V{version.number}; target "
        f"{target.text}; training cuts {days}: {found.officers} officer-years, {found.cases} with a later case. "
        f"Non-negative logistic fit of the risk part and the credits, penalty {found.penalty:g} by cross-validation "
        "over the training cuts, whole points 0–20. Thresholds: the 85 % and 95 % quantiles at the last training cut. "
        "Care, floors and red lines are those of the model it came from."
    )


def _thresholds(drafted: ModelDefinition, past: Past, definition: ModelDefinition) -> dict[str, float]:
    cut = max(past.members)
    group, as_of = past.group(cut, drafted), to_number(cut) - 1
    index = score(drafted, group.batch(as_of), contexts=group.contexts(as_of)).totals.index
    return drafting.thresholds(np.asarray(index), definition.index_max)


def _effect(one: Effect, column: Any, content: dict[str, Any], definition: ModelDefinition) -> dict[str, Any]:
    """With the names the draft gives the indicator."""
    code = drafting.code_of(column)
    names = {entry["code"]: entry for entry in (*content["indicators"], *content.get("contexts", ()))}
    entry = names[code]
    return {
        "code": code,
        "name_zh": entry["name_zh"],
        "name_en": entry["name_en"],
        "points": -one.points if column.credit else one.points,
        "half_life": column.half_life,
        "root": column.root,
        "context": column.base in {context.code for context in definition.contexts},
        "auc": round(one.auc, 4),
        "ap": round(one.ap, 4),
    }


def store_fit(
    *, version: IndexModelVersion, fitted: Fitted, reason: str, by: User | None
) -> tuple[IndexModelVersion, bool]:
    """Keep what was fitted as a draft of the model its document names, making that model where it is new.

    Repeating it with the same content gives the same draft. Returns it, and whether it is new.
    """
    content = fitted.content
    with transaction.atomic():
        same = IndexModelVersion.objects.filter(
            model__code=content["code"], digest=document.digest(content), state=IndexModelVersion.State.DRAFT
        ).select_related("model").first()  # fmt: skip
        if same is not None:
            return same, False
        based_on = version if version.model.code == content["code"] else None
        return draft_version(model=None, definition=content, reason=reason, by=by, based_on=based_on), True
