"""What every dossier has: an appraisal for each year, a picture, a family that fits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from roster.engine.checks.facts import Appraisal, Dossier, Relative
from roster.engine.checks.rules import Finding, Place, Rules, iso
from roster.engine.months import months_between

# first digits of GB/T 2261.2: 20 married, 21 first, 22 second marriage …
SINGLE, MARRIED, WIDOWED = "1", "2", "3"
SPOUSE, CHILDREN, PARENTS = "10", frozenset({"20", "30"}), frozenset({"51", "52"})


def appraisals(dossier: Dossier, rules: Rules) -> Iterator[Finding]:
    """One a year for officers, for the years served in full; none outside the years of work."""
    person = dossier.person
    by_year: dict[int, list[Appraisal]] = defaultdict(list)
    for row in dossier.appraisals:
        if not row.period:
            by_year[row.year].append(row)
    for year, rows in sorted(by_year.items()):
        first, other = rows[0], next((row for row in rows if row.result != rows[0].result), None)
        if other is not None:
            yield Finding("appraisal_twice", _result(first), _result(other), {"year": year})
        yield from _outside(first, dossier)
    if person.police_since is None or not person.serves or rules.persons.get(person.staffing) != "officer":
        return
    last = dossier.as_of.year - (1 if dossier.as_of.month >= rules.limits["appraisal_due_month"] else 2)
    since = Place("officer", person.pk, "police_since", iso(person.police_since))
    for year in range(max(person.police_since.year + 1, last - rules.limits["appraisal_years"] + 1), last + 1):
        if year not in by_year:
            yield Finding("appraisal_missing", Place("appraisal", None, "year", str(year)), since, {"year": year})


def _outside(row: Appraisal, dossier: Dossier) -> Iterator[Finding]:
    person = dossier.person
    place = Place("appraisal", row.pk, "year", str(row.year))
    began = person.work_started_on or person.police_since
    if began is not None and row.year < began.year:
        name = "work_started_on" if person.work_started_on is not None else "police_since"
        yield Finding("appraisal_outside", place, Place("officer", person.pk, name, iso(began)), {"year": row.year})
    elif person.left_on is not None and not person.serves and row.year > person.left_on.year:
        left = Place("officer", person.pk, "left_on", iso(person.left_on))
        yield Finding("appraisal_outside", place, left, {"year": row.year})


def _result(row: Appraisal) -> Place:
    return Place("appraisal", row.pk, "result", row.result)


def photo(dossier: Dossier, rules: Rules) -> Iterator[Finding]:
    person = dossier.person
    if rules.photos and person.serves and not person.has_photo:
        status = Place("officer", person.pk, "status", person.status)
        yield Finding("photo_missing", Place("officerphoto", None, "file", ""), status)


def family(dossier: Dossier, rules: Rules) -> Iterator[Finding]:
    """Where members are recorded at all: the spouse of who is married, and ages that can be."""
    if not dossier.family:
        return
    person = dossier.person
    state = person.marriage[:1]
    marriage = Place("officer", person.pk, "marriage", person.marriage)
    spouses = [row for row in dossier.family if row.relation == SPOUSE]
    living = [row for row in spouses if not row.deceased]
    if state == MARRIED and not spouses:
        yield Finding("spouse_missing", marriage, Place("familymember", None, "relation", SPOUSE))
    elif state == MARRIED and not living:
        yield Finding("spouse_deceased", marriage, _member(spouses[0], "deceased"))
    elif state in {SINGLE, WIDOWED} and living:
        yield Finding("spouse_unexpected", marriage, _member(living[0], "relation"))
    if len(living) > 1:
        yield Finding("spouse_two", _member(living[0], "relation"), _member(living[1], "relation"))
    if person.birth is None:
        return
    born = Place("officer", person.pk, "birth_date", iso(person.birth))
    for row in dossier.family:
        if row.birth is None:
            continue
        older = (
            months_between(row.birth, person.birth)
            if row.relation in PARENTS
            else months_between(person.birth, row.birth)
        )
        code = "parent_age" if row.relation in PARENTS else "child_age" if row.relation in CHILDREN else ""
        if code and older < rules.limits["parent_years"] * 12:
            yield Finding(code, born, _member(row, "birth_month"), {"least": rules.limits["parent_years"]})


def _member(row: Relative, name: str) -> Place:
    value = iso(row.birth) if name == "birth_month" else str(getattr(row, name))
    return Place("familymember", row.pk, name, value, str(row.pk) if name == "relation" else "")
