"""The words of the form for the codes of the product, and back: data in `roster/defaults/appointment_form.json`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).resolve().parents[1] / "defaults" / "appointment_form.json"


@lru_cache(maxsize=1)
def words() -> Mapping[str, Any]:
    """The whole file. Do not change what it returns."""
    found: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return found


def word(table: str, code: str) -> str:
    """How the form writes `code`; "" where it has no word for it."""
    listed: Sequence[str] = words()[table].get(code) or ("",)
    return listed[0]


@lru_cache(maxsize=16)
def codes(table: str) -> Mapping[str, str]:
    """What may stand in a file → code."""
    return {said: code for code, listed in words()[table].items() for said in listed if said}


def code(table: str, said: str) -> str:
    """The code for what a file says; "" for what no table knows."""
    return codes(table).get("".join(said.split()).replace("（", "(").replace("）", ")"), "")
