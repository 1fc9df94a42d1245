"""How core, which knows no officer, no unit and no code table, learns their names from the apps above.

An app registers functions once, in its `AppConfig.ready`. Everything works without them: an unknown id shows
as `#12`, and only a field that names a code table needs one to be registered.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Labels = Callable[[Collection[int]], Mapping[int, str]]
Finder = Callable[[Collection[str]], Mapping[str, int]]
# `value`, `zh`, `en`, and `withdrawn` (true) where it stays only so that old facts keep their words.
Choice = Mapping[str, Any]
Reference = tuple[str, int]
ID_TEXT = re.compile(r"#([1-9]\d{0,17})")


@dataclass(frozen=True)
class Resolver:
    """Three questions about one sort of reference, each asked for many at a time.

    `labels`: ids → names for people (ids that do not exist are left out). `find`: texts from an imported cell
    (a badge number, a unit code) → ids. `keys`: ids → such texts, so that an export can be imported again.
    """

    labels: Labels
    find: Finder | None = None
    keys: Labels | None = None


_resolvers: dict[str, Resolver] = {}
_code_tables: list[Callable[[str], Sequence[Choice] | None]] = []
# An edit by another process is seen after this many seconds; an edit here at once.
CACHE_SECONDS = 5.0
_table_cache: dict[str, tuple[float, tuple[Choice, ...]]] = {}


def register_resolver(kind: str, labels: Labels, *, find: Finder | None = None, keys: Labels | None = None) -> None:
    """Say how references of `kind` (person, unit, resource) are named; the last registration rules."""
    _resolvers[kind] = Resolver(labels, find, keys)


def resolver(kind: str) -> Resolver | None:
    """The resolver of `kind`, or None where no app registered one."""
    return _resolvers.get(kind)


def register_code_tables(provider: Callable[[str], Sequence[Choice] | None]) -> None:
    """Say where code tables come from: code of the table → its choices (`value`, `zh`, `en`), or None."""
    _code_tables[:] = [provider]
    _table_cache.clear()


def clear_code_table_cache() -> None:
    """Forget what was read; to be called after a code table was edited."""
    _table_cache.clear()


def code_table(code: str) -> tuple[Choice, ...] | None:
    """The choices of code table `code`, in order; None where there is no such table."""
    now = time.monotonic()
    cached = _table_cache.get(code)
    if cached is not None and now - cached[0] < CACHE_SECONDS:
        return cached[1]
    found = _code_tables[0](code) if _code_tables else None
    if found is None:
        return None
    _table_cache[code] = (now, tuple(found))
    return _table_cache[code][1]


def has_code_tables() -> bool:
    """Whether an app registered code tables at all."""
    return bool(_code_tables)


@dataclass
class Names:
    """Names and import keys of a set of references, read with one call for each sort."""

    labels: dict[Reference, str] = field(default_factory=dict)
    keys: dict[Reference, str] = field(default_factory=dict)

    def label(self, kind: str, pk: int) -> str:
        """The name, or `#12` where it is not known."""
        return self.labels.get((kind, pk)) or f"#{pk}"

    def key(self, kind: str, pk: int) -> str:
        """The text that an import finds again: the registered key, or `#12`."""
        return self.keys.get((kind, pk)) or f"#{pk}"


def load_names(references: Iterable[Reference], *, keys: bool = False) -> Names:
    """Read the names (and, where asked, the keys) of `references`: at most one call for each sort."""
    wanted: dict[str, set[int]] = {}
    for kind, pk in references:
        wanted.setdefault(kind, set()).add(pk)
    names = Names()
    for kind, ids in wanted.items():
        known = _resolvers.get(kind)
        if known is None:
            continue
        names.labels.update({(kind, pk): label for pk, label in known.labels(ids).items()})
        if keys and known.keys is not None:
            names.keys.update({(kind, pk): text for pk, text in known.keys(ids).items()})
    return names


def find_reference(kind: str, text: str) -> int | None:
    """The id that `text` stands for: `#12` is the id itself, anything else is asked of the finder."""
    match = ID_TEXT.fullmatch(text)
    if match:
        return int(match[1])
    known = _resolvers.get(kind)
    if known is None or known.find is None:
        return None
    return known.find([text]).get(text)
