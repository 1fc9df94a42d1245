"""Any ledger kind: its columns follow from the fields of its current version."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cached_property, partial
from typing import Any

from django.core.exceptions import ValidationError

from police_hr.core.days import from_number, to_number
from police_hr.core.fields import registry
from police_hr.core.fields.types import TYPES
from roster.counting import counting
from roster.importing import cells
from roster.importing.fields import Field
from roster.importing.issues import SKIP, fill_in
from roster.importing.lookups import Lookups
from roster.importing.reading import Staged
from roster.importing.targets import base
from roster.models import LedgerEntry, LedgerKind, LedgerKindVersion
from roster.selectors.sanctions import MEASURES, PERIOD, last_day

F = Field
PREFIX = "ledger:"
PAYLOAD = "f."
COMMON = (
    base.OFFICER,
    F(
        "occurred_on",
        "发生日期",
        "Occurred on",
        base.past_day,
        ("日期", "发生时间", "时间", "date"),
        show="day",
        example="2026-11-02",
    ),
    F("known_on", "知晓日期", "Known on", base.past_day, ("受理日期", "登记日期"), show="day"),
    F("closed_on", "办结日期", "Closed on", base.past_day, ("结束日期", "解除日期", "办结时间"), show="day"),
    F("amount", "数值", "Amount", base.plain(cells.number), ("数量",)),
    F("verified", "已查证", "Verified", base.plain(cells.yes_no), ("是否查证", "查实"), show="bool"),
    F("key", "来源编号", "Key at the source", base.text(80), ("编号", "流水号")),
)


class Ledger(base.Target):
    """Entries of one kind."""

    def __init__(self, look: Lookups, kind: LedgerKind, version: LedgerKindVersion) -> None:
        self.kind, self.version = kind, version
        self.code = PREFIX + kind.code  # type: ignore[misc]
        self.family = self.code  # type: ignore[misc]
        self.zh, self.en = version.name_zh, version.name_en  # type: ignore[misc]
        super().__init__(look)
        options = look.options
        self._occurred_from = options.get("occurred_from", "")
        self._needed = ["occurred_on", *(PAYLOAD + spec["name"] for spec in version.fields if spec.get("required"))]
        self._cut = len(PAYLOAD)
        self._key_from: tuple[str, ...] = tuple(options.get("key", ()))
        self._ordinals: dict[str, int] = {}

    def make_fields(self) -> dict[str, Field]:
        amount = self.version.amount_label_zh, self.version.amount_label_en
        own = [_field(spec) for spec in self.version.fields if spec["type"] not in ("note", "file")]
        found = base.listed([*COMMON, *own])
        if amount[0]:
            found["amount"] = F("amount", amount[0], amount[1], base.plain(cells.number))
        return found

    @cached_property
    def current(self) -> dict[str, int]:
        """Key → id of the entries of this kind that count."""
        rows = counting(LedgerEntry.objects.filter(kind=self.kind, voided_on=None).exclude(key=""))
        return dict(rows.values_list("key", "pk"))

    def check(self, row: Staged) -> None:
        values = row.values
        row.officer = values.get("officer")
        if "occurred_on" not in values and self._occurred_from in values:
            values["occurred_on"] = values[self._occurred_from]
        for name in self._needed:
            if name not in values and not any(issue["field"] == name for issue in row.issues):
                row.error("required", name, [fill_in(name), SKIP])
        if row.issues:
            return
        values.setdefault("known_on", values["occurred_on"])
        self._complete(values)
        self._check_days(row)
        row.key = self._key(row)
        first = self.first_of(row, row.key)
        if first is not None:
            row.error("duplicate_fact", "officer", [SKIP], row=first)
        elif self.current and (entry := self.current.get(row.key)) is not None:
            row.target = entry
            self._compare(row, entry)

    def _complete(self, values: dict[str, Any]) -> None:
        """The last day of a sanction by its sort, where the file names none."""
        name = PAYLOAD + PERIOD
        if self.kind.code in MEASURES and name in self.fields and name not in values:
            payload = {key[self._cut :]: value for key, value in values.items() if key.startswith(PAYLOAD)}
            if day := last_day(self.kind.code, payload, from_number(values["occurred_on"])):
                values[name] = day

    def _check_days(self, row: Staged) -> None:
        values = row.values
        occurred, closed = values["occurred_on"], values.get("closed_on")
        if values["known_on"] < occurred:
            row.doubt("known_before_occurred", "occurred_on", day=from_number(values["known_on"]).isoformat())
        if closed is not None and closed < occurred:
            row.doubt("closed_before_occurred", "closed_on")
        if occurred < self.look.births.get(row.officer or 0, occurred):
            row.error("before_birth", "occurred_on", [fill_in("occurred_on"), SKIP])

    def _key(self, row: Staged) -> str:
        """What the source calls this fact; else the columns that a profile names; else a digest of what it says."""
        values = row.values
        if given := values.get("key"):
            return str(given)
        if self._key_from:
            key = "/".join(str(values.get(name, "")) for name in self._key_from)
            ordinal = self._ordinals[key] = self._ordinals.get(key, 0) + 1
            return key if ordinal == 1 else f"{key}/{ordinal}"
        text = json.dumps(sorted(values.items()), ensure_ascii=False, default=str)
        return "#" + hashlib.blake2b(text.encode(), digest_size=16).hexdigest()

    def _compare(self, row: Staged, entry_id: int) -> None:
        entry = LedgerEntry.objects.get(pk=entry_id)
        said, known = self.entry_values(row), _entry_as_values(entry)
        row.before = {name: known[name] for name in said if said[name] != known[name]}
        row.act = "update" if row.before else "same"

    def entry_values(self, row: Staged) -> dict[str, Any]:
        values, cut = row.values, self._cut
        return {
            "officer_id": row.officer,
            "occurred_on": values["occurred_on"],
            "known_on": values["known_on"],
            "closed_on": values.get("closed_on"),
            "amount": values.get("amount"),
            "verified": values.get("verified", False),
            "payload": {name[cut:]: value for name, value in values.items() if name[:cut] == PAYLOAD},
        }


def _entry_as_values(entry: LedgerEntry) -> dict[str, Any]:
    closed = entry.closed_on
    return {
        "officer_id": entry.officer_id,
        "occurred_on": to_number(entry.occurred_on),
        "known_on": to_number(entry.known_on),
        "closed_on": None if closed is None else to_number(closed),
        "amount": entry.amount,
        "verified": entry.verified,
        "payload": entry.payload,
    }


def _field(spec: Mapping[str, Any]) -> Field:
    kind = spec["type"]
    show = {"date": "text", "unit": "unit", "person": "officer"}.get(kind, "text")
    return Field(
        PAYLOAD + spec["name"],
        spec["label_zh"],
        spec["label_en"],
        lambda look, field: _payload_read(look, field, spec),
        (spec["name"],),
        show=show,
    )


def _payload_read(look: Lookups, field: Field, spec: Mapping[str, Any]) -> cells.Read:
    """The reader of a field of the kind: our own where the sort is common, else the field type's."""
    kind = spec["type"]
    if kind in ("text", "longtext"):
        return cells.text_of(spec.get("max", TYPES[kind].longest))  # type: ignore[attr-defined]
    if kind == "int":
        return partial(cells.whole, least=spec.get("min", -(2**53)), most=spec.get("max", 2**53))
    if kind == "date":
        read_day = cells.day_until(look.today, ahead=True)
        return lambda cell: from_number(read_day(cell)).isoformat()
    if kind == "choice" and (choices := spec.get("choices") or registry.code_table(spec["code_table"])):
        names = {text: c["value"] for c in choices for text in (c["en"].casefold(), c["en"], c["zh"], c["value"])}
        return cells.choice_of(names, field.name)
    if kind in ("person", "unit"):
        return look.officer if kind == "person" else look.unit
    return _typed_read(TYPES[kind], field, spec)


def _typed_read(field_type: Any, field: Field, spec: Mapping[str, Any]) -> cells.Read:
    def read(cell: Any) -> Any:
        try:
            return field_type.from_cell(spec, cells.as_text(cell))
        except ValidationError as fault:
            raise cells.CellFault("field", [fill_in(field.name)], text=" ".join(fault.messages)) from fault

    return read
