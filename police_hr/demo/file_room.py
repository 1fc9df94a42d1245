"""Photos of a few hundred, and the paper files of some: what a file room would have brought in by now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import islice
from random import Random

from django.db import transaction
from django.utils import timezone

from police_hr.core.models import User
from police_hr.demo.force import Force
from police_hr.demo.people import Person
from police_hr.demo.portraits import portrait
from police_hr.demo.writing import officer_ids
from roster.models import MaterialAccess, Officer, OfficerPhoto
from roster.selectors.kin_bar import bar_between
from roster.services.material_access import decide_access, request_access
from roster.services.materials import catalogue_material
from roster.services.photos import store_photo

# one photo for so many people, one paper file for so many; the fewest of either; how many files have scans
PHOTO_OF, FILE_OF, FEWEST, SCANNED = 80, 1000, 8, 3
# how many photos one transaction holds
TOGETHER = 30
GREY_FROM, VARIANTS = 50, 12
# category, title, years after joining the police, pages; {year} is the year in which it was formed
PAPERS: tuple[tuple[str, str, int, int], ...] = (
    ("1", "干部履历表", 0, 12),
    ("2", "自传", 0, 4),
    ("3", "{year}年度考核登记表", 3, 2),
    ("3", "{year}年度考核登记表", 4, 2),
    ("4-1", "大学学籍登记表及成绩单", -1, 3),
    ("4-1", "学士学位审批材料", 0, 2),
    ("4-2", "执法资格等级考试合格登记表", 3, 1),
    ("4-4", "初任民警培训结业登记表", 0, 2),
    ("5", "录用人民警察政治审查表", 0, 4),
    ("9-2", "录用人民警察审批表", 0, 2),
    ("9-1", "工资变动审批表", 2, 1),
    ("9-2", "授予警衔审批表", 1, 2),
    ("9-2", "干部任免审批表", 6, 2),
)
PARTY_PAPERS: tuple[tuple[str, str, int, int], ...] = (("6", "入党志愿书", 0, 8), ("6", "入党转正申请书", 1, 3))
LEFT_OUT = 0.12
# who asks, for what, which categories, why; decided: None not yet, "" approved, else refused with these words
REQUESTS: tuple[tuple[str, str, tuple[str, ...], str, str | None], ...] = (
    ("unit_head", "read", ("3", "9"), "拟推荐为副所长人选，核对任职经历", None),
    ("hr_cadre", "copy", ("1", "2"), "干部人事档案专项审核", ""),
    ("unit_political_officer", "borrow", ("4",), "核对学历信息", ""),
    ("unit_head", "copy", ("8",), "了解情况", "理由不充分，请写明具体用途。"),
)


def fill(force: Force) -> None:
    """Photos, catalogues with some scans, and requests in each state. What is there already stays as it is."""
    ids = officer_ids(force)
    chosen = _chosen(force)
    _photos(force, ids, chosen[: max(FEWEST, len(chosen) // PHOTO_OF)], _user(force, "hr_cadre"))
    with_file = list(islice(_fileable(force, ids, chosen), max(FEWEST, len(chosen) // FILE_OF)))
    for place, number in enumerate(with_file):
        with transaction.atomic():
            scans = SCANNED if place < SCANNED else 0
            _file(force.people[number], ids[number], scans=scans, by=_user(force, "hr_cadre"))
    _requests(force, ids, with_file)


def _fileable(force: Force, ids: list[int], chosen: list[int]) -> Iterator[int]:
    """Police of whom nobody with an account is a relative, let alone that they are it themselves."""
    users = list(User.objects.filter(is_demo=True, officer_number__isnull=False))
    for number in chosen:
        if force.people[number].auxiliary:
            continue
        officer = Officer.objects.get(pk=ids[number])
        if all(bar_between(user, officer) is None for user in users):
            yield number


def _user(force: Force, role: str) -> User | None:
    found = next((cast for cast in force.cast if cast.role == role), None)
    return User.objects.filter(badge_no=force.people[found.person].badge_no).first() if found else None


def _chosen(force: Force) -> list[int]:
    """Whose papers are in first: the unit that has accounts, then the bureau from its head down."""
    own_unit = {cast.unit for cast in force.cast if cast.role in {"unit_head", "unit_political_officer"}}
    accounts = {cast.person for cast in force.cast}
    everybody = range(len(force.people))
    near = [number for number in everybody if force.people[number].unit in own_unit and number not in accounts]
    return list(dict.fromkeys([*near, *everybody]))


def _photos(force: Force, ids: list[int], numbers: list[int], by: User | None) -> None:
    held = set(OfficerPhoto.objects.values_list("officer", flat=True))
    officers = Officer.objects.in_bulk([ids[number] for number in numbers])
    wanted = [number for number in numbers if ids[number] not in held]
    for start in range(0, len(wanted), TOGETHER):
        with transaction.atomic():
            for number in wanted[start : start + TOGETHER]:
                person = force.people[number]
                grey = (force.day - person.birth).days > GREY_FROM * 365
                drawn = portrait(female=person.sex == "F", number=number % VARIANTS, grey=grey)
                store_photo(officer=officers[ids[number]], content=drawn, by=by)


def _file(person: Person, pk: int, *, scans: int, by: User | None) -> None:
    """One officer's papers, some left out, as files are."""
    chance = Random(f"file room {person.badge_no}")  # repeatable
    officer = Officer.objects.get(pk=pk)
    if officer.materials.exists():  # its papers come in one transaction
        return
    papers = [*PAPERS, *(PARTY_PAPERS if person.political in {"01", "02"} else ())]
    for place, (category, title, after, pages) in enumerate(papers):
        if chance.random() < LEFT_OUT and place:
            continue
        day = _formed(person, after, chance)
        if day >= timezone.localdate():
            continue
        catalogue_material(
            officer=officer,
            category=category,
            facts={
                "title": title.format(year=day.year),
                "formed_on": day,
                "formed_precision": chance.choice(("day", "month")),
                "pages": pages,
                "copies": 1,
                "remark": "",
            },
            content=_scan(title.format(year=day.year), person, pages) if place < scans else None,
            key=f"demo:{person.badge_no}:{place}",
            by=by,
        )


