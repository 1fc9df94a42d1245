"""`script/bench` is a handle that others script against: its JSON has one shape."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest

from tests.bench import __main__ as bench

pytestmark = pytest.mark.repo
ROW = {"name": "a page", "value": 41.5, "unit": "ms", "goal": 60, "holds": True}


def measured(monkeypatch, tmp_path, rows) -> int:
    monkeypatch.setenv("POLICE_HR_DATA", str(tmp_path))
    monkeypatch.setattr(bench.importlib, "import_module", lambda name: SimpleNamespace(run=lambda: rows))
    return bench.main(["pages"])


@pytest.mark.parametrize(
    ("row", "code"), [(ROW, 0), (ROW | {"holds": False}, 1), (ROW | {"goal": None, "holds": None}, 0)]
)
def test_the_file_is_the_list_that_is_printed_and_a_missed_goal_fails(monkeypatch, tmp_path, capsys, row, code):
    assert measured(monkeypatch, tmp_path, [row]) == code
    assert json.loads((tmp_path / "bench" / "pages.json").read_text(encoding="utf-8")) == [row]
    assert "a page" in capsys.readouterr().out


def test_a_row_of_another_shape_is_refused(monkeypatch, tmp_path, capsys):
    assert measured(monkeypatch, tmp_path, [{"name": "a page", "ms": 41.5}]) == 1
    assert not (tmp_path / "bench" / "pages.json").exists()
    assert "name, value, unit, goal, holds" in capsys.readouterr().err


def test_an_unknown_name_is_answered_with_the_known_ones(monkeypatch, tmp_path, capsys):
    assert bench.main(["nothing"]) == 2
    assert "pages" in capsys.readouterr().err
