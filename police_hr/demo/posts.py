"""Which posts a unit has, and how many officers and auxiliaries it gets.

Every unit has one head and one political officer; deputies follow its size. Levels are those of the code table
`leadership_level`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from police_hr.demo.units import UnitPlan


@dataclass(frozen=True)
class Style:
    """Posts of a style of unit, each with its level; `deputies` at most."""

    head: tuple[str, str]
    political: tuple[str, str]
    deputy: tuple[str, str]
    deputies: int


STYLES = {
    "bureau": Style(("局长", "L4"), ("政委", "L5"), ("副局长", "L5"), 5),
    "organs": Style(("机关党委书记", "L5"), ("机关党委副书记", "L6"), ("机关纪委书记", "L6"), 1),
    "department": Style(("处长", "L6"), ("党支部书记", "L7"), ("副处长", "L7"), 3),
    "detachment": Style(("支队长", "L5"), ("政委", "L5"), ("副支队长", "L6"), 4),
    "sub_bureau": Style(("局长", "L5"), ("政委", "L5"), ("副局长", "L6"), 4),
    "section": Style(("科长", "L7"), ("党支部书记", "L8"), ("副科长", "L8"), 2),
    "brigade": Style(("大队长", "L7"), ("教导员", "L7"), ("副大队长", "L8"), 3),
    "squadron": Style(("中队长", "L8"), ("指导员", "L8"), ("副中队长", "L0"), 1),
    "station": Style(("所长", "L7"), ("教导员", "L7"), ("副所长", "L8"), 4),
    "post": Style(("站长", "L8"), ("指导员", "L8"), ("副站长", "L0"), 0),
    "custody": Style(("所长", "L7"), ("教导员", "L7"), ("副所长", "L8"), 3),
}
# units whose posts are called otherwise
_TITLES = {
    "政治部": {"处长": "政治部主任", "副处长": "政治部副主任"},
    "政治处": {"科长": "政治处主任", "副科长": "政治处副主任"},
    "派驻纪检监察组": {"处长": "组长", "副处长": "副组长"},
    "指挥中心": {"处长": "主任", "副处长": "副主任", "科长": "主任", "副科长": "副主任"},
    "办公室": {"处长": "主任", "副处长": "副主任", "科长": "主任", "副科长": "副主任"},
    "民警心理健康服务中心": {"处长": "主任", "副处长": "副主任"},
    "研究室": {"处长": "主任", "副处长": "副主任"},
    "机关党委": {"处长": "专职副书记", "副处长": "纪委副书记"},
    "人民警察训练基地": {"处长": "主任", "副处长": "副主任"},
    "车辆管理所": {"科长": "所长", "副科长": "副所长"},
    **{f"{name}室": {"科长": "主任", "副科长": "副主任"} for name in ("法制", "督察", "警务保障")},
}
_MEMBERS = {
    "station": (("警务区民警", 55), ("社区民警", 20), ("户籍民警", 8), ("内勤民警", 8), ("民警", 9)),
    "criminal": (("侦查员", 80), ("内勤民警", 8), ("技术民警", 12)),
    "economic": (("侦查员", 85), ("内勤民警", 15)),
    "narcotics": (("侦查员", 85), ("内勤民警", 15)),
    "traffic": (("交通民警", 82), ("内勤民警", 10), ("事故处理民警", 8)),
    "patrol": (("特警队员", 60), ("巡逻民警", 32), ("内勤民警", 8)),
    "custody": (("管教民警", 70), ("巡控民警", 20), ("内勤民警", 10)),
    "network": (("网安民警", 85), ("内勤民警", 15)),
    "legal": (("法制员", 85), ("内勤民警", 15)),
    "border": (("窗口民警", 60), ("民警", 40)),
    "political": (("政工民警", 70), ("政工内勤", 30)),
    "inspection": (("督察民警", 80), ("民警", 20)),
    "intelligence": (("接警民警", 55), ("情报民警", 30), ("民警", 15)),
    "": (("民警", 85), ("内勤民警", 15)),
}
_AUXILIARY = (("勤务辅警", "auxiliary_duty", 85), ("文职辅警", "auxiliary_clerk", 15))
NO_LEVEL = "L0"


@dataclass(frozen=True)
class Slot:
    """A place in a unit to be filled: `unit` is a position in the list of units; `role` is head, political, deputy,
    member or aux; `staffing` a code of the table `staffing_type`."""

    unit: int
    role: str
    post: str
    level: str
    staffing: str


def plan_slots(units: Sequence[UnitPlan], *, police: int, auxiliaries: int, chance: Random) -> list[Slot]:
    """The slots of a force: as many as people, unit after unit, police before auxiliaries."""
    sizes = _spread(police, [unit.police for unit in units], least=2)
    slots = [slot for number, unit in enumerate(units) for slot in _police_slots(number, unit, sizes[number], chance)]
    helpers = _spread(auxiliaries, [unit.aux for unit in units], least=0)
    for number, count in enumerate(helpers):
        for _index in range(count):
            post, staffing, _share = chance.choices(_AUXILIARY, [row[2] for row in _AUXILIARY])[0]
            slots.append(Slot(number, "aux", post, NO_LEVEL, staffing))
    return slots


def establishments(units: Sequence[UnitPlan], *, police: int) -> list[int]:
    """The established posts (编制数) of each unit: most have some vacant, every eleventh is over its number."""
    sizes = _spread(police, [unit.police for unit in units], least=2)
    return [
        round(size * (0.97 if place % 11 == 5 else 1.02 + 0.02 * (place * 7 % 5))) for place, size in enumerate(sizes)
    ]


def _spread(total: int, weights: Sequence[float], *, least: int) -> list[int]:
    """`total` split by weights into whole numbers, each at least `least` where there is enough for it."""
    floor = min(least, total // len(weights)) if weights else 0
    rest, whole = total - floor * len(weights), sum(weights)
    wanted = [floor + rest * weight / whole for weight in weights]
    sizes = [int(share) for share in wanted]
    by_remainder = sorted(range(len(weights)), key=lambda place: sizes[place] - wanted[place])
    for place in by_remainder[: total - sum(sizes)]:
        sizes[place] += 1
    return sizes


def _police_slots(number: int, unit: UnitPlan, size: int, chance: Random) -> list[Slot]:
    style, titles = STYLES[unit.style], _TITLES.get(unit.short_name, {})
    deputies = min(style.deputies, size - 2 if unit.style == "bureau" else max(0, (size - 2) // 7))
    leading = [("head", style.head), ("political", style.political), *[("deputy", style.deputy)] * deputies]
    slots = [Slot(number, role, titles.get(post, post), level, "police") for role, (post, level) in leading[:size]]
    members = _MEMBERS.get(unit.branch, _MEMBERS[""])
    for _index in range(size - len(slots)):
        post = chance.choices([name for name, _share in members], [share for _name, share in members])[0]
        slots.append(Slot(number, "member", post, NO_LEVEL, "police"))
    return slots
