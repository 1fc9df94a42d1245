"""The components of the page as template tags; a builtin library, so no template loads it.

Each is shown with sample data in the gallery (`/ui/`). Marks of the domain that stand in every row of
a list (tier, points, light, icon) are formatted here; larger ones have a template in `_components/`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from django import template
from django.conf import settings
from django.http import QueryDict
from django.template.defaultfilters import stringfilter
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from police_hr.core import wording
from police_hr.core.components import heat_step, trend_of

register = template.Library()
Text = str | Promise

TIERS: Mapping[str, Text] = {
    "help": _("Key help"),
    "watch": _("Key attention"),
    "normal": _("Normal management"),
    "insufficient": _("Not enough data"),
}
LIGHTS: Mapping[str, tuple[str, Text]] = {
    "go": ("", _("Possible")),
    "check": (" ph-light--warn", _("To be checked")),
    "stop": (" ph-light--stop", _("Not possible")),
}
POINT_TAGS = {"care": "care", "risk": "risk", "credit": "normal"}
SENSITIVITY: Mapping[int, Text] = {
    1: _("S1: open within the unit"),
    2: _("S2: personal information"),
    3: _("S3: sensitive personal information"),
    4: _("S4: highly sensitive, named persons only"),
}


# --- marks -----------------------------------------------------------------------------------------
@cache
def icon_names() -> frozenset[str]:
    """The icons of the one file that holds them all."""
    drawn = (settings.BASE_DIR / "static" / "dist" / "icons.svg").read_text(encoding="utf-8")
    return frozenset(re.findall(r'<symbol id="([a-z0-9-]+)"', drawn))


@register.simple_tag
def icon(name: str, size: str = "sm", label: Text = "") -> SafeString:
    """An icon: `size` is sm (16 px) or md (18 px); with a `label` it speaks, without it is decoration."""
    if name not in icon_names():
        raise template.TemplateSyntaxError(
            f"There is no icon “{name}”: add it to static/src/icons/names.txt and run script/assets."
        )
    css = "ph-ico" if size == "md" else "ph-ico ph-ico--sm"
    spoken = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    return format_html('<svg class="{}" {}><use href="{}#{}"/></svg>', css, spoken, static("icons.svg"), name)


@register.simple_tag
def tier_chip(tier: str, *, pending: bool = False, quiet: bool = False, large: bool = False) -> SafeString:
    """A tier by colour, word and shape. `pending`: proposed, not confirmed. `quiet`: without the box,
    for the normal tier in long tables. Empty for an officer who was never indexed."""
    if not tier:
        return SafeString()
    name = "none" if tier == "insufficient" else tier
    css = f"ph-tier ph-tier--{name}"
    css += " is-pending" if pending else ""
    css += " ph-tier--plain" if quiet and tier in {"normal", "insufficient"} else ""
    css += " ph-tier--lg" if large else ""
    note = format_html('<span class="ph-sr"> {}</span>', gettext("(proposed)")) if pending else ""
    return format_html('<span class="{}">{}{}</span>', css, TIERS[tier], note)


@register.simple_tag
def points_tag(part: str, value: float, code: str = "") -> SafeString:
    """Points with their part's colour: care violet, risk blue, credit green."""
    return format_html(
        '<span class="ph-tag ph-tag--{}">{}</span>', POINT_TAGS[part], f"{code} {wording.signed(value, 2)}".strip()
    )


@register.simple_tag
def sensitivity_tag(level: int) -> SafeString:
    """The class of a fact, S1–S4; S3 and S4 carry a lock."""
    lock = icon("lock") if level >= 3 else ""
    return format_html('<span class="ph-tag ph-tag--lock" title="{}">{}S{}</span>', SENSITIVITY[level], lock, level)


@register.simple_tag
def light(state: str, label: Text = "") -> SafeString:
    """A traffic light: go circle, check diamond, stop cross; the shape alone is enough."""
    css, word = LIGHTS[state]
    return format_html('<span class="ph-light{}">{}</span>', css, label or word)


@register.simple_tag
def tag(text: Text, tone: str = "") -> SafeString:
    """A small tag. `tone`: accent, help, watch, normal, care, risk, or none."""
    return format_html('<span class="ph-tag{}">{}</span>', f" ph-tag--{tone}" if tone else "", text)


