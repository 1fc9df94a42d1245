"""The gallery: every component of the page with sample data, very long names and empty states included."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from police_hr.core.access import access
from police_hr.core.components import Axis, Change, Chip, Choice, Entry, Facet, Points, Step, TabChoice, TreeNode
from police_hr.core.i18n import pick

LONG_NAME = "阿卜杜热合曼·阿卜杜克热木江"
TODAY = date(2026, 11, 23)


class SampleForm(forms.Form):
    """One field of each kind, so that the look of forms is seen in one place."""

    badge = forms.CharField(label=_("Badge number"), help_text=_("Six digits"), max_length=6)
    unit = forms.ChoiceField(label=_("Unit"), choices=[("1", "望江派出所"), ("2", "石桥派出所")])
    since = forms.DateField(label=_("In post since"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea, required=False)
    password = forms.CharField(label=_("Password"), widget=forms.PasswordInput)
    kind = forms.ChoiceField(
        label=_("Kind"), choices=[("a", _("talk")), ("b", _("visit"))], widget=forms.RadioSelect, initial="a"
    )
    notify = forms.BooleanField(label=_("Tell the unit"), required=False)


@access(permission="ui.gallery")
@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    """`/ui/`, for those who build and check pages."""
    return render(request, "_components/index.html", samples())


def samples() -> dict[str, Any]:
    """The sample data of all components; invented."""
    bad_form = SampleForm({"badge": "", "unit": "1", "since": "2026-13-01", "kind": "a"}, auto_id="bad_%s")
    bad_form.add_error(None, _("The officer is already in this unit."))
    return {
        "form": SampleForm(),
        "bad_form": bad_form,
        "axes": _axes(),
        "cards": _cards(),
        "rows": _rows(),
        "page": Paginator(range(1043), 50).page(4),
        "short_page": Paginator(range(8), 50).page(1),
        "empty_page": Paginator([], 50).page(1),
        "chips": [
            Chip(pick("单位 江滨分局及下属", "Unit Jiangbin Branch and below"), "?"),
            Chip(pick("任现职 ≥ 5 年", "In post ≥ 5 years"), "?"),
        ],
        "facets": _facets(),
        "tree": _tree(),
        "segments": [
            Choice(pick(zh, en), count=count, chosen=index == 0, url="?")
            for index, (zh, en, count) in enumerate(
                [("全部", "All", 214), ("错误", "Errors", 6), ("疑问", "Doubts", 8), ("更新", "Updates", 178)]
            )
        ],
        "tabs": [
            TabChoice(pick("台账时间线", "Timeline"), "?", chosen=True),
            TabChoice(pick("奖励", "Awards"), "?", count=3),
            TabChoice(pick("处分处理", "Sanctions"), "?", locked=True),
            TabChoice(pick("家庭", "Family"), "?", count=0),
            TabChoice(pick("政工台账", "Political work"), "?", front=False),
        ],
        "steps": [
            Step(pick("选择文件", "Choose the file"), "江滨分局_人员变动_202611.xlsx", "done"),
            Step(pick("对应列", "Match the columns"), pick("12 列，10 列已对应", "12 columns, 10 matched"), "done"),
            Step(pick("预览核对", "Check the preview"), pick("6 行错误，8 行疑问", "6 errors, 8 doubts"), "now"),
            Step(pick("提交", "Commit"), pick("全部成功或全部不动", "All rows or none")),
        ],
        "jobs": _jobs(),
        "entries": _entries(),
        "trend": [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 9.4, 13.1, 22.3, 28.0, 27.1, 40.07],
        "changes": [
            Change("", 30, 2, 1, 31, "help"),
            Change("", 127, 5, 4, 128, "watch"),
            Change("", 1031, 3, 5, 1029, "normal"),
            Change("", 12, 0, 0, 12, "insufficient"),
        ],
        "heat": _heat(),
        "bars": [(pick("亲属重病、亡故", "Illness or death in the family"), 9), (pick("红线情形", "Red lines"), 3)],
        "moment": datetime(2026, 11, 23, 1, 42, tzinfo=UTC),
        "watermark_text": "应岚 090127 2026-11-23 09:42",
        "day_sample": TODAY,
    }


def _axes() -> list[Axis]:
    return [
        Axis(
            pick("职务", "Post"), pick("副所长", "Deputy chief"), pick("2021.03 任 · 5 年 8 个月", "2021-03 · 5 y 8 m")
        ),
        Axis(pick("警衔", "Rank"), pick("三级警督", "Superintendent 3"), pick("2023.07 授予", "since 2023-07")),
        Axis(pick("职级", "Grade"), pick("二级警长", "Grade 2"), pick("2022.06 任 · 已满 2 年", "since 2022-06")),
    ]


def _cards() -> list[dict[str, str]]:
    common = {"url": "?", "photo_url": ""}
    cards = [
        {"name": "沈立群", "badge_no": "091346", "unit": "望江派出所", "post": "副所长", "tier": "watch"} | common,
        {"name": "周砚", "badge_no": "091120", "unit": "望江派出所", "post": "教导员", "tier": "normal"} | common,
        {
            "name": LONG_NAME,
            "badge_no": "091999",
            "unit": "高新技术产业开发区分局经济犯罪侦查大队",
            "post": "",
            "tier": "help",
        }
        | common,
        {"name": "欧阳静", "badge_no": "091486", "unit": "交警大队", "post": "民警", "tier": "insufficient"} | common,
    ]
    return [card | {"initial": card["name"][:1]} for card in cards]


def _rows() -> list[dict[str, Any]]:
    names = ("name", "badge", "age", "unit", "post", "tier", "index", "change")
    rows = [
        ("龚志强", "091241", 45, "龙河派出所", "副所长", "watch", 37.5, 4.4),
        ("苗青", "091329", 41, "文昌派出所", "副所长", "normal", 4.3, None),
        ("贺子明", "091417", 40, "东门派出所", "警务区民警", "help", 62.8, 9.6),
        (LONG_NAME, "091999", 38, "高新技术产业开发区分局经济犯罪侦查大队", "侦查员", "normal", 14.1, -2.3),
        ("欧阳静", "091486", 35, "交警大队", "民警", "insufficient", None, None),
    ]
    return [dict(zip(names, row, strict=True)) for row in rows]


def _facets() -> list[Facet]:
    tiers = [
        Choice(pick("重点帮助", "Key help"), "help", 1),
        Choice(pick("重点关注", "Key attention"), "watch", 3, chosen=True),
    ]
    ranks = [
        Choice(pick("一级警督", "Superintendent 1"), "r1", 8),
        Choice(pick("二级警督", "Superintendent 2"), "r2", 7),
    ]
    return [Facet(pick("层级", "Tier"), "tier", tiers, open=True), Facet(pick("警衔", "Rank"), "rank", ranks)]


def _tree() -> list[TreeNode]:
    return [
        TreeNode("示例市公安局", "?", 1200, 0, expanded=True, toggle_url="?"),
        TreeNode("局机关", "?", 168, 1, toggle_url="?"),
        TreeNode("江滨分局", "?", 142, 1, current=True, expanded=True, toggle_url="?"),
        TreeNode("望江派出所", "?", 14, 2),
        TreeNode("高新技术产业开发区分局经济犯罪侦查大队", "?", 9, 2),
    ]


def _jobs() -> list[SimpleNamespace]:
    def job(state: str, **fields: Any) -> SimpleNamespace:
        blank = {"percent": 0, "done": 0, "total": 0, "message": "", "error": ""}
        return SimpleNamespace(state=state, is_open=state in {"waiting", "running"}, **(blank | fields))

    return [
        job("waiting"),
        job("running", percent=42, done=4200, total=10000, message=pick("写入台账", "Writing the ledger")),
        job("done", percent=100),
        job("failed", error=pick("磁盘已满，整批未写入。", "The disk is full; nothing was written.")),
    ]


def _entries() -> list[Entry]:
    return [
        Entry(
            date(2026, 11, 22),
            pick("周工时超 55 小时，连续 4 周", "Over 55 hours a week, 4 weeks in a row"),
            "?",
            pick("周均 58.6 小时；自动计算", "58.6 hours a week; computed"),
            "care",
            points=Points("care", 3.95, "D01"),
        ),
        Entry(
            date(2026, 11, 20),
            pick("谈心谈话 · T6 情绪波动", "Heart-to-heart talk · T6 mood"),
            "?",
            pick("教导员 周砚 谈 45 分钟", "Political officer Zhou Yan, 45 minutes"),
            "care",
            sensitivity=3,
            points=Points("care", 7.46, "F05"),
        ),
        Entry(date(2026, 11, 17), pick("整改逾期一周", "Correction a week late"), "?", "", "risk", void=True),
        Entry(date(2026, 1, 16), pick("嘉奖", "Commendation"), "", "", "good", points=Points("credit", -1.66, "K01")),
    ]


def _heat() -> list[dict[str, Any]]:
    big = [("江滨分局", 142, [4.2, 7.7, 12.0, 15.5, 20.7, 26.9])]
    small = [("法制支队", 7, [0, 1, 1, 1, 0, 0])]
    rows = [
        {"unit": unit, "people": people, "few": False, "cells": [{"share": share, "n": 0} for share in shares]}
        for unit, people, shares in big
    ]
    rows += [
        {"unit": unit, "people": people, "few": True, "cells": [{"share": 0.0, "n": number} for number in numbers]}
        for unit, people, numbers in small
    ]
    return rows
