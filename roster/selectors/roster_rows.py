"""The rows of a roster on paper: months as 1985.03, names of two characters spaced, blank where nothing is held."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from police_hr.core.dates import age_on
from police_hr.core.i18n import is_chinese, pick
from roster.counting import counting
from roster.models import Appraisal, Education, Officer, Posting, Unit
from roster.selectors import codes
from roster.selectors.officer_columns import Words
from roster.selectors.rosters import Roster
from roster.selectors.units import NO_LEVEL

APPRAISED_YEARS = 3


@dataclass(frozen=True)
class PaperWords:
    """What the rows need besides the officers, read once for a whole roster."""

    base: Words
    # with the units above but for the bureau itself: 江滨分局望江派出所
    units: Mapping[int, str]
    ethnicity: Mapping[str, str]
    degrees: Mapping[str, str]
    appraisals: Mapping[str, str]
    level_places: Mapping[str, int]
    school_places: Mapping[str, int]

    @classmethod
    def read(cls) -> PaperWords:
        """Two queries at most: the units, and the code tables where they are not cached."""
        units = list(Unit.objects.order_by("path"))
        return cls(
            base=Words.read({unit.pk: unit.label for unit in units}),
            units=_full_names(units),
            ethnicity=codes.labels("ethnicity"),
            degrees=codes.labels("degree"),
            appraisals=codes.labels("annual_appraisal"),
            level_places={entry.code: entry.order for entry in codes.entries("leadership_level")},
            school_places={entry.code: entry.order for entry in codes.entries("education")},
        )


@dataclass(frozen=True)
class PaperRow:
    """What a cell may be made of: the officer, its place on the list, and what belongs to it elsewhere.

    `courses` are the highest first; `level_since` is the day since which the present level is held; `proposed` is what
    was filled in for this officer on the page of the roster.
    """

    number: int
    officer: Officer
    words: PaperWords
    courses: Sequence[Education] = ()
    level_since: dt.date | None = None
    appraisals: Sequence[tuple[int, str]] = ()
    proposed: Mapping[str, str] = field(default_factory=dict)


def rows_of(
    roster: Roster,
    officers: Sequence[Officer],
    words: PaperWords,
    *,
    first: int = 1,
    proposed: Mapping[str, Mapping[str, str]] | None = None,
) -> list[list[str]]:
    """One list of texts an officer, a text for each column of `roster`; numbered from `first` on.

    At most three queries, however many officers; only what the roster's columns need is read.
    """
    ids = [officer.pk for officer in officers]
    courses = _courses(ids, words) if roster.has("schooling", "school") else {}
    levels = _level_since(officers, words) if roster.has("level_since") else {}
    appraised = _appraisals(ids, words) if roster.has("appraisals") else {}
    writers = [VALUES[column.code] for column in roster.columns]
    rows = []
    for number, officer in enumerate(officers, first):
        row = PaperRow(
            number,
            officer,
            words,
            courses.get(officer.pk, ()),
            levels.get(officer.pk),
            appraised.get(officer.pk, ()),
            (proposed or {}).get(str(officer.pk), {}),
        )
        rows.append([write(row) for write in writers])
    return rows


def _full_names(units: Sequence[Unit]) -> dict[int, str]:
    """Every unit's name behind those above it; `units` come with parents before children."""
    names: dict[str, str] = {}
    found: dict[int, str] = {}
    divider = "" if is_chinese() else " · "
    for unit in units:
        above = names.get(unit.path[: -Unit.steplen], "")
        name = unit.label if not above or unit.label.startswith(above) else above + divider + unit.label
        found[unit.pk] = name
        names[unit.path] = "" if unit.depth == 1 else name
    return found


def month(day: dt.date | None) -> str:
    """1985.03, as papers write it; blank where there is none."""
    return f"{day.year}.{day.month:02d}" if day else ""


def _courses(ids: Sequence[int], words: PaperWords) -> dict[int, list[Education]]:
    """The courses of each officer, the highest level first; of two of a level the full-time one."""
    found: dict[int, list[Education]] = {}
    for course in counting(Education.objects.filter(officer__in=ids)).order_by():
        found.setdefault(course.officer_id, []).append(course)
    lowest = len(words.school_places) + 1
    for courses in found.values():
        courses.sort(key=lambda c: (words.school_places.get(c.level, lowest), not c.full_time, -(c.pk or 0)))
    return found


def _level_since(officers: Sequence[Officer], words: PaperWords) -> dict[int, dt.date]:
    """Since when each holds their present level: of a leader the first of the unbroken line of main postings at this
    level or above (任同职务层次), of everybody else the day of the grade."""
    leaders = {officer.pk: officer for officer in officers if officer.post_level not in ("", NO_LEVEL)}
    found = {o.pk: o.grade_since for o in officers if o.pk not in leaders and o.grade_since is not None}
    runs: dict[int, list[tuple[dt.date, str]]] = {}
    postings = counting(Posting.objects.filter(officer__in=leaders, main=True, starts_on__lte=words.base.on))
    for officer_id, day, level in postings.order_by("starts_on", "pk").values_list("officer_id", "starts_on", "level"):
        runs.setdefault(officer_id, []).append((day, level))
    for pk, run in runs.items():
        place = words.level_places.get(leaders[pk].post_level, 0)
        since = leaders[pk].post_since
        for day, level in reversed(run):
            if level in ("", NO_LEVEL) or words.level_places.get(level, 999) > place:
                break
            since = min(day, since or day)
        if since is not None:
            found[pk] = since
    return found


