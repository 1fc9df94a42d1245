"""Every action that the code writes down has words for the auditor, in both languages."""

from __future__ import annotations

import re

from police_hr.core.audit_words import ACTIONS
from tests.repo.helpers import ROOT, tracked

CALL = re.compile(r"""action=\s*["']([a-z_]+(?:\.[a-z_]+)?)["']""")
CODE = re.compile(r"""["']((?:export|kind|ledger|unit|import)\.[a-z_]+)["']""")
# the last two are notices
NOT_ACTIONS = {"store_true", "added", "export.csv", "export.xlsx", "export.consented", "export.refused"}


def written() -> set[str]:
    found: set[str] = set()
    for path in tracked("police_hr/*.py", "roster/*.py", "scoring/*.py", "workflows/*.py"):
        text = path.read_text(encoding="utf-8")
        found |= set(CALL.findall(text))
        if path.relative_to(ROOT).parts[:2] == ("roster", "services"):
            found |= set(CODE.findall(text))
    return found - NOT_ACTIONS


def test_every_action_has_words() -> None:
    assert written() - set(ACTIONS) == set()


def test_words_are_whole() -> None:
    assert all(zh.strip() and en.strip() for zh, en in ACTIONS.values())
