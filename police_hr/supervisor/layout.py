"""Where an installation keeps its files, and the lock that lets one supervisor at a time use them."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

ROOT = Path(__file__).resolve().parent.parent.parent
# The kernel's limit for the address of a unix socket, less the closing zero.
SOCKET_PATH_BYTES = 107


class AlreadyRunningError(Exception):
    """Another supervisor uses the same data directory."""


@dataclass(frozen=True)
class Layout:
    """The folders below the data directory. `sockets` is elsewhere when the path is too long for a socket."""

    data: Path
    run: Path
    log: Path
    sockets: Path

    @classmethod
    def at(cls, data: Path) -> Layout:
        """Make the folders of the data directory, readable by their owner only."""
        data = data.resolve()
        run, log = data / "run", data / "log"
        for folder in (data, run, log):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        sockets = run
        if len(os.fsencode(run / "broker.sock")) > SOCKET_PATH_BYTES:
            sockets = Path(tempfile.mkdtemp(prefix="police_hr-"))
        return cls(data=data, run=run, log=log, sockets=sockets)

    @property
    def broker_socket(self) -> Path:
        return self.sockets / "broker.sock"

    @property
    def environment_file(self) -> Path:
        """What the other commands read to find this installation's broker (see settings)."""
        return self.data / "installation.env"

    def write_environment(self, values: dict[str, str]) -> None:
        """Store the options that `manage.py` needs to work on this installation, for its owner's eyes only."""
        text = "".join(f"{name}={value}\n" for name, value in values.items())
        descriptor = os.open(self.environment_file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as handle:
            handle.write(text)

    def tidy(self) -> None:
        """Remove what only a running installation has."""
        self.broker_socket.unlink(missing_ok=True)
        if self.sockets != self.run:
            shutil.rmtree(self.sockets, ignore_errors=True)


class Lock:
    """An advisory lock on the data directory; the kernel frees it however the supervisor ends."""

    def __init__(self, layout: Layout) -> None:
        self.path = layout.run / "supervisor.lock"

    def __enter__(self) -> Self:
        self.handle = self.path.open("a+", encoding="ascii")
        try:
            fcntl.flock(self.handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self.handle.seek(0)
            holder = self.handle.read().strip() or "?"
            self.handle.close()
            raise AlreadyRunningError(holder) from None
        self.handle.truncate(0)
        self.handle.write(f"{os.getpid()}\n")
        self.handle.flush()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.handle.close()