def _appraisals(ids: Sequence[int], words: PaperWords) -> dict[int, list[tuple[int, str]]]:
    """The yearly results of the last three years that have ended, the newest first."""
    year = words.base.on.year
    rows = counting(
        Appraisal.objects.filter(officer__in=ids, period="", year__range=(year - APPRAISED_YEARS, year - 1))
    )
    found: dict[int, list[tuple[int, str]]] = {}
    for officer_id, when, result in rows.order_by("-year", "-pk").values_list("officer_id", "year", "result"):
        found.setdefault(officer_id, []).append((when, words.appraisals.get(result, result)))
    return found


# --- cells ---------------------------------------------------------------------------------------------------
def _born(row: PaperRow) -> str:
    day = row.officer.birth_date
    if day is None:
        return ""
    return str(day.year) if row.officer.birth_precision == Officer.Precision.YEAR else month(day)


def _age(row: PaperRow) -> str:
    return str(age_on(row.officer.birth_date, row.words.base.on)) if row.officer.birth_date else ""


def _party_joined(row: PaperRow) -> str:
    """The month for members of the Party; of other parties their name, with the month; blank for others."""
    code = row.officer.political_status
    joined = month(row.officer.party_joined_on)
    if code in COMMUNISTS:
        return joined
    return "\n".join(filter(None, [row.words.base.party.get(code, ""), joined])) if code in OTHER_PARTIES else ""


COMMUNISTS = ("01", "02")
OTHER_PARTIES = tuple(f"{number:02d}" for number in range(4, 12))


def _schooling(row: PaperRow) -> str:
    level = row.courses[0].level if row.courses else row.officer.education
    label = row.words.base.education.get(level, level)
    degree = next((course.degree for course in row.courses if course.degree), "")
    return "\n".join(filter(None, [label, row.words.degrees.get(degree, degree)]))


def _school(row: PaperRow) -> str:
    return f"{row.courses[0].school}{row.courses[0].major}" if row.courses else ""


def _present_post(row: PaperRow) -> str:
    """Unit, post and grade in one, as on the appointment form: 某分局黎明派出所所长、二级警长."""
    unit = row.words.units.get(row.officer.unit_id or 0, "")
    gap = "" if is_chinese() else " "
    grade = row.words.base.grades.get(row.officer.grade, row.officer.grade)
    return pick("、", ", ").join(filter(None, [gap.join(filter(None, [unit, row.officer.post])), grade]))


def _remark(row: PaperRow) -> str:
    if row.officer.status != Officer.Status.SERVING:
        return str(row.officer.get_status_display())
    return ""


def _filled_in(name: str) -> Callable[[PaperRow], str]:
    return lambda row: row.proposed.get(name, "")


VALUES: Mapping[str, Callable[[PaperRow], str]] = {
    "number": lambda r: str(r.number),
    "name": lambda r: r.officer.label,
    "badge": lambda r: r.officer.badge_no,
    "sex": lambda r: str(r.officer.get_sex_display()),
    "born": _born,
    "age": _age,
    "ethnicity": lambda r: r.words.ethnicity.get(r.officer.ethnicity, r.officer.ethnicity),
    "native_place": lambda r: r.officer.native_place,
    "party": lambda r: r.words.base.party.get(r.officer.political_status, r.officer.political_status),
    "party_joined": _party_joined,
    "work_started": lambda r: month(r.officer.work_started_on),
    "police_since": lambda r: month(r.officer.police_since),
    "schooling": _schooling,
    "school": _school,
    "unit": lambda r: r.words.units.get(r.officer.unit_id or 0, ""),
    "present_post": _present_post,
    "post": lambda r: r.officer.post,
    "in_post": lambda r: month(r.officer.post_since),
    "level_since": lambda r: month(r.level_since),
    "rank": lambda r: r.words.base.ranks.get(r.officer.rank, r.officer.rank),
    "rank_since": lambda r: month(r.officer.rank_since),
    "grade": lambda r: r.words.base.grades.get(r.officer.grade, r.officer.grade),
    "grade_since": lambda r: month(r.officer.grade_since),
    "staffing": lambda r: r.words.base.staffing.get(r.officer.staffing, r.officer.staffing),
    "branch": lambda r: r.words.base.branches.get(r.officer.branch, r.officer.branch),
    "speciality": lambda r: r.officer.speciality,
    "appraisals": lambda r: "\n".join(f"{year} {result}" for year, result in r.appraisals),
    "remark": _remark,
    "proposed_unit": _filled_in("proposed_unit"),
    "proposed_post": _filled_in("proposed_post"),
    "removed_post": _filled_in("removed_post"),
    "grounds": _filled_in("grounds"),
}
