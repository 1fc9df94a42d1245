"""The shipped ledger kinds and code tables: sound, bilingual, and complete for the index and the event catalogue."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from police_hr.core.fields import registry, validate_field_list

DEFAULTS = Path(__file__).resolve().parents[3] / "roster" / "defaults"
CATALOGUE = json.loads((DEFAULTS / "kinds.json").read_text(encoding="utf-8"))
GROUPS: dict[str, Any] = {group["code"]: group for group in CATALOGUE["groups"]}
KINDS: dict[str, Any] = {kind["code"]: kind for kind in CATALOGUE["kinds"]}
CODE_TABLES = json.loads((DEFAULTS / "code_tables.json").read_text(encoding="utf-8"))["tables"]
TABLES: dict[str, Any] = {table["code"]: table["entries"] for table in CODE_TABLES}

# The event catalogue of the political-work norms, compound rows split (§1.7), with its class of sensitivity.
EVENTS = {
    1: (
        "LONG_MISSION AID_POSTING POST_CHANGE PROMOTION ROTATION SECONDMENT DEMOTION RANK_DUE AWARD "
        "MODEL_SELECTED OVERWORK LEAVE_NOT_TAKEN ONBOARD PROBATION_END RETURN_FROM_LEAVE RESIGN RETIREMENT "
        "BIRTHDAY POLICE_ANNIVERSARY PEACEKEEPING FESTIVAL"
    ),
    2: ("CHILDBIRTH ASSAULTED MALICIOUS_COMPLAINT CHILD_EXAM APPRAISAL_LOW KPI_DROP ABROAD PASSPORT"),
    3: (
        "HEALTH_HOSPITAL HEALTH_SERIOUS HEALTH_CHECK_ABN DUTY_INJURY DUTY_DISABLED DUTY_DEATH FAMILY_DEATH "
        "FAMILY_CRITICAL HARDSHIP DISASTER MARRIAGE DIVORCE MARRIAGE_CONFLICT MOOD_ALERT MAJOR_TASK "
        "CRITICAL_INCIDENT CHILD_DISABILITY CONFLICT"
    ),
    4: (
        "COMPLAINT_RECEIVED COMPLAINT_VERIFIED COMPLAINT_UNFOUNDED EARLY_SIGN PUNISHMENT ORG_MEASURE "
        "SUSPENDED ENFORCEMENT_FAULT PSY_ALERT LARGE_DEBT COURT_CASE"
    ),
}
# Indicator or red line → its evidence: kind, or kind.field=value,value.
EVIDENCE = {
    "A01": "LATE_EARLY.excused=no",
    "A02": "ABSENCE.type=missed_punch,absent",
    "A03": "PATROL_PROBLEM.severity=minor",
    "A04": "PATROL_PROBLEM.severity=serious",
    "A05": "RECTIFICATION_OVERDUE.weeks",
    "A06": "DUTY_ABSENCE",
    "A07": "LEAVE_UNREPORTED",
    "A08": "BEARING_BULLETIN",
    "A09": "SECRECY_BREACH.consequence=no",
    "A10": "MATTER_UNREPORTED",
    "B01": "COMPLAINT_VERIFIED.severity=minor,serious",
    "B02": "COMPLAINT_UNFOUNDED",
    "B03": "ORG_MEASURE.measure=O01,O02,O03",
    "B04": "ORG_MEASURE.measure=O05",
    "B05": "PUNISHMENT.measure=P1,P2,D1,D2",
    "B06": "PUNISHMENT.measure=P3,P4,P5,P6,D3,D4,D5",
    "B07": "ENFORCEMENT_FAULT.severity=minor,serious",
    "B08": "BULLETIN",
    "B09": "OFF_DUTY_MISCONDUCT",
    "B10": "DRINK_VIOLATION",
    "C01": "KPI_DROP.periods",
    "C02": "KPI_RANK.percentile",
    "C03": "APPRAISAL_LOW.result=N3",
    "C04": "OVERDUE_SHARE.share",
    "C05": "PUBLIC_SATISFACTION.low=yes",
    "C06": "CASE_QUALITY.grade=low",
    "D01": "WEEKLY_HOURS.hours",
    "D02": "NO_REST.days",
    "D03": "NIGHT_DUTY.nights",
    "D04": "LEAVE_NOT_TAKEN.unused_share",
    "D05": "LONG_MISSION.days",
    "D06": "CALL_LOAD.percentile",
    "E01": "FAMILY_DEATH",
    "E02": "CARE_BURDEN",
    "E03": "MARRIAGE_CONFLICT",
    "E04": "HARDSHIP",
    "E05": "LARGE_DEBT",
    "E06": "FAMILY_APART",
    "E07": "DISASTER",
    "F01": "HEALTH_SERIOUS",
    "F02": "DUTY_INJURY",
    "F03": "PSY_ALERT",
    "F04": "CRITICAL_INCIDENT",
    "F05": "MOOD_ALERT.level=mild,marked",
    "F06": "HEALTH_CHECK_MISSED",
    "G01": "STUDY_POINTS.met=no",
    "G02": "TRAINING_RESULT.result=fail",
    "G03": "QUALIFICATION_LACKING",
    "G04": "PARTY_ABSENCE.excused=no",
    "H01": "FALSE_RECORD",
    "H02": "PROMISE_OVERDUE",
    "H03": "DOSSIER_DOUBT",
    "K01": "AWARD.grade=A1,A2,A3,A4,A5,A6",
    "K02": "HONOUR_TITLE.title=EXCELLENT_CIVIL_SERVANT",
    "K04": "GOOD_DEED",
    "K05": "COMPETITION",
    "K06": "GOOD_REPAIR",
    "RL1": "INVESTIGATION.announced_on",
    "RL2": "DRINK_VIOLATION",
    "RL3": "FIREARM_VIOLATION.type=lost,misuse",
    "RL4": "SECRECY_BREACH.consequence=yes",
    "RL5": "ENFORCEMENT_ABUSE",
    "RL6": "VICE",
    "RL7": "SUSPENDED.measure=M1,M2",
    "RL8": "APPRAISAL_LOW.result=N4",
    "RL9": "FILE_FRAUD",
    "RL10": "LOST_CONTACT",
    "RL11": "SUICIDE_RISK",
    "RL12": "DUTY_INJURY.impact=critical",
}
OPEN_WHILE_IT_LASTS = """
    FAMILY_CRITICAL CARE_BURDEN HARDSHIP LARGE_DEBT COURT_CASE FAMILY_APART HEALTH_HOSPITAL HEALTH_SERIOUS PSY_ALERT
    HEALTH_CHECK_MISSED TRAINING_RESULT QUALIFICATION_LACKING DOSSIER_DOUBT SUSPENDED INVESTIGATION CHI_COMPLAINT
