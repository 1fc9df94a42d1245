"""Who the invented people are: name, sex, age, numbers, schooling, when they joined; and what becomes of them.

Age and sex follow the slot a person fills: heads are older than members, nobody has reached the age of retirement.
ID numbers have the area 990000, which is issued to nobody, and a right check digit; phones begin with 19900.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from police_hr.core.identity import check_digit
from police_hr.demo.names import person_name
from police_hr.demo.posts import Slot
from police_hr.demo.units import UnitPlan

AREA = "990000"
FIRST_BADGE = 90_001
# the youngest age and that of retirement (men, women), which nobody reaches
YOUNGEST, RETIRED = 22, {"M": 60, "F": 55}
YEAR = 365.25
# [first age, share] of bands of five years
_MEMBER_AGES = ((22, 5), (25, 16), (30, 19), (35, 18), (40, 13), (45, 11), (50, 11), (55, 7))
_AUXILIARY_AGES = ((22, 14), (25, 28), (30, 25), (35, 16), (40, 10), (45, 5), (50, 2))
_LEVEL_AGES = {"L4": (51, 57), "L5": (47, 57), "L6": (43, 57), "L7": (37, 56), "L8": (32, 52)}
_MANY_WOMEN = frozenset({"政工民警", "政工内勤", "内勤民警", "户籍民警", "窗口民警", "文职辅警", "法制员"})
_POLITICAL = (("01", 71), ("02", 2), ("03", 12), ("13", 14), ("12", 1))
_AUXILIARY_POLITICAL = (("01", 18), ("03", 34), ("13", 48))
_HOMES = (
    "示例东江",
    "示例江滨",
    "示例南湖",
    "示例西山",
    "示例临港",
    "示例云台",
    "示例白塔",
)
_STREETS = ("江滨路", "南湖路", "白塔街", "望江路", "黎明路", "学院路", "人民路", "东河街")
_SPECIALITIES = (
    "摄影",
    "写作",
    "篮球",
    "英语",
    "无人机操作",
    "擒敌技术",
    "射击",
    "心理咨询",
    "数据分析",
    "书法",
    "驾驶",
)
# how a person's two years went, and how many in a thousand had such years; see police_hr.demo.events
COURSES = {
    "steady": 224,
    "busy": 270,
    "uneven": 130,
    "overworked": 145,
    "careless": 65,
    "strained_home": 75,
    "ill": 32,
    "punished": 27,
    "grave_home": 33,
    "grave_conduct": 21,
}
QUIET = frozenset({"steady", "busy", "uneven"})
# those that follow from work: the more of them the heavier work is in the unit
_FROM_WORK = frozenset({"busy", "overworked"})


@dataclass(slots=True)
class Person:
    """One invented member of the force. `unit` is a position in the list of units; `course` a key of `COURSES`
    and `phase` how many days ago it ended (0: it goes on); `strain` and `zeal` are multipliers about 1; `patchy` are
    those whose files are not complete yet."""

    badge_no: str
    name: str
    sex: str
    birth: dt.date
    id_number: str
    phone: str
    education: str
    entry_education: str
    political: str
    party_since: dt.date | None
    work_since: dt.date
    police_since: dt.date
    unit: int
    slot: Slot
    branch: str
    course: str
    phase: int
    strain: float
    zeal: float
    patchy: bool
    status: str = "serving"

    @property
    def auxiliary(self) -> bool:
        return self.slot.role == "aux"

    @property
    def leading(self) -> bool:
        return self.slot.role in {"head", "political", "deputy"}


def invent_people(units: Sequence[UnitPlan], slots: Sequence[Slot], *, day: dt.date, chance: Random) -> list[Person]:
    """One person for each slot, in the order of the slots. The same for the same slots, day and chance."""
    strains = [_unit_strain(unit, chance) for unit in units]
    police = iter(_badges(sum(slot.role != "aux" for slot in slots), chance))
    helpers = iter(range(1, len(slots) + 1))
    taken: Counter[dt.date] = Counter()
    people = []
    for number, slot in enumerate(slots):
        badge = f"F{next(helpers):06d}" if slot.role == "aux" else f"{next(police):06d}"
        people.append(_person(number, badge, slot, units[slot.unit], strains[slot.unit], taken, day, chance))
    return people


def officer_row(person: Person, *, married: bool = False) -> dict[str, Any]:
    """The person as `create_officers` takes it; `married` where a spouse stands among the family."""
    # 0 … 99, spread over neighbours, so that homes, blood types and the like are as mixed as they are
    ordinal = int(person.phone[-6:]) * 61 % 100
    row = {
        "badge_no": person.badge_no,
        "name": person.name,
        "sex": person.sex,
        "birth_date": person.birth,
        "id_number": person.id_number,
        "phone": person.phone,
        "ethnicity": "01",
        "native_place": _HOMES[ordinal % len(_HOMES)],
        "birthplace": _HOMES[ordinal * 7 % len(_HOMES) if ordinal % 9 == 0 else ordinal % len(_HOMES)],
        "health": "2" if ordinal % 23 == 0 else "1",
        "marriage": "20" if married else "",
        "blood_type": ("A", "B", "O", "AB", "O", "A", "B")[ordinal % 7],
        "address": f"示例市{_STREETS[ordinal % len(_STREETS)]}{ordinal + 1}号{ordinal % 6 + 1}幢{ordinal % 18 + 1}01室",
        "entry_source": _entry_source(person, ordinal),
        "professional_title": "工程师" if person.branch == "technology" and ordinal % 3 == 0 else "",
        "political_status": person.political,
        "party_joined_on": person.party_since,
        "work_started_on": person.work_since,
        "police_since": person.police_since,
        "status": person.status,
        "staffing": person.slot.staffing,
        "branch": person.branch,
        "education": person.education,
        "speciality": _SPECIALITIES[ordinal % 40] if ordinal % 40 < 11 else "",
    }
    if person.patchy:
        # came from elsewhere, and the file has not followed yet
        row.update(phone="", education="", political_status="", party_joined_on=None, native_place="",
                   birthplace="", address="", entry_source="")  # fmt: skip
    return row


def _entry_source(person: Person, ordinal: int) -> str:
    """How they came: auxiliaries were hired, who began to work years before was a soldier, most passed the exam."""
    if person.auxiliary:
        return "auxiliary"
    if (person.police_since - person.work_since).days > 365:
        return "military" if ordinal % 3 else "soldier"
    return ("exam", "exam", "academy", "academy", "academy", "exam", "selected", "transfer")[ordinal % 8]


def add_years(day: dt.date, years: float) -> dt.date:
    return day + dt.timedelta(days=round(years * YEAR))


def age_on(birth: dt.date, day: dt.date) -> int:
    """Completed years (周岁)."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def _unit_strain(unit: UnitPlan, chance: Random) -> float:
    """How heavy work is in a unit: some sorts more than others, and a few units much more."""
    sort = {"traffic": 1.25, "criminal": 1.2, "patrol": 1.15, "station": 1.1, "custody": 1.2}.get(unit.branch, 0.75)
    return sort * chance.choice((0.7, 0.85, 0.9, 1.0, 1.0, 1.1, 1.3, 1.8))


