"""The careers of the invented people: ranks and grades by years of service, postings, schooling, appraisals.

Minimum terms are those of the code tables (domain/dossier.md §2.5): nobody is promoted sooner. Grades begin with the
reform that brought them (2020); postings follow each other without gap or overlap, the last one is open.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from random import Random
from typing import Any

from police_hr.demo.names import person_name
from police_hr.demo.people import Person, add_years, age_on
from police_hr.demo.units import UnitPlan

Row = dict[str, Any]
# years to be served in a rank before the next one; from R06 on by selection
RANK_YEARS = {"R12": 3, "R11": 3, "R10": 3, "R09": 4, "R08": 4, "R07": 4, "R06": 5, "R05": 5}
GRADE_YEARS = {**{f"G{number:02d}": 2 for number in range(5, 13)}, "G04": 3, "G03": 4, "G02": 4}
_FIRST_RANK = {"14": 10, "21": 11}
_FIRST_GRADE = {"14": 10, "21": 11}
# the highest rank and grade by post level (domain/dossier.md §2.5, bands by post)
_TOP_RANK = {"L4": 4, "L5": 5, "L6": 6, "L7": 6, "L8": 7, "L0": 7}
_TOP_GRADE = {"L4": 2, "L5": 3, "L6": 4, "L7": 5, "L8": 6, "L0": 7}
REFORM = dt.date(2020, 6, 30)
PROBATION = 1.0
INDUCTION_DAYS = 60
# the posts by which people rose: level, styles of unit, post names by style
_LADDER = (
    ("L6", {"detachment": "副支队长", "sub_bureau": "副局长", "department": "处长"}),
    ("L7", {"station": "所长", "brigade": "大队长", "custody": "所长"}),
    ("L8", {"station": "副所长", "brigade": "副大队长", "squadron": "中队长"}),
)
_EARLIER_POSTS = {"station": "警务区民警", "criminal": "侦查员", "traffic": "交通民警", "patrol": "特警队员",
                  "custody": "管教民警"}  # fmt: skip
# schools by the education they lead to
_UNIVERSITIES = ("示例警察学院", "示例大学", "江滨学院", "示例师范大学", "示例理工大学", "示例政法学院")
_SCHOOLS = {
    "61": ("示例市第二中学",),
    "31": (*_UNIVERSITIES, "南湖职业技术学院"),
    "21": _UNIVERSITIES,
    "14": _UNIVERSITIES,
}
_MAJORS = (("侦查学", "法学"), ("治安学", "法学"), ("法学", "法学"), ("交通管理工程", "工学"),
           ("计算机科学与技术", "工学"), ("汉语言文学", "文学"), ("网络安全与执法", "工学"), ("行政管理", "管理学"),
           ("刑事科学技术", "工学"), ("会计学", "管理学"))  # fmt: skip
_DEGREES = {"21": "学士", "14": "硕士"}
_STUDY_YEARS = {"14": 3, "21": 4, "31": 3, "61": 3}
_EMPLOYMENTS = ("示例市第一中学教师", "示例市人民医院护士", "江滨区税务局干部", "个体经营", "务农", "退休",
                "示例建设集团职员", "示例银行职员", "自由职业", "示例市公交公司驾驶员")  # fmt: skip


class Careers:
    """The career rows of `people`. `officer` in a row is a position in the list of people, `unit` one in the list of
    units. The rows are the same for the same people, day and seed; one sort is drawn at a time."""

    def __init__(self, people: Sequence[Person], units: Sequence[UnitPlan], *, day: dt.date, seed: str) -> None:
        self.people, self.units, self.day, self.seed = people, units, day, seed
        self.chance = Random(seed)
        self._by_style: dict[str, list[int]] = defaultdict(list)
        for number, unit in enumerate(units):
            self._by_style[unit.style].append(number)
        self._base = next((n for n, unit in enumerate(units) if unit.short_name == "人民警察训练基地"), 0)

    def _begin(self, what: str) -> None:
        """Chance starts anew for each sort of rows, so that they repeat in any order."""
        self.chance = Random(f"{self.seed}:{what}")

    # --- ranks and grades -----------------------------------------------------------------------------------------

    def ranks(self) -> Iterator[Row]:
        """Police ranks since the end of probation; auxiliaries have none."""
        self._begin("ranks")
        for number, person in enumerate(self.people):
            if person.auxiliary:
                continue
            rank = _FIRST_RANK.get(person.entry_education, 12)
            top = _TOP_RANK[person.slot.level]
            if person.slot.level == "L0" and age_on(person.birth, self.day) >= 46:
                top = 6
            since = add_years(person.police_since, PROBATION)
            while since <= self.day:
                yield {"officer": number, "rank": f"R{rank:02d}", "since": since}
                if rank <= top:
                    break
                since = add_years(since, RANK_YEARS[f"R{rank:02d}"] + self._delay(person, 0.9)) + dt.timedelta(days=2)
                rank -= 1

    def grades(self) -> Iterator[Row]:
        """Grades since the reform: those reached before it are written as of its day."""
        self._begin("grades")
        for number, person in enumerate(self.people):
            if person.auxiliary:
                continue
            steps = list(self._grade_steps(person))
            for place, (grade, since) in enumerate(steps):
                if place + 1 == len(steps) or steps[place + 1][1] > REFORM:
                    prefix = "T" if person.branch == "technology" and 6 <= grade <= 11 else "G"
                    yield {"officer": number, "grade": f"{prefix}{grade:02d}", "since": max(since, REFORM)}

    def _grade_steps(self, person: Person) -> Iterator[tuple[int, dt.date]]:
        grade = _FIRST_GRADE.get(person.entry_education, 12)
        top = _TOP_GRADE[person.slot.level]
        if person.slot.level == "L0" and age_on(person.birth, self.day) >= 50:
            top = 6
        since = add_years(person.police_since, PROBATION)
        while since <= self.day:
            yield grade, since
            if grade <= top:
                break
            pace = 4.5 if person.leading else 3.4
            term = GRADE_YEARS[f"G{grade:02d}"]
            earliest = add_years(max(since, REFORM), term)
            since = add_years(since, term + self._delay(person, pace))
            # the grade given by the reform is served for a full term of its own
            since = (since if since < REFORM - dt.timedelta(days=5) else max(since, earliest)) + dt.timedelta(days=2)
            grade -= 1

    def _delay(self, person: Person, longest: float) -> float:
        """Years served beyond the minimum term; leaders waited less."""
        return max(0.0, self.chance.uniform(-0.4, longest) * (0.3 if person.leading else 1.0))

    # --- postings -------------------------------------------------------------------------------------------------

    def postings(self) -> Iterator[Row]:
        """Two to five postings of each person, from the first day of service until now."""
        self._begin("postings")
        for number, person in enumerate(self.people):
            last_day = None
            for unit, post, level, starts_on in reversed(list(self._stations(person))):
                yield {"officer": number, "unit": unit, "post": post, "level": level, "starts_on": starts_on,
                       "ends_on": last_day}  # fmt: skip
                last_day = starts_on - dt.timedelta(days=1)

    def _stations(self, person: Person) -> Iterator[tuple[int, str, str, dt.date]]:
        """(unit, post, level, first day), the earliest first: ordinary posts, the way up, the present post."""
        steps = self._rise(person) if person.leading else []
        starts = person.police_since
        if person.leading:
            plain = 1
        else:
            yield self._base, "辅警（岗前培训）" if person.auxiliary else "见习民警", "L0", starts
            starts += dt.timedelta(days=INDUCTION_DAYS)
            long_enough = (self.day - starts).days > 3 * 365
            plain = self.chance.choice((0, 1) if person.auxiliary else (0, 1, 1, 2, 3)) if long_enough else 0
        free = (self.day - starts).days
        # how long the leading posts and the present one have been held, in years
        lengths = [*(self.chance.uniform(2.2, 5.0) for _step in steps), self.chance.uniform(0.3, 8.0)]
        held = min(sum(lengths) * 365, free * 0.75) if plain else free
        for index in range(plain):
            yield (*self._ordinary(person), "L0", starts + dt.timedelta(days=int(index * (free - held) / plain)))
        begun = free - held
        posts = [*reversed(steps), (person.unit, person.slot.post, person.slot.level)]
        for post, length in zip(posts, lengths, strict=True):
            yield (*post, starts + dt.timedelta(days=int(begun)))
            begun += held * length / sum(lengths)

    def _rise(self, person: Person) -> list[tuple[int, str, str]]:
        """The leading posts before the present one, the latest first, three at most."""
        steps: list[tuple[int, str, str]] = []
        for level, posts in _LADDER:
            if level > person.slot.level:
                style = self.chance.choice(list(posts))
                found = self._by_style.get(style) or [person.unit]
                steps.append((self.chance.choice(found), posts[style], level))
        return steps[:3]

    def _ordinary(self, person: Person) -> tuple[int, str]:
        unit = self.chance.randrange(len(self.units))
        if person.auxiliary:
            return unit, "勤务辅警"
        return unit, _EARLIER_POSTS.get(self.units[unit].branch, "民警")

    # --- the rest of the file -------------------------------------------------------------------------------------

    def educations(self) -> Iterator[Row]:
        """The course before joining, and the later one of those who studied on the job."""
        self._begin("educations")
        for number, person in enumerate(self.people):
            if person.patchy:
                continue
            # who came from the army studied there, beside the service
            ends = dt.date(person.police_since.year, 6, 30)
            yield self._course(number, person.entry_education, ends, full_time=person.work_since == person.police_since)
            if person.education != person.entry_education:
                later = min(add_years(ends, self.chance.uniform(4, 9)), self.day - dt.timedelta(days=200))
                yield self._course(number, person.education, later, full_time=False)

    def _course(self, number: int, level: str, ends_on: dt.date, *, full_time: bool) -> Row:
        major, field = self.chance.choice(_MAJORS)
        known = level in _DEGREES and (full_time or self.chance.random() < 0.4)
        return {
            "officer": number,
            "level": level,
            "degree": f"{field}{_DEGREES[level]}" if known else "",
            "school": self.chance.choice(_SCHOOLS[level]),
            "major": "" if level == "61" else major,
            "full_time": full_time,
            "starts_on": dt.date(ends_on.year - _STUDY_YEARS[level], 9, 1),
            "ends_on": ends_on,
        }

    def appraisals(self) -> Iterator[Row]:
        """The last three years; at most every fifth was excellent."""
        self._begin("appraisals")
        for number, person in enumerate(self.people):
            if person.patchy:
                continue
            for year in range(self.day.year - 3, self.day.year):
                if person.police_since.year > year:
                    continue
                yield {"officer": number, "year": year, "result": self._result(person, year)}

    def _result(self, person: Person, year: int) -> str:
        if person.police_since.year == year:
            return "N5"
        draw = self.chance.random()
        if person.course in {"grave_conduct", "punished", "careless"} and year == self.day.year - 1:
            return "N4" if draw < 0.01 else "N3" if draw < 0.07 else "N2"
        return "N1" if draw < 0.20 * min(1.4, person.zeal**0.5) * 0.85 else "N2"

    def qualifications(self) -> Iterator[Row]:
        """Law-enforcement levels of officers; driving licences and weapon cards of many."""
        self._begin("qualifications")
        for number, person in enumerate(self.people):
            served = (self.day - person.police_since).days / 365
            if not person.auxiliary and served > 1.2:
                yield self._gained(number, person, "law_basic", 1.0)
                if served > 6 and self.chance.random() < 0.45:
                    yield self._gained(number, person, "law_middle", self.chance.uniform(4, min(served - 1, 9)))
            if self.chance.random() < 0.35:
                yield self._gained(number, person, "driving", min(0.2, served / 2))

    def _gained(self, number: int, person: Person, kind: str, years: float) -> Row:
        return {
            "officer": number,
            "kind": kind,
            "number": f"YS{self.chance.randrange(10**8):08d}",
            "gained_on": add_years(person.police_since, years),
        }

    def family(self) -> Iterator[Row]:
        """Parents, spouse and children of about four in ten officers and two in ten auxiliaries."""
        self._begin("family")
        for number, person in enumerate(self.people):
            if self.chance.random() > (0.2 if person.auxiliary else 0.42):
                continue
            age = age_on(person.birth, self.day)
            yield self._relative(number, "51", person.birth.year - self.chance.randint(22, 32), "M", person.name[0])
            yield self._relative(number, "52", person.birth.year - self.chance.randint(20, 29), "F", "")
            if age >= 28 and self.chance.random() < 0.85:
                other = "F" if person.sex == "M" else "M"
                yield self._relative(number, "10", person.birth.year + self.chance.randint(-3, 3), other, "")
                if age >= 31 and self.chance.random() < 0.8:
                    sex = self.chance.choice("MF")
                    born = min(self.day.year - 1, person.birth.year + self.chance.randint(26, 31))
                    yield self._relative(number, "20" if sex == "M" else "30", born, sex, person.name[0])

    def _relative(self, number: int, relation: str, born: int, sex: str, surname: str) -> Row:
        age = self.day.year - born
        working = "在校学生" if age < 22 else "退休" if age > 62 else self.chance.choice(_EMPLOYMENTS)
        return {
            "officer": number,
            "relation": relation,
            "name": person_name(self.chance, sex=sex, birth_year=born, surname=surname),
            "birth_month": dt.date(born, self.chance.randint(1, 12), 1),
            "political_status": "13" if age < 18 or self.chance.random() < 0.75 else "01",
            "employment": working,
            "deceased": relation in {"51", "52"} and self.chance.random() < max(0.0, (age - 62) * 0.018),
        }
