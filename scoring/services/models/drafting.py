"""Drafts of index models: made from a version, a fit or a file, edited, given up. Only drafts are ever edited."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from police_hr.core import audit
from scoring.engine import document
from scoring.engine.definition import ModelDefinition
from scoring.models import IndexModel, IndexModelVersion
from scoring.selectors.model_check import ModelFault, checked

if TYPE_CHECKING:
    from police_hr.core.models import User

SHORTEST_REASON = 5
LONGEST_REASON = 300
State = IndexModelVersion.State


def draft_version(
    *,
    model: IndexModel | None,
    definition: Mapping[str, Any],
    reason: str,
    by: User | None,
    based_on: IndexModelVersion | None = None,
) -> IndexModelVersion:
    """Make a draft of `model` out of a definition document; it counts nowhere before a second person approves it.

    model None: the model that the document's `code` names, made here if it is new. Raises ValidationError (a
    `ModelFault` with its path for a fault of the document), and where the document belongs to another model.
    """
    made = checked(definition)
    with transaction.atomic():
        model = _model_for(model, made)
        number = (model.versions.aggregate(last=Max("number"))["last"] or 0) + 1
        version = IndexModelVersion.objects.create(
            model=model,
            number=number,
            definition=dict(definition),
            digest=document.digest(definition),
            state=State.DRAFT,
            reason=reason.strip()[:LONGEST_REASON],
            based_on=based_on,
            created_by=by,
        )
        if by is not None:
            version.authors.add(by)
        record_act(version, "model.draft", by, based_on=based_on.number if based_on else None, digest=version.digest)
    return version


def _model_for(model: IndexModel | None, definition: ModelDefinition) -> IndexModel:
    """The locked row of the model, so that two drafts made at once get two numbers."""
    if model is not None and model.code != definition.code:
        raise ModelFault("code", _("must be %(code)s, the code of the model") % {"code": model.code})
    if model is None:
        names = {"name_zh": definition.name_zh, "name_en": definition.name_en}
        fresh = IndexModel(code=definition.code, **names)
        try:
            fresh.clean_fields(exclude=["active"])
        except ValidationError as error:
            raise ModelFault("code", " ".join(error.messages).rstrip(".。")) from None
        model, _made = IndexModel.objects.get_or_create(code=definition.code, defaults=names)
    return IndexModel.objects.select_for_update().get(pk=model.pk)


def start_draft(*, version: IndexModelVersion, by: User | None) -> IndexModelVersion:
    """A draft with the content of `version`, to be edited."""
    return draft_version(model=version.model, definition=version.definition, reason="", by=by, based_on=version)


def edit_draft(
    *, version: IndexModelVersion, definition: Mapping[str, Any], by: User, edition: int, reason: str | None = None
) -> IndexModelVersion:
    """Give a draft another content, or another reason for the change.

    `edition` is what the editor saw. Raises ValidationError with the code `stale` where somebody else saved
    meanwhile (the caller shows both), `state` where it is a draft no more, and a ModelFault for a faulty document.
    """
    made = checked(definition)
    with transaction.atomic():
        version = IndexModelVersion.objects.select_for_update(of=("self",)).select_related("model").get(pk=version.pk)
        insist(version, State.DRAFT)
        if version.edition != edition:
            raise ValidationError(
                _("Somebody else changed this draft meanwhile. Compare both versions and save yours again."),
                code="stale",
            )
        if version.model.code != made.code:
            raise ModelFault("code", _("must be %(code)s, the code of the model") % {"code": version.model.code})
        version.definition = dict(definition)
        version.digest = document.digest(definition)
        version.edition += 1
        version.edited_by, version.edited_at = by, timezone.now()
        if reason is not None:
            version.reason = reason.strip()[:LONGEST_REASON]
        version.save(update_fields=["definition", "digest", "edition", "edited_by", "edited_at", "reason"])
        version.authors.add(by)
        record_act(version, "model.edit", by, digest=version.digest, edition=version.edition)
    return version


def withdraw_draft(*, version: IndexModelVersion, by: User) -> IndexModelVersion:
    """Give up a draft or a version that waits for approval. Its number is not used again. Repeating changes nothing."""
    with transaction.atomic():
        version = IndexModelVersion.objects.select_for_update(of=("self",)).select_related("model").get(pk=version.pk)
        if version.state == State.WITHDRAWN:
            return version
        insist(version, State.DRAFT, State.SUBMITTED)
        version.state = State.WITHDRAWN
        version.save(update_fields=["state"])
        record_act(version, "model.withdraw", by)
    return version


def insist(version: IndexModelVersion, *states: IndexModelVersion.State) -> None:
    """Raise ValidationError (code `state`) unless the version is in one of `states`."""
    if version.state not in states:
        words = {"version": version.number, "state": version.get_state_display()}
        raise ValidationError(
            _("V%(version)s is “%(state)s” and can no longer be changed this way.") % words, code="state"
        )


def record_act(version: IndexModelVersion, action: str, by: User | None, **details: Any) -> None:
    audit.record(
        by=by, action=action, object_type="index_model", object_id=version.model_id,
        details={"code": version.model.code, "version": version.number, **details},
    )  # fmt: skip
