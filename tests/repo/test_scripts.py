"""The scripts others call: executable, plain sh, and clear when something is missing."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest

from tests.repo.helpers import ROOT, name, tracked

SOURCED = {"script/_venv", "script/_debian"}
SCRIPTS = [path for path in tracked("script/*", ".ci/run", "deploy/make-*") if name(path) not in SOURCED]
HANDLES = {
    "script/server",
    "script/test",
    "script/lint",
    "script/bench",
    "script/shots",
    "script/assets",
    "script/lock",
    ".ci/run",
}


def test_the_handles_exist():
    assert {name(path) for path in SCRIPTS} >= HANDLES


@pytest.mark.parametrize("path", SCRIPTS, ids=name)
def test_a_script_is_executable_and_stops_at_the_first_failure(path):
    text = path.read_text(encoding="utf-8")
    assert os.access(path, os.X_OK)
    assert text.startswith("#!/bin/sh\n")
    assert "\nset -eu\n" in text


@pytest.mark.parametrize("path", [*SCRIPTS, *(ROOT / sourced for sourced in sorted(SOURCED))], ids=name)
def test_the_shell_can_read_it(path):
    subprocess.run(["/bin/sh", "-n", path], check=True)


@pytest.fixture
def bare(tmp_path):
    """A copy of the scripts and a PATH on which Python is too old and apt-get absent."""
    shutil.copytree(ROOT / "script", tmp_path / "script")
    (tmp_path / "requirements.txt").write_text("")
    tools = tmp_path / "bin"
    tools.mkdir()
    for tool in ("sh", "dirname", "cat", "sha256sum", "cut", "rm", "id", "env"):
        (tools / tool).symlink_to(shutil.which(tool))
    return tmp_path


def run(bare, python, *arguments):
    for candidate in ("python3", "python3.11", "python3.12", "python3.13"):
        (bare / "bin" / candidate).write_text(f"#!/bin/sh\n{python}\n")
        (bare / "bin" / candidate).chmod(0o755)
    return subprocess.run(
        [bare / "script" / "server", *arguments],
        env={"PATH": str(bare / "bin")}, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_an_old_python_is_refused_with_the_package_to_install(bare):
    refused = run(bare, "exit 1")
    assert refused.returncode == 1
    assert "Python 3.11 or newer was not found. On Debian: apt-get install python3" in refused.stderr


def test_a_python_that_cannot_make_environments_names_the_missing_package(bare):
    # Answers the question for its version, fails at everything else.
    refused = run(bare, 'case "$2" in *version_info*) exit 0;; *) exit 1;; esac')
    assert refused.returncode == 1
    assert "apt-get install python3-venv" in refused.stderr