@register.simple_tag
def kbd(*keys: str) -> SafeString:
    return format_html_join("", '<kbd class="ph-kbd">{}</kbd>', ((key,) for key in keys))


@register.simple_tag
def bar(value: float, maximum: float = 100, tone: str = "") -> SafeString:
    """A bar in SVG, because the page allows no style attribute. The number stands beside it in words."""
    width = 0.0 if maximum <= 0 else min(max(value / maximum, 0.0), 1.0) * 100
    return format_html(
        '<svg class="ph-bar{}" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">'
        '<rect width="{}" height="6"></rect></svg>',
        f" ph-bar--{tone}" if tone else "",
        f"{width:.4g}",
    )


# --- words, dates, numbers (police_hr.core.wording) ----------------------------------------------------
register.filter("person", stringfilter(wording.person))
register.filter("signed", wording.signed)
register.filter("grouped", wording.grouped)
register.filter("day", wording.day)
register.filter("weekday", wording.weekday)


# --- links with the list's own query -------------------------------------------------------------------
@register.simple_tag(takes_context=True)
def query_with(context: template.Context, **changes: Any) -> str:
    """The current query string with `changes`; None takes a parameter out. Starts with "?"."""
    request = context.get("request")
    query = request.GET.copy() if request is not None else QueryDict(mutable=True)
    for key, value in changes.items():
        if value is None:
            query.pop(key, None)
        else:
            query[key] = value
    return f"?{query.urlencode()}"


@register.inclusion_tag("_components/sort_header.html", takes_context=True)
def sort_header(
    context: template.Context, label: Text, key: str, current: str = "", align: str = "", css: str = ""
) -> dict[str, Any]:
    """A `<th>` that sorts by `key`. `current` is the list's `sort` value: `key`, `-key` or another.
    `align="num"` sets numbers to the right."""
    ascending, descending = current == key, current == f"-{key}"
    return {
        "label": label,
        "state": "ascending" if ascending else "descending" if descending else "",
        "url": query_with(context, sort=f"-{key}" if ascending else key, page=None),
        "css": " ".join(filter(None, ["ph-num" if align == "num" else align, css])),
    }


@register.inclusion_tag("_components/pagination.html", takes_context=True)
def pagination(context: template.Context, page: Any, *, keys: bool = True) -> dict[str, Any]:
    """The foot of a list: what is shown of how many, pages, the list's keys. `page` is Django's `Page`."""
    window = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    links = [
        {
            "number": number if isinstance(number, int) else None,
            "current": number == page.number,
            "url": query_with(context, page=number) if isinstance(number, int) else "",
        }
        for number in window
    ]
    steps = {
        "previous_url": query_with(context, page=page.number - 1) if page.has_previous() else "",
        "next_url": query_with(context, page=page.number + 1) if page.has_next() else "",
    }
    return {"page": page, "links": links if page.paginator.num_pages > 1 else [], "keys": keys} | steps


# --- blocks with content ---------------------------------------------------------------------------------
@register.simple_block_tag
def panel(content: str, title: Text, **options: Any) -> SafeString:
    """A panel with a head. Options: `count`, `note`, `id`, `url` and `url_label` at the end of the head,
    `flush` (no padding, for tables and lists), `foot`, `css`."""
    return render_to_string("_components/panel.html", {"title": title, "content": content} | options)


@register.simple_block_tag
def dialog(content: str, id: str, title: Text, **options: Any) -> SafeString:  # noqa: A002  # the attribute's name
    """A `<dialog>`, opened by `<button data-dialog="id">`. Options: `open` (shown when it arrives)."""
    return render_to_string("_components/dialog.html", {"id": id, "title": title, "content": content} | options)


# --- components with a template ----------------------------------------------------------------------------
@register.inclusion_tag("_components/axes.html")
def axes(items: Sequence[Any]) -> dict[str, Any]:
    """The three boxed axes in the order 职务, 警衔, 职级: `components.Axis`, never mixed into one field."""
    return {"items": items}


