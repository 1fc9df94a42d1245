"""ID numbers, phones and badge numbers: checked, normalised, masked.

Source of the check digit: GB 11643-1999, ISO 7064 MOD 11-2.
"""

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_DIGITS = "10X98765432"  # by the weighted sum modulo 11
EARLIEST_BIRTH = dt.date(1900, 1, 1)
LONGEST = 64  # characters looked at; more is no number of this kind

_SHAPE = re.compile(r"[0-9]{17}[0-9X]")
_MOBILE = re.compile(r"1[0-9]{10}")
_SEPARATORS = re.compile(r"[\s\-‐-―−]+")
_BADGE = re.compile(r"[0-9A-Z]{1,20}")

MESSAGES: dict[str, str | Promise] = {
    "length": _("An ID number has 18 characters, this one has %(count)s."),
    "characters": _("An ID number has 17 digits and a last digit or X."),
    "birth": _("The ID number holds no possible date of birth (%(birth)s)."),
    "check_digit": _(
        "The check digit of the ID number is wrong: it should end in %(expected)s. Look for a typing error."
    ),
    "badge": _("“%(value)s” is not a badge number: use at most 20 digits and letters."),
}


class IdentityError(ValueError):
    """A number that cannot be right. `code` is a key of `MESSAGES`; `expected` the check digit."""

    def __init__(self, code: str, *, expected: str = "", **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.expected = expected
        self.params = {"expected": expected, **params}

    def __str__(self) -> str:
        return str(MESSAGES[self.code]) % self.params


@dataclass(frozen=True, slots=True)
class IdNumber:
    """`number`: 18 characters; `area`: the six digits of the first registration."""

    number: str
    birth: dt.date
    sex: Literal["male", "female"]
    area: str


def check_digit(first_17: str) -> str:
    """The last character of an ID number with these first 17 digits."""
    total = sum(int(digit) * weight for digit, weight in zip(first_17, WEIGHTS, strict=True))
    return CHECK_DIGITS[total % 11]


def check_id_number(text: str, *, today: dt.date | None = None) -> IdNumber:
    """What an 18-digit ID number says. Raises `IdentityError`; spaces and full-width are fine.

    With `today`, a birth after it is refused.
    """
    number = _plain(text).upper()
    if len(number) != 18:
        raise IdentityError("length", count=len(number))
    if not _SHAPE.fullmatch(number):
        raise IdentityError("characters")
    try:
        birth = dt.date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError as error:
        raise IdentityError("birth", birth=number[6:14]) from error
    if birth < EARLIEST_BIRTH or (today is not None and birth > today):
        raise IdentityError("birth", birth=number[6:14])
    expected = check_digit(number[:17])
    if number[17] != expected:
        raise IdentityError("check_digit", expected=expected)
    sex: Literal["male", "female"] = "male" if int(number[16]) % 2 else "female"
    return IdNumber(number=number, birth=birth, sex=sex, area=number[:6])


def mask_id_number(text: str) -> str:
    """9901****0312: four digits of area, four of the end. Short or odd texts show nothing."""
    number = _plain(text)
    return f"{number[:4]}****{number[-4:]}" if len(number) >= 15 else "*" * min(len(number), 8)


def mask_phone(text: str) -> str:
    """138****1234; a landline or short number shows its last two digits."""
    number = _plain(text).removeprefix("+86")
    if _MOBILE.fullmatch(number):
        return f"{number[:3]}****{number[-4:]}"
    return f"****{number[-2:]}" if len(number) >= 7 else "*" * len(number)


def normalise_phone(text: str) -> str:
    """Digits only, without the country code of a mobile number; "" for nothing."""
    number = _plain(text)
    bare = re.sub(r"^(?:\+|00)?86(?=1[0-9]{10}$)", "", number)
    return re.sub(r"[^0-9+]", "", bare)


def normalise_badge(value: object) -> str:
    """One form for keys: half-width upper case without spaces and hyphens; leading zeros stay.

    A number from a spreadsheet (110001 or 110001.0) is read as its digits.
    """
    if isinstance(value, float):
        if not (value.is_integer() and 0 <= value < 2**53):
            raise IdentityError("badge", value=value)
        value = int(value)
    badge = _plain(str(value)).upper()
    if not _BADGE.fullmatch(badge):
        raise IdentityError("badge", value=str(value)[:40])
    return badge


def _plain(text: str) -> str:
    return _SEPARATORS.sub("", unicodedata.normalize("NFKC", text[:LONGEST]))
