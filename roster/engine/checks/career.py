"""干部身份: ranks and grades in order and in their terms, the band of the post, the staffing type."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise

from roster.engine.checks.facts import Dossier, Step
from roster.engine.checks.rules import Finding, Place, Rules, Term, iso
from roster.engine.months import months_between

RANK, GRADE = ("rank", "rankrecord", "rank"), ("grade", "graderecord", "grade")
# words of a conferment that explain an order or a term of its own
DEMOTED, EARLY = ("降", "demot"), ("提前", "立功", "越级", "early")
NO_RANKS = frozenset({"auxiliary", "civilian", "cadet"})


def ranks(dossier: Dossier, rules: Rules) -> Iterator[Finding]:
    yield from _steps(dossier.ranks, rules.ranks, RANK)
    yield from _band(dossier, rules)


def grades(dossier: Dossier, rules: Rules) -> Iterator[Finding]:
    yield from _steps(dossier.grades, rules.grades, GRADE)


def _steps(steps: tuple[Step, ...], terms: Mapping[str, Term], names: tuple[str, str, str]) -> Iterator[Finding]:
    prefix, model, field = names
    for step in steps:
        if step.code not in terms:
            place = Place(model, step.pk, field, step.code)
            yield Finding(f"{prefix}_unknown", place, Place(model, step.pk, "since", iso(step.since)))
    known = [step for step in steps if step.code in terms]
    for before, after in pairwise(known):
        if terms[before.code].sequence == terms[after.code].sequence:
            yield from _step(before, after, terms, names)


def _step(before: Step, after: Step, terms: Mapping[str, Term], names: tuple[str, str, str]) -> Iterator[Finding]:
    """Each step is one up in its sequence, and no sooner than the term of the one before."""
    prefix, model, field = names
    up = terms[before.code].place - terms[after.code].place
    codes = Place(model, before.pk, field, before.code), Place(model, after.pk, field, after.code)
    term, served = terms[before.code].months, months_between(before.since, after.since)
    if up <= 0:
        if not _says(after, DEMOTED):
            yield Finding(f"{prefix}_order", *codes, {"since": iso(after.since)})
    elif _says(after, EARLY):
        return
    elif up > 1:
        yield Finding(f"{prefix}_skip", *codes, {"steps": up})
    elif term is not None and served < term:
        days = Place(model, before.pk, "since", iso(before.since)), Place(model, after.pk, "since", iso(after.since))
        yield Finding(f"{prefix}_term", *days, {"code": before.code, "served": served, "term": term})


def _says(step: Step, words: tuple[str, ...]) -> bool:
    return any(word in step.kind.lower() for word in words)


def _band(dossier: Dossier, rules: Rules) -> Iterator[Finding]:
    """The rank held lies in the band of the post's level, or of the technical grade."""
    held = [step for step in dossier.ranks if step.since <= dossier.as_of and step.code in rules.ranks]
    present = dossier.present_post
    if not held or present is None or not dossier.person.serves:
        return
    rank = held[-1]
    place = Place("posting", present.pk, "level", present.level)
    band = rules.bands.get(present.level)
    if band is None:
        now = [step for step in dossier.grades if step.since <= dossier.as_of]
        band = rules.bands.get(now[-1].code) if now else None
        if band is None:
            return
        place = Place("graderecord", now[-1].pk, "grade", now[-1].code)
    if not band[0] <= rules.ranks[rank.code].place <= band[1]:
        codes = {term.place: code for code, term in rules.ranks.items()}
        params: dict[str, str | int] = {"highest": codes[band[0]], "lowest": codes[band[1]]}
        yield Finding("rank_band", Place("rankrecord", rank.pk, "rank", rank.code), place, params)


def staffing(dossier: Dossier, rules: Rules) -> Iterator[Finding]:
    """Who has a rank, a grade or a leading post, and who cannot."""
    person = dossier.person
    kind = rules.persons.get(person.staffing)
    if kind is None:
        return
    place = Place("officer", person.pk, "staffing", person.staffing)
    if kind in NO_RANKS:
        if dossier.ranks and person.staffing != "rehired":
            yield Finding(
                "staffing_rank", place, Place("rankrecord", dossier.ranks[-1].pk, "rank", dossier.ranks[-1].code)
            )
        if kind == "auxiliary" and dossier.grades:
            last = dossier.grades[-1]
            yield Finding("staffing_grade", place, Place("graderecord", last.pk, "grade", last.code))
        present = dossier.present_post
        if kind == "auxiliary" and present is not None and present.level not in {"", "L0"}:
            yield Finding("staffing_post", place, Place("posting", present.pk, "level", present.level))
    elif kind == "officer" and person.serves and not dossier.ranks and person.police_since is not None:
        served = months_between(person.police_since, dossier.as_of)
        if person.staffing == "police" and served > rules.limits["rank_due_months"]:
            since = Place("officer", person.pk, "police_since", iso(person.police_since))
            yield Finding("rank_missing", since, Place("rankrecord", None, "rank", ""), {"months": served // 12 * 12})
