"""A ledger kind as a readable JSON file: taken from one installation, read and checked in another."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from police_hr.core.fields import validate_field_list
from roster.models import LedgerGroup, LedgerKind, LedgerKindVersion
from roster.services.kinds import CODE, VERSION_FIELDS, create_kind, revise_kind

if TYPE_CHECKING:
    from police_hr.core.models import User

FORMAT = "police_hr.ledger_kind"
LARGEST = 200_000  # bytes
TEXTS = tuple(name for name in VERSION_FIELDS if name.endswith(("_zh", "_en")))
SWITCHES = ("needs_verification", "care", "open_ended")


@dataclass(frozen=True)
class KindFile:
    """A kind as a file describes it, checked: its code, the code of its group, the values of a version."""

    code: str
    group: str
    values: Mapping[str, Any]

    @property
    def version(self) -> LedgerKindVersion:
        """As a version that is not saved, for a comparison."""
        return LedgerKindVersion(number=0, **self.values)


def write_kind(kind: LedgerKind) -> str:
    """The kind's current version as text: indented, Chinese as it is, in the order of the editor."""
    if kind.current is None:
        raise ValidationError(_("This kind has no version yet."))
    values = {name: getattr(kind.current, name) for name in VERSION_FIELDS}
    document = {"format": FORMAT, "code": kind.code, "group": kind.group.code, **values}
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def read_kind(content: bytes) -> KindFile:
    """Read and check a file. Raises ValidationError with a sentence on what is wrong with it."""
    if len(content) > LARGEST:
        raise ValidationError(_("The file is larger than a kind can be (200 kB)."))
    try:
        found = json.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise ValidationError(_("This is no JSON file in UTF-8.")) from error
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise ValidationError(_("This file does not describe a ledger kind. Export one to see what it looks like."))
    unknown = set(found) - {"format", "code", "group", *VERSION_FIELDS}
    if unknown:
        raise ValidationError(
            _("The file has what a kind has not: %(names)s.") % {"names": ", ".join(sorted(map(str, unknown)))[:200]}
        )
    code = str(found.get("code", "")).strip().upper()
    if not CODE.fullmatch(code):
        raise ValidationError(_("The code of the kind is missing or badly formed."))
    return KindFile(code=code, group=str(found.get("group", "")), values=_values(found))


def _values(found: Mapping[str, Any]) -> dict[str, Any]:
    values: dict[str, Any] = {name: found.get(name, "") for name in TEXTS}
    values |= {name: found.get(name, False) for name in SWITCHES}
    values |= {"sensitivity": found.get("sensitivity"), "fields": found.get("fields", [])}
    wrong = [name for name in TEXTS if not isinstance(values[name], str) or "\x00" in values[name]]
    wrong += [name for name in SWITCHES if not isinstance(values[name], bool)]
    if values["sensitivity"] not in (1, 2, 3, 4) or isinstance(values["sensitivity"], bool):
        wrong.append("sensitivity")
    if not values["name_zh"] or not values["name_en"]:
        wrong.append("name_zh / name_en")
    if wrong:
        raise ValidationError(_("These are missing or not as they should be: %(names)s.") % {"names": ", ".join(wrong)})
    validate_field_list(values["fields"])
    return values


def group_for(file: KindFile, chosen: LedgerGroup | None) -> LedgerGroup:
    """The group that the file names, else the one that was chosen. Raises ValidationError where there is neither."""
    group = LedgerGroup.objects.filter(code=file.group).first() or chosen
    if group is None:
        raise ValidationError(_("There is no group “%(code)s” here: choose one.") % {"code": file.group[:40]})
    return group


def take_kind(*, file: KindFile, group: LedgerGroup, by: User | None) -> tuple[LedgerKind, bool]:
    """Make the kind of the file below `group`, or give a kind with its code a new version. Returns the kind and
    whether it is new."""
    kind = LedgerKind.objects.filter(code=file.code).first()
    if kind is None:
        return create_kind(code=file.code, group=group, by=by, **file.values), True
    revise_kind(kind=kind, changes=dict(file.values), by=by)
    return LedgerKind.objects.get(pk=kind.pk), False
