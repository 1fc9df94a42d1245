"""What a version has to pass before it is in use, as the strip above a draft shows it."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from scoring.engine.definition import Part
from scoring.models import IndexModelVersion, ModelPreview
from scoring.selectors.model_check import checked
from scoring.selectors.models import definition_of

State = IndexModelVersion.State
OPEN = (State.DRAFT, State.SUBMITTED, State.APPROVED)


@dataclass(frozen=True)
class Gate:
    """One gate: passed, failed or still open, with the words that say why."""

    title: str
    words: str
    state: str  # go, check or stop, as traffic lights are called


def gates_of(version: IndexModelVersion) -> list[Gate]:
    """Protected attributes, care apart, preview, second person."""
    return [_protected(version), _care(version), _preview(version), _second_person(version)]


def _protected(version: IndexModelVersion) -> Gate:
    title = _("Protected attributes")
    try:
        count = len(checked(version.definition).scored)
    except ValidationError as error:
        return Gate(title, " ".join(error.messages), "stop")
    return Gate(title, _("none among %(count)s indicators") % {"count": count}, "go")


def _care(version: IndexModelVersion) -> Gate:
    dimensions = [d.code for d in definition_of(version).dimensions if d.part is Part.CARE]
    words = (
        _("%(codes)s: never read by post matching") % {"codes": ", ".join(dimensions)}
        if dimensions
        else _("no care part")
    )
    return Gate(_("Care apart"), words, "go")


def _preview(version: IndexModelVersion) -> Gate:
    title = _("Preview")
    found = ModelPreview.objects.filter(version=version).only("made_at", "digest", "result").first()
    if found is None or found.made_at is None:
        return Gate(title, _("not computed yet"), "check")
    if found.digest != version.digest:
        return Gate(title, _("older than the draft"), "check")
    moved = sum(n for move, n in found.result["moves"].items() if len(set(move.split(">"))) > 1)
    return Gate(title, _("%(count)s would move") % {"count": moved}, "go")


def _second_person(version: IndexModelVersion) -> Gate:
    title = _("Second person")
    if version.approved_by is not None:
        return Gate(title, _("approved by %(name)s") % {"name": version.approved_by.name}, "go")
    words = _("waits for a decision") if version.state == State.SUBMITTED else _("after it is submitted")
    return Gate(title, words, "check")
