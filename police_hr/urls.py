"""All routes of the site. Each declares its access; `police_hr.core.checks` insists on it."""

from django.urls import include, path

from police_hr.core.views.health import healthz
from police_hr.core.views.home import home

urlpatterns = [
    path("", home, name="home"),
    path("healthz", healthz, name="healthz"),
    path("", include("police_hr.core.urls")),
    path("roster/", include("roster.urls")),
    path("workflows/", include("workflows.urls")),
    path("scoring/", include("scoring.urls")),
    path("api/v1/", include("police_hr.api")),
]

handler400 = "police_hr.core.errors.bad_request"
handler403 = "police_hr.core.errors.permission_denied"
handler404 = "police_hr.core.errors.page_not_found"
handler500 = "police_hr.core.errors.server_error"
