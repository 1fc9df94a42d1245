"""One process that the supervisor owns: its log, its death with the supervisor, its restart."""

from __future__ import annotations

import contextlib
import ctypes
import logging
import logging.handlers
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from police_hr.supervisor.layout import ROOT

PR_SET_PDEATHSIG = 1
LOG_BYTES = 5 * 1024 * 1024
LOG_FILES = 4
FIRST_PAUSE = 1.0
LONGEST_PAUSE = 30.0
# A child that lived this long is taken for healthy: its next death starts with a short pause again.
HEALTHY_AFTER = 60.0

_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def die_with_parent(death_signal: signal.Signals) -> Callable[[], None]:
    """A function for the child, between fork and exec: have the kernel signal it when its parent dies."""
    supervisor = os.getpid()

    def prepare() -> None:
        if _libc is not None:
            _libc.prctl(PR_SET_PDEATHSIG, int(death_signal))
        if os.getppid() != supervisor:
            os._exit(0)

    return prepare


def rotating_log(path: Path) -> logging.Logger:
    """A logger that writes bare lines to `path` and starts a new file every few megabytes."""
    logger = logging.Logger(path.stem)  # noqa: LOG001  the registry would share one between two installations
    handler = logging.handlers.RotatingFileHandler(
        path, maxBytes=LOG_BYTES, backupCount=LOG_FILES - 1, encoding="utf-8"
    )
    handler.setFormatter(logging.Formatter("%(message)s"))
    logger.addHandler(handler)
    return logger


def spawn(argv: list[str], env: Mapping[str, str], death_signal: signal.Signals) -> subprocess.Popen[bytes]:
    """Start a process in its own session, so that a Ctrl-C reaches the supervisor alone, which ends it in order."""
    return subprocess.Popen(
        argv,
        cwd=ROOT,
        env=dict(env),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        preexec_fn=die_with_parent(death_signal),  # noqa: PLW1509  it takes no lock, so our log threads cannot block it
    )


@dataclass
class Child:
    """A process kept alive. `death_signal` is what it gets when the supervisor dies, `patience` the seconds it may
    take to end when asked."""

    name: str
    argv: list[str]
    env: Mapping[str, str]
    log_path: Path
    death_signal: signal.Signals = signal.SIGTERM
    patience: float = 4.0
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    pause: float = FIRST_PAUSE
    restart_at: float = 0.0
    log: logging.Logger = field(init=False)
    reader: threading.Thread | None = None

    def __post_init__(self) -> None:
        self.log = rotating_log(self.log_path)

    def start(self) -> None:
        self.process = spawn(self.argv, self.env, self.death_signal)
        self.started_at = time.monotonic()
        self.reader = threading.Thread(target=self._keep_log, args=(self.process.stdout,), daemon=True)
        self.reader.start()

    def _keep_log(self, stream: IO[bytes]) -> None:
        with stream:
            for line in stream:
                self.log.info(line.decode("utf-8", "replace").rstrip("\n"))

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def tend(self) -> str:
        """Restart the process if it has died and its pause is over. Answers a line for the log, or ''."""
        if self.alive:
            return ""
        now = time.monotonic()
        if self.process is not None:
            code, lived = self.process.returncode, now - self.started_at
            self.kill_group()
            self.process = None
            self.pause = FIRST_PAUSE if lived > HEALTHY_AFTER else min(self.pause * 2, LONGEST_PAUSE)
            self.restart_at = now + self.pause
            return f"{self.name} ended with code {code} after {lived:.0f} s; starting it again in {self.pause:.0f} s"
        if now >= self.restart_at:
            self.start()
            return f"{self.name} started again"
        return ""

    def end(self) -> None:
        """Ask the process to end, insist after `patience` seconds, and leave nothing of its group behind."""
        if self.process is None:
            return
        for ask in (signal.SIGTERM, self.death_signal):
            with contextlib.suppress(ProcessLookupError):
                self.process.send_signal(ask)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(self.patience)
                break
        self.kill_group()
        self.process.wait()
        if self.reader is not None:
            self.reader.join(2)
        for handler in self.log.handlers:
            handler.close()

    def kill_group(self) -> None:
        """A pool process can outlive its master; the group is the master's session, which nobody else is in."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
