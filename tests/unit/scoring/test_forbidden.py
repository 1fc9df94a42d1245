"""What no model may ever use (index rules §3.5, 4), by whatever name: alias, label, code table, nested condition."""

from __future__ import annotations

import copy

import pytest
from django.utils import translation

from roster.models import LedgerGroup, LedgerKind
from roster.services.kinds import create_kind
from scoring.engine.forbidden import GROUNDS, forbidden_ground
from scoring.models import IndexModel
from scoring.selectors.model_check import ModelFault, checked
from scoring.services import models as services


@pytest.fixture
def definition(db):
    from tests.factories import force as make

    make.install_defaults()
    services.install_models()
    with translation.override("en"):
        yield copy.deepcopy(IndexModel.objects.select_related("active").get(is_default=True).active.definition)


def refused(definition, words):
    with pytest.raises(ModelFault) as fault:
        checked(definition)
    assert words in fault.value.problem
    assert "§3.5" in fault.value.problem, "the clause is told with it"
    return fault.value.path


def test_every_forbidden_name_is_refused_as_condition_severity_kind_and_floor(definition):
    for name in sorted({name for names in GROUNDS.values() for name in names}):
        for holder, key, value in places(definition, name):
            before = holder.get(key)
            holder[key] = value
            refused(definition, "may never be used")
            holder[key] = before
            if before is None:
                del holder[key]


def places(definition, name):
    """Where an attribute could be asked for: plainly, nested in a negation, as severity, as a kind, in a floor."""
    evidence = definition["indicators"][0]["evidence"][0]
    floor = definition["floors"][0]["clauses"][0]["evidence"][0]
    return (
        (evidence, "where", {"excused": "no", name: "x"}),
        (evidence, "where", {name: {"not": ["x"]}}),
        (evidence, "severity", {"field": name}),
        (evidence, "kind", name),
        (floor, "where", {name: "x"}),
        (definition["contexts"][0], "fact", name),
    )


@pytest.mark.parametrize(
    "alias", ["ＲＡＣＥ", "Race2", "raceCode", "officer_sex", "minzu", "民族成份", "DATE_OF_BIRTH", "宗教信仰情况"]
)
def test_spellings_of_a_forbidden_name_are_one(alias):
    assert forbidden_ground(alias)


def own_kind(**field):
    spec = {"name": "topic", "type": "choice", "label_zh": "主题", "label_en": "Topic"} | field
    return create_kind(
        code="OWN_KIND", group=LedgerGroup.objects.first(), by=None, name_zh="自建", name_en="Own", fields=[spec]
    )


CHOICES = [
    {"value": "x1", "zh": "维吾尔族（民族）", "en": "Uyghur (ethnicity)"},
    {"value": "x2", "zh": "其他", "en": "Other"},
]


@pytest.mark.parametrize(
    ("field", "ground"),
    [
        ({"label_zh": "民族", "choices": CHOICES}, "ethnicity or race"),
        ({"label_en": "Marital status", "choices": CHOICES}, "marital status"),
        ({"choices": CHOICES}, "ethnicity or race"),
    ],
    ids=["a label in Chinese", "a label in English", "the words of a chosen value"],
)
def test_what_hides_behind_a_harmless_name_is_refused(definition, field, ground):
    own_kind(**field)
    definition["indicators"][0]["evidence"][0] = {"kind": "OWN_KIND", "where": {"topic": "x1"}, "points": 1}
    assert refused(definition, ground) == "indicators[0].evidence[0].where.topic"


def test_a_code_table_of_a_protected_attribute_is_refused(definition):
    table = next(
        spec["code_table"]
        for kind in LedgerKind.objects.select_related("current")
        for spec in kind.current.fields
        if "code_table" in spec
    )
    own_kind(code_table=table)
    version = LedgerKind.objects.get(code="OWN_KIND").current
    version.fields[0]["code_table"] = "ethnicity"
    version.save()
    definition["indicators"][0]["evidence"][0] = {"kind": "OWN_KIND", "where": {"topic": "01"}, "points": 1}
    refused(definition, "ethnicity or race")


def test_a_value_that_is_not_asked_for_does_no_harm(definition):
    own_kind(choices=CHOICES)
    definition["indicators"][0]["evidence"][0] = {"kind": "OWN_KIND", "where": {"topic": "x2"}, "points": 1}
    checked(definition)


def test_childbirth_may_be_listed_without_points_and_never_with_any(definition):
    one = {**copy.deepcopy(definition["indicators"][0]), "code": "E09", "dim": "E"}
    one.pop("cap")
    one["evidence"] = [{"kind": "CHILDBIRTH", "points": 0}]
    definition["indicators"].append(one)
    checked(definition)
    one["evidence"][0]["points"] = 1
    refused(definition, "pregnancy or childbirth")
    one["evidence"] = [{"kind": "CHILDBIRTH", "severity": {"field": "type", "map": [{"value": "x", "points": 1}]}}]
    refused(definition, "pregnancy or childbirth")
    definition["indicators"].pop()
    definition["floors"][0]["clauses"][0]["evidence"] = [{"kind": "CHILDBIRTH"}]
    refused(definition, "pregnancy or childbirth")


def test_the_page_tells_it_in_chinese(definition):
    definition["indicators"][0]["evidence"][0]["where"] = {"religion": "x"}
    with translation.override("zh-hans"), pytest.raises(ModelFault) as fault:
        checked(definition)
    assert "宗教信仰" in fault.value.problem
    assert "永不" in fault.value.problem
