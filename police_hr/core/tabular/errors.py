"""The one exception of the tabular package, and the sentences it can say."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MESSAGES: dict[str, str | Promise] = {
    "empty": _("The file is empty. Choose a file with a header row and at least one row."),
    "wrong_type": _("“%(name)s” is not a table. Use a .xlsx, .csv, .tsv or .csv.gz file."),
    "old_excel": _(
        "This is an old Excel file (.xls) or one protected by a password. Open it in Excel or "
        "WPS, remove the password, and save it as .xlsx."
    ),
    "web_page": _(
        "This file is a web page with the name of a table, as some systems export it. Open it in "
        "Excel or WPS and save it as .xlsx."
    ),
    "encrypted": _("The file is protected by a password. Remove the password and save it again."),
    "not_zip": _("The file is named .xlsx but is no Excel workbook. Save it as .xlsx again."),
    "damaged": _("The file is damaged and cannot be read. Export it again and upload it again."),
    "cut_off": _("The file ends in the middle: the upload or the export was cut off. Upload it again."),
    "too_big": _("The file has %(size)s MB; at most %(limit)s MB are accepted. Split it."),
    "unpacks_too_big": _(
        "Unpacked, the file is far larger than it looks (limit %(limit)s MB, or %(ratio)s times "
        "its size). Save only the needed columns and rows, or save as CSV."
    ),
    "too_many_parts": _("The workbook has too many parts (limit %(limit)s). Copy the sheet into a new workbook."),
    "too_many_cells": _(
        "The workbook has more than %(limit)s cells. Delete unused formatted rows and columns, "
        "or save the sheet as CSV."
    ),
    "too_heavy": _(
        "The workbook needs more memory or time than is allowed. Delete unused rows and columns, "
        "or save the sheet as CSV."
    ),
    "external_entities": _("The workbook contains declarations (DTD) that Excel never writes; it is not opened."),
    "no_sheet": _("There is no sheet named “%(sheet)s”. The sheets are: %(sheets)s."),
    "too_many_rows": _("The table has more than %(limit)s rows. Split it into several files."),
    "too_many_columns": _(
        "The table has %(count)s columns; at most %(limit)s are accepted. Delete the empty or unneeded columns."
    ),
    "cell_too_long": _("A cell has more than %(limit)s characters. Shorten it."),
    "line_too_long": _(
        "A line is longer than %(limit)s characters. A quotation mark before it is perhaps not "
        "closed, or the file is not a table."
    ),
    "nul_byte": _(
        "Line %(line)s contains a NUL character, so this is not a plain text table. Export it "
        "again as “CSV UTF-8” or .xlsx."
    ),
    "wrong_encoding": _(
        "Line %(line)s cannot be read as %(encoding)s. Open the file in Excel or WPS and save it "
        "as “CSV UTF-8” or .xlsx."
    ),
    "bad_quotes": _(
        "Row %(row)s: a quotation mark is not closed, or is followed by text. Put the whole cell "
        "in quotation marks and double the marks inside."
    ),
    "surplus_cells": _(
        "The row has %(count)s cells but the header has %(columns)s. A comma inside a cell is "
        "perhaps not in quotation marks."
    ),
    "cut_row": _("The last row ends in the middle. The file was perhaps cut off; check it."),
    "no_header": _(
        "No header row was found in the first %(rows)s rows. The first row of the table must "
        "hold the names of the columns."
    ),
    "duplicate_column": _("The column “%(name)s” occurs %(count)s times. Rename or delete one."),
    "unnamed_column": _("Column %(letter)s has values but no name. Give it a name in the header."),
    "not_clean": _("The finished file did not pass its check and was not handed out: %(reason)s"),
}


class TableError(Exception):
    """A table cannot be read or written.

    `code` is a key of `MESSAGES`, `row` the 1-based row in the source and `column` the name
    or letter of the column, where known. `str()` gives the sentence in the active language,
    so that a stored code and its `params` can be shown to readers of either language.
    """

    def __init__(self, code: str, *, row: int | None = None, column: str | None = None, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.row = row
        self.column = column
        self.params = params

    @property
    def message(self) -> str:
        return str(MESSAGES[self.code]) % {"row": self.row, "column": self.column, **self.params}

    def __str__(self) -> str:
        return self.message
