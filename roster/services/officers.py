"""Officers: made in bulk or one by one, changed field by field under a version."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from police_hr.core import audit
from police_hr.core.fields.base import UNSTORABLE
from police_hr.core.reactions import announce_dossiers
from roster.models import DataSource, ImportBatch, Officer
from roster.services.bulk import insert_rows, prepared, write_in_chunks
from roster.services.current import refresh_current
from roster.services.spelling import officer_spelling

if TYPE_CHECKING:
    from police_hr.core.models import User

# The present state follows from postings, ranks and grades; the rest is written by the product itself.
DERIVED = frozenset(
    {
        "unit", "unit_id", "post", "post_level", "post_since", "rank", "rank_since", "grade", "grade_since",
        "standing", "pinyin", "initials", "strokes", "phone_tail", "version", "id", "created_at", "source", "source_id",
        "batch", "batch_id",
    }
)  # fmt: skip
EDITABLE = tuple(field.name for field in Officer._meta.concrete_fields if not {field.name, field.attname} & DERIVED)


def create_officers(
    *,
    rows: Sequence[Mapping[str, Any]],
    batch: ImportBatch | None = None,
    source: DataSource | None = None,
    by: User | None,
    on_chunk: Callable[[int], None] | None = None,
) -> list[int]:
    """Make officers; returns their ids in the order of `rows`.

    Rows hold field names of `Officer` (`EDITABLE`), validated by the caller; spelling and the tail of the phone
    number are added. Unit, post, rank and grade are refused: give postings, ranks and grades to
    `roster.services.careers`. With a hidden batch rows are written in short transactions; without one all is one
    transaction with one audit event.
    """
    wrong = {name for row in rows for name in row} - set(EDITABLE)
    if wrong:
        raise ValueError(f"Not fields that an officer is created with: {', '.join(sorted(wrong))}.")
    ids: list[int] = []
    names = [field.attname for field in Officer._meta.concrete_fields if not field.primary_key]
    common = {"source_id": source.pk if source else None, "batch_id": batch.pk if batch else None}

    def write(chunk: list[Mapping[str, Any]]) -> None:
        now = timezone.now()
        full = ({**row, **_derived(row), **common, "created_at": now} for row in chunk)
        insert_rows(Officer, names, prepared(Officer, names, full))
        ids.extend(_ids_of([row["badge_no"] for row in chunk]))

    if batch is not None:
        write_in_chunks(rows, write, on_chunk=on_chunk)
        return ids
    with transaction.atomic():
        write(list(rows))
        refresh_current(officer_ids=ids)
        if ids:
            audit.record(
                by=by,
                action="officer.create",
                object_type="officer",
                object_id=ids[0] if len(ids) == 1 else "",
                officer_id=ids[0] if len(ids) == 1 else None,
                details={"officers": len(ids)},
            )
    return ids


def update_officer(*, officer: Officer, changes: Mapping[str, Any], version: int | None, by: User | None) -> Officer:
    """Change fields of an officer. `version` is the one the editor started from; None skips that check.

    Raises ValidationError for a stale version, an unknown or derived field, or a value that does not fit.
    The audit event names the fields, not their values: its readers open no dossier.
    """
    unknown = set(changes) - set(EDITABLE)
    if unknown:
        raise ValidationError(_("These cannot be changed here: %(names)s.") % {"names": ", ".join(sorted(unknown))})
    with transaction.atomic():
        current = Officer.objects.select_for_update().get(pk=officer.pk)
        if version is not None and version != current.version:
            raise ValidationError(
                _("Somebody else changed this dossier meanwhile. Open it again and repeat your change."),
                code="stale",
            )
        changed = [name for name, value in changes.items() if getattr(current, name) != value]
        if not changed:
            return current
        for name in changed:
            setattr(current, name, changes[name])
        _check(current, changed)
        derived = _derived({name: getattr(current, name) for name in ("name", "phone")})
        values = {name: getattr(current, name) for name in changed} | derived
        # The version is asked again in the statement itself: SQLite has no row lock.
        if not Officer.objects.filter(pk=current.pk, version=current.version).update(
            **values, version=F("version") + 1
        ):
            raise ValidationError(
                _("Somebody else changed this dossier meanwhile. Open it again and repeat your change.")
            )
        announce_dossiers([current.pk])
        audit.record(
            by=by,
            action="officer.update",
            object_type="officer",
            object_id=current.pk,
            officer_id=current.pk,
            details={"changed": sorted(changed)},
        )
    return Officer.objects.get(pk=current.pk)


def _ids_of(badges: Sequence[str]) -> list[int]:
    """The ids of these badge numbers, in their order; `insert_rows` does not tell them."""
    found: dict[str, int] = {}
    for start in range(0, len(badges), 5_000):
        part = badges[start : start + 5_000]
        found.update(Officer.objects.filter(badge_no__in=part).values_list("badge_no", "pk"))
    return [found[badge] for badge in badges]


def _derived(row: Mapping[str, Any]) -> dict[str, str]:
    digits = "".join(character for character in row.get("phone") or "" if character.isdigit())
    return {**officer_spelling(row.get("name") or ""), "phone_tail": digits[-4:]}


def _check(officer: Officer, changed: Sequence[str]) -> None:
    """Check the changed fields, and the days against each other."""
    kept = {field.name for field in Officer._meta.fields} - set(changed)
    officer.clean_fields(exclude=kept)
    for name in changed:
        value = getattr(officer, name)
        if isinstance(value, str) and UNSTORABLE.search(value):
            raise ValidationError(
                {name: _("contains a character that cannot be stored (a NUL byte or half a character).")}
            )
    if "badge_no" in changed:
        officer.badge_no = officer.badge_no.strip().upper()
        if Officer.objects.filter(badge_no=officer.badge_no).exclude(pk=officer.pk).exists():
            raise ValidationError(
                {"badge_no": _("The badge number “%(badge)s” belongs to somebody else.") % {"badge": officer.badge_no}}
            )
    ordered = [
        (name, getattr(officer, name))
        for name in ("birth_date", "work_started_on", "police_since", "left_on")
        if getattr(officer, name) is not None
    ]
    for (_earlier, first), (later, second) in pairwise(ordered):
        if second < first:
            raise ValidationError({later: _("This day lies before one that must come first.")})
