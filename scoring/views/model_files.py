"""Models as files, and two versions side by side."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from police_hr.core.access import access
from police_hr.core.roles import Permission
from police_hr.core.views.sign_in import signed_in
from scoring.models import IndexModel, IndexModelVersion
from scoring.selectors import compare
from scoring.selectors.models import version_for
from scoring.services.models import exchange
from scoring.views.model_access import refuse_parts, version_or_404, viewer_of


class ModelFileForm(forms.Form):
    """A file that describes an index model, and why it is taken in."""

    file = forms.FileField(
        label=gettext_lazy("File (.json)"),
        widget=forms.FileInput(attrs={"accept": ".json"}),
        help_text=gettext_lazy("It becomes a draft. Nothing is in use before a second person approves it."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason of the change"), max_length=300, required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip

    def clean_file(self) -> bytes:
        upload = self.cleaned_data["file"]
        if upload.size > exchange.LARGEST:
            raise ValidationError(_("The file is larger than an index model can be (1 MB)."))
        content: bytes = upload.read()
        return content


@access(Permission.MODEL_VIEW)
@require_safe
def model_file(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """A version as a readable file. It holds rules, no fact about anybody."""
    version = version_or_404(request, code, number)
    exchange.record_export(version=version, by=signed_in(request))
    answer = HttpResponse(exchange.write_version(version), content_type="application/json; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{version.model.code}-v{version.number}.json"'
    return answer


@access(Permission.MODEL_EDIT)
@require_http_methods(["GET", "POST"])
def model_import(request: HttpRequest) -> HttpResponse:
    """Make a draft from a file."""
    refuse_parts(request, Permission.MODEL_EDIT)
    form = ModelFileForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    if request.method == "POST" and form.is_valid():
        content, reason = form.cleaned_data["file"], form.cleaned_data["reason"]
        try:
            version = exchange.import_version(content=content, by=signed_in(request), reason=reason)
        except ValidationError as error:
            form.add_error("file", ValidationError(error.messages))
        else:
            messages.success(request, _("The file is a draft now: look at it, preview it, submit it."))
            return redirect("scoring:model-edit", code=version.model.code, number=version.number)
    return render(request, "scoring/models/import.html", {"form": form}, status=400 if form.errors else 200)


@access(Permission.MODEL_VIEW)
@require_safe
def model_compare(request: HttpRequest, code: str) -> HttpResponse:
    """Two versions line by line: `old` and `new` are their numbers."""
    viewer = viewer_of(request)
    model = IndexModel.objects.select_related("active").filter(code=code).first()
    if model is None:
        raise Http404
    versions = list(model.versions.order_by("-number").defer("definition"))
    newer = _chosen(request, "new") or (versions[0].number if versions else 0)
    in_use = model.active.number if model.active else 0
    older = _chosen(request, "old") or (in_use if in_use not in (0, newer) else max(newer - 1, 1))
    context: dict[str, Any] = {"model": model, "versions": versions, "older": older, "newer": newer, "sections": []}
    both = [version_for(viewer, code, number) for number in (older, newer)]
    first, second = both
    if isinstance(first, IndexModelVersion) and isinstance(second, IndexModelVersion):
        context["sections"] = compare.differences(first.definition, second.definition)
    context["count"] = sum(len(section.lines) for section in context["sections"])
    return render(request, "scoring/models/compare.html", context)


def _chosen(request: HttpRequest, name: str) -> int | None:
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else None
