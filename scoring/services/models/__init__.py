"""Writes of index models: installing, drafting, previewing, approving, files."""

from scoring.services.models.approving import (
    activate_due,
    approve_version,
    refuse_version,
    retire_model,
    submit_version,
)
from scoring.services.models.drafting import draft_version, edit_draft, start_draft, withdraw_draft
from scoring.services.models.installing import DEFAULT_MODEL, install_models, set_default_model
from scoring.services.models.previewing import request_preview

__all__ = [
    "DEFAULT_MODEL",
    "activate_due",
    "approve_version",
    "draft_version",
    "edit_draft",
    "install_models",
    "refuse_version",
    "request_preview",
    "retire_model",
    "set_default_model",
    "start_draft",
    "submit_version",
    "withdraw_draft",
]
