"""What all tests share: an installation of their own, no network, one database of the two, one browser."""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import template

# Before Django reads its settings: a data directory that goes away, and nothing of a running installation.
DATA = Path(tempfile.mkdtemp(prefix="police_hr-tests-"))
(DATA / "static").mkdir()
os.environ.update({"POLICE_HR_DATA": str(DATA), "POLICE_HR_DEMO": "1", "POLICE_HR_DEBUG": "0", "REDIS_URL": ""})
os.environ["DJANGO_SETTINGS_MODULE"] = "police_hr.settings"
# For subprocesses that tests start: they read what this process reads.
ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("POLICE_HR_SHARED", ROOT.parent / "shared"))
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
LOCAL = {"127.0.0.1", "::1", "localhost"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="run the tests that take minutes, too")


def pytest_configure(config: pytest.Config) -> None:
    from django.conf import settings
    from hypothesis import settings as properties

    # A busy machine is no failure of a property.
    properties.register_profile("police_hr", deadline=None)
    properties.load_profile("police_hr")
    # Argon2 is slow on purpose; tests of passwords set it back.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # Names without a manifest: nothing is collected for a test.
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        # A file, as in life: an in-memory database has other locks. It need not survive a power cut.
        database.setdefault("TEST", {})["NAME"] = DATA / "test.sqlite3"
        options = database["OPTIONS"]
        options["init_command"] = options["init_command"].replace("synchronous=FULL", "synchronous=OFF")


def pytest_unconfigure(config: pytest.Config) -> None:
    shutil.rmtree(DATA, ignore_errors=True)


def on_postgres() -> bool:
    from django.conf import settings

    return settings.DATABASES["default"]["ENGINE"].endswith("postgresql")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    kept, dropped = [], []
    for item in items:
        marks = {mark.name for mark in item.iter_markers()}
        parts = Path(item.path).parts
        if "browser" in parts:
            item.add_marker(pytest.mark.browser)
            marks.add("browser")
        once = "browser" in marks or "repo" in marks or "repo" in parts
        (dropped if once and on_postgres() else kept).append(item)
        if "long" in marks and not config.getoption("--long"):
            item.add_marker(pytest.mark.skip(reason="takes minutes; runs with --long"))
        if "pg" in marks and not on_postgres():
            item.add_marker(pytest.mark.skip(reason="needs PostgreSQL"))
        if "browser" in marks and CHROMIUM is None:
            item.add_marker(pytest.mark.skip(reason="Chromium is not installed (apt-get install chromium)"))
    if "browser" in {mark.name for item in kept for mark in item.iter_markers()}:
        _require_chromium_in_ci()
    config.hook.pytest_deselected(items=dropped)
    items[:] = kept


def _require_chromium_in_ci() -> None:
    if CHROMIUM is None and os.environ.get("CI") == "true":
        raise pytest.UsageError("Chromium is not installed; in CI the browser tests are never skipped.")


# --- no network -----------------------------------------------------------------------------------------------


def _refuse_remote(address: Any) -> None:
    if isinstance(address, tuple) and address and address[0] not in LOCAL:
        pytest.fail(f"A test tried to reach {address[0]}: tests work offline.")


@pytest.fixture(autouse=True, scope="session")
def _no_network() -> Iterator[None]:
    """Only this machine can be reached. Unix sockets pass: their address is no tuple."""
    patch = pytest.MonkeyPatch()
    for name in ("connect", "connect_ex"):
        original = getattr(socket.socket, name)

        def guarded(self: socket.socket, address: Any, _original: Any = original) -> Any:
            _refuse_remote(address)
            return _original(self, address)

        patch.setattr(socket.socket, name, guarded)
    yield
    patch.undo()


# --- the database ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def _template(pytestconfig: pytest.Config) -> Path | None:
    """Where the migrated database is kept (SQLite only)."""
    return None if on_postgres() else pytestconfig.cache.mkdir("database") / f"{template.digest()}.sqlite3"


@pytest.fixture(scope="session")
def django_db_keepdb(_template: Path | None) -> bool:
    """Of SQLite the copy is what the tests begin with; it goes with the data directory."""
    return _template is not None


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None, _template: Path | None) -> None:
    from django.conf import settings

    if _template is not None:
        template.lay_out(_template, Path(settings.DATABASES["default"]["TEST"]["NAME"]))


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, _template: Path | None, django_db_blocker: Any) -> None:
    from django.db import connection

    if _template is not None:
        with django_db_blocker.unblock():
            connection.ensure_connection()
            template.keep(connection.connection, _template)


@pytest.fixture(autouse=True)
def _nobody_has_spoken_yet() -> None:
    """A request leaves its language to the thread; each test begins in that of the installation."""
    from django.conf import settings
    from django.utils import translation

    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture(autouse=True)
def _nobody_has_read_yet() -> None:
    """The count of dossiers in an hour is kept by the process, and numbers of accounts come again in every test."""
    from roster.views.budget import budget

    budget.forget()


@pytest.fixture(autouse=True, scope="session")
def _insert_only_tables_can_be_emptied() -> Iterator[None]:
    """A test with real transactions ends by emptying all tables, which insert-only tables rightly refuse."""
    from django.db import connection
    from django.test import TransactionTestCase

    from police_hr.core import triggers

    original = TransactionTestCase._fixture_teardown

    def teardown(self: TransactionTestCase) -> None:
        for table in triggers.INSERT_ONLY:
            triggers.drop(connection, table)
        original(self)
        for table in triggers.INSERT_ONLY:
            triggers.create(connection, table)

    patch = pytest.MonkeyPatch()
    patch.setattr(TransactionTestCase, "_fixture_teardown", teardown)
    yield
    patch.undo()


@pytest.fixture
def shared() -> Path:
    """The folder with real data beside the repository; the test is skipped where it is absent."""
    if not SHARED.is_dir():
        pytest.skip(f"{SHARED} is absent: this test reads real data (POLICE_HR_SHARED names the folder)")
    return SHARED


@pytest.fixture
def data_dir(tmp_path: Path, settings: Any) -> Path:
    """An empty data directory for one test."""
    settings.DATA_DIR = tmp_path
    return tmp_path


# --- the browser ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Debian's Chromium, driven by playwright; one process per test worker."""
    from playwright.sync_api import sync_playwright

    patch = pytest.MonkeyPatch()
    # playwright keeps an event loop in this thread; the ORM calls of the tests around it are synchronous all the same.
    patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()
    patch.undo()


@pytest.fixture
def page(chromium: Any, live_server: Any) -> Iterator[Any]:
    """A desktop page in Chinese whose relative addresses are the live server's. Fails on a script error."""
    context = chromium.new_context(
        base_url=live_server.url, locale="zh-CN", viewport={"width": 1440, "height": 900}, timezone_id="Asia/Shanghai"
    )
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert not errors, errors
