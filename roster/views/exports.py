"""Exports of officers: ask with a reason, consent, fetch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from police_hr.core.access import Viewer, access
from police_hr.core.components import Choice
from police_hr.core.roles import Permission
from police_hr.core.views.sign_in import signed_in
from roster.access import read_bounds
from roster.forms.officer_filter import read_query
from roster.models import ROWS_WITHOUT_CONSENT, ExportRequest, Officer
from roster.selectors import officer_columns as table
from roster.selectors.officer_list import narrowed, ordered
from roster.selectors.roster_rows import PaperWords, rows_of
from roster.selectors.rosters import rosters
from roster.services import exports
from roster.services.export_forms import ExportForm, form_of, forms_for, titles_of

LISTED = 50
PREVIEWED = 3
FORMATS = {
    "html": gettext_lazy("Page to print (A4)"),
    "xlsx": gettext_lazy("Excel workbook (.xlsx)"),
    "csv": gettext_lazy("Text table (.csv)"),
    "pdf": gettext_lazy("PDF, to print (.pdf)"),
    "docx": gettext_lazy("Word document (.docx)"),
    "zip": gettext_lazy("One file an officer, packed (.zip)"),
}


class AskForm(forms.Form):
    """Why, in which format and, where the form of the export leaves that open, with which columns."""

    reason = forms.CharField(
        label=gettext_lazy("What the file is for"),
        max_length=200,
        min_length=exports.SHORTEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    file_format = forms.ChoiceField(label=gettext_lazy("Format"))
    columns = forms.MultipleChoiceField(label=gettext_lazy("Columns"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, viewer: Viewer, form: ExportForm, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        endings = [(ending, FORMATS.get(ending, ending)) for ending in form.formats]
        self.fields["file_format"].choices = endings  # type: ignore[attr-defined]
        if not form.chooses_columns:
            del self.fields["columns"]
            return
        allowed = table.exportable(role.code for role in viewer.roles)
        self.fields["columns"].choices = [(column.code, column.title) for column in allowed]  # type: ignore[attr-defined]
        self.initial.setdefault("columns", ["name", *table.DEFAULT])


@access(Permission.EXPORT)
@require_http_methods(["GET", "POST"])
def export_new(request: HttpRequest) -> HttpResponse:
    """The list of the address as a file: its form, reason, format, columns."""
    viewer = request.viewer  # type: ignore[attr-defined]
    query, notices = read_query(request.GET, viewer, request)
    usable = [form for form in forms_for(viewer) if form.from_list]
    chosen = next((form for form in usable if form.code == request.GET.get("form")), usable[0])
    ask = AskForm(request.POST if request.method == "POST" else None, viewer=viewer, form=chosen)
    if ask.is_valid():
        try:
            export = exports.request_export(
                viewer=viewer, query=query, by=signed_in(request), form=chosen.code, **ask.cleaned_data
            )
            return redirect("roster:export-detail", pk=export.pk)
        except ValidationError as error:
            ask.add_error(error.code if error.code in ask.fields else None, error)
    found = narrowed(viewer, query, bounds=read_bounds(), permission=Permission.EXPORT)
    rows = found.count()
    pairs = query.pairs()
    context = {
        "form": ask,
        "chosen": chosen,
        "choices": [
            Choice(form.label, chosen=form is chosen, url=f"?{urlencode([*pairs, ('form', form.code)])}")
            for form in usable
        ],
        "rows": rows,
        "preview": _preview(chosen, list(ordered(found, query, viewer)[:PREVIEWED])),
        "needs_consent": rows > ROWS_WITHOUT_CONSENT,
        "without_consent": ROWS_WITHOUT_CONSENT,
        "notices": notices,
        "back_url": reverse("roster:officer-list") + query.change(officers=()).url,
    }
    return render(request, "roster/export_new.html", context)


def _preview(form: ExportForm, officers: Sequence[Officer]) -> dict[str, Any] | None:
    """The first lines of a roster, so that nobody asks for the wrong one."""
    roster = next((roster for roster in rosters() if roster.code == form.code), None)
    if roster is None or not officers:
        return None
    return {"titles": roster.titles, "rows": rows_of(roster, officers, PaperWords.read())}


@access(Permission.EXPORT)
@require_GET
def export_list(request: HttpRequest) -> HttpResponse:
    """One's own exports, and those that wait for one's consent."""
    viewer, user = request.viewer, signed_in(request)  # type: ignore[attr-defined]
    exports.expire_exports()
    wanted = Q(requested_by=user) | Q(state=ExportRequest.State.WAITING) | Q(approved_by=user)
    found = ExportRequest.objects.filter(wanted).select_related("requested_by", "approved_by").defer("officers")
    rows = [
        (export, form_of(export.form))
        for export in found[:LISTED]
        if user.pk in (export.requested_by_id, export.approved_by_id) or exports.may_decide(viewer, export)
    ]
    return render(request, "roster/export_list.html", {"exports": rows, "user_id": user.pk})


@access(Permission.EXPORT)
@require_GET
def export_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One export; as a fragment it is asked for each second while the file is written."""
    viewer, user = request.viewer, signed_in(request)  # type: ignore[attr-defined]
    export = _export(viewer, pk)
    context = {
        "export": export,
        "form": form_of(export.form),
        "format": FORMATS.get(export.format, export.format),
        "columns": titles_of(export),
        "is_own": export.requested_by_id == user.pk,
        "may_decide": export.state == ExportRequest.State.WAITING and exports.may_decide(viewer, export),
        "poll_url": reverse("roster:export-detail", args=[pk]),
    }
    template = "roster/_export_state.html" if request.htmx else "roster/export_detail.html"  # type: ignore[attr-defined]
    return render(request, template, context)


