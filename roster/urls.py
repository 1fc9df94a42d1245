"""Routes of the roster."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from roster.views import grants

app_name = "roster"

grant_urls = [
    path("grants", grants.grant_list, name="grant-list"),
    path("grants/<int:pk>", grants.grant_detail, name="grant-detail"),
    path("grants/<int:pk>/withdraw", grants.grant_withdraw, name="grant-withdraw"),
]
urlpatterns: list[URLPattern | URLResolver] = [
    *grant_urls,
]
