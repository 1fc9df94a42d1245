"""What the writers of events share: the people with their ids, the day, chance, and how a row is made."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Sequence
from random import Random
from typing import Any

from police_hr.demo.people import Person
from police_hr.demo.units import UnitPlan

Row = dict[str, Any]
DAYS = 730


class Scene:
    """The force as events see it. `ids` are the officer ids of `people`, in their order; `day` is the last day."""

    def __init__(
        self, people: Sequence[Person], units: Sequence[UnitPlan], ids: Sequence[int], *, day: dt.date, chance: Random
    ) -> None:
        self.people, self.units, self.ids, self.day, self.chance = people, units, ids, day, chance
        self._mentors = {
            person.unit: officer for person, officer in zip(people, ids, strict=True) if person.slot.role == "political"
        }

    def everybody(self) -> Iterator[tuple[int, Person]]:
        """(officer id, person) of all."""
        return zip(self.ids, self.people, strict=True)

    def political_officer(self, person: Person) -> int | None:
        """The id of the unit's political officer, who talks and visits."""
        return self._mentors.get(person.unit)

    def count(self, rate: float) -> int:
        """How often something happens that happens `rate` times on average (Poisson)."""
        limit, product, number = math.exp(-rate), self.chance.random(), 0
        while product > limit:
            product *= self.chance.random()
            number += 1
        return number

    def day_back(self, person: Person, nearest: int = 0, farthest: int = DAYS) -> dt.date:
        """A day between `nearest` and `farthest` days ago on which the person served already."""
        served = (self.day - person.police_since).days - 1
        last = min(farthest, served)
        return self.day - dt.timedelta(days=self.chance.randint(min(nearest, last), last))

    def window(self, person: Person, days: int, troubled: bool) -> tuple[int, int]:  # noqa: FBT001
        """(nearest, farthest) days ago in which it happened: those of the person's bad time, else two years."""
        return (person.phase, person.phase + days) if troubled else (0, DAYS)

    def later(self, day: dt.date, nearest: int, farthest: int) -> dt.date | None:
        """A day so many days after `day`, None where it has not come yet."""
        found = day + dt.timedelta(days=self.chance.randint(nearest, farthest))
        return found if found <= self.day else None

    def periods(self, person: Person, months: int, *, count: int) -> Iterator[tuple[dt.date, dt.date]]:
        """(first, last day) of the last `count` whole periods of so many months, if the person served in them."""
        month = self.day.year * 12 + self.day.month - 1
        month -= month % months
        for step in range(count, 0, -1):
            first, after = month - step * months, month - (step - 1) * months
            start = dt.date(first // 12, first % 12 + 1, 1)
            if start >= person.police_since:
                yield start, dt.date(after // 12, after % 12 + 1, 1) - dt.timedelta(days=1)

    def pick(self, *options: Any) -> Any:
        return self.chance.choice(options)

    def happens(self, share: float) -> bool:
        return self.chance.random() < share

    def document(self, day: dt.date, letters: str) -> str:
        """An invented document number."""
        return f"示公{letters}〔{day.year}〕{self.chance.randint(1, 480)}号"


def row(officer: int, kind: str, day: dt.date, payload: Row, **more: Any) -> Row:
    """A row for `record_entries`; `more` may hold closed_on, known_on, amount, verified, key."""
    return {"officer_id": officer, "kind": kind, "occurred_on": day, "payload": payload, **more}


def period(first: dt.date, last: dt.date | None) -> dict[str, str | None]:
    """A field of the type period."""
    return {"from": first.isoformat(), "to": last.isoformat() if last else None}
