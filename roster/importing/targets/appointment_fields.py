"""The columns of the appointment form: one a tag, under the name that the dossier or the form gives it."""

from __future__ import annotations

from typing import Any

from police_hr.core.days import to_number
from roster.importing import cells
from roster.importing.appointment import archive
from roster.importing.cells import CellFault, as_text
from roster.importing.fields import Field
from roster.importing.issues import fill_in, leave_empty
from roster.importing.lookups import Lookups
from roster.importing.targets import base
from roster.importing.targets.officer_fields import SEXES
from roster.lrmx.document import FAMILY
from roster.lrmx.texts import day_of, month_of, plain_name
from roster.lrmx.words import code

COURSES = ("full_time", "in_service")
F = Field


def _name(look: Lookups, field: Field) -> cells.Read:
    read = cells.text_of(60)
    return lambda cell: plain_name(read(cell))


def _month(look: Lookups, field: Field) -> cells.Read:
    def read(cell: Any) -> int:
        month = month_of(as_text(cell))
        if month is None:
            raise CellFault("month_unread", [fill_in(field.name), leave_empty(field.name)], text=as_text(cell)[:20])
        if to_number(month) > look.today_number:
            raise CellFault("future", [fill_in(field.name)])
        return to_number(month)

    return read


def _birth(look: Lookups, field: Field) -> cells.Read:
    month = _month(look, field)
    return lambda cell: cells.Dated(month(cell), "month")


def _day(look: Lookups, field: Field) -> cells.Read:
    def read(cell: Any) -> str:
        text = as_text(cell).strip()
        if day_of(text) is None:
            raise CellFault("day_unread", [fill_in(field.name), leave_empty(field.name)], text=text[:20])
        return text

    return read


def _health(look: Lookups, field: Field) -> cells.Read:
    table = look.table("health")

    def read(cell: Any) -> str:
        text = as_text(cell).strip()
        found = code("health", text) or table.get(text, "")
        if not found:
            raise CellFault("not_choice", [fill_in(field.name), leave_empty(field.name)], text=text[:40])
        return found

    return read


def _counted(look: Lookups, field: Field) -> cells.Read:
    return as_text


def _tag(name: str, tag: str, zh: str, en: str, make: Any, **more: Any) -> Field:
    return F(name, zh, en, make, (tag,), **more)


FIELDS = (
    F("file", archive.FILE, "File", _counted, show="marked"),
    F("badge_no", archive.BADGE, "Badge number", base.plain(cells.badge)),
    _tag("name", "XingMing", "姓名", "Name", _name, required=True),
    _tag("id_number", "ShenFenZheng", "身份证号", "ID number", base.plain(cells.id_number), masked=True),
    F("unit", archive.UNIT, "Unit", base.unit, show="unit"),
    _tag("sex", "XingBie", "性别", "Sex", base.one_of(SEXES), show="sex"),
    _tag("birth_date", "ChuShengNianYue", "出生年月", "Month of birth", _birth, show="birth"),
    _tag("ethnicity", "MinZu", "民族", "Ethnicity", base.choice("ethnicity"), show="code", table=("ethnicity",)),
    _tag("native_place", "JiGuan", "籍贯", "Ancestral home", base.text(60)),
    _tag("birthplace", "ChuShengDi", "出生地", "Birthplace", base.text(60)),
    _tag("party_joined", "RuDangShiJian", "入党时间", "Joined the party", base.text(40)),
    _tag("work_started_on", "CanJiaGongZuoShiJian", "参加工作时间", "Start of work", _month, show="month"),
    _tag("health", "JianKangZhuangKuang", "健康状况", "State of health", _health, show="code", table=("health",)),
    _tag("professional_title", "ZhuanYeJiShuZhiWu", "专业技术职务", "Professional title", base.text(60)),
    _tag("speciality", "ShuXiZhuanYeYouHeZhuanChang", "熟悉专业有何专长", "Speciality", base.text(200)),
    _tag("full_time_education", "QuanRiZhiJiaoYu_XueLi", "全日制学历", "Full-time education", base.text(40)),
    _tag("full_time_degree", "QuanRiZhiJiaoYu_XueWei", "全日制学位", "Full-time degree", base.text(40)),
    _tag("full_time_school", "QuanRiZhiJiaoYu_XueLi_BiYeYuanXiaoXi", "全日制毕业院校系及专业", "Full-time school",
         base.text(160)),
    _tag("full_time_degree_school", "QuanRiZhiJiaoYu_XueWei_BiYeYuanXiaoXi", "全日制学位院校", "School of the degree",
         base.text(160)),
    _tag("in_service_education", "ZaiZhiJiaoYu_XueLi", "在职学历", "In-service education", base.text(40)),
    _tag("in_service_degree", "ZaiZhiJiaoYu_XueWei", "在职学位", "In-service degree", base.text(40)),
    _tag("in_service_school", "ZaiZhiJiaoYu_XueLi_BiYeYuanXiaoXi", "在职毕业院校系及专业", "In-service school",
         base.text(160)),
    _tag("in_service_degree_school", "ZaiZhiJiaoYu_XueWei_BiYeYuanXiaoXi", "在职学位院校", "School of that degree",
         base.text(160)),
    _tag("current_post", "XianRenZhiWu", "现任职务", "Current post", base.text(400)),
    _tag("proposed_post", "NiRenZhiWu", "拟任职务", "Proposed post", base.text(400)),
    _tag("removed_post", "NiMianZhiWu", "拟免职务", "Post to be removed from", base.text(400)),
    _tag("resume", "JianLi", "简历", "Resume", base.text(8_000), show="long"),
    _tag("awards", "JiangChengQingKuang", "奖惩情况", "Awards and sanctions", base.text(8_000), show="long"),
    _tag("appraisals", "NianDuKaoHeJieGuo", "年度考核结果", "Annual appraisals", base.text(2_000)),
    _tag("reason", "RenMianLiYou", "任免理由", "Reason for the appointment", base.text(400)),
    _tag("family", FAMILY, "家庭主要成员", "Family", _counted, show="marked"),
    _tag("reporting_unit", "ChengBaoDanWei", "呈报单位", "Reporting unit", base.text(80)),
    _tag("age_as_of", "JiSuanNianLingShiJian", "计算年龄时间", "Day for ages", _day),
    _tag("filled_on", "TianBiaoShiJian", "填表时间", "Day of filling in", _day),
    _tag("filled_by", "TianBiaoRen", "填表人", "Filled in by", base.text(60)),
    _tag("photo", archive.PHOTO, "照片", "Photo", _counted, show="marked"),
    _tag("version", "Version", "版本", "Version", base.text(40)),
)  # fmt: skip
# fields of the officer that a form states
OFFICER_FIELDS = (
    "name", "id_number", "sex", "birth_date", "ethnicity", "native_place", "birthplace", "party_joined_on",
    "political_status", "work_started_on", "health", "professional_title", "speciality",
)  # fmt: skip
# texts that only the form holds, compared with its current version
FORM_TEXTS = (
    "proposed_post", "removed_post", "reason", "reporting_unit", "awards", "age_as_of", "filled_on", "filled_by",
)  # fmt: skip