@access(Permission.EXPORT)
@require_POST
def export_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Consent to an export or refuse it, as the second person."""
    viewer = request.viewer  # type: ignore[attr-defined]
    export = _export(viewer, pk)
    try:
        exports.decide_export(
            export=export, viewer=viewer, consent=request.POST.get("decision") == "consent", by=signed_in(request)
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("roster:export-detail", pk=pk)


@access(Permission.EXPORT)
@require_POST
def export_file(request: HttpRequest, pk: int) -> HttpResponse | FileResponse:
    """The file, for the one who asked for it."""
    user = signed_in(request)
    export = get_object_or_404(ExportRequest, pk=pk, requested_by=user)
    try:
        path = exports.file_for(export=export, by=user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("roster:export-detail", pk=pk)
    form = form_of(export.form)
    called = (form.file_name or form.label) if form is not None else _("officers")
    name = f"{called}-{export.number}.{export.format}"
    return FileResponse(path.open("rb"), as_attachment=True, filename=name)


@access(Permission.EXPORT)
@require_GET
def export_print(request: HttpRequest, pk: int) -> HttpResponse:
    """A roster that was written as a page, on screen as it will lie on paper: for the one who asked for it."""
    user = signed_in(request)
    export = get_object_or_404(ExportRequest, pk=pk, requested_by=user, format="html")
    try:
        path = exports.file_for(export=export, by=user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("roster:export-detail", pk=pk)
    # Our own templates wrote it, and the service that hands it out has seen that it is still that file.
    context = {"export": export, "form": form_of(export.form), "body": SafeString(path.read_text(encoding="utf-8"))}
    return render(request, "roster/export_print.html", context)


def _export(viewer: Viewer, pk: int) -> ExportRequest:
    """The export, for the one who asked and for who can be the second person; to others it is not there."""
    found = ExportRequest.objects.select_related("requested_by", "approved_by", "job")
    mine = Q(requested_by=viewer.user) | Q(approved_by=viewer.user)
    export = found.filter(mine, pk=pk).first()
    if export is None:
        export = get_object_or_404(found, pk=pk, state=ExportRequest.State.WAITING)
        get_object_or_404(ExportRequest, pk=pk if exports.may_decide(viewer, export) else 0)
    return export
