"""Editing a draft: a part at a time, the worked example beside it, and what to do when two edit at once."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from police_hr.core.access import access
from police_hr.core.roles import Permission
from police_hr.core.views.sign_in import signed_in
from scoring.forms.indicators import IndicatorForm, NewIndicatorForm
from scoring.forms.models import DimensionForm, Document, FloorsForm, PartForm, RulesForm
from scoring.models import IndexModelVersion
from scoring.selectors import compare
from scoring.selectors.example import fading
from scoring.selectors.model_check import ModelFault
from scoring.selectors.preview import preview_of
from scoring.services import models as services
from scoring.views.model_access import refuse_parts, version_or_404, viewer_of

RULES, FLOORS = "rules", "floors"


@access(Permission.MODEL_EDIT)
@require_POST
def model_draft(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Make a draft from a version and open it."""
    refuse_parts(request, Permission.MODEL_EDIT)
    version = version_or_404(request, code, number)
    try:
        draft = services.start_draft(version=version, by=signed_in(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("scoring:model-detail", code=code)
    return redirect("scoring:model-edit", code=code, number=draft.number)


@access(Permission.MODEL_VIEW, write=Permission.MODEL_EDIT)
@require_http_methods(["GET", "POST"])
def model_edit(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """One part of a draft: a dimension (`part` its code), the thresholds and rules, the floors."""
    version = draft_or_404(request, code, number)
    part = part_of(version, request.GET.get("part", ""))
    if request.method != "POST":
        return _page(request, version, part, part_form(version.definition, part))
    refuse_parts(request, Permission.MODEL_EDIT)
    form = part_form(version.definition, part, request.POST)
    saved, conflict = save(request, version, form)
    if saved:
        messages.success(request, _("Saved. Preview who would move before you submit it."))
        return redirect(f"{request.path}?part={part}")
    return _page(request, version, part, form, conflict=conflict)


@access(Permission.MODEL_VIEW, write=Permission.MODEL_EDIT)
@require_http_methods(["GET", "POST"])
def model_indicator(request: HttpRequest, code: str, number: int, indicator: str) -> HttpResponse:
    """One indicator of a draft in full."""
    version = draft_or_404(request, code, number)
    group, place = _place(version.definition, indicator)
    data = request.POST if request.method == "POST" else None
    form = IndicatorForm(data, document=version.definition, group=group, place=place)
    conflict = None
    part = version.definition[group][place]["dim"]
    if data is not None:
        refuse_parts(request, Permission.MODEL_EDIT)
        saved, conflict = save(request, version, form)
        if saved:
            messages.success(request, _("Saved. Preview who would move before you submit it."))
            return redirect(f"{_edit_url(version)}?part={part}")
    context = {"version": version, "form": form, "part": part, "code": indicator, "conflict": conflict}
    return render(request, "scoring/models/indicator.html", context | _example(version, indicator))


@access(Permission.MODEL_EDIT)
@require_http_methods(["GET", "POST"])
def model_indicator_new(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Add an indicator to a dimension of a draft."""
    refuse_parts(request, Permission.MODEL_EDIT)
    version = draft_or_404(request, code, number)
    part = part_of(version, request.GET.get("part", ""))
    if part in (RULES, FLOORS):
        raise Http404
    form = NewIndicatorForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            document = form.added_to(version.definition, part)
            services.edit_draft(version=version, definition=document, by=signed_in(request), edition=version.edition)
        except ModelFault as fault:
            form.add_error(_new_field(fault.path), fault.problem)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The indicator is added."))
            return redirect(f"{_edit_url(version)}?part={part}")
    context = {"version": version, "form": form, "part": part}
    return render(request, "scoring/models/indicator_new.html", context)


@access(Permission.MODEL_VIEW)
@require_safe
def model_example(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """The worked example of one indicator with the numbers just typed: a fragment."""
    version = version_or_404(request, code, number)
    indicator = request.GET.get("indicator", "")
    typed = (request.GET.get(f"points-{indicator}"), request.GET.get(f"half-{indicator}"))
    return render(request, "scoring/models/_example.html", _example(version, indicator, *typed))


def draft_or_404(request: HttpRequest, code: str, number: int) -> IndexModelVersion:
    version = version_or_404(request, code, number)
    if version.state != IndexModelVersion.State.DRAFT:
        raise Http404
    return version


def part_of(version: IndexModelVersion, asked: str) -> str:
    """The part to be shown: a dimension's code, `rules` or `floors`; the first dimension for anything else."""
    codes = [dimension["code"] for dimension in version.definition["dimensions"]]
    return asked if asked in (*codes, RULES, FLOORS) else codes[0]


def part_form(document: Document, part: str, data: Any = None) -> PartForm:
    if part == RULES:
        return RulesForm(data, document=document)
    if part == FLOORS:
        return FloorsForm(data, document=document)
    return DimensionForm(data, document=document, dimension=part)


def save(request: HttpRequest, version: IndexModelVersion, form: PartForm) -> tuple[bool, dict[str, Any] | None]:
    """Save what the form holds. Not saved: faults stand beside their fields, and where somebody else saved meanwhile
    the second value tells what they changed and what was typed here."""
    if not form.is_valid():
        return False, None
    typed = form.changed_document()
    edition = request.POST.get("edition", "")
    seen = int(edition) if edition.isascii() and edition.isdigit() and len(edition) < 9 else 0
    reason = request.POST.get("reason")
    try:
        services.edit_draft(version=version, definition=typed, by=signed_in(request), edition=seen, reason=reason)
    except ModelFault as fault:
        form.add_fault(fault.path, fault.problem, " ".join(fault.messages))
    except ValidationError as error:
        form.add_error(None, ValidationError(error.messages))
        if error.code == "stale":
            return False, {"by": version.edited_by, "yours": compare.differences(version.definition, typed)}
    else:
        return True, None
    return False, None


def _page(
    request: HttpRequest,
    version: IndexModelVersion,
    part: str,
    form: PartForm,
    *,
    conflict: dict[str, Any] | None = None,
) -> HttpResponse:
    viewer = viewer_of(request)
    in_use = version.model.active
    base = version.based_on or in_use
    changes = compare.differences(base.definition, version.definition) if base is not None else []
    context = {
        "version": version,
        "in_use": in_use,
        "base": base,
        "part": part,
        "form": form,
        "kind": part if part in (RULES, FLOORS) else "dimension",
        "dimensions": _dimensions(version.definition),
        "changes": changes,
        "changed": sum(len(section.lines) for section in changes),
        "preview": preview_of(viewer, version),
        "conflict": conflict,
        "may_edit": viewer.has(Permission.MODEL_EDIT),
        "old": _old_values(base.definition if base is not None else {}),
    }
    if isinstance(form, DimensionForm) and form.rows:
        codes = [row["code"] for row in form.rows]
        asked = request.GET.get("indicator", "")
        context |= _example(version, asked if asked in codes else codes[0])
    return render(request, "scoring/models/edit.html", context)


def _dimensions(document: Document) -> list[dict[str, Any]]:
    every = [*document["indicators"], *document.get("contexts", ())]
    return [
        {**dimension, "count": sum(one["dim"] == dimension["code"] for one in every)}
        for dimension in document["dimensions"]
    ]


def _old_values(document: Document) -> dict[str, str]:
    """`points-A01`, `half-A01`, `cap-A01` → the value of the version the draft was made from."""
    found = {}
    for one in document.get("indicators", ()):
        evidence = one["evidence"]
        found[f"points-{one['code']}"] = f"{evidence[0].get('points', 0):g}" if len(evidence) == 1 else ""
        found[f"half-{one['code']}"] = f"{one['decay'].get('half_life') or ''}"
        found[f"cap-{one['code']}"] = f"{one.get('cap') or ''}"
    return found


def _example(
    version: IndexModelVersion, indicator: str, points: str | None = None, half_life: str | None = None
) -> dict[str, Any]:
    return {"example": fading(version, indicator, points=points, half_life=half_life), "version": version}


def _place(document: Document, code: str) -> tuple[str, int]:
    for group in ("indicators", "contexts"):
        for place, one in enumerate(document.get(group, ())):
            if one["code"] == code:
                return group, place
    raise Http404


NEW_FIELDS = frozenset({"half_life", "kind", "points", "name_zh", "name_en"})


def _new_field(path: str) -> str | None:
    last = path.rpartition(".")[2]
    return last if last in NEW_FIELDS else None


def _edit_url(version: IndexModelVersion) -> str:
    return reverse("scoring:model-edit", args=[version.model.code, version.number])
