"""The ten categories of a file as the code table has them: order, headings, classes, words of titles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from police_hr.core.i18n import is_chinese, pick
from roster.models import Officer
from roster.selectors import codes

TABLE = "dossier_category"
PERSONAL = 2
CHINESE = dict(enumerate("零一二三四五六七八九十"))
# party members: what the sixth category expects of them alone
PARTY = frozenset({"01", "02"})


@dataclass(frozen=True)
class Expected:
    """A material that a complete file holds, told by words of its title."""

    label: str
    words: Sequence[str]


@dataclass(frozen=True)
class Category:
    """One category or one part of it. A heading holds no material itself."""

    code: str
    label: str
    parent: str = ""
    heading: bool = False
    sensitivity: int = PERSONAL
    words: Sequence[str] = ()
    expects: Sequence[Mapping[str, Any] | Sequence[Any]] = field(default_factory=tuple)

    @property
    def ordinal(self) -> str:
        """一 … 十 for a category (1 … 10 in English), 4-1 for a part, as catalogues number them."""
        chinese = is_chinese() and self.code.isdecimal()
        return CHINESE.get(int(self.code), self.code) if chinese else self.code

    def expected_of(self, officer: Officer) -> list[Expected]:
        """What a complete file of `officer` holds here."""
        found = []
        for zh, en, words, *condition in self.expects:
            if "party" in condition and officer.political_status not in PARTY:
                continue
            found.append(Expected(pick(zh, en), words))
        return found


def categories() -> dict[str, Category]:
    """Code → category, in order, withdrawn ones included (old materials keep their place)."""
    return {
        entry.code: Category(
            code=entry.code,
            label=entry.label,
            parent=entry.attributes.get("parent", ""),
            heading=bool(entry.attributes.get("heading")),
            sensitivity=entry.attributes.get("class", PERSONAL),
            words=entry.attributes.get("words", ()),
            expects=entry.attributes.get("expects", ()),
        )
        for entry in codes.entries(TABLE)
    }


def choices() -> list[tuple[str, Any]]:
    """Categories for a form: headings as groups of their parts."""
    found: list[tuple[str, Any]] = []
    for entry in categories().values():
        if entry.heading:
            found.append((entry.label, []))
        elif entry.parent and found:
            found[-1][1].append((entry.code, f"{entry.code} {entry.label}"))
        else:
            found.append((entry.code, f"{entry.ordinal} {entry.label}"))
    return found


def suggest(title: str) -> Category | None:
    """The category that the longest known word of `title` speaks for; None where it holds no such word.

    干部任免审批表 and its 考察材料 go to nine, not to three (domain/dossier.md §2.4): their words are the longer ones.
    """
    best: tuple[int, Category] | None = None
    for entry in categories().values():
        longest = max((len(word) for word in entry.words if word in title), default=0)
        if longest and (best is None or longest > best[0]):
            best = (longest, entry)
    return best[1] if best else None
