"""csv, tsv and their gzipped forms, read at close to the speed of the csv module."""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from functools import partial
from itertools import islice

from police_hr.core.tabular.errors import TableError
from police_hr.core.tabular.limits import Limits
from police_hr.core.tabular.source import Record, Source
from police_hr.core.tabular.streams import GZIP_MAGIC, GzipChunks, PlainChunks, Utf8Stream, refuse_gzip_bomb

DELIMITERS = (",", "\t", ";")
SNIFF_ROWS = 50
TEXT_BUFFER = 64 * 1024


class _Lines:
    """Iterates over lines of bounded length and remembers the last one."""

    def __init__(self, text: io.TextIOWrapper, limit: int) -> None:
        self._read = partial(text.readline, limit + 1)
        self._limit = limit
        self.last = ""

    def __iter__(self) -> Iterator[str]:
        for line in iter(self._read, ""):
            if len(line) > self._limit:
                raise TableError("line_too_long", limit=self._limit)
            self.last = line
            yield line

    @property
    def cut(self) -> bool:
        return not self.last.endswith(("\n", "\r"))


class TextSource:
    """Records of a csv file. `sheets` is empty: a csv has none."""

    sheets: tuple[str, ...] = ()
    sheet: str | None = None

    def __init__(self, source: Source, *, limits: Limits, encoding: str | None = None) -> None:
        self._source = source
        self._limits = limits
        self._given_encoding = encoding
        self._packed = source.head(2) == GZIP_MAGIC
        if self._packed:
            self._doubt_trailer()
        self.delimiter = self._sniff()
        self.encoding = self._stream.encoding or "utf-8"

    def _doubt_trailer(self) -> None:
        """The last four bytes of a gzip say what it unpacks to. Where that is too much, unpack
        it once without parsing: a bomb is found in a moment, a cut or damaged file called so.
        """
        try:
            refuse_gzip_bomb(self._source.size, int.from_bytes(self._source.tail(4), "little"), self._limits)
        except TableError:
            chunks = GzipChunks(self._source.open(), self._limits)
            while chunks.read():
                pass

    def records(self) -> Iterator[Record]:
        """(1-based number, stripped cells, whether the file ends inside this record)."""
        longest = self._limits.cell
        lines = _Lines(self._open_text(), self._limits.line)
        reader = csv.reader(lines, delimiter=self.delimiter, strict=True)
        number = last_line = widest = 0
        try:
            for number, cells in enumerate(reader, 1):
                # A cell can only be too long where its record has a long line or several lines.
                if len(lines.last) > longest or reader.line_num - last_line > 1:
                    self._check_cells(number, cells)
                last_line = reader.line_num
                cut = len(cells) < widest and lines.cut
                widest = max(widest, len(cells))
                yield number, [cell.strip() or None for cell in cells], cut
        except csv.Error as error:
            raise TableError("bad_quotes", row=number + 1) from error

    def _check_cells(self, number: int, cells: list[str]) -> None:
        for index, cell in enumerate(cells):
            if len(cell) > self._limits.cell:
                raise TableError(
                    "cell_too_long",
                    row=number,
                    column=column_letter(index),
                    limit=self._limits.cell,
                )

    def _open_text(self) -> io.TextIOWrapper:
        raw = self._source.open()
        chunks = GzipChunks(raw, self._limits) if self._packed else PlainChunks(raw)
        stream = self._stream = Utf8Stream(chunks, self._given_encoding)
        buffered = io.BufferedReader(stream, TEXT_BUFFER)
        return io.TextIOWrapper(buffered, encoding="utf-8", newline="")

    def _sniff(self) -> str:
        """The delimiter that gives most rows one common width; a comma for a single column."""
        sample = self._open_text().read(TEXT_BUFFER)
        if sample[:4].lower() == "sep=" and sample[4:5] in DELIMITERS:  # Excel's own hint
            return sample[4]
        return max(DELIMITERS, key=lambda delimiter: _agreement(sample, delimiter))


def _agreement(sample: str, delimiter: str) -> tuple[int, int]:
    """(rows that share the most common width, that width), (0, 0) for a single column."""
    widths: Counter[int] = Counter()
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
    try:
        widths.update(len(cells) for cells in islice(reader, SNIFF_ROWS) if len(cells) > 1)
    except csv.Error:
        return (0, 0)
    if not widths:
        return (0, 0)
    width, rows = widths.most_common(1)[0]
    return (rows, width)


def column_letter(index: int) -> str:
    """The letter a spreadsheet shows for a 0-based column: 0 is A, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
