"""A strict reader of JSON objects: every key is asked for once, unknown keys are refused."""

import math
from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import Any, TypeVar

from scoring.engine.errors import DefinitionError
from scoring.engine.errors import gettext_noop as _
from scoring.engine.points import hundredths, ten_thousandths

T = TypeVar("T")
EPOCH = date(1970, 1, 1).toordinal()
REQUIRED: Any = object()
COMMENT = "comment"
LONGEST = {"code": 40, "name_zh": 80, "name_en": 80, "notes": 4_000}
LONGEST_TEXT = 200
MOST_POINTS = 100  # the whole index: no single fact brings more
MOST_CAP = 1_000
MOST_DAYS = 36_500  # a hundred years: whoever writes more has mistaken the unit
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would run instead of showing it


class Node:
    """One JSON object of the document and its path, for messages."""

    def __init__(self, value: Mapping[str, Any], path: str) -> None:
        self.path = path
        self._value = dict(value)
        self._seen: set[str] = set()

    def at(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key

    def take(self, key: str, default: Any = REQUIRED) -> Any:
        self._seen.add(key)
        if key in self._value:
            return self._value[key]
        if default is REQUIRED:
            raise DefinitionError(self.at(key), _("is missing"))
        return default

    def finish(self) -> None:
        """Refuse what nobody asked for. A `comment` may stand anywhere and means nothing."""
        if not isinstance(self._value.get(COMMENT, ""), str):
            raise DefinitionError(self.at(COMMENT), _("must be a text"))
        unknown = sorted(self._value.keys() - self._seen - {COMMENT})
        if unknown:
            raise DefinitionError(self.at(unknown[0]), _("is not a known key"))

    def text(self, key: str, default: Any = REQUIRED) -> str:
        value = self.take(key, default)
        if not isinstance(value, str) or (default is REQUIRED and not value.strip()):
            raise DefinitionError(self.at(key), _("must be a text"))
        most = LONGEST.get(key, LONGEST_TEXT)
        if len(value) > most:
            raise DefinitionError(self.at(key), _("must not be longer than %(most)s characters"), most=most)
        if value.startswith(FORMULA):
            raise DefinitionError(self.at(key), _("must not begin with “%(sign)s”, like a formula"), sign=value[0])
        if any(ord(sign) < 32 and sign != "\n" for sign in value):
            raise DefinitionError(self.at(key), _("holds signs that cannot be printed"))
        return value

    def choice(self, key: str, choices: Collection[str], default: Any = REQUIRED) -> str:
        value = self.take(key, default)
        if not isinstance(value, str) or value not in choices:
            raise DefinitionError(self.at(key), _("must be one of %(choices)s"), choices=", ".join(choices))
        return str(value)

    def texts(self, key: str) -> tuple[str, ...]:
        values = self.take(key, ())
        if not isinstance(values, list | tuple) or not all(isinstance(value, str) for value in values):
            raise DefinitionError(self.at(key), _("must be a list of texts"))
        return tuple(values)

    def day_or_none(self, key: str) -> int | None:
        """A day (YYYY-MM-DD) as days since 1970-01-01, or None."""
        value = self.take(key, None)
        if value is None:
            return None
        try:
            return date.fromisoformat(value).toordinal() - EPOCH
        except (TypeError, ValueError):
            raise DefinitionError(self.at(key), _("must be a day like 2026-01-31")) from None

    def flag(self, key: str, *, default: bool = False) -> bool:
        value = self.take(key, default)
        if not isinstance(value, bool):
            raise DefinitionError(self.at(key), _("must be true or false"))
        return value

    def scalar(self, key: str) -> str | int | bool:
        value = self.take(key)
        if not isinstance(value, str | int | bool):
            raise DefinitionError(self.at(key), _("must be a text, a whole number or true/false"))
        return value

    def number(self, key: str, *, low: float = 0, high: float | None = None, default: Any = REQUIRED) -> float:
        value = self.take(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise DefinitionError(self.at(key), _("must be a number"))
        if value < low or (high is not None and value > high):
            problem = _("must be %(low)s or more") if high is None else _("must be from %(low)s to %(high)s")
            raise DefinitionError(self.at(key), problem, low=f"{low:g}", high=f"{high or 0:g}")
        return float(value)

    def number_or_none(self, key: str, *, low: float = float("-inf")) -> float | None:
        return None if self.take(key, None) is None else self.number(key, low=low)

    def whole(self, key: str, *, low: int, default: Any = REQUIRED) -> int:
        value = self.take(key, default)
        if isinstance(value, bool) or not isinstance(value, int) or value < low:
            raise DefinitionError(self.at(key), _("must be a whole number, %(low)s or more"), low=low)
        if value > MOST_DAYS:
            raise DefinitionError(self.at(key), _("must be a whole number of at most %(most)s"), most=MOST_DAYS)
        return value

    def whole_or_none(self, key: str, *, low: int) -> int | None:
        return None if self.take(key, None) is None else self.whole(key, low=low)

    def points(self, key: str, default: Any = REQUIRED, *, high: int = MOST_POINTS) -> int:
        """Hundredths of a point, at most `high` points; `default` is in hundredths already."""
        if default is not REQUIRED and key not in self._value:
            self._seen.add(key)
            return int(default)
        value = self.take(key)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise DefinitionError(self.at(key), _("must be a number of points"))
        if not 0 <= value <= high:  # NaN is in no range
            raise DefinitionError(self.at(key), _("must be from 0 to %(most)s points"), most=high)
        try:
            amount = hundredths(value)
        except ValueError:
            raise DefinitionError(self.at(key), _("must have at most two decimals")) from None
        return amount

    def cap_or_none(self, key: str) -> int | None:
        return None if self.take(key, None) is None else self.points(key, high=MOST_CAP)

    def share(self, key: str) -> int:
        """Ten-thousandths, from 0 to 1."""
        value = self.number(key, low=0, high=1)
        try:
            return ten_thousandths(value)
        except ValueError:
            raise DefinitionError(self.at(key), _("must have at most four decimals")) from None

    def mapping(self, key: str) -> Mapping[str, Any]:
        value = self.take(key, {})
        if not isinstance(value, dict):
            raise DefinitionError(self.at(key), _("must be an object"))
        return value

    def node(self, key: str, *, optional: bool = False) -> "Node":
        """The object under `key`; an absent optional one is falsy."""
        value = self.take(key, None if optional else REQUIRED)
        if value is None and optional:
            return Absent(self.at(key))
        if not isinstance(value, dict):
            raise DefinitionError(self.at(key), _("must be an object"))
        return Node(value, self.at(key))

    def items(self, key: str, read: Callable[["Node"], T], default: Any = REQUIRED) -> tuple[T, ...]:
        """Each object of the list under `key`, read and found complete."""
        values = self.take(key, default)
        if not isinstance(values, list | tuple) or (default is REQUIRED and not values):
            raise DefinitionError(self.at(key), _("must be a list with at least one entry"))
        result = []
        for i, value in enumerate(values):
            path = f"{self.at(key)}[{i}]"
            if not isinstance(value, dict):
                raise DefinitionError(path, _("must be an object"))
            node = Node(value, path)
            result.append(read(node))
            node.finish()
        return tuple(result)

    def __bool__(self) -> bool:
        return True


class Absent(Node):
    """Stands for an optional object that is not there."""

    def __init__(self, path: str) -> None:
        super().__init__({}, path)

    def __bool__(self) -> bool:
        return False
