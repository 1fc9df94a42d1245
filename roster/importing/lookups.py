"""What rows refer to, read once per pass: officers by badge number, units by code and name, code tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Container
from difflib import get_close_matches
from functools import cached_property
from typing import Any

from police_hr.core.access import viewer_for
from police_hr.core.days import to_number
from police_hr.core.models import User
from police_hr.core.roles import Permission
from roster.access import officers_visible_to
from roster.counting import counting
from roster.importing.cells import CellFault, as_text
from roster.importing.issues import Fix, fill_in, set_to
from roster.models import Code, Officer, OfficerMerge, Unit
from roster.selectors.kin_bar import barred_officers


class Lookups:
    """Maps of the database as it is now; each is read when it is first asked for."""

    def __init__(self, *, today: dt.date, options: dict[str, Any]) -> None:
        self.today = today
        self.today_number = today.toordinal() - dt.date(1970, 1, 1).toordinal()
        self.options = options
        # units that the file names and that are to be made with it: code → name
        self.new_units: dict[str, str] = {}

    @cached_property
    def officers(self) -> dict[str, int]:
        """Badge number → officer id, of the officers that count. That of a dossier merged into another leads there."""
        found = dict(counting(Officer.objects.all()).values_list("badge_no", "pk"))
        return found | {gone: found[kept] for gone, kept in self.former_badges.items() if kept in found}

    @cached_property
    def former_badges(self) -> dict[str, str]:
        """The badge number of a dossier that was merged → that of the dossier that was kept."""
        return dict(OfficerMerge.objects.values_list("gone__badge_no", "kept__badge_no"))

    @cached_property
    def births(self) -> dict[int, int]:
        """Officer id → day of birth, where the day itself is known."""
        rows = counting(Officer.objects.filter(birth_date__isnull=False, birth_precision="day"))
        return {pk: to_number(day) for pk, day in rows.values_list("pk", "birth_date") if day is not None}

    @cached_property
    def asked_by(self) -> User | None:
        """Who sent the file; None where no person did."""
        number = self.options.get("asked_by")
        return User.objects.filter(pk=number).first() if number else None

    @cached_property
    def files_kept(self) -> Container[int]:
        """The officers whose paper files the sender keeps."""
        by = self.asked_by
        rows = Officer.objects.all() if by is None else officers_visible_to(viewer_for(by), Permission.MATERIAL_EDIT)
        return set(rows.order_by().values_list("pk", flat=True))

    @cached_property
    def files_barred(self) -> Container[int]:
        """The officers whose paper files are closed to the sender: the own one and those of relatives."""
        return barred_officers(self.asked_by)

    @cached_property
    def unit_codes(self) -> dict[str, int]:
        return dict(Unit.objects.values_list("code", "pk"))

    @cached_property
    def unit_names(self) -> dict[str, int]:
        """Name or short name → unit id; 0 where several units share it."""
        found: dict[str, int] = {}
        for pk, *names in Unit.objects.filter(active_to=None).values_list("pk", "name", "short_name", "name_en"):
            for name in {name for name in names if name}:
                found[name] = pk if found.get(name, pk) == pk else 0
        return found

    @cached_property
    def unit_labels(self) -> dict[int, str]:
        return dict(Unit.objects.values_list("pk", "name"))

    def table(self, *slugs: str) -> dict[str, str]:
        """What may be written (code, Chinese or English name) → code, over one or several code tables."""
        found: dict[str, str] = {}
        rows = Code.objects.filter(table__slug__in=slugs).order_by("-withdrawn", "-order")
        for code, zh, en in rows.values_list("code", "name_zh", "name_en"):
            for text in (en.casefold(), en, zh, code):
                found[text] = code
        return found

    def labels(self, *slugs: str) -> dict[str, str]:
        """Code → Chinese name."""
        return dict(Code.objects.filter(table__slug__in=slugs).values_list("code", "name_zh"))

    @cached_property
    def labels_of_ranks(self) -> dict[str, str]:
        """Names of police ranks and grades by code."""
        return self.labels("police_rank", "duty_grade", "technical_grade", "general_grade")

    # --- readers of references ---------------------------------------------------------------------------
    def officer(self, cell: Any) -> int:
        badge = as_text(cell).strip()
        found = self.officers.get(badge)
        if found is None:
            raise CellFault("officer_unknown", [fill_in("officer", "change_badge")], badge=badge[:20])
        return found

    def unit(self, cell: Any) -> int | str:
        """The unit's id, or the code of one that is still to be made (where the profile allows it)."""
        text = as_text(cell).strip()
        prefix = self.options.get("unit_prefix", "")
        found = self.unit_codes.get(prefix + text) or self.unit_names.get(text)
        if found:
            return found
        if found == 0:
            raise CellFault("unit_doubled", [fill_in("unit")])
        made = self.options.get("new_units", {})
        if self.options.get("create_units"):
            self.new_units[prefix + text] = self.options.get("unit_name", "%s") % text
            return prefix + text
        if text in made:
            self.new_units[made[text]] = text
            return str(made[text])
        near = get_close_matches(text, self.unit_names, n=1, cutoff=0.6)
        new: Fix = {"do": "unit", "label": "new_unit", "field": "unit", "value": text}
        if near:
            raise CellFault("unit_nearest", [set_to(near[0], "unit"), new], nearest=near[0])
        raise CellFault("unit_unknown", [fill_in("unit"), new])
