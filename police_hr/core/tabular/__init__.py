"""Tables that come in and go out: csv, csv.gz, tsv and xlsx.

Reading streams rows in constant memory and answers any bytes with rows or with one
exception class, `TableError`. Writing never lets a spreadsheet program see a formula.
"""

from police_hr.core.tabular.errors import TableError
from police_hr.core.tabular.limits import DEFAULT_LIMITS, Limits
from police_hr.core.tabular.printed import Band, Head, write_printed_xlsx
from police_hr.core.tabular.reader import Cell, Row, Table, open_table
from police_hr.core.tabular.verify import VerifiedWorkbook, verify_csv, verify_xlsx
from police_hr.core.tabular.writer import neutral_text, write_csv, write_xlsx

__all__ = [
    "DEFAULT_LIMITS",
    "Band",
    "Cell",
    "Head",
    "Limits",
    "Row",
    "Table",
    "TableError",
    "VerifiedWorkbook",
    "neutral_text",
    "open_table",
    "verify_csv",
    "verify_xlsx",
    "write_csv",
    "write_printed_xlsx",
    "write_xlsx",
]
