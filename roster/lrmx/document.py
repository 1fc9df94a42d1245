"""What an exchange file holds, tag by tag."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field
from dataclasses import fields as dataclass_fields

ROOT = "Person"
FAMILY = "JiaTingChengYuan"
ITEM = "Item"


class LrmxError(ValueError):
    """A file that cannot be read. `code` names the reason, `args_` fill the sentence that a page makes of it."""

    def __init__(self, code: str, **args: object) -> None:
        super().__init__(f"{code} {args}" if args else code)
        self.code, self.args_ = code, args


@dataclass(frozen=True, slots=True)
class FamilyMember:
    """One line of the family table. `birth_month` is YYYYMM; `order` are the tags as they came."""

    relation: str = ""
    name: str = ""
    age: str = ""
    birth_month: str = ""
    political_status: str = ""
    employment: str = ""
    order: tuple[str, ...] = ("ChengWei", "XingMing", "ChuShengRiQi", "ZhengZhiMianMao", "GongZuoDanWeiJiZhiWu")
    # unknown tags: (tag, its XML)
    extra: tuple[tuple[str, str], ...] = ()


ITEM_TAGS: Mapping[str, str] = {
    "ChengWei": "relation",
    "XingMing": "name",
    "Age": "age",
    "ChuShengRiQi": "birth_month",
    "ZhengZhiMianMao": "political_status",
    "GongZuoDanWeiJiZhiWu": "employment",
}


def _tag(name: str) -> str:
    return field(default="", metadata={"tag": name})


@dataclass(slots=True)
class Document:
    """One form. Texts as the file has them: months YYYYMM, days YYYYMMDD, the photo Base64, names perhaps spaced."""

    name: str = _tag("XingMing")
    sex: str = _tag("XingBie")
    birth_month: str = _tag("ChuShengNianYue")
    ethnicity: str = _tag("MinZu")
    native_place: str = _tag("JiGuan")
    birthplace: str = _tag("ChuShengDi")
    party_joined: str = _tag("RuDangShiJian")
    work_started: str = _tag("CanJiaGongZuoShiJian")
    health: str = _tag("JianKangZhuangKuang")
    professional_title: str = _tag("ZhuanYeJiShuZhiWu")
    speciality: str = _tag("ShuXiZhuanYeYouHeZhuanChang")
    full_time_education: str = _tag("QuanRiZhiJiaoYu_XueLi")
    full_time_degree: str = _tag("QuanRiZhiJiaoYu_XueWei")
    full_time_school: str = _tag("QuanRiZhiJiaoYu_XueLi_BiYeYuanXiaoXi")
    full_time_degree_school: str = _tag("QuanRiZhiJiaoYu_XueWei_BiYeYuanXiaoXi")
    in_service_education: str = _tag("ZaiZhiJiaoYu_XueLi")
    in_service_degree: str = _tag("ZaiZhiJiaoYu_XueWei")
    in_service_school: str = _tag("ZaiZhiJiaoYu_XueLi_BiYeYuanXiaoXi")
    in_service_degree_school: str = _tag("ZaiZhiJiaoYu_XueWei_BiYeYuanXiaoXi")
    current_post: str = _tag("XianRenZhiWu")
    proposed_post: str = _tag("NiRenZhiWu")
    removed_post: str = _tag("NiMianZhiWu")
    resume: str = _tag("JianLi")
    awards: str = _tag("JiangChengQingKuang")
    appraisals: str = _tag("NianDuKaoHeJieGuo")
    reason: str = _tag("RenMianLiYou")
    family: tuple[FamilyMember, ...] = field(default=(), metadata={"tag": FAMILY})
    reporting_unit: str = _tag("ChengBaoDanWei")
    age_as_of: str = _tag("JiSuanNianLingShiJian")
    filled_on: str = _tag("TianBiaoShiJian")
    filled_by: str = _tag("TianBiaoRen")
    id_number: str = _tag("ShenFenZheng")
    photo: str = _tag("ZhaoPian")
    version: str = _tag("Version")

    # the tags as they came; unknown ones stand as "?0", "?1" … = their place in `extra`
    order: tuple[str, ...] = ()
    extra: tuple[tuple[str, str], ...] = ()
    # what stands in the family table besides its items: (tag, its XML)
    family_extra: tuple[tuple[str, str], ...] = ()
    # attributes of known tags and, under "", of the root
    attributes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def text(self, tag: str) -> str:
        """The text of a known tag other than the family table."""
        return str(getattr(self, TAGS[tag]))

    def photo_bytes(self) -> bytes:
        """The picture, b"" where there is none. Raises LrmxError for what is not Base64."""
        packed = "".join(self.photo.split())
        try:
            return base64.b64decode(packed, validate=True)
        except binascii.Error as error:
            raise LrmxError("photo") from error


TAGS: Mapping[str, str] = {
    entry.metadata["tag"]: entry.name for entry in dataclass_fields(Document) if "tag" in entry.metadata
}
TEXT_TAGS: tuple[str, ...] = tuple(tag for tag in TAGS if tag != FAMILY)
