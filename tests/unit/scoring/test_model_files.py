"""Models as files: written and taken in again with the same digest; whatever else comes is refused with a sentence."""

from __future__ import annotations

import copy
import json
import re

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.utils import translation

from scoring.engine import document
from scoring.models import IndexModel, IndexModelVersion
from scoring.services import models as services
from scoring.services.models.exchange import LARGEST, import_version, read_file, write_version


@pytest.fixture
def model(db) -> IndexModel:
    from tests.factories import force as make

    make.install_defaults()
    services.install_models()
    return IndexModel.objects.select_related("active").get(is_default=True)


@pytest.fixture
def definition(model) -> dict:
    return copy.deepcopy(model.active.definition)


def test_a_file_comes_back_with_the_same_digest_as_a_draft(model, tmp_path, capsys):
    path = tmp_path / "model.json"
    call_command("export_model", "cn-default", str(path))
    call_command("import_model", str(path), "--json", "--reason", "from the file")
    told = json.loads(capsys.readouterr().out)
    assert told == {"model": "cn-default", "version": 2, "state": "draft", "digest": model.active.digest}
    call_command("import_model", str(path), "--json")
    assert json.loads(capsys.readouterr().out)["version"] == 2, "the same file makes one draft"
    model.refresh_from_db()
    assert model.active.number == 1
    call_command("export_model", "cn-default", "--version", "2")
    text = capsys.readouterr().out
    assert write_version(model.versions.get(number=2)) == text
    assert list(json.loads(text)) == ["comment", "format", "model", "version", "digest", "reason", "definition"]


def test_both_shipped_models_survive_the_way_through_a_file(model):
    for version in IndexModelVersion.objects.all():
        found, _reason = read_file(write_version(version).encode())
        assert document.digest(found) == version.digest
        assert document.load(found) == document.load(version.definition)


def test_comments_may_stand_anywhere_and_change_nothing_but_the_digest(definition):
    definition["comment"] = "for the meeting of May"
    definition["indicators"][0]["comment"] = "lower than last year"
    definition["indicators"][0]["evidence"][0]["comment"] = "one only"
    version = import_version(content=json.dumps(definition).encode(), by=None)
    assert document.load(version.definition) == document.load(
        {key: value for key, value in definition.items() if key != "comment"}
    )


def test_a_file_of_an_unknown_model_makes_it_without_putting_it_in_use(definition):
    definition["code"] = "another"
    version = import_version(content=json.dumps(definition).encode(), by=None)
    assert (version.model.code, version.model.active, version.state) == ("another", None, "draft")


def test_commands_tell_what_is_wrong(model, tmp_path):
    for arguments in (
        ("export_model", "none"),
        ("export_model", "cn-default", "--version", "9"),
        ("import_model", str(tmp_path / "nothing.json")),
        ("export_model", "cn-default", str(tmp_path / "no" / "where.json")),
    ):
        with pytest.raises(CommandError):
            call_command(*arguments)
    huge = tmp_path / "huge.json"
    with huge.open("wb") as file:
        file.truncate(100 * 1024 * 1024)
    with pytest.raises(CommandError, match="1 MB"):
        call_command("import_model", str(huge))


def spoiled(change):
    def make(definition):
        change(definition)
        return json.dumps(definition)

    return make


def points(value):
    return spoiled(lambda d: d["indicators"][0]["evidence"][0].update(points=value))