@register.inclusion_tag("_components/officer_photo.html")
def officer_photo(officer: Any, css: str = "", *, lazy: bool = True) -> dict[str, Any]:
    """The picture of an officer, or the first character of the name where there is none: photo_url, initial, label
    (or name)."""
    return {"officer": officer, "css": css, "lazy": lazy}


@register.inclusion_tag("_components/officer_card.html")
def officer_card(officer: Any) -> dict[str, Any]:
    """A card of the photo wall: name, badge_no, unit, post, tier, url, photo_url, initial."""
    return {"officer": officer}


@register.inclusion_tag("_components/filter_chips.html")
def filter_chips(chips: Sequence[Any], clear_url: str = "", sort_words: Text = "") -> dict[str, Any]:
    """The active conditions, each with ×, and the order of the list in words."""
    return {"chips": chips, "clear_url": clear_url, "sort_words": sort_words}


@register.inclusion_tag("_components/facets.html")
def facets(items: Sequence[Any]) -> dict[str, Any]:
    """Tick boxes with counts, inside a GET form that sends itself on change."""
    return {"facets": items}


@register.inclusion_tag("_components/unit_tree.html")
def unit_tree(nodes: Sequence[Any]) -> dict[str, Any]:
    """The unit tree, flat and in order: `components.TreeNode`."""
    return {"nodes": nodes}


@register.inclusion_tag("_components/empty_state.html")
def empty_state(text: Text, url: str = "", url_label: Text = "", icon: str = "plus") -> dict[str, Any]:
    """One line that says what would stand here, and the one action that fills it."""
    return {"text": text, "url": url, "url_label": url_label, "icon": icon}


@register.inclusion_tag("_components/error_state.html")
def error_state(text: Text, reference: str = "", at: Any = None, retry_url: str = "") -> dict[str, Any]:
    """Something failed: what, when, and the number to quote."""
    return {"text": text, "reference": reference, "at": at, "retry_url": retry_url}


@register.inclusion_tag("_components/skeleton.html")
def skeleton(rows: int = 3) -> dict[str, Any]:
    """Grey lines of the final height while a fragment loads."""
    return {"rows": range(rows)}


@register.inclusion_tag("_components/job_progress.html")
def job_progress(job: Any, title: Text = "", poll_url: str = "", job_url: str = "") -> dict[str, Any]:
    """A background job in words and as a bar. It asks `poll_url` again each second while the job is open;
    the answer of that address is this component once more."""
    return {"job": job, "title": title, "poll_url": poll_url, "job_url": job_url}


@register.inclusion_tag("_components/steps.html")
def steps(items: Sequence[Any]) -> dict[str, Any]:
    """The steps of a procedure, each with its result in a second line: `components.Step`."""
    return {"items": items}


@register.inclusion_tag("_components/segmented.html")
def segmented(choices: Sequence[Any], label: Text) -> dict[str, Any]:
    """One of a few, with counts, as links: `components.Choice`."""
    return {"choices": choices, "label": label}


@register.inclusion_tag("_components/tabs.html")
def tabs(choices: Sequence[Any], label: Text, target: str) -> dict[str, Any]:
    """Tabs loaded when opened: each is a link of its own, htmx puts its fragment into `target` (a CSS selector).
    `components.TabChoice`: count 0 dims a tab, which keeps its place; those that are not `front` stand under “more”,
    but for the one that is open."""
    front = [choice for choice in choices if choice.front]
    back = [choice for choice in choices if not choice.front]
    row = front + [choice for choice in back if choice.chosen]
    return {"row": row, "more": [c for c in back if not c.chosen], "label": label, "target": target}


@register.inclusion_tag("_components/load_more.html")
def load_more(url: str, text: Text) -> dict[str, Any]:
    """A link that htmx replaces by what its address answers: more rows and the next such link."""
    return {"url": url, "text": text}


@register.inclusion_tag("_components/kpi.html")
def kpi(label: Text, value: Any, url: str = "", of: Any = "", *, due: bool = False) -> dict[str, Any]:
    """A number that opens the list behind it."""
    return {"label": label, "value": value, "url": url, "of": of, "due": due}


@register.inclusion_tag("_components/timeline.html")
def timeline(entries: Sequence[Any]) -> dict[str, Any]:
    """Facts by day, newest first: `components.Entry`."""
    return {"entries": entries}


