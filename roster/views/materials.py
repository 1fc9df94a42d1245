"""The paper file of an officer: its catalogue on the dossier and on paper, one material, adding and changing it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from police_hr.core.access import access
from police_hr.core.roles import Permission
from police_hr.core.views.sign_in import signed_in
from roster.forms.materials import MaterialForm, MoveForm, TakeOutForm, formed_text
from roster.models import Material, Officer
from roster.selectors import categories as ten
from roster.selectors import materials as selectors
from roster.selectors.kin_bar import bar_between
from roster.services import materials as services
from roster.views.reading import officer_or_refuse, viewer_of, written_down


@access(Permission.MATERIAL_VIEW)
@require_safe
def material_catalogue(request: HttpRequest, pk: int) -> HttpResponse:
    """The catalogue as it is printed and laid in front of the file."""
    officer = officer_or_refuse(request, pk, Permission.MATERIAL_VIEW)
    found = selectors.catalogue(viewer_of(request), officer)
    if found.bar:
        raise PermissionDenied
    refused = written_down(request, action="material.catalogue", officer=officer)
    if refused:
        return refused
    context = {"officer": officer, "catalogue": found, "printed_on": timezone.localdate()}
    return render(request, "roster/material_catalogue.html", context)


@access(Permission.MATERIAL_EDIT)
@require_http_methods(["GET", "POST"])
def material_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter a material in the catalogue, with its scan or without."""
    officer = officer_or_refuse(request, pk, Permission.MATERIAL_EDIT)
    _refuse_kin(request, officer)
    bound = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = MaterialForm(*bound, initial={"category": request.GET.get("category", "")})
    if form.is_valid():
        by = signed_in(request)
        try:
            material, _made = services.catalogue_material(
                officer=officer,
                category=form.cleaned_data["category"],
                facts=form.facts,
                content=form.cleaned_data["scan"],
                key=f"{by.pk}:{form.cleaned_data['token']}",
                by=by,
            )
        except ValidationError as error:
            show_errors(form, error)
        else:
            messages.success(request, _("Catalogued as %(code)s.") % {"code": material.code})
            if "another" in request.POST:
                return redirect("roster:material-add", pk=pk)
            return redirect(tab_url(officer))
    context = {"officer": officer, "form": form, "tab_url": tab_url(officer)}
    return render(request, "roster/material_form.html", context)


@access(Permission.MATERIAL_EDIT)
@require_safe
def material_suggest(request: HttpRequest) -> HttpResponse:
    """The category that a title speaks for, as a sentence under it."""
    title = request.GET.get("title", "")[:120].strip()
    return render(request, "roster/_material_suggestion.html", {"title": title, "category": ten.suggest(title)})


