"""Rosters as files: a workbook set up for A4, or a page of HTML that is printed. Both go through `exports`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from html.parser import HTMLParser

from django.template.loader import render_to_string
from django.utils.functional import lazy
from django.utils.translation import gettext as _

from police_hr.core import wording
from police_hr.core.tabular import Band, Head, verify_xlsx, write_printed_xlsx
from roster.access import today
from roster.models import ExportRequest, Officer
from roster.selectors.photos import with_photo
from roster.selectors.roster_rows import PaperWords, rows_of
from roster.selectors.rosters import Roster, roster_of, rosters
from roster.services import photo_rosters
from roster.services.export_forms import ExportForm, Writing, Written, lost, register_form

KEYS_A_QUERY = 900
# title, note and heads of the workbook
LINES_ABOVE = 3


def register_rosters() -> None:
    """Make every roster a form of export."""
    for roster in rosters():
        register_form(
            ExportForm(
                code=roster.code,
                label=_word(roster.code, "label"),
                about=_word(roster.code, "about"),
                formats=roster.formats,
                write=write_roster,
                check=check_roster,
                titles=_titles,
                from_list=not roster.asked_apart,
            )
        )


def _word(code: str, name: str) -> str:
    """A word of the roster in the language in which it is shown."""
    return lazy(partial(_read_word, code, name), str)()


def _read_word(code: str, name: str) -> str:
    return str(getattr(roster_of(code), name))


def _titles(export: ExportRequest) -> Sequence[str]:
    return roster_of(export.form).titles


def write_roster(writing: Writing) -> Written:
    """The roster of the export's form, in its format, with the titles in the language of who asked for it."""
    roster = roster_of(writing.export.form)
    if writing.export.format == "xlsx":
        return _write_workbook(writing, roster)
    if writing.export.format == "pdf":
        return photo_rosters.write(writing, roster, note=note_of(len(writing.export.officers)))
    return _write_wall(writing, roster) if roster.layout == "wall" else _write_page(writing, roster)


def check_roster(writing: Writing, written: Written) -> None:
    """Raises where the file holds other columns, another number of rows, or anything that acts."""
    if writing.export.format == "xlsx":
        found = verify_xlsx(writing.path, list(written.titles), printed=True)
        held = found.rows + 1 - LINES_ABOVE - written.bands
        if held != written.rows or list(found.columns) != list(written.titles):
            raise lost()
        return
    if writing.export.format == "pdf":
        photo_rosters.check(writing, written)
        return
    page = _Page()
    with writing.path.open(encoding="utf-8") as file:
        for line in file:
            page.feed(line)
    page.close()
    if page.acts or page.rows != written.rows or page.heads != list(written.titles):
        raise lost()


# --- lines ---------------------------------------------------------------------------------------------------
def note_of(officers: int) -> str:
    """The line below the title: of which day, how many people."""
    day = wording.day(today(), "full")
    return _("As of %(day)s · %(count)s people") % {"day": day, "count": wording.grouped(officers)}


def _lines(writing: Writing, roster: Roster) -> Iterator[Sequence[str] | Band]:
    """The rows of a roster, in the list's order or by unit with a band above each unit's."""
    words, number, unit = PaperWords.read(), 1, ""
    proposed = writing.export.options.get("proposed")
    for chunk in _chunks(writing, roster):
        rows = rows_of(roster, chunk, words, first=number, proposed=proposed)
        for officer, row in zip(chunk, rows, strict=True):
            name = words.units.get(officer.unit_id or 0, _("without a unit"))
            if roster.by_unit and name != unit:
                yield Band(name)
                unit = name
            yield row
        number += len(chunk)


def _chunks(writing: Writing, roster: Roster) -> Iterator[list[Officer]]:
    if not roster.by_unit:
        return writing.chunks()
    paths: dict[int, str] = {}
    asked = writing.export.officers
    for start in range(0, len(asked), KEYS_A_QUERY):
        found = Officer.objects.filter(pk__in=asked[start : start + KEYS_A_QUERY]).order_by()
        paths.update(found.values_list("pk", "unit__path"))
    # sorting keeps the list's order within a unit; who has no unit comes last
    return writing.chunks(ids=sorted(asked, key=lambda pk: paths.get(pk) or "~"))