def _badges(count: int, chance: Random) -> list[int]:
    numbers = list(range(FIRST_BADGE, FIRST_BADGE + count))
    chance.shuffle(numbers)
    return numbers


def _person(  # noqa: PLR0917  what a person follows from
    number: int, badge: str, slot: Slot, unit: UnitPlan, strain: float, taken: Counter[dt.date], day: dt.date,
    chance: Random,
) -> Person:  # fmt: skip
    sex = "F" if chance.random() < _share_of_women(slot) else "M"
    age = _age(slot, sex, chance)
    birth = add_years(day, -age) - dt.timedelta(days=chance.randrange(1, 360))
    taken[birth] += 1
    education, entry = _schooling(slot, age, chance)
    police_since, work_since = _joined(slot, birth, entry, day, chance)
    statuses = _AUXILIARY_POLITICAL if slot.role == "aux" else _POLITICAL
    political = "01" if slot.level != "L0" else _weighted(statuses, chance)
    if political == "03" and age > 28:
        political = "13"
    course = _weighted(
        [(name, share * strain**1.5 if name in _FROM_WORK else share) for name, share in COURSES.items()], chance
    )
    # three digits tell those born on one day apart; odd ones are men's
    ordinal = (taken[birth] * 2 + (sex == "M")) % 1000
    first_17 = f"{AREA}{birth:%Y%m%d}{ordinal:03d}"
    return Person(
        badge_no=badge,
        name=person_name(chance, sex=sex, birth_year=birth.year),
        sex=sex,
        birth=birth,
        id_number=first_17 + check_digit(first_17),
        phone=f"19900{number:06d}",
        education=education,
        entry_education=entry,
        political=political,
        party_since=_party_day(political, birth, day, chance),
        work_since=work_since,
        police_since=police_since,
        unit=slot.unit,
        slot=slot,
        branch=unit.branch,
        course=course,
        phase=0 if chance.random() < 0.6 else chance.randint(5, 240),
        strain=strain * chance.lognormvariate(0, 0.25),
        zeal=chance.lognormvariate(0, 0.5),
        patchy=slot.role in {"member", "aux"} and course in QUIET and chance.random() < 0.013,
        status="seconded" if slot.role == "member" and chance.random() < 0.012 else "serving",
    )


