"""The plain export: the table of the officer list with the columns that the asking person ticked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from police_hr.core.tabular import verify_csv, verify_xlsx, write_csv, write_xlsx
from roster.models import ExportRequest, Unit
from roster.selectors import officer_columns as table
from roster.services.export_forms import ExportForm, Writing, Written, lost, register_form, titles_of


def write_list(writing: Writing) -> Written:
    """The officers as rows, one value a column."""
    titles = titles_of(writing.export)
    columns = [table.BY_CODE[code] for code in writing.export.columns]
    words = table.Words.read({unit.pk: unit.label for unit in Unit.objects.all()})

    def rows() -> Iterator[list[Any]]:
        yield from table.file_rows(writing.officers(), columns, words)

    return write_table(writing, rows(), titles, sheet=_("Officers"))


def write_table(writing: Writing, rows: Iterable[list[Any]], titles: Sequence[str], *, sheet: str) -> Written:
    """`rows` below `titles` in the format of the export, marked with whose file it is."""
    with writing.path.open("wb") as file:
        if writing.export.format == "xlsx":
            count = write_xlsx(rows, titles, file, sheet_name=sheet, watermark=writing.mark)
        else:
            # a text table has no place for properties: its last line says whose it is
            count = write_csv([*rows, [" · ".join(writing.mark.values())]], titles, file) - 1
    return Written(count, titles)


def register_table(
    code: str,
    label: str | Promise,
    titles: Callable[[ExportRequest], Sequence[str]],
    write: Callable[[Writing], Written],
) -> None:
    """Make a list that has a page of its own a form of export, asked for there: a table, as workbook or text."""
    register_form(
        ExportForm(
            code=code,
            label=label,
            formats=("xlsx", "csv"),
            write=write,
            check=check_list,
            titles=titles,
            from_list=False,
            file_name=label,
        )
    )


def check_list(writing: Writing, written: Written) -> None:
    """Raises where the file does not hold exactly these columns and as many rows."""
    verify = verify_xlsx if writing.export.format == "xlsx" else verify_csv
    found = verify(writing.path, list(written.titles))
    # the last line of a text table says whose it is
    held = found.rows if writing.export.format == "xlsx" else found.rows - 1
    if held != written.rows or list(found.columns) != list(written.titles):
        raise lost()