# --- workbook ------------------------------------------------------------------------------------------------
def _write_workbook(writing: Writing, roster: Roster) -> Written:
    bands = 0

    def counted() -> Iterator[Sequence[str] | Band]:
        nonlocal bands
        for line in _lines(writing, roster):
            bands += isinstance(line, Band)
            yield line

    heads = [Head(column.title, column.width, centred=not column.left) for column in roster.columns]
    with writing.path.open("wb") as file:
        rows = write_printed_xlsx(
            counted(),
            heads,
            file,
            title=roster.label,
            note=note_of(len(writing.export.officers)),
            watermark=writing.mark,
            landscape=roster.landscape,
        )
    return Written(rows, roster.titles, bands)


# --- page ----------------------------------------------------------------------------------------------------
def _write_page(writing: Writing, roster: Roster) -> Written:
    rows, lines = 0, []
    wide = sum(column.width for column in roster.columns)
    shares = [round(100 * column.width / wide, 2) for column in roster.columns]
    context = {
        "roster": roster,
        "heads": list(zip(roster.columns, shares, strict=True)),
        "note": note_of(len(writing.export.officers)),
        "mark": " · ".join(writing.mark.values()),
    }
    with writing.path.open("w", encoding="utf-8") as file:
        file.write(render_to_string("roster/paper/_table_head.html", context))
        for line in _lines(writing, roster):
            lines.append(line)
            rows += not isinstance(line, Band)
            if len(lines) >= KEYS_A_QUERY:
                file.write(_rows_page(roster, lines))
                lines = []
        file.write(_rows_page(roster, lines))
        file.write(render_to_string("roster/paper/_table_foot.html", context))
    return Written(rows, roster.titles)


def _rows_page(roster: Roster, lines: Sequence[Sequence[str] | Band]) -> str:
    left = [column.left for column in roster.columns]
    rows = [
        {"band": line.text} if isinstance(line, Band) else {"cells": list(zip(line, left, strict=True))}
        for line in lines
    ]
    return render_to_string("roster/paper/_table_rows.html", {"rows": rows, "width": len(left)})


def _write_wall(writing: Writing, roster: Roster) -> Written:
    """Photos in a grid, a sheet for every `photo_rosters.ON_A_SHEET` officers."""
    words, count = PaperWords.read(), 0
    sheet: list[dict[str, object]] = []
    total = -(-len(writing.export.officers) // photo_rosters.ON_A_SHEET)
    context = {"roster": roster, "note": note_of(len(writing.export.officers)), "sheets": total}
    context["mark"] = " · ".join(writing.mark.values())
    with writing.path.open("w", encoding="utf-8") as file:
        number = 0

        def write(cards: Sequence[dict[str, object]]) -> None:
            nonlocal number
            number += 1
            here = {**context, "cards": cards, "sheet": number}
            file.write(render_to_string("roster/paper/_wall_sheet.html", here))

        for chunk in writing.chunks(shape=with_photo):
            for officer, row in zip(chunk, rows_of(roster, chunk, words), strict=True):
                sheet.append({"initial": officer.name[:1] or "?", "lines": row, "photo": officer.photo_url})
                count += 1
                if len(sheet) == photo_rosters.ON_A_SHEET:
                    write(sheet)
                    sheet = []
        if sheet:
            write(sheet)
    return Written(count)


class _Page(HTMLParser):
    """Counts the rows of a written page, reads its heads, and notices whatever a browser would run or ask for."""

    ALLOWED = frozenset(
        {"section", "table", "colgroup", "col", "thead", "tbody", "tfoot", "tr", "th", "td", "h1", "p", "br", "div"}
        | {"article", "img", "span", "footer", "b"}
    )

    def __init__(self) -> None:
        super().__init__()
        self.rows, self.acts = 0, False
        self.heads: list[str] = []
        self._in_head = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag not in self.ALLOWED or any(name.startswith("on") or name in ("href", "style") for name in given):
            self.acts = True
        if tag == "img" and not (given.get("src") or "").startswith("/roster/"):
            self.acts = True
        self.rows += "data-row" in given
        self._in_head = tag == "th" and "data-head" in given

    def handle_data(self, data: str) -> None:
        if self._in_head:
            self.heads.append(data)

    def handle_endtag(self, tag: str) -> None:
        self._in_head = False
