"""What the demonstration adds: its jobs, and what the sign-in page tells about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from police_hr.core.models import JobRun
from police_hr.core.panels import registry
from police_hr.demo import jobs
from police_hr.demo.accounts import demo_accounts
from police_hr.demo.build import BUILD


def sign_in_notes() -> Mapping[str, Any]:
    """The accounts to sign in with, and the job that builds the force while it has not ended well."""
    notes: dict[str, Any] = {
        "demo_accounts": [
            {
                "role": f"{account.role_label} · {account.unit}" if account.unit else account.role_label,
                "username": account.username,
                "password": account.password,
            }
            for account in demo_accounts()
        ]
    }
    job = JobRun.objects.filter(handler=BUILD).exclude(state=JobRun.State.DONE).order_by("-pk").first()
    if job is not None:
        notes["demo_job"] = job
    return notes


registry.sign_in_notes = sign_in_notes
__all__ = ["jobs", "sign_in_notes"]
