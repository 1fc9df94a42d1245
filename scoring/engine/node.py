"""A strict reader of JSON objects: every key is asked for once, unknown keys are refused."""

import math
from collections.abc import Callable, Collection, Mapping
from typing import Any, TypeVar

from scoring.engine.errors import DefinitionError
from scoring.engine.points import MAX_POINTS, hundredths, ten_thousandths

T = TypeVar("T")
REQUIRED: Any = object()


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
            raise DefinitionError(self.at(key), "is missing")
        return default

    def finish(self) -> None:
        unknown = sorted(self._value.keys() - self._seen)
        if unknown:
            raise DefinitionError(self.at(unknown[0]), "is not a known key")

    def text(self, key: str, default: Any = REQUIRED) -> str:
        value = self.take(key, default)
        if not isinstance(value, str) or (default is REQUIRED and not value.strip()):
            raise DefinitionError(self.at(key), "must be a text")
        return value

    def choice(self, key: str, choices: Collection[str], default: Any = REQUIRED) -> str:
        value = self.take(key, default)
        if value not in choices:
            raise DefinitionError(self.at(key), f"must be one of {', '.join(choices)}")
        return str(value)

    def flag(self, key: str) -> bool:
        value = self.take(key, False)
        if not isinstance(value, bool):
            raise DefinitionError(self.at(key), "must be true or false")
        return value

    def scalar(self, key: str) -> str | int | bool:
        value = self.take(key)
        if not isinstance(value, str | int | bool):
            raise DefinitionError(self.at(key), "must be a text, a whole number or true/false")
        return value

    def number(self, key: str, *, low: float = 0, high: float | None = None, default: Any = REQUIRED) -> float:
        value = self.take(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or math.isnan(value):
            raise DefinitionError(self.at(key), "must be a number")
        if value < low or (high is not None and value > high):
            limit = f"from {low} to {high}" if high is not None else f"{low} or more"
            raise DefinitionError(self.at(key), f"must be {limit}")
        return float(value)

    def number_or_none(self, key: str, *, low: float = float("-inf")) -> float | None:
        return None if self.take(key, None) is None else self.number(key, low=low)

    def whole(self, key: str, *, low: int, default: Any = REQUIRED) -> int:
        value = self.take(key, default)
        if isinstance(value, bool) or not isinstance(value, int) or value < low:
            raise DefinitionError(self.at(key), f"must be a whole number, {low} or more")
        return value

    def whole_or_none(self, key: str, *, low: int) -> int | None:
        return None if self.take(key, None) is None else self.whole(key, low=low)

    def points(self, key: str, default: Any = REQUIRED) -> int:
        """Hundredths of a point; `default` is in hundredths already."""
        if default is not REQUIRED and key not in self._value:
            self._seen.add(key)
            return int(default)
        value = self.take(key)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise DefinitionError(self.at(key), "must be a number of points")
        try:
            amount = hundredths(value)
        except ValueError as error:
            raise DefinitionError(self.at(key), str(error)) from None
        if not 0 <= amount <= MAX_POINTS:
            raise DefinitionError(self.at(key), "must be from 0 to 10,000 points")
        return amount

    def points_or_none(self, key: str) -> int | None:
        return None if self.take(key, None) is None else self.points(key)

    def share(self, key: str) -> int:
        """Ten-thousandths, from 0 to 1."""
        value = self.number(key, low=0, high=1)
        try:
            return ten_thousandths(value)
        except ValueError as error:
            raise DefinitionError(self.at(key), str(error)) from None

    def mapping(self, key: str) -> Mapping[str, Any]:
        value = self.take(key, {})
        if not isinstance(value, dict):
            raise DefinitionError(self.at(key), "must be an object")
        return value

    def node(self, key: str, *, optional: bool = False) -> "Node":
        """The object under `key`; an absent optional one is falsy."""
        value = self.take(key, None if optional else REQUIRED)
        if value is None and optional:
            return Absent(self.at(key))
        if not isinstance(value, dict):
            raise DefinitionError(self.at(key), "must be an object")
        return Node(value, self.at(key))

    def items(self, key: str, read: Callable[["Node"], T], default: Any = REQUIRED) -> tuple[T, ...]:
        """Each object of the list under `key`, read and found complete."""
        values = self.take(key, default)
        if not isinstance(values, list | tuple) or (default is REQUIRED and not values):
            raise DefinitionError(self.at(key), "must be a list with at least one entry")
        result = []
        for i, value in enumerate(values):
            path = f"{self.at(key)}[{i}]"
            if not isinstance(value, dict):
                raise DefinitionError(path, "must be an object")
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
