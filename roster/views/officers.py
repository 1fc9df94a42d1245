"""The officer list: table, photo wall, facets, unit tree, saved filters, columns, search suggestions."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views import View
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from police_hr.core.access import access
from police_hr.core.roles import Permission
from police_hr.core.views.sign_in import signed_in
from roster.access import read_bounds
from roster.forms.officer_filter import read_query
from roster.models import SavedFilter
from roster.selectors import facets, search
from roster.selectors.officer_list import OfficerQuery, narrowed
from roster.services import saved_filters
from roster.views import officer_conditions, officer_page

COLUMNS_KEPT = 365 * 24 * 3600


@access(Permission.OFFICER_LIST)
class OfficerList(View):
    """The list. Its address is its whole state; with htmx only what changes is sent."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest) -> HttpResponse:
        viewer = request.viewer  # type: ignore[attr-defined]
        query, notices = read_query(request.GET, viewer, request)
        bounds = read_bounds()
        counts = facets.counts(viewer, query, bounds)
        context = officer_page.build(viewer, query, counts, bounds, chosen_columns(request))
        fragment = request.htmx and not request.htmx.history_restore_request  # type: ignore[attr-defined]
        template = "roster/_officer_results.html" if fragment else "roster/officer_list.html"
        return render(request, template, {**context, "notices": notices, "fragment": fragment})


def chosen_columns(request: HttpRequest) -> list[str]:
    """The codes that this account chose on this browser; the usual ones where it chose none."""
    return request.COOKIES.get(_cookie(request), "").split(".")


def _cookie(request: HttpRequest) -> str:
    return f"officer-columns-{request.user.pk}"


@access(Permission.OFFICER_LIST)
@require_http_methods(["GET", "POST"])
def officer_columns(request: HttpRequest) -> HttpResponse:
    """Which columns there are, a fragment asked for when it is opened; POST keeps the chosen ones."""
    viewer = request.viewer  # type: ignore[attr-defined]
    query, _notices = read_query(request.GET, viewer)
    columns = officer_page.all_columns(viewer)
    if request.method == "GET":
        shown = officer_page.chosen_of(viewer, chosen_columns(request))
        context = {"choices": [(column, column in shown) for column in columns], "query": query}
        return render(request, "roster/_officer_columns.html", context)
    response = redirect(reverse("roster:officer-list") + query.url)
    known = [column.code for column in columns]
    chosen = [code for code in known if code in request.POST.getlist("column")]
    if "usual" in request.POST or not chosen:
        response.delete_cookie(_cookie(request))
    else:
        response.set_cookie(
            _cookie(request), ".".join(chosen), max_age=COLUMNS_KEPT, httponly=True, samesite="Lax",
            secure=request.is_secure(),
        )  # fmt: skip
    return response


@access(Permission.OFFICER_LIST)
@require_GET
def officer_search(request: HttpRequest) -> HttpResponse:
    """What the search box suggests while somebody types: a fragment."""
    text = request.GET.get("q", "")
    found = search.suggestions(request.viewer, text, limit=9)  # type: ignore[attr-defined]
    all_url = reverse("roster:officer-list") + OfficerQuery(q=search.Typed.read(text).text).url
    context = {
        "officers": found[:8],
        "more": len(found) > 8 or search.names_a_group(text),
        "typed": text.strip(),
        "all_url": all_url,
    }
    return render(request, "roster/_officer_suggestions.html", context)


@access(Permission.OFFICER_LIST)
@require_GET
def saved_filter_list(request: HttpRequest) -> HttpResponse:
    """One's saved filters, each with the number of officers it finds now: a fragment, asked for by the list."""
    viewer, bounds = request.viewer, read_bounds()  # type: ignore[attr-defined]
    current, _notices = read_query(request.GET, viewer)
    rows = []
    for saved in SavedFilter.objects.filter(owner=signed_in(request)):
        query = officer_conditions.query_of(saved, viewer)
        # to count what sensitive conditions find is to use them: they are counted when they are opened
        count = None if query.kept else narrowed(viewer, query, bounds=bounds).count()
        rows.append(
            {"saved": saved, "url": query.url, "chosen": query.conditions == current.conditions, "count": count}
        )
    context = {"saved_filters": rows, "counted": True, "query": current, "list_url": reverse("roster:officer-list")}
    return render(request, "roster/_officer_saved.html", context)


@access(Permission.OFFICER_LIST)
@require_POST
def saved_filter_create(request: HttpRequest) -> HttpResponse:
    """Keep the conditions of the address under a name."""
    query, _notices = read_query(request.GET, request.viewer)  # type: ignore[attr-defined]
    try:
        saved_filters.save_filter(name=request.POST.get("name", ""), query=query.conditions, by=signed_in(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(reverse("roster:officer-list") + query.url)


@access(Permission.OFFICER_LIST)
@require_POST
def saved_filter_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete a filter of one's own; somebody else's is not found."""
    saved = get_object_or_404(SavedFilter, pk=pk, owner=signed_in(request))
    saved_filters.delete_filter(saved=saved, by=signed_in(request))
    return redirect("roster:officer-list")
