"""Memory of a web worker as installed: a real gunicorn, resident after its start and after all pages were read.

Uses a data directory of its own with 10,000 officers, and two threads of clients, so that more than one connection
to the database is open.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from police_hr.supervisor import commands
from police_hr.supervisor.layout import Layout

OFFICERS, MIB, ROUNDS, CLIENTS = 10_000, 120.0, 3, 2
ROOT = Path(__file__).resolve().parents[2]
# beside the pages whose time is measured and every tab of a dossier
MORE = [
    "/roster/officers?sort=name",
    *(f"/roster/officers/{number}" for number in (1, 77, 4_000)),
    "/roster/officers/77/panel/index",
    "/scoring/runs",
    "/scoring/models",
    "/roster/kinds",
    "/roster/imports",
    "/roster/imports/new",
    "/api/v1/officers/",
    "/jobs",
]


def run() -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory(prefix="police_hr-bench-") as folder:
        env = {**os.environ, "POLICE_HR_DATA": folder, "POLICE_HR_DEMO": "1", "DATABASE_URL": "", "REDIS_URL": ""}
        env |= commands.WEB_ENVIRONMENT | {"PYTHONPATH": str(ROOT)}
        subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=env, check=True)
        subprocess.run(commands.collect_static(), cwd=ROOT, env=env, check=True)
        seeded = subprocess.run(
            [sys.executable, __file__], cwd=ROOT, env=env, check=True, stdout=subprocess.PIPE, text=True
        )
        cookie, pages = json.loads(seeded.stdout.splitlines()[-1])
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        argv = commands.web(Layout.at(Path(folder)), port=port, workers=1)
        web = subprocess.Popen(argv, cwd=ROOT, env=env, stderr=subprocess.DEVNULL)
        try:
            _wait(port)
            worker = int(Path(f"/proc/{web.pid}/task/{web.pid}/children").read_text().split()[0])
            started = _mib(worker, "Rss")
            with ThreadPoolExecutor(CLIENTS) as clients:
                refused = sum(clients.map(lambda _number: _visit(port, cookie, pages), range(CLIENTS)))
            rows = [
                _row("web worker, started", started),
                _row("web worker, all pages read", _mib(worker, "Rss"), MIB),
                _row("of it, not shared with others", _mib(worker, "Private_Dirty")),
            ]
        finally:
            web.terminate()
            web.wait()
    return [*rows, _row("pages that did not answer 200", refused, 0, unit="pages")]


def _row(name: str, value: float, goal: float | None = None, unit: str = "MiB") -> dict[str, Any]:
    return {"name": name, "value": value, "unit": unit, "goal": goal, "holds": None if goal is None else value <= goal}


def _mib(process: int, what: str) -> float:
    found = re.search(rf"^{what}:\s+(\d+) kB", Path(f"/proc/{process}/smaps_rollup").read_text(), re.MULTILINE)
    assert found
    return round(int(found[1]) / 1024, 1)


def _wait(port: int) -> None:
    for _attempt in range(120):
        try:
            _get(http.client.HTTPConnection("127.0.0.1", port, timeout=20), "/healthz", "")
        except OSError:
            time.sleep(0.25)
        else:
            return
    raise RuntimeError("The web server does not answer.")


def _get(web: http.client.HTTPConnection, address: str, cookie: str) -> int:
    web.request("GET", address, headers={"Host": "localhost", "Cookie": cookie, "Accept-Encoding": "gzip"})
    answer = web.getresponse()
    answer.read()
    return answer.status


def _visit(port: int, cookie: str, pages: Sequence[str]) -> int:
    web = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    return sum(_get(web, address, cookie) != 200 for _round in range(ROUNDS) for address in pages)


def seed() -> tuple[str, list[str]]:
    """Fill the database and sign somebody in: the cookie of that session, and the addresses to visit."""
    import django

    django.setup()
    from django.conf import settings
    from django.test import Client

    from roster.models import Officer
    from scoring.services.models import install_models
    from tests.bench import force, holdings, pages

    settings.ALLOWED_HOSTS = ["testserver"]
    client = Client()
    user = force.build(officers=OFFICERS)
    client.force_login(user)
    install_models()
    holdings.full_dossier(Officer.objects.get(pk=77), by=user)
    holdings.whole_force(by=user)
    addresses = [template.format(officer=77) for _name, template, _goal in pages.PAGES]
    addresses += [address for _name, address, _goal in pages.tabs(client, "/roster/officers/77")]
    return f"{settings.SESSION_COOKIE_NAME}={client.session.session_key}", [*addresses, *MORE]


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "police_hr.settings")
    print(json.dumps(seed()))
