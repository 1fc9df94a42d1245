"""The tab of doubts about the dossier (三龄两历一身份)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from police_hr.core.roles import Permission
from roster.selectors import doubts
from roster.views.tabs.base import Opening, Tab


def _doubts(opening: Opening) -> dict[str, Any]:
    found = doubts.of_dossier(opening.viewer, opening.officer)
    officer = opening.officer
    path = officer.unit.path if officer.unit_id and officer.unit else ""
    return {
        "template": "roster/dossier/_doubts.html",
        "doubts": found,
        "may_rule": opening.viewer.covers(Permission.DOUBT_RULE, path),
        "is_own": opening.is_own,
    }


TABS = (Tab("doubts", 22, _("Checks"), _doubts, title=_("Dossier checks: ages, education, work history, standing")),)