def _share_of_women(slot: Slot) -> float:
    if slot.level != "L0":
        return 0.10
    return 0.42 if slot.post in _MANY_WOMEN else 0.125


def _age(slot: Slot, sex: str, chance: Random) -> int:
    """Completed years, less than the age of retirement."""
    while True:
        if slot.level in _LEVEL_AGES:
            age = chance.randint(*_LEVEL_AGES[slot.level])
        else:
            first = _weighted(_AUXILIARY_AGES if slot.role == "aux" else _MEMBER_AGES, chance)
            age = chance.randint(first, 24 if first == YOUNGEST else first + 4)
        if age < RETIRED[sex]:
            return age


def _schooling(slot: Slot, age: int, chance: Random) -> tuple[str, str]:
    """The highest education, and that at joining (codes of the table `education`)."""
    draw = chance.random()
    if slot.role == "aux":
        entry = "21" if draw < 0.18 else "31" if draw < 0.72 else "61"
    elif age < 40:
        entry = "14" if draw < 0.09 and age >= 27 else "21" if draw < 0.94 else "31"
    else:
        entry = "21" if draw < 0.62 else "31"
    later = {"61": "31", "31": "21", "21": "14"}.get(entry, entry)
    chances = {"61": 0.15, "31": 0.75 if slot.role != "aux" else 0.2, "21": 0.08}.get(entry, 0.0)
    return (later if age >= 30 and chance.random() < chances else entry), entry


def _joined(slot: Slot, birth: dt.date, entry: str, day: dt.date, chance: Random) -> tuple[dt.date, dt.date]:
    """When the person joined the police, and began to work: in summer, after school; some after the army."""
    age = {"14": 25, "21": 22, "31": 21}.get(entry, 20)
    veteran = slot.level == "L0" and entry != "14" and chance.random() < 0.12
    latest = age_on(birth, day)
    if slot.role == "aux":
        age = min(latest, chance.randint(20, 34))
    elif veteran:
        age = min(max(age, latest - 1), chance.randint(24, 31))
    elif slot.level == "L0":
        age += chance.choice((0, 0, 0, 1, 1, 2, 3))
    year = min(birth.year + min(age, latest), (day - dt.timedelta(days=100)).year)
    joined = dt.date(year, 7, 15) + dt.timedelta(days=chance.randrange(20))
    while joined > day - dt.timedelta(days=100) or joined < add_years(birth, 19.6):
        # not yet a hundred days ago: the summer before; a child: the summer after
        step = -1 if joined > day - dt.timedelta(days=100) else 1
        joined = joined.replace(year=joined.year + step)
    worked = dt.date(birth.year + 18, 12, 1) if veteran else joined
    return joined, min(worked, joined)


def _party_day(political: str, birth: dt.date, day: dt.date, chance: Random) -> dt.date | None:
    if political not in {"01", "02"}:
        return None
    if political == "02":
        return day - dt.timedelta(days=chance.randrange(30, 350))
    last = min(add_years(birth, 35), day - dt.timedelta(days=400))
    first = min(add_years(birth, 20), last)
    return first + dt.timedelta(days=chance.randrange(max(1, (last - first).days)))


def _weighted(rows: Sequence[tuple[Any, float]], chance: Random) -> Any:
    return chance.choices([row[0] for row in rows], [row[1] for row in rows])[0]
