"""Part 21 of a dossier: what was changed in it, and who viewed it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from police_hr.core.access import Viewer
from police_hr.core.wording import day, person
from roster.models import Officer
from roster.selectors import corrections
from roster.selectors.readers import may_see_readers, readers_of
from roster.views.tabs.base import Opening, Row, Tab, table, tables

LISTED = 100


def _log(opening: Opening) -> dict[str, Any]:
    """Requests for corrections with their outcome; a value stands on the request's own page, behind its class."""
    rows = [
        Row(
            [
                asked.number,
                day(asked.requested_at, "full"),
                f"{asked.get_operation_display()} · {corrections.sort_label(asked)}",
                person(asked.requested_by.name),
                str(asked.get_state_display()),
                person(asked.decided_by.name) if asked.decided_by else "",
                asked.document,
            ],
            url=asked.address,
            tags=[(gettext("dispute"), "watch")] if asked.dispute else (),
        )
        for asked in corrections.visible_to(opening.viewer).filter(officer=opening.officer)[:LISTED]
    ]
    columns = [
        gettext("Number"), gettext("When"), gettext("What"), gettext("Requested by"), gettext("State"),
        gettext("Decided by"), gettext("Document"),
    ]  # fmt: skip
    empty = gettext("No correction was asked for. Where something is wrong, ask beside it.")
    content = tables(table(gettext("Corrections"), columns, rows, empty))
    if may_see_readers(opening.viewer, opening.officer):
        readers = readers_of(opening.viewer, opening.officer)
        content |= {"template": "roster/dossier/_log.html", "data": {"readers": readers}}
    return content


def readers_panel(viewer: Viewer, officer: Officer, request: HttpRequest) -> dict[str, Any] | None:
    """The panel beside the dossier; nothing for those who may not know."""
    readers = readers_of(viewer, officer)
    return {"readers": readers} if readers is not None else None


TABS = (Tab("log", 21, _("Changes and views"), _log),)
