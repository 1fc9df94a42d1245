"""What apps above add to pages below them: menu entries, home tiles, dossier panels, list columns.

An app registers in its `AppConfig.ready`; the page below shows what the viewer may open. So the index
stands on the dossier although `roster` never imports `scoring`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import Promise

from police_hr.core.access import Viewer
from police_hr.core.roles import Permission

Text = str | Promise


@dataclass(frozen=True)
class MenuEntry:
    """A line of the menu at the left. `group` is one of `GROUPS`."""

    group: str
    label: Text
    url_name: str
    icon: str
    permission: Permission | None = None
    order: int = 100
    # the rows waiting behind the entry, counted with those of all entries in one statement; None shows no badge
    count: Callable[[Viewer], QuerySet[Any] | None] | None = None
    # for whom the entry is there at all, besides the permission; None: for everybody
    shown: Callable[[Viewer], bool] | None = None
    # url names, or their beginnings up to a "-" or ":", under which the entry is the current one
    current_for: tuple[str, ...] = ()


@dataclass(frozen=True)
class HomeTile:
    """A block of the home page: what this person has to do, with numbers that open their lists."""

    code: str
    template: str
    selector: Callable[[Viewer], Mapping[str, Any] | None]
    permission: Permission | None = None
    order: int = 100


@dataclass(frozen=True)
class DossierPanel:
    """A panel of the dossier. `selector(viewer, officer, request)` gives its context, None hides it.

    `place` is "side" (right column), "head" (beside the identity), "tab" (loaded when opened) or "own" (lazy, on the
    page that officers have of themselves). A `lazy` side
    panel is asked for by the page once it stands, so that it does not wait for what takes long to compute.

    A tab stands where `order` says, the number of the part in the dossier (1 basic facts … 21 changes); `label` is
    its short name, `title` the full one. `front`: in the row where there is room, else under “more”. `sensitivity`
    is the class it is about: S3 and S4 carry a lock, and every reading is written down with it.
    """

    code: str
    title: Text
    template: str
    selector: Callable[[Viewer, Any, HttpRequest], Mapping[str, Any] | None]
    permission: Permission | None = None
    place: str = "side"
    order: int = 100
    lazy: bool = False
    label: Text = ""
    front: bool = False
    sensitivity: int = 1


@dataclass(frozen=True)
class KindUse:
    """Something above that reads a ledger kind, e.g. an index model: its name and where it stands."""

    label: str
    url: str = ""


@dataclass(frozen=True)
class OfficerColumn:
    """A column that an app above adds to the officer list.

    `annotate(queryset, viewer)` adds what `template` and `order_by` need. With `facet` the column
    can be filtered: `facet(queryset, viewer)` gives (value, label, count) rows and
    `narrow(queryset, values, viewer)` keeps the officers with one of the values.
    """

    code: str
    title: Text
    template: str
    annotate: Callable[[QuerySet[Any], Viewer], QuerySet[Any]]
    order_by: tuple[str, ...] = ()
    permission: Permission | None = None
    align: str = ""
    order: int = 100
    facet: Callable[[QuerySet[Any], Viewer], Sequence[tuple[str, Text, int]]] | None = None
    narrow: Callable[[QuerySet[Any], Sequence[str], Viewer], QuerySet[Any]] | None = None


@dataclass(frozen=True)
class Banner:
    """A thin line over the page: something is not as it should be. `level` is info, warn or stop."""

    code: str
    selector: Callable[[Viewer], Mapping[str, Any] | None]  # {"level", "text", "url", "url_label"}


@dataclass
class Registry:
    menu: list[MenuEntry] = field(default_factory=list)
    tiles: list[HomeTile] = field(default_factory=list)
    dossier: list[DossierPanel] = field(default_factory=list)
    officer_columns: list[OfficerColumn] = field(default_factory=list)
    banners: list[Banner] = field(default_factory=list)
    # who reads a kind: (viewer, code of the kind) → uses
    kind_users: list[Callable[[Viewer, str], Sequence[KindUse]]] = field(default_factory=list)
    # what entries of a dossier's timeline count for: (viewer, officer, entry ids) → id → components.Points
    entry_points: list[Callable[[Viewer, Any, Sequence[int]], Mapping[int, Any]]] = field(default_factory=list)
    # what the sign-in page of a demonstration installation shows beside the form: "demo_accounts", "demo_job"
    sign_in_notes: Callable[[], Mapping[str, Any]] | None = None


registry = Registry()
# In their order on the screen. "work" is for the tasks and records of political work.
GROUPS = ("", "boards", "work", "personnel", "data", "index", "system")


Entry = TypeVar("Entry", MenuEntry, HomeTile, DossierPanel, OfficerColumn)


def visible(entries: list[Entry], viewer: Viewer) -> list[Entry]:
    """Those of `entries` that `viewer` may open, in their order."""
    allowed = [entry for entry in entries if entry.permission is None or viewer.has(entry.permission)]
    return sorted(allowed, key=lambda entry: entry.order)
