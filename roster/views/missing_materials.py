"""Which materials the paper files lack: counts by material, the officers behind each, and their file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from police_hr.core import audit
from police_hr.core.access import access
from police_hr.core.errors import unavailable
from police_hr.core.i18n import pick
from police_hr.core.roles import Permission
from police_hr.core.views.sign_in import signed_in
from roster.forms.due_lists import FileForm, UnitCondition
from roster.models import Officer
from roster.selectors import missing_materials as selectors
from roster.selectors.categories import PARTY
from roster.selectors.missing_materials import Wanted
from roster.services import exports
from roster.services.missing_exports import MISSING
from roster.views.reading import viewer_of

ROWS = 50


class _Asked:
    """What the address asks for, checked: a unit, and one of the materials ("" for any)."""

    def __init__(self, request: HttpRequest) -> None:
        viewer = viewer_of(request)
        self.of = selectors.wanted()
        self.form = UnitCondition(request.GET if "unit" in request.GET else None, viewer=viewer)
        self.unit = self.form.cleaned_data.get("unit") if self.form.is_valid() else None
        self.files = selectors.files_in_view(viewer, self.unit)
        self.total, self.counts = selectors.counts(self.files, self.of)
        chosen = request.GET.get("what", "")
        most = max(self.counts, key=lambda code: self.counts[code], default="")
        self.what = chosen if chosen in self.of else most

    def officers(self) -> Any:
        rows = self.files.filter(self.of[self.what].lacking) if self.what else Officer.objects.none()
        return rows.select_related("unit").order_by("unit__path", "standing", "pk")

    def url(self, what: str = "") -> str:
        values = {"what": what or self.what, "unit": self.unit.code if self.unit else ""}
        return f"?{urlencode({name: value for name, value in values.items() if value})}"


@access(Permission.MATERIAL_VIEW)
@require_safe
def material_missing(request: HttpRequest) -> HttpResponse:
    """How many files lack each material, and whose."""
    ask, viewer = _Asked(request), viewer_of(request)
    page = Paginator(ask.officers(), ROWS).get_page(request.GET.get("page"))
    officers = list(page.object_list)
    lacks = selectors.missing_of(officers, ask.of)
    try:
        told = {"officers": [officer.pk for officer in officers], "list": "missing"}
        audit.record_read(request, action="material.view_missing", object_type="list", object_id="", details=told)
    except DatabaseError:
        return unavailable(request)
    context = {
        "page": page,
        "rows": [(officer, _in_words(lacks[officer.pk], officer, ask.of)) for officer in officers],
        "bars": [(one.label, ask.counts[code], ask.url(code), code == ask.what) for code, one in ask.of.items()],
        "most": max(ask.counts.values(), default=0),
        "total": ask.total,
        "what": ask.of[ask.what].label if ask.what else "",
        "unit_form": ask.form,
        "kept": {"what": ask.what},
        "query": ask.url(),
        "may_export": viewer.has(Permission.EXPORT),
        "may_import": viewer.has(Permission.IMPORT_RUN),
        "file": FileForm(auto_id="file-%s"),
    }
    return render(request, "roster/material_missing.html", context)


def _in_words(missing: list[Wanted], officer: Officer, of: Mapping[str, Wanted]) -> dict[str, Any]:
    """What a file lacks as one text, and whether that is all there should be."""
    due = [one for one in of.values() if not one.party_only or officer.political_status in PARTY]
    return {"words": pick("、", ", ").join(one.label for one in missing), "all": len(missing) == len(due)}


@access(Permission.EXPORT)
@require_POST
def material_missing_export(request: HttpRequest) -> HttpResponse:
    """The officers of the address as a file, with all that each file lacks."""
    ask, asked = _Asked(request), FileForm(request.POST)
    back = reverse("roster:material-missing") + ask.url()
    if not asked.is_valid():
        messages.error(request, _("Write what the file is for."))
        return redirect(back)
    ids = list(ask.officers().values_list("pk", flat=True))
    try:
        export = exports.request_officers(
            viewer=viewer_of(request), officers=ids, form=MISSING, by=signed_in(request), **asked.cleaned_data
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(back)
    return redirect("roster:export-detail", pk=export.pk)
