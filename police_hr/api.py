"""The API under /api/v1/: each app's viewsets behind one router, with the pages' access rules."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

app_name = "api"
urlpatterns: list[URLPattern | URLResolver] = []
