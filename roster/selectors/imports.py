"""Reads for the import pages: batches, their preview, and the quality of what each source supplies."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from police_hr.core.access import Viewer
from police_hr.core.dates import format_month
from police_hr.core.days import from_number
from police_hr.core.i18n import pick
from police_hr.core.roles import Permission
from roster.counting import counting
from roster.importing import issues, problems
from roster.importing.appointment.archive import unmarked
from roster.importing.fields import Field, mask
from roster.importing.reading import HIDDEN
from roster.importing.targets import PREFIX, TABLES, Target, UnknownTarget, make_target
from roster.importing.targets.appointment import AppointmentForms
from roster.models import Code, Conflict, DataSource, ImportBatch, ImportRow, LedgerKind, MappingProfile, Officer

ROWS_PER_PAGE = 50
LONG_SHOWN = 40
SEVERAL_KINDS = "ledger"  # a batch that no file brought, e.g. of the invented force
FILTERS = ("", "error", "doubt", "update", "new", "same", "skip")


def batches_visible_to(viewer: Viewer) -> QuerySet[ImportBatch]:
    """The batches, newest first. Who may import sees all: an import touches the whole force."""
    rows = ImportBatch.objects.select_related("created_by", "source", "profile", "job")
    return rows if viewer.everything or viewer.has(Permission.IMPORT_RUN) else rows.none()


def target_of(batch: ImportBatch) -> Target | None:
    """What the batch is imported as; None where that no longer exists."""
    try:
        return make_target(batch.target, today=timezone.localdate(), options=batch.options)
    except UnknownTarget:
        return None


def target_label(code: str) -> str:
    """The name of a target in the active language."""
    if code in TABLES:
        return pick(TABLES[code].zh, TABLES[code].en)
    if code == SEVERAL_KINDS:
        return pick("台账（多个类别）", "Ledger, several kinds")
    kind = LedgerKind.objects.select_related("current").filter(code=code.removeprefix(PREFIX)).first()
    return pick(kind.current.name_zh, kind.current.name_en) if kind is not None and kind.current else code


def target_choices() -> list[tuple[str, str]]:
    """(code, label) of everything that can be imported: tables first, then the ledger kinds in use."""
    tables = [(code, pick(target.zh, target.en)) for code, target in TABLES.items()]
    kinds = LedgerKind.objects.filter(withdrawn=False, current__isnull=False).select_related("current")
    ledger = pick("台账", "Ledger")
    return tables + [
        (PREFIX + kind.code, f"{ledger} · {pick(kind.current.name_zh, kind.current.name_en)}")
        for kind in kinds
        if kind.current is not None
    ]


def tables_to_fill() -> list[tuple[str, str]]:
    """Those of `target_choices` that come as tables, of which there is an empty form."""
    return [(code, label) for code, label in target_choices() if code != AppointmentForms.code]


def shipped_profiles() -> QuerySet[MappingProfile]:
    return MappingProfile.objects.filter(shipped=True).order_by("code")


def problem_of(batch: ImportBatch) -> str:
    """Why the batch cannot go on, in the active language; "" where it can."""
    problem = batch.options.get("problem")
    return problems.sentence(problem) if problem else ""


def rows_of(batch: ImportBatch, state: str = "", page: int = 1) -> Page[ImportRow]:
    """One page of the stored rows, of one state or all."""
    rows = ImportRow.objects.filter(batch=batch).order_by("row_no")
    if state:
        rows = rows.filter(state=state)
    return Paginator(rows, ROWS_PER_PAGE).get_page(page)


class Preview:
    """Turns stored rows into what the page shows. Columns: those mapped, once each, in the order of the file."""

    def __init__(self, batch: ImportBatch, target: Target) -> None:
        self.batch, self.target = batch, target
        self.columns: list[tuple[int, Field, str]] = []
        seen: set[str] = set()
        for entry in batch.mapping:
            field = target.fields.get(entry["field"])
            if field is not None and not field.protected and entry["field"] not in seen:
                seen.add(entry["field"])
                self.columns.append((entry["column"], field, entry["header"]))
        self._labels: dict[tuple[str, ...], dict[str, str]] = {}
        self._shown: Mapping[str, Callable[[Field, Any], str]] = {
            "day": self._show_day,
            "month": self._show_month,
            "birth": self._show_month,
            "marked": lambda field, value: unmarked(str(value)),
            "long": lambda field, value: _shortened(str(value)),
            "unit": self._show_unit,
            **dict.fromkeys(("officer", "code", "bool", "sex", "status"), self._show_named),
        }

    def rows(self, rows: list[ImportRow]) -> list[dict[str, Any]]:
        return [self._row(row) for row in rows]

    def _row(self, row: ImportRow) -> dict[str, Any]:
        worst: dict[str, str] = {}
        for issue in row.issues:
            if worst.get(issue["field"]) != "error":
                worst[issue["field"]] = issue["level"]
        return {
            "number": row.row_no,
            "state": row.state,
            "act": row.act,
            "cells": [
                self._cell(row, column, field, worst.get(field.name, "")) for column, field, _header in self.columns
            ],
            "issues": [self._issue(index, issue) for index, issue in enumerate(row.issues)],
            "mended": bool(row.decisions.get("cells")),
        }

    def _cell(self, row: ImportRow, column: int, field: Field, level: str) -> dict[str, Any]:
        raw = row.cells[column] if column < len(row.cells) else None
        text = "" if raw is None else str(raw)
        value = row.values.get(field.name)
        shown = self.show(field, value) if value is not None else text
        changed = row.act == "update" and field.name in row.before
        return {
            "field": field.name,
            "label": field.label,
            "text": self._masked(field, self._short(field, text) or shown if level else shown),
            "raw": "" if field.masked else text,
            "old": self._masked(field, self.show(field, row.before[field.name])) if changed else "",
            "changed": changed,
            "level": level,
        }

    def _short(self, field: Field, text: str) -> str:
        return self.show(field, text) if field.show in ("long", "marked") else text

    def _masked(self, field: Field, text: str) -> str:
        if text == HIDDEN or not field.masked:
            return text
        return mask(field.name, text)

    def show(self, field: Field, value: Any) -> str:
        """A stored value as people read it."""
        if value is None or value == "":
            return ""
        shown = self._shown.get(field.show)
        return shown(field, value) if shown is not None else str(value)

    def _show_month(self, field: Field, value: Any) -> str:
        return format_month(from_number(value)) if isinstance(value, int) else str(value)

    def _show_day(self, field: Field, value: Any) -> str:
        return from_number(value).isoformat() if isinstance(value, int) else str(value)

    def _show_unit(self, field: Field, value: Any) -> str:
        return self.target.look.unit_labels.get(value, str(value)) if isinstance(value, int) else str(value)

    def _show_named(self, field: Field, value: Any) -> str:
        sorts: Mapping[str, Callable[[], Mapping[Any, Any]]] = {
            "officer": self._badges,
            "code": lambda: self._codes(field.table),
            "bool": lambda: {True: _("yes"), False: _("no")},
            "sex": lambda: {"M": pgettext("sex", "male"), "F": pgettext("sex", "female")},
            "status": lambda: dict(Officer.Status.choices),
        }
        return str(sorts[field.show]().get(value, value))

    def _codes(self, slugs: tuple[str, ...]) -> Mapping[str, str]:
        if slugs not in self._labels:
            rows = Code.objects.filter(table__slug__in=slugs).values_list("code", "name_zh", "name_en")
            self._labels[slugs] = {code: pick(zh, en) for code, zh, en in rows}
        return self._labels[slugs]

    def _badges(self) -> Mapping[Any, str]:
        if not hasattr(self, "_badge_of"):
            self._badge_of = {pk: badge for badge, pk in self.target.look.officers.items()}
        return self._badge_of

    def _issue(self, index: int, issue: dict[str, Any]) -> dict[str, Any]:
        field = self.target.fields.get(issue["field"])
        # two fixes that read alike are one button
        fixes = {self._fix_label(fix): (number, fix) for number, fix in reversed(list(enumerate(issue["fixes"])))}
        return {
            "index": index,
            "level": issue["level"],
            "field": issue["field"],
            "label": field.label if field else "",
            "text": issues.sentence(issue),
            "skips": any(fix.get("do") == "skip" for fix in issue["fixes"]),
            "fixes": [
                {"index": number, "label": label, "edit": fix.get("do") == "edit"}
                for label, (number, fix) in reversed(fixes.items())
            ],
        }

    def _fix_label(self, fix: dict[str, Any]) -> str:
        field = self.target.fields.get(fix.get("field", ""))
        if field is not None and field.masked and fix.get("do") == "set" and fix.get("value"):
            # the whole number is not shown: the end is what the fix is about
            return issues.fix_label({**fix, "value": "…" + str(fix["value"])[-4:]})
        return issues.fix_label(fix)


def _shortened(text: str) -> str:
    """The first words of a long text."""
    words = " ".join(text.split())
    return words if len(words) <= LONG_SHOWN else words[:LONG_SHOWN] + "…"


def source_quality(viewer: Viewer) -> list[dict[str, Any]]:
    """For each source that supplied anything: batches, rows, share rejected, completeness, age, open conflicts.

    Completeness is the share of officers of that source for whom a field is filled in, in per cent.
    """
    found = []
    for source in DataSource.objects.all():
        batches = list(ImportBatch.objects.filter(source=source, visible=True).order_by("-committed_at"))
        if not batches:
            continue
        rows = sum(batch.counts.get("total", 0) for batch in batches)
        rejected = sum(batch.counts.get("error", 0) for batch in batches)
        last = batches[0].committed_at
        found.append(
            {
                "source": source,
                "batches": len(batches),
                "rows": rows,
                "rejected": rejected,
                "rejected_share": round(100 * rejected / rows, 1) if rows else 0.0,
                "doubtful": sum(batch.counts.get("doubt", 0) for batch in batches),
                "last": last,
                "days_old": (timezone.now() - last).days if last else None,
                "conflicts": Conflict.objects.filter(resolved_at=None, claims__has_key=source.code).count(),
                "completeness": _completeness(source),
            }
        )
    return found


COMPLETE_FIELDS = ("name", "birth_date", "id_number", "phone", "police_since", "unit", "rank", "grade", "education")


def _completeness(source: DataSource) -> list[tuple[str, int]]:
    """(label of the field, per cent filled in) over the officers that came from `source`."""
    empty = {"birth_date": None, "police_since": None, "unit": None}
    filled = {name: Count("pk", filter=~Q(**{name: empty.get(name, "")})) for name in COMPLETE_FIELDS}
    officers = counting(Officer.objects.filter(source=source))
    figures = officers.aggregate(total=Count("pk"), **{f"n_{name}": count for name, count in filled.items()})
    total = figures["total"]
    if not total:
        return []
    return [
        (str(getattr(Officer._meta.get_field(name), "verbose_name", name)), round(100 * figures[f"n_{name}"] / total))
        for name in COMPLETE_FIELDS
    ]
