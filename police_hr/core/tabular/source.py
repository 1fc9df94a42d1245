"""Where the bytes of a table come from: a path, an upload, or bytes in memory."""

import datetime as dt
import io
import os
import tempfile
import weakref
from pathlib import Path
from typing import IO

from police_hr.core.tabular.errors import TableError
from police_hr.core.tabular.limits import MIB

Cell = str | int | float | dt.date | None
Record = tuple[int, list[Cell], bool]  # 1-based number, cells, whether the file ends inside it

BUFFER = 256 * 1024
COPY_CHUNK = 1 * MIB


class _PositionedReader(io.RawIOBase):
    """Reads a shared file descriptor with an offset of its own, so that readers never meet."""

    def __init__(self, fd: int) -> None:
        super().__init__()
        self._fd = fd
        self._offset = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._offset

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._offset, os.SEEK_END: os.fstat(self._fd).st_size}
        position = base[whence] + offset
        if position < 0:
            raise ValueError("negative seek position")
        self._offset = position
        return position

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        data = os.pread(self._fd, len(buffer), self._offset)
        buffer[: len(data)] = data
        self._offset += len(data)
        return len(data)


class Source:
    """Bytes that can be opened again and again from their beginning."""

    def __init__(self, file: str | Path | IO[bytes], *, limit: int) -> None:
        self._fd = _descriptor(file, limit=limit)
        weakref.finalize(self, os.close, self._fd)
        self.size = os.fstat(self._fd).st_size
        refuse_larger(self.size, limit)
        if self.size == 0:
            raise TableError("empty")

    def open(self) -> io.BufferedReader:
        return io.BufferedReader(_PositionedReader(self._fd), BUFFER)

    def fileno(self) -> int:
        return self._fd

    def tail(self, length: int) -> bytes:
        return os.pread(self._fd, length, max(0, self.size - length))

    def head(self, length: int) -> bytes:
        return os.pread(self._fd, length, 0)


def refuse_larger(size: int, limit: int) -> None:
    if size > limit:
        raise TableError("too_big", size=-(-size // MIB), limit=limit // MIB)


def _descriptor(file: str | Path | IO[bytes], *, limit: int) -> int:
    """Our own descriptor of the file. An upload in memory is copied to an unnamed file, for
    the parser process reads descriptors.
    """
    if hasattr(file, "temporary_file_path"):
        file = file.temporary_file_path()
    if isinstance(file, str | Path):
        return os.open(file, os.O_RDONLY | os.O_CLOEXEC)
    file.seek(0)
    size = 0
    with tempfile.TemporaryFile() as copy:
        while chunk := file.read(COPY_CHUNK):
            size += len(chunk)
            refuse_larger(size, limit)
            copy.write(chunk)
        copy.flush()
        return os.dup(copy.fileno())
