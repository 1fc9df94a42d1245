"""What an installation needs before anybody works in it: each app names its part, one command installs all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Part:
    """Something shipped with the product. `install` may be repeated: what is there already stays as it is."""

    name: str
    install: Callable[[], object]


parts: list[Part] = []  # filled by the registrations of the apps, lowest app first


def install_all() -> Iterator[str]:
    """Install every part in order; gives the name of each when it stands."""
    for part in parts:
        part.install()
        yield part.name
