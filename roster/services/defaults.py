"""What an installation starts with: code tables, ledger kinds and data sources, from `roster/defaults`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db import transaction

from police_hr.core import audit
from police_hr.core.fields import validate_field_list
from roster.models import Code, CodeTable, DataSource, LedgerGroup, LedgerKind, LedgerKindVersion
from roster.selectors import codes
from roster.services.kinds import VERSION_FIELDS, next_version

if TYPE_CHECKING:
    from police_hr.core.models import User

FOLDER = Path(__file__).resolve().parent.parent / "defaults"
CODE_FILES = ("code_tables.json", "dossier_checks.json")
TABLE_KEYS = frozenset({"code", "zh", "en", "order"})


def install_defaults(*, by: User | None = None) -> None:
    """Install what is missing and bring what we ship up to date; repeating it changes nothing.

    A kind that somebody here revised keeps their version. Codes that we no longer ship are withdrawn, never
    deleted: old facts keep their words. One transaction, one audit event where anything changed.
    """
    with transaction.atomic():
        changed = {"codes": _install_codes(), "sources": _install_sources(), **_install_kinds()}
        if any(changed.values()):
            audit.record(by=by, action="defaults.install", object_type="installation", details=changed)
    codes.forget()


def _read(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / name).read_text(encoding="utf-8"))
    return found


def _install_codes() -> int:
    tables = {table.slug: table for table in CodeTable.objects.all()}
    known = {(code.table_id, code.code): code for code in Code.objects.all()}
    made, revised = [], []
    for shipped in (table for file in CODE_FILES for table in _read(file)["tables"]):
        table = tables.get(shipped["code"]) or CodeTable.objects.create(
            slug=shipped["code"], name_zh=shipped["zh"], name_en=shipped["en"]
        )
        touched = False
        for entry in shipped["entries"]:
            wanted = {
                "name_zh": entry["zh"],
                "name_en": entry["en"],
                "order": entry["order"],
                "attributes": {key: value for key, value in entry.items() if key not in TABLE_KEYS},
            }
            code = known.get((table.pk, entry["code"]))
            if code is None:
                made.append(Code(table=table, code=entry["code"], **wanted))
                touched = True
            elif any(getattr(code, key) != value for key, value in wanted.items()):
                for key, value in wanted.items():
                    setattr(code, key, value)
                revised.append(code)
                touched = True
        if touched and table.slug in tables:
            table.version += 1
            table.save(update_fields=["version"])
    Code.objects.bulk_create(made)
    Code.objects.bulk_update(revised, ["name_zh", "name_en", "order", "attributes"])
    codes.forget()
    return len(made) + len(revised)


def _install_sources() -> int:
    known = set(DataSource.objects.values_list("code", flat=True))
    made = [
        DataSource(code=row["code"], name_zh=row["zh"], name_en=row["en"], priority=row["priority"])
        for row in _read("sources.json")["sources"]
        if row["code"] not in known
    ]
    DataSource.objects.bulk_create(made)
    return len(made)


def _install_kinds() -> dict[str, int]:
    shipped = _read("kinds.json")
    groups = {group.code: group for group in LedgerGroup.objects.all()}
    new_groups = 0
    for row in shipped["groups"]:
        if row["code"] not in groups:
            groups[row["code"]] = LedgerGroup.objects.create(
                code=row["code"],
                name_zh=row["zh"],
                name_en=row["en"],
                parent=groups[row["parent"]] if row["parent"] else None,
                order=row["order"],
            )
            new_groups += 1
    known = {kind.code: kind for kind in LedgerKind.objects.select_related("current")}
    made = [row for row in shipped["kinds"] if row["code"] not in known]
    _create_kinds(made, groups)
    revised = sum(_follow(known[row["code"]], row) for row in shipped["kinds"] if row["code"] in known)
    return {"groups": new_groups, "kinds": len(made), "kinds_revised": revised}


def _create_kinds(rows: list[dict[str, Any]], groups: dict[str, LedgerGroup]) -> None:
    for row in rows:
        validate_field_list(row["fields"])
    kinds = LedgerKind.objects.bulk_create(
        LedgerKind(
            code=row["code"],
            group=groups[row["group"]],
            order=row["order"],
            pack=row.get("pack", "cn"),
            shipped=True,
        )
        for row in rows
    )
    versions = LedgerKindVersion.objects.bulk_create(
        LedgerKindVersion(kind=kind, number=1, **_version_values(row)) for kind, row in zip(kinds, rows, strict=True)
    )
    for kind, version in zip(kinds, versions, strict=True):
        kind.current = version
    LedgerKind.objects.bulk_update(kinds, ["current"])


def _follow(kind: LedgerKind, row: dict[str, Any]) -> bool:
    """Bring a kind that nobody here revised to the shipped state. True where that changed it."""
    wanted = _version_values(row)
    current = kind.current
    if not kind.shipped or current is None or current.created_by_id is not None:
        return False
    if all(getattr(current, name) == wanted[name] for name in VERSION_FIELDS):
        return False
    validate_field_list(wanted["fields"])
    next_version(kind=kind, values=wanted, by=None)
    return True


def _version_values(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "name_zh": row["zh"],
        "name_en": row["en"],
        "hint_zh": row.get("hint_zh", ""),
        "hint_en": row.get("hint_en", ""),
        "sensitivity": row["sensitivity"],
        "fields": row["fields"],
        "needs_verification": row["needs_verification"],
        "care": row["care"],
        "open_ended": row["open_ended"],
        "amount_label_zh": row.get("amount_label_zh", ""),
        "amount_label_en": row.get("amount_label_en", ""),
    }
