"""The filters (方案) that come with the product: they are data, in `defaults`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from police_hr.core.i18n import pick
from roster.selectors.rule_fields import FactKind
from roster.selectors.rules import Rules, read_rules

FILE = Path(__file__).resolve().parent.parent / "defaults" / "filters.json"


@dataclass(frozen=True)
class ShippedFilter:
    """One filter with its conditions as pairs of an address."""

    code: str
    zh: str
    en: str
    pairs: tuple[tuple[str, str], ...]

    @property
    def label(self) -> str:
        return pick(self.zh, self.en)

    def rules(self, kinds: Mapping[str, FactKind]) -> Rules | None:
        """Its conditions for who may ask for `kinds`; None where one of them is not theirs to use."""
        rules, refused = read_rules(self.pairs, kinds)
        return None if refused else rules


@lru_cache(maxsize=1)
def shipped_filters() -> tuple[ShippedFilter, ...]:
    """All of them, in their order."""
    found = json.loads(FILE.read_text(encoding="utf-8"))["filters"]
    return tuple(
        ShippedFilter(row["code"], row["zh"], row["en"], tuple((name, text) for name, text in row["rules"]))
        for row in found
    )
