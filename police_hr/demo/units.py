"""The invented bureau: 450 units in a tree, fewer for a small force.

Names and shape follow a usual city bureau (domain/orientation.md §7): departments, twelve detachments with their
brigades and squadrons, six sub-bureaux with sections, brigades, police stations and police posts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

UNITS = 450
PEOPLE_A_UNIT = 16
ROOT = "9900"


@dataclass(frozen=True)
class UnitPlan:
    """A unit to be made. `police` and `aux` are weights by which the force is spread; `rank` says which units a
    small force goes without (the high ones); `style` names the leading posts (`posts.STYLES`)."""

    code: str
    parent_code: str
    name: str
    short_name: str
    name_en: str
    type: str
    branch: str
    style: str
    police: float
    aux: float
    rank: float
    order: int = 0


@dataclass(frozen=True)
class _Sort:
    """A sort of unit below another: type, style, weights, branch."""

    type: str
    style: str
    police: float
    aux: float = 0.0
    branch: str = ""


_SECTION = _Sort("department", "section", 15, 3)
_BRIGADE = _Sort("brigade", "brigade", 24, 8)
_SQUADRON = _Sort("squadron", "squadron", 17, 20)
_STATION = _Sort("station_2", "station", 60, 78, "station")
_POST = _Sort("post", "post", 7, 10, "station")

# 局机关: name, English name, branch, police, below which
_DEPARTMENTS = (
    ("政治部", "Political Department", "political", 12, ""),
    ("干部处", "Cadre Division", "political", 22, "政治部"),
    ("指挥中心", "Command Centre", "intelligence", 64, ""),
    ("派驻纪检监察组", "Discipline Inspection Group", "inspection", 18, ""),
    ("民警心理健康服务中心", "Police Counselling Centre", "political", 9, "政治部"),
    ("警务督察处", "Inspection Division", "inspection", 32, ""),
    ("宣传处", "Publicity Division", "political", 18, "政治部"),
    ("办公室", "General Office", "", 30, ""),
    ("教育训练处", "Training Division", "political", 20, "政治部"),
    ("信访处", "Petitions Division", "", 16, ""),
    ("审计处", "Audit Division", "inspection", 12, ""),
    ("辅警管理处", "Auxiliary Management Division", "political", 14, "政治部"),
    ("反恐怖处", "Counter-terrorism Division", "counter_terror", 30, ""),
    ("食药环侦处", "Food, Drug and Environment Division", "food_env", 34, ""),
    ("人民警察训练基地", "Police Training Base", "political", 40, ""),
    ("离退休干部处", "Retired Cadres Division", "political", 10, "政治部"),
    ("研究室", "Research Office", "", 9, ""),
    ("机关党委", "Party Committee Office", "political", 9, ""),
)
_Detachment = tuple[str, str, str, tuple[str, ...], int, int, int, int]
# twelve detachments: name, English, branch, sections, brigades, squadrons a brigade, police and aux of a brigade
_DETACHMENTS: tuple[_Detachment, ...] = (
    ("刑侦支队", "Criminal Investigation Detachment", "criminal", ("政治处", "综合科", "情报科"), 9, 2, 24, 4),
    (
        "交警支队",
        "Traffic Police Detachment",
        "traffic",
        ("政治处", "综合科", "事故处理科", "车辆管理所"),
        8,
        4,
        22,
        40,
    ),
    ("巡特警支队", "Patrol and Special Police Detachment", "patrol", ("政治处", "综合科"), 6, 3, 20, 16),
    ("治安支队", "Public Order Detachment", "public_order", ("政治处", "综合科"), 6, 0, 22, 6),
    ("监管支队", "Custody Detachment", "custody", ("政治处", "综合科"), 0, 0, 0, 0),
    ("经侦支队", "Economic Crime Detachment", "economic", ("政治处", "综合科"), 5, 0, 20, 2),
    ("禁毒支队", "Narcotics Detachment", "narcotics", ("政治处", "综合科"), 4, 0, 20, 4),
    ("网安支队", "Network Security Detachment", "network", ("政治处", "综合科"), 4, 0, 22, 2),
    ("出入境管理支队", "Exit and Entry Detachment", "border", ("政治处", "综合科"), 3, 0, 18, 12),
    ("科信支队", "Technology Detachment", "technology", ("政治处", "综合科"), 4, 0, 18, 2),
    ("警务保障支队", "Logistics Detachment", "logistics", ("政治处", "综合科"), 3, 0, 16, 10),
    ("法制支队", "Legal Affairs Detachment", "legal", ("政治处", "综合科"), 4, 0, 16, 0),
)
_CUSTODY = (
    ("第一看守所", "First Detention Centre", "detention_centre", 84, 60),
    ("第二看守所", "Second Detention Centre", "detention_centre", 62, 44),
    ("拘留所", "Lockup", "lockup", 38, 26),
    ("强制隔离戒毒所", "Drug Rehabilitation Centre", "rehabilitation", 46, 34),
)
# six sub-bureaux: name, English, stations
_SUB_BUREAUX = (
    ("江滨分局", "Jiangbin Sub-bureau", (("望江", "Wangjiang"), ("石桥", "Shiqiao"), ("东门", "Dongmen"),
     ("新桥", "Xinqiao"), ("码头", "Matou"), ("文昌", "Wenchang"), ("龙河", "Longhe"))),
    ("南湖分局", "Nanhu Sub-bureau", (("湖滨", "Hubin"), ("南门", "Nanmen"), ("柳堤", "Liudi"), ("荷塘", "Hetang"),
     ("学府", "Xuefu"), ("七里", "Qili"), ("白塔", "Baita"))),
    ("城东分局", "Chengdong Sub-bureau", (("东风", "Dongfeng"), ("青云", "Qingyun"), ("火车站", "Railway Station"),
     ("双塔", "Shuangta"), ("桃源", "Taoyuan"), ("红旗", "Hongqi"), ("梅岭", "Meiling"))),
    ("临港分局", "Lingang Sub-bureau", (("港口", "Gangkou"), ("海门", "Haimen"), ("盐场", "Yanchang"),
     ("渔港", "Yugang"), ("灯塔", "Dengta"), ("保税区", "Free Zone"), ("沙湾", "Shawan"))),
    ("西山分局", "Xishan Sub-bureau", (("枫林", "Fenglin"), ("云台", "Yuntai"), ("竹溪", "Zhuxi"), ("石门", "Shimen"),
     ("茶场", "Chachang"), ("松岭", "Songling"))),
    ("开发区分局", "Development Zone Sub-bureau", (("科技园", "Science Park"), ("高桥", "Gaoqiao"),
     ("创业", "Chuangye"), ("北站", "North Station"), ("会展", "Huizhan"), ("滨河", "Binhe"))),
)  # fmt: skip
_SUB_SECTIONS = (
    ("政治处", "Political Office", "political"),
    ("指挥中心", "Command Centre", "intelligence"),
    ("法制室", "Legal Office", "legal"),
    ("督察室", "Inspection Office", "inspection"),
    ("警务保障室", "Logistics Office", "logistics"),
    ("办公室", "General Office", ""),
)
# brigade, English, branch, squadrons
_SUB_BRIGADES = (
    ("刑侦大队", "Criminal Investigation Brigade", "criminal", 3),
    ("治安大队", "Public Order Brigade", "public_order", 0),
    ("交警大队", "Traffic Brigade", "traffic", 3),
    ("巡特警大队", "Patrol Brigade", "patrol", 2),
    ("经侦大队", "Economic Crime Brigade", "economic", 0),
    ("禁毒大队", "Narcotics Brigade", "narcotics", 0),
    ("网安大队", "Network Security Brigade", "network", 0),
    ("出入境大队", "Exit and Entry Brigade", "border", 0),
)
_NUMERALS = "一二三四五六七八九十"


def plan_units(people: int, *, bureau: str) -> list[UnitPlan]:
    """The units of a force of so many police officers, parents before children, in the order of the tree.

    10,000 have 450 units; a small force has the foremost of them, about one for 16 officers.
    """
    if people <= 0:
        return []
    wanted = min(UNITS, max(1, min(people // PEOPLE_A_UNIT, people // 3)))
    every = list(_tree(bureau))
    foremost = {unit.code for unit in sorted(every, key=lambda unit: (unit.rank, unit.code))[:wanted]}
    return [unit for unit in every if unit.code in foremost]


def _tree(bureau: str) -> Iterator[UnitPlan]:
    root = UnitPlan(
        ROOT, "", bureau, bureau, "Sample City Public Security Bureau", "city_bureau", "", "bureau", 9, 1, 0
    )
    yield root
    organs = _child(root, 1, "局机关", "Headquarters", _Sort("department", "organs", 6, 4), rank=1)
    yield organs
    yield from _departments(organs)
    for number, row in enumerate(_DETACHMENTS):
        yield from _detachment(root, number, row)
    for number, (name, name_en, stations) in enumerate(_SUB_BUREAUX):
        yield from _sub_bureau(root, number, name, name_en, stations)


def _child(
    parent: UnitPlan, place: int, name: str, name_en: str, sort: _Sort, *, rank: float, prefix: bool = False
) -> UnitPlan:
    """A unit below `parent`. With `prefix` its full name begins with the parent's."""
    return UnitPlan(
        code=f"{parent.code}{place:02d}",
        parent_code=parent.code,
        name=f"{parent.name if prefix else ''}{name}",
        short_name=name,
        name_en=f"{name_en}, {parent.name_en}" if prefix else name_en,
        type=sort.type,
        branch=sort.branch or parent.branch,
        style=sort.style,
        police=sort.police,
        aux=sort.aux,
        rank=max(rank, parent.rank + 0.01),
        order=place,
    )


