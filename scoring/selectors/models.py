"""Index models and their definitions."""

from __future__ import annotations

import datetime as dt

from django.db.models import Exists

from police_hr.core.access import Viewer
from police_hr.core.roles import Permission
from roster.models import Officer, Unit
from scoring.engine import document
from scoring.engine.definition import ModelDefinition
from scoring.models import IndexModel, IndexModelVersion, LeftOut

State = IndexModelVersion.State
_definitions: dict[str, ModelDefinition] = {}


def definition_of(version: IndexModelVersion) -> ModelDefinition:
    """The engine's definition of a version; versions never change, so it is read once per process."""
    if version.digest not in _definitions:
        _definitions[version.digest] = document.load(version.definition)
    return _definitions[version.digest]


def active_version(code: str) -> IndexModelVersion | None:
    """The version in use of the model `code`, or None where there is no such model."""
    model = IndexModel.objects.select_related("active").filter(code=code).first()
    return model.active if model else None


def default_version() -> IndexModelVersion | None:
    """The version in use of the model that stands on dossiers and lists."""
    model = IndexModel.objects.select_related("active").filter(is_default=True).first()
    return model.active if model else None


import datetime as dt

from django.db.models import Exists

from police_hr.core.access import Viewer
from police_hr.core.roles import Permission
from roster.models import Officer, Unit
