"""Around a ledger kind: try its form out, compare two versions, arrange the menu, take a kind along as a file."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from police_hr.core.access import access
from police_hr.core.roles import Permission
from police_hr.core.views.sign_in import signed_in
from roster.forms.kind_tools import GroupChangeForm, KindFileForm
from roster.forms.ledger import FactsForm, payload_form
from roster.models import LedgerGroup, LedgerKind
from roster.selectors import kinds as selectors
from roster.selectors.kind_history import differences
from roster.services import kind_files, kind_tree
from roster.views.kind_preview import line_of
from roster.views.reading import viewer_of


@access(Permission.KIND_VIEW)
@require_http_methods(["GET", "POST"])
def kind_try(request: HttpRequest, code: str) -> HttpResponse:
    """Fill in the kind's form to see whether it does; nothing is saved."""
    kind = kind_or_404(request, code)
    version = kind.current
    if version is None:
        raise Http404
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form, fields = FactsForm(sent[0], version=version), payload_form(version, *sent)
    context: dict[str, Any] = {"kind": kind, "version": version, "form": form, "fields": fields}
    if request.method == "POST" and all([form.is_valid(), fields.is_valid()]):
        facts = form.cleaned_data
        context["lines"] = [line_of(version, facts["occurred_on"], fields.payload, facts.get("amount"))]
    return render(request, "roster/kind_try.html", context)


@access(Permission.KIND_VIEW)
@require_safe
def kind_compare(request: HttpRequest, code: str) -> HttpResponse:
    """What differs between two versions of the kind."""
    kind = kind_or_404(request, code)
    versions = selectors.versions_of(viewer_of(request), kind)
    by_number = {str(version.number): version for version in versions}
    newer = by_number.get(request.GET.get("new", "")) or (versions[0] if versions else None)
    older = by_number.get(request.GET.get("old", "")) or (versions[1] if len(versions) > 1 else newer)
    changes = differences(older, newer) if older is not None and newer is not None else []
    context = {"kind": kind, "versions": versions, "older": older, "newer": newer, "changes": changes}
    return render(request, "roster/kind_compare.html", context)


@access(Permission.KIND_EDIT)
@require_POST
def kind_shift(request: HttpRequest, code: str) -> HttpResponse:
    """One place up or down in the menu."""
    kind = kind_or_404(request, code)
    kind_tree.shift_kind(kind=kind, down=request.POST.get("down") == "1", by=signed_in(request))
    return redirect(_arranging(f"kind-{kind.code}"))


@access(Permission.KIND_EDIT)
@require_http_methods(["GET", "POST"])
def kind_group_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename a group or hang it below another; with `shift`, one place up or down."""
    group = get_object_or_404(LedgerGroup.objects.select_related("parent"), pk=pk)
    if "shift" in request.POST:
        kind_tree.shift_group(group=group, down=request.POST["shift"] == "down", by=signed_in(request))
        return redirect(_arranging(f"group-{group.pk}"))
    start = {"name_zh": group.name_zh, "name_en": group.name_en, "parent": group.parent_id}
    form = GroupChangeForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            kind_tree.change_group(group=group, by=signed_in(request), **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Saved."))
            return redirect(_arranging(f"group-{group.pk}"))
    return render(request, "roster/kind_group_form.html", {"form": form, "group": group})


@access(Permission.KIND_VIEW)
@require_safe
def kind_export(request: HttpRequest, code: str) -> HttpResponse:
    """The kind as a readable file. It holds words and fields, no fact about anybody."""
    kind = kind_or_404(request, code)
    answer = HttpResponse(kind_files.write_kind(kind), content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="{kind.code}.json"'
    return answer


@access(Permission.KIND_EDIT)
@require_http_methods(["GET", "POST"])
def kind_import(request: HttpRequest) -> HttpResponse:
    """Take a kind from a file: what it would make or change is shown first."""
    form = KindFileForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"form": form}
    if request.method == "POST" and form.is_valid():
        try:
            file = kind_files.read_kind(form.content)
            kind = LedgerKind.objects.select_related("current", "group").filter(code=file.code).first()
            group = kind.group if kind else kind_files.group_for(file, form.cleaned_data["group"])
            if request.POST.get("confirmed") == "1":
                taken, _new = kind_files.take_kind(file=file, group=group, by=signed_in(request))
                messages.success(request, _("The kind is ready to be recorded."))
                return redirect("roster:kind-detail", code=taken.code)
        except ValidationError as error:
            form.add_error(None, ValidationError(error.messages))
        else:
            current = kind.current if kind else None
            context |= {
                "file": file,
                "kind": kind,
                "group": group,
                "version": file.version,
                "fields": payload_form(file.version),
                "changes": differences(current, file.version) if current else [],
                "text": form.content.decode("utf-8-sig"),
            }
    return render(request, "roster/kind_import.html", context)


def kind_or_404(request: HttpRequest, code: str) -> LedgerKind:
    """The kind with this code, or 404."""
    kind = selectors.kind_for(viewer_of(request), code)
    if kind is None:
        raise Http404
    return kind


def _arranging(anchor: str) -> str:
    return f"{reverse('roster:kind-list')}?arrange=1#{anchor}"
