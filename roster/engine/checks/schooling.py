"""学历: courses against each other, against their school and degree, against age, work and resume."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from roster.engine.checks.facts import Course, Dossier
from roster.engine.checks.resume import mentions_study, overlap_months
from roster.engine.checks.rules import Finding, Place, Rules, iso
from roster.engine.months import months_between

# places of the degrees, and the words and codes they are written with
DEGREES = {"博士": 1, "硕士": 2, "学士": 3, "2": 1, "3": 2, "4": 3}
DOCTORATE, MASTERS, UNIVERSITY = "11", "14", "21"
# degrees that go with a level of education
FITTING = {DOCTORATE: {1}, MASTERS: {2}, UNIVERSITY: {3}}


def schooling(dossier: Dossier, rules: Rules) -> Iterator[Finding]:
    for course in dossier.courses:
        if course.starts_on is not None and course.ends_on is not None and course.ends_on < course.starts_on:
            yield Finding("education_dates", _at(course, "starts_on"), _at(course, "ends_on"))
            continue
        yield from _degree(course)
        yield from _school(course, rules)
        if course.full_time:
            yield from _against_life(course, dossier, rules)
    full_time = [course for course in dossier.courses if course.full_time and _dated(course)]
    for first, second in combinations(full_time, 2):
        months = overlap_months(first.starts_on, first.ends_on, second.starts_on, second.ends_on, dossier.as_of)
        if months > rules.limits["education_overlap_months"]:
            yield Finding("education_overlap", _at(first, "ends_on"), _at(second, "starts_on"), {"months": months})
    yield from _highest(dossier, rules)


def degree_place(text: str) -> int | None:
    """1 doctor, 2 master, 3 bachelor; None without a degree. Takes codes and words."""
    if text in DEGREES:
        return DEGREES[text]
    return next((place for word, place in DEGREES.items() if len(word) > 1 and word in text), None)


def _degree(course: Course) -> Iterator[Finding]:
    held = degree_place(course.degree)
    if held is None:
        return
    fitting = FITTING.get(course.level, set())
    # a master's degree on an equivalent record comes to people with a university education, in service
    if not course.full_time and course.level == UNIVERSITY:
        fitting = {2, 3}
    if held not in fitting:
        yield Finding("degree_level", _at(course, "degree"), _at(course, "level"))


def _school(course: Course, rules: Rules) -> Iterator[Finding]:
    place = rules.education.get(course.level)
    for word, highest in rules.schools.items():
        if word in course.school and place is not None and place < rules.education[highest]:
            yield Finding("school_level", _at(course, "school"), _at(course, "level"), {"word": word})
            return


def _against_life(course: Course, dossier: Dossier, rules: Rules) -> Iterator[Finding]:
    person = dossier.person
    least = rules.graduates.get(course.level)
    if course.ends_on is None:
        return
    if least is not None and person.birth is not None:
        months = months_between(person.birth, course.ends_on)
        if months < least * 12:
            born = Place("officer", person.pk, "birth_date", iso(person.birth))
            params = {"age": max(0, months // 12), "least": least}
            yield Finding("education_age", _at(course, "ends_on"), born, params)
    if course.starts_on is None:
        return
    if person.work_started_on is not None:
        months = overlap_months(course.starts_on, course.ends_on, person.work_started_on, None, dossier.as_of)
        if months > rules.limits["education_work_months"]:
            work = Place("officer", person.pk, "work_started_on", iso(person.work_started_on))
            yield Finding("education_work", _at(course, "ends_on"), work, {"months": months})
    overlapped = [
        line
        for line in dossier.resume
        if overlap_months(course.starts_on, course.ends_on, line.starts_on, line.ends_on, dossier.as_of)
        >= rules.limits["education_resume_months"]
    ]
    if overlapped and not any(mentions_study(line.text, course.school) for line in overlapped):
        line = overlapped[0]
        yield Finding("education_resume", _at(course, "school"), Place("resumeline", line.pk, "text", line.text))


def _highest(dossier: Dossier, rules: Rules) -> Iterator[Finding]:
    person = dossier.person
    done = [
        course
        for course in dossier.courses
        if course.level in rules.education and (course.ends_on is None or course.ends_on <= dossier.as_of)
    ]
    if not done or person.education not in rules.education:
        return
    best = min(done, key=lambda course: rules.education[course.level])
    if best.level != person.education:
        yield Finding(
            "education_highest", Place("officer", person.pk, "education", person.education), _at(best, "level")
        )


def _dated(course: Course) -> bool:
    return course.starts_on is not None and course.ends_on is not None and course.starts_on <= course.ends_on


def _at(course: Course, name: str) -> Place:
    value = getattr(course, name)
    return Place("education", course.pk, name, value if isinstance(value, str) else iso(value))
