"""The access matrix: every route of the site × everybody of the cast × GET and POST.

What each may expect stands in `policy.csv`, one line for a route and a method, one column for a
person; a person reviews it. A route without a line, and a line without a route, fail.

Adding a page:
1. if its address holds a parameter, name the object in `objects.py` (by the route's name);
2. `MATRIX=write .venv/bin/python -m pytest tests/security/test_matrix.py` appends the missing lines
   with what was observed;
3. read them: is each 200 meant? is a stranger's 404 a 404? Then commit them with the page.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from django.db import transaction
from django.test import Client
from django.urls import reverse

from police_hr.core.checks import all_routes
from tests.factories.cast import Cast
from tests.security.objects import OBJECTS

POLICY = Path(__file__).with_name("policy.csv")
METHODS = ("GET", "POST")
PEOPLE = (
    "anonymous",
    "nobody",
    "officer",
    "counsellor",
    "zhou",
    "unit_political_officer",
    "unit_head",
    "hr_cadre",
    "political_director",
    "leadership",
    "discipline_inspector",
    "system_admin",
    "security_admin",
    "audit_admin",
)


class Line(NamedTuple):
    """What everybody gets at one route by one method, in the order of `PEOPLE`."""

    route: str
    method: str
    statuses: tuple[int, ...]


def route_names() -> dict[str, str]:
    """Each route's name with its path pattern. Two routes of one name (format suffixes) are one line."""
    return {name: path for path, name, _view in all_routes()}


def read_policy() -> list[Line]:
    with POLICY.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.reader(handle))
    assert tuple(rows[0][2:]) == PEOPLE, f"the columns of {POLICY.name} are not those of the cast"
    return [Line(row[0], row[1], tuple(map(int, row[2:]))) for row in rows[1:]]


def write_policy(lines: list[Line]) -> None:
    with POLICY.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(["route", "method", *PEOPLE])
        writer.writerows([line.route, line.method, *line.statuses] for line in sorted(lines))


def address(route: str, path: str, cast: Cast, made: dict[str, Any]) -> str:
    """The address of `route`, its parameters those of objects of branch A."""
    if "<" not in path and "(?P" not in path:
        return reverse(route)
    if route not in made:
        made[route] = OBJECTS[route](cast)
    return reverse(route, kwargs=made[route])


def without_object() -> list[str]:
    """Routes with a parameter for which `objects.py` names nothing."""
    return [
        f"{route} ({path})"
        for route, path in route_names().items()
        if ("<" in path or "(?P" in path) and route not in OBJECTS
    ]


def clients(cast: Cast) -> dict[str, Client]:
    found = {}
    for person in PEOPLE:
        client = Client(raise_request_exception=False)
        if person != "anonymous":
            client.force_login(cast[person], backend="police_hr.core.backends.AccountBackend")
        found[person] = client
    return found


def openings(cast: Cast) -> Iterator[tuple[str, str, Client]]:
    """Every route that somebody may open: its name, an address, and one who may: the HR cadre rather than others."""
    people, made, paths = clients(cast), {}, route_names()
    for line in read_policy():
        able = [person for person, status in zip(PEOPLE, line.statuses, strict=True) if status == 200]
        if line.method == "GET" and able:
            who = "hr_cadre" if "hr_cadre" in able else able[-1]
            yield line.route, address(line.route, paths[line.route], cast, made), people[who]


def observe(cast: Cast) -> Iterator[Line]:
    """Ask every route as everybody. Nothing that a request changes is left for the next."""
    people, made = clients(cast), {}
    unknown = {entry.partition(" ")[0] for entry in without_object()}
    for route, path in sorted(route_names().items()):
        if route in unknown:
            continue
        where = address(route, path, cast, made)
        for method in METHODS:
            yield Line(route, method, tuple(_status(people[person], method, where) for person in PEOPLE))


def _status(client: Client, method: str, where: str) -> int:
    cookies = client.cookies.copy()
    try:
        with transaction.atomic():
            answer = client.generic(method, where)
            if answer.streaming:
                list(answer.streaming_content)  # a file that is sent is open until its end
            transaction.set_rollback(True)
    finally:
        client.cookies = cookies
    return answer.status_code
