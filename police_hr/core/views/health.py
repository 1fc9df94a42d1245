"""Health: does the process answer, and does the database?"""

from django.db import Error, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from police_hr.core.access import access


@access(public=True)
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 with {"status": "ok"} while the database answers, 503 otherwise. Tells nothing else."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()
    except Error:
        return JsonResponse({"status": "database"}, status=503)
    return JsonResponse({"status": "ok"})
