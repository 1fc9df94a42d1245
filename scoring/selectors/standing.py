"""What the frame, lists and the dossier show of the index: the tier that stands, numbers for who sees points."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Case, CharField, Count, F, IntegerField, JSONField, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from police_hr.core.access import Viewer
from police_hr.core.components import Points
from police_hr.core.i18n import pick
from police_hr.core.panels import KindUse
from police_hr.core.remembered import Remembered
from police_hr.core.roles import Permission
from roster.models import Officer, Unit
from scoring.engine.definition import Evidence, Floor, Indicator
from scoring.models import CurrentScore, Proposal
from scoring.models.run import Tier
from scoring.selectors.explain import entry_points, explain_officer
from scoring.selectors.labels import PART_TONES, class_name, names
from scoring.selectors.models import default_version, default_version_for, definition_of
from scoring.selectors.runs import latest_runs, models_with_versions
from scoring.selectors.visibility import confirms, points_paths, sees_care, sees_care_everywhere, sees_points, within

# --- officer list -------------------------------------------------------------------------------------------


def with_tier(officers: QuerySet[Officer], viewer: Viewer) -> QuerySet[Officer]:
    """Adds `index_tier` (the tier this viewer sees), `index_unconfirmed` (computed, but not what holds) and
    `index_urgency` to sort by."""
    tier = _tier(viewer)
    differs = Case(When(~Q(current_score__confirmed_tier=tier), then=Value(value=True)), default=Value(value=False))
    urgency = Case(
        When(index_tier=Tier.HELP, then=3),
        When(index_tier=Tier.WATCH, then=2),
        When(index_tier=Tier.NORMAL, then=1),
        default=0,
        output_field=IntegerField(),
    )
    return officers.annotate(index_tier=tier, index_unconfirmed=differs).annotate(index_urgency=urgency)


def with_points(officers: QuerySet[Officer], viewer: Viewer) -> QuerySet[Officer]:
    """Adds `index_points`, `index_change` (hundredths) and `index_top` where this viewer sees points; else None.

    Who does not see the care part sees the risk part alone, without the change and the reasons of the whole.

    `index_order` and `index_change_order` sort them, who has none at the end of the largest first.
    """
    care = sees_care_everywhere(viewer)
    nothing = Value(None, output_field=IntegerField())
    points = _shown(viewer, f"current_score__{'index' if care else 'risk'}", IntegerField())
    change = _shown(viewer, "current_score__change_30", IntegerField()) if care else nothing
    return officers.annotate(
        index_points=points,
        index_change=change,
        index_order=Coalesce(points, -1),
        index_change_order=Coalesce(change, -1_000_000),
        index_top=_shown(viewer, "current_score__top", JSONField()) if care else Value(None, output_field=JSONField()),
        index_judged=_tier(viewer),
    )


def tier_facet(officers: QuerySet[Officer], viewer: Viewer) -> list[tuple[str, str, int]]:
    """(tier, word, officers) of the tiers as this viewer sees them, in their order of urgency."""
    rows = officers.order_by().annotate(index_tier=_tier(viewer)).values_list("index_tier").annotate(n=Count("pk"))
    key = rows.query.get_compiler(rows.db, elide_empty=False).as_sql()
    counts = _tier_counts.get(key, lambda: dict(rows), rows=lambda found: sum(found.values()))
    # where nobody is left all tiers stay, so that the one that was asked for keeps its name
    return [(t.value, str(t.label), counts.get(t.value, 0)) for t in Tier if counts.get(t.value) or not counts]


_tier_counts: Remembered[dict[str, int]] = Remembered()


def narrow_to_tiers(officers: QuerySet[Officer], values: Sequence[str], viewer: Viewer) -> QuerySet[Officer]:
    """The officers whose tier, as this viewer sees it, is one of `values`."""
    wanted = [value for value in values if value in Tier.values]
    seen = _where_computed(viewer)
    confirmed = Q(current_score__confirmed_tier__in=wanted)
    if seen is None:
        return officers.filter(confirmed)
    computed = Q(current_score__tier__in=wanted)
    if seen == Q():
        return officers.filter(computed)
    # Two statements, each served by an index, in place of one with "or" that reads every officer's score.
    everybody = Officer.objects.order_by()
    found = everybody.filter(seen, computed).values("pk").union(everybody.filter(~seen, confirmed).values("pk"))
    return officers.filter(pk__in=found)


def _where_points(viewer: Viewer) -> Q | None:
    """The condition on officers of a list that `viewer` sees their points: Q() everywhere, None nowhere.

    Nobody is listed from outside a viewer's grants. Where all of these show points, no unit needs to be looked up
    for each officer; those without a unit are in no grant.
    """
    condition = within(points_paths(viewer), "path")
    if condition is None or condition == Q():
        return condition
    if all(sees_points(viewer, grant.unit_path) for grant in viewer.grants):
        return Q(unit__isnull=False)
    return Q(unit__in=Unit.objects.filter(condition).values("pk"))


def _where_computed(viewer: Viewer) -> Q | None:
    """`_where_points` for tiers as they are computed: an unconfirmed one is nobody's business who may not see why."""
    return _where_points(viewer) if sees_care_everywhere(viewer) else None


def _tier(viewer: Viewer) -> Any:
    seen = _where_computed(viewer)
    confirmed = Coalesce("current_score__confirmed_tier", Value(""))
    if seen is None:
        return confirmed
    computed = Coalesce("current_score__tier", Value(""))
    if seen == Q():
        return computed
    return Case(When(seen, then=computed), default=confirmed, output_field=CharField())


