"""What the checks of one dossier are given: its facts as plain values, of whatever store they came from."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

SERVING = frozenset({"serving", "seconded"})


@dataclass(frozen=True, slots=True)
class IdCard:
    """What an ID number says. `fault` is why it says nothing (empty where it is sound): length, characters, birth or
    check_digit, the last with the digit `expected`. `digest` stands for the whole number, which stays outside."""

    digest: str
    fault: str = ""
    expected: str = ""
    last: str = ""
    birth: dt.date | None = None
    sex: str = ""
    area: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """The identity. Codes are those of the code tables; `birth_precision` is day, month or year; `id_card` None
    where no number is held."""

    pk: int
    sex: str = ""
    birth: dt.date | None = None
    birth_precision: str = "day"
    id_card: IdCard | None = None
    birthplace: str = ""
    political_status: str = ""
    party_joined_on: dt.date | None = None
    work_started_on: dt.date | None = None
    police_since: dt.date | None = None
    left_on: dt.date | None = None
    status: str = "serving"
    staffing: str = ""
    education: str = ""
    marriage: str = ""
    has_photo: bool = True

    @property
    def serves(self) -> bool:
        return self.status in SERVING


@dataclass(frozen=True, slots=True)
class Posting:
    pk: int
    unit_id: int
    unit: str
    post: str
    level: str
    main: bool
    starts_on: dt.date
    ends_on: dt.date | None
    unit_closed_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """A police rank or a grade: its code and since when. `kind` is what is noted of the conferment."""

    pk: int
    code: str
    since: dt.date
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Course:
    """A course of study with its degree (a code of the table, or words)."""

    pk: int
    level: str
    degree: str = ""
    school: str = ""
    full_time: bool = True
    starts_on: dt.date | None = None
    ends_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Appraisal:
    """`period` is empty for that of the whole year."""

    pk: int
    year: int
    period: str
    result: str


@dataclass(frozen=True, slots=True)
class Relative:
    pk: int
    relation: str
    birth: dt.date | None = None
    deceased: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the resume; `within` is the line during which it happened (其间)."""

    pk: int
    starts_on: dt.date
    ends_on: dt.date | None
    text: str
    within: int | None = None


@dataclass(frozen=True, slots=True)
class Dossier:
    """All that is checked of one officer on the day `as_of`; sorts of facts in the order of their days."""

    person: Person
    as_of: dt.date
    postings: tuple[Posting, ...] = ()
    ranks: tuple[Step, ...] = ()
    grades: tuple[Step, ...] = ()
    courses: tuple[Course, ...] = ()
    appraisals: tuple[Appraisal, ...] = ()
    family: tuple[Relative, ...] = ()
    resume: tuple[Line, ...] = ()

    @property
    def present_post(self) -> Posting | None:
        """The main posting that is open today; of several the one that began last."""
        open_ones = [
            row
            for row in self.postings
            if row.main and row.starts_on <= self.as_of and (row.ends_on is None or row.ends_on >= self.as_of)
        ]
        return open_ones[-1] if open_ones else None