def _departments(organs: UnitPlan) -> Iterator[UnitPlan]:
    made: dict[str, UnitPlan] = {}
    below: dict[str, int] = {}
    first = {row[0]: number for number, row in enumerate(_DEPARTMENTS)}
    # each division behind its department
    rows = sorted(enumerate(_DEPARTMENTS), key=lambda item: (first[item[1][4] or item[1][0]], item[0]))
    for number, (name, name_en, branch, police, above) in rows:
        parent = made[above] if above else organs
        below[parent.code] = place = below.get(parent.code, 0) + 1
        sort = _Sort("department", "department", police, 3 + police / 6, branch)
        made[name] = _child(parent, place, name, name_en, sort, rank=2.5 + number * 4)
        yield made[name]


def _detachment(root: UnitPlan, number: int, row: _Detachment) -> Iterator[UnitPlan]:
    name, name_en, branch, sections, brigades, squadrons, police, aux = row
    unit = _child(
        root, 2 + number, name, name_en, _Sort("detachment", "detachment", 12, 4, branch), rank=5 + number * 5
    )
    yield unit
    place = 0
    for place, section in enumerate(sections, start=1):
        yield _child(unit, place, section, f"Section {place}", _SECTION, rank=unit.rank + 10 + place * 20, prefix=True)
    if branch == "custody":
        for site, (site_name, site_en, site_type, site_police, site_aux) in enumerate(_CUSTODY, start=place + 1):
            sort = _Sort(site_type, "custody", site_police, site_aux)
            above = _child(unit, site, site_name, site_en, sort, rank=unit.rank + site * 6)
            yield above
            yield from _squadrons(above, 3, 12)
    for brigade in range(brigades):
        title = f"{_NUMERALS[brigade]}大队"
        sort = replace(_BRIGADE, police=police, aux=aux)
        above = _child(unit, place + 1 + brigade, title, f"Brigade {brigade + 1}", sort,
                       rank=unit.rank + 12 + brigade * 8, prefix=True)  # fmt: skip
        yield above
        yield from _squadrons(above, squadrons, aux)


