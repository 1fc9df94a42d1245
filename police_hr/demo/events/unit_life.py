"""What the units report: daily patrols, moods, talks, good deeds, long missions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from police_hr.demo.events.scene import Row, Scene, period, row
from police_hr.demo.people import QUIET, Person

# items of the daily patrol that touch one person, with what is written down
_PATROL = (
    ("DP02", "交接班记录填写不完整。"), ("DP04", "未按规定着装，已当场提醒。"), ("DP07", "执法记录仪未及时充电。"),
    ("DP08", "公务用车行车记录漏登。"), ("DP10", "接待群众用语不规范。"), ("DP12", "宿舍内务不整洁。"),
    ("DP16", "外出未按要求报备。"), ("DP19", "学习笔记未按时完成。"), ("DP21", "上级部署事项未按时反馈。"),
)  # fmt: skip
_SERIOUS = (("DP01", "点名时不在岗，事后补假。"), ("DP06", "枪支领用登记与实物不符，立即整改。"),
            ("DP09", "办案区看管人员脱离视线。"), ("DP11", "办公计算机未设开机口令。"))  # fmt: skip
_TOPICS = ("近期工作和思想情况", "岗位适应情况", "家庭生活情况", "学习训练情况", "纪律作风要求")
_PLACES = ("教导员办公室", "谈心室", "值班室", "会议室")
_DEEDS = (
    "拾到贵重物品归还失主，群众送来感谢信。",
    "救助走失老人，受到家属表扬。",
    "深夜出警及时化解纠纷，群众致电感谢。",
)
_MISSIONS = ("跨省追逃专案", "电信诈骗专案", "重大活动安保专班", "扫黑除恶专案")


def rows(scene: Scene) -> Iterator[Row]:
    for officer, person in scene.everybody():
        yield from _patrols(scene, officer, person)
        yield from _talks(scene, officer, person)
        yield from _moods(scene, officer, person)
        for _number in range(scene.count(0.22 * person.zeal)):
            payload = {"type": scene.pick("deed", "letter", "praise"), "facts": scene.pick(*_DEEDS)}
            yield row(officer, "GOOD_DEED", scene.day_back(person), payload)
        if scene.happens(0.22 if person.course == "overworked" else 0.008):
            yield _mission(scene, officer, person)
        if scene.happens(0.45 if person.course == "careless" else 0.004):
            day = scene.day_back(person, *scene.window(person, 90, person.course == "careless"))
            payload = {"matter": "限期整改事项", "due": day.isoformat()}
            yield row(officer, "PROMISE_OVERDUE", day, payload)


def _patrols(scene: Scene, officer: int, person: Person) -> Iterator[Row]:
    if person.patchy:
        return
    careless, uneven = person.course == "careless", person.course == "uneven"
    mentor = scene.political_officer(person)
    recent = scene.chance.randint(5, 9) if careless else scene.chance.randint(2, 4) if uneven else 0
    for number in range(recent + scene.count(0.95 * person.strain)):
        serious = scene.happens(0.28 if careless else 0.06 if uneven else 0.025)
        item, facts = scene.pick(*(_SERIOUS if serious else _PATROL))
        day = scene.day_back(person, *scene.window(person, 140 if careless else 180, number < recent))
        due = day + dt.timedelta(days=1 if serious else 3)
        settled = scene.happens(0.8 if careless else 0.97)
        payload = {"item": item, "severity": "serious" if serious else "minor", "rectify_by": due.isoformat(),
                   "rectified": "yes" if settled else "no", "facts": facts}  # fmt: skip
        if mentor and mentor != officer:
            payload["reporter"] = mentor
        yield row(officer, "PATROL_PROBLEM", day, payload)
        if not settled and (scene.day - due).days >= 7:
            weeks = min((scene.day - due).days // 7, scene.chance.randint(1, 3))
            closed = due + dt.timedelta(weeks=weeks)
            yield row(officer, "RECTIFICATION_OVERDUE", due + dt.timedelta(days=1),
                      {"matter": facts[:20], "weeks": weeks, "due": due.isoformat()},
                      closed_on=max(closed, due + dt.timedelta(days=1)), amount=float(weeks))  # fmt: skip


def _talks(scene: Scene, officer: int, person: Person) -> Iterator[Row]:
    mentor = scene.political_officer(person)
    if person.patchy or mentor is None or mentor == officer:
        return
    troubled = person.course not in QUIET
    for _number in range(scene.count(2.2 if troubled else 0.95)):
        moods = (5, 20, 45, 25, 5) if troubled else (0, 2, 18, 50, 30)
        payload = {"code": scene.pick("T6", "T7", "TC") if troubled else "TC", "type": "heart", "talker": mentor,
                   "minutes": scene.chance.randint(3, 12) * 5, "place": scene.pick(*_PLACES),
                   "topic": scene.pick(*_TOPICS), "mood": scene.chance.choices((1, 2, 3, 4, 5), moods)[0]}  # fmt: skip
        yield row(officer, "TALK", scene.day_back(person), payload)


def _moods(scene: Scene, officer: int, person: Person) -> Iterator[Row]:
    quiet = person.course in QUIET
    share = {"busy": 0.25, "careless": 0.3, "overworked": 0.85}.get(person.course, 0.04 if quiet else 0.55)
    if scene.happens(share):
        marked = not quiet and scene.happens(0.55)
        day = scene.day_back(person, *scene.window(person, 40, not quiet or person.course == "busy"))
        payload = {"level": "marked" if marked else "mild", "source_item": scene.pick("patrol", "talk", "self")}
        closed = scene.later(day, 7, 45)
        yield row(officer, "MOOD_ALERT", day, payload, closed_on=closed)


def _mission(scene: Scene, officer: int, person: Person) -> Row:
    first = scene.day_back(person, *scene.window(person, 150, person.course == "overworked"))
    closed = scene.later(first, 30, 120)
    days = ((closed or scene.day) - first).days
    payload = {"mission": scene.pick(*_MISSIONS), "place": scene.pick("外省", "本省", "本市"),
               "period": period(first, closed), "days": days}  # fmt: skip
    return row(officer, "LONG_MISSION", first, payload, closed_on=closed, amount=float(days))
