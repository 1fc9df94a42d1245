"""Small files stay small. A file that outgrows its budget usually holds two ideas: find the second one.

Budgets: source file 400 lines, function 50, template 200, script 100. An exception needs its reason here.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.repo.helpers import name, tracked

FILE, FUNCTION, TEMPLATE, SCRIPT = 400, 50, 200, 100
SLACK = 10  # a line more is no second idea

# name: reviewed number of lines, with the reason
FILES: dict[str, int] = {}
FUNCTIONS: dict[str, int] = {}


def lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def sources() -> list[Path]:
    return [path for path in tracked("*.py") if "/migrations/" not in name(path)]


def over(sizes: Iterator[tuple[str, int]], budget: int, exceptions: dict[str, int]) -> list[str]:
    return [f"{what}: {size} lines" for what, size in sizes if size > exceptions.get(what, budget + SLACK)]


def functions() -> Iterator[tuple[str, int]]:
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
                yield f"{name(path)}:{node.name}", node.end_lineno - node.lineno + 1


def test_source_files_hold_one_idea():
    assert over(((name(path), lines(path)) for path in sources()), FILE, FILES) == []


def test_functions_fit_on_a_screen():
    assert over(functions(), FUNCTION, FUNCTIONS) == []


def test_templates_stay_readable():
    assert over(((name(path), lines(path)) for path in tracked("templates/*.html")), TEMPLATE, {}) == []


def test_scripts_leave_logic_to_python():
    assert over(((name(path), lines(path)) for path in tracked("script/*", ".ci/*", "deploy/make-*")), SCRIPT, {}) == []


def test_no_exception_is_kept_without_need():
    sizes = dict(functions()) | {name(path): lines(path) for path in sources()}
    budgets = {**dict.fromkeys(FUNCTIONS, FUNCTION), **dict.fromkeys(FILES, FILE)}
    assert [what for what, budget in budgets.items() if sizes.get(what, 0) <= budget + SLACK] == []
