"""Every part of a dossier and the pages around it, as a screen reader and a colour-blind eye meet them."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse

RULES = {"dark": ["color-contrast"], "light": []}
RUN = """
async rules => {
  const only = rules.length ? { runOnly: rules } : {};
  const { violations } = await axe.run(document, { resultTypes: ["violations"], ...only });
  return violations.map(rule => [rule.id, rule.nodes[0].html.slice(0, 120)]);
}
"""
PAGES = (
    "corrections", "moves", "moves/new", "promotions", "retirements", "doubts", "material-requests", "units",
    "units/structure", "kinds", "kinds/new", "kinds/import", "officers/query", "officers?view=wall", "exports",
    "reconciliation", "officers/photos",
)  # fmt: skip


@pytest.fixture
def seen(page: Any) -> Callable[[str], list[str]]:
    """Runs axe over the page as it stands; the violations as lines that name the page. In dark only colours
    differ, and they are the same in both languages."""
    script = Axe().axe_script

    def look(name: str) -> list[str]:
        # the script stays where only a fragment was exchanged
        if page.evaluate("typeof axe") == "undefined":
            page.evaluate(script)
        found = []
        themes = RULES if page.evaluate("document.documentElement.lang").startswith("zh") else ["light"]
        for theme in themes:
            page.evaluate("theme => document.documentElement.dataset.bsTheme = theme", theme)
            for rule, html in page.evaluate(RUN, RULES[theme]):
                found.append(f"{name} {theme}: {rule} {html}")
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            found.append(f"{name}: wider than its window")
        return found

    return look


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_part_of_a_dossier_is_accessible(
    enter: Callable[..., Any], force: SimpleNamespace, seen: Callable[[str], list[str]], language: str
):
    page = enter(force.users["cadre"], reverse("home"))
    _speak(page, language)
    page.goto(reverse("roster:officer-detail", args=[force.people[0].pk]), wait_until="networkidle")
    found = seen("timeline")
    addresses = page.eval_on_selector_all("[data-tabs] [data-tab]", "all => all.map(tab => tab.getAttribute('hx-get'))")
    assert len(addresses) == len(set(addresses)) >= 22
    for address in addresses[1:]:
        with page.expect_response("**" + address):
            page.evaluate("url => document.querySelector(`[data-tab][hx-get='${url}']`).click()", address)
        page.locator("#tab:not([aria-busy])").wait_for()
        found += seen(address)
    assert found == []


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_around_the_dossier_is_accessible(
    enter: Callable[..., Any], force: SimpleNamespace, seen: Callable[[str], list[str]], language: str
):
    page = enter(force.users["cadre"], reverse("home"))
    _speak(page, language)
    found = seen("home")
    for path in PAGES:
        assert page.goto(f"/roster/{path}").status == 200, path
        found += seen(path)
    assert found == []


def _speak(page: Any, language: str) -> None:
    page.context.add_cookies([{"name": "django_language", "value": language, "url": page.url}])
