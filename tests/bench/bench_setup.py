"""From a clone to the sign-in page: a fresh environment, an empty installation, the time until the page answers."""

from __future__ import annotations

import http.client
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
GOAL = {"pip": 150, "uv": 75}
PATIENCE = 600


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _clone(target: Path) -> None:
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(target)], check=True)


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.HTTPStatus.OK
    except OSError:
        return False
    finally:
        connection.close()


def _measure(tool: str) -> dict[str, Any]:
    """Seconds from the first command in a fresh clone to the answer of the web server."""
    name = f"cold set-up with {tool}"
    with tempfile.TemporaryDirectory(prefix="bench-setup-") as folder:
        clone = Path(folder) / "clone"
        _clone(clone)
        env = {
            key: value for key, value in os.environ.items() if key not in ("REDIS_URL", "DATABASE_URL", "VIRTUAL_ENV")
        }
        env |= {"PIP_NO_CACHE_DIR": "1", "UV_NO_CACHE": "1"}
        if tool == "uv":
            env["PATH"] = f"{Path(shutil.which('uv') or ROOT / '.venv/bin/uv').parent}:{env['PATH']}"
        elif found := shutil.which("uv"):
            env["PATH"] = ":".join(part for part in env["PATH"].split(":") if part != str(Path(found).parent))
        port = _free_port()
        started = time.monotonic()
        server = subprocess.Popen(
            ["script/server", "--port", str(port), "--data", f"{folder}/data", "--officers", "0"],
            cwd=clone, env=env, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            while not _answers(port):
                if server.poll() is not None or time.monotonic() - started > PATIENCE:
                    raise RuntimeError(f"script/server did not come up with {tool}")
                time.sleep(0.2)
            seconds = round(time.monotonic() - started, 1)
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(60)
    return {"name": name, "value": seconds, "unit": "s", "goal": GOAL[tool], "holds": seconds <= GOAL[tool]}


def run() -> list[dict[str, Any]]:
    has_uv = shutil.which("uv") or (ROOT / ".venv/bin/uv").exists()
    return [_measure(tool) for tool in (["pip", "uv"] if has_uv else ["pip"])]
