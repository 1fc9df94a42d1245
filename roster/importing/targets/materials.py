"""The catalogues of paper files (档案目录) of many officers: 类号-序号, title, when formed, pages, remark."""

from __future__ import annotations

import re
import unicodedata
from functools import cached_property
from typing import Any, NamedTuple

from police_hr.core.days import from_number, to_number
from roster.importing import cells
from roster.importing.cells import CellFault, as_text
from roster.importing.fields import Field
from roster.importing.issues import SKIP, accept, fill_in, set_to
from roster.importing.lookups import Lookups
from roster.importing.reading import Staged
from roster.importing.targets import base
from roster.models import Material
from roster.selectors.categories import CHINESE, TABLE, categories, suggest

F = Field
MOST_NUMBER, MOST_PAGES = 9999, 2000
_SEPARATORS = re.compile(r"[-‐-―~./_、．]+")
_NUMBERED = re.compile(r"(\d{1,2})(?:-(\d{1,4}))?(?:-(\d{1,4}))?")
_ORDINALS = {text: str(number) for number, text in CHINESE.items() if number}


def _class_and_number(look: Lookups, field: Field) -> cells.Read:
    """Reads 4-1, 四, 第九类, 9-2-13, 9-2-13 任免材料 or the name of a category, into `code` or `code/number`.

    A second number is the part where the category has parts (4, 9), else the place within the category.
    """
    known = categories()
    names = look.table(TABLE)

    def read(cell: Any) -> str:
        text = unicodedata.normalize("NFKC", as_text(cell)).replace(" ", "")
        if (code := names.get(text) or names.get(text.casefold())) is not None:
            return code
        plain = _SEPARATORS.sub("-", text.removeprefix("第")).replace("类", "-", 1)
        head = re.match(r"[一二三四五六七八九十]", plain)
        if head:
            plain = _ORDINALS[head[0]] + plain[1:]
        found = _NUMBERED.match(plain)
        if found and found[1] in known:
            code, second, third = found[1], found[2], found[3]
            if second and f"{code}-{second}" in known:
                code, second = f"{code}-{second}", third
            elif third:
                raise CellFault("category_unknown", [fill_in(field.name)], text=as_text(cell)[:40])
            return f"{code}/{second}" if second else code
        raise CellFault("category_unknown", [fill_in(field.name)], text=as_text(cell)[:40])

    return read


class Held(NamedTuple):
    """A material that stands in the catalogue, or stands above in the file (`pk` 0)."""

    pk: int
    title: str
    formed: int | None
    pages: int
    row: int = 0


