"""Units: the tree, parents before children in any order of rows."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from roster.importing.fields import Field
from roster.importing.issues import SKIP, fill_in
from roster.importing.reading import Staged
from roster.importing.targets import base
from roster.models import Unit

F = Field
COMPARED = ("name", "short_name", "name_en", "type", "branch", "establishment", "order")


class Units(base.Target):
    code, zh, en = "units", "单位", "Units"

    def make_fields(self) -> dict[str, Field]:
        return base.listed(
            (
                F(
                    "code",
                    "单位代码",
                    "Unit code",
                    base.text(40),
                    ("代码", "机构代码", "unit_code"),
                    key=True,
                    example="330100",
                ),
                F(
                    "name",
                    "单位名称",
                    "Name",
                    base.text(80),
                    ("名称", "单位", "机构名称", "单位全称"),
                    required=True,
                    example="望江派出所",
                ),
                F("short_name", "简称", "Short name", base.text(40), ("单位简称",), example="望江所"),
                F("name_en", "英文名称", "English name", base.text(120)),
                F(
                    "parent_code",
                    "上级单位代码",
                    "Parent unit code",
                    base.text(40),
                    ("上级代码", "上级机构代码", "parent"),
                    example="330000",
                ),
                F("type", "单位类型", "Type", base.choice("unit_type"), ("类型",), show="code", table=("unit_type",)),
                F(
                    "branch",
                    "警种",
                    "Police branch",
                    base.choice("police_branch"),
                    show="code",
                    table=("police_branch",),
                ),
                F("establishment", "编制数", "Establishment", base.whole(0, 100_000), ("编制",)),
                F("order", "排序", "Order", base.whole(0, 1_000_000), ("顺序",)),
                F("valid_from", "成立日期", "From", base.past_day, ("启用日期",), show="day"),
            )
        )

    @cached_property
    def current(self) -> dict[str, tuple[int, dict[str, Any]]]:
        return {row["code"]: (row.pop("pk"), row) for row in Unit.objects.values("pk", "code", *COMPARED)}

    def check(self, row: Staged) -> None:
        values = row.values
        code = row.key = values.get("code", "")
        if not code:
            return
        first = self.first_of(row, code)
        if first is not None:
            row.error("duplicate_in_file", "code", [fill_in("code"), SKIP], row=first)
        parent = values.get("parent_code")
        # rows above may hold the parent; one further down is found when the rows are written
        if parent and (parent == code or (parent not in self.current and parent not in self.seen)):
            row.error("parent_unknown", "parent_code", [fill_in("parent_code"), SKIP], text=parent)
        known = self.current.get(code)
        if known is not None:
            row.target = known[0]
            row.before = {
                name: known[1][name] for name in COMPARED if name in values and values[name] != known[1][name]
            }
            row.act = "update" if row.before else "same"
