"""What stands in the tabs of talents, training and party: courses, skills, pools of talents, dues, reviews, posts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from police_hr.demo.events.scene import Row, Scene, period, row
from police_hr.demo.people import Person

_COURSES = (
    ("specialised", "执法规范化专题培训", "示例市公安局法制支队"),
    ("rotation", "派出所民警轮训班", "人民警察训练基地"),
    ("combat", "警务实战教官指导班", "人民警察训练基地"),
    ("online", "网络课程必修课", "示例市公安局教育训练处"),
    ("development", "中层干部能力提升班", "示例警察学院"),
)
_FIELDS = {"criminal": "investigation", "traffic": "traffic", "network": "cyber", "legal": "law",
           "station": "community", "patrol": "command", "technology": "technology", "political": "writing"}  # fmt: skip
_SKILLS = ("shooting", "drone", "driving", "language", "mediation", "arts", "psychology")
_PARTY_POSTS = ("organisation", "publicity", "discipline", "group", "youth")


def courses_and_talents(scene: Scene) -> Iterator[Row]:
    """Courses attended, and the few who were named skilled officers, experts or chief experts."""
    for officer, person in scene.everybody():
        if person.patchy:
            continue
        if not person.auxiliary and scene.happens(0.3):
            yield _course(scene, officer, person)
        if scene.happens(0.05):
            payload = {"field": scene.pick(*_SKILLS), "level": scene.pick("good", "good", "excellent", "certified")}
            yield row(officer, "SKILL", scene.day_back(person), payload)
        if not person.auxiliary and scene.happens(0.02 * person.zeal):
            yield _talent(scene, officer, person)


def party_life(scene: Scene) -> Iterator[Row]:
    """Dues of last year, the yearly review and the posts of party members."""
    year = scene.day.year - 1
    first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
    for officer, person in scene.everybody():
        if person.political != "01" or person.party_since is None or person.party_since.year > year:
            continue
        if person.police_since > first:
            continue
        dues = {"period": period(first, last), "paid": "yes"}
        yield row(officer, "PARTY_DUES", last, dues, amount=float(scene.chance.randint(20, 90) * 12))
        result = scene.chance.choices(("excellent", "qualified", "basic"), (22, 76, 2))[0]
        yield row(officer, "PARTY_REVIEW", last, {"year": year, "result": result})
        if scene.happens(0.04):
            since = scene.day_back(person)
            post = {"post": scene.pick(*_PARTY_POSTS), "period": period(since.replace(day=1), None)}
            yield row(officer, "PARTY_POST", since, post)


def _course(scene: Scene, officer: int, person: Person) -> Row:
    sort, name, organiser = scene.pick(*_COURSES)
    day = scene.day_back(person, 5)
    days = scene.chance.randint(1, 5)
    payload = {
        "type": sort,
        "name": name,
        "organiser": organiser,
        "result": scene.pick("passed", "passed", "excellent"),
        "period": period(day, day + dt.timedelta(days=days - 1)),
    }
    return row(officer, "TRAINING_COURSE", day, payload, amount=float(days * 8))


def _talent(scene: Scene, officer: int, person: Person) -> Row:
    day = scene.day_back(person)
    level = scene.chance.choices(("skilled", "expert", "chief"), (80, 17, 3))[0]
    payload = {
        "level": level,
        "field": _FIELDS.get(person.branch, "other"),
        "awarded_by": "city" if level != "skilled" else scene.pick("branch", "city"),
        "decided_by": "示例市公安局政治部",
        "document_no": scene.document(day, "政人才"),
        # whole months: until the day before the same month three years on
        "period": period(day.replace(day=1), dt.date(day.year + 3, day.month, 1) - dt.timedelta(days=1)),
    }
    return row(officer, "TALENT_POOL", day, payload)
