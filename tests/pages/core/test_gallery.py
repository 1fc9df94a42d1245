"""The gallery renders every component, in both languages, within the weight of a page."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from django.template import engines
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

from police_hr.core.access import access_of
from police_hr.core.templatetags import ui
from police_hr.core.views.gallery import gallery, samples

ROOT = Path(__file__).resolve().parents[3]
# Used by the frame, not shown on their own.
NOT_SHOWN = {"query_with"}


def page(language: str) -> str:
    with translation.override(language):
        return render_to_string("_components/index.html", samples(), RequestFactory().get("/ui/"))


def test_it_asks_for_the_permission():
    assert access_of(gallery).needed("GET") == "ui.gallery"


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_it_renders_in_both_languages(language: str):
    html = page(language)
    assert html.count("<h1") == 1
    assert "None" not in html


def test_it_shows_every_component():
    sources = "\n".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "templates").rglob("*.html") if "errors" not in path.parts
    )
    missing = {name for name in set(ui.register.tags) - NOT_SHOWN if f"{{% {name} " not in sources}
    missing |= {name for name in ui.register.filters if f"|{name}" not in sources}
    assert missing == set()


def test_long_names_and_empty_states_are_among_the_samples():
    html = page("en")
    assert "阿卜杜热合曼·阿卜杜克热木江" in html
    assert "ph-empty" in html
    assert "ph-skeleton" in html


def test_a_cold_page_is_light():
    parts = [page("en").encode(), *((ROOT / "static/dist" / name).read_bytes() for name in ("app.css", "app.js"))]
    assert sum(len(gzip.compress(part)) for part in parts) < 80_000


@pytest.mark.parametrize("status", ["400", "403", "404", "500", "503", "csrf"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_error_pages_need_no_context(status: str, language: str):
    """No request, no context processor, no database: it must speak when everything else is broken."""
    with translation.override(language):
        html = engines["django"].get_template(f"errors/{status}.html").render({"reference": "7f3a-11c2"})
    assert "7f3a-11c2" in html
    assert "<h1>" in html
