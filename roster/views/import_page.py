"""What the page of one batch shows, put together once for the whole page and for its fragments."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from police_hr.core.components import Choice, Step
from police_hr.core.roles import Permission
from roster.importing.targets import Target
from roster.models import ImportBatch
from roster.selectors import imports as selectors
from roster.selectors.doubts import BoardQuery
from roster.services.imports.undoing import undo_until

State = ImportBatch.State
HOW = {
    "profile": gettext_lazy("by the profile"),
    "last": gettext_lazy("as last time"),
    "synonym": gettext_lazy("by synonym"),
    "format": gettext_lazy("by format"),
    "hand": gettext_lazy("by hand"),
}


def page_context(request: HttpRequest, batch: ImportBatch, refusal: str = "") -> dict[str, Any]:
    """Context of `import_detail.html` and its parts."""
    target = selectors.target_of(batch)
    chosen = request.GET.get("state", "")
    chosen = chosen if chosen in selectors.FILTERS else ""
    page = selectors.rows_of(batch, chosen, request.GET.get("page", 1))  # type: ignore[arg-type]
    preview = selectors.Preview(batch, target) if target is not None else None
    counts = batch.counts
    acts = counts.get("acts", {})
    return {
        "batch": batch,
        "target": target,
        "target_label": selectors.target_label(batch.target),
        "problem": selectors.problem_of(batch),
        "refusal": refusal,
        "steps": _steps(batch),
        "mapping": [] if target is not None and target.fixed else _mapping(batch, target),
        "fields": list(target.fields.values()) if target is not None else [],
        "filters": _filters(batch, chosen),
        "columns": [("" if preview.target.fixed else header, field.label) for _column, field, header in preview.columns]
        if preview
        else [],
        "rows": preview.rows(list(page)) if preview else [],
        "page": page,
        "errors": counts.get("error", 0),
        "leaves_errors": batch.options.get("on_error") == "skip",
        "writes": acts.get("new", 0) + acts.get("update", 0),
        "kept_in_part": counts.get("kept", 0) < counts.get("total", 0),
        "is_staged": batch.state == State.STAGED,
        "is_open": batch.state in (State.STAGING, State.COMMITTING),
        "sees_doubts": request.viewer.has(Permission.DOUBT_VIEW),  # type: ignore[attr-defined]
        "undo_until": undo_until(batch),
        "doubts_url": _doubts_url(request, batch),
        "query": f"?state={chosen}&page={page.number}",
    }


def _doubts_url(request: HttpRequest, batch: ImportBatch) -> str:
    """The doubts about the dossiers that came or changed with the batch, for who has the board."""
    viewer = request.viewer  # type: ignore[attr-defined]
    if not batch.visible or not viewer.has(Permission.DOUBT_VIEW):
        return ""
    return reverse("roster:doubt-list") + BoardQuery(batch=batch.pk).but()


def body(request: HttpRequest, batch: ImportBatch, refusal: str = "") -> HttpResponse:
    """The part of the page below the title."""
    return render(request, "roster/_import_body.html", page_context(request, batch, refusal))


def _steps(batch: ImportBatch) -> list[Step]:
    counts = batch.counts
    fields = sum(1 for entry in batch.mapping if entry["field"])
    columns = _("%(columns)d columns, %(mapped)d mapped") % {"columns": len(batch.header), "mapped": fields}
    checked = _("%(errors)d rows with errors, %(doubts)d doubtful") % {
        "errors": counts.get("error", 0),
        "doubts": counts.get("doubt", 0),
    }
    done = batch.state in (State.COMMITTED, State.UNDONE)
    reached = 4 if done or batch.state == State.COMMITTING else 3 if counts else 2 if batch.header else 1
    last = batch.get_state_display() if done else _("all or nothing")
    notes = [batch.file_name, columns if batch.header else "", checked if counts else "", last]
    labels = [_("Choose a file"), _("Map columns"), _("Check"), _("Submit")]
    states = ["done" if n < reached or done else "now" if n == reached else "next" for n in range(1, 5)]
    return [Step(label, note, state) for label, note, state in zip(labels, notes, states, strict=True)]


def _mapping(batch: ImportBatch, target: Target | None) -> list[dict[str, Any]]:
    found = []
    for entry in batch.mapping:
        field = target.fields.get(entry["field"]) if target is not None else None
        found.append(
            {
                "column": entry["column"],
                "header": entry["header"],
                "field": field,
                "how": HOW.get(entry.get("how", ""), ""),
                "by_hand": entry.get("how") == "hand",
                "key": bool(field is not None and field.key),
            }
        )
    return found


def _filters(batch: ImportBatch, chosen: str) -> list[Choice]:
    counts = batch.counts
    labels = {
        "": _("All"),
        "error": _("Errors"),
        "doubt": _("Doubts"),
        "update": _("Updates"),
        "new": _("New"),
        "same": _("Unchanged"),
        "skip": _("Skipped"),
    }
    return [
        Choice(
            label=labels[state],
            url=f"?state={state}",
            chosen=state == chosen,
            count=counts.get(state, 0) if state else counts.get("total", 0),
        )
        for state in selectors.FILTERS
        if state != "skip" or counts.get("skip")
    ]
