"""Ledger entries: record by menu and fields, read, correct, void, close, verify, take back."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from police_hr.core import files
from police_hr.core.access import access
from police_hr.core.fields import PayloadForm
from police_hr.core.i18n import pick
from police_hr.core.roles import Permission
from police_hr.core.views.sign_in import signed_in
from roster.access import path_for, today
from roster.forms.ledger import CloseForm, CorrectionReason, FactsForm, VoidForm, initial_of, payload_form, uploads_of
from roster.models import LedgerEntry, LedgerKind, LedgerKindVersion, Officer
from roster.selectors import kinds as kind_selectors
from roster.selectors import ledger as selectors
from roster.selectors.corrections import is_slip, may_request
from roster.selectors.facts import ENTRY
from roster.services import entry_forms
from roster.services import ledger as services
from roster.views.reading import officer_or_refuse, viewer_of, written_down

UNDO = "undo_entry"
UNDO_SECONDS = 600


@access(Permission.LEDGER_ADD)
@require_http_methods(["GET", "POST"])
def ledger_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose a kind in the menu tree, then fill in its fields. A form sent twice makes one entry."""
    officer = officer_or_refuse(request, pk, Permission.LEDGER_ADD)
    viewer = viewer_of(request)
    path = path_for(viewer, officer, Permission.LEDGER_ADD)
    code = request.POST.get("kind", "") or request.GET.get("kind", "")
    context: dict[str, Any] = {"officer": officer, "tree": kind_selectors.recordable_kinds(viewer, path), "code": code}
    if not code:
        return render(request, "roster/entry_add.html", context)
    kind = next((kind for node in context["tree"] for kind in node.all if kind.code == code), None)
    if kind is None or kind.current is None:
        raise Http404
    context |= {"kind": kind, "version": kind.current}
    if request.method == "POST":
        forms, entry = _record(request, officer, kind, kind.current)
        if entry is not None:
            return redirect("roster:officer-detail", pk=officer.pk)
    else:
        forms = {"form": FactsForm(version=kind.current), "fields": payload_form(kind.current)}
    template = "roster/entry_form.html" if request.htmx else "roster/entry_add.html"  # type: ignore[attr-defined]
    return render(request, template, context | forms)


@access(Permission.OWN_VIEW)
@require_safe
def entry_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One entry: what it says, its evidence, who recorded it, what it replaced or was replaced by."""
    entry = _entry_or_refuse(request, pk)
    if refused := _written_down(request, entry):
        return refused
    viewer = viewer_of(request)
    path = entry.officer.unit.path if entry.officer.unit_id and entry.officer.unit else ""
    holds = entry.voided_on is None
    own = viewer.officer_id == entry.officer_id
    version = entry.kind_version
    context = {
        "entry": entry,
        "fields": selectors.describe([entry])[0],
        "amount_label": pick(version.amount_label_zh, version.amount_label_en),
        "files": _files(entry),
        "replaced": LedgerEntry.objects.filter(replaced_by=entry).first(),
        "can_correct": holds and may_request(viewer, entry.officer),
        "own": own,
        "can_void": viewer.covers(Permission.LEDGER_VOID, path) and is_slip(entry, signed_in(request)),
        "can_close": holds and version.open_ended and entry.closed_on is None and _may(request, entry),
        "can_verify": holds and version.needs_verification and not entry.verified and _may(request, entry)
        and entry.recorded_by_id != signed_in(request).pk,
    }  # fmt: skip
    return render(request, "roster/entry_detail.html", context)


@access(Permission.OWN_VIEW)
@require_safe
def entry_file(request: HttpRequest, pk: int, name: str) -> HttpResponse | FileResponse:
    """An evidence file of an entry, as a download."""
    entry = _entry_or_refuse(request, pk)
    spec = next((spec for spec in entry.kind_version.fields if spec["name"] == name and spec["type"] == "file"), None)
    stored = entry.payload.get(name) if spec else None
    path = entry_forms.evidence_path(stored["sha256"]) if stored else None
    if path is None or stored is None or not path.is_file():
        raise Http404
    refused = _written_down(request, entry, "entry.file", file=name)
    return refused or FileResponse(path.open("rb"), as_attachment=True, filename=files.tidy_name(stored["name"]))


@access(Permission.LEDGER_VOID)
@require_http_methods(["GET", "POST"])
def entry_void(request: HttpRequest, pk: int) -> HttpResponse:
    """Declare an entry void that one typed by mistake today, with the reason; any other is asked for."""
    entry = _entry_or_refuse(request, pk, Permission.LEDGER_VOID)
    if not is_slip(entry, signed_in(request)):
        return _second_person(request, entry)
    form = VoidForm(request.POST or None)
    if _done(
        request, form, lambda data: entry_forms.void_slip(entry=entry, reason=data["reason"], by=signed_in(request))
    ):
        messages.success(request, _("The entry is void."))
        return redirect("roster:entry-detail", pk=pk)
    return _change_page(request, entry, form, _("Void the entry"), danger=True)


@access(Permission.LEDGER_ADD)
@require_http_methods(["GET", "POST"])
def entry_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Say when an open matter ended."""
    entry = _entry_or_refuse(request, pk, Permission.LEDGER_ADD)
    if not entry.kind_version.open_ended or not _may(request, entry):
        raise Http404
    form = CloseForm(request.POST or None, initial={"on": today()})
    if _done(request, form, lambda data: services.close_entry(entry=entry, on=data["on"], by=signed_in(request))):
        messages.success(request, _("The matter is closed."))
        return redirect("roster:entry-detail", pk=pk)
    return _change_page(request, entry, form, _("Close the matter"))


