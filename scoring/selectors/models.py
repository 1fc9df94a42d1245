"""Index models and their definitions."""

from __future__ import annotations

import datetime as dt

from django.db.models import Exists, Prefetch

from police_hr.core.access import Viewer
from police_hr.core.models import User
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


def version_on(model: IndexModel, day: dt.date) -> IndexModelVersion | None:
    """The version in force on `day`: of those in use by then the last. Before the first of all it is the first, which
    answers what that day would have looked like; None where the model was never in use."""
    used = model.versions.filter(state__in=[State.ACTIVE, State.RETIRED]).exclude(active_from=None)
    by_then = used.filter(active_from__lte=day).order_by("-active_from", "-number").first()
    return by_then or used.order_by("active_from", "number").first()


def decides_for_all(viewer: Viewer, permission: Permission) -> bool:
    """Whether `permission` is held over the whole force: a model scores everybody, so nobody changes it for a part."""
    if viewer.everything:
        return True
    if not viewer.has(permission):
        return False
    roots = Unit.objects.filter(depth=1).order_by().values_list("path", flat=True)
    return all(viewer.covers(permission, path) for path in roots)


def models_for(viewer: Viewer) -> list[IndexModel]:
    """Every model with the version in use, that of the dossiers first, each with its `open_versions`."""
    if not viewer.has(Permission.MODEL_VIEW):
        return []
    unfinished = IndexModelVersion.objects.filter(state__in=[State.DRAFT, State.SUBMITTED, State.APPROVED])
    unfinished = unfinished.defer("definition").order_by("-number")
    models = IndexModel.objects.select_related("active").order_by("-is_default", "code")
    return list(models.prefetch_related(Prefetch("versions", unfinished, to_attr="open_versions")))


def version_for(viewer: Viewer, code: str, number: int) -> IndexModelVersion | None:
    """Version `number` of the model `code`; None where there is none, or the viewer sees no models."""
    if not viewer.has(Permission.MODEL_VIEW):
        return None
    people = ("created_by", "edited_by", "submitted_by", "approved_by", "refused_by", "based_on")
    found = IndexModelVersion.objects.select_related("model__active", *people)
    return found.filter(model__code=code, number=number).first()


def default_version_for(officer: Officer) -> tuple[IndexModelVersion | None, bool]:
    """`default_version`, and whether any fact about this officer is left out of the index. One query."""
    left_out = Exists(LeftOut.objects.filter(officer=officer))
    models = IndexModel.objects.select_related("active").filter(is_default=True).annotate(left_out=left_out)
    model = models.first()
    return (model.active, model.left_out) if model else (None, False)


def had_a_hand(version: IndexModelVersion, user: User) -> bool:
    """Whether `user` drafted, edited or submitted the version, and so cannot decide on it."""
    hands = {version.created_by_id, version.edited_by_id, version.submitted_by_id}
    return user.pk in hands or version.authors.filter(pk=user.pk).exists()
