"""Every route answers everybody as the reviewed policy says."""

from __future__ import annotations

import os

import pytest

from tests.factories.cast import cast
from tests.security import matrix

ANONYMOUS = matrix.PEOPLE.index("anonymous")
# The only routes that answer without a sign-in. At most six; a seventh wants a good reason.
PUBLIC = {"healthz", "core:sign-in", "core:sign-in-progress", "core:language", "core:theme"}


@pytest.fixture
def observed(db) -> list[matrix.Line]:
    return list(matrix.observe(cast()))


def test_every_parameter_has_an_object():
    assert matrix.without_object() == [], "Name the objects behind these routes in tests/security/objects.py."


def test_every_route_answers_as_the_policy_says(observed):
    policy = {(line.route, line.method): line for line in matrix.read_policy()}
    missing = [line for line in observed if (line.route, line.method) not in policy]
    if missing and os.environ.get("MATRIX") == "write":
        sound = [line for line in missing if max(line.statuses) < 500]
        matrix.write_policy([*policy.values(), *sound])
        pytest.fail(f"{len(sound)} lines were added to {matrix.POLICY.name}: review and commit them.")
    assert not missing, "\n".join(
        ["Routes without a line in tests/security/policy.csv (see tests/security/matrix.py):"]
        + [",".join(map(str, (line.route, line.method, *line.statuses))) for line in missing]
    )
    wrong = [
        f"{line.method} {line.route} as {person}: {got}, the policy says {meant}"
        for line in observed
        for person, got, meant in zip(
            matrix.PEOPLE, line.statuses, policy[line.route, line.method].statuses, strict=True
        )
        if got != meant
    ]
    assert not wrong, "\n".join(wrong)
    gone = set(policy) - {(line.route, line.method) for line in observed}
    assert not gone, f"Lines of the policy without a route: {sorted(gone)}"


def test_the_policy_itself_opens_nothing_to_anonymous_but_the_public_routes():
    opened = {line.route for line in matrix.read_policy() if line.statuses[ANONYMOUS] in {200, 204}}
    assert opened <= PUBLIC


def test_the_policy_knows_no_server_error():
    assert not [line for line in matrix.read_policy() if max(line.statuses) >= 500]
