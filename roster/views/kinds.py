"""Ledger kinds: the menu tree, one kind with its versions, and the editor. No code and no migration for a new one."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from police_hr.core.access import access
from police_hr.core.i18n import pick
from police_hr.core.numbers import whole_number
from police_hr.core.panels import KindUse, registry
from police_hr.core.roles import Permission
from police_hr.core.views.sign_in import signed_in
from roster.forms import kind_editor as editor
from roster.forms.ledger import FactsForm, payload_form
from roster.models import LedgerKind
from roster.selectors import kinds as selectors
from roster.selectors.kind_history import differences
from roster.selectors.kind_risks import risks
from roster.services import kinds as services
from roster.views.kind_preview import preview_of
from roster.views.kind_tools import kind_or_404
from roster.views.reading import viewer_of


@access(Permission.KIND_VIEW)
@require_safe
def kind_list(request: HttpRequest) -> HttpResponse:
    """The menu tree of groups and kinds."""
    viewer = viewer_of(request)
    withdrawn = request.GET.get("withdrawn") == "1"
    tree = selectors.kind_tree(viewer, withdrawn=withdrawn)
    context = {
        "tree": tree,
        "total": sum(node.total for node in tree),
        "withdrawn": withdrawn,
        "can_edit": viewer.has(Permission.KIND_EDIT),
        "arrange": request.GET.get("arrange") == "1" and viewer.has(Permission.KIND_EDIT),
    }
    return render(request, "roster/kind_list.html", context)


@access(Permission.KIND_VIEW)
@require_safe
def kind_detail(request: HttpRequest, code: str) -> HttpResponse:
    """A kind: its fields, its versions and what each changed, its entries, who reads it."""
    viewer = viewer_of(request)
    kind = kind_or_404(request, code)
    versions = selectors.versions_of(viewer, kind)
    tables = dict(editor.code_tables())
    changes = [differences(older, newer) for newer, older in pairwise(versions)] + [[]]
    context = {
        "kind": kind,
        "version": kind.current,
        "amount_label": pick(kind.current.amount_label_zh, kind.current.amount_label_en) if kind.current else "",
        "specs": [_spec_line(spec, tables) for spec in kind.current.fields] if kind.current else [],
        "versions": list(zip(versions, changes, strict=True)),
        "entries": sum(version.entries_count for version in versions),  # type: ignore[attr-defined]
        "uses": _uses(request, kind),
        "can_edit": viewer.has(Permission.KIND_EDIT),
    }
    return render(request, "roster/kind_detail.html", context)


@access(Permission.KIND_EDIT)
@require_http_methods(["GET", "POST"])
def kind_create(request: HttpRequest) -> HttpResponse:
    """A new kind, empty or with the fields of another one (`copy`)."""
    code = request.GET.get("copy", "")
    return _edit(request, None, copy=kind_or_404(request, code) if code else None)


@access(Permission.KIND_EDIT)
@require_http_methods(["GET", "POST"])
def kind_edit(request: HttpRequest, code: str) -> HttpResponse:
    return _edit(request, kind_or_404(request, code))


@access(Permission.KIND_EDIT)
@require_POST
def kind_preview(request: HttpRequest) -> HttpResponse:
    """The form and the timeline line that the editor's present state would give. Saves nothing."""
    rows = editor.read_rows(request.POST)
    specs = editor.checked(rows)
    version = preview_of(request.POST, [spec for spec, row in zip(specs, rows, strict=True) if not row.errors])
    context = {
        "version": version.version,
        "lines": [version.line],
        "form": FactsForm(version=version.version),
        "fields": payload_form(version.version),
        "left_out": sum(bool(row.errors) for row in rows),
    }
    return render(request, "roster/kind_preview.html", context)


@access(Permission.KIND_EDIT)
@require_POST
def kind_withdraw(request: HttpRequest, code: str) -> HttpResponse:
    services.withdraw_kind(kind=kind_or_404(request, code), by=signed_in(request))
    messages.success(request, _("Withdrawn: nothing new is recorded under it, what is recorded stays."))
    return redirect("roster:kind-detail", code=code)


@access(Permission.KIND_EDIT)
@require_POST
def kind_restore(request: HttpRequest, code: str) -> HttpResponse:
    services.restore_kind(kind=kind_or_404(request, code), by=signed_in(request))
    messages.success(request, _("The kind is in use again."))
    return redirect("roster:kind-detail", code=code)


@access(Permission.KIND_EDIT)
@require_http_methods(["GET", "POST"])
def kind_group_create(request: HttpRequest) -> HttpResponse:
    """A new place in the menu tree."""
    form = editor.GroupForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.create_group(**form.cleaned_data, by=signed_in(request))
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The group is created."))
            return redirect("roster:kind-list")
    return render(request, "roster/kind_group_form.html", {"form": form})


