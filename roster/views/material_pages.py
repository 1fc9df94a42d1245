"""Opening materials: pages on screen while a request runs, copies where a copy was approved. Every one is recorded."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from police_hr.core import files
from police_hr.core.access import access
from police_hr.core.files import Sort
from police_hr.core.roles import Permission
from police_hr.core.views.sign_in import signed_in
from roster.models import Material, MaterialAccess
from roster.selectors import materials as selectors
from roster.views.materials import material_or_refuse, tab_url
from roster.views.reading import written_down


@access(Permission.MATERIAL_VIEW)
@require_safe
def material_read(request: HttpRequest, pk: int) -> HttpResponse:
    """The pages of a material, each with the reader's mark over it."""
    material, running = _open_or_refuse(request, pk)
    refused = _written(request, material, running, "material.read", pages=material.scan_pages)
    if refused:
        return refused
    context = {
        "material": material,
        "officer": material.officer,
        "pages": range(1, material.scan_pages + 1),
        "until": running.ends_on,
        "number": running.label,
        "tab_url": tab_url(material.officer),
    }
    return render(request, "roster/material_read.html", context)


@access(Permission.MATERIAL_VIEW)
@require_safe
def material_page(request: HttpRequest, pk: int, page: int) -> HttpResponse:
    """One page as a picture that carries who reads it, and when."""
    material, running = _open_or_refuse(request, pk)
    if not 1 <= page <= material.scan_pages:
        raise Http404
    refused = _written(request, material, running, "material.page", page=page)
    if refused:
        return refused
    user = signed_in(request)
    mark = f"{user.name} {user.badge_no}  {timezone.localtime():%Y-%m-%d %H:%M}  {running.label}"
    try:
        drawn = files.draw_page(selectors.scan_path(material), Sort(material.sort), page, mark)
    except (FileNotFoundError, ValidationError) as error:
        raise Http404 from error
    return HttpResponse(drawn, content_type=Sort.PNG.media_type)


@access(Permission.MATERIAL_VIEW)
@require_safe
def material_copy(request: HttpRequest, pk: int) -> HttpResponse | FileResponse:
    """The scan itself, where a copy was approved: shown by the browser's own viewer, or with ?save as a download."""
    material, running = _open_or_refuse(request, pk, [selectors.Kind.COPY])
    refused = _written(request, material, running, "material.copy")
    if refused:
        return refused
    try:
        path = selectors.scan_path(material)
    except FileNotFoundError as error:
        raise Http404 from error
    name = f"{material.code} {material.title}"
    return files.send(path, name=name, sort=Sort(material.sort), attachment="save" in request.GET)


def _open_or_refuse(request: HttpRequest, pk: int, kinds: list[str] | None = None) -> tuple[Material, MaterialAccess]:
    """The material and the running request that opens it; 403 without one, 404 without a scan."""
    material, running = material_or_refuse(request, pk)
    wanted = kinds or list(selectors.Kind.values)
    opener = next((one for one in running if selectors.covered([one], material, wanted)), None)
    if opener is None:
        raise PermissionDenied
    if not material.file:
        raise Http404
    return material, opener


def _written(
    request: HttpRequest, material: Material, opener: MaterialAccess, action: str, **details: int
) -> HttpResponse | None:
    return written_down(
        request,
        action=action,
        officer=material.officer,
        object_type="material",
        object_id=material.pk,
        purpose=opener.reason,
        details={"code": material.code, "request": opener.pk, **details},
    )
