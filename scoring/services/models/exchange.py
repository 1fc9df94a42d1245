"""A version of a model as a file that people read: JSON, keys in the order of the description, comments allowed.

A file always becomes a draft. Its digest names the content: a file written and taken in again has the same.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from scoring.engine import document
from scoring.engine.errors import DefinitionError
from scoring.models import IndexModel, IndexModelVersion
from scoring.selectors.model_check import ModelFault, checked, told
from scoring.services.models.drafting import draft_version, record_act

if TYPE_CHECKING:
    from police_hr.core.models import User

FORMAT = "police_hr.index-model/1"
LARGEST = 1_000_000  # bytes; the shipped model has 40,000
COMMENT = "Points are points, times are days; a “comment” is for readers only. 分值以分计，时间以天计。"
# The order in which a reader looks for things; keys that are not named here follow by name.
ORDER = (
    "comment", "format", "model", "version", "digest", "reason", "definition",
    "code", "dim", "part", "name_zh", "name_en", "enabled", "valid_from", "valid_to", "kind", "population", "policy",
    "thresholds", "attention", "help", "rise", "hysteresis", "minor_share", "min_coverage", "share_alarm",
    "context_needs", "classes", "dimensions", "cap", "class", "data_class", "clock", "decay", "mode", "half_life",
    "window_days", "one_reporter_cap", "evidence", "where", "points", "severity", "field", "map", "value",
    "verified_only", "needs_closed", "fact", "when", "max_units", "clauses", "stages", "tier", "indicators",
    "contexts", "floors", "red_lines", "notes",
)  # fmt: skip
PLACES = {key: place for place, key in enumerate(ORDER)}


def write_version(version: IndexModelVersion) -> str:
    """The version as text; the same content is always the same text."""
    content = {
        "comment": COMMENT,
        "format": FORMAT,
        "model": version.model.code,
        "version": version.number,
        "digest": version.digest,
        "reason": version.reason,
        "definition": version.definition,
    }
    return json.dumps(_ordered(content), ensure_ascii=False, indent=2) + "\n"


def record_export(*, version: IndexModelVersion, by: User | None) -> None:
    """Write down that a version was taken along as a file."""
    with transaction.atomic():
        record_act(version, "model.export", by, digest=version.digest)


def _ordered(value: Any) -> Any:
    if isinstance(value, Mapping):
        keys = sorted(value, key=lambda key: (PLACES.get(key, len(PLACES)), key))
        return {key: _ordered(value[key]) for key in keys}
    if isinstance(value, list):
        return [_ordered(one) for one in value]
    return value


def read_file(content: bytes) -> tuple[dict[str, Any], str]:
    """The definition of a file and the reason written in it. A bare definition is taken as well.

    Raises ValidationError (ModelFault where a place can be named) for what is too large, no UTF-8 text, no JSON, of
    another format or version, changed since it was written, or no definition that may be used here.
    """
    if len(content) > LARGEST:
        raise ValidationError(_("The file is larger than an index model can be (1 MB)."), code="large")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ValidationError(_("The file is not a text in UTF-8. Save it as UTF-8 and try again.")) from None
    try:
        found = document.parse(text)
    except DefinitionError as error:
        raise told(error) from None
    reason = ""
    if "definition" in found or "format" in found:
        if found.get("format") != FORMAT:
            raise ValidationError(
                _("The file is not an index model of this product (format %(format)s).") % {"format": FORMAT}
            )
        reason = found.get("reason", "")
        if not isinstance(reason, str):
            raise ModelFault("reason", _("must be a text"))
        found = found.get("definition")  # type: ignore[assignment]
        if not isinstance(found, dict):
            raise ModelFault("definition", _("must be an object"))
    checked(found)
    return found, reason


def import_version(*, content: bytes, by: User | None, reason: str = "") -> IndexModelVersion:
    """Make a draft from a file; nothing is put in use. The same file taken in twice makes one draft.

    A file of a model that is unknown here makes the model, which is not in use until a version is approved.
    """
    definition, written = read_file(content)
    digest = document.digest(definition)
    with transaction.atomic():
        model = IndexModel.objects.select_for_update(of=("self",)).filter(code=definition["code"]).first()
        if model is not None:
            standing = model.versions.filter(digest=digest, state=IndexModelVersion.State.DRAFT).first()
            if standing is not None:
                return standing
        based_on = model.active if model is not None else None
        return draft_version(model=model, definition=definition, reason=(reason or written), by=by, based_on=based_on)
