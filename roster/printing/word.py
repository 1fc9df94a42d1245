"""The form as a Word file: the same geometry as the PDF, in a table whose rows may grow but need not.

Loaded by the drawing process only.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

from docx import Document as NewDocument
from docx.document import Document
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT as VERTICAL
from docx.enum.table import WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.enum.text import WD_BREAK
from docx.enum.text import WD_TAB_ALIGNMENT as TAB
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import _Cell

FONT = "宋体"
POINT = 0.3528  # mm
SIZES = [size / 2 for size in range(24, 15, -1)]
SMALLER = [7.5, 7.0, 6.5, 6.0, 5.5, 5.0, 4.5, 4.0]
PAGE_ONE = (20, 25, 20, 23, 22, 24, 32)
PAGE_TWO = (18, 18, 22, 17, 24, 14, 53)
LABELS = {
    "awards": "奖惩情况",
    "family": "家庭主要成员及重要社会关系",
    "reporting": "呈报单位",
    "approval": "审批机关意见",
    "administration": "行政机关任免意见",
}


class Form:
    """Writes one form; `small` collects the cells whose text did not fit at 8 pt."""

    def __init__(self, form: dict[str, Any]) -> None:
        self.cells: dict[str, str] = form["cells"]
        self.form = form
        self.small: list[tuple[str, float]] = []
        self.file: Document = NewDocument()
        section = self.file.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.left_margin, section.right_margin = Mm(23), Mm(21)
        section.top_margin, section.bottom_margin = Mm(17), Mm(6)
        section.header_distance = section.footer_distance = Mm(4)
        style = self.file.styles["Normal"]
        style.font.name, style.font.size = FONT, Pt(12)
        style.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
        # without it a machine that lacks the font may take Japanese or Taiwanese shapes, commas in the middle
        language = OxmlElement("w:lang")
        language.set(qn("w:eastAsia"), "zh-CN")
        style.element.rPr.append(language)
        style.paragraph_format.space_after = style.paragraph_format.space_before = Pt(0)

    def table(self, widths: tuple[int, ...], heights: list[float]) -> Callable[[int, int], _Cell]:
        """A new table; returns how its cells are reached. `Table.cell` would look at all of them each time."""
        table = self.file.add_table(rows=len(heights), cols=len(widths))
        table.style, table.autofit, table.alignment = "Table Grid", False, WD_TABLE_ALIGNMENT.LEFT
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Mm(width)
        for row, height in zip(table.rows, heights, strict=True):
            row.height, row.height_rule = Mm(height), WD_ROW_HEIGHT_RULE.AT_LEAST
            for cell, width in zip(row.cells, widths, strict=True):
                cell.width = Mm(width)
                _margins(cell)
        cells, columns = table._cells, len(widths)  # noqa: SLF001
        return lambda row, column: cells[row * columns + column]

    def put(self, cell: _Cell, text: str, size: float = 12, *, left: bool = False, line: float = 1.15) -> None:
        cell.vertical_alignment = VERTICAL.CENTER
        for number, part in enumerate(text.split("\n")):
            paragraph = cell.paragraphs[0] if number == 0 else cell.add_paragraph()
            paragraph.alignment = ALIGN.LEFT if left else ALIGN.CENTER
            paragraph.paragraph_format.line_spacing = Pt(size * line)
            _run(paragraph, part, size)

    def value(self, cell: _Cell, name: str, width: float, height: float, *, left: bool = False) -> None:
        """The text of cell `name`, shrunk until it fits into so many mm."""
        if left:
            _margins(cell, 2.5)
        text = self.cells[name]
        self.put(cell, text, self.size(name, [text], width - (5 if left else 1), height - 1), left=left)

    def size(self, name: str, texts: list[str], width: float, height: float, most: float = 12) -> float:
        for size in (*(size for size in SIZES if size <= most), *SMALLER):
            rows = sum(_rows(part, width, size) for text in texts for part in text.split("\n"))
            if rows * size * 1.2 * POINT <= height:
                break
        if size < 8:
            self.small.append((name, size))
        return size

    def label(self, cell: _Cell, text: str) -> None:
        self.put(cell, text)

    def standing(self, cell: _Cell, text: str, size: float = 12) -> None:
        self.put(cell, "\n".join(text), size)


def write_form(form: dict[str, Any], photo: Path | None, target: Path, *, mark: str = "") -> list[tuple[str, float]]:
    """Write one form to `target`, whose it is in its properties; returns (cell, size) of what did not fit at 8 pt."""
    paper = Form(form)
    paper.file.core_properties.keywords = mark[:255]
    _page_one(paper, photo)
    _page_two(paper)
    paper.file.save(str(target))
    return paper.small


def _page_one(paper: Form, photo: Path | None) -> None:
    heading = paper.file.paragraphs[0] if paper.file.paragraphs else paper.file.add_paragraph()
    heading.alignment = ALIGN.CENTER
    heading.paragraph_format.space_after = Mm(4)
    _run(heading, "干 部 任 免 审 批 表", 22, bold=True)
    at = paper.table(PAGE_ONE, [13.0] * 4 + [9.2] * 4 + [13.0] * 3 + [110.0])
    rows = (
        (("姓　名", "name"), ("性　别", "sex"), ("出生年月\n（　岁）", "birth")),
        (("民　族", "ethnicity"), ("籍　贯", "native_place"), ("出 生 地", "birthplace")),
        (("入　党\n时　间", "party"), ("参加工\n作时间", "work"), ("健康状况", "health")),
    )
    for row, pairs in enumerate(rows):
        for place, (label, name) in enumerate(pairs):
            paper.label(at(row, 2 * place), label)
            paper.value(at(row, 2 * place + 1), name, PAGE_ONE[2 * place + 1], 13)
    paper.label(at(3, 0), "专业技\n术职务")
    paper.value(at(3, 1).merge(at(3, 2)), "title", 45, 13)
    paper.label(at(3, 3), "熟悉专业\n有何专长")
    paper.value(at(3, 4).merge(at(3, 5)), "speciality", 46, 13)
    _picture(at(0, 6).merge(at(3, 6)), photo, paper)
    paper.label(at(4, 0).merge(at(7, 0)), "学　历\n学　位")
    for row, sort, label in ((4, "full_time", "全日制\n教　育"), (6, "in_service", "在　职\n教　育")):
        paper.label(at(row, 1).merge(at(row + 1, 1)), label)
        paper.value(at(row, 2).merge(at(row, 3)), f"{sort}_education", 43, 9.2)
        paper.value(at(row + 1, 2).merge(at(row + 1, 3)), f"{sort}_degree", 43, 9.2)
        paper.label(at(row, 4).merge(at(row + 1, 4)), "毕业院校\n系及专业")
        paper.value(at(row, 5).merge(at(row + 1, 6)), f"{sort}_school", 56, 18.4, left=True)
    for row, name, label in (
        (8, "current", "现 任 职 务"),
        (9, "proposed", "拟 任 职 务"),
        (10, "removed", "拟 免 职 务"),
    ):
        paper.label(at(row, 0).merge(at(row, 1)), label)
        paper.value(at(row, 2).merge(at(row, 6)), name, 121, 13, left=True)
    paper.standing(at(11, 0), "简　历")
    _resume(paper, at(11, 1).merge(at(11, 6)))


def _resume(paper: Form, cell: _Cell) -> None:
    cell.vertical_alignment = VERTICAL.TOP
    _margins(cell, 2.5)
    periods = paper.form["resume"]
    texts = [text for period in periods for text in (period["text"], *period["within"])]
    size = paper.size("resume", texts, 140 - 12 * 9.2 * POINT, 104)
    indent = Pt(size * 9.2)
    first = True
    for period in periods:
        for number, text in enumerate((period["text"], *period["within"])):
            paragraph = cell.paragraphs[0] if first else cell.add_paragraph()
            form = paragraph.paragraph_format
            form.space_before = Mm(2 if first else 0)
            first = False
            form.line_spacing = Pt(size * 1.4)
            if period["span"]:
                form.left_indent = indent
                form.tab_stops.add_tab_stop(indent)
            if number == 0 and period["span"]:
                form.first_line_indent = -indent
                _run(paragraph, f"{period['span']}\t", size)
            _run(paragraph, text, size)


def _page_two(paper: Form) -> None:
    pause = paper.file.add_paragraph()
    pause.paragraph_format.line_spacing = Pt(1)
    pause.add_run().add_break(WD_BREAK.PAGE)
    family = paper.form["family"]
    count = max(7, len(family))
    high = 65.8 / count
    heights = [44, 25, 25, 9.4] + [high] * count + [31, 47]
    at = paper.table(PAGE_TWO, [float(height) for height in heights])
    paper.standing(at(0, 0), LABELS["awards"])
    paper.label(at(1, 0), "年　度\n考　核\n结　果")
    paper.label(at(2, 0), "任　免\n理　由")
    for row, name, height in ((0, "awards", 44), (1, "appraisals", 25), (2, "reason", 25)):
        paper.value(at(row, 1).merge(at(row, 6)), name, 148, height, left=True)
    last = 3 + count
    paper.standing(at(3, 0).merge(at(last, 0)), LABELS["family"], 12)
    for column, text in enumerate(("称　谓", "姓　名", "年　龄", "政治面貌")):
        paper.label(at(3, column + 1), text)
    paper.label(at(3, 5).merge(at(3, 6)), "工作单位及职务")
    for row in range(4, last + 1):
        member = family[row - 4] if row - 4 < len(family) else {}
        for column, (name, width) in enumerate((("relation", 18), ("name", 22), ("age", 17), ("status", 24)), 1):
            text = member.get(name, "")
            paper.put(at(row, column), text, paper.size("family", [text], width - 1, high, 11), line=1.1)
        text = member.get("employment", "")
        cell = at(row, 5).merge(at(row, 6))
        paper.put(cell, text, paper.size("family", [text], 65, high, 11), left=True, line=1.1)
        _margins(cell, 2.5)
    _opinions(paper, at, last)


def _opinions(paper: Form, at: Callable[[int, int], _Cell], last: int) -> None:
    blank = "　　年　　月　　日"
    paper.standing(at(last + 1, 0), LABELS["reporting"])
    stamp = at(last + 1, 1).merge(at(last + 1, 6))
    _margins(stamp, 2.5)
    paper.put(stamp, f"{paper.cells['reporting']}\n", left=True)
    _seal(stamp, paper.cells["filled_on"] or blank)
    paper.standing(at(last + 2, 0), LABELS["approval"])
    opinion = at(last + 2, 1).merge(at(last + 2, 4))
    _seal(opinion, blank, alone=True)
    paper.standing(at(last + 2, 5), LABELS["administration"])
    _seal(at(last + 2, 6), blank, alone=True)
    foot = paper.file.add_paragraph()
    foot.paragraph_format.space_before = Mm(2)
    parts = [f"填表人：{paper.cells['filled_by']}"]
    parts += [f"计算年龄时间：{paper.cells['age_as_of']}"] if paper.cells["age_as_of"] else []
    parts += [f"填表时间：{paper.cells['filled_on']}"] if paper.cells["filled_on"] else []
    foot.paragraph_format.tab_stops.add_tab_stop(Mm(sum(PAGE_TWO) / 2), TAB.CENTER)
    foot.paragraph_format.tab_stops.add_tab_stop(Mm(sum(PAGE_TWO)), TAB.RIGHT)
    _run(foot, "\t".join(parts), 10.5)


def _seal(cell: _Cell, day: str, *, alone: bool = False) -> None:
    cell.vertical_alignment = VERTICAL.BOTTOM if alone else VERTICAL.CENTER
    for number, (text, inset) in enumerate((("（盖章）", 11), (day, 5))):
        paragraph = cell.paragraphs[0] if alone and number == 0 else cell.add_paragraph()
        paragraph.alignment = ALIGN.RIGHT
        paragraph.paragraph_format.line_spacing = Pt(20)
        # an indent, since blanks at the end of a line take no room
        paragraph.paragraph_format.right_indent = Mm(inset)
        _run(paragraph, text, 12)


def _picture(cell: _Cell, photo: Path | None, paper: Form) -> None:
    if photo is None:
        paper.put(cell, "照　片", 10.5)
        return
    cell.vertical_alignment = VERTICAL.CENTER
    paragraph = cell.paragraphs[0]
    paragraph.alignment = ALIGN.CENTER
    picture = paragraph.add_run().add_picture(str(photo), width=Mm(31))
    if picture.height > Mm(50):
        picture.width, picture.height = int(picture.width * Mm(50) / picture.height), Mm(50)


def _run(paragraph: Any, text: str, size: float, *, bold: bool = False) -> None:
    run = paragraph.add_run(text)
    run.font.size, run.font.name, run.bold = Pt(size), FONT, bold
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), FONT)  # noqa: SLF001  no public way


def _rows(text: str, width: float, size: float) -> int:
    """How many lines the text takes: a Chinese character is one em wide, a Latin one about half."""
    ems = sum(1.0 if unicodedata.east_asian_width(letter) in "WFA" else 0.55 for letter in text)
    return max(1, -int(-(ems * size * POINT) // max(1.0, width - size * POINT)))


def _margins(cell: _Cell, left: float = 0.5) -> None:
    properties = cell._element.get_or_add_tcPr()  # noqa: SLF001  no public way
    for old in properties.findall(qn("w:tcMar")):
        properties.remove(old)
    margins = OxmlElement("w:tcMar")
    for side, width in (("left", left), ("right", 0.5)):
        entry = OxmlElement(f"w:{side}")
        entry.set(qn("w:w"), str(round(width / POINT * 20)))
        entry.set(qn("w:type"), "dxa")
        margins.append(entry)
    properties.append(margins)