@register.inclusion_tag("_components/trend.html")
def trend(
    values: Sequence[float], label: Text, first: Text, last: Text, threshold: float | None = None
) -> dict[str, Any]:
    """A line of values (oldest first) against a threshold; `label` says it in words for who cannot see it."""
    return {"trend": trend_of(values, threshold), "label": label, "first": first, "last": last, "threshold": threshold}


@register.simple_tag
def heat_cell(
    share: float, people: int, url: str = "", label: Text = "", *, few: bool = False, on: bool = False
) -> SafeString:
    """A `<td>` of the unit heat map: the share in per cent, coloured; `few` (unit under 20 people) shows the
    number of people without colour, as one person would paint the cell dark."""
    css = "ph-hm ph-hm--few" if few else f"ph-hm ph-q{heat_step(share)}"
    text = pgettext("number of people", "%(count)s p.") % {"count": people} if few else f"{share:.1f}"
    spoken = format_html('<span class="ph-sr">{} </span>', label) if label else ""
    inner = (
        format_html('<a href="{}">{}{}</a>', url, spoken, text)
        if url
        else format_html("<span>{}{}</span>", spoken, text)
    )
    return format_html('<td class="{}{}">{}</td>', css, " is-on" if on else "", inner)


@register.inclusion_tag("_components/bar_row.html")
def bar_row(label: Text, value: float, maximum: float, tone: str = "", url: str = "") -> dict[str, Any]:
    """A word, a bar, a number; the whole row opens its list."""
    return {"label": label, "value": value, "maximum": maximum, "tone": tone, "url": url}


@register.inclusion_tag("_components/change_table.html")
def change_table(changes: Sequence[Any], total_label: Text = "") -> dict[str, Any]:
    """What changed since the last run; previous + in - out = now in every row: `components.Change`."""
    rows = list(changes)
    columns = {key: [getattr(row, key) for row in rows] for key in ("before", "came", "went", "now")}
    total = {key: None if None in numbers else sum(numbers) for key, numbers in columns.items()}
    return {"rows": rows, "total": total if total_label else None, "total_label": total_label}


@register.inclusion_tag("_components/watermark.html")
def watermark(text: str) -> dict[str, Any]:
    """Who looks and when, tiled over the page; nothing without a text."""
    return {"text": text}


@register.inclusion_tag("_components/banner.html")
def banner(level: str, text: Text, url: str = "", url_label: Text = "") -> dict[str, Any]:
    """A thin line under the top bar: info, warn or stop."""
    return {"level": level, "text": text, "url": url, "url_label": url_label}


@register.inclusion_tag("_components/note.html")
def note(level: str, text: Text) -> dict[str, Any]:
    """A remark inside a page: info, ok, warn or stop."""
    return {"level": level, "text": text}


@register.inclusion_tag("_components/drop_zone.html")
def drop_zone(
    name: str, label: Text, help_text: Text = "", accept: str = "", *, multiple: bool = False
) -> dict[str, Any]:
    """A file field to click or to drop a file on."""
    return {"name": name, "label": label, "help_text": help_text, "accept": accept, "multiple": multiple}


@register.inclusion_tag("_components/copy_link.html")
def copy_link(url: str = "", label: Text = "") -> dict[str, Any]:
    """A button that copies an address; the current page's without one."""
    return {"url": url, "label": label}


@register.inclusion_tag("_components/key_hints.html")
def key_hints(names: str = "move open pick filter") -> dict[str, Any]:
    """The keys of a list, for its foot. Names: move, open, pick, filter, search, record, problem, edit."""
    hints: Mapping[str, tuple[Sequence[str], Text]] = {
        "move": (("j", "k"), pgettext("key", "up and down")),
        "open": (("Enter",), pgettext("key", "open")),
        "pick": (("x",), pgettext("key", "select")),
        "filter": (("f",), pgettext("key", "filter")),
        "search": (("/",), pgettext("key", "search")),
        "record": (("[", "]"), pgettext("key", "previous, next")),
        "problem": (("n", "N"), pgettext("key", "next, previous problem")),
        "edit": (("Enter",), pgettext("key", "edit here")),
    }
    return {"hints": [hints[name] for name in names.split()]}
