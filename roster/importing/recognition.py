"""Which column is which field: by a profile, as last time, by what it is called, by what it holds."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from roster.importing.cells import as_text

if TYPE_CHECKING:
    from roster.importing.fields import Field

_NOISE = re.compile(r"[\s_\-.·:：*＊()（）\[\]【】/、,，]+")
_BRACKETS = re.compile(r"[(（\[【].*?[)）\]】]")
_SHAPES = {
    "id": re.compile(r"\d{17}[\dXx]"),
    "phone": re.compile(r"1\d{10}"),
    "day": re.compile(r"\d{4}[-./年]\d{1,2}.*"),
}
SHAPE_SHARE = 0.6


def folded(header: str) -> str:
    """A header without blanks, signs and case, so that 出生 年月 and 出生年月* are one."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", header)).casefold()


def signature(target: str, columns: Iterable[str]) -> str:
    """What tells one header of a target from another: files of the same form share it."""
    text = "\x1f".join([target, *map(folded, columns)])
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def recognise(
    fields: Mapping[str, Field],
    columns: Sequence[str],
    sample: Sequence[Sequence[Any]],
    known: Sequence[Mapping[str, Any]] = (),
    how: str = "profile",
) -> list[dict[str, Any]]:
    """One entry per column (several where a profile says so): `{"column", "header", "field", "how"}`.

    `known` are the columns of a profile; `how` says what it is: profile (shipped) or last (saved).
    A field is given to one column only; what nobody claims has the field "".
    """
    mapping: list[dict[str, Any]] = []
    taken: set[str] = set()
    by_header: dict[str, list[Mapping[str, Any]]] = {}
    for entry in known:
        by_header.setdefault(folded(entry["header"]), []).append(entry)
    words = _words(fields)
    open_columns = []
    for index, header in enumerate(columns):
        found = [entry for entry in by_header.get(folded(header), ()) if not entry["field"] or entry["field"] in fields]
        for entry in found:
            mapping.append({"column": index, "header": header, "field": entry["field"], "how": how})
            if entry.get("read"):
                mapping[-1]["read"] = entry["read"]
            taken.add(entry["field"])
        if not found:
            open_columns.append(index)
    for index in open_columns:
        name = _by_word(columns[index], words, taken)
        how_found = "synonym" if name else ""
        if not name:
            name = _by_shape(fields, [row[index] for row in sample if len(row) > index], taken)
            how_found = "format" if name else ""
        taken.add(name)
        mapping.append({"column": index, "header": columns[index], "field": name, "how": how_found})
    return sorted(mapping, key=lambda entry: entry["column"])


def _words(fields: Mapping[str, Field]) -> dict[str, str]:
    words: dict[str, str] = {}
    for name, field in fields.items():
        for word in field.words:
            words.setdefault(folded(word), name)
    return words


def _by_word(header: str, words: Mapping[str, str], taken: set[str]) -> str:
    """The field that the header names, with or without what stands in brackets."""
    for text in (folded(header), folded(_BRACKETS.sub("", header))):
        name = words.get(text, "")
        if name and name not in taken:
            return name
    return ""


def _by_shape(fields: Mapping[str, Field], cells: Sequence[Any], taken: set[str]) -> str:
    """The field whose values look like these cells: ID numbers and phones cannot be mistaken."""
    texts = [as_text(cell) for cell in cells if cell is not None]
    if not texts:
        return ""
    for name, field in fields.items():
        shape = _SHAPES.get(field.shape)
        if shape is not None and name not in taken:
            fitting = sum(1 for text in texts if shape.fullmatch(text))
            if fitting >= SHAPE_SHARE * len(texts):
                return name
    return ""
