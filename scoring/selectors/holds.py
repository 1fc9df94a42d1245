"""Red lines RL1–RL10 as reasons that put a promotion on hold: confirmed by a named person, and still running.

RL11 and RL12 are about care and hold nothing: they are never confirmed as anything that this could find.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone

from police_hr.core.access import Viewer
from police_hr.core.holds import Hold
from police_hr.core.i18n import pick
from police_hr.core.roles import Permission
from roster.access import officers_visible_to
from roster.selectors import codes
from scoring.models import Source, TierPeriod
from scoring.selectors.models import default_version, definition_of

TABLE = "promotion_hold"


def promotion_holds(viewer: Viewer, officer_ids: Sequence[int]) -> dict[int, list[Hold]]:
    """Officer id → holds by confirmed red lines that block promotion, for officers of the viewer's units."""
    version = default_version()
    if version is None or not officer_ids:
        return {}
    blocking = {floor.code for floor in definition_of(version).floors if floor.blocks_promotion}
    visible = officers_visible_to(viewer, Permission.OFFICER_VIEW).filter(pk__in=officer_ids)
    periods = TierPeriod.objects.filter(
        officer__in=visible.values("pk"), ends_on=None, confidential=False, source=Source.RED_LINE, basis__in=blocking
    )
    words = {entry.code: entry for entry in codes.entries(TABLE)}
    today = timezone.localdate()
    found: dict[int, list[Hold]] = {}
    for period in periods.order_by("officer", "pk"):
        entry = words.get(period.basis)
        if entry is None or (period.until is not None and period.until < today):
            continue
        basis = pick(str(entry.attributes.get("basis_zh", "")), str(entry.attributes.get("basis_en", "")))
        hold = Hold(period.basis, codes.label(TABLE, period.basis), basis, period.starts_on, period.until)
        found.setdefault(period.officer_id, []).append(hold)
    return found
