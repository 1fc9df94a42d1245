"""Numbers out of addresses and hidden fields, where anything may stand."""

from __future__ import annotations

LONGEST = 18  # digits; whatever has no more fits the integers of the databases


def whole_number(text: str) -> int | None:
    """The number that `text` spells in plain digits; None for anything else, and for what no database holds."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST else None
