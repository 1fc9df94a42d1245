"""Conduct: complaints, what supervision found, sanctions with their periods of effect, the few red lines.

Everything that carries points has been verified; complaints under inquiry are only received.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from police_hr.demo.events.scene import Row, Scene, row
from police_hr.demo.people import Person
from roster.sanctions import add_months

# measure and months of effect (domain/dossier.md §2.5)
_LIGHT = (("P1", 6), ("P2", 12), ("D1", 12), ("D2", 18))
_HEAVY = (("P3", 18), ("P4", 24), ("D3", 24))
# one in so many of those punished is so twice, where the first is at least so many days back
TWICE, APART = 5, 60
_CATEGORIES = ("服务态度", "执法程序", "接处警不及时", "办事拖延", "语言不规范", "信息告知不到位")
_LINKS = ("call", "case", "custody", "property", "check")
_COMMITTEE, _BUREAU = "示例市公安局党委", "示例市公安局"


def complaints(scene: Scene) -> Iterator[Row]:
    """What the complaints platform reports: most complaints prove unfounded."""
    for officer, person in scene.everybody():
        if person.patchy:
            continue
        bad = person.course in {"careless", "punished", "grave_conduct"}
        for _number in range(scene.count((0.8 if bad else 0.12) * (0.5 if person.auxiliary else 1.0))):
            day = scene.day_back(person, *scene.window(person, 330, bad))
            payload = {"channel": scene.pick("line_12389", "line_12345", "letter", "internal"),
                       "category": scene.pick(*_CATEGORIES)}  # fmt: skip
            decided = scene.later(day, 15, 60)
            yield row(officer, "COMPLAINT_RECEIVED", day, dict(payload), closed_on=decided)
            if decided is None:
                continue
            payload["document_no"] = scene.document(decided, "督核")
            if scene.happens(0.45 if bad else 0.04):
                severity = "serious" if bad and scene.happens(0.2) else "minor"
                payload |= {"severity": severity, "decided_by": _BUREAU}
                yield row(officer, "COMPLAINT_VERIFIED", decided, payload, verified=True)
            else:
                payload["clarified_on"] = decided.isoformat()
                yield row(officer, "COMPLAINT_UNFOUNDED", decided, payload, verified=True)
        if scene.happens(0.002):
            day = scene.day_back(person)
            payload = {"clarified_on": day.isoformat(), "document_no": scene.document(day, "维权")}
            yield row(officer, "MALICIOUS_COMPLAINT", day, payload)


def supervision(scene: Scene) -> Iterator[Row]:
    """What inspectors found and verified."""
    for officer, person in scene.everybody():
        careless = person.course in {"careless", "grave_conduct"}
        if scene.happens(0.4 if careless else 0.012):
            day = scene.day_back(person)
            payload = {"document_no": scene.document(day, "督通"), "matter": scene.pick("着装不规范", "警容不整")}
            yield row(officer, "BEARING_BULLETIN", day, payload)
        if scene.happens(0.18 if careless else 0.002):
            day = scene.day_back(person, 0, 400)
            payload = {"duty": scene.pick("duty", "standby", "guard"), "document_no": scene.document(day, "督")}
            yield row(officer, "DUTY_ABSENCE", day, payload, verified=not scene.happens(0.1))
        if scene.happens(0.10 if careless else 0.004):
            day = scene.day_back(person)
            payload = {"scope": scene.pick("person", "joint"), "document_no": scene.document(day, "政通"),
                       "decided_by": _BUREAU}  # fmt: skip
            yield row(officer, "BULLETIN", day, payload)
        if not person.auxiliary and scene.happens(0.3 if careless else 0.004):
            day = scene.day_back(person, 0, 600)
            severity = "serious" if person.course == "grave_conduct" and scene.happens(0.4) else "minor"
            payload = {"severity": severity, "link": scene.pick(*_LINKS), "document_no": scene.document(day, "法核")}
            yield row(officer, "ENFORCEMENT_FAULT", day, payload, verified=True)


def discipline(scene: Scene) -> Iterator[Row]:
    """What discipline inspection decided."""
    for officer, person in scene.everybody():
        if person.course == "punished":
            yield from _punished(scene, officer, person)
        elif person.course == "grave_conduct":
            yield from _grave(scene, officer, person)
        elif scene.happens(0.7 if person.course == "careless" else 0.006):
            day = scene.day_back(person, *scene.window(person, 200, person.course == "careless"))
            yield _measure(scene, officer, scene.pick("O01", "O02", "O03"), day)
        elif person.course == "steady" and scene.happens(0.001):
            # served long ago: no effect any more
            yield _sanction(scene, officer, person, "P1", 6, scene.day_back(person, 400, 720))


def _punished(scene: Scene, officer: int, person: Person) -> Iterator[Row]:
    if scene.happens(0.3):
        yield _measure(scene, officer, "O05", scene.day_back(person, 3, 280))
        return
    measure, months = scene.pick(*(_LIGHT if person.political == "01" else _LIGHT[:2]))
    day = scene.day_back(person, 3, min(720, months * 30 + 90))
    yield _sanction(scene, officer, person, measure, months, day)
    if officer % TWICE == 0 and (scene.day - day).days >= APART:
        # a second one while the first may still run: an administrative one is added, one of the party runs beside it
        yield _sanction(scene, officer, person, "P1", 6, day + (scene.day - day) / 2)
    if scene.happens(0.12):
        payload: dict[str, Any] = {"basis": "sanction"}
        mentor = scene.political_officer(person)
        if mentor:
            payload["reviewer"] = mentor
        yield row(officer, "GOOD_REPAIR", scene.day_back(person, 0, 90), payload, verified=True)


def _grave(scene: Scene, officer: int, person: Person) -> Iterator[Row]:
    """A heavy sanction not long ago, or one of the red lines."""
    if scene.happens(0.55):
        measure, months = scene.pick(*(_HEAVY if person.political == "01" else _HEAVY[:2]))
        yield _sanction(scene, officer, person, measure, months, scene.day_back(person, 3, 250))
        return
    day = scene.day_back(person, 2, 420)
    kind = scene.chance.choices(
        ("DRINK_VIOLATION", "INVESTIGATION", "SUSPENDED", "SECRECY_BREACH", "FIREARM_VIOLATION", "VICE"),
        (34, 14, 16, 16, 10, 10),
    )[0]
    payload: Row = {"document_no": scene.document(day, "纪")}
    if kind == "DRINK_VIOLATION":
        payload["type"] = scene.pick("drink_driving", "alcohol_ban", "alcohol_ban")
    elif kind == "INVESTIGATION":
        payload |= {"measure": "case", "announced_on": day.isoformat(), "decided_by": _COMMITTEE}
    elif kind == "SUSPENDED":
        payload |= {"measure": "M1", "decided_by": _BUREAU, "custody_checked": "yes"}
    elif kind == "SECRECY_BREACH":
        payload |= {"type": scene.pick("dual_use", "medium"), "consequence": "yes"}
    elif kind == "FIREARM_VIOLATION":
        payload["type"] = "misuse"
    else:
        payload["type"] = "gambling"
    yield row(officer, kind, day, payload, verified=True)


def _measure(scene: Scene, officer: int, measure: str, day: dt.date) -> Row:
    payload = {"measure": measure, "form": "F1", "document_no": scene.document(day, "纪函"), "decided_by": _COMMITTEE,
               "served_on": day.isoformat()}  # fmt: skip
    return row(officer, "ORG_MEASURE", day, payload, verified=True)


def _sanction(scene: Scene, officer: int, person: Person, measure: str, months: int, day: dt.date) -> Row:
    payload = {
        "measure": measure,
        "form": "F3" if months >= 24 else "F2",
        "document_no": scene.document(day, "纪决"),
        "decided_by": _COMMITTEE,
        "effect_until": add_months(day, months).isoformat(),
        "served_on": min(day + dt.timedelta(days=3), scene.day).isoformat(),
    }
    return row(officer, "PUNISHMENT", day, payload, verified=True)
