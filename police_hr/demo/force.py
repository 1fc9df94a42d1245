"""The whole invented force of one size on one day: units, people, careers, ledger. Knows no database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from random import Random

from police_hr.demo.careers import Careers
from police_hr.demo.events import attendance, conduct, development, home, performance, personnel, unit_life
from police_hr.demo.events.scene import Row, Scene
from police_hr.demo.people import FIRST_BADGE, Person, invent_people
from police_hr.demo.posts import plan_slots
from police_hr.demo.units import UnitPlan, plan_units

SEED = "police_hr demo 1"
AUXILIARIES = 0.8  # for each officer
# the sources of the ledger, the largest first; each is one batch
SOURCES: Mapping[str, tuple[Callable[[Scene], Iterator[Row]], ...]] = {
    "attendance": (attendance.rows,),
    "training": (performance.training, development.courses_and_talents),
    "unit": (unit_life.rows, home.rows, development.party_life),
    "performance": (performance.results,),
    "personnel": (personnel.honours,),
    "complaints": (conduct.complaints,),
    "supervision": (conduct.supervision,),
    "discipline": (conduct.discipline,),
}


@dataclass(frozen=True)
class Role:
    """Who gets a demonstration account: the role, the unit it is granted over, and whose account it is."""

    role: str
    unit: int
    person: int


class Force:
    """`officers` police and 0.8 times as many auxiliaries as of `day`. The same for the same arguments."""

    def __init__(self, officers: int, day: dt.date, *, bureau: str) -> None:
        self.officers, self.day = officers, day
        self.seed = f"{SEED} {officers}"
        chance = Random(self.seed)
        self.units: list[UnitPlan] = plan_units(officers, bureau=bureau)
        slots = plan_slots(self.units, police=officers, auxiliaries=round(officers * AUXILIARIES), chance=chance)
        self.people: list[Person] = invent_people(self.units, slots, day=day, chance=chance)
        self.careers = Careers(self.people, self.units, day=day, seed=self.seed)
        self.cast = _cast(self.units, self.people)
        self._number_cast()

    def _number_cast(self) -> None:
        """Those with an account get the first badge numbers, which are the easiest to type."""
        holders = {person.badge_no: person for person in self.people}
        for place, role in enumerate(self.cast):
            badge, person = f"{FIRST_BADGE + place:06d}", self.people[role.person]
            other = holders[badge]
            person.badge_no, other.badge_no = badge, person.badge_no
            holders[person.badge_no], holders[other.badge_no] = person, other

    def ledger(self, source: str, *, ids: Sequence[int], unit_ids: Sequence[int]) -> Iterator[Row]:
        """The ledger rows of one of `SOURCES`, for the officers with these ids."""
        chance = Random(f"{self.seed}:{source}")
        scene = Scene(self.people, self.units, ids, day=self.day, chance=chance)
        for write in SOURCES[source]:
            yield from write(scene)
        if source == "personnel":
            yield from personnel.low_appraisals(scene, self.careers.appraisals())
            yield from personnel.changes_of_post(scene, self.careers.postings(), unit_ids)
            yield from personnel.promotions(scene, self.careers.ranks())


@lru_cache(maxsize=1)
def force_of(officers: int, day: dt.date, bureau: str) -> Force:
    """The force, kept for the next step in the same process."""
    return Force(officers, day, bureau=bureau)


def _cast(units: Sequence[UnitPlan], people: Sequence[Person]) -> list[Role]:
    """The people with accounts; nobody twice, and those roles left out for which a tiny force has nobody."""
    bureau = 0
    names = {unit.name: number for number, unit in reversed(list(enumerate(units)))}
    branch = next((number for number, unit in enumerate(units) if unit.style == "sub_bureau"), bureau)
    office = names.get(f"{units[branch].name}政治处", branch) if units else bureau
    station = next((number for number, unit in enumerate(units) if unit.style == "station"), len(units) - 1)
    wanted = (
        ("hr_cadre", bureau, names.get("干部处", bureau), "member"),
        ("hr_cadre", branch, office, "member"),
        ("political_director", bureau, names.get("政治部", bureau), "head"),
        ("political_director", branch, office, "head"),
        ("leadership", bureau, bureau, "head"),
        ("unit_political_officer", station, station, "political"),
        ("unit_head", station, station, "head"),
        ("discipline_inspector", bureau, names.get("派驻纪检监察组", bureau), "member"),
        ("counsellor", bureau, names.get("民警心理健康服务中心", bureau), "member"),
        ("officer", station, station, "member"),
    )
    serving: dict[tuple[int, str], list[int]] = {}
    for number, person in enumerate(people):
        serving.setdefault((person.unit, person.slot.role), []).append(number)
    members = [number for number, person in enumerate(people) if person.slot.role == "member"]
    cast: list[Role] = []
    taken: set[int] = set()
    for role, over, unit, post in wanted:
        # where the unit has nobody, a small force lends somebody from elsewhere
        found = [*serving.get((unit, post), []), *serving.get((unit, "member"), []), *members]
        free = next((number for number in found if number not in taken), None)
        if free is not None:
            taken.add(free)
            cast.append(Role(role, over, free))
    return cast
