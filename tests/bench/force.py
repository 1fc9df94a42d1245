"""A force for measuring and for screenshots: rows straight into the tables, no history, no real person."""

from __future__ import annotations

import datetime as dt
import random

from police_hr.core import names
from police_hr.core.days import to_number
from police_hr.core.models import User
from roster import access
from roster.models import Officer, Unit
from roster.services.defaults import install_defaults

SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许邓韩冯曹彭曾肖田董潘袁蔡蒋余"
GIVEN = "伟芳敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂英华玉建国志文斌宇浩凯秀峰雪琳倩欣怡博晨阳"
STATIONS = "望江石桥东门新桥码头文昌龙河南湖城西柳林平安永兴和平胜利光明"
POSTS = [("所长", "L7"), ("教导员", "L7"), ("副所长", "L8"), ("警务区民警", "L0"), ("侦查员", "L0"), ("内勤民警", "L0")]
POST_WEIGHTS = [2, 2, 6, 50, 25, 15]
BRANCHES = ["public_order", "criminal", "traffic", "patrol", "legal", "political"]
GRADES = [f"G{number:02d}" for number in range(6, 13)]
RANKS = [f"R{number:02d}" for number in range(6, 12)]
TODAY = dt.date(2026, 11, 23)
STEP = Unit.steplen


def build(*, officers: int, units: int = 450, seed: int = 7) -> User:
    """Fill an empty database with `units` in three levels and `officers`; returns an HR cadre over all of them."""
    install_defaults()
    chance = random.Random(seed)
    made = _units(units)
    leaves = [unit for unit in made if unit.depth == 3] or made
    Officer.objects.bulk_create((_officer(number, chance, leaves) for number in range(officers)), batch_size=1_000)
    user = User.objects.create_user("900001", None, name="应岚", must_change_password=False)
    access.grant_role(user=user, role="hr_cadre", unit=made[0], by=None)
    return user


def _units(count: int) -> list[Unit]:
    """One bureau, sub-bureaus of about twenty units each."""
    branches = max(1, (count - 1) // 20)
    rows = [
        Unit(path="1".zfill(STEP), depth=1, numchild=branches, code="B", name="示例市公安局", name_en="Sample Bureau")
    ]
    for branch in range(branches):
        path = rows[0].path + _step(branch)
        name = f"{STATIONS[2 * (branch % 15) : 2 * (branch % 15) + 2]}{branch // 15 or ''}分局"
        below = (count - 1 - branches) // branches + (branch < (count - 1 - branches) % branches)
        rows.append(Unit(path=path, depth=2, numchild=below, code=f"B{branch:02d}", name=name, order=branch))
        rows += [
            Unit(
                path=path + _step(station),
                depth=3,
                code=f"B{branch:02d}{station:03d}",
                name=f"{STATIONS[2 * (station % 15) : 2 * (station % 15) + 2]}{station // 15 or ''}派出所",
                name_en=f"Station {branch}-{station}",
                order=station,
            )
            for station in range(below)
        ]
    return Unit.objects.bulk_create(rows, batch_size=1_000)


def _step(number: int) -> str:
    return Unit._int2str(number + 1).rjust(STEP, "0")


def _officer(number: int, chance: random.Random, units: list[Unit]) -> Officer:
    name = chance.choice(SURNAMES) + "".join(chance.choices(GIVEN, k=chance.choice([1, 2, 2, 2])))
    sex = chance.choice("MMMF")
    birth = TODAY - dt.timedelta(days=chance.randint(23 * 365, (60 if sex == "M" else 55) * 365))
    since = TODAY - dt.timedelta(days=chance.randint(30, 15 * 365))
    # of those who hold a rank or a grade one in ten is due for the next
    held = [TODAY - dt.timedelta(days=chance.randint(30, 1_600)) for _axis in range(2)]
    post, level = chance.choices(POSTS, POST_WEIGHTS)[0]
    grade = chance.choice(GRADES)
    phone = f"139{chance.randint(0, 99_999_999):08d}"
    unit = chance.choice(units)
    return Officer(
        badge_no=f"{90_000 + number:06d}",
        name=name,
        pinyin=names.pinyin(name),
        initials=names.initials(name),
        sex=sex,
        birth_date=birth,
        phone=phone,
        phone_tail=phone[-4:],
        political_status=chance.choices(["01", "03", "13"], [7, 1, 2])[0],
        police_since=birth + dt.timedelta(days=23 * 365),
        status=chance.choices(["serving", "seconded", "retired"], [93, 3, 4])[0],
        staffing=chance.choices(["police", "auxiliary_duty"], [9, 1])[0],
        branch=chance.choice(BRANCHES),
        education=chance.choice(["14", "21", "31"]),
        unit=unit,
        post=post,
        post_level=level,
        post_since=since,
        rank=chance.choice(RANKS),
        rank_since=held[0],
        grade=grade,
        grade_since=held[1],
        standing=f"{int(level[1:]) or 9:03d}{int(grade[1:]):03d}{100_000 + to_number(since):06d}",
    )
