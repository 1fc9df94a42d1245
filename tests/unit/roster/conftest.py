"""What tests of the roster share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def _fresh_code_tables() -> Iterator[None]:
    """Code tables are cached in the process and a test's database is rolled back under them."""
    from roster.selectors import codes

    codes.forget()
    yield
    codes.forget()


@pytest.fixture
def defaults(db: Any) -> None:
    """Code tables, kinds and sources as shipped."""
    from roster.services.defaults import install_defaults

    install_defaults()
