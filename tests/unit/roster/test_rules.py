"""The query builder's conditions find whom a plain reading in Python finds; who may not ask learns nothing."""

from __future__ import annotations

import datetime as dt
import random

import pytest
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone

from police_hr.core.access import Viewer, viewer_for
from police_hr.core.dates import age_on
from roster.access import grant_role
from roster.forms.officer_filter import read_query
from roster.models import Appraisal, KeptRules, LedgerEntry, Officer
from roster.selectors import codes
from roster.selectors.officer_list import OfficerQuery, narrowed
from roster.selectors.rule_fields import FIELDS, RuleFault, fact_kinds
from roster.selectors.rule_words import rule_words, whole_words
from roster.selectors.rules import Rules, made, read_rule, read_rules
from roster.selectors.shipped_filters import shipped_filters
from roster.services import rules as services
from roster.services.careers import add_appraisals
from roster.services.ledger import record_entry, void_entry
from tests.factories.cast import cast
from tests.factories.force import facts, officers

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("defaults")]
TODAY = timezone.localdate()
PAST = dt.date(TODAY.year - 1, 6, 1)


@pytest.fixture
def force():
    """Forty officers of two branches with invented columns, appraisals, awards and sanctions; always the same."""
    found, chance = cast(), random.Random(11)
    people = officers(20, found.branch_a, first=11) + officers(20, found.branch_b, first=51)
    days = [None, *(TODAY - dt.timedelta(days=chance.randrange(400, 15_000)) for _number in range(9))]
    for officer in people:
        Officer.objects.filter(pk=officer.pk).update(
            birth_date=chance.choice(days),
            post_since=chance.choice(days),
            grade_since=chance.choice(days),
            sex=chance.choice(["M", "F", ""]),
            rank=chance.choice(["R05", "R06", "R07", "R08", ""]),
            grade=chance.choice(["G07", "G08", "T03", "T05", ""]),
            post_level=chance.choice(["L6", "L7", "L0", ""]),
            education=chance.choice(["11", "21", "31", ""]),
            post=chance.choice(["所长", "民警", ""]),
        )
    add_appraisals(
        rows=[
            {
                "officer_id": o.pk,
                "year": TODAY.year - chance.randrange(1, 5),
                "result": chance.choice(["N1", "N2", "N3"]),
            }
            for o in people
        ],
        by=None,
    )
    rows = []
    for officer in people:
        for _number in range(chance.randrange(3)):
            day = TODAY - dt.timedelta(days=chance.randrange(1, 4_000))
            rows.append(
                {"officer_id": officer.pk, "kind": "AWARD", "occurred_on": day,
                 "payload": {"grade": chance.choice(["A1", "A2", "A3"])}}
            )  # fmt: skip
        if chance.random() < 0.4:
            day = TODAY - dt.timedelta(days=chance.randrange(1, 4_000))
            served = {"served_on": day.isoformat()} if chance.random() < 0.7 else {}
            rows.append(
                {"officer_id": officer.pk, "kind": "PUNISHMENT", "occurred_on": day, "verified": True,
                 "payload": {"measure": chance.choice(["P1", "P2"]), **served}}
            )  # fmt: skip
    facts(rows)
    return found


# --- a plain reading ------------------------------------------------------------------------------------------
RANKED = {"rank": ["police_rank"], "grade": ["duty_grade", "technical_grade", "general_grade"],
          "level": ["leadership_level"], "education": ["education"]}  # fmt: skip


def plainly(rule, officer: Officer) -> bool:  # noqa: PLR0911 - one return a sort of field
    """What the rule says of one officer, read from its rows one by one."""
    found, (first, *rest) = FIELDS[rule.code], rule.values
    if found.sort == "years":
        since = getattr(officer, found.column)
        if since is None or since > TODAY:
            return False
        return age_on(since, TODAY) >= int(first) if rule.operator == "gte" else age_on(since, TODAY) <= int(first)
    if found.sort == "appraisal":
        years = range(TODAY.year - int(rest[0] or 60), TODAY.year)
        there = any(a.result == first and a.year in years for a in Appraisal.objects.filter(officer=officer, period=""))
        return there if rule.operator == "has" else not there
    if found.sort == "fact":
        there = any(plainly_counts(rule, entry) for entry in LedgerEntry.objects.filter(officer=officer))
        return there if rule.operator == "has" else not there
    value = getattr(officer, found.column)
    if rule.operator in ("is", "not"):
        return (value == first) == (rule.operator == "is")
    if rule.operator in ("contains", "lacks"):
        return (first in value) == (rule.operator == "contains")
    for table in RANKED[rule.code]:
        order = [entry.code for entry in codes.entries(table)]
        if first in order and value in order:
            at, asked = order.index(value), order.index(first)
            return at <= asked if rule.operator == "from" else at >= asked
    return False


