"""The editor of a draft: each form holds one part of the definition document, applies what was typed to a copy of it,
and knows which field a fault of the definition belongs to."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from police_hr.core.i18n import pick

Document = dict[str, Any]
DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
LONGEST_NUMBER = 12


def number(value: Decimal) -> int | float:
    """A typed number as JSON: whole where it is whole."""
    return int(value) if value == value.to_integral_value() else float(value)


def named(one: Mapping[str, Any]) -> str:
    return pick(one["name_zh"], one["name_en"])


class PartForm(forms.Form):
    """A part of a document. Every field is bound to a place in it: `bind(field, holder, key)`."""

    def __init__(self, *args: Any, document: Document, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.document = copy.deepcopy(document)
        self._writers: dict[str, Callable[[Any], None]] = {}
        # regular expression of a path in the document → field
        self._paths: list[tuple[re.Pattern[str], str]] = []
        self.build()

    def build(self) -> None:
        raise NotImplementedError

    def bind(
        self, name: str, field: forms.Field, holder: Document, key: str, path: str, *, default: Any = None
    ) -> None:
        """Show `holder[key]` as `field`; what is typed goes back there, nothing typed takes the key away."""
        field.initial = holder.get(key, default)
        if isinstance(field.widget, forms.NumberInput):
            field.widget.attrs.setdefault("inputmode", "decimal")
        self.fields[name] = field
        self._paths.append((re.compile(path), name))

        def write(value: Any) -> None:
            if value is None or value == "":
                holder.pop(key, None)
            elif isinstance(value, Decimal):
                holder[key] = number(value)
            elif hasattr(value, "isoformat"):
                holder[key] = value.isoformat()
            elif default is not None and value == default and key not in holder:
                return
            else:
                holder[key] = value

        self._writers[name] = write

    def changed_document(self) -> Document:
        """The document with what was typed; only after `is_valid`."""
        for name, write in self._writers.items():
            write(self.cleaned_data.get(name))
        return self.document

    def add_fault(self, path: str, problem: str, sentence: str) -> None:
        """Show a fault of the definition beside its field, or above the form where it belongs to none."""
        for pattern, name in self._paths:
            if pattern.match(path):
                self.add_error(name, problem)
                return
        self.add_error(None, sentence)


def points_field(label: Any = None, *, required: bool = True, most: int = 100) -> forms.DecimalField:
    return forms.DecimalField(
        label=label or _("Points"), required=required, min_value=0, max_value=most, max_digits=LONGEST_NUMBER,
        decimal_places=2, widget=forms.NumberInput(attrs={"step": "0.5", "class": "ph-cell-input"}),
    )  # fmt: skip


def days_field(label: Any = None, *, required: bool = True) -> forms.IntegerField:
    return forms.IntegerField(
        label=label or _("Half-life in days"), required=required, min_value=1, max_value=36_500,
        widget=forms.NumberInput(attrs={"step": "1", "class": "ph-cell-input"}),
    )  # fmt: skip


def slots_of(indicator: Document) -> list[tuple[Document, str, str, str]]:
    """Every number of points of an indicator: the object that holds it, its key, its path, what it is for."""
    found: list[tuple[Document, str, str, str]] = []
    if "evidence" not in indicator:
        return [(indicator, "points", r"\.points", "")]
    for place, evidence in enumerate(indicator["evidence"]):
        base = rf"\.evidence\[{place}\]"
        severity = evidence.get("severity") or {}
        for step, row in enumerate(severity.get("map", ())):
            found.append((row, "points", rf"{base}\.severity\.map\[{step}\]", str(row["value"])))
        if not severity.get("map"):
            words = " · ".join(f"{value}" for value in evidence.get("where", {}).values() if isinstance(value, str))
            found.append((evidence, "points", rf"{base}\.points", words))
    return found


class DimensionForm(PartForm):
    """The indicators of one dimension as a table, with the cap of the dimension."""

    def __init__(self, *args: Any, dimension: str, **kwargs: Any) -> None:
        self.code = dimension
        super().__init__(*args, **kwargs)

    def build(self) -> None:
        place, dimension = next(
            (i, one) for i, one in enumerate(self.document["dimensions"]) if one["code"] == self.code
        )
        self.dimension = dimension
        cap = points_field(_("Cap of the dimension"), required=False, most=1_000)
        self.bind("cap", cap, dimension, "cap", rf"dimensions\[{place}\]\.cap")
        self.rows: list[dict[str, Any]] = []
        for group in ("indicators", "contexts"):
            for number_, one in enumerate(self.document.get(group, ())):
                if one["dim"] == self.code:
                    self._row(group, number_, one)

    def _row(self, group: str, place: int, one: Document) -> None:
        base, code = rf"{group}\[{place}\]", one["code"]
        slots = slots_of(one)
        if len(slots) == 1:
            holder, key, path, _words = slots[0]
            self.bind(f"points-{code}", points_field(), holder, key, base + path, default=0)
        if one.get("decay", {}).get("half_life") is not None:
            self.bind(f"half-{code}", days_field(), one["decay"], "half_life", base + r"\.decay\.half_life")
        if group == "indicators":
            self.bind(f"cap-{code}", points_field(_("Cap"), required=False, most=1_000), one, "cap", base + r"\.cap")
        on = forms.BooleanField(label=_("Switched on"), required=False)
        self.bind(f"on-{code}", on, one, "enabled", base + r"\.enabled", default=True)
        self.rows.append(
            {
                "code": code,
                "one": one,
                "slots": slots,
                "names": (f"points-{code}", f"half-{code}", f"cap-{code}", f"on-{code}"),
            }
        )

    def table(self) -> list[dict[str, Any]]:
        """The rows with their bound fields, None where a row has no such field."""
        return [
            {
                "code": row["code"],
                "name": named(row["one"]),
                "data_class": row["one"].get("data_class", ""),
                "points": " / ".join(f"{holder.get(key, 0):g}" for holder, key, _path, _words in row["slots"]),
                **{
                    short: self[name] if name in self.fields else None
                    for short, name in zip(
                        ("field_points", "field_half", "field_cap", "field_on"), row["names"], strict=True
                    )
                },
            }
            for row in self.rows
        ]


class RulesForm(PartForm):
    """Thresholds, the way down, the rise, completeness and the share alarm."""

    def build(self) -> None:
        document = self.document
        rise = document.get("rise") or {}
        hysteresis = document["hysteresis"]
        down = _("Way down: below the threshold less so many points")
        steep = _("Key attention also after a rise of so many points")
        limits = document["thresholds"]
        parts = (
            ("attention", points_field(_("Key attention from")), limits, "attention", r"thresholds(\.attention)?$"),
            ("help", points_field(_("Key help from")), limits, "help", r"thresholds\.help"),
            ("margin", points_field(down), hysteresis, "margin", r"hysteresis\.margin"),
            ("runs", days_field(_("… on so many days with a run")), hysteresis, "runs", r"hysteresis\.runs"),
            ("rise", points_field(steep, required=False), rise, "points", r"rise\.points"),
            ("rise_days", days_field(_("… within so many days"), required=False), rise, "days", r"rise\.days"),
        )
        for name, field, holder, key, path in parts:
            self.bind(name, field, holder, key, path)
        self._rise = rise
        for name, label, key in (
            ("minor_share", _("Share of the lesser of R and C that is added"), "minor_share"),
            ("min_coverage", _("Least completeness to be judged (0 to 1)"), "min_coverage"),
            ("share_alarm", _("Alarm when a raised tier holds more than this share (0 to 1)"), "share_alarm"),
        ):
            share = forms.DecimalField(
                label=label, min_value=0, max_value=1, max_digits=6, decimal_places=4,
                widget=forms.NumberInput(attrs={"step": "0.01"}),
            )  # fmt: skip
            self.bind(name, share, document, key, key)

    def changed_document(self) -> Document:
        document = super().changed_document()
        if "points" in self._rise:
            self._rise.setdefault("days", 30)
            document["rise"] = self._rise
        else:
            document.pop("rise", None)
        return document


class FloorsForm(PartForm):
    """Floors and red lines: switched on or off, the tier of each stage and how long it holds."""

    def build(self) -> None:
        self.rows: list[dict[str, Any]] = []
        tiers = [("attention", _("Key attention")), ("help", _("Key help"))]
        for group in ("floors", "red_lines"):
            for number_, floor in enumerate(self.document.get(group, ())):
                code = floor["code"]
                base = rf"{group}(\[{number_}\]|\.{re.escape(code)})"
                on = forms.BooleanField(label=_("Switched on"), required=False)
                self.bind(f"on-{code}", on, floor, "enabled", base + r"\.enabled", default=True)
                stages = []
                for step, stage in enumerate(floor["stages"]):
                    at = base + rf"\.stages\[{step}\]"
                    names = {"tier": f"tier-{code}-{step}"}
                    choice = forms.ChoiceField(label=_("Tier"), choices=tiers)
                    self.bind(names["tier"], choice, stage, "tier", at + r"\.tier")
                    for key in ("days", "default_days"):
                        if key in stage:
                            names[key] = f"{key}-{code}-{step}"
                            self.bind(names[key], days_field(_("Days")), stage, key, at + rf"\.{key}")
                    stages.append(names)
                self.rows.append({"floor": floor, "code": code, "red": group == "red_lines", "stages": stages})

    def table(self) -> list[dict[str, Any]]:
        return [
            {
                "code": row["code"],
                "name": named(row["floor"]),
                "red": row["red"],
                "field_on": self[f"on-{row['code']}"],
                "stages": [{key: self[name] for key, name in stage.items()} for stage in row["stages"]],
            }
            for row in self.rows
        ]
