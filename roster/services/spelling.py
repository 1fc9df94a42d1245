"""Pinyin for search: full spelling and initials, written when a name is written."""

from __future__ import annotations

import re

HAN = re.compile("[\u3400-\u9fff]")


def spell(text: str, *, longest: int, initials_longest: int) -> tuple[str, str]:
    """(full spelling, initials) of a name in lower case; a name without Chinese characters spells itself.

    `("zhangwei", "zw")` for 张伟, `("maria lopez", "ml")` for Maria Lopez.
    """
    text = text.strip()
    if not HAN.search(text):
        words = re.findall(r"[^\W_]+", text.lower())
        return " ".join(words)[:longest], "".join(word[0] for word in words)[:initials_longest]
    # The dictionary costs memory: only processes that write names load it.
    from pypinyin import lazy_pinyin  # noqa: PLC0415

    syllables = [part.strip().lower() for part in lazy_pinyin(text) if part.strip()]
    return "".join(syllables)[:longest], "".join(part[0] for part in syllables)[:initials_longest]
