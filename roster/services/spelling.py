"""Pinyin for search and strokes for order, cut to the columns that hold them."""

from __future__ import annotations

from police_hr.core.names import stroke_key, syllables, text_syllables


def officer_spelling(name: str) -> dict[str, str]:
    """`pinyin`, `initials` and `strokes` of a person's name: {"pinyin": "zhangwei", "initials": "zw", …} for 张伟."""
    spelling = _spelling(syllables(name) if name.strip() else [], (120, 20), latin=name.isascii())
    return {**spelling, "strokes": stroke_key(name)}


def unit_spelling(name: str) -> dict[str, str]:
    """`pinyin` and `initials` of a unit's name."""
    return _spelling(text_syllables(name), (200, 40), latin=name.isascii())


def _spelling(parts: list[str], widths: tuple[int, int], *, latin: bool) -> dict[str, str]:
    """The two columns, cut to `widths`: those of `pinyin` and `initials` in the model."""
    return {
        "pinyin": (" " if latin else "").join(parts)[: widths[0]],
        "initials": "".join(part[0] for part in parts)[: widths[1]],
    }
