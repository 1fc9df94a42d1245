"""Tables of ledger entries: which kinds stand in which table, and which of their fields have a column of their own.

Nothing of a kind is written here but its code and the names of its fields: words, classes and values come from the
kind's version, so that what an office changes in the browser shows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext

from police_hr.core.i18n import pick
from police_hr.core.wording import day
from roster.selectors import ledger
from roster.selectors.ledger import TimelineRow
from roster.views.tabs.base import Opening, Row, Table, Text, table

# A tab shows the newest entries; all of them stand in the timeline.
LIMIT = 120
DETAIL = 120


@dataclass(frozen=True)
class Part:
    """One table. It takes the entries of its `kinds` and, after all other parts, of its `groups`.

    `columns` are names of fields; with `rest` the other fields follow in one column. `verified`: entries that need a
    second person count only once they have one.
    """

    title: Text
    empty: Text
    kinds: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    rest: bool = True
    verified: bool = False
    sensitivity: int = 1

    def shows(self, row: TimelineRow) -> bool:
        entry = row.entry
        return not (
            self.verified and entry is not None and entry.kind_version.needs_verification and not entry.verified
        )


@dataclass(frozen=True)
class Found:
    """The entries of a tab: rows by part, how many stay closed until a reason is given, whether there are older."""

    rows: Sequence[Sequence[TimelineRow]]
    closed: int
    more: bool


def kinds_of(parts: Iterable[Part]) -> frozenset[str]:
    return frozenset(kind for part in parts for kind in part.kinds)


def groups_of(parts: Iterable[Part]) -> frozenset[str]:
    return frozenset(group for part in parts for group in part.groups)


def find(opening: Opening, parts: Sequence[Part]) -> Found:
    """The entries of `parts` that the viewer sees, newest first, each in the first part that takes it."""
    page = ledger.timeline(
        opening.viewer, opening.officer, kinds=kinds_of(parts), groups=groups_of(parts), limit=LIMIT, seen=opening.seen
    )
    by_kind = {kind: number for number, part in reversed(list(enumerate(parts))) for kind in part.kinds}
    by_group = {group: number for number, part in reversed(list(enumerate(parts))) for group in part.groups}
    # a group that was made below one of ours goes where the last of ours goes
    otherwise = max(by_group.values(), default=0)
    rows: list[list[TimelineRow]] = [[] for _part in parts]
    for row in page.rows:
        if row.entry is None:
            continue
        number = by_kind.get(row.entry.kind.code, by_group.get(row.group_code, otherwise))
        if parts[number].shows(row):
            rows[number].append(row)
    return Found(rows, sum(row.is_stub for row in page.rows), bool(page.next_before))


def entry_table(part: Part, rows: Sequence[TimelineRow], *, locked: bool = False) -> Table:
    """The table of one part: day, kind where they differ, its columns, amount, the rest, the state of open matters."""
    several = len(part.kinds) != 1 or bool(part.groups)
    names = [name for name in part.columns if _is_worth_a_column(name, rows, part)]
    columns = [gettext("Day"), *([gettext("Kind")] if several else [])]
    columns += [next(row.texts[name][0] for row in rows if name in row.texts) for name in names]
    columns += [_amount_label(rows), gettext("Particulars"), gettext("State")]
    lines = [
        Row(
            [
                day(row.day, "full"),
                *([row.kind] if several else []),
                *(row.texts.get(name, ("", ""))[1] for name in names),
                _amount(row),
                _rest(row, part, names),
                _state(row),
            ],
            url=reverse("roster:entry-detail", args=[row.pk]),
            tags=_tags(row),
        )
        for row in rows
    ]
    highest = max((row.sensitivity for row in rows), default=part.sensitivity)
    return table(part.title, columns, lines, str(part.empty), sensitivity=highest, locked=locked)


def entry_tables(opening: Opening, parts: Sequence[Part]) -> tuple[list[Table], dict[str, Any]]:
    """The tables of `parts`, and what the foot of their tab says: how many are closed, whether there are older ones.

    A part without an entry is left out where another one has some: a tab of five empty tables tells nothing.
    """
    found = find(opening, parts)
    return tables_of(opening, parts, found), foot_of(found)


def tables_of(opening: Opening, parts: Sequence[Part], found: Found) -> list[Table]:
    shown = []
    for part, rows in zip(parts, found.rows, strict=True):
        locked = not rows and not opening.opens(part.sensitivity) and not (opening.is_own and part.sensitivity == 4)
        shown.append(entry_table(part, rows, locked=locked))
    filled = [block for block in shown if block.rows]
    return filled or shown[:1]


def foot_of(found: Found) -> dict[str, Any]:
    return {"closed": found.closed, "more": found.more, "limit": LIMIT}


def _amount_label(rows: Sequence[TimelineRow]) -> str:
    labels = {row.amount_label for row in rows if row.amount_label and _amount(row)}
    return labels.pop() if len(labels) == 1 else gettext("Amount")


def _amount(row: TimelineRow) -> str:
    """The amount, where no field says the same under the same name."""
    if row.entry is None or row.entry.amount is None:
        return ""
    said = any(label == row.amount_label for label, _text in row.fields)
    return "" if said else f"{row.entry.amount:g}"


def _is_worth_a_column(name: str, rows: Sequence[TimelineRow], part: Part) -> bool:
    """A field that few rows hold is told among the particulars instead."""
    filled = sum(name in row.texts for row in rows)
    return 2 * filled > len(rows) if part.rest else filled > 0


def _rest(row: TimelineRow, part: Part, columns: Sequence[str]) -> str:
    """What no column shows: the facts in plain words first, then label and text."""
    if not part.rest or row.entry is None:
        return ""
    kinds = {spec["name"]: spec["type"] for spec in row.entry.kind_version.fields}
    left = [(name, *pair) for name, pair in row.texts.items() if name not in columns and kinds[name] != "file"]
    words = [text for name, _label, text in left if kinds[name] == "longtext"]
    words += [pick(f"{label}：{text}", f"{label}: {text}") for name, label, text in left if kinds[name] != "longtext"]
    return Truncator(pick("；", "; ").join(word.replace("\n", " ").rstrip("。") for word in words)).chars(DETAIL)


def _state(row: TimelineRow) -> str:
    entry = row.entry
    if entry is None or not entry.kind_version.open_ended:
        return ""
    if entry.closed_on is None:
        return gettext("open")
    return gettext("closed on %(day)s") % {"day": day(entry.closed_on, "full")}


def _tags(row: TimelineRow) -> list[tuple[str, str]]:
    entry = row.entry
    if entry is not None and entry.kind_version.needs_verification and not entry.verified:
        return [(gettext("not verified"), "watch")]
    return []
