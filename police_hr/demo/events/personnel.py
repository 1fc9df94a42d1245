"""What the personnel department reports: awards, titles, joining, changes of post, promotions, low appraisals."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence

from police_hr.demo.events.scene import DAYS, Row, Scene, row

_GRADES = (("A1", 860), ("A2", 130), ("A3", 10))
_AUTHORITY = {"A1": "示例市公安局", "A2": "示例市公安局", "A3": "示例省公安厅"}
_DEEDS = ("在专案侦办中表现突出。", "在重大安保任务中成绩显著。", "在社区警务工作中成绩突出。", "年度工作成绩突出。")
_TITLES = ("EXCELLENT_CIVIL_SERVANT", "EXCELLENT_POLICE", "EXCELLENT_MEMBER", "ADVANCED_WORKER")
_RANK_WORDS = ("一级警监", "二级警监", "三级警监", "一级警督", "二级警督", "三级警督", "一级警司", "二级警司",
               "三级警司", "一级警员", "二级警员")  # fmt: skip
_RANKS = {f"R{number:02d}": word for number, word in enumerate(_RANK_WORDS, 3)}
PUNISHED = frozenset({"punished", "grave_conduct", "careless"})


def honours(scene: Scene) -> Iterator[Row]:
    """Awards and titles: about one in nine a year, hardly any for those under sanction."""
    for officer, person in scene.everybody():
        if person.course in PUNISHED:
            continue
        rate = (0.07 if person.auxiliary else 0.2) * person.zeal
        for _number in range(min(2, scene.count(rate))):
            day = scene.day_back(person)
            grade = scene.chance.choices([code for code, _n in _GRADES], [n for _code, n in _GRADES])[0]
            payload = {"grade": grade, "document_no": scene.document(day, "政奖"), "decided_by": _AUTHORITY[grade],
                       "deed": scene.pick(*_DEEDS)}  # fmt: skip
            yield row(officer, "AWARD", day, payload)
        if not person.auxiliary and scene.happens(0.03 * person.zeal):
            day = scene.day_back(person)
            title = scene.pick(*_TITLES)
            if title != "EXCELLENT_MEMBER" or person.political == "01":
                payload = {"title": title, "level": scene.pick("branch", "city"), "year": day.year}
                yield row(officer, "HONOUR_TITLE", day, payload)
        for years in (10, 20, 30):
            day = dt.date(person.police_since.year + years, person.police_since.month, min(person.police_since.day, 28))
            if not person.auxiliary and scene.day - dt.timedelta(days=DAYS) <= day <= scene.day:
                payload = {"title": "SERVICE_MEDAL", "level": "nation", "year": day.year}
                yield row(officer, "HONOUR_TITLE", day, payload)


def low_appraisals(scene: Scene, appraisals: Iterable[Row]) -> Iterator[Row]:
    """The low ones of the careers' appraisals, as decided in the February after."""
    for fact in appraisals:
        day = dt.date(fact["year"] + 1, 2, 20)
        if fact["result"] in {"N3", "N4"} and _lately(scene, day):
            payload = {"year": fact["year"], "result": fact["result"]}
            yield row(scene.ids[fact["officer"]], "APPRAISAL_LOW", day, payload)


def changes_of_post(scene: Scene, postings: Iterable[Row], unit_ids: Sequence[int]) -> Iterator[Row]:
    """The postings of the last two years as events: joining, and changes of post."""
    for fact in postings:
        day, person = fact["starts_on"], scene.people[fact["officer"]]
        if not _lately(scene, day):
            continue
        officer, unit = scene.ids[fact["officer"]], unit_ids[fact["unit"]]
        if day == person.police_since:
            origin = "auxiliary" if person.auxiliary else scene.pick("exam", "academy", "academy")
            yield row(officer, "ONBOARD", day, {"origin": origin, "unit": unit})
        else:
            payload = {"to_unit": unit, "post": fact["post"], "document_no": scene.document(day, "干任")}
            yield row(officer, "POST_CHANGE", day, payload)


def promotions(scene: Scene, ranks: Iterable[Row]) -> Iterator[Row]:
    """The ranks conferred in the last two years as events."""
    for fact in ranks:
        if _lately(scene, fact["since"]):
            payload = {"axis": "rank", "to": _RANKS[fact["rank"]], "document_no": scene.document(fact["since"], "警衔")}
            yield row(scene.ids[fact["officer"]], "PROMOTION", fact["since"], payload)


def _lately(scene: Scene, day: dt.date) -> bool:
    return scene.day - dt.timedelta(days=DAYS) <= day <= scene.day
