"""What the content security policy forbids and the style asks of every template."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.template import engines
from django.template.loader import get_template

from police_hr.core.templatetags.ui import icon_names

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "templates"
PAGES = sorted(path for path in TEMPLATES.rglob("*") if path.suffix == ".html")
GALLERY = re.compile(r"^_components/(gallery/|index\.html)")
# 干部任免审批表: its words are set by the rules and the same in every language.
OFFICIAL = re.compile(r"^roster/dossier/_approval_sheet\.html")
NAMES = [path.relative_to(TEMPLATES).as_posix() for path in PAGES]

FORBIDDEN = {
    "an inline script": re.compile(r"<script(?![^>]*\bsrc=)", re.IGNORECASE),
    "a handler attribute": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "htmx code in an attribute": re.compile(r"\bhx-on\b|\bhx-vars\b|=[\"']js:", re.IGNORECASE),
    "an inline style": re.compile(r"<style\b|<[^>]*\sstyle\s*=", re.IGNORECASE),
    "a foreign host": re.compile(r"(?:src|href|action|hx-\w+)\s*=\s*[\"']?(?:https?:)?//", re.IGNORECASE),
    "markup that is not escaped": re.compile(r"\|\s*safe\b|autoescape\s+off"),
    "a javascript address": re.compile(r"javascript:", re.IGNORECASE),
}


@pytest.mark.parametrize("name", NAMES)
def test_template_keeps_the_policy(name: str):
    text = (TEMPLATES / name).read_text(encoding="utf-8")
    found = [what for what, pattern in FORBIDDEN.items() if pattern.search(text)]
    assert not found, f"{name} has {', '.join(found)}"


@pytest.mark.parametrize("name", NAMES)
def test_template_is_short(name: str):
    assert len((TEMPLATES / name).read_text(encoding="utf-8").splitlines()) <= 200


@pytest.mark.parametrize("name", NAMES)
def test_template_compiles(name: str):
    get_template(name)


@pytest.mark.parametrize("name", [name for name in NAMES if not (GALLERY.search(name) or OFFICIAL.search(name))])
def test_words_are_wrapped_for_translation(name: str):
    """No Chinese in a template: msgids are English. The names of the two languages name themselves; the
    gallery shows invented names; an official form has the words that the rules print on it."""
    text = (TEMPLATES / name).read_text(encoding="utf-8").replace("中文", "")
    text = re.sub(r"\{#.*?#\}", "", text)
    assert not re.search(r"[\u4e00-\u9fff]", text)


def test_every_icon_asked_for_is_there():
    asked = {
        name for path in PAGES for name in re.findall(r"\{% icon \"([a-z0-9-]+)\"", path.read_text(encoding="utf-8"))
    }
    asked |= {
        name
        for app in ("police_hr", "roster", "scoring", "workflows", "matching")
        for path in (ROOT / app).rglob("*.py")
        for name in re.findall(r"\bicon=\"([a-z0-9-]+)\"", path.read_text(encoding="utf-8"))
    }
    assert asked - icon_names() == set(), "add them to static/src/icons/names.txt and run script/assets"


def test_builtin_components_need_no_load():
    assert "police_hr.core.templatetags.ui" in engines["django"].engine.builtins