def _shown(viewer: Viewer, column: str, field: Any) -> Any:
    seen = _where_points(viewer)
    if seen is None:
        return Value(None, output_field=field)
    if seen == Q():
        return F(column)
    return Case(When(seen, then=F(column)), default=Value(None), output_field=field)


def reason_names() -> dict[str, str]:
    """Code → name of what can be a top reason, in the active language. Versions never change: kept per process."""
    key = get_language() or ""
    version_id, words = _reason_names.get(key, (None, {}))
    if time.monotonic() - _checked.get(key, 0.0) > RECHECK_SECONDS:
        version = default_version()
        _checked[key] = time.monotonic()
        if version is not None and version.pk != version_id:
            words = names(definition_of(version))
            _reason_names[key] = (version.pk, words)
    return words


# how long a newly activated version may go unnoticed by the words of a list
RECHECK_SECONDS = 5.0
_reason_names: dict[str, tuple[int, dict[str, str]]] = {}
_checked: dict[str, float] = {}


# --- dossier --------------------------------------------------------------------------------------------------


def tier_of(viewer: Viewer, officer: Officer) -> dict[str, Any] | None:
    """The tier for the head of a dossier: as confirmed, and as proposed for who confirms. None: never indexed."""
    score = CurrentScore.objects.select_related("version").filter(officer=officer).first()
    if score is None:
        return None
    path = officer.unit.path if officer.unit_id and officer.unit else ""
    full = sees_points(viewer, path)
    care = sees_care(viewer, path)
    definition = definition_of(score.version)
    words = names(definition)
    proposal = None
    if confirms(viewer, path):
        proposal = Proposal.objects.filter(officer=officer, state=Proposal.State.PENDING).first()
    return {
        "score": score,
        "full": full and care,
        "confirmed": score.confirmed_tier,
        "computed": score.tier if full and care else "",
        "class_name": class_name(definition, score.tier_class) if full and care else "",
        "reasons": [words.get(code, code) for code, _points in score.top[:2]] if full and care else [],
        "proposal": proposal,
        "proposal_class": class_name(definition, proposal.tier_class) if proposal else "",
        "proposes": viewer.officer_id != officer.pk and viewer.covers(Permission.INDEX_PROPOSE, path),
        "now": timezone.now(),
    }


def index_of(viewer: Viewer, officer: Officer) -> dict[str, Any] | None:
    """The index panel: every line on the day of the current score, to the officer those of classes 1 and 2. None for
    who sees no points."""
    path = officer.unit.path if officer.unit_id and officer.unit else ""
    if not (viewer.officer_id == officer.pk or sees_points(viewer, path)):
        return None
    score = CurrentScore.objects.select_related("version__model", "run").filter(officer=officer).first()
    if score is None:
        return {"explained": None, "score": None, "opens_model": False}
    return {"explained": explain_officer(viewer, officer, as_of=score.as_of, version=score.version), "score": score,
            "opens_model": viewer.has(Permission.MODEL_VIEW), "own": viewer.officer_id == officer.pk}  # fmt: skip


def points_of_entries(viewer: Viewer, officer: Officer, entry_ids: Sequence[int]) -> dict[int, Points]:
    """Entry id → what it counts today, for entries of the timeline; {} for who sees no points."""
    path = officer.unit.path if officer.unit_id and officer.unit else ""
    if not entry_ids or not sees_points(viewer, path):
        return {}
    version, left_out = default_version_for(officer)
    if version is None:
        return {}
    counted = entry_points(officer, version, timezone.localdate(), with_left_out=left_out)
    return {
        pk: Points(PART_TONES[part], value / 100, code)
        for pk in entry_ids
        for code, part, value in [counted.get(pk, ("", "", 0))]
        if value
    }


def kind_uses(viewer: Viewer, kind_code: str) -> list[KindUse]:
    """The indicators, floors and red lines that rest on a ledger kind, for who may read models."""
    if not viewer.has(Permission.MODEL_VIEW):
        return []
    uses = []
    for model in models_with_versions():
        definition = definition_of(model.active) if model.active else None
        if definition is None or kind_code not in definition.kinds:
            continue
        found: list[Indicator | Floor] = [*definition.indicators, *definition.floors]
        named = [one for one in found if any(e.kind == kind_code for e in _evidence_of(one))]
        words = pick("、", ", ").join(f"{one.code} {pick(one.name_zh, one.name_en)}" for one in named)
        uses.append(KindUse(f"{model}: {words}", reverse("scoring:model-detail", args=[model.code])))
    return uses


def _evidence_of(one: Indicator | Floor) -> list[Evidence]:
    if isinstance(one, Indicator):
        return list(one.evidence)
    return [evidence for clause in one.clauses for evidence in clause.evidence]


# --- frame ------------------------------------------------------------------------------------------------------


def alarm(viewer: Viewer) -> Mapping[str, Any] | None:
    """What is wrong with the index: the last run failed, or a tier holds too large a share. None: nothing.

    For those who run indices. {"failed": run} or {"tier", "share" (per cent)}.
    """
    if not viewer.has(Permission.INDEX_RUN):
        return None
    runs = latest_runs()
    if runs.failed is not None:
        return {"failed": runs.failed}
    if runs.done is None:
        return None
    counts, limit = runs.done.counts, definition_of(runs.done.version).share_alarm
    judged = counts.get("officers", 0) - counts.get(Tier.INSUFFICIENT, 0)
    for tier in (Tier.HELP, Tier.WATCH):
        if judged and counts.get(tier, 0) > limit * judged:
            return {"tier": tier.label, "share": 100 * counts[tier] / judged}
    return None
