"""Writes of index models: installing, drafting, approving, files."""

from scoring.services.models.drafting import draft_version, edit_draft, start_draft, withdraw_draft
from scoring.services.models.installing import DEFAULT_MODEL, install_models, set_default_model

__all__ = [
    "DEFAULT_MODEL",
    "draft_version",
    "edit_draft",
    "install_models",
    "set_default_model",
    "start_draft",
    "withdraw_draft",
]
