"""Life at home and health: sorrows, burdens, illness, injuries; and the visits they bring.

What weighs most (`impact` major or critical) is set by the confirmer. Open matters have no closing day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from police_hr.demo.events.scene import Row, Scene, row
from police_hr.demo.people import Person, age_on

_PARENTS = ("51", "52", "55", "56")
_VISIT = {
    "HEALTH_HOSPITAL": ("V1", "hospital"), "HEALTH_SERIOUS": ("V1", "hospital"), "DUTY_INJURY": ("V2", "hospital"),
    "FAMILY_DEATH": ("V3", "home"), "FAMILY_CRITICAL": ("V3", "hospital"), "HARDSHIP": ("V4", "home"),
    "DISASTER": ("V4", "home"), "CARE_BURDEN": ("V4", "home"), "MARRIAGE_CONFLICT": ("V5", "home"),
    "DIVORCE": ("V5", "home"), "CRITICAL_INCIDENT": ("V8", "unit"),
}  # fmt: skip


def rows(scene: Scene) -> Iterator[Row]:
    for officer, person in scene.everybody():
        if person.patchy:
            continue
        if person.course == "strained_home":
            yield from _strained(scene, officer, person)
        elif person.course == "grave_home":
            yield from _grave(scene, officer, person)
        elif person.course == "ill":
            yield from _ill(scene, officer, person)
        else:
            yield from _ordinary(scene, officer, person)
        yield from _milestones(scene, officer, person)


def _matter(scene: Scene, officer: int, person: Person, kind: str, payload: Row, *, near: int = 0, far: int = 180,
            open_share: float = 1.0) -> Iterator[Row]:  # fmt: skip
    """A matter, perhaps closed by now, known some days later, and the visit that follows."""
    grave = person.course in {"strained_home", "grave_home", "ill"}
    day = scene.day_back(person, person.phase + near if grave else near, person.phase + far if grave else far)
    closed = None if scene.happens(open_share) else scene.later(day, 20, 150)
    if grave and person.phase:
        closed = max(day, scene.day - dt.timedelta(days=person.phase))
    known = scene.later(day, 0, 6) or day
    dated = kind in {"FAMILY_DEATH", "DIVORCE", "DISASTER", "CRITICAL_INCIDENT"}
    yield row(officer, kind, day, payload, known_on=known, closed_on=None if dated else closed)
    visited = scene.later(known, 0, 5)
    mentor = scene.political_officer(person)
    if kind in _VISIT and visited and mentor and mentor != officer and scene.happens(0.85):
        code, place = _VISIT[kind]
        visit: Row = {"code": code, "place_type": place, "visitor": mentor}
        if scene.happens(0.5):
            visit |= {"consolation_type": "cash", "consolation": scene.pick("1000.00", "2000.00", "3000.00")}
        yield row(officer, "VISIT", visited, visit)


def _impact(scene: Scene, ordinary: int, major: int, critical: int = 0) -> str:
    return scene.chance.choices(("ordinary", "major", "critical"), (ordinary, major, critical))[0]


def _strained(scene: Scene, officer: int, person: Person) -> Iterator[Row]:
    impact = _impact(scene, 3, 7)
    main = scene.pick("CARE_BURDEN", "HARDSHIP", "FAMILY_CRITICAL", "MARRIAGE_CONFLICT")
    yield from _matter(scene, officer, person, main, _payload(scene, main, impact), far=150)
    for kind, share in (("HARDSHIP", 0.35), ("FAMILY_APART", 0.3), ("FAMILY_DEATH", 0.2), ("DIVORCE", 0.12)):
        if kind != main and scene.happens(share):
            yield from _matter(scene, officer, person, kind, _payload(scene, kind, "ordinary"), far=200, open_share=0.8)


def _grave(scene: Scene, officer: int, person: Person) -> Iterator[Row]:
    kind = scene.pick("FAMILY_CRITICAL", "CARE_BURDEN", "HARDSHIP", "FAMILY_DEATH", "DISASTER")
    far = 80 if kind in {"FAMILY_DEATH", "DISASTER"} else 170
    yield from _matter(scene, officer, person, kind, _payload(scene, kind, "critical"), far=far)
    if scene.happens(0.4) and kind != "HARDSHIP":
        yield from _matter(scene, officer, person, "HARDSHIP", _payload(scene, "HARDSHIP", "major"), far=120)


def _ill(scene: Scene, officer: int, person: Person) -> Iterator[Row]:
    kind = scene.chance.choices(("HEALTH_SERIOUS", "DUTY_INJURY", "HEALTH_HOSPITAL"), (6, 2, 2))[0]
    impact = _impact(scene, 2, 5, 3)
    yield from _matter(scene, officer, person, kind, _payload(scene, kind, impact), far=150, open_share=0.9)
    if scene.happens(0.2):
        yield from _matter(scene, officer, person, "HARDSHIP", _payload(scene, "HARDSHIP", "ordinary"), far=100)


def _ordinary(scene: Scene, officer: int, person: Person) -> Iterator[Row]:
    """What may befall anybody in two years."""
    for kind, rate in (
        ("HEALTH_HOSPITAL", 0.035), ("FAMILY_DEATH", 0.022), ("CARE_BURDEN", 0.012), ("MARRIAGE_CONFLICT", 0.008),
        ("HARDSHIP", 0.005), ("DIVORCE", 0.006), ("DISASTER", 0.001), ("CRITICAL_INCIDENT", 0.010),
        ("DUTY_INJURY", 0.004), ("FAMILY_CRITICAL", 0.006),
    ):  # fmt: skip
        if scene.happens(rate):
            impact = "ordinary" if scene.happens(0.93) else "major"
            yield from _matter(scene, officer, person, kind, _payload(scene, kind, impact), far=730, open_share=0.1)
    if person.course == "overworked" and scene.happens(0.4):
        # what hard months bring with them
        kind = scene.pick("CARE_BURDEN", "HEALTH_HOSPITAL", "MARRIAGE_CONFLICT")
        payload = _payload(scene, kind, "ordinary")
        yield from _matter(scene, officer, person, kind, payload, near=person.phase, far=person.phase + 60)
    if scene.happens({"overworked": 0.5, "busy": 0.12}.get(person.course, 0.02)):
        payload = {"situation": scene.pick("apart", "single_parent")}
        yield from _matter(scene, officer, person, "FAMILY_APART", payload, far=600, open_share=0.9)
    if scene.happens(0.012):
        yield row(officer, "HEALTH_CHECK_ABN", scene.day_back(person), {"level": scene.pick("recheck", "follow")})
    if scene.happens(0.03):
        day = scene.day_back(person, 0, 400)
        yield row(officer, "HEALTH_CHECK_MISSED", day, {"year": day.year}, closed_on=scene.later(day, 20, 150))
    if scene.happens(0.006) and not person.auxiliary:
        payload = {"injured": scene.pick("yes", "no", "no"), "facts": "出警时遭当事人推搡。"}
        yield row(officer, "ASSAULTED", scene.day_back(person), payload)


def _milestones(scene: Scene, officer: int, person: Person) -> Iterator[Row]:
    """Marriages, births, examinations of children, reports; S4 flags of very few."""
    age = age_on(person.birth, scene.day)
    if 24 <= age <= 33 and scene.happens(0.12):
        day = scene.day_back(person)
        yield row(officer, "MARRIAGE", day, {"registered_on": day.isoformat()})
    if 26 <= age <= 40 and scene.happens(0.09):
        payload = {"leave": "maternity" if person.sex == "F" else "paternity"}
        yield row(officer, "CHILDBIRTH", scene.day_back(person), payload)
    if 42 <= age <= 52 and scene.happens(0.05):
        yield row(officer, "CHILD_EXAM", scene.day_back(person), {"exam": scene.pick("gaokao", "zhongkao")})
    if scene.happens(0.02):
        payload = {"item": scene.pick("celebration", "purchase", "abroad", "away"), "on_time": "yes"}
        yield row(officer, "IMPORTANT_MATTER", scene.day_back(person), payload)
    if person.course in {"strained_home", "grave_home", "ill"} and scene.happens(0.05):
        yield row(officer, "PSY_ALERT", scene.day_back(person, 0, 60), {})
    if person.course == "strained_home" and scene.happens(0.06):
        kind = scene.pick("LARGE_DEBT", "COURT_CASE")
        payload = {"band": "200k_500k"} if kind == "LARGE_DEBT" else {"role": "defendant"}
        yield row(officer, kind, scene.day_back(person, 5, 300), {**payload, "impact": "ordinary"}, verified=True)


def _payload(scene: Scene, kind: str, impact: str) -> Row:
    """The fields of a matter of this kind."""
    payload: Row = {"impact": impact}
    if kind in {"FAMILY_DEATH", "FAMILY_CRITICAL", "CARE_BURDEN"}:
        payload["relation"] = scene.pick(*_PARENTS)
    elif kind == "HARDSHIP":
        payload |= {"basis": "recognised", "band": scene.pick("lt_50k", "50k_200k", "200k_500k")}
    elif kind == "MARRIAGE_CONFLICT":
        payload["type"] = scene.pick("separation", "conflict")
    elif kind == "DISASTER":
        payload["type"] = scene.pick("fire", "flood", "accident")
    elif kind == "CRITICAL_INCIDENT":
        payload |= {"type": scene.pick("casualty", "mass", "shots"), "role": "现场处置民警"}
    elif kind == "DUTY_INJURY":
        payload["place"] = scene.pick("抓捕现场", "执勤路口", "训练场")
    elif kind == "FAMILY_APART":
        payload = {"situation": scene.pick("apart", "single_parent")}
    return payload
