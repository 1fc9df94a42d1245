"""What is masked wherever it is shown, until somebody who may asks for it: one table, field by field.

A mask hides the middle of a value. Whoever opens the class of the field may take the mask off, one field at a time,
which is written down (`roster.views.unmask`); everybody else never gets more than the mask. Pages, lists, suggestions,
the API, exports and prints of lists all show the mask; only the appointment form, which is made of these facts and
handed out with a record of it, holds them whole.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from police_hr.core.identity import mask_id_number, mask_phone

HIDDEN = "****"


def _beginning(length: int) -> Callable[[str], str]:
    return lambda text: text[:length] + HIDDEN if len(text) > length else HIDDEN


@dataclass(frozen=True)
class Mask:
    """How a field is masked, and the class that takes the mask off."""

    sensitivity: int
    over: Callable[[str], str]


# model.field → mask
MASKS: dict[str, Mask] = {
    "officer.id_number": Mask(2, mask_id_number),
    "officer.phone": Mask(2, mask_phone),
    "officer.address": Mask(2, _beginning(6)),
    "familymember.name": Mask(3, _beginning(1)),
}


class Masked(str):
    """A masked text that may be unmasked: it knows which field of which fact it stands for, or which value (`old`,
    `now`, `new`) of that field in which request for a correction."""

    fact: str
    field: str
    request: int
    value: str

    __slots__ = ("fact", "field", "request", "value")

    def __new__(cls, text: str, *, field: str, fact: str = "", request: int = 0, value: str = "") -> Self:
        """Every slot is set: a template that asks an empty one would stop at it."""
        found = super().__new__(cls, text)
        found.fact, found.field, found.request, found.value = fact, field, request, value
        return found


def masked(field: str, text: str) -> str:
    """`text` of `field` ("officer.phone") as everybody sees it at first; unmasked where the table has no mask."""
    mask = MASKS.get(field)
    return mask.over(text) if mask is not None and text else text


def maskable(model: str, number: int, field: str, text: str, *, opens: bool) -> str:
    """The masked text; one that its reader may unmask where `opens` says that its class is open to them."""
    hidden = masked(f"{model}.{field}", text)
    if not (text and opens):
        return hidden
    return Masked(hidden, field=field, fact=f"{model}.{number}")


def maskable_in_request(field: str, text: str, *, request: int, value: str) -> str:
    """The masked text of one of the values of a request, which whoever may open the request may unmask; the text
    itself where `field` ("officer.phone") has no mask."""
    if not text or field not in MASKS:
        return text
    return Masked(masked(field, text), field=field.partition(".")[2], request=request, value=value)


def is_masked(field: str) -> bool:
    return field in MASKS
