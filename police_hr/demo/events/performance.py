"""Performance and training: ranks among peers, overdue tasks, study points, examinations, competitions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from police_hr.demo.events.scene import Row, Scene, period, row
from police_hr.demo.people import Person

_PEERS = {
    "station": "派出所民警",
    "criminal": "侦查员",
    "traffic": "交通民警",
    "patrol": "特警队员",
    "custody": "管教民警",
}
_SUBJECTS = ("law", "shuttle", "run", "strength", "shooting", "skills", "theory")
_EVENTS = ("全市公安机关大比武", "实战大练兵比武", "法律知识竞赛", "警务技能竞赛")


def results(scene: Scene) -> Iterator[Row]:
    """What the performance system reports."""
    for officer, person in scene.everybody():
        if person.patchy:
            continue
        weak = person.course in {"careless", "uneven"}
        if not person.auxiliary:
            yield from _standing(scene, officer, person, weak=weak)
        if scene.happens(0.5 if weak else 0.03):
            due = scene.chance.randint(8, 40)
            overdue = round(due * (scene.chance.uniform(0.2, 0.6) if weak else scene.chance.uniform(0.02, 0.2)))
            share = round(100 * overdue / due)
            payload: dict[str, Any] = {"due": due, "overdue": overdue, "share": share}
            day = scene.day_back(person, *scene.window(person, 120, weak))
            yield row(officer, "OVERDUE_SHARE", day, payload, amount=float(share))
        if person.branch == "station" and scene.happens(0.12):
            low = scene.happens(0.08)
            score = scene.chance.randint(55, 70) if low else scene.chance.randint(82, 98)
            payload = {"samples": scene.chance.randint(30, 90), "score": score, "low": "yes" if low else "no"}
            yield row(officer, "PUBLIC_SATISFACTION", scene.day_back(person), payload)
        if person.branch in {"criminal", "economic", "narcotics"} and scene.happens(0.3):
            grade = scene.chance.choices(("good", "pass", "low"), (45, 50, 5))[0]
            yield row(officer, "CASE_QUALITY", scene.day_back(person), {"grade": grade})


def _standing(scene: Scene, officer: int, person: Person, *, weak: bool) -> Iterator[Row]:
    peers = _PEERS.get(person.branch, "机关民警")
    for _first, last in scene.periods(person, 6, count=4):
        percentile = scene.chance.randint(2, 14) if weak else scene.chance.randint(1, 100)
        if not weak and percentile <= 10 and scene.happens(0.6):
            percentile += 30
        score = round(60 + percentile * 0.36 + scene.chance.random() * 3, 1)
        yield row(officer, "KPI_RANK", last, {"percentile": percentile, "peer_group": peers}, amount=score)
    if scene.happens(0.5 if weak else 0.008):
        previous = scene.chance.randint(72, 85)
        payload = {"periods": 3, "score": previous - scene.chance.randint(4, 12), "previous": previous}
        yield row(officer, "KPI_DROP", scene.day_back(person, *scene.window(person, 150, weak)), payload)


def training(scene: Scene) -> Iterator[Row]:
    """What the training department reports."""
    for officer, person in scene.everybody():
        if person.patchy:
            continue
        weak = person.course in {"careless", "uneven"}
        yield from _study(scene, officer, person, weak=weak)
        for _number in range(scene.count(1.7 if not person.auxiliary else 1.0)):
            yield _examination(scene, officer, person, weak=weak)
        if not person.auxiliary and scene.happens(0.03 if weak else 0.006):
            day = scene.day_back(person, 0, 300)
            payload = {"qualification": scene.pick("law_basic", "law_middle", "gun"), "state": "expired"}
            closed = scene.later(day, 40, 200)
            yield row(officer, "QUALIFICATION_LACKING", day, payload, closed_on=closed)
        if scene.happens(0.03 * person.zeal):
            sort = scene.pick("place", "place", "skilled", "expert")
            payload = {"type": sort, "event": scene.pick(*_EVENTS), "level": scene.pick("branch", "city")}
            if sort == "place":
                payload["place"] = scene.chance.randint(1, 6)
            yield row(officer, "COMPETITION", scene.day_back(person), payload)
        if person.political == "01" and scene.happens(0.25 if weak else 0.012):
            payload = {"meeting": scene.pick("group", "themed_day", "lecture"), "excused": "no" if weak else "yes"}
            yield row(officer, "PARTY_ABSENCE", scene.day_back(person), payload)


def _study(scene: Scene, officer: int, person: Person, *, weak: bool) -> Iterator[Row]:
    target = 60 if person.auxiliary else 90
    for first, last in scene.periods(person, 12 if person.auxiliary else 6, count=2 if person.auxiliary else 4):
        missed = scene.happens(0.45 if weak else 0.035)
        points = round(target * (scene.chance.uniform(0.4, 0.95) if missed else scene.chance.uniform(1.0, 1.6)))
        payload = {"period": period(first, last), "points": points, "target": target, "met": "no" if missed else "yes"}
        yield row(officer, "STUDY_POINTS", last, payload, amount=float(points))


def _examination(scene: Scene, officer: int, person: Person, *, weak: bool) -> Row:
    day = scene.day_back(person)
    failed = scene.happens(0.12 if weak else 0.018)
    payload = {"type": scene.pick("combat", "specialised", "rotation", "online"), "subject": scene.pick(*_SUBJECTS)}
    if not failed:
        return row(officer, "TRAINING_RESULT", day, {**payload, "result": "pass"}, closed_on=day,
                   amount=float(scene.chance.randint(65, 99)))  # fmt: skip
    closed = scene.later(day, 20, 90)
    payload |= {"result": "fail", "makeup": "yes" if closed else "no"}
    return row(officer, "TRAINING_RESULT", day, payload, closed_on=closed, amount=float(scene.chance.randint(38, 59)))
