"""Career tables: postings, ranks, grades, education, appraisals, qualifications. One shape for all."""

from __future__ import annotations

from functools import cached_property
from typing import Any, ClassVar

from police_hr.core.days import from_number, to_number
from roster.counting import counting
from roster.importing.fields import Field
from roster.importing.issues import SKIP, fill_in
from roster.importing.reading import Staged
from roster.importing.targets import base
from roster.importing.targets.officer_fields import GRADES
from roster.models import Appraisal, Education, GradeRecord, Posting, Qualification, RankRecord
from roster.models.career import CareerFact

F = Field
_LEVEL = ("leadership_level",)


class CareerTable(base.Target):
    """Facts of one model. A row is the same fact as one in the database where all of `identity` agree."""

    model: ClassVar[type[CareerFact]]
    own: ClassVar[tuple[Field, ...]]
    identity: ClassVar[tuple[str, ...]]

    def make_fields(self) -> dict[str, Field]:
        return base.listed((base.OFFICER, *self.own, base.DOCUMENT, base.REMARK))

    @cached_property
    def current(self) -> dict[tuple[Any, ...], tuple[int, dict[str, Any]]]:
        """Identity → (id, mapped fields) of the facts that count."""
        names = [name for name in self.fields if name != "officer" and (name in self.mapped or name in self.identity)]
        columns = ["pk", *(self._column(name) for name in names)]
        found = {}
        for pk, officer, *values in counting(self.model._default_manager.all()).values_list(
            columns[0], "officer_id", *columns[1:]
        ):
            known = {
                name: to_number(value) if hasattr(value, "toordinal") else value
                for name, value in zip(names, values, strict=True)
            }
            found[(officer, *(known.get(name) for name in self.identity))] = (pk, known)
        return found

    def _column(self, name: str) -> str:
        return "unit_id" if name == "unit" else name

    def check(self, row: Staged) -> None:
        values = row.values
        row.officer = values.get("officer")
        starts, ends = values.get("starts_on"), values.get("ends_on")
        if starts is not None and ends is not None and ends < starts:
            row.error("ends_before_start", "ends_on", [fill_in("ends_on"), SKIP])
        if row.wrong:
            return
        birth = self.look.births.get(row.officer or 0)
        for name in ("starts_on", "since", "gained_on"):
            if birth is not None and values.get(name) is not None and values[name] < birth:
                row.error("before_birth", name, [fill_in(name), SKIP])
        key = (row.officer, *(values.get(name) for name in self.identity))
        row.key = "/".join(str(part) for part in key)[:120]
        first = self.first_of(row, key)
        if first is not None:
            row.error("duplicate_fact", "officer", [SKIP], row=first)
        elif (known := self.current.get(key)) is not None:
            row.target = known[0]
            row.before = {
                name: known[1].get(name)
                for name, value in values.items()
                if name != "officer" and known[1].get(name, value) != value
            }
            row.act = "update" if row.before else "same"


class Postings(CareerTable):
    code, zh, en = "postings", "任职经历", "Postings"
    model, identity = Posting, ("unit", "starts_on")
    own = (
        F(
            "unit",
            "单位",
            "Unit",
            base.unit,
            ("任职单位", "所在单位", "单位名称", "unit code"),
            required=True,
            show="unit",
            example="望江派出所",
        ),
        F("post", "职务", "Post", base.text(60), ("职务名称", "任职职务"), example="警务区民警"),
        F("level", "职务层次", "Post level", base.choice(*_LEVEL), ("领导职务层次",), show="code", table=_LEVEL),
        F("main", "主职", "Main post", base.plain(base.cells.yes_no), ("是否主职",), show="bool"),
        F(
            "starts_on",
            "起始时间",
            "From",
            base.past_day,
            ("任职时间", "任职日期", "开始日期", "自", "start_date"),
            required=True,
            show="day",
            example="2021.03",
        ),
        F("ends_on", "终止时间", "Until", base.any_day, ("免职时间", "结束日期", "至", "end_date"), show="day"),
    )


class PostingsWithOverlap(Postings):
    """Postings that also look for main posts of one officer that overlap within the file: a doubt each."""

    def __init__(self, look: Any) -> None:
        super().__init__(look)
        self._last: dict[int, tuple[int, int | None]] = {}

    def check(self, row: Staged) -> None:
        super().check(row)
        values = row.values
        if row.issues or values.get("main") is False or row.officer is None:
            return
        starts, ends = values["starts_on"], values.get("ends_on")
        last = self._last.get(row.officer)
        if last is not None and last[0] <= starts and (last[1] is None or last[1] >= starts):
            row.doubt("overlap", "starts_on", day=from_number(last[0]).isoformat())
        self._last[row.officer] = (starts, ends)


