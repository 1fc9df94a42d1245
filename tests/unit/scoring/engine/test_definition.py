"""Model documents: the shipped ones, faults with their path, and what may never be an indicator."""

import copy
import json
import subprocess
import sys

import pytest

from scoring.engine.definition import Part, Tier
from scoring.engine.document import digest, load, loads
from scoring.engine.errors import DefinitionError
from scoring.engine.forbidden import forbidden_ground
from tests.unit.scoring.engine.sample import ROOT, shipped

DOCUMENTS = {
    code: json.loads((ROOT / "scoring" / "defaults" / f"{code}.json").read_text(encoding="utf-8"))
    for code in ("cn-default", "chicago")
}


@pytest.fixture
def document():
    return copy.deepcopy(DOCUMENTS["cn-default"])


def indicator(document, code):
    return next(one for one in document["indicators"] if one["code"] == code)


@pytest.mark.parametrize("code", DOCUMENTS)
def test_shipped_model_is_valid_and_speaks_both_languages(code):
    model = shipped(code)
    assert model.code == code
    for one in (*model.indicators, *model.contexts, *model.floors, *model.dimensions, *model.classes):
        assert any("\u4e00" <= letter <= "\u9fff" for letter in one.name_zh), one.code
        assert one.name_en.isascii(), one.code


