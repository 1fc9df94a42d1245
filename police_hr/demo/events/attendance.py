"""Attendance: being late, leave, overtime, weekly hours, nights, days without rest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from police_hr.demo.events.scene import Row, Scene, period, row
from police_hr.demo.people import Person

_TASKS = ("案件侦办", "重大活动安保", "夜间巡逻", "集中整治行动", "防汛值守", "窗口延时服务", "专项行动", "春运执勤")
_REASONS = ("探望父母", "身体不适就医", "子女家长会", "家中有事", "轮休")
_NIGHT_BRANCHES = frozenset({"station", "criminal", "traffic", "patrol", "custody", "intelligence"})


def rows(scene: Scene) -> Iterator[Row]:
    for officer, person in scene.everybody():
        if person.patchy:
            continue
        yield from _presence(scene, officer, person)
        yield from _leave(scene, officer, person)
        yield from _load(scene, officer, person)


def _presence(scene: Scene, officer: int, person: Person) -> Iterator[Row]:
    careless = person.course == "careless"
    lax = careless or person.course == "uneven"
    for _number in range(scene.count(4.5 if careless else 0.45)):
        payload = {"type": scene.pick("late", "late", "early"), "minutes": scene.chance.randint(3, 45)}
        excused = "no" if scene.happens(0.8 if careless else 0.5) else "yes"
        day = scene.day_back(person, *scene.window(person, 200, lax))
        yield row(officer, "LATE_EARLY", day, {**payload, "excused": excused})
    for _number in range(scene.count(1.4 if careless else 0.08)):
        absent = careless and scene.happens(0.2)
        payload = {"type": "absent", "days": 1} if absent else {"type": "missed_punch"}
        payload["excused"] = "no" if careless or scene.happens(0.3) else "yes"
        yield row(officer, "ABSENCE", scene.day_back(person, *scene.window(person, 240, careless)), payload)
    if scene.happens(0.5 if careless else 0.006):
        day = scene.day_back(person, *scene.window(person, 200, careless))
        payload = {"matter": scene.pick("leave", "return", "travel"), "facts": "未按规定履行请销假手续。"}
        yield row(officer, "LEAVE_UNREPORTED", day, payload)


def _leave(scene: Scene, officer: int, person: Person) -> Iterator[Row]:
    for _number in range(scene.count(1.6)):
        sort = scene.chance.choices(("annual", "personal", "sick", "compensatory", "childcare"), (62, 14, 10, 9, 5))[0]
        first = scene.day_back(person, 3)
        days = scene.chance.randint(3, 8) if sort == "annual" else scene.chance.randint(1, 3)
        last = min(first + dt.timedelta(days=days - 1), scene.day)
        payload: dict[str, Any] = {"type": sort, "period": period(first, last), "days": (last - first).days + 1}
        if sort == "personal":
            payload["reason"] = scene.pick(*_REASONS)
        yield row(officer, "LEAVE", first, payload, amount=float(payload["days"]))
    overworked = person.course == "overworked"
    for year in (scene.day.year - 1, scene.day.year):
        day = dt.date(year, 10, 31) if year == scene.day.year else dt.date(year, 12, 31)
        served = (day - person.police_since).days / 365
        if day <= scene.day and served > 1 and scene.happens(0.75 if overworked else 0.3):
            entitled = 5 if served < 10 else 10 if served < 20 else 15
            taken = scene.chance.randint(0, entitled // 3 if overworked else entitled)
            share = round(100 * (entitled - taken) / entitled)
            if share and (overworked or share < 50 or scene.happens(0.25)):
                payload = {"year": year, "entitled": entitled, "taken": taken, "unused_share": share}
                yield row(officer, "LEAVE_NOT_TAKEN", day, payload, amount=float(entitled - taken))


def _load(scene: Scene, officer: int, person: Person) -> Iterator[Row]:
    overworked, busy = person.course == "overworked", person.course == "busy"
    for _number in range(scene.count(0.8 * person.strain)):
        last = scene.day_back(person)
        first = max(last - dt.timedelta(days=scene.chance.randint(0, 3)), person.police_since)
        hours = float(scene.chance.randint(3, 26))
        yield row(officer, "OVERTIME", last, {"period": period(first, last), "task": scene.pick(*_TASKS)}, amount=hours)
    hard = scene.chance.randint(4, 7) if overworked else scene.chance.randint(1, 4) if busy else 0
    for long, number in ((False, scene.count(0.35 * person.strain)), (True, hard)):
        for _number in range(number):
            last = scene.day_back(person, *scene.window(person, 110, long))
            hours = scene.chance.randint(56, 68) if long else min(62, round(scene.chance.gauss(47, 5)))
            payload = {"period": period(max(last - dt.timedelta(days=27), person.police_since), last),
                       "weeks": 4, "hours": hours}  # fmt: skip
            yield row(officer, "WEEKLY_HOURS", last, payload, amount=float(hours))
    rests = scene.chance.randint(1, 3) if overworked else scene.happens(0.25 if busy else 0.012 * person.strain)
    for _number in range(rests):
        last = scene.day_back(person, *scene.window(person, 60, overworked or busy))
        days = scene.chance.randint(15, 27) if overworked or busy else scene.chance.randint(11, 16)
        first = max(last - dt.timedelta(days=days - 1), person.police_since)
        yield row(officer, "NO_REST", last, {"days": days, "period": period(first, last)}, amount=float(days))
    if person.branch in _NIGHT_BRANCHES:
        yield from _nights(scene, officer, person, hard=0.9 if overworked else 0.35 if busy else 0.0)


def _nights(scene: Scene, officer: int, person: Person, *, hard: float) -> Iterator[Row]:
    """`hard`: how likely a month of the hard time had eight nights or more."""
    for first, last in scene.periods(person, 1, count=23):
        recent = person.phase <= (scene.day - last).days < person.phase + 110 and scene.happens(hard)
        if recent or scene.happens(0.035):
            nights = scene.chance.randint(8, 12) if recent else min(10, max(3, round(scene.chance.gauss(5.5, 1.3))))
            yield row(officer, "NIGHT_DUTY", last, {"month": first.isoformat(), "nights": nights}, amount=float(nights))
        if scene.happens(0.6 if recent else 0.014):
            percentile = scene.chance.randint(90, 99) if recent else scene.chance.randint(20, 94)
            payload = {"month": first.isoformat(), "calls": 30 + percentile, "percentile": percentile}
            yield row(officer, "CALL_LOAD", last, payload, amount=float(30 + percentile))
