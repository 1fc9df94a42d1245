"""Officers: identity and present post, rank and grade, new or updated by badge number."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import cached_property
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from police_hr.core.days import from_number, to_number
from roster.importing import cells
from roster.importing.fields import Field
from roster.importing.issues import SKIP, accept, fill_in, set_to
from roster.importing.reading import Staged
from roster.importing.targets import base, unit_making
from roster.importing.targets.checks import check_identity, check_rank_against_grade, nearest_rank_fix
from roster.models import GradeRecord, Officer, Posting, ProtectedAttribute, RankRecord
from roster.selectors.counting import counting

if TYPE_CHECKING:
    from police_hr.core.models import User
    from roster.models import ImportBatch

F = Field
SEXES = {"男": "M", "女": "F", "m": "M", "f": "F", "M": "M", "F": "F", "1": "M", "2": "F", "male": "M", "female": "F"}
STATUSES = {
    text: code
    for code, *texts in (
        ("serving", "在职", "在岗", "serving"),
        ("seconded", "借调", "seconded"),
        ("retired", "退休", "retired"),
        ("left", "离职", "调出", "辞职", "left"),
        ("died", "死亡", "去世", "died"),
    )
    for text in (code, *texts)
}
GRADES = ("duty_grade", "technical_grade", "general_grade")
PROTECTED = "protected."
CHUNK = 2_000
FIELDS = (
    F("badge_no", "警号", "Badge number", base.plain(cells.badge), ("警员编号", "民警警号", "工号", "badge", "badge no", "officer_id"), key=True, example="091512"),
    F("name", "姓名", "Name", base.text(60), ("民警姓名", "人员姓名"), example="林书扬"),
    F("former_name", "曾用名", "Former name", base.text(60)),
    F("unit", "单位", "Unit", base.unit, ("所在单位", "工作单位", "现单位", "单位名称", "所属单位", "部门"), show="unit", example="望江派出所"),
    F("post", "职务", "Post", base.text(60), ("现任职务", "现任职务名称", "职务名称", "行政职务"), example="警务区民警"),
    F("post_since", "任现职时间", "In post since", base.past_day, ("任职日期", "任职时间", "任现职务时间", "现职务时间"), show="month", example="2024.08"),
    F("rank", "警衔", "Police rank", base.choice("police_rank"), ("衔级", "现警衔", "警衔名称"), show="code", table=("police_rank",), example="二级警司"),
    F("rank_since", "授衔时间", "Rank since", base.past_day, ("授衔日期", "衔级时间", "现衔时间", "晋衔时间"), show="month", example="2023.07"),
    F("grade", "职级", "Grade", base.choice(*GRADES), ("现职级", "职务层级", "职级名称"), show="code", table=GRADES, example="一级警员"),
    F("grade_since", "任现职级时间", "Grade since", base.past_day, ("职级时间", "晋升职级时间", "现职级时间"), show="month", example="2023.07"),
    F("birth_date", "出生年月", "Date of birth", base.birth, ("出生日期", "出生时间", "生日", "birthday"), show="birth", example="1996.02"),
    F("id_number", "身份证号", "ID number", base.plain(cells.id_number), ("身份证", "身份证号码", "公民身份号码", "证件号码"), masked=True, shape="id", example=""),
    F("phone", "手机", "Mobile phone", base.plain(cells.phone), ("联系电话", "手机号", "手机号码", "电话", "联系方式"), masked=True, shape="phone"),
    F("sex", "性别", "Sex", base.one_of(SEXES), ("gender",), show="sex", example="男"),
    F("ethnicity", "民族", "Ethnicity", base.choice("ethnicity"), show="code", table=("ethnicity",), example="汉族"),
    F("native_place", "籍贯", "Ancestral home", base.text(60), ("祖籍",)),
    F("political_status", "政治面貌", "Political status", base.choice("political_status"), show="code", table=("political_status",), example="中共党员"),
    F("party_joined_on", "入党时间", "Joined the party", base.past_day, ("入党日期",), show="month"),
    F("work_started_on", "参加工作时间", "Start of work", base.past_day, ("参加工作日期", "工作时间", "参工时间"), show="month"),
    F("police_since", "入警时间", "Joined the police", base.past_day, ("从警时间", "参加公安工作时间", "入警日期", "appointed_date"), show="day"),
    F("left_on", "离开时间", "Left the force", base.past_day, ("离职日期", "退休时间", "调出时间", "resignation_date"), show="day"),
    F("status", "在职状态", "Status", base.one_of(STATUSES), ("人员状态", "状态"), show="status"),
    F("staffing", "人员类别", "Staffing type", base.choice("staffing_type"), ("编制类别", "编制类型", "身份类别"), show="code", table=("staffing_type",)),
    F("branch", "警种", "Police branch", base.choice("police_branch"), ("所属警种",), show="code", table=("police_branch",)),
    F("education", "学历", "Education", base.choice("education"), ("文化程度", "最高学历"), show="code", table=("education",), example="大学本科"),
    F("speciality", "特长", "Speciality", base.text(200), ("专长",)),
    F(PROTECTED + "race", "受保护属性", "Protected attribute", base.text(40), ("race",), protected=True),
)  # fmt: skip
CAREER = ("unit", "post", "post_since", "rank", "rank_since", "grade", "grade_since")
DAYS = {"birth_date", "party_joined_on", "work_started_on", "police_since", "left_on", "post_since", "rank_since", "grade_since"}
PLAIN = tuple(field.name for field in FIELDS if field.name not in CAREER and not field.protected)


class Officers(base.Target):
    code = "officers"
    zh = "民警信息"
    en = "Officers"
    writes = (ProtectedAttribute, Posting, RankRecord, GradeRecord, Officer)

    def make_fields(self) -> dict[str, Field]:
        return base.listed(FIELDS)

    def reader(self, name: str, other: str = "") -> cells.Read:
        read = super().reader(name, other)
        return nearest_rank_fix(self.look, read) if name == "rank" else read

    @cached_property
    def current(self) -> dict[str, tuple[int, dict[str, Any]]]:
        """Badge number → (id, the mapped fields as they are), of the officers that count."""
        names = [field for field in (*PLAIN, *CAREER) if field in self.mapped or field in ("name", "birth_date")]
        found = {}
        for row in counting(Officer.objects.all()).values("pk", "badge_no", "birth_precision", *names):
            for name in DAYS & row.keys():
                row[name] = None if row[name] is None else to_number(row[name])
            found[row["badge_no"]] = (row.pop("pk"), row)
        return found

    @cached_property
    def id_owners(self) -> dict[str, str]:
        """ID number → badge number."""
        rows = counting(Officer.objects.exclude(id_number=""))
        return dict(rows.values_list("id_number", "badge_no"))

    def check(self, row: Staged) -> None:
        values = row.values
        if (birth := values.get("birth_date")).__class__ is cells.Dated:
            values["birth_date"], values["birth_precision"] = birth
        if values.get("left_on") and "status" not in values:
            values["status"] = "left"
        badge = row.key = str(values.get("badge_no", ""))
        known = self.current.get(badge)
        self._check_doubles(row, badge, known)
        check_identity(row, self.look)
        check_rank_against_grade(row, self.look)
        if known:
            row.target = row.officer = known[0]
            self._compare(row, known[1])

    def _check_doubles(self, row: Staged, badge: str, known: Any) -> None:
        if not badge:
            return
        first = self.first_of(row, badge)
        if first is not None:
            owner = known[1].get("name") if known else ""
            code = "duplicate_badge" if owner else "duplicate_in_file"
            row.error(code, "badge_no", [fill_in("badge_no", "change_badge"), SKIP], row=first, badge=badge, name=owner)
        number = row.values.get("id_number")
        if number:
            owner = self.id_owners.get(number, badge)
            if owner != badge:
                row.error("duplicate_id", "id_number", [fill_in("id_number"), SKIP], badge=owner)
            elif (first := self.first_of(row, ("id", number))) is not None:
                row.error("duplicate_in_file", "id_number", [fill_in("id_number"), SKIP], row=first)

    def _compare(self, row: Staged, current: dict[str, Any]) -> None:
        values = row.values
        if values.get("birth_precision") != "day" and "birth_date" in values and not _sharper(values, current):
            # 1985.03 says nothing against 1985-03-17
            values["birth_date"], values["birth_precision"] = current["birth_date"], current["birth_precision"]
        row.before = {
            name: current.get(name)
            for name, value in values.items()
            if name in current and current[name] != value and not _same_month(name, current[name], value)
        }
        row.act = "update" if row.before else "same"
        moved = "unit" in row.before or "post" in row.before
        if moved and "post_since" in values and "post_since" not in row.before and current.get("post_since"):
            month, old = f"{self.look.today:%Y.%m}", f"{from_number(values['post_since']):%Y.%m}"
            fixes = [set_to(month, "post_since"), accept("since_stale", "post_since", "keep_value")]
            fixes[1]["value"] = "since_stale"
            row.doubt("since_stale", "post_since", fixes, day=month, old=old)

    # --- writing ------------------------------------------------------------------------------------------
    def prepare(self, batch: ImportBatch, by: User | None) -> None:
        unit_making.ensure(self.look, batch, by)

    def write(self, rows: Iterable[Staged], batch: ImportBatch, by: User | None) -> int:
        done = 0
        rows = iter(rows)
        while chunk := list(islice(rows, CHUNK)):
            self._write_chunk(chunk, batch, by)
            done += len(chunk)
        return done

    def _write_chunk(self, rows: list[Staged], batch: ImportBatch, by: User | None) -> None:
        from roster.services.careers import add_grades, add_postings, add_ranks
        from roster.services.officers import create_officers

        new = [row for row in rows if row.act == "new"]
        made = create_officers(
            rows=[{name: value for name, value in row.values.items() if name in OFFICER_COLUMNS} for row in new],
            batch=batch,
            source=batch.source,
            by=by,
        )
        for row, pk in zip(new, made, strict=True):
            row.officer = pk
        _write_protected(new, batch)
        facts = {"batch": batch, "source": batch.source, "by": by}
        touched = [row for row in rows if row.act != "same"]
        for add, rows_of in ((add_postings, self._posting), (add_ranks, self._rank), (add_grades, self._grade)):
            found = list(chain.from_iterable(map(rows_of, touched)))
            if found:
                add(rows=found, **facts)

    def _since(self, row: Staged, name: str) -> dt.date:
        number = row.values.get(name)
        if row.act == "new":
            number = number or row.values.get("police_since")
        elif name not in row.before and not row.values.get(name):
            number = None
        return from_number(number) if number is not None else self.look.today

    def _posting(self, row: Staged) -> Iterable[dict[str, Any]]:
        unit = unit_making.resolve(self.look, row.values.get("unit"))
        if row.act == "update":
            if not {"unit", "post", "post_since"} & row.before.keys():
                return
            current = self.current[row.key][1]
            unit = unit or current.get("unit") or self._present(row, "unit_id")
            post = row.values.get("post") or current.get("post") or self._present(row, "post")
        else:
            post = row.values.get("post", "")
        if unit:
            yield {
                "officer_id": row.officer,
                "unit_id": unit,
                "post": post or "",
                "main": True,
                "starts_on": self._since(row, "post_since"),
            }

    def _present(self, row: Staged, name: str) -> Any:
        return Officer.objects.values_list(name, flat=True).get(pk=row.officer)

    def _rank(self, row: Staged) -> Iterable[dict[str, Any]]:
        if row.values.get("rank") and (row.act == "new" or {"rank", "rank_since"} & row.before.keys()):
            yield {"officer_id": row.officer, "rank": row.values["rank"], "since": self._since(row, "rank_since")}

    def _grade(self, row: Staged) -> Iterable[dict[str, Any]]:
        if row.values.get("grade") and (row.act == "new" or {"grade", "grade_since"} & row.before.keys()):
            yield {"officer_id": row.officer, "grade": row.values["grade"], "since": self._since(row, "grade_since")}

    def apply(self, batch: ImportBatch, by: User | None) -> None:
        from roster.services.imports.changes import apply_officers

        apply_officers(batch)

    def revert(self, batch: ImportBatch, by: User | None) -> None:
        from roster.services.imports.changes import revert_officers

        revert_officers(batch)


OFFICER_COLUMNS = frozenset({*PLAIN, "birth_precision"})


def _sharper(values: dict[str, Any], current: dict[str, Any]) -> bool:
    """Whether the file says more about the day of birth than is known, or something else."""
    known = current.get("birth_date")
    return known is None or not _same_period(known, values["birth_date"], values.get("birth_precision", "day"))


def _same_period(known: int, said: int, precision: str) -> bool:
    ours, theirs = from_number(known), from_number(said)
    return ours.year == theirs.year and (precision == "year" or ours.month == theirs.month)


def _same_month(name: str, known: Any, said: Any) -> bool:
    """A month stands for its first day: 2021.03 is no change against 2021-03-15."""
    if name not in DAYS or name == "birth_date" or known is None or said is None:
        return False
    return from_number(said).day == 1 and _same_period(known, said, "month")


def _write_protected(rows: list[Staged], batch: ImportBatch) -> None:
    ProtectedAttribute.objects.bulk_create(
        ProtectedAttribute(officer_id=row.officer, name=name.removeprefix(PROTECTED), value=value, batch=batch)
        for row in rows
        for name, value in row.values.items()
        if name.startswith(PROTECTED) and value
    )


