"""The import pages: list, new, and one batch with its steps."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from police_hr.core.access import access
from police_hr.core.models import User
from police_hr.core.numbers import whole_number
from police_hr.core.roles import Permission
from police_hr.core.tabular import TableError
from police_hr.core.views.sign_in import signed_in
from roster.forms.imports import DecisionForm, ImportForm
from roster.importing import problems
from roster.importing.targets import UnknownTarget
from roster.models import ImportBatch, ImportRow
from roster.selectors import imports as selectors
from roster.services.imports import committing, packing, rows, staging, undoing, workbooks
from roster.views.import_page import body, page_context

State = ImportBatch.State
ROWS = 30
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def batch_for(request: HttpRequest, pk: int) -> ImportBatch:
    return get_object_or_404(selectors.batches_visible_to(request.viewer), pk=pk)  # type: ignore[attr-defined]


@access(Permission.IMPORT_RUN)
@require_safe
def import_list(request: HttpRequest) -> HttpResponse:
    """All batches, newest first."""
    page = Paginator(selectors.batches_visible_to(request.viewer), ROWS).get_page(request.GET.get("page"))  # type: ignore[attr-defined]
    labels = {code: selectors.target_label(code) for code in {batch.target for batch in page}}
    shown = [
        {
            "batch": batch,
            "target": labels[batch.target],
            "tone": TONES.get(batch.state, ""),
            "rows": batch.counts.get("total") or batch.counts.get("written"),
        }
        for batch in page
    ]
    return render(request, "roster/import_list.html", {"page": page, "rows": shown})


TONES: dict[str, str] = {
    State.COMMITTED: "normal",
    State.FAILED: "help",
    State.STAGED: "watch",
    State.UNDONE: "",
    State.DISCARDED: "",
}


@access(Permission.IMPORT_RUN)
@require_http_methods(["GET", "POST"])
def import_new(request: HttpRequest) -> HttpResponse:
    """Receive a file. A refused one leaves nothing behind and says why, beside the file."""
    form = ImportForm(request.POST or None, request.FILES or None, initial={"what": request.GET.get("what", "")})
    if request.method == "POST" and form.is_valid():
        data, by = form.cleaned_data, signed_in(request)
        try:
            batch = _received(data, by)
            staging.start_staging(batch=batch, by=by)
        except ValidationError as fault:
            form.add_error("file", ValidationError(fault.messages))
        else:
            return redirect("roster:import-detail", pk=batch.pk)
    return render(request, "roster/import_new.html", {"form": form, "targets": selectors.tables_to_fill()})


def _received(data: dict[str, Any], by: User) -> ImportBatch:
    """The batch of the upload; several exchange files become one archive."""
    uploads = data["file"]
    asked = {"target": data["target"], "profile": data["profile"], "source": data["source"], "by": by}
    if len(uploads) == 1:
        (upload,) = uploads
        return staging.receive(upload=upload.file, file_name=upload.name, expected_size=upload.size, **asked)
    with packing.packed((upload.name, upload.file) for upload in uploads) as archive:
        name = packing.name_of([upload.name for upload in uploads])
        return staging.receive(upload=archive, file_name=name, **asked)


@access(Permission.IMPORT_RUN)
@require_safe
def import_template(request: HttpRequest) -> FileResponse:
    """The empty form of one target."""
    target = request.GET.get("target", "")
    return _workbook(f"{selectors.target_label(target)}.xlsx", lambda file: workbooks.write_template(
        target_code=target, file=file, by=signed_in(request)
    ))  # fmt: skip


@access(Permission.IMPORT_RUN)
@require_safe
def import_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One batch: its steps, its columns, its rows. As a fragment, the part below the title."""
    batch = batch_for(request, pk)
    template = "roster/_import_body.html" if getattr(request, "htmx", False) else "roster/import_detail.html"
    return render(request, template, page_context(request, batch))


@access(Permission.IMPORT_RUN)
@require_safe
def import_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """How far the job of the batch is; when it is done, the page loads anew."""
    batch = batch_for(request, pk)
    if batch.state not in (State.STAGING, State.COMMITTING) or batch.job is None or not batch.job.is_open:
        response = HttpResponse(status=200)
        response["HX-Refresh"] = "true"
        return response
    return render(request, "roster/_import_progress.html", {"batch": batch})


@access(Permission.IMPORT_RUN)
@require_http_methods(["GET", "POST"])
def import_mapping(request: HttpRequest, pk: int) -> HttpResponse:
    """Say by hand which column is which field; the file is then read again."""
    batch = batch_for(request, pk)
    if request.method == "POST":
        chosen = {
            index: request.POST[f"column-{index}"][:80]
            for index in range(len(batch.header))
            if f"column-{index}" in request.POST
        }
        return _act(request, batch, lambda: staging.remap(batch=batch, fields=chosen, by=signed_in(request)))
    return render(request, "roster/import_mapping.html", page_context(request, batch))


