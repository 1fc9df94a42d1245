"""What political work adds to the frame: the menu entry of tasks and their tile."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy

from police_hr.core.access import Viewer
from police_hr.core.panels import HomeTile, MenuEntry, registry
from police_hr.core.roles import Permission
from workflows.selectors import tasks

registry.menu.append(
    MenuEntry(
        group="work",
        label=gettext_lazy("Tasks"),
        url_name="workflows:task-list",
        icon="checklist",
        permission=Permission.TASK_VIEW,
        order=5,
        count=tasks.open_rows,
    )
)

SHOWN = 5


def _tile(viewer: Viewer) -> Mapping[str, Any] | None:
    """The tasks that fall due first; nothing where nothing waits."""
    waiting = tasks.heaps(viewer)["open"]
    shown = tasks.listed(list(waiting[:SHOWN]))
    return {"rows": shown, "count": waiting.order_by().count()} if shown else None


registry.tiles.append(HomeTile("tasks", "workflows/_tile_tasks.html", _tile, Permission.TASK_VIEW, order=5))