def test_default_model_has_every_indicator_cap_and_threshold_of_the_description():
    model = shipped("cn-default")
    counts = {"A": 10, "B": 10, "C": 6, "D": 6, "E": 7, "F": 6, "G": 4, "H": 3, "K": 6}
    expected = {f"{dim}{i:02}" for dim, n in counts.items() for i in range(1, n + 1)}
    assert {one.code for one in model.scored} == expected
    caps = {"A": 20, "B": 40, "C": 20, "D": 25, "E": 30, "F": 30, "G": 10, "H": 15, "K": 15}
    assert {one.code: one.cap // 100 for one in model.dimensions} == caps
    assert "".join(one.code for one in model.dimensions if one.part is Part.CARE) == "DEF"
    assert (model.threshold(Tier.ATTENTION), model.threshold(Tier.HELP), model.minor_share) == (3500, 6000, 3500)
    red_lines = [floor.code for floor in model.floors if floor.red_line]
    assert red_lines == [f"RL{i}" for i in range(1, 13)]


def test_shipped_models_read_only_kinds_and_fields_that_are_shipped():
    path = ROOT / "roster" / "defaults" / "kinds.json"
    if not path.exists():
        pytest.skip("the ledger kinds are not in this tree")
    text = path.read_text(encoding="utf-8")
    for code in DOCUMENTS:
        model = shipped(code)
        assert [name for name in sorted(model.kinds | model.fields) if f'"{name}"' not in text] == []


def test_digest_names_the_content_not_its_layout(document):
    shuffled = dict(reversed(document.items()))
    assert digest(shuffled) == digest(document)
    document["minor_share"] = 0.36
    assert digest(shuffled) != digest(document)


FAULTS = [
    ("indicators[0].decay.half_life", lambda d: d["indicators"][0]["decay"].update(half_life=0)),
    ("indicators[0].decay.half_life", lambda d: d["indicators"][0]["decay"].pop("half_life")),
    ("indicators[0].decay.mode", lambda d: d["indicators"][0]["decay"].update(mode="linear")),
    ("indicators[0].dim", lambda d: d["indicators"][0].update(dim="Z")),
    ("indicators[0].wieght", lambda d: d["indicators"][0].update(wieght=3)),
    ("indicators[0].evidence[0].points", lambda d: d["indicators"][0]["evidence"][0].update(points=-1)),
    ("indicators[0].evidence[0].points", lambda d: d["indicators"][0]["evidence"][0].update(points=0.125)),
    ("indicators[0].evidence[0].points", lambda d: d["indicators"][0]["evidence"][0].update(points=float("nan"))),
    ("indicators[0].evidence", lambda d: d["indicators"][0].update(evidence=[])),
    (
        "indicators[0].evidence[0].where.excused",
        lambda d: d["indicators"][0]["evidence"][0]["where"].update(excused={}),
    ),
    ("indicators", lambda d: d["indicators"].append(d["indicators"][0])),
    ("thresholds", lambda d: d["thresholds"].update(attention=70)),
    ("thresholds.help", lambda d: d["thresholds"].pop("help")),
    ("minor_share", lambda d: d.update(minor_share=1.5)),
    ("min_coverage", lambda d: d.update(min_coverage="60%")),
    ("dimensions[0].class", lambda d: d["dimensions"][0].update({"class": "nothing"})),
    ("floors[0].stages[0].tier", lambda d: d["floors"][0]["stages"][0].update(tier="normal")),
    ("name_zh", lambda d: d.update(name_zh=" ")),
    ("colour", lambda d: d.update(colour="red")),
]


@pytest.mark.parametrize(("path", "spoil"), FAULTS, ids=[f"{i}-{path}" for i, (path, _) in enumerate(FAULTS)])
def test_fault_is_named_with_its_path(document, path, spoil):
    spoil(document)
    with pytest.raises(DefinitionError) as error:
        load(document)
    assert error.value.path == path


@pytest.mark.parametrize("text", ["", "[]", "{", "null", '"model"'])
def test_what_is_no_document_is_refused(text):
    with pytest.raises(DefinitionError):
        loads(text)


PROTECTED = [
    "race",
    "ethnic_group",
    "民族",
    "gender",
    "sex",
    "religion",
    "native_place",
    "birthplace",
    "marital_status",
    "age",
    "age_at_hire",
    "birth_year",
    "birthYear",
    "disability",
    "dna",
    "complaints_made",
    "wechat",
    "location",
    "social_media",
    "family_assets",
    "pregnancy",
]


@pytest.mark.parametrize("name", PROTECTED)
@pytest.mark.parametrize("code", DOCUMENTS)
def test_protected_attribute_is_refused_wherever_it_stands(name, code):
    def refused(change):
        document = copy.deepcopy(DOCUMENTS[code])
        change(document)
        with pytest.raises(DefinitionError, match="may never be used"):
            load(document)

    refused(lambda d: d["indicators"][0]["evidence"][0].update(where={name: 1}))
    refused(lambda d: d["indicators"][0]["evidence"][0].update(points=0, severity={"field": name}))
    refused(lambda d: d["contexts"][0].update(fact=name))
    refused(lambda d: d["indicators"][0]["evidence"][0].update(kind=name))


@pytest.mark.parametrize("kind", ["MARRIAGE", "CHILDBIRTH", "BIRTHDAY", "CHILD_DISABILITY", "LEADER_REPORT"])
def test_protected_ledger_kind_is_refused(document, kind):
    document["indicators"][0]["evidence"][0] = {"kind": kind, "points": 1}
    with pytest.raises(DefinitionError, match="may never be used"):
        load(document)


def test_protected_field_in_a_floor_is_refused(document):
    document["floors"][0]["clauses"][0]["evidence"][0]["where"] = {"religion": "yes"}
    with pytest.raises(DefinitionError, match="religion"):
        load(document)


@pytest.mark.parametrize("kind", ["COMPLAINT_RECEIVED", "EARLY_SIGN", "CHI_COMPLAINT"])
def test_unverified_report_is_refused_by_the_chinese_policy(document, kind):
    document["indicators"][0]["evidence"] = [{"kind": kind, "points": 1}]
    with pytest.raises(DefinitionError, match="unverified"):
        load(document)


def test_unfounded_complaint_may_be_listed_but_not_scored(document):
    indicator(document, "B02")["evidence"][0]["points"] = 1
    with pytest.raises(DefinitionError, match="never scored"):
        load(document)


@pytest.mark.parametrize(
    "name", ["tenure_years", "severity", "percentile", "MARRIAGE_CONFLICT", "WEEKLY_HOURS", "stage"]
)
def test_ordinary_names_are_allowed(name):
    assert forbidden_ground(name) is None


def test_engine_loads_without_django_and_pandas():
    code = (
        "import sys, scoring.engine.document, scoring.engine.lines, scoring.engine.sensitivity;"
        "print([m for m in ('django', 'pandas', 'celery', 'sklearn') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