def plainly_counts(rule, entry: LedgerEntry) -> bool:
    code, least, years = rule.values
    if entry.kind.code != code or entry.voided_on:
        return False
    if code == "PUNISHMENT" and not (entry.verified and entry.payload.get("served_on")):
        return False
    if years and age_on(entry.occurred_on, TODAY) >= int(years):
        return False
    if not least:
        return True
    levels = [entry.code for entry in codes.entries("honour" if code == "AWARD" else "punishment")]
    level = entry.payload["grade" if code == "AWARD" else "measure"]
    return levels.index(level) >= levels.index(least)


def plainly_all(rules: Rules, officer: Officer) -> bool:
    groups = [
        (any if group in rules.any_groups else all)(plainly(rule, officer) for rule in members)
        for group, members in rules.groups
    ]
    return (any if rules.join_any else all)(groups)


def some_rule(chance: random.Random, kinds) -> str:
    group, code = (
        chance.choice("123"),
        chance.choice(
            [
                "age",
                "in_post",
                "in_grade",
                "sex",
                "rank",
                "grade",
                "level",
                "education",
                "post",
                "appraisal",
                "fact",
                "fact",
            ]
        ),
    )
    operator = chance.choice(FIELDS[code].operators)
    if code == "fact":
        kind = chance.choice(["AWARD", "PUNISHMENT"])
        least = chance.choice(["", *list(kinds[kind].levels)[:4]])
        return f"{group}.fact.{operator}.{kind}.{least}.{chance.choice(['', 1, 3, 5, 10])}"
    if code == "appraisal":
        return f"{group}.appraisal.{operator}.{chance.choice(['N1', 'N2'])}.{chance.choice(['', 1, 2, 3])}"
    if code == "post":
        return f"{group}.post.{operator}.{chance.choice(['长', '民警'])}"
    value = chance.randrange(61) if FIELDS[code].sort == "years" else chance.choice(list(FIELDS[code].words()))
    return f"{group}.{code}.{operator}.{value}"


@pytest.mark.parametrize("seed", range(12))
def test_the_database_finds_whom_a_plain_reading_finds(force, seed):
    """Six queries of one to six rules for each seed, joined in every way."""
    chance = random.Random(seed)
    viewer = viewer_for(force["hr_cadre"])
    kinds, everybody = fact_kinds(viewer), list(Officer.objects.filter(status="serving"))
    for _number in range(6):
        pairs = [("r", some_rule(chance, kinds)) for _rule in range(chance.randrange(1, 7))]
        pairs += [("any", group) for group in "123" if chance.random() < 0.4]
        pairs += [("join", "any")] if chance.random() < 0.4 else []
        rules, refused = read_rules(pairs, kinds)
        assert refused == []
        found = set(narrowed(viewer, OfficerQuery(rules=rules)).values_list("pk", flat=True))
        assert found == {officer.pk for officer in everybody if plainly_all(rules, officer)}, pairs
        assert read_rules(rules.stored(), kinds)[0] == rules
        assert whole_words(rules)


def test_a_voided_fact_does_not_count(force):
    viewer = viewer_for(force["hr_cadre"])
    rules, _refused = read_rules([("r", "1.fact.has.AWARD.A4.2")], fact_kinds(viewer))
    entry = record_entry(officer=force.officer_a, kind="AWARD", occurred_on=PAST, payload={"grade": "A4"}, by=None)
    assert list(narrowed(viewer, OfficerQuery(rules=rules))) == [force.officer_a]
    void_entry(entry=entry, reason="录错了人", by=force["hr_cadre"])
    assert not narrowed(viewer, OfficerQuery(rules=rules)).exists()


# --- who may ask ----------------------------------------------------------------------------------------------
def test_conditions_on_discipline_are_for_hr_alone(force):
    """S3 for those who may open it with a reason, S4 for the HR cadre alone, care marks and clues for nobody."""
    offered = {role: set(fact_kinds(viewer_for(force[role]))) for role in (
        "hr_cadre", "political_director", "leadership", "unit_political_officer", "discipline_inspector"
    )}  # fmt: skip
    assert [role for role, kinds in offered.items() if "PUNISHMENT" in kinds] == ["hr_cadre"]
    assert [role for role, kinds in offered.items() if "HARDSHIP" in kinds] == [
        "hr_cadre", "political_director", "leadership"
    ]  # fmt: skip
    assert all("AWARD" in kinds for kinds in offered.values())
    for kinds in offered.values():
        assert not kinds & {"PSY_ALERT", "SUICIDE_RISK", "COMPLAINT_RECEIVED", "EARLY_SIGN"}