@access(Permission.IMPORT_RUN)
@require_safe
def import_cell(request: HttpRequest, pk: int, row_no: int) -> HttpResponse:
    """The input in place of a cell (htmx)."""
    batch = batch_for(request, pk)
    row = get_object_or_404(ImportRow, batch=batch, row_no=row_no)
    target = selectors.target_of(batch)
    field = target.fields.get(request.GET.get("field", "")) if target is not None else None
    if target is None or field is None or field.protected:
        raise Http404
    try:
        column = rows.column_of(batch, field.name)
    except ValidationError as fault:
        raise Http404 from fault
    text = row.cells[column] if column < len(row.cells) else ""
    context = {
        "batch": batch,
        "row": row,
        "field": field,
        "text": "" if text is None else text,
        "query": _query(request),
    }
    return render(request, "roster/_import_cell.html", context)


@access(Permission.IMPORT_RUN)
@require_POST
def import_row(request: HttpRequest, pk: int, row_no: int) -> HttpResponse:
    """Decide about one row; answers with the batch as it then is."""
    batch = batch_for(request, pk)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _act(request, batch, _refuse)
    data, by = form.cleaned_data, signed_in(request)
    steps: dict[str, Callable[[], object]] = {
        "mend": lambda: rows.mend_cell(batch=batch, row_no=row_no, field=data["field"], text=data["text"], by=by),
        "fix": lambda: rows.take_fix(batch=batch, row_no=row_no, issue=data["issue"] or 0, fix=data["fix"] or 0, by=by),
        "skip": lambda: rows.skip_row(batch=batch, row_no=row_no, by=by),
        "keep": lambda: rows.skip_row(batch=batch, row_no=row_no, skip=False, by=by),
    }
    return _act(request, batch, steps[data["act"]])


def _refuse() -> None:
    raise ValidationError(_("This cannot be done with the row."))


@access(Permission.IMPORT_RUN)
@require_POST
def import_skip_errors(request: HttpRequest, pk: int) -> HttpResponse:
    """Leave out all rows with errors."""
    batch = batch_for(request, pk)
    return _act(request, batch, lambda: rows.skip_all_errors(batch=batch, by=signed_in(request)))


@access(Permission.IMPORT_RUN)
@require_POST
def import_restage(request: HttpRequest, pk: int) -> HttpResponse:
    """Read the kept file again."""
    batch = batch_for(request, pk)

    def restage() -> None:
        staging.refuse_unless(batch, State.STAGED, State.FAILED)
        staging.start_staging(batch=batch, by=signed_in(request))

    return _act(request, batch, restage)


@access(Permission.IMPORT_RUN)
@require_POST
def import_commit(request: HttpRequest, pk: int) -> HttpResponse:
    """Import the batch: a job."""
    batch = batch_for(request, pk)
    return _act(request, batch, lambda: committing.start_commit(batch=batch, by=signed_in(request)))


@access(Permission.IMPORT_RUN)
@require_POST
def import_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an imported batch back."""
    batch = batch_for(request, pk)
    reason = request.POST.get("reason", "").strip()[:200]

    def undo() -> None:
        if not reason:
            raise ValidationError(_("Say why the batch is undone."))
        undoing.undo(batch=batch, by=signed_in(request), reason=reason)
        messages.success(
            request, _("Batch %(number)s is undone. Nothing of it counts any more.") % {"number": batch.number}
        )

    return _act(request, batch, undo)


@access(Permission.IMPORT_RUN)
@require_POST
def import_discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a batch up that was not imported."""
    batch = batch_for(request, pk)
    return _act(request, batch, lambda: undoing.discard(batch=batch, by=signed_in(request)))


@access(Permission.IMPORT_RUN)
@require_safe
def import_errors(request: HttpRequest, pk: int) -> FileResponse:
    """The workbook of the rows with errors."""
    batch = batch_for(request, pk)
    return _workbook(f"{batch.number}.xlsx", lambda file: workbooks.write_error_workbook(
        batch=batch, file=file, by=signed_in(request)
    ))  # fmt: skip


def _workbook(name: str, write: Callable[[Any], object]) -> FileResponse:
    file = tempfile.TemporaryFile()  # noqa: SIM115  FileResponse closes it
    try:
        write(file)
    except (UnknownTarget, problems.ImportStopped, TableError) as fault:
        file.close()
        raise Http404 from fault
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)


def _query(request: HttpRequest) -> str:
    state, page = request.GET.get("state", ""), whole_number(request.GET.get("page", "")) or 1
    return f"?state={state if state in selectors.FILTERS else ''}&page={page}"


def _act(request: HttpRequest, batch: ImportBatch, act: Callable[[], object]) -> HttpResponse:
    """Do `act` and show the batch: as a fragment to htmx, else by a redirect. A refusal is shown in words."""
    refusal = ""
    try:
        act()
    except ValidationError as fault:
        refusal = " ".join(fault.messages)
    address = reverse("roster:import-detail", args=[batch.pk]) + _query(request)
    if getattr(request, "htmx", False):
        batch = batch_for(request, batch.pk)
        if batch.state in (State.STAGING, State.COMMITTING):
            response = HttpResponse()
            response["HX-Redirect"] = address
            return response
        return body(request, batch, refusal)
    if refusal:
        messages.error(request, refusal)
    return HttpResponseRedirect(address)
