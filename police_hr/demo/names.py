"""Invented names: surnames as frequent as in life, given names as each generation gave them.

Names of widely known people are thrown away; beyond that any likeness is chance.
"""

from __future__ import annotations

import hashlib
import json
from itertools import accumulate
from pathlib import Path
from random import Random

_MATERIAL = json.loads((Path(__file__).parent / "data" / "names.json").read_text(encoding="utf-8"))
_FREQUENCY = {name: int(per_mille) for per_mille, names in _MATERIAL["surnames"].items() for name in names.split()}
SURNAMES = tuple(_FREQUENCY)
_WEIGHTS = tuple(accumulate(_FREQUENCY.values()))
_KNOWN = frozenset(" ".join(_MATERIAL["known"]).split())


def person_name(chance: Random, *, sex: str, birth_year: int, surname: str = "") -> str:
    """A name for somebody of this sex ("M", "F") and generation, with a given surname if there is one."""
    generation = next(row for row in _MATERIAL["generations"] if birth_year < row["before"])
    letters = generation["men" if sex == "M" else "women"]
    while True:
        family = surname or chance.choices(SURNAMES, cum_weights=_WEIGHTS)[0]
        first = chance.choice(letters)
        given = first if chance.random() * 100 < generation["single"] else first + chance.choice(letters)
        # 伟伟 is a pet name, not one of a register
        if (len(given) == 1 or given[0] != given[1]) and not is_known(family + given):
            return family + given


def is_known(name: str) -> bool:
    """Whether a widely known person is called so."""
    return hashlib.sha256(name.encode()).hexdigest()[:8] in _KNOWN
