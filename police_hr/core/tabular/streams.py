"""Byte streams under the csv reader: unpacked within bounds, and always valid UTF-8."""

import codecs
import io
import zlib
from typing import BinaryIO

from police_hr.core.tabular.errors import TableError
from police_hr.core.tabular.limits import MIB, Limits

CHUNK = 128 * 1024
GZIP_MAGIC = b"\x1f\x8b"
RATIO_SLACK = 8 * MIB  # a small honest file may be all one value

BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
ENCODING_NAMES = {"utf-8": "UTF-8", "gb18030": "GB18030", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16"}


class GzipChunks:
    """`read()` gives the next unpacked bytes, `b""` at the end.

    Refuses bombs while unpacking: what has come out is compared with what has gone in, so
    that a bomb costs at most the slack.
    """

    def __init__(self, raw: BinaryIO, limits: Limits) -> None:
        self._raw = raw
        self._limits = limits
        self._unpacker = zlib.decompressobj(wbits=31)
        self._pending = b""
        self._read = 0
        self._unpacked = 0

    def read(self) -> bytes:
        while True:
            if self._unpacker.eof and not self._next_member():
                return b""
            if not self._pending:
                self._pending = self._raw.read(CHUNK)
                self._read += len(self._pending)
                if not self._pending:
                    raise TableError("cut_off")
            try:
                data = self._unpacker.decompress(self._pending, CHUNK)
            except zlib.error as error:
                raise TableError("damaged") from error
            self._pending = self._unpacker.unused_data if self._unpacker.eof else self._unpacker.unconsumed_tail
            if data:
                self._count(len(data))
                return data

    def _next_member(self) -> bool:
        """gzip files may be several members one after the other; zeros may pad the end."""
        rest = (self._pending + self._raw.read(CHUNK)).lstrip(b"\0")
        while not rest:
            more = self._raw.read(CHUNK)
            if not more:
                return False
            rest = more.lstrip(b"\0")
        self._read += len(rest)
        self._pending = rest
        self._unpacker = zlib.decompressobj(wbits=31)
        return True

    def _count(self, length: int) -> None:
        self._unpacked += length
        refuse_gzip_bomb(self._read - len(self._pending), self._unpacked, self._limits)


def refuse_gzip_bomb(packed: int, unpacked: int, limits: Limits) -> None:
    if unpacked > min(limits.text_unpacked, packed * limits.text_ratio + RATIO_SLACK):
        raise TableError("unpacks_too_big", limit=limits.text_unpacked // MIB, ratio=limits.text_ratio)


class PlainChunks:
    def __init__(self, raw: BinaryIO) -> None:
        self._raw = raw

    def read(self) -> bytes:
        return self._raw.read(CHUNK)


class Utf8Stream(io.RawIOBase):
    """The text of a table as UTF-8 without BOM, whatever encoding it came in.

    Without a BOM the encoding is decided by the first chunk that is not pure ASCII: UTF-8 if
    it decodes strictly, else GB18030. From there on decoding is strict, so a wrong encoding is
    an error with its line and never a row of question marks. ASCII chunks pass untouched.
    """

    def __init__(self, chunks: GzipChunks | PlainChunks, encoding: str | None = None) -> None:
        self._chunks = chunks
        self.encoding = encoding
        self._decoder = self._decoder_of(encoding) if encoding is not None else None
        self._first = True
        self._lines = 0
        self._out = memoryview(b"")
        self._ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        while not self._out and not self._ended:
            self._fill()
        length = min(len(buffer), len(self._out))
        buffer[:length] = self._out[:length]
        self._out = self._out[length:]
        return length

    def _fill(self) -> None:
        data = self._chunks.read()
        self._ended = not data
        if self._first and data:
            self._first = False
            data = self._strip_bom(data)
        if self._decoder is None and not data.isascii():
            self._decoder = self._decide(data)
        if self._decoder is not None:
            data = self._decode(data, self._decoder)
        if (position := data.find(b"\0")) >= 0:
            line = self._lines + data.count(b"\n", 0, position) + 1
            raise TableError("nul_byte", row=line, line=line)
        self._lines += data.count(b"\n")
        self._out = memoryview(data)

    def _strip_bom(self, data: bytes) -> bytes:
        for bom, encoding in BOMS:
            if data.startswith(bom) and self.encoding in (None, encoding):
                self._decoder = self._decoder_of(encoding)
                return data[len(bom) :]
        return data

    def _decide(self, data: bytes) -> codecs.IncrementalDecoder:
        """UTF-8 also where neither fits: that is what people should save as."""
        fits = (name for name in ("utf-8", "gb18030") if _decodes(data, name))
        return self._decoder_of(next(fits, "utf-8"))

    def _decoder_of(self, encoding: str) -> codecs.IncrementalDecoder:
        self.encoding = encoding
        return codecs.getincrementaldecoder(encoding)("strict")

    def _decode(self, data: bytes, decoder: codecs.IncrementalDecoder) -> bytes:
        # A chunk may end inside a character; the decoder keeps those bytes for the next one.
        kept = len(decoder.getstate()[0])
        try:
            return decoder.decode(data, final=self._ended).encode()
        except UnicodeError as error:
            start = max(getattr(error, "start", 0) - kept, 0)
            # A UTF-16 line break holds this byte too, and hardly any other common character.
            line = self._lines + data.count(b"\n", 0, start) + 1
            name = ENCODING_NAMES.get(self.encoding or "", self.encoding)
            raise TableError("wrong_encoding", row=line, line=line, encoding=name) from error


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        codecs.getincrementaldecoder(encoding)("strict").decode(data)
    except UnicodeDecodeError:
        return False
    return True