def _formed(person: Person, after: int, chance: Random) -> dt.date:
    joined = person.police_since
    return dt.date(joined.year + after, chance.randint(1, 12), chance.randint(1, 28))


def _scan(title: str, person: Person, pages: int) -> bytes:
    """A scan of an invented form: its title, whose it is, ruled lines."""
    import typst

    lines = "\n".join("#line(length: 100%, stroke: 0.4pt)\n#v(18pt)" for _line in range(16))
    page = f"#align(center, text(size: 18pt)[{title}])\n#v(12pt)\n{person.name}　{person.badge_no}\n#v(12pt)\n{lines}"
    source = '#set page(paper: "a4")\n#set text(font: ("Noto Serif CJK SC", "Libertinus Serif"))\n'
    return typst.compile((source + "\n#pagebreak()\n".join([page] * pages)).encode())


def _requests(force: Force, ids: list[int], with_file: list[int]) -> None:
    """One that waits, one that runs, one refused, one lent out."""
    if MaterialAccess.objects.exists() or len(with_file) < len(REQUESTS):
        return
    leader = _user(force, "leadership")
    for number, (role, kind, categories, reason, verdict) in zip(with_file, REQUESTS, strict=False):
        by = _user(force, role)
        if by is None or leader is None:
            continue
        access = request_access(
            officer=Officer.objects.get(pk=ids[number]), kind=kind, reason=reason, categories_wanted=categories,
            ends_on=timezone.localdate() + dt.timedelta(days=7), by=by,
        )  # fmt: skip
        if verdict is not None:
            decide_access(access=access, approve=not verdict, note=verdict, by=leader)
