"""The life of an installation: prepare, start, watch, end."""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import json
import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import FrameType

import redis

from police_hr.supervisor import commands
from police_hr.supervisor.child import Child, rotating_log, spawn
from police_hr.supervisor.layout import ROOT, Layout

WEB_WORKERS = 2
START_SECONDS = 120.0
TICK = 0.25


class StartError(Exception):
    """The installation cannot start; the text says why and what to do."""


class StopRequestedError(Exception):
    """A signal asked the supervisor to end while it was still starting."""


def say(text: str) -> None:
    # The terminal may be gone (SIGHUP); the work of ending all processes goes on.
    with contextlib.suppress(OSError):
        print(text, flush=True)


class Supervisor:
    """Owns every process of one installation. One instance lives as long as the program."""

    def __init__(self, layout: Layout, *, port: int, officers: int) -> None:
        self.layout = layout
        self.port = port
        self.officers = officers
        self.stopping = False
        self.ready = False
        self.children: list[Child] = []
        self.log = rotating_log(layout.log / "supervisor.log")
        given_broker = os.environ.get("REDIS_URL") or os.environ.get("REDIS_URL_FILE")
        self.owns_broker = not given_broker
        self.options = {"POLICE_HR_DEMO": "1"}
        if self.owns_broker:
            self.options["REDIS_URL"] = f"unix://{layout.broker_socket}"
        self.env = {
            **os.environ,
            **self.options,
            "POLICE_HR_DATA": str(layout.data),
            "PYTHONUNBUFFERED": "1",
        }

    # --- life ---------------------------------------------------------------------------------------------

    def run(self) -> int:
        """Start everything and stay until a signal comes. Answers the exit code."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)
        began = time.monotonic()
        try:
            self.start()
            self.ready = True
            say(f"\n  police_hr is ready: http://127.0.0.1:{self.port}/   ({time.monotonic() - began:.0f} s)")
            say(f"  Data in {self.layout.data}, logs in {self.layout.log}. Ctrl-C ends it.\n")
            self.offer_demo()
            self.watch()
        except StopRequestedError:
            pass
        finally:
            self.end()
        return 0

    def start(self) -> None:
        """Bring up broker, database, worker, beat and web, in this order, and wait until the web answers."""
        self._require_free_port()
        if self.owns_broker:
            self.keep("broker", commands.broker(self.layout), death_signal=signal.SIGTERM)
            self._wait_for("the broker", self._broker_answers, "broker")
        self.layout.write_environment(self.options)
        say("Preparing the database and the static files ...")
        self.once("migrate", commands.manage("migrate", "--no-input"), log="setup")
        self.once("install_defaults", commands.manage("install_defaults"), log="setup")
        self._collect_static()
        # SIGQUIT ends Celery's pool and gunicorn's workers at once: what the kernel sends when we are killed.
        processes = max(2, min(os.cpu_count() or 2, 8))
        quick = signal.SIGQUIT
        web = commands.web(self.layout, port=self.port, workers=WEB_WORKERS)
        self.keep("web", web, death_signal=quick, extra=commands.WEB_ENVIRONMENT)
        self.keep("worker", commands.worker(processes=processes), death_signal=quick)
        self.keep("beat", commands.beat(self.layout), death_signal=signal.SIGTERM)
        self._wait_for("the web server", self._web_answers, "web")

    def keep(
        self, name: str, argv: list[str], *, death_signal: signal.Signals, extra: Mapping[str, str] | None = None
    ) -> None:
        env = {**self.env, **(extra or {})}
        child = Child(name, argv, env, self.layout.log / f"{name}.log", death_signal=death_signal)
        child.start()
        self.children.append(child)

    def watch(self) -> None:
        while not self.stopping:
            self.tend()
            time.sleep(TICK)

    def tend(self) -> None:
        for child in self.children:
            line = child.tend()
            if line:
                say(line)
                self.log.info("%s %s", time.strftime("%F %T"), line)

    def end(self) -> None:
        """End the children: web first, so that nobody starts new work, the broker last."""
        if self.children:
            say("Ending all processes ...")
        broker = [child for child in self.children if child.name == "broker"]
        others = [child for child in self.children if child.name != "broker"]
        threads = [threading.Thread(target=child.end) for child in others]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for child in broker:
            child.end()
        if self.owns_broker:
            self.layout.write_environment({"POLICE_HR_DEMO": "1"})
        self.layout.tidy()

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True

    # --- the demonstration force --------------------------------------------------------------------------

    def offer_demo(self) -> None:
        """Ask for the invented force at the first start, show its progress, then the accounts."""
        if self.officers:
            try:
                answer = self.once(
                    "demo", commands.manage("ensure_demo", "--officers", str(self.officers)), log="setup"
                )
                # The number of the job in the last line, or nothing where the force is there already.
                job = answer.rpartition("\n")[2].strip()
                if job.isdigit():
                    say("Building the demonstration force (you may open the page meanwhile):")
                    self.once("demo", commands.manage("follow_job", job), log="setup", show=True)
            except StartError as error:
                say(f"The demonstration force could not be built: {error}")
        try:
            self._show_accounts()
        except StartError as error:
            say(str(error))

    def _show_accounts(self) -> None:
        answer = self.once("demo accounts", commands.manage("demo_accounts", "--json"), log="setup")
        accounts = json.loads(answer[answer.index("[") :]) if "[" in answer else []
        if not accounts:
            say("  No demo accounts. Make the first unit and the first administrators:")
            for rest in ("create_unit 01 NAME", "create_administrator BADGE NAME",
                         "create_administrator BADGE NAME --role security_admin"):  # fmt: skip
                say(f"    POLICE_HR_DATA={self.layout.data} .venv/bin/python manage.py {rest}")
            return
        say("  Demo accounts:")
        for account in accounts:
            say(f"    {account['username']:<14} {account['password']:<22} {account['role']:<26} {account['unit']}")

    # --- helpers ------------------------------------------------------------------------------------------

    def once(self, name: str, argv: list[str], *, log: str, show: bool = False) -> str:
        """Run a command to its end while the children are tended. Answers what it printed; raises StartError."""
        path = self.layout.log / f"{log}.log"
        process = spawn(argv, self.env, signal.SIGTERM)
        lines: list[str] = []
        reader = threading.Thread(target=_collect, args=(process, path, lines, show), daemon=True)
        reader.start()
        while process.poll() is None:
            if self.stopping:
                process.terminate()
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(3)
                process.kill()
                raise StopRequestedError
            if self.ready:
                self.tend()
            time.sleep(TICK / 5)
        reader.join(2)
        if process.returncode:
            tail = "\n".join(lines[-8:])
            raise StartError(f"{name} failed. The end of {path}:\n{tail}")
        return "\n".join(lines)

    def _collect_static(self) -> None:
        """Collect and compress the static files, when they or the packages have changed since the last time."""
        stamp = self.layout.run / "static.stamp"
        files = sorted((ROOT / "static" / "dist").rglob("*"))
        parts = [f"{path}:{path.stat().st_mtime_ns}:{path.stat().st_size}" for path in files if path.is_file()]
        content = "\n".join([*parts, (ROOT / "requirements.txt").read_text(encoding="utf-8")])
        now = hashlib.sha256(content.encode()).hexdigest()
        if stamp.exists() and stamp.read_text(encoding="ascii") == now:
            return
        self.once("collectstatic", commands.collect_static(), log="setup")
        stamp.write_text(now, encoding="ascii")

    def _require_free_port(self) -> None:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", self.port))
            except OSError:
                raise StartError(f"port {self.port} is taken or not allowed. Choose another with --port.") from None

    def _wait_for(self, what: str, answers: Callable[[], bool], name: str) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not answers():
            if self.stopping:
                raise StopRequestedError
            child = next(child for child in self.children if child.name == name)
            if not child.alive or time.monotonic() > deadline:
                time.sleep(TICK)
                raise StartError(f"{what} does not answer. The end of {child.log_path}:\n{_tail(child.log_path)}")
            time.sleep(TICK / 5)

    def _broker_answers(self) -> bool:
        client = redis.Redis(unix_socket_path=str(self.layout.broker_socket), socket_timeout=2)
        try:
            return bool(client.ping())
        except redis.ConnectionError:
            return False
        finally:
            client.close()

    def _web_answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == http.HTTPStatus.OK
        except OSError:
            return False
        finally:
            connection.close()


def _collect(process: subprocess.Popen[bytes], path: Path, lines: list[str], show: bool) -> None:  # noqa: FBT001
    """Keep what a command prints, in the log and in `lines`; runs in a thread of its own."""
    logger = rotating_log(path)
    with process.stdout or contextlib.nullcontext() as stream:
        for raw in stream or ():
            line = raw.decode("utf-8", "replace").rstrip("\n")
            lines.append(line)
            logger.info(line)
            if show:
                say(f"  {line}")
    for handler in logger.handlers:
        handler.close()


def _tail(path: Path, lines: int = 12) -> str:
    if not path.exists():
        return ""
    return "\n".join(path.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])