class Ranks(CareerTable):
    code, zh, en = "ranks", "警衔记录", "Police ranks"
    model, identity = RankRecord, ("rank", "since")
    own = (
        F(
            "rank",
            "警衔",
            "Police rank",
            base.choice("police_rank"),
            ("衔级", "警衔名称"),
            required=True,
            show="code",
            table=("police_rank",),
            example="二级警司",
        ),
        F(
            "since",
            "授衔时间",
            "Since",
            base.past_day,
            ("授衔日期", "晋衔时间", "起算时间"),
            required=True,
            show="day",
            example="2023.07",
        ),
        F("kind", "晋衔种类", "Kind", base.text(20), ("种类", "授衔种类")),
    )


class Grades(CareerTable):
    code, zh, en = "grades", "职级记录", "Grades"
    model, identity = GradeRecord, ("grade", "since")
    own = (
        F(
            "grade",
            "职级",
            "Grade",
            base.choice(*GRADES),
            ("职级名称", "职务层级"),
            required=True,
            show="code",
            table=GRADES,
            example="一级警员",
        ),
        F(
            "since",
            "任职级时间",
            "Since",
            base.past_day,
            ("晋升时间", "职级时间", "任现职级时间"),
            required=True,
            show="day",
            example="2023.07",
        ),
    )


class Educations(CareerTable):
    code, zh, en = "education", "学历学位", "Education"
    model, identity = Education, ("level", "school", "major")
    own = (
        F(
            "level",
            "学历",
            "Education",
            base.choice("education"),
            ("文化程度",),
            required=True,
            show="code",
            table=("education",),
            example="大学本科",
        ),
        F("degree", "学位", "Degree", base.text(40), ("学位名称",), example="法学学士"),
        F("school", "毕业院校", "School", base.text(80), ("学校", "院校", "毕业学校"), example="示例警察学院"),
        F("major", "专业", "Major", base.text(80), ("所学专业",), example="治安学"),
        F(
            "full_time",
            "全日制",
            "Full time",
            base.plain(base.cells.yes_no),
            ("是否全日制",),
            show="bool",
            example="是",
        ),
        F("starts_on", "入学时间", "From", base.past_day, ("入学日期",), show="day"),
        F("ends_on", "毕业时间", "Until", base.any_day, ("毕业日期",), show="day", example="2018.07"),
    )


class Appraisals(CareerTable):
    code, zh, en = "appraisals", "考核结果", "Appraisals"
    model, identity = Appraisal, ("year", "period")
    own = (
        F("year", "年度", "Year", base.whole(1949, 2200), ("考核年度", "年份"), required=True, example="2025"),
        F("period", "季度", "Quarter", base.text(4), ("考核周期", "时段")),
        F(
            "result",
            "考核等次",
            "Result",
            base.choice("annual_appraisal", "periodic_appraisal"),
            ("考核结果", "等次", "结果"),
            required=True,
            show="code",
            table=("annual_appraisal", "periodic_appraisal"),
            example="称职",
        ),
    )

    def check(self, row: Staged) -> None:
        row.values.setdefault("period", "")
        year = row.values.get("year")
        if year is not None and year > self.look.today.year:
            row.error("future", "year", [fill_in("year")])
        super().check(row)


class Qualifications(CareerTable):
    code, zh, en = "qualifications", "执法资格与证书", "Qualifications"
    model, identity = Qualification, ("kind", "number")
    own = (
        F(
            "kind",
            "资格种类",
            "Qualification",
            base.choice("qualification"),
            ("证书名称", "资格", "种类"),
            required=True,
            show="code",
            table=("qualification",),
            example="基本级执法资格",
        ),
        F("level", "等级", "Level", base.text(20), ("级别",)),
        F("number", "证书编号", "Certificate number", base.text(60), ("编号", "证号")),
        F("gained_on", "取得时间", "Gained on", base.past_day, ("取得日期", "发证日期"), show="day", example="2020.06"),
        F("expires_on", "有效期至", "Valid until", base.any_day, ("到期时间", "失效日期"), show="day"),
    )

    def check(self, row: Staged) -> None:
        row.values.setdefault("number", "")
        super().check(row)
