"""The guard of conftest works: a test that would leave this machine fails."""

from __future__ import annotations

import socket

import pytest
from _pytest.outcomes import Failed


def test_a_remote_address_is_refused():
    with socket.socket() as client, pytest.raises(Failed, match="tests work offline"):
        client.connect(("192.0.2.1", 80))


def test_this_machine_can_be_reached():
    with socket.socket() as listener, socket.socket() as client:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        client.connect(listener.getsockname())
