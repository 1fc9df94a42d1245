"""The watermark: on every page with name, badge number and time, on paper, phones and in the dark, in nobody's way."""

from __future__ import annotations

import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.urls import reverse

PHONE = {"width": 390, "height": 844}
STAMP = r" HR \d{4}-\d{2}-\d{2} \d{2}:\d{2}$"
# How strong the mark is drawn, and whether a click at the middle of the page meets it.
LOOK = """mark => {
  const style = getComputedStyle(mark), box = mark.getBoundingClientRect(), text = mark.querySelector("text");
  const met = document.elementsFromPoint(innerWidth / 2, innerHeight / 2);
  return {shown: style.display !== "none" && style.visibility === "visible", opacity: +style.opacity,
          events: style.pointerEvents, width: box.width, height: box.height, met: met.includes(mark),
          ink: getComputedStyle(text).fill, text: text.textContent, hidden: mark.getAttribute("aria-hidden")};
}"""


def mark_of(page: Any) -> dict[str, Any]:
    found: dict[str, Any] = page.locator("svg.ph-watermark").evaluate(LOOK)
    return found


def is_seen(mark: dict[str, Any]) -> bool:
    return bool(mark["shown"] and 0.08 <= mark["opacity"] <= 0.4 and mark["width"] > 300 and mark["height"] > 200)


@pytest.mark.parametrize("viewport", [None, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("media", ["screen", "print"])
def test_it_is_seen_and_in_nobodys_way(
    enter: Callable[..., Any], force: SimpleNamespace, viewport: Any, theme: str, media: str
):
    user = force.users["cadre"]
    page = enter(user, reverse("roster:officer-list"), viewport)
    page.context.add_cookies([{"name": "theme", "value": theme, "url": page.url}])
    page.goto(reverse("roster:officer-detail", args=[force.people[0].pk]))
    page.emulate_media(media=media)
    mark = mark_of(page)
    assert is_seen(mark), mark
    assert re.fullmatch(re.escape(user.name) + STAMP, mark["text"])
    assert (mark["events"], mark["met"], mark["hidden"]) == ("none", False, "true")
    assert page.locator("html").get_attribute("data-bs-theme") == theme


def test_a_click_through_it_opens_what_lies_below(enter: Callable[..., Any], force: SimpleNamespace):
    page = enter(force.users["cadre"], reverse("roster:officer-list"))
    page.get_by_role("link", name="沈立群").first.click()
    page.wait_for_url(f"**/roster/officers/{force.people[8].pk}*")


def test_a_screen_reader_hears_nothing_of_it(enter: Callable[..., Any], force: SimpleNamespace):
    page = enter(force.users["cadre"], reverse("roster:officer-list"))
    text = page.locator("svg.ph-watermark text").first.text_content()
    assert text
    assert text not in page.locator("body").aria_snapshot()
