"""Code tables as words: cached in the process, because every page needs them and they hardly change."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from police_hr.core.fields import clear_code_table_cache
from police_hr.core.i18n import is_chinese, pick
from roster.models import Code, CodeTable

# how long another process's edit of a code table may stay unseen here
RECHECK_SECONDS = 5.0


@dataclass(frozen=True)
class Entry:
    """One code of a table."""

    code: str
    zh: str
    en: str
    order: int
    withdrawn: bool
    attributes: Mapping[str, Any]

    @property
    def label(self) -> str:
        return pick(self.zh, self.en)


@dataclass
class _Cache:
    versions: dict[str, int] = field(default_factory=dict)
    checked: float = 0.0
    entries: dict[str, tuple[Entry, ...]] = field(default_factory=dict)
    labels: dict[tuple[str, bool], dict[str, str]] = field(default_factory=dict)


_cache = _Cache()


def forget() -> None:
    """Read everything anew; services that edit a code table call it (other processes see it in seconds)."""
    _cache.versions, _cache.checked = {}, 0.0
    _cache.entries.clear()
    _cache.labels.clear()
    clear_code_table_cache()


def entries(table: str) -> tuple[Entry, ...]:
    """All entries of `table` (its slug) in order, withdrawn ones included; empty where there is no such table."""
    _recheck()
    found = _cache.entries.get(table)
    if found is None:
        rows = Code.objects.filter(table__slug=table).order_by("order", "code")
        found = tuple(
            Entry(row.code, row.name_zh, row.name_en, row.order, row.withdrawn, row.attributes) for row in rows
        )
        # an empty answer is not kept: the tables may be about to be installed
        if found:
            _cache.entries[table] = found
    return found


def labels(table: str) -> dict[str, str]:
    """Code → word in the active language, of every code of `table`. Do not change the dict."""
    key = (table, is_chinese())
    _recheck()
    if key not in _cache.labels:
        found = {entry.code: entry.label for entry in entries(table)}
        if not found:
            return found
        _cache.labels[key] = found
    return _cache.labels[key]


def label(table: str, code: str) -> str:
    """The word for `code`, or the code itself where the table does not know it."""
    return labels(table).get(code, code) if code else ""


def grade_labels() -> dict[str, str]:
    """The words of all three grade sequences (their codes do not overlap)."""
    return {**labels("general_grade"), **labels("technical_grade"), **labels("duty_grade")}


def choices(table: str) -> list[tuple[str, str]]:
    """(code, word) pairs for a form: without withdrawn codes, in order."""
    return [(entry.code, entry.label) for entry in entries(table) if not entry.withdrawn]


def field_choices(table: str) -> list[dict[str, Any]] | None:
    """The table as the field types want it (`register_code_tables`), or None where there is none."""
    found = [
        {"value": entry.code, "zh": entry.zh, "en": entry.en, "withdrawn": entry.withdrawn} for entry in entries(table)
    ]
    return found or None


def _recheck() -> None:
    now = time.monotonic()
    if now - _cache.checked < RECHECK_SECONDS and _cache.versions:
        return
    versions = dict(CodeTable.objects.values_list("slug", "version"))
    if versions != _cache.versions and _cache.versions:
        forget()
    _cache.versions, _cache.checked = versions, now
