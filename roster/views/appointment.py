"""The appointment form of one officer: written on by hand, and handed out as PDF, Word or exchange file."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from police_hr.core.access import access
from police_hr.core.context import watermark_of
from police_hr.core.files import tidy_name
from police_hr.core.roles import Permission
from police_hr.core.views.sign_in import signed_in
from roster.forms.appointment import AppointmentTextsForm
from roster.models import AppointmentForm
from roster.selectors.appointment import appointment_form, current_form, forms_of
from roster.services import appointment_prints as prints
from roster.services.appointment import write_form_texts
from roster.views.reading import officer_or_refuse, viewer_of, written_down

TAB = "approval"
TYPES = {
    prints.PDF: "application/pdf",
    prints.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    prints.LRMX: "application/xml",
}


@access(Permission.OFFICER_EDIT)
@require_http_methods(["GET", "POST"])
def approval_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Proposed and removed post, reason, reporting unit, days. The later of two editors sees both versions."""
    officer = officer_or_refuse(request, pk, Permission.OFFICER_EDIT)
    current = current_form(viewer_of(request), officer)
    theirs: list[dict[str, Any]] = []
    if request.method == "POST":
        form = AppointmentTextsForm(request.POST)
        if form.is_valid():
            try:
                write_form_texts(
                    officer=officer,
                    texts=form.texts(),
                    started_from=form.cleaned_data["started_from"],
                    by=signed_in(request),
                )
            except ValidationError as error:
                form.add_error(None, error)
                if getattr(error, "code", "") == "stale":
                    theirs = _both(form, current)
                    form = _again(form, current)
            else:
                messages.success(request, _("The appointment form is stored."))
                return redirect("roster:officer-tab", pk=pk, tab=TAB)
    else:
        form = AppointmentTextsForm.start(current.texts if current else {}, current.pk if current else None)
    context = {"officer": officer, "form": form, "theirs": theirs, "history": forms_of(viewer_of(request), officer)}
    return render(request, "roster/approval_edit.html", context)


def _both(form: AppointmentTextsForm, current: AppointmentForm | None) -> list[dict[str, Any]]:
    """The fields in which the two versions differ: (field, mine, theirs)."""
    said = current.texts if current else {}
    return [
        {"label": form.fields[name].label, "mine": text, "theirs": said.get(name, "")}
        for name, text in form.texts().items()
        if said.get(name, "") != text
    ]


def _again(form: AppointmentTextsForm, current: AppointmentForm | None) -> AppointmentTextsForm:
    """The editor's words once more, started from what is current now."""
    data = {name: form.data.get(name, "") for name in form.fields}
    data["started_from"] = current.pk if current else ""
    again = AppointmentTextsForm(data)
    again.is_valid()
    for error in form.non_field_errors():
        again.add_error(None, error)
    return again


@access(Permission.EXPORT)
@require_safe
def approval_file(request: HttpRequest, pk: int, file_format: str) -> HttpResponse:
    """The form as a file. One that would lack a part, or whose text is too long, is told before it is handed out."""
    if file_format not in prints.FORMATS:
        raise Http404
    officer = officer_or_refuse(request, pk, Permission.EXPORT)
    form = appointment_form(viewer_of(request), officer, timezone.localdate())
    if form.withheld:
        messages.error(request, _("Parts of the form are closed to you. Open them with a reason, then print."))
        return redirect("roster:officer-tab", pk=pk, tab=TAB)
    refused = written_down(
        request, action="appointment.print", officer=officer, details={"format": file_format, "class": 3}
    )
    if refused:
        return refused
    try:
        printed = prints.print_one(form, file_format, mark=watermark_of(signed_in(request)))
    except prints.CannotPrint as error:
        messages.error(request, str(error))
        return redirect("roster:officer-tab", pk=pk, tab=TAB)
    if printed.notes and "anyway" not in request.GET:
        context = {"officer": officer, "notes": printed.notes, "file_format": file_format}
        return render(request, "roster/approval_notes.html", context)
    response = HttpResponse(printed.content, content_type=TYPES[file_format])
    name = tidy_name(f"{officer.badge_no} {officer.name}")
    response["Content-Disposition"] = content_disposition_header(True, f"{name}.{file_format}")
    response["Cache-Control"] = "no-store"
    return response