@access(Permission.MATERIAL_VIEW)
@require_safe
def material_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One material: what the catalogue says, its versions, whether one may open it."""
    material, running = material_or_refuse(request, pk)
    refused = written_down(
        request, action="material.catalogue", officer=material.officer, object_type="material", object_id=pk
    )
    if refused:
        return refused
    officer = material.officer
    path = officer.unit.path if officer.unit_id and officer.unit else ""
    viewer = viewer_of(request)
    context = {
        "material": material,
        "officer": officer,
        "category": ten.categories().get(material.category),
        "formed": formed_text(material),
        "versions": selectors.versions(viewer, material),
        "tab_url": tab_url(officer),
        "opens": bool(material.file) and selectors.covered(running, material),
        "copies": bool(material.file) and selectors.covered(running, material, [selectors.Kind.COPY]),
        "may_edit": material.holds and viewer.covers(Permission.MATERIAL_EDIT, path),
    }
    return render(request, "roster/material_detail.html", context)


@access(Permission.MATERIAL_EDIT)
@require_http_methods(["GET", "POST"])
def material_replace(request: HttpRequest, pk: int) -> HttpResponse:
    """A new version in the place of a material."""
    material, _running = material_or_refuse(request, pk, Permission.MATERIAL_EDIT)
    bound = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = MaterialForm(*bound, material=material)
    if form.is_valid():
        by = signed_in(request)
        try:
            fresh = services.replace_material(
                material=material,
                facts=form.facts,
                content=form.cleaned_data["scan"],
                reason=form.cleaned_data["reason"],
                key=f"{by.pk}:{form.cleaned_data['token']}",
                by=by,
            )
        except ValidationError as error:
            show_errors(form, error)
        else:
            messages.success(request, _("The new version stands in its place; the old one stays readable."))
            return redirect("roster:material-detail", pk=fresh.pk)
    return _change(request, material, form, _("Replace the material"), with_scan=True)


@access(Permission.MATERIAL_EDIT)
@require_http_methods(["GET", "POST"])
def material_move(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a material under another category."""
    material, _running = material_or_refuse(request, pk, Permission.MATERIAL_EDIT)
    form = MoveForm(request.POST or None)
    if form.is_valid():
        by = signed_in(request)
        try:
            fresh = services.move_material(
                material=material,
                category=form.cleaned_data["category"],
                reason=form.cleaned_data["reason"],
                key=f"{by.pk}:{form.cleaned_data['token']}",
                by=by,
            )
        except ValidationError as error:
            show_errors(form, error)
        else:
            messages.success(request, _("Moved; it is %(code)s now.") % {"code": fresh.code})
            return redirect("roster:material-detail", pk=fresh.pk)
    return _change(request, material, form, _("Move to another category"))


@access(Permission.MATERIAL_EDIT)
@require_http_methods(["GET", "POST"])
def material_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a material out of the catalogue."""
    material, _running = material_or_refuse(request, pk, Permission.MATERIAL_EDIT)
    form = TakeOutForm(request.POST or None)
    if form.is_valid():
        services.withdraw_material(material=material, reason=form.cleaned_data["reason"], by=signed_in(request))
        messages.success(request, _("Taken out of the catalogue; its entry stays readable."))
        return redirect("roster:material-detail", pk=pk)
    return _change(request, material, form, _("Take out of the catalogue"), danger=True)


# --- steps ----------------------------------------------------------------------------------------------------


def material_or_refuse(
    request: HttpRequest, pk: int, permission: Permission = Permission.MATERIAL_VIEW
) -> tuple[Material, list[Any]]:
    """The material and the viewer's running requests. 404 out of scope, and for a class that is closed to them; 403
    for the file of oneself and of relatives."""
    viewer = viewer_of(request)
    material = selectors.material_for(viewer, pk, permission)
    if material is None:
        raise Http404
    _refuse_kin(request, material.officer)
    running = selectors.running_accesses(viewer, material.officer)
    if permission == Permission.MATERIAL_VIEW and not selectors.may_see_title(viewer, material, running):
        raise Http404
    return material, running


def _refuse_kin(request: HttpRequest, officer: Officer) -> None:
    if bar_between(viewer_of(request).user, officer) is not None:
        raise PermissionDenied


def tab_url(officer: Officer) -> str:
    """The address of the catalogue on the dossier."""
    return reverse("roster:officer-tab", args=[officer.pk, "panel-materials"])


def show_errors(form: Any, error: ValidationError) -> None:
    """Put what a service refused beside its input; what has none, above the form."""
    if not hasattr(error, "error_dict"):
        form.add_error("scan" if error.code in SCAN_FAULTS and "scan" in form.fields else None, error)
        return
    for name, found in error.error_dict.items():
        place = {"formed_on": "formed"}.get(name, name)
        form.add_error(place if place in form.fields else None, ValidationError(found))


SCAN_FAULTS = frozenset(
    {"empty", "unknown", "cut_off", "hidden", "active", "locked", "size", "sort", "pixels", "disk", "unreadable"}
)


def _change(
    request: HttpRequest, material: Material, form: Any, title: str, *, danger: bool = False, with_scan: bool = False
) -> HttpResponse:
    context = {"material": material, "officer": material.officer, "form": form, "title": title}
    context |= {"danger": danger, "with_scan": with_scan, "stale": not material.holds}
    return render(request, "roster/material_change.html", context)
