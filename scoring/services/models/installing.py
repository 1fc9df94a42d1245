"""Installing the index models that are shipped with the product."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from django.db import transaction

from police_hr.core import audit
from roster.access import today
from scoring.engine import document
from scoring.models import IndexModel, IndexModelVersion

if TYPE_CHECKING:
    from police_hr.core.models import User

DEFAULTS = Path(__file__).resolve().parent.parent.parent / "defaults"
DEFAULT_MODEL = "cn-default"


def install_models(*, by: User | None = None) -> list[IndexModel]:
    """Make the shipped models where they are missing, each with its version 1 in use.

    A shipped definition that changed with an upgrade becomes a further version, in draft: what is
    in use is never exchanged without people.
    """
    return [_install(json.loads(path.read_text(encoding="utf-8")), by=by) for path in sorted(DEFAULTS.glob("*.json"))]


def _install(content: dict[str, object], *, by: User | None) -> IndexModel:
    definition = document.load(content)
    digest = document.digest(content)
    with transaction.atomic():
        model, made = IndexModel.objects.get_or_create(
            code=definition.code,
            defaults={
                "name_zh": definition.name_zh,
                "name_en": definition.name_en,
                "shipped": True,
                "is_default": definition.code == DEFAULT_MODEL,
            },
        )
        if model.versions.filter(digest=digest).exists():
            return model
        number = model.versions.count() + 1
        version = IndexModelVersion.objects.create(
            model=model,
            number=number,
            definition=content,
            digest=digest,
            state=IndexModelVersion.State.ACTIVE if made else IndexModelVersion.State.DRAFT,
            active_from=today() if made else None,
            reason="shipped",
            created_by=by,
        )
        if made:
            model.active = version
            model.save(update_fields=["active"])
        audit.record(
            by=by, action="model.install", object_type="index_model", object_id=model.pk,
            details={"code": model.code, "version": number, "digest": digest},
        )  # fmt: skip
    return model


def set_default_model(*, model: IndexModel, by: User | None) -> None:
    """Make `model` the one whose scores stand on dossiers and lists. Its next run fills them."""
    with transaction.atomic():
        IndexModel.objects.filter(is_default=True).update(is_default=False)
        IndexModel.objects.filter(pk=model.pk).update(is_default=True)
        audit.record(by=by, action="model.default", object_type="index_model", object_id=model.pk)
