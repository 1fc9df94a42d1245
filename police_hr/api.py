"""The API under /api/v1/: each app's viewsets behind one router, with the pages' access rules."""

from __future__ import annotations

from django.urls import include, path
from drf_spectacular.views import SpectacularJSONAPIView
from rest_framework.routers import SimpleRouter

from police_hr.core.access import access
from police_hr.core.api import JobViewSet
from roster.api import DoubtViewSet, ImportViewSet, LedgerViewSet, OfficerViewSet, UnitViewSet
from scoring.api import RunViewSet, ScoreViewSet

router = SimpleRouter()
router.register("units", UnitViewSet, basename="unit")
router.register("officers", OfficerViewSet, basename="officer")
router.register("ledger", LedgerViewSet, basename="ledger")
router.register("doubts", DoubtViewSet, basename="doubt")
router.register("imports", ImportViewSet, basename="import")
router.register("runs", RunViewSet, basename="run")
router.register("scores", ScoreViewSet, basename="score")
router.register("jobs", JobViewSet, basename="job")

app_name = "api"
urlpatterns = [
    path("schema/", access("api.schema")(SpectacularJSONAPIView.as_view(api_version="1")), name="schema"),
    path("", include(router.urls)),
]
