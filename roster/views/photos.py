"""Pictures of officers: the bytes, the form to put one in, many at once from a zip."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from police_hr.core import files
from police_hr.core.access import access
from police_hr.core.files import Sort
from police_hr.core.files.keeping import MIB
from police_hr.core.numbers import whole_number
from police_hr.core.roles import Permission
from police_hr.core.views.sign_in import signed_in
from roster.forms.photos import PhotoArchiveForm, PhotoForm
from roster.models import OfficerPhoto
from roster.selectors import photos as selectors
from roster.services import photo_archive
from roster.services import photos as services
from roster.views.reading import officer_or_refuse, viewer_of

# The address holds the digest: what lies under it never changes. Kept by the browser of this person alone.
KEPT_BY_BROWSER = "private, max-age=86400, immutable"
ASKED_AGAIN = "private, no-cache"
LISTED = 20


@access(Permission.OWN_VIEW)
@require_safe
def officer_photo(request: HttpRequest, pk: int) -> HttpResponse:
    """The picture of an officer in scope, as JPEG; 404 where there is none."""
    officer = officer_or_refuse(request, pk)
    photo = selectors.photo_of(viewer_of(request), officer)
    if photo is None:
        raise Http404
    tag = f'"{photo.sha256}"'
    if request.headers.get("If-None-Match") == tag:
        response: HttpResponse = HttpResponseNotModified()
    else:
        path = selectors.photo_path(photo)
        if not path.is_file():
            raise Http404
        response = HttpResponse(path.read_bytes(), content_type=Sort.JPEG.media_type)
    version = request.GET.get("v", "")
    response["ETag"] = tag
    response["Cache-Control"] = KEPT_BY_BROWSER if version and photo.sha256.startswith(version) else ASKED_AGAIN
    response["Content-Disposition"] = f'inline; filename="{files.safe_name(str(officer.pk), Sort.JPEG)}"'
    return response


@access(Permission.OFFICER_EDIT)
@require_http_methods(["GET", "POST"])
def officer_photo_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The picture of an officer with those before it; a form for a new one."""
    officer = officer_or_refuse(request, pk, Permission.OFFICER_EDIT)
    form = PhotoForm(request.POST or None, request.FILES or None) if request.method == "POST" else PhotoForm()
    if form.is_valid():
        try:
            services.store_photo(officer=officer, content=form.cleaned_data["photo"], by=signed_in(request))
        except ValidationError as error:
            form.add_error("photo", error)
        else:
            messages.success(request, _("The photo is stored."))
            return redirect("roster:officer-detail", pk=pk)
    history = selectors.photo_history(viewer_of(request), officer)
    context: dict[str, Any] = {
        "officer": officer,
        "form": form,
        "history": history,
        "shown": next((photo for photo in history if photo.withdrawn_at is None), None),
        "most": services.MOST // MIB,
    }
    return render(request, "roster/photo_form.html", context)


@access(Permission.OFFICER_EDIT)
@require_POST
def officer_photo_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back the picture that is shown; the one named in the form, so that a second click takes no second one."""
    officer = officer_or_refuse(request, pk, Permission.OFFICER_EDIT)
    photo = get_object_or_404(OfficerPhoto, officer=officer, pk=whole_number(request.POST.get("photo", "")))
    services.withdraw_photo(photo=photo, by=signed_in(request))
    messages.success(request, _("The photo is taken back."))
    return redirect("roster:officer-photo-edit", pk=pk)


@access(Permission.OFFICER_EDIT)
@require_http_methods(["GET", "POST"])
def photo_archive_new(request: HttpRequest) -> HttpResponse:
    """Send a zip of pictures; below it what became of the ones sent before."""
    form = PhotoArchiveForm(request.POST, request.FILES) if request.method == "POST" else PhotoArchiveForm()
    if form.is_valid():
        upload = form.cleaned_data["archive"]
        try:
            run = photo_archive.start_archive(source=upload, size=upload.size, name=upload.name, by=signed_in(request))
        except ValidationError as error:
            form.add_error("archive", error)
        else:
            return redirect("roster:photo-archive", pk=run.pk)
    context = {
        "form": form,
        "runs": selectors.archive_runs(viewer_of(request))[:LISTED],
        "most": settings.IMPORT_MAX_BYTES // MIB,
    }
    return render(request, "roster/photo_archive_new.html", context)


@access(Permission.OFFICER_EDIT)
@require_safe
def photo_archive_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """How far a zip is, and which of its pictures were not taken and why."""
    run = get_object_or_404(selectors.archive_runs(viewer_of(request)), pk=pk)
    context = {"run": run, "poll_url": reverse("roster:photo-archive", args=[pk])}
    template = "_photo_archive" if request.htmx else "photo_archive"  # type: ignore[attr-defined]
    return render(request, f"roster/{template}.html", context)
