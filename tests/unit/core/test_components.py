"""The components: what they say, what they escape, where charts put their points."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.core.paginator import Paginator
from django.template import Context, Template, TemplateSyntaxError
from django.test import RequestFactory
from django.utils import translation

from police_hr.core.components import Change, TreeNode, heat_step, trend_of

HOSTILE = '<img src=x onerror="alert(1)">'


def render(source: str, **context: Any) -> str:
    with translation.override("en"):
        return Template(source).render(Context(context))


@pytest.mark.parametrize(
    ("tier", "word"),
    [
        ("help", "Key help"),
        ("watch", "Key attention"),
        ("normal", "Normal management"),
        ("insufficient", "Not enough data"),
    ],
)
def test_tier_is_always_a_word(tier: str, word: str):
    assert word in render("{% tier_chip tier %}", tier=tier)


def test_proposed_tier_says_so_to_those_who_cannot_see_the_dashes():
    html = render("{% tier_chip 'help' pending=True %}")
    assert "is-pending" in html
    assert "(proposed)" in html


def test_only_the_quiet_tiers_lose_their_box():
    assert "ph-tier--plain" in render("{% tier_chip 'normal' quiet=True %}")
    assert "ph-tier--plain" not in render("{% tier_chip 'watch' quiet=True %}")
    assert render("{% tier_chip '' %}") == ""


def test_points_keep_their_part_and_sign():
    assert (
        render("{% points_tag 'credit' -1.659 'K01' %}") == '<span class="ph-tag ph-tag--normal">K01 \u22121.66</span>'
    )


@pytest.mark.parametrize(("level", "locked"), [(1, False), (2, False), (3, True), (4, True)])
def test_sensitive_classes_carry_a_lock(level: int, locked: bool):
    assert ("<svg" in render("{% sensitivity_tag level %}", level=level)) is locked


@pytest.mark.parametrize(
    ("value", "maximum", "width"), [(5, 10, "50"), (0, 10, "0"), (20, 10, "100"), (-1, 10, "0"), (1, 0, "0")]
)
def test_bar_stays_inside_its_box(value: float, maximum: float, width: str):
    assert f'<rect width="{width}"' in render("{% bar value maximum %}", value=value, maximum=maximum)


@pytest.mark.parametrize(
    ("percent", "step"), [(0, 0), (4.99, 0), (5, 1), (9.9, 1), (10, 2), (15, 3), (20, 4), (25, 5), (100, 5)]
)
def test_heat_steps(percent: float, step: int):
    assert heat_step(percent) == step


def test_small_unit_shows_people_without_colour():
    html = render("{% heat_cell 42.9 3 few=True %}")
    assert "3 p." in html
    assert "ph-q" not in html


def test_trend_keeps_its_points_and_threshold_in_the_box():
    trend = trend_of([0.0, 20.0, 40.0], threshold=35.0)
    assert [point.x for point in trend.points] == [6.0, 159.0, 312.0]
    assert trend.points[0].y == 84.0
    assert trend.points[-1].y == 10.0
    assert trend.threshold_y == 19.2
    assert all(0 <= point.y <= trend.height for point in trend.points)


@pytest.mark.parametrize("values", [[], [3.0], [0.0, 0.0], [-5.0, 5.0]])
def test_trend_of_odd_series(values: list[float]):
    trend = trend_of(values)
    assert len(trend.points) == len(values)
    assert (trend.last is None) is (not values)
    assert "aria-label" in render("{% trend values 'x' 'a' 'b' %}", values=values)


def test_change_balances():
    assert Change("", 30, 2, 1, 31).balances
    assert not Change("", 30, 2, 1, 30).balances


@pytest.mark.parametrize(
    "source",
    [
        "{% tag text %}",
        "{% note 'info' text %}",
        "{% banner 'warn' text %}",
        "{% empty_state text %}",
        "{% error_state text text %}",
        "{% panel text note=text %}{{ text }}{% endpanel %}",
        "{% dialog 'd' text %}{{ text }}{% enddialog %}",
        "{% watermark text %}",
        "{% bar_row text 1 2 %}",
        "{% kpi text text %}",
        "{% light 'go' text %}",
        "{% heat_cell 1 1 text text %}",
        "{% icon 'home' label=text %}",
        "{% unit_tree nodes %}",
        "{{ text|person }}",
    ],
)
def test_data_is_escaped(source: str):
    nodes = [TreeNode(HOSTILE, HOSTILE, toggle_url=HOSTILE)]
    assert "<img" not in render(source, text=HOSTILE, nodes=nodes)


def test_unknown_icon_says_how_to_add_it():
    with pytest.raises(TemplateSyntaxError, match=r"names\.txt"):
        render("{% icon 'no-such-icon' %}")


def test_sort_header_turns_round_and_goes_back_to_page_one():
    request = RequestFactory().get("/", {"sort": "age", "page": "3", "unit": "7"})
    up = render("{% sort_header 'Age' 'age' current='age' %}", request=request)
    assert 'aria-sort="ascending"' in up
    assert "sort=-age" in up
    assert "unit=7" in up
    assert "page" not in up
    assert "sort=age" in render("{% sort_header 'Age' 'age' current='-age' %}", request=request)


def test_pagination_says_what_is_shown():
    request = RequestFactory().get("/", {"q": "a b"})
    html = render("{% pagination page %}", request=request, page=Paginator(range(1043), 50).page(2))
    assert "51–100 of 1,043" in html
    assert "q=a+b&amp;page=3" in html
    assert "all shown" in render("{% pagination page %}", request=request, page=Paginator(range(8), 50).page(1))
    assert "Nothing" in render("{% pagination page %}", request=request, page=Paginator([], 50).page(1))


@pytest.mark.parametrize(("state", "polls"), [("waiting", True), ("running", True), ("done", False), ("failed", False)])
def test_job_asks_again_only_while_it_is_open(state: str, polls: bool):
    job = SimpleNamespace(state=state, is_open=polls, percent=42, done=1, total=2, message="m", error=HOSTILE)
    html = render("{% job_progress job 'Import' '/jobs/1/progress' %}", job=job)
    assert ('hx-trigger="every 1s"' in html) is polls
    assert "<img" not in html
