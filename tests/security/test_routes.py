"""Every route declares its access; one that does not stops the server; few are public."""

from __future__ import annotations

import pytest
from django.core import checks
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver, include, path
from rest_framework.views import APIView

from police_hr.core.access import access, access_of
from police_hr.core.checks import all_routes, every_route_declares_access
from police_hr.core.middleware import AccessMiddleware
from tests.security.test_matrix import PUBLIC

MOST_PUBLIC_ROUTES = 6


def undeclared(request):
    return HttpResponse("open to all")


class UndeclaredApi(APIView):
    """DRF sets `login_required = False` on its views: Django's own middleware would let it pass."""


urlpatterns = [
    path("", include(([path("deep/", include(([path("open", undeclared, name="open")], "inner")))], "outer"))),
    path("api/open", UndeclaredApi.as_view(), name="api-open"),
]


def test_every_route_of_the_site_declares_its_access():
    assert [name for _path, name, view in all_routes() if access_of(view) is None] == []


def test_every_route_has_a_name_and_the_walk_misses_none():
    def count(resolver: URLResolver) -> int:
        return sum(1 if isinstance(entry, URLPattern) else count(entry) for entry in resolver.url_patterns)

    routes = list(all_routes())
    assert len(routes) == count(get_resolver())
    assert [where for where, name, _view in routes if not name or name.endswith(":")] == []


def test_only_the_literal_list_is_public():
    public = {name for _path, name, view in all_routes() if access_of(view).public}
    assert public == PUBLIC
    assert len(PUBLIC) <= MOST_PUBLIC_ROUTES


def test_static_and_media_are_no_routes():
    paths = [where for where, _name, _view in all_routes()]
    assert not [where for where in paths if where.startswith(("static", "media", "files"))]


@pytest.mark.urls(__name__)
def test_an_undeclared_route_stops_the_start():
    found = every_route_declares_access()
    assert {error.id for error in found} == {"police_hr.E001"}
    assert len(found) == 2
    assert all(isinstance(error, checks.Error) for error in found)
    assert "outer:inner:open" in found[0].msg


@pytest.mark.parametrize("view", [undeclared, UndeclaredApi.as_view()])
def test_an_undeclared_route_is_refused_even_when_the_check_was_silenced(view):
    with pytest.raises(PermissionDenied):
        AccessMiddleware(lambda request: HttpResponse()).process_view(RequestFactory().get("/"), view, (), {})


@pytest.mark.parametrize(
    "asked", [{}, {"public": True, "signed_in": True}, {"permission": "audit.view", "public": True}]
)
def test_a_declaration_asks_for_exactly_one_thing(asked):
    with pytest.raises(ValueError, match="exactly one"):
        access(**asked)


def test_unsafe_methods_ask_for_the_write_permission():
    @access("unit.view", write="unit.manage")
    def view(request):
        return HttpResponse()

    assert access_of(view).needed("GET") == "unit.view"
    assert access_of(view).needed("HEAD") == "unit.view"
    assert access_of(view).needed("POST") == "unit.manage"
    assert access_of(view).needed("DELETE") == "unit.manage"
