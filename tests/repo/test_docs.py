"""The documents keep up with the code: options, commands, scripts, links, changelog."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from police_hr import settings
from tests.repo.helpers import ROOT, name, tracked

OPTION = re.compile(r"\b(POLICE_HR_[A-Z_]+[A-Z]|DATABASE_URL|REDIS_URL)\b")


def read(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def commands() -> list[str]:
    return sorted(path.stem for path in tracked("*/management/commands/*.py") if not path.stem.startswith("_"))


def test_every_option_of_the_settings_is_documented():
    options = {match.removesuffix("_FILE") for match in OPTION.findall(read("police_hr/settings.py"))}
    documented = set(OPTION.findall(read("docs/settings.md")))
    assert options - documented == set()


def test_no_option_is_documented_that_nothing_reads():
    code = "\n".join(path.read_text(encoding="utf-8") for path in tracked("*.py", "script/*", "docker-compose.yml"))
    options = {option.removesuffix("_FILE") for option in OPTION.findall(read("docs/settings.md"))}
    assert [option for option in options if option not in code] == []


def test_there_are_commands():
    assert "follow_job" in commands()


@pytest.mark.parametrize("command", commands())
def test_every_command_is_documented(command):
    assert f"`{command}" in read("docs/commands.md")


@pytest.mark.parametrize("script", [path.name for path in tracked("script/*") if not path.name.startswith("_")])
def test_every_script_is_named_in_the_guide_for_contributors(script):
    assert f"script/{script}" in read("CONTRIBUTING.md")


def test_the_readme_starts_with_the_two_commands_and_a_picture():
    first_screen = "\n".join(read("README.md").splitlines()[:45])
    assert "script/server" in first_screen
    assert "script/test" in first_screen
    assert "docs/img/board.png" in first_screen


def test_the_changelog_tells_of_this_version():
    assert f"## {settings.VERSION}" in read("CHANGELOG.md")
    assert f"police-hr:{settings.VERSION}" in read("docker-compose.yml")


@pytest.mark.parametrize("path", tracked("*.md"), ids=name)
def test_links_between_documents_lead_somewhere(path: Path):
    targets = re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", path.read_text(encoding="utf-8"))
    assert [target for target in targets if not (path.parent / target).exists()] == []


def test_records_of_decisions_have_numbers_of_their_own():
    numbers = [path.name[:4] for path in tracked("docs/adr/*.md")]
    assert sorted(set(numbers)) == sorted(numbers)
    assert all(number.isdigit() for number in numbers)
