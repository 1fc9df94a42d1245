"""Invented appointment forms as exchange files: 200 different ones by a seed, and strategies for any."""

from __future__ import annotations

import base64
import io
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from random import Random

from hypothesis import strategies as st

from roster.lrmx import Document, FamilyMember, write
from roster.lrmx.document import FAMILY, ITEM_TAGS, TAGS, TEXT_TAGS
from tests.factories import papers
from tests.factories.imports import invented_id

# a picture of 120 × 160 grey pixels
JPEG = papers.jpeg(120, 160, "grey")
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = ("建国", "志强", "晓东", "海燕", "文博", "思远", "敏", "磊", "静", "涛", "雨桐", "子涵", "国栋", "丽华")
UNITS = ("江滨分局望江派出所", "江滨分局刑侦大队", "交警支队一大队", "示例分局治安大队", "巡特警支队", "看守所")
POSTS = ("民警", "副所长", "所长", "教导员", "大队长", "副大队长", "中队长")
SCHOOLS = ("示例警察学院侦查系侦查学专业", "示例大学法学院法学专业", "示例理工大学计算机系网络安全专业")


def form(number: int, seed: int = 7) -> Document:
    """The invented person `number`: complete, of one career without gaps; some with odd tags and blanks."""
    chance = Random(f"{seed}:{number}")
    born = 1966 + number % 34
    month = chance.randint(1, 12)
    sex = chance.choice("男女")
    serial = 100 + (number * 2 + (1 if sex == "男" else 0)) % 899
    serial += (serial % 2 == 0) if sex == "男" else (serial % 2 == 1)
    name = chance.choice(SURNAMES) + chance.choice(GIVEN)
    started = born + 22
    return Document(
        name=name if len(name) > 2 else f"{name[0]}  {name[1]}",
        sex=sex,
        birth_month=f"{born}{month:02d}",
        ethnicity=chance.choice(("汉族", "回族", "畲族")),
        native_place="浙江示例",
        birthplace=chance.choice(("浙江示例", "浙江永和")),
        party_joined=chance.choice((f"{started + 1}06", "民盟;2005.06", "无党派", "")),
        work_started=f"{started}08",
        health="健康",
        speciality=chance.choice(("刑事侦查", "", "公文写作")),
        full_time_education="大学",
        full_time_degree=chance.choice(("法学学士", "工学学士")),
        full_time_school=chance.choice(SCHOOLS),
        in_service_education=chance.choice(("", "在职研究生")),
        current_post=f"示例市公安局{chance.choice(UNITS)}{chance.choice(POSTS)}、三级警长",
        proposed_post=chance.choice(("", "示例市公安局治安支队支队长")),
        resume=resume_of(chance, started),
        awards=chance.choice(("无", "2018年3月，经示例市公安局批准，记个人三等功。")),
        appraisals="2023年度考核称职;2024年度考核优秀;2025年度考核称职。",
        family=tuple(family_of(chance, born, name)),
        reporting_unit="示例市公安局",
        age_as_of="20261123",
        filled_on="20261123",
        filled_by=chance.choice(("", "应岚")),
        id_number=invented_id(f"{born}{month:02d}{chance.randint(1, 28):02d}", serial),
        photo=chance.choice(("", base64.b64encode(JPEG).decode())),
        version=chance.choice(("3.2.1.16", "")),
        order=(*TAGS, "?0") if number % 3 == 0 else tuple(TAGS),
        extra=(("BeiZhu", f'<BeiZhu kind="x">第{number}份 &amp; 其他<A>一</A></BeiZhu>'),) if number % 3 == 0 else (),
    )


def resume_of(chance: Random, started: int) -> str:
    first, unit = chance.randint(4, 8), chance.choice(UNITS)
    lines = [
        f"{started - 4}.09--{started}.07  {chance.choice(SCHOOLS)}学习",
        f"{started}.08--{started + first}.05  示例市公安局{unit}民警",
        f"{started + first}.05--         示例市公安局{chance.choice(UNITS)}{chance.choice(POSTS)}",
    ]
    if chance.random() < 0.5:
        lines.append(f"（其间：{started + first + 1}.09--{started + first + 3}.06  示例省委党校在职学习）")
    return "\n".join(lines)


def family_of(chance: Random, born: int, name: str) -> list[FamilyMember]:
    def member(relation: str, year: int, employment: str, called: str = "") -> FamilyMember:
        full = (called or chance.choice(SURNAMES)) + chance.choice(GIVEN)
        return FamilyMember(
            relation, full, "", f"{year}{chance.randint(1, 12):02d}", chance.choice(("群众", "中共党员")), employment
        )

    found = [member("父亲", born - 26, "已去世", name[0]), member("母亲", born - 24, "退休")]
    if chance.random() < 0.7:
        found = [member("妻子", born + 1, "示例小学教师"), member("儿子", born + 28, "学生", name[0]), *found]
    return found


def forms(count: int = 200, seed: int = 7) -> list[Document]:
    return [form(number, seed) for number in range(count)]


def archive(documents: Sequence[Document], names: Sequence[str] = ()) -> bytes:
    """The files of `documents` in one zip, called 0001.lrmx … or by `names`."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        for number, document in enumerate(documents):
            packed.writestr(names[number] if names else f"{number + 1:04d}.lrmx", write(document))
    return buffer.getvalue()


# --- any document ---------------------------------------------------------------------------------------------
# what XML can hold, without outer blanks (a tag of blanks alone is blank)
texts = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff", include_characters="\n\t"),
    max_size=30,
).map(str.strip)
members = st.builds(FamilyMember, *([texts] * 6)).map(lambda found: replace(found, order=tuple(ITEM_TAGS)))
extras = st.lists(
    st.sampled_from([("Unknown", "<Unknown>一 &lt; 二</Unknown>"), ("N", '<N a="1"><M /></N>')]), max_size=3
)


@st.composite
def documents(draw: st.DrawFn) -> Document:
    extra = tuple(draw(extras))
    shuffled = draw(st.permutations([*TAGS, *("?" for _tag in extra)]))
    numbers = iter(range(len(extra)))
    places = [f"?{next(numbers)}" if place == "?" else place for place in shuffled]
    values = {TAGS[tag]: draw(texts) for tag in draw(st.sets(st.sampled_from(TEXT_TAGS), max_size=8))}
    family = tuple(draw(st.lists(members, max_size=9)))
    return Document(**values, family=family, order=tuple(places), extra=extra)


__all__ = ["FAMILY", "JPEG", "archive", "documents", "family_of", "form", "forms", "members", "resume_of", "texts"]
