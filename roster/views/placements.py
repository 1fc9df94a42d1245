"""Proposed placements (调配建议表): chosen officers with what each might take up, filled in, then printed."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from police_hr.core.access import access
from police_hr.core.roles import Permission
from police_hr.core.views.sign_in import signed_in
from roster.forms.officer_filter import read_query
from roster.forms.placements import PlacementForm, proposed_of, read_lines
from roster.selectors.officer_list import narrowed, ordered
from roster.selectors.rosters import roster_of
from roster.services import exports
from roster.views.exports import FORMATS

FORM = "placement"
MOST = 50


@access(Permission.EXPORT)
@require_http_methods(["GET", "POST"])
def placement_new(request: HttpRequest) -> HttpResponse:
    """The officers that the address names as lines to fill in. POST asks for the paper; it decides nothing."""
    viewer = request.viewer  # type: ignore[attr-defined]
    query, notices = read_query(request.GET, viewer, request)
    if not query.officers:
        notices.append(_("Tick the officers in the list first, then choose “Proposed placements”."))
        return render(
            request, "roster/placement_new.html", {"notices": notices, "lines": [], "back_url": _back(query.url)}
        )
    found = ordered(narrowed(viewer, query, permission=Permission.EXPORT), query, viewer).select_related("unit")
    officers = list(found[: MOST + 1])
    if len(officers) > MOST:
        notices.append(_("Only the first %(most)s of the ticked officers are shown.") % {"most": MOST})
    data = request.POST if request.method == "POST" else None
    lines, sound = read_lines(data, officers[:MOST])
    roster = roster_of(FORM)
    form = PlacementForm(data)
    form.fields["file_format"].choices = [(e, FORMATS[e]) for e in roster.formats]  # type: ignore[attr-defined]
    if form.is_valid() and sound and lines:
        try:
            export = exports.request_officers(
                viewer=viewer,
                officers=[line["officer"].pk for line in lines],
                form=FORM,
                options={"proposed": proposed_of(lines)},
                by=signed_in(request),
                **form.cleaned_data,
            )
            return redirect("roster:export-detail", pk=export.pk)
        except ValidationError as error:
            form.add_error(error.code if error.code in form.fields else None, error)
    context = {
        "form": form,
        "lines": lines,
        "roster": roster,
        "notices": notices,
        "back_url": _back(query.change(officers=()).url),
    }
    return render(request, "roster/placement_new.html", context)


def _back(address: str) -> str:
    return reverse("roster:officer-list") + address