"""


@pytest.fixture(autouse=True)
def _shipped_code_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    def provider(code: str) -> list[dict[str, str]] | None:
        entries = TABLES.get(code)
        return entries and [{"value": entry["code"], "zh": entry["zh"], "en": entry["en"]} for entry in entries]

    monkeypatch.setattr(registry, "_code_tables", [provider])
    monkeypatch.setattr(registry, "_table_cache", {})


def field(kind: str, name: str) -> dict[str, Any]:
    return next(spec for spec in KINDS[kind]["fields"] if spec["name"] == name)


def values(spec: dict[str, Any]) -> list[str]:
    if "choices" in spec:
        return [choice["value"] for choice in spec["choices"]]
    return [entry["code"] for entry in TABLES[spec["code_table"]]]


def is_chinese(text: str) -> bool:
    return any("\u4e00" <= letter <= "\u9fff" for letter in text)


@pytest.mark.parametrize("code", KINDS)
def test_the_fields_of_every_kind_are_sound(code: str) -> None:
    validate_field_list(KINDS[code]["fields"])


def test_codes_are_unique_and_every_kind_stands_in_a_group_of_its_pack() -> None:
    assert len(KINDS) == len(CATALOGUE["kinds"])
    assert len(GROUPS) == len(CATALOGUE["groups"])
    assert len(TABLES) == len(CODE_TABLES)
    for group in GROUPS.values():
        assert group["parent"] is None or group["parent"] in GROUPS
    for kind in KINDS.values():
        assert kind["group"] in GROUPS
        assert kind.get("pack", "cn") == GROUPS[kind["group"]].get("pack", "cn")
    positions = Counter((kind["group"], kind["order"]) for kind in KINDS.values())
    assert max(positions.values()) == 1


def test_every_name_is_there_in_both_languages() -> None:
    def pairs(node: Any) -> Iterator[tuple[str, str]]:
        if isinstance(node, dict):
            for key in [key for key in node if key == "zh" or key.endswith("_zh")]:
                yield node[key], node[key[:-2] + "en"]
            for part in node.values():
                yield from pairs(part)
        elif isinstance(node, list):
            for part in node:
                yield from pairs(part)

    found = [*pairs(CATALOGUE), *pairs(CODE_TABLES)]
    assert len(found) > 1000
    for zh, en in found:
        assert zh.strip(), en
        assert en.strip(), zh
        assert not is_chinese(en), en


@pytest.mark.parametrize("sensitivity", EVENTS)
def test_the_event_catalogue_is_covered_with_its_sensitivity(sensitivity: int) -> None:
    wrong = [code for code in EVENTS[sensitivity].split() if KINDS[code]["sensitivity"] != sensitivity]
    assert wrong == []


def test_every_indicator_and_red_line_has_evidence_that_exists() -> None:
    counts = {"A": 10, "B": 10, "C": 6, "D": 6, "E": 7, "F": 6, "G": 4, "H": 3, "K": 6}
    wanted = {f"{letter}{number:02}" for letter, most in counts.items() for number in range(1, most + 1)}
    # K03, six months without a problem, is the absence of rows: the run finds it.
    assert set(EVIDENCE) == (wanted - {"K03"}) | {f"RL{number}" for number in range(1, 13)}
    for evidence in EVIDENCE.values():
        path, _sep, wanted_values = evidence.partition("=")
        kind, _sep, name = path.partition(".")
        assert kind in KINDS
        if name:
            spec = field(kind, name)
            assert set(wanted_values.split(",")) <= {"", *(values(spec) if wanted_values else [])}


# What the engine knows of every entry without a field of its own.
DERIVED = {"is_open", "duration_days", "occurred_month", "verified", "amount"}


@pytest.mark.parametrize("path", sorted((DEFAULTS.parents[1] / "scoring" / "defaults").glob("*.json")), ids=str)
def test_the_shipped_index_models_ask_only_for_what_kinds_hold(path: Path) -> None:
    def conditions(node: Any) -> Iterator[tuple[str, str, Any]]:
        if isinstance(node, dict):
            if isinstance(node.get("kind"), str):
                yield node["kind"], "", None
                yield from ((node["kind"], name, value) for name, value in node.get("where", {}).items())
            for part in node.values():
                yield from conditions(part)
        elif isinstance(node, list):
            for part in node:
                yield from conditions(part)

    for kind, name, value in conditions(json.loads(path.read_text(encoding="utf-8"))):
        assert kind in KINDS
        if name and name not in DERIVED:
            spec = field(kind, name)
            if spec["type"] == "choice":
                asked = value.get("not", []) if isinstance(value, dict) else value
                assert set([asked] if isinstance(asked, str) else asked) <= set(values(spec)), (kind, name)


def test_a_red_line_rests_on_a_verified_fact() -> None:
    # RL8 is the result of an appraisal and RL12 a misfortune: neither is an accusation to be verified.
    for code in [f"RL{number}" for number in range(1, 12) if number != 8]:
        kind = KINDS[EVIDENCE[code].split(".")[0]]
        assert kind["needs_verification"], code
        assert kind["sensitivity"] == 4, code


def test_what_counts_while_open_can_be_closed() -> None:
    assert [code for code in OPEN_WHILE_IT_LASTS.split() if not KINDS[code]["open_ended"]] == []


def test_family_and_health_events_can_be_marked_by_the_confirmer() -> None:
    scored = "FAMILY_DEATH FAMILY_CRITICAL CARE_BURDEN DIVORCE MARRIAGE_CONFLICT HARDSHIP DISASTER HEALTH_HOSPITAL "
    for code in (scored + "HEALTH_SERIOUS DUTY_INJURY CRITICAL_INCIDENT MOOD_ALERT").split():
        assert values(field(code, "impact")) == ["ordinary", "major", "critical"]


def test_the_care_flag_and_illness_hold_no_content() -> None:
    assert [spec["name"] for spec in KINDS["PSY_ALERT"]["fields"]] == []
    for code in ("HEALTH_HOSPITAL", "HEALTH_SERIOUS"):
        assert [spec["name"] for spec in KINDS[code]["fields"]] == ["impact"]


def test_no_kind_asks_for_what_may_never_be_used() -> None:
    for kind in KINDS.values():
        for spec in kind["fields"]:
            assert spec.get("code_table") not in {"ethnicity", "marriage", "sex", "health"}, kind["code"]


def test_the_code_tables_have_the_sizes_of_their_standards() -> None:
    sizes = {
        "ethnicity": 56,
        "police_rank": 13,
        "duty_grade": 12,
        "technical_grade": 11,
        "general_grade": 12,
        "leadership_level": 9,
        "political_status": 13,
        "police_branch": 22,
        "honour": 6,
        "punishment": 11,
        "four_forms": 4,
        "dossier_category": 18,  # the ten, and the four parts of the fourth and of the ninth
        "patrol_item": 24,
        "visit_code": 8,
        "leave_type": 16,
    }
    assert {code: len(TABLES[code]) for code in sizes} == sizes
    for entries in TABLES.values():
        assert len({entry["code"] for entry in entries}) == len(entries)
        assert [entry["order"] for entry in entries] == list(range(1, len(entries) + 1))


def test_terms_and_effect_periods_are_those_of_the_rules() -> None:
    months = {entry["code"]: entry["effect_months"] for entry in TABLES["punishment"]}
    assert [months[code] for code in ["P1", "P2", "P3", "P4", "P5", "P6"]] == [6, 12, 18, 24, 24, None]
    assert [months[code] for code in ["D1", "D2", "D3", "D4", "D5"]] == [12, 18, 24, 24, 60]
    years = [entry["min_years"] for entry in TABLES["police_rank"]]
    assert years == [None] * 6 + [4, 4, 4, 3, 3, 3, 3]
    assert [entry["min_years"] for entry in TABLES["duty_grade"]] == [None, 4, 4, 3, 2, 2, 2, 2, 2, 2, 2, 2]