def test_who_may_open_a_class_in_one_branch_learns_nothing_of_the_other(force):
    """An account that lists the whole bureau but is HR cadre of branch A alone: neither "has" nor "has no" finds, or
    counts, anybody of branch B."""
    user = force["unit_head"]
    grant_role(user=user, role="unit_head", unit=force.bureau, by=None)
    grant_role(user=user, role="hr_cadre", unit=force.branch_a, by=None)
    viewer = viewer_for(user)
    both = [("r", "1.fact.has.PUNISHMENT"), ("r", "1.fact.none.PUNISHMENT"), ("any", "1")]
    rules, refused = read_rules(both, fact_kinds(viewer))
    assert refused == []
    found = narrowed(viewer, OfficerQuery(rules=rules))
    assert set(found.values_list("unit", flat=True)) == {force.branch_a.pk}
    assert found.count() == Officer.objects.filter(unit=force.branch_a, status="serving").count()


def test_sensitive_conditions_never_stand_in_an_address(force, rf):
    viewer = viewer_for(force["hr_cadre"])
    rules, _refused = read_rules([("r", "1.fact.none.PUNISHMENT..5")], fact_kinds(viewer))
    with pytest.raises(RuntimeError):
        OfficerQuery(rules=rules).pairs()
    # typed into an address by hand they are left out
    query, notices = read_query(QueryDict("r=1.fact.none.PUNISHMENT..5"), viewer)
    assert (query, len(notices)) == (OfficerQuery(), 1)


def test_kept_conditions_are_their_owner_s_and_need_a_reason(force):
    rules, _refused = read_rules([("r", "1.fact.none.PUNISHMENT..5")], fact_kinds(viewer_for(force["hr_cadre"])))
    with pytest.raises(ValidationError):
        services.keep_rules(rules=rules, reason="  ", by=force["hr_cadre"])
    kept = services.keep_rules(rules=rules, reason="年度评优资格审查", by=force["hr_cadre"])
    assert services.kept_pairs(token=kept.token, by=force["political_director"]) is None
    assert services.kept_pairs(token="x" * 5000, by=force["hr_cadre"]) is None
    # without the request that shows it, a kept query finds nobody
    query, _notices = read_query(QueryDict(f"set={kept.token}"), viewer_for(force["hr_cadre"]))
    assert query.kept == kept.token
    assert not narrowed(viewer_for(force["hr_cadre"]), query).exists()


# --- bad input ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "text",
    [
        "", ".", "1", "1.age", "1.age.gte", "1.age.gte.", "1.age.gte.-1", "1.age.gte.1e999999", "1.age.gte.٣",
        "1.age.gte." + "9" * 100_000, "1.age.is.5", "4.age.gte.5", "1.evil.is.5", "1.rank.is.R99", "1.rank.from.'; --",
        "1.fact.has.NONE", "1.fact.has.AWARD.P1", "1.fact.has.AWARD.A2.1e9", "1.fact.has.PSY_ALERT", "1.post.contains.",
        "1.post.contains." + "长" * 41, "1.post.contains.\x00", "1.appraisal.has.N1.999", "1.pk.is.1",
        "1.unit__path.is.1",
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(force, text):
    with pytest.raises(RuleFault):
        read_rule(text, fact_kinds(viewer_for(force["hr_cadre"])))


def test_an_address_of_a_thousand_conditions_is_cut(force):
    viewer = viewer_for(force["hr_cadre"])
    address = "&".join(f"r=1.age.gte.{number}" for number in range(60))
    query, _notices = read_query(QueryDict(address), viewer)
    assert len(query.rules.rules) == 12
    assert narrowed(viewer, query).exists()


def test_text_is_text_and_not_a_pattern(force):
    Officer.objects.filter(pk=force.officer_a.pk).update(post="100%_长.")
    viewer = viewer_for(force["hr_cadre"])
    for text, count in (("%", 1), ("_", 1), (".", 1), ("长.", 1), ("%%", 0)):
        query, notices = read_query(QueryDict(f"r=1.post.contains.{text.replace('%', '%25')}"), viewer)
        assert (notices, narrowed(viewer, query).count()) == ([], count)


# --- what ships -----------------------------------------------------------------------------------------------
def test_every_shipped_filter_can_be_used(force):
    kinds = fact_kinds(Viewer.system())
    for shipped in shipped_filters():
        rules = shipped.rules(kinds)
        assert rules, shipped.code
        assert all(rule_words(rule) for rule in rules.rules)
    by_code = {shipped.code: shipped for shipped in shipped_filters()}
    assert by_code["merit_unsanctioned"].rules(fact_kinds(viewer_for(force["leadership"]))) is None
    assert by_code["merit_unsanctioned"].rules(kinds).sensitive


def test_a_rule_in_words(force):
    kinds = fact_kinds(viewer_for(force["hr_cadre"]))
    rule = made("1", "fact", "none", ["PUNISHMENT", "", "5"], kinds)
    assert rule_words(rule) == "近 5 年没有处分"
    assert rule_words(made("1", "fact", "has", ["AWARD", "A2", ""], kinds)) == "有个人记功嘉奖（三等功及以上）"
    assert KeptRules.objects.count() == 0
