"""What a kind that is still being edited would look like: its form, and a line of a timeline with sample values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from police_hr.core.components import Entry
from police_hr.core.fields import FieldList
from police_hr.core.fields.choosing import choices_of
from police_hr.core.i18n import pick
from roster.access import today
from roster.models import LedgerEntry, LedgerKindVersion
from roster.selectors.ledger import TimelineRow
from roster.views.timeline import entry_line


@dataclass(frozen=True)
class Preview:
    version: LedgerKindVersion
    line: Entry


def preview_of(data: Mapping[str, Any], specs: Sequence[dict[str, Any]]) -> Preview:
    """The preview of what the editor sent; `specs` are the fields that are sound. Nothing is saved."""

    def text(name: str) -> str:
        return str(data.get(name, "")).strip()

    version = LedgerKindVersion(
        name_zh=text("name_zh") or _("(no name yet)"),
        name_en=text("name_en"),
        hint_zh=text("hint_zh"),
        hint_en=text("hint_en"),
        sensitivity=int(text("sensitivity")) if text("sensitivity") in {"1", "2", "3", "4"} else 1,
        fields=list(specs),
        needs_verification=bool(text("needs_verification")),
        care=bool(text("care")),
        open_ended=bool(text("open_ended")),
        amount_label_zh=text("amount_label_zh"),
        amount_label_en=text("amount_label_en"),
    )
    day = today()
    payload = {spec["name"]: value for spec in specs if (value := _sample(spec, day)) is not None}
    amount = 1.0 if pick(version.amount_label_zh, version.amount_label_en) else None
    return Preview(version, line_of(version, day, payload, amount))


def line_of(version: LedgerKindVersion, day: dt.date, payload: Mapping[str, Any], amount: float | None) -> Entry:
    """The line on a timeline that an entry of this version would make; it leads nowhere."""
    entry = LedgerEntry(
        pk=0, kind_version=version, occurred_on=day, payload=dict(payload), amount=amount,
        sensitivity=version.sensitivity, verified=False,
    )  # fmt: skip
    row = TimelineRow(
        pk=0,
        day=day,
        group_code="",
        group="",
        sensitivity=version.sensitivity,
        entry=entry,
        kind=str(version),
        texts=FieldList(version.fields).texts(dict(payload)),
        amount_label=pick(version.amount_label_zh, version.amount_label_en),
    )
    line = entry_line(row)
    return Entry(**{**line.__dict__, "url": ""})


def _sample(spec: dict[str, Any], day: dt.date) -> Any:
    """A value as somebody might fill it in; None for what cannot be made up (persons, files)."""
    kind = spec["type"]
    if kind in {"choice", "choices"}:
        found = choices_of(spec)  # type: ignore[arg-type]
        if not found:
            return None
        return found[0]["value"] if kind == "choice" else [found[0]["value"]]
    return {
        "text": "…",
        "longtext": "…",
        "int": max(spec.get("min", 1), 1),
        "money": "100.00",
        "date": day.isoformat(),
        "period": {"from": day.isoformat(), "to": day.isoformat()},
    }.get(kind)
