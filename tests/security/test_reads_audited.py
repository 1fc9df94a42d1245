"""Every read of content of classes 2 to 4 is written down before it is sent: all addresses of the site as everybody.

The oracle knows no page: where an answer holds a planted word (`planted.py`), an event of that request says that this
account read that officer, with the class; where no event could be written, no answer holds one.
"""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from police_hr.core.models import AuditEvent
from police_hr.core.roles import ROLES
from tests.factories.cast import Cast, cast
from tests.security.matrix import PEOPLE
from tests.security.planted import PLANTED, classes_in, places, plant

pytestmark = pytest.mark.django_db
WHO = tuple(person for person in PEOPLE if person not in ("anonymous", "nobody"))
# who must come upon something, or the test has looked in the wrong places
SEES = {
    "officer": {2, 3, 4},
    "unit_political_officer": {2},
    "unit_head": {2},
    "hr_cadre": {2, 3, 4},
    "political_director": {2, 3, 4},
    "leadership": {2, 3, 4},
    "discipline_inspector": {4},
}


@pytest.fixture
def people() -> Cast:
    found = cast()
    plant(found)
    return found


def client_of(people: Cast, role: str) -> Client:
    """Signed in, with everything opened that the role opens with a reason."""
    client = Client(raise_request_exception=False)
    client.force_login(people[role], backend="police_hr.core.backends.AccountBackend")
    classes = ROLES[role].opens_with_reason if role in ROLES else frozenset()
    if classes:
        url = reverse("roster:officer-open", args=[people.officer_a.pk])
        client.post(url, {"reason": "任免前核对", "classes": [str(number) for number in classes]})
    return client


def read(client: Client, where: str) -> tuple[int, set[int], list[AuditEvent]]:
    """The status of an answer, the classes of what was planted in it, and the events of the request; undone again."""
    before = AuditEvent.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    with transaction.atomic():
        answer = client.get(where)
        body = answer.getvalue()
        events = list(AuditEvent.objects.filter(pk__gt=before))
        transaction.set_rollback(True)
    return answer.status_code, classes_in(body), events


def tells(event: AuditEvent, officer: int, sensitivity: int) -> bool:
    """Whether an event says that facts of this class of this officer were read."""
    concerned = event.officer_number == officer or officer in event.details.get("officers", ())
    return concerned and sensitivity in event.details.get("classes", ())


@pytest.mark.parametrize("role", WHO)
def test_what_is_read_is_written_down_and_what_is_closed_is_not_read(people, role):
    client, met, silent, leaks, broken = client_of(people, role), set(), [], [], []
    for where in places(people):
        status, classes, events = read(client, where)
        broken += [where] if status == 500 else []
        met |= classes
        unsaid = {n for n in classes if not any(tells(event, people.officer_a.pk, n) for event in events)}
        silent += [f"{where}: class {sorted(unsaid)}"] if unsaid else []
        leaks += [where] if classes - SEES.get(role, set()) else []
    assert broken == []
    assert silent == []
    assert leaks == []
    assert met == SEES.get(role, set())


@pytest.mark.parametrize("role", ["hr_cadre", "officer", "unit_political_officer", "discipline_inspector"])
def test_what_cannot_be_written_down_is_not_sent(people, role, monkeypatch):
    """ASVS 16.5.3, fail closed: while the audit trail takes no rows no answer holds a planted word, and no page that
    has to write something down answers 500."""
    client, where = client_of(people, role), places(people)

    def broken(*args: object, **event: object) -> None:
        raise DatabaseError

    monkeypatch.setattr(AuditEvent.objects, "create", broken)
    answers = {address: read(client, address)[:2] for address in where}
    assert [address for address, (_status, classes) in answers.items() if classes] == []
    assert [address for address, (status, _classes) in answers.items() if status == 500] == []


def test_planted_words_are_found_in_packed_files():
    assert PLANTED.findall("PLANT3KIN 4PLANT2X") == ["3", "2"]
