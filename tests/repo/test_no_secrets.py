"""Nothing in the repository opens a door, names a machine or holds a person's number."""

from __future__ import annotations

import re

from tests.repo.helpers import name, tracked

BINARY = {".png", ".woff2", ".mo", ".ico", ".xlsx", ".gz", ".br", ".jpg", ".webp"}
PRIVATE_KEY = re.compile(r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----")
TOKEN = re.compile(r"\b(?:ghp_|github_pat_|AKIA|xox[bp]-|sk_live_)[A-Za-z0-9_]{16,}")
ASSIGNED = re.compile(r"""^\s*(?:SECRET_KEY|[A-Z_]*PASSWORD|[A-Z_]*TOKEN)\s*=\s*["'][^"'{}]{8,}["']""", re.MULTILINE)
HOME = re.compile(r"/(?:home|Users)/(?!police\b)[a-z]\w+/|/root/")
# 18 digits with a date of birth inside: the shape of a resident identity number. 990000 is no area of the country.
IDENTITY = re.compile(r"\b(?!990000)[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dX]\b")
# The worked example of GB 11643-1999 itself.
EXAMPLES = ("11010519491231002X",)
ADDRESS = re.compile(r"https?://(?!127\.0\.0\.1|localhost)[^\s\"'<>)]+")


def texts():
    for path in tracked():
        if path.suffix not in BINARY and not name(path).startswith(("static/dist/", "tests/repo/test_no_secrets")):
            yield name(path), path.read_text(encoding="utf-8", errors="replace")


def found(pattern: re.Pattern[str], *, skip: tuple[str, ...] = ()) -> list[str]:
    return [
        f"{file}: {match[0][:60]}"
        for file, text in texts()
        if not file.startswith(skip)
        for match in pattern.finditer(text)
    ]


def test_no_key_token_or_password_is_committed():
    assert found(PRIVATE_KEY) == []
    assert found(TOKEN) == []
    assert found(ASSIGNED, skip=("tests/",)) == []


def test_no_path_of_a_machine_is_committed():
    assert found(HOME, skip=("tests/",)) == []


def test_no_identity_number_of_a_real_area_is_committed():
    numbers = found(IDENTITY, skip=("requirements", "package-lock.json"))
    assert [line for line in numbers if not line.endswith(EXAMPLES)] == []


def test_pages_load_nothing_from_elsewhere():
    pages = {
        file: text
        for file, text in texts()
        if file.startswith(("templates/", "static/src/")) and "/vendor/" not in file
    }
    remote = [f"{file}: {match[0]}" for file, text in pages.items() for match in ADDRESS.finditer(text)]
    assert [line for line in remote if "www.w3.org" not in line] == []
