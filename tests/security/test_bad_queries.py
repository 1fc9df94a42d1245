"""Whatever stands behind the "?" of an address, no page breaks: it answers, or says what is wrong with the question.

The test watches which names a page reads from its query and sends each of them every bad value. A page added tomorrow
is walked as well: it needs a line in the access matrix, nothing else.
"""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from django.db import transaction
from django.http import QueryDict
from django.test import Client

from tests.factories.cast import cast
from tests.security import matrix

# what people, broken links and scanners put there: no number, no day, too much, too long, bytes no text holds
BAD = ("abc", "-1", "9" * 5000, "99999999999999999999", "2026-02-30", "a\x00b")
READERS = ("get", "getlist", "__getitem__", "__contains__")


@pytest.fixture
def names_read(monkeypatch) -> set[str]:
    """The names that pages read from their query, as they read them."""
    names: set[str] = set()

    def watched(reader: str):
        original = getattr(QueryDict, reader)

        def read(self, key, *rest, **more):
            names.add(str(key))
            return original(self, key, *rest, **more)

        return read

    for reader in READERS:
        monkeypatch.setattr(QueryDict, reader, watched(reader))
    return names


def status(client: Client, where: str, **query: str) -> int:
    asked = urlencode(query)
    with transaction.atomic():
        answer = client.get(f"{where}?{asked}" if asked else where)
        if answer.streaming:
            list(answer.streaming_content)
        transaction.set_rollback(True)
    return answer.status_code


def test_no_query_breaks_a_page(db, names_read):
    broken, asked = [], 0
    for route, where, client in matrix.openings(cast()):
        names_read.clear()
        status(client, where)
        for name in sorted(names_read):
            for value in BAD:
                asked += 1
                if (got := status(client, where, **{name: value})) >= 500:
                    broken.append(f"{route}?{name}={value[:30]!r}: {got}")
    assert not broken, "\n".join(broken)
    assert asked > 1000
