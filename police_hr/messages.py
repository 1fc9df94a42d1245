"""Compile the translations: `python -m police_hr.messages [--check]`.

Django reads compiled catalogues (.mo). They are committed beside their sources (.po), so that a machine with
Python alone shows every language; this module makes them without GNU gettext, always the same bytes for the
same source. `--check` says whether they are current.
"""

from __future__ import annotations

import ast
import struct
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

LOCALE = Path(__file__).resolve().parent / "locale"
MAGIC = 0x950412DE
CONTEXT = "\x04"
PLURAL = "\x00"


class CatalogueError(Exception):
    """A line of a .po file that cannot be read; the text names it."""


@dataclass
class Message:
    """One entry of a .po file. `texts` are the translations: one, or one per plural form."""

    msgid: str = ""
    plural: str = ""
    context: str | None = None
    texts: dict[int, str] = field(default_factory=dict)
    fuzzy: bool = False

    @property
    def key(self) -> str:
        key = self.msgid + (PLURAL + self.plural if self.plural else "")
        return key if self.context is None else self.context + CONTEXT + key

    @property
    def value(self) -> str:
        return PLURAL.join(self.texts[form] for form in sorted(self.texts))

    @property
    def is_complete(self) -> bool:
        return bool(self.texts) and all(self.texts.values()) and not self.fuzzy


def read(lines: Iterable[str]) -> Iterator[Message]:
    """The entries of a .po file in its order, the header (msgid "") first; obsolete ones are passed over."""
    message = Message()
    keyword, form = "", 0
    for number, raw in enumerate(lines, 1):
        line = raw.strip()
        if line.startswith("#"):
            if keyword.startswith("msgstr"):
                yield message
                message, keyword = Message(), ""
            message.fuzzy |= line.startswith("#,") and "fuzzy" in line
        elif line.startswith("msg"):
            word, _, text = line.partition(" ")
            if word in ("msgctxt", "msgid") and keyword.startswith("msgstr"):
                yield message
                message = Message()
            keyword, form = word, int(word[7:-1]) if word.startswith("msgstr[") else 0
            _append(message, keyword, form, _unquote(text, number))
        elif line.startswith('"') and keyword:
            _append(message, keyword, form, _unquote(line, number))
        elif line:
            raise CatalogueError(f"line {number}: {line!r} is no part of a catalogue")
    if keyword.startswith("msgstr"):
        yield message


def _unquote(text: str, number: int) -> str:
    try:
        value = ast.literal_eval(text)
    except (SyntaxError, ValueError):
        value = None
    if not isinstance(value, str):
        raise CatalogueError(f"line {number}: {text!r} is no quoted text")
    return value


def _append(message: Message, keyword: str, form: int, text: str) -> None:
    if keyword == "msgctxt":
        message.context = (message.context or "") + text
    elif keyword == "msgid":
        message.msgid += text
    elif keyword == "msgid_plural":
        message.plural += text
    else:
        message.texts[form] = message.texts.get(form, "") + text


def compiled(messages: Iterable[Message]) -> bytes:
    """The .mo file of the complete messages: magic, version, two sorted tables of (length, offset), the texts."""
    pairs = sorted((m.key.encode(), m.value.encode()) for m in messages if m.is_complete)
    header = struct.pack("<7I", MAGIC, 0, len(pairs), 28, 28 + 8 * len(pairs), 0, 28 + 16 * len(pairs))
    offset = 28 + 16 * len(pairs)
    tables, texts = b"", b""
    for column in (0, 1):
        for pair in pairs:
            tables += struct.pack("<2I", len(pair[column]), offset + len(texts))
            texts += pair[column] + b"\0"
    return header + tables + texts


def main(arguments: list[str]) -> int:
    stale = []
    for source in sorted(LOCALE.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        try:
            with source.open(encoding="utf-8") as lines:
                data = compiled(read(lines))
        except CatalogueError as error:
            print(f"{source}: {error}", file=sys.stderr)
            return 1
        if not target.exists() or target.read_bytes() != data:
            stale.append(target)
            if "--check" not in arguments:
                target.write_bytes(data)
    if stale and "--check" in arguments:
        names = ", ".join(str(path.relative_to(LOCALE)) for path in stale)
        print(f"Not current: {names}. Run: .venv/bin/python -m police_hr.messages", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
