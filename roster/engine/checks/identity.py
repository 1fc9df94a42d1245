"""年龄 and the identity beneath it: the ID number against birth, sex and area; retirement."""

from __future__ import annotations

from collections.abc import Iterator

from roster.engine.checks.facts import Dossier, IdCard, Person
from roster.engine.checks.rules import Finding, Place, Rules, iso, month_of
from roster.engine.months import add_months, months_between
from roster.engine.retirement import retirement_of


def identity(dossier: Dossier, rules: Rules) -> Iterator[Finding]:
    person, card = dossier.person, dossier.person.id_card
    if card is None:
        return
    if card.fault:
        wrong = _card(person, card, card.last if card.fault == "check_digit" else card.fault)
        right = Place("officer", person.pk, "birth_date", iso(person.birth))
        if card.expected:
            right = _card(person, card, card.expected)
        yield Finding("id_number_fault", wrong, right, {"fault": card.fault, "expected": card.expected})
        return
    if card.area[:2] not in rules.provinces:
        place = Place("officer", person.pk, "birthplace", person.birthplace)
        yield Finding("id_area", _card(person, card, card.area), place, {"area": card.area})
    if person.sex and card.sex != person.sex:
        yield Finding("sex_vs_id", Place("officer", person.pk, "sex", person.sex), _card(person, card, card.sex))
    yield from _birth(person, card)


def _birth(person: Person, card: IdCard) -> Iterator[Finding]:
    born, said = person.birth, card.birth
    if born is None or said is None:
        return
    places = Place("officer", person.pk, "birth_date", iso(born)), _card(person, card, iso(said))
    if born.year != said.year or (person.birth_precision != "year" and born.month != said.month):
        yield Finding("birth_vs_id", *places)
    elif person.birth_precision == "day" and born.day != said.day:
        yield Finding("birth_day_vs_id", *places)


def _card(person: Person, card: IdCard, value: str) -> Place:
    return Place("officer", person.pk, "id_number", value, card.digest)


def leaving(dossier: Dossier, rules: Rules) -> Iterator[Finding]:
    """The state of service against the day of leaving and the age of retirement."""
    person = dossier.person
    status = Place("officer", person.pk, "status", person.status)
    left = Place("officer", person.pk, "left_on", iso(person.left_on))
    if person.serves and person.left_on is not None and person.left_on <= dossier.as_of:
        yield Finding("status_left", status, left)
    if not person.serves and person.left_on is None:
        yield Finding("left_missing", status, left)
    due = retirement_of(person.birth, person.sex, person.staffing)
    if due is None or person.birth is None:
        return
    born = Place("officer", person.pk, "birth_date", iso(person.birth))
    params: dict[str, str | int] = {"on": iso(due.on)}
    if person.serves and person.staffing != "rehired" and due.on < dossier.as_of and person.left_on is None:
        yield Finding("retirement_passed", born, status, params)
    if person.status == "retired" and person.left_on is not None and person.police_since is not None:
        early = add_months(due.on, -due.later - rules.limits["early_retirement_months"])
        served = months_between(person.police_since, person.left_on)
        if person.left_on < early and served < rules.limits["early_retirement_service"]:
            yield Finding("retired_early", left, born, params)


def service(dossier: Dossier, rules: Rules) -> Iterator[Finding]:
    """工龄: start of work against birth, police service against start of work, facts against both."""
    person = dossier.person
    born = Place("officer", person.pk, "birth_date", iso(person.birth))
    work = Place("officer", person.pk, "work_started_on", iso(person.work_started_on))
    police = Place("officer", person.pk, "police_since", iso(person.police_since))
    if person.birth is not None:
        for code, day, place in (
            ("work_age", person.work_started_on, work),
            ("police_age", person.police_since, police),
        ):
            if day is not None and months_between(person.birth, day) < rules.limits[code] * 12:
                age = max(0, months_between(person.birth, day) // 12)
                yield Finding(code, born, place, {"age": age, "least": rules.limits[code]})
    if person.police_since is None:
        return
    if person.work_started_on is not None and month_of(person.police_since) < month_of(person.work_started_on):
        yield Finding("police_before_work", police, work)
    early = [row for row in dossier.postings if month_of(row.starts_on) < month_of(person.police_since)]
    if early:
        yield Finding(
            "posting_before_police", Place("posting", early[0].pk, "starts_on", iso(early[0].starts_on)), police
        )
    ranks = [row for row in dossier.ranks if month_of(row.since) < month_of(person.police_since)]
    if ranks:
        yield Finding("rank_before_police", Place("rankrecord", ranks[0].pk, "since", iso(ranks[0].since)), police)


PARTY, PROBATION, LEAGUE = "01", "02", "03"
OUTSIDE_PARTIES = frozenset({"03", "12", "13"})


def party(dossier: Dossier, rules: Rules) -> Iterator[Finding]:
    """党龄: the day of joining against birth and political status (GB/T 4762)."""
    person, limits = dossier.person, rules.limits
    status = Place("officer", person.pk, "political_status", person.political_status)
    joined = Place("officer", person.pk, "party_joined_on", iso(person.party_joined_on))
    born = Place("officer", person.pk, "birth_date", iso(person.birth))
    since = person.party_joined_on
    if since is None:
        if person.political_status in {PARTY, PROBATION}:
            yield Finding("party_date_missing", status, joined)
    else:
        if person.birth is not None and months_between(person.birth, since) < limits["party_age"] * 12:
            age = max(0, months_between(person.birth, since) // 12)
            yield Finding("party_age", born, joined, {"age": age, "least": limits["party_age"]})
        if person.political_status in OUTSIDE_PARTIES:
            yield Finding("party_date_unexpected", status, joined)
        passed = months_between(since, dossier.as_of)
        if person.political_status == PROBATION and passed > limits["probation_longest"]:
            yield Finding("probation_long", status, joined, {"longest": limits["probation_longest"]})
        if person.political_status == PARTY and passed < limits["probation_shortest"]:
            yield Finding("probation_short", status, joined, {"shortest": limits["probation_shortest"]})
    oldest = limits["league_age"] * 12 + 11
    if (
        person.political_status == LEAGUE
        and person.birth is not None
        and months_between(person.birth, dossier.as_of) > oldest
    ):
        yield Finding("league_age", status, born, {"most": limits["league_age"]})
