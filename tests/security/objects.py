"""The object behind each route with a parameter: always one of branch A, so that zhou of branch B is a stranger.

One line for a route: its name, and a function from the cast to the keyword arguments of its address.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from police_hr.core.models import JobRun
from tests.factories.cast import Cast


def job(cast: Cast) -> dict[str, Any]:
    """A failed job that the HR cadre started."""
    return {
        "pk": JobRun.objects.create(handler="tests.none", state=JobRun.State.FAILED, created_by=cast["hr_cadre"]).pk
    }


def user(cast: Cast) -> dict[str, Any]:
    return {"pk": cast["nobody"].pk}


OBJECTS: dict[str, Callable[[Cast], dict[str, Any]]] = {
    "core:calendar-year": lambda cast: {"year": 2026},
    "core:job-cancel": job,
    "core:job-detail": job,
    "core:job-retry": job,
    "core:user-admin-role": user,
    "core:user-detail": user,
    "core:user-disable": user,
    "core:user-enable": user,
    "core:user-end-sessions": user,
    "core:user-forget-code": user,
    "core:user-reset-password": user,
    "core:user-unlock": user,
    "roster:grant-detail": user,
    "roster:grant-withdraw": user,
}