@access(Permission.LEDGER_VOID)
@require_http_methods(["GET", "POST"])
def entry_correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Void an entry that one mistyped today and record it anew as it should have been; any other is asked for."""
    entry = _entry_or_refuse(request, pk, Permission.LEDGER_VOID)
    if not is_slip(entry, signed_in(request)):
        return _second_person(request, entry)
    version = entry.kind.current or entry.kind_version
    start = initial_of(entry, version)
    days = {name: getattr(entry, name) for name in ("occurred_on", "known_on", "closed_on", "amount")}
    bound = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    reason = CorrectionReason(bound[0])
    form = FactsForm(bound[0], version=version, initial=days)
    fields = payload_form(version, bound[0], bound[1], initial=start)
    if request.method == "POST" and all([reason.is_valid(), form.is_valid(), fields.is_valid()]):
        try:
            fresh = _correct(request, entry, reason.cleaned_data["reason"], form, fields)
        except ValidationError as error:
            _show(error, form, fields)
        else:
            messages.success(request, _("Corrected. The old entry stays readable, struck through."))
            return redirect("roster:entry-detail", pk=fresh.pk)
    if refused := _written_down(request, entry):
        return refused
    context = {"entry": entry, "reason": reason, "form": form, "fields": fields, "version": version}
    return render(request, "roster/entry_correct.html", context)


@access(Permission.LEDGER_ADD)
@require_POST
def entry_verify(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm what somebody else recorded."""
    entry = _entry_or_refuse(request, pk, Permission.LEDGER_ADD)
    if not entry.kind_version.needs_verification or not _may(request, entry):
        raise Http404
    try:
        fresh = services.verify_entry(entry=entry, by=signed_in(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("roster:entry-detail", pk=pk)
    messages.success(request, _("The entry is verified and counts from now on."))
    return redirect("roster:entry-detail", pk=fresh.pk)


@access(Permission.LEDGER_ADD)
@require_POST
def entry_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back what was recorded a moment ago in this session."""
    noted = request.session.get(UNDO) or {}
    if noted.get("entry") != pk or noted.get("until", 0) < time.time():
        raise Http404
    entry = LedgerEntry.objects.filter(pk=pk).first()
    if entry is None:
        raise Http404
    try:
        entry_forms.take_back(entry=entry, by=signed_in(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("Taken back. The entry is void."))
    del request.session[UNDO]
    return redirect("roster:officer-detail", pk=entry.officer_id)


# --- steps ----------------------------------------------------------------------------------------------------


def _entry_or_refuse(request: HttpRequest, pk: int, permission: Permission = Permission.OFFICER_VIEW) -> LedgerEntry:
    """The entry where its officer is in scope and its class is open; a stub is 404, as if it were not there."""
    entry = selectors.entry_for(viewer_of(request), pk)
    if entry is None:
        viewer = viewer_of(request)
        raise Http404 if viewer.has(permission) or viewer.officer_id else PermissionDenied
    officer_or_refuse(request, entry.officer_id, permission)
    return entry


def _second_person(request: HttpRequest, entry: LedgerEntry) -> HttpResponse:
    """To the request for a correction: what somebody else recorded, or yesterday, is not changed by one person."""
    messages.info(
        request, _("Only what you typed yourself today is put right alone. Another person decides about this.")
    )
    if entry.voided_on is not None:
        return redirect("roster:entry-detail", pk=entry.pk)
    address = reverse("roster:correction-new", args=[entry.officer_id])
    return redirect(f"{address}?fact={ENTRY}.{entry.pk}")


def _written_down(
    request: HttpRequest, entry: LedgerEntry, action: str = "entry.view", **details: Any
) -> HttpResponse | None:
    """Record that this entry is read, with its class."""
    details |= {"classes": [entry.sensitivity]}
    return written_down(
        request, action=action, officer=entry.officer, object_type="entry", object_id=entry.pk, details=details
    )


def _files(entry: LedgerEntry) -> list[str]:
    """The names of the file fields that hold a file."""
    specs = entry.kind_version.fields
    return [spec["name"] for spec in specs if spec["type"] == "file" and entry.payload.get(spec["name"])]


def _may(request: HttpRequest, entry: LedgerEntry) -> bool:
    viewer = viewer_of(request)
    path = path_for(viewer, entry.officer, Permission.LEDGER_ADD)
    return kind_selectors.recordable(viewer, path, entry.kind.code) is not None


def _record(
    request: HttpRequest, officer: Officer, kind: LedgerKind, version: LedgerKindVersion
) -> tuple[dict[str, Any], LedgerEntry | None]:
    form, fields = FactsForm(request.POST, version=version), payload_form(version, request.POST, request.FILES)
    if not all([form.is_valid(), fields.is_valid()]):
        return {"form": form, "fields": fields}, None
    facts = {name: value for name, value in form.cleaned_data.items() if name != "token"}
    try:
        entry_forms.keep_evidence(uploads_of(fields), fields.payload)
        entry, _made = entry_forms.record_once(
            token=form.cleaned_data["token"],
            officer=officer,
            kind=kind.code,
            payload=fields.payload,
            by=signed_in(request),
            **facts,
        )
    except ValidationError as error:
        _show(error, form, fields)
        return {"form": form, "fields": fields}, None
    request.session[UNDO] = {
        "entry": entry.pk, "officer": officer.pk, "kind": str(version), "until": time.time() + UNDO_SECONDS,
    }  # fmt: skip
    return {}, entry


def _correct(
    request: HttpRequest, entry: LedgerEntry, reason: str, form: FactsForm, fields: PayloadForm
) -> LedgerEntry:
    uploads = uploads_of(fields)
    entry_forms.keep_evidence(uploads, fields.payload)
    names = ("occurred_on", "closed_on", "amount")
    changes: dict[str, Any] = {name: form.cleaned_data[name] for name in names if name in form.cleaned_data}
    changes["known_on"] = form.cleaned_data["known_on"] or entry.known_on
    changes["payload"] = fields.payload
    return entry_forms.correct_slip(entry=entry, changes=changes, reason=reason, by=signed_in(request))


def _show(error: ValidationError, form: FactsForm, fields: PayloadForm) -> None:
    """Put what a service refused beside its input."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, found in error.error_dict.items():
        target = form if name in form.fields else fields if name in fields.fields else None
        if target is None:
            form.add_error(None, ValidationError(found))
        else:
            target.add_error(name, ValidationError(found))


def _done(request: HttpRequest, form: Any, act: Callable[[dict[str, Any]], object]) -> bool:
    """Do `act` with a valid form's data. False where the page is to be shown (again)."""
    if request.method != "POST" or not form.is_valid():
        return False
    try:
        act(form.cleaned_data)
    except ValidationError as error:
        known = getattr(error, "error_dict", {})
        form.add_error(None, error if set(known) <= set(form.fields) else ValidationError(error.messages))
        return False
    return True


def _change_page(
    request: HttpRequest, entry: LedgerEntry, form: Any, title: str, *, danger: bool = False
) -> HttpResponse:
    if refused := _written_down(request, entry):
        return refused
    context = {"entry": entry, "form": form, "title": title, "danger": danger}
    return render(request, "roster/entry_change.html", context | {"fields": selectors.describe([entry])[0]})
