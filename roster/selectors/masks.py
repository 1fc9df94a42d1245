"""What is masked wherever it is shown, until somebody who may asks for it: one table, field by field.

A mask hides the middle of a value. Whoever opens the class of the field may take the mask off, which is written down
(`roster.views.unmask`); everybody else never gets more than the mask.
"""

from __future__ import annotations

from dataclasses import dataclass

MARK = "•"


@dataclass(frozen=True)
class Mask:
    """How a field is masked: its class, and how many characters stay at its beginning and end."""

    sensitivity: int
    first: int
    last: int

    def over(self, text: str) -> str:
        """`text` with all but its first and last characters hidden; a short one is hidden whole."""
        if len(text) <= self.first + self.last:
            return MARK * len(text)
        return (
            text[: self.first] + MARK * (len(text) - self.first - self.last) + (text[-self.last :] if self.last else "")
        )


# model.field → mask. Birth stands in the ID number from its seventh character on: six are shown at most.
MASKS: dict[str, Mask] = {
    "officer.id_number": Mask(2, 6, 0),
    "officer.phone": Mask(2, 3, 2),
    "officer.address": Mask(2, 6, 0),
    "familymember.name": Mask(3, 1, 0),
}


def masked(field: str, text: str) -> str:
    """`text` of `field` ("officer.phone") as everybody sees it at first; unmasked where the table has no mask."""
    mask = MASKS.get(field)
    return mask.over(text) if mask is not None and text else text


def is_masked(field: str) -> bool:
    return field in MASKS