def _squadrons(brigade: UnitPlan, count: int, aux: float) -> Iterator[UnitPlan]:
    for number in range(count):
        sort = replace(_SQUADRON, aux=aux or _SQUADRON.aux)
        rank = brigade.rank + 100 + number * 30
        yield _child(
            brigade, number + 1, f"{_NUMERALS[number]}中队", f"Squadron {number + 1}", sort, rank=rank, prefix=True
        )


def _sub_bureau(
    root: UnitPlan, number: int, name: str, name_en: str, stations: tuple[tuple[str, str], ...]
) -> Iterator[UnitPlan]:
    unit = _child(root, 20 + number, name, name_en, _Sort("sub_bureau", "sub_bureau", 8, 0), rank=2 + number * 6)
    yield unit
    for place, (section, section_en, branch) in enumerate(_SUB_SECTIONS):
        sort = replace(_SECTION, branch=branch)
        yield _child(unit, 1 + place, section, section_en, sort, rank=unit.rank + 2 + place * 12, prefix=True)
    for place, (brigade, brigade_en, branch, squadrons) in enumerate(_SUB_BRIGADES):
        sort = replace(_BRIGADE, branch=branch, aux=20 if squadrons else 6)
        above = _child(unit, 20 + place, brigade, brigade_en, sort, rank=unit.rank + 3 + place * 9, prefix=True)
        yield above
        yield from _squadrons(above, squadrons, 26 if branch == "traffic" else 12)
    for place, (station, station_en) in enumerate(stations):
        # some are large and some small, always the same ones
        scale = (1.35, 1.1, 0.9, 1.2, 0.8, 1.0, 0.7)[(place + number) % 7]
        grade = "station_1" if scale > 1.15 else "station_3" if scale < 0.85 else "station_2"
        sort = replace(_STATION, police=_STATION.police * scale, aux=_STATION.aux * scale, type=grade)
        above = _child(unit, 40 + place, f"{station}派出所", f"{station_en} Police Station", sort,
                       rank=unit.rank + 1 + place * 5)  # fmt: skip
        yield above
        for post in (1, 2):
            name, name_en = f"{station}{_NUMERALS[post - 1]}号警务站", f"{station_en} Police Post {post}"
            yield _child(above, post, name, name_en, _POST, rank=1000 * post + place * 6 + number)