# --- the editor -----------------------------------------------------------------------------------------------


def _uses(request: HttpRequest, kind: LedgerKind) -> list[KindUse]:
    """Who reads the kind: models of the apps above, import profiles."""
    return [use for ask in registry.kind_users for use in ask(viewer_of(request), kind.code)]


def _edit(request: HttpRequest, kind: LedgerKind | None, copy: LedgerKind | None = None) -> HttpResponse:
    model = kind or copy
    current = model.current if model is not None else None
    action = request.POST.get("do", "")
    if request.method == "POST":
        rows = editor.read_rows(request.POST)
    else:
        rows = editor.rows_of(current.fields) if current else []
    editor.do(rows, action)
    context: dict[str, Any] = {
        "kind": kind,
        "rows": rows,
        "types": list(editor.TYPE_WORDS.items()),
        "column_types": [(code, editor.TYPE_WORDS[code]) for code in editor.COLUMN_TYPES],
        "code_tables": editor.code_tables(),
        "base": request.POST.get("base") or (current.number if current else ""),
    }
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "roster/kind_fields.html", context)
    start = editor.start_of(current) if current else {"group": request.GET.get("group")}
    if copy is not None and current is not None:
        start |= {"name_zh": _("%(name)s (copy)") % {"name": current.name_zh}, "name_en": f"{current.name_en} (copy)"}
    form = editor.KindForm(request.POST or None, new=kind is None, initial=start)
    if request.method == "POST" and not action:
        context["warnings"] = _warnings(request, kind, form, rows)
        saved = None if context["warnings"] else _save(request, kind, form, rows)
        if saved is not None:
            return redirect("roster:kind-detail", code=saved)
    return render(request, "roster/kind_form.html", context | {"form": form})


def _warnings(
    request: HttpRequest, kind: LedgerKind | None, form: editor.KindForm, rows: Sequence[editor.Row]
) -> list[str]:
    """What of the change its readers would feel, until the editor says that it is meant."""
    if kind is None or kind.current is None or request.POST.get("meant") == "1" or not form.is_valid():
        return []
    specs = editor.checked(list(rows))
    if any(row.errors for row in rows):
        return []
    entries = sum(v.entries_count for v in selectors.versions_of(viewer_of(request), kind))  # type: ignore[attr-defined]
    values = {**form.cleaned_data, "fields": specs}
    return risks(kind.current, values, entries=entries, uses=_uses(request, kind))


def _save(
    request: HttpRequest, kind: LedgerKind | None, form: editor.KindForm, rows: Sequence[editor.Row]
) -> str | None:
    """Save what the editor holds: the kind's code, or None where something is wrong and says so."""
    specs = editor.checked(list(rows))
    faulty = [row for row in rows if row.errors]
    if not form.is_valid() or faulty:
        if faulty:
            form.add_error(None, _("Put right the fields that are marked below."))
        return None
    values = {**form.cleaned_data, "fields": specs}
    by = signed_in(request)
    try:
        if kind is None:
            made = services.create_kind(**values, by=by)
            messages.success(request, _("The kind is ready to be recorded."))
            return made.code
        base = request.POST.get("base", "")
        version = services.revise_kind(kind=kind, changes=values, version=whole_number(base), by=by)
    except ValidationError as error:
        form.add_error(None, ValidationError(error.messages))
        return None
    messages.success(request, _("Saved as version %(number)d.") % {"number": version.number})
    return kind.code


def _spec_line(spec: dict[str, Any], tables: dict[str, str]) -> dict[str, Any]:
    """A field for the table of a kind's page."""
    choices = pick("、", ", ").join(pick(choice["zh"], choice["en"]) for choice in spec.get("choices", ()))
    columns = pick("、", ", ").join(pick(c["label_zh"], c["label_en"]) for c in spec.get("columns", ()))
    table = (
        _("code table %(name)s") % {"name": tables.get(spec["code_table"], spec["code_table"])}
        if "code_table" in spec
        else ""
    )
    bounds = "–".join(str(spec.get(name, "")) for name in ("min", "max")) if {"min", "max"} & set(spec) else ""
    return {
        "name": spec["name"],
        "label": pick(spec["label_zh"], spec["label_en"]),
        "type": editor.TYPE_WORDS.get(spec["type"], spec["type"]),
        "required": spec.get("required", False),
        "options": choices or columns or table or bounds,
        "help": pick(spec.get("help_zh", ""), spec.get("help_en", "")),
    }
