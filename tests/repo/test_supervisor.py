"""script/server's supervisor: what it starts it also ends, however it ends itself."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from police_hr.supervisor.child import Child
from police_hr.supervisor.layout import SOCKET_PATH_BYTES, AlreadyRunningError, Layout, Lock

ROOT = Path(__file__).resolve().parent.parent.parent
START = 240  # seconds; a busy machine with two cores takes half of that
SUPERVISOR = [sys.executable, "-m", "police_hr.supervisor"]
linux_only = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


def wait_until(condition: Callable[[], object], seconds: float, what: str) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.1)


def processes_of(data: Path) -> dict[int, str]:
    """The living processes that were started for this data directory, as pid: command line."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            environment = (folder / "environ").read_bytes().split(b"\0")
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            state = (folder / "stat").read_text().rpartition(")")[2].split()[0]
            # The broker writes its title over its environment; its title names the socket.
            ours = f"POLICE_HR_DATA={data}".encode() in environment or f":{data}/" in command
            if ours and state != "Z":
                found[int(folder.name)] = command
        except (OSError, IndexError):
            continue
    return found


class Installation:
    """An empty installation on a port of its own."""

    def __init__(self, data: Path) -> None:
        self.data = data
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        env = {key: value for key, value in os.environ.items() if key not in ("REDIS_URL", "DATABASE_URL")}
        env.pop("POLICE_HR_DATA", None)
        self.process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "police_hr.supervisor",
                "--officers",
                "0",
                "--port",
                str(self.port),
                "--data",
                str(data),
            ],
            cwd=ROOT,
            env=env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def get(self, path: str) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        except OSError:
            return 0
        finally:
            connection.close()

    def wait_until_ready(self) -> None:
        def ready() -> bool:
            assert self.process.poll() is None, self.process.stdout.read()
            return self.get("/healthz") == 200

        wait_until(ready, START, "the web server did not answer")


@pytest.fixture
def installation(tmp_path):
    started = Installation(tmp_path)
    yield started
    if started.process.poll() is None:
        started.process.terminate()
    started.process.communicate(timeout=30)


@linux_only
def test_an_installation_lives_and_ends_in_order(installation):
    """One life, since each start takes seconds: the steps below are read one by one."""
    installation.wait_until_ready()
    files_are_for_their_owner_alone(installation)
    other_commands_find_the_broker(installation)
    a_second_supervisor_is_refused(installation)
    a_dead_web_server_is_started_again(installation)
    sigterm_ends_every_process(installation)


def files_are_for_their_owner_alone(installation):
    for path in (installation.data, installation.data / "secret_key", installation.data / "installation.env"):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


def other_commands_find_the_broker(installation):
    other = subprocess.run(
        [sys.executable, "-c", PRINT_OPTIONS],
        cwd=ROOT, capture_output=True, text=True, check=True,
        env={"PATH": os.environ["PATH"], "POLICE_HR_DATA": str(installation.data)},
    )  # fmt: skip
    assert json.loads(other.stdout) == [True, f"unix://{installation.data}/run/broker.sock"]


def a_second_supervisor_is_refused(installation):
    second = subprocess.run(
        [*SUPERVISOR, "--data", installation.data, "--port", "1"],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=30,
    )  # fmt: skip
    assert second.returncode == 1
    assert f"already runs on {installation.data} (process {installation.process.pid})" in second.stderr


def a_dead_web_server_is_started_again(installation):
    def web_servers():
        return {pid for pid, command in processes_of(installation.data).items() if "gunicorn" in command}

    old = web_servers()
    os.kill(min(old), signal.SIGKILL)
    # Its workers may answer for a moment longer: they must be gone before an answer is the new server's.
    wait_until(lambda: not old & web_servers(), 10, "the web server and its workers did not die")
    wait_until(web_servers, 40, "no new web server came")
    installation.wait_until_ready()


def sigterm_ends_every_process(installation):
    commands = " ".join(processes_of(installation.data).values())
    assert [word for word in ("valkey-server", "gunicorn", " worker", " beat") if word not in commands] == []
    installation.process.terminate()
    assert installation.process.wait(20) == 0
    assert processes_of(installation.data) == {}
    assert not (installation.data / "run" / "broker.sock").exists()


@linux_only
def test_a_killed_supervisor_leaves_no_orphans(installation):
    installation.wait_until_ready()
    installation.process.kill()
    installation.process.wait()
    wait_until(lambda: not processes_of(installation.data), 20, f"left behind: {processes_of(installation.data)}")


PRINT_OPTIONS = "import json; from police_hr import settings as s; print(json.dumps([s.DEMO, s.REDIS_URL]))"


def test_a_taken_port_is_named(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        refused = subprocess.run(
            [*SUPERVISOR, "--data", tmp_path, "--port", port],
            cwd=ROOT, capture_output=True, text=True, check=False, timeout=30,
        )  # fmt: skip
    assert refused.returncode == 1
    assert f"port {port} is taken" in refused.stderr


def test_a_long_data_path_gets_a_short_socket(tmp_path):
    deep = tmp_path.joinpath(*["部门" * 10] * 3)
    layout = Layout.at(deep)
    assert len(os.fsencode(layout.broker_socket)) <= SOCKET_PATH_BYTES
    assert stat.S_IMODE(layout.sockets.stat().st_mode) == 0o700
    layout.tidy()
    assert not layout.sockets.exists()
    assert deep.exists()


def test_one_lock_for_one_directory(tmp_path):
    layout = Layout.at(tmp_path)
    with Lock(layout), pytest.raises(AlreadyRunningError, match=str(os.getpid())), Lock(layout):
        pass
    with Lock(layout):
        pass


def test_a_child_that_keeps_dying_is_started_at_growing_intervals(tmp_path, monkeypatch):
    child = Child("short", [sys.executable, "-c", "print('bye')"], dict(os.environ), tmp_path / "short.log")
    clock = [1000.0]
    monkeypatch.setattr("police_hr.supervisor.child.time.monotonic", lambda: clock[0])
    child.start()
    pauses = []
    for _ in range(7):
        child.process.wait()
        assert "ended with code 0" in child.tend()
        pauses.append(child.pause)
        assert child.tend() == ""
        clock[0] += child.pause
        assert child.tend() == "short started again"
    child.end()
    assert pauses == [2, 4, 8, 16, 30, 30, 30]
    wait_until(lambda: "bye" in (tmp_path / "short.log").read_text(), 5, "the output was not kept")