class Materials(base.Target):
    """One row a material. It is the same as one that is there where officer, category, title and day agree."""

    code, zh, en = "materials", "档案材料目录", "Catalogue of materials"

    def make_fields(self) -> dict[str, Field]:
        return base.listed(
            (
                base.OFFICER,
                F("category", "类号", "Category", _class_and_number, ("类别", "分类号", "类号-序号", "材料类别"),
                  required=True, show="code", table=(TABLE,), example="4-1"),
                F("number", "序号", "Number in the category", base.whole(1, MOST_NUMBER), ("编号", "顺序号"),
                  example=1),
                F("title", "材料名称", "Title of the material", base.text(120), ("名称", "材料题名", "题名"),
                  required=True, example="毕业生登记表"),
                F("formed_on", "形成时间", "Formed on", base.birth, ("材料形成时间", "制成时间", "日期"), show="day",
                  example="2008.07"),
                F("formed_year", "形成年", "Year formed", base.whole(1900, 2200), ("年",)),
                F("formed_month", "形成月", "Month formed", base.whole(1, 12), ("月",)),
                F("formed_day", "形成日", "Day formed", base.whole(1, 31), ("日",)),
                F("pages", "页数", "Pages", base.whole(1, MOST_PAGES), ("张数",), example=4),
                F("copies", "份数", "Copies", base.whole(1, 99), ("份",), example=1),
                base.REMARK,
            )
        )  # fmt: skip

    @cached_property
    def held(self) -> dict[tuple[int, str], dict[int, Held]]:
        """(officer, category) → number → what stands there; rows of the file are added as they are read."""
        found: dict[tuple[int, str], dict[int, Held]] = {}
        rows = Material.objects.filter(is_current=True).values_list(
            "officer_id", "category", "number", "pk", "title", "formed_on", "pages"
        )
        for officer, category, number, pk, title, formed, pages in rows.iterator(chunk_size=10_000):
            day = None if formed is None else to_number(formed)
            found.setdefault((officer, category), {})[number] = Held(pk, title, day, pages)
        return found

    def check(self, row: Staged) -> None:
        values = row.values
        row.officer = values.get("officer")
        self._formed(row)
        if row.issues:  # nothing but errors so far
            return
        officer = row.officer or 0
        if officer not in self.look.files_kept:
            row.error("outside_files", "officer", [SKIP])
        elif officer in self.look.files_barred:
            row.error("kin_file", "officer", [SKIP])
        self._place(row)
        if row.wrong:
            return
        values["title"] = values["title"].strip()
        values.setdefault("pages", 1)
        values.setdefault("copies", 1)
        row.key = f"{row.officer}/{values['category']}/{values['title']}/{values.get('formed_on') or ''}"[:120]
        first = self.first_of(row, row.key)
        if first is not None:
            row.error("duplicate_fact", "title", [SKIP], row=first)
            return
        self._number(row)

    def _formed(self, row: Staged) -> None:
        """The day of forming from one column or from three; how exactly it is known goes with it."""
        values = row.values
        parts = [values.pop(f"formed_{name}", None) for name in ("year", "month", "day")]
        formed = values.get("formed_on")
        if formed is None and parts[0] is not None:
            text = "-".join(str(part) for part in parts if part is not None)
            try:
                formed = base.birth(self.look, self.fields["formed_on"])(text)
            except CellFault as fault:
                row.error(fault.code, "formed_year", [fill_in("formed_year"), SKIP], **fault.args_)
                return
        if formed is not None:
            values["formed_on"], values["formed_precision"] = formed.day, formed.precision

    def _place(self, row: Staged) -> None:
        """The category; a heading is told by the title, and a title that belongs elsewhere is a doubt."""
        values = row.values
        code, _slash, number = values["category"].partition("/")
        if number and "number" not in values:
            values["number"] = int(number)
        known, guess = categories(), suggest(values["title"])
        if known[code].heading:
            if guess is None or guess.parent != code:
                row.error("category_part", "category", [fill_in("category"), SKIP], text=code)
                return
            code = guess.code
            row.doubt("part_guessed", "category", [accept("part_guessed", "category")], text=code)
        elif guess is not None and code not in (guess.code, guess.parent):
            fixes = [set_to(guess.code, "category"), accept("category_unlike", "category")]
            row.doubt("category_unlike", "category", fixes, text=guess.code)
        values["category"] = code

    def _number(self, row: Staged) -> None:
        """The place in the category: as the file says where it is free, else the next one."""
        values = row.values
        place = self.held.setdefault((row.officer or 0, values["category"]), {})
        formed = values.get("formed_on")
        for number, one in place.items():
            if one.pk and (one.title, one.formed) == (values["title"], formed):
                row.target, row.act = one.pk, "same"
                values["number"] = number
                if one.pages != values["pages"]:
                    fixes = [accept("material_differs", "pages")]
                    row.doubt("material_differs", "pages", fixes, number=number, pages=one.pages)
                return
        wanted = values.get("number")
        free = max(place, default=0) + 1
        if wanted in place:
            fixes = [accept("number_taken", "number")]
            row.doubt("number_taken", "number", fixes, number=wanted, title=place[wanted].title, free=free)
        if wanted is None or wanted in place:
            values["number"] = free
        if not row.skipped:
            place[values["number"]] = Held(0, values["title"], formed, values["pages"], row.number)


def formed_day(values: dict[str, Any]) -> Any:
    """The day of forming of a staged row as the model takes it."""
    return from_number(values["formed_on"]) if values.get("formed_on") is not None else None