# What comes in → words of the sentence in English and in Chinese.
BAD = {
    "not JSON": (lambda d: '{"code": ', "is not JSON", "不是有效的 JSON"),
    "empty": (lambda d: "", "is not JSON", "不是有效的 JSON"),
    "a list": (lambda d: "[1]", "must be an object", "对象"),
    "nested without end": (lambda d: "[" * 100_000, "nested too deeply", "嵌套"),
    "a number of 5,000 digits": (lambda d: '{"code": ' + "9" * 5_000 + "}", "far too long", "过长"),
    "a key twice": (lambda d: '{"code": "a", "code": "b"}', "stands twice", "出现两次"),
    "NaN": (lambda d: '{"code": NaN}', "is not a number", "不是数字"),
    "another format": (lambda d: '{"format": "x/2", "definition": {}}', "not an index model", "不是本系统的指数模型"),
    "no definition": (lambda d: '{"format": "police_hr.index-model/1"}', "must be an object", "对象"),
    "half-life 0": (
        spoiled(lambda d: d["indicators"][0]["decay"].update(half_life=0)), "1 or more", "不小于 1",
    ),
    "half-life negative": (
        spoiled(lambda d: d["indicators"][0]["decay"].update(half_life=-30)), "1 or more", "不小于 1",
    ),
    "half-life of a thousand years": (
        spoiled(lambda d: d["indicators"][0]["decay"].update(half_life=365_000)), "at most 36500", "不大于 36500",
    ),
    "unknown kind": (
        spoiled(lambda d: d["indicators"][0]["evidence"][0].update(kind="NO_SUCH")), "no ledger kind", "没有台账类别",
    ),
    "unknown field": (
        spoiled(lambda d: d["indicators"][0]["evidence"][0].update(where={"nothing": "x"})), "has no field", "没有字段",
    ),
    "a weight of a million": (points(1_000_000), "from 0 to 100 points", "0 至 100 分"),
    "infinite": (lambda d: points(0)(d).replace('"points": 0', '"points": 1e999', 1), "points", "分"),
    "negative": (points(-1), "from 0 to 100 points", "0 至 100 分"),
    "a third of a hundredth": (points(0.125), "two decimals", "两位小数"),
    "a formula": (spoiled(lambda d: d["indicators"][0].update(name_en="=1+1")), "like a formula", "公式"),
    "a formula as points": (points("=1+1"), "must be a number of points", "分值"),
    "a formula as a code": (spoiled(lambda d: d["dimensions"][0].update(code="@A")), "like a formula", "公式"),
    "a name without end": (
        spoiled(lambda d: d["indicators"][0].update(name_zh="长" * 5_000)), "longer than 80", "不得超过 80",
    ),
    "signs nobody sees": (spoiled(lambda d: d["indicators"][0].update(name_zh="a\x00b")), "printed", "不可见"),
    "a code twice": (
        spoiled(lambda d: d["indicators"].append(d["indicators"][0])), "A01 appears twice", "A01 重复",
    ),
    "a floor called like an indicator": (
        spoiled(lambda d: d["floors"][0].update(code="A01")), "A01 appears twice", "A01 重复",
    ),
    "thresholds in wrong order": (
        spoiled(lambda d: d["thresholds"].update(attention=60, help=35)), "0 < attention < help", "重点关注 < 重点帮助",
    ),
    "a threshold above the index": (
        spoiled(lambda d: d["thresholds"].update(help=120)), "from 0 to 100", "0 至 100",
    ),
    "a floor to a missing tier": (
        spoiled(lambda d: d["floors"][0]["stages"][0].update(tier="gold")), "attention, help", "attention, help",
    ),
    "a floor of a missing class": (
        spoiled(lambda d: d["floors"][0].update({"class": "gold"})), "is not among classes", "不在层级类别",
    ),
    "an indicator of a missing dimension": (
        spoiled(lambda d: d["indicators"][0].update(dim="Z")), "is not among dimensions", "不在维度",
    ),
    "a cap above that of its dimension": (
        spoiled(lambda d: d["indicators"][0].update(cap=25)), "greater than the cap", "高于所属维度的上限",
    ),
    "a cap below a single fact": (
        spoiled(lambda d: d["indicators"][0].update(cap=0.5)), "less than what a single fact", "低于单次事项",
    ),
    "a cap of nothing": (
        spoiled(lambda d: d["dimensions"][1].update(cap=0)), "would ever count", "永不计分",
    ),
    "an end before its beginning": (
        spoiled(lambda d: d["indicators"][0].update(valid_from="2026-05-01", valid_to="2026-04-01")),
        "before valid_from", "不得早于",
    ),
    "a day that is none": (
        spoiled(lambda d: d["indicators"][0].update(valid_from="2026-02-30")), "must be a day", "应为日期",
    ),
    "a misspelt key": (spoiled(lambda d: d["indicators"][0].update(wieght=3)), "not a known key", "不是可用的名称"),
    "a list for a text": (spoiled(lambda d: d.update(policy=["cn"])), "must be one of", "应为以下之一"),
    "an unknown fact": (spoiled(lambda d: d["contexts"][0].update(fact="shoe_size")), "must be one of", "应为以下之一"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_refused_with_a_sentence_in_both_languages_and_nothing_is_written(definition, case):
    make, english, chinese = BAD[case]
    content = make(definition).encode()
    for language, words in (("en", english), ("zh-hans", chinese)):
        with translation.override(language), pytest.raises(ValidationError) as refused:
            import_version(content=content, by=None)
        sentence = " ".join(refused.value.messages)
        assert words in sentence
        assert len(sentence) < 300
        if language == "en":
            assert not re.search(r"[\u4e00-\u9fff]", sentence)
    assert IndexModelVersion.objects.filter(state="draft").count() == 0


def test_what_is_too_large_or_no_text_is_refused(model):
    for content in (b" " * (LARGEST + 1), b"\xff\xfe{\x00", b"PK\x03\x04"):
        with pytest.raises(ValidationError):
            import_version(content=content, by=None)
