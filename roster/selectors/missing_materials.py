"""Which materials the paper files of a force lack, of those that a complete file holds (`dossier_category`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from police_hr.core.access import Viewer
from police_hr.core.i18n import pick
from police_hr.core.roles import Permission
from roster.access import officers_visible_to, path_range
from roster.models import Material, Officer, Unit
from roster.selectors import codes
from roster.selectors.categories import PARTY, categories
from roster.selectors.kin_bar import barred_officers
from roster.selectors.retirements import BESIDE
from roster.selectors.units import ON_ROLLS


@dataclass(frozen=True)
class Wanted:
    """A material that a complete file holds: in which category, told by which words of its title, of whom."""

    code: str
    category: str
    label: str
    words: Sequence[str]
    party_only: bool

    @property
    def lacking(self) -> Q:
        """Officers whose catalogue has none."""
        titles = Q(*(Q(title__contains=word) for word in self.words), _connector=Q.OR)
        held = Material.objects.filter(titles, officer=OuterRef("pk"), category=self.category)
        lacks = ~Q(Exists(held.filter(is_current=True, withdrawn_at=None)))
        return lacks & Q(political_status__in=PARTY) if self.party_only else lacks


def wanted() -> dict[str, Wanted]:
    """Code → what a complete file holds, in the order of the ten categories. The code names category and place."""
    found = {}
    for category in categories().values():
        for place, (zh, en, words, *condition) in enumerate(category.expects, 1):
            code = f"{category.code}.{place}"
            found[code] = Wanted(code, category.code, pick(zh, en), words, "party" in condition)
    return found


def files_in_view(viewer: Viewer, unit: Unit | None = None) -> QuerySet[Officer]:
    """The officers on the rolls whose paper files `viewer` may look after: auxiliaries and cadets have none, and the
    own one and those of relatives are closed."""
    beside = [entry.code for entry in codes.entries("staffing_type") if entry.attributes.get("person_type") in BESIDE]
    officers = officers_visible_to(viewer, Permission.MATERIAL_VIEW).filter(status__in=ON_ROLLS)
    officers = officers.exclude(staffing__in=beside).exclude(pk__in=barred_officers(viewer.user))
    if unit is not None:
        officers = officers.filter(unit__in=Unit.objects.filter(path_range(unit.path)).order_by().values("pk"))
    return officers


def counts(officers: QuerySet[Officer], of: Mapping[str, Wanted]) -> tuple[int, dict[str, int]]:
    """How many files there are, and how many lack each of `of`. One query."""
    asked = {f"n_{place}": Count("pk", filter=one.lacking) for place, one in enumerate(of.values())}
    found = officers.order_by().aggregate(total=Count("pk"), **asked)
    return found["total"], dict(zip(of, (found[name] for name in asked), strict=True))


def missing_of(officers: Sequence[Officer], of: Mapping[str, Wanted]) -> dict[int, list[Wanted]]:
    """Officer id → what each of these files lacks. One query."""
    rows = Material.objects.filter(officer__in=[o.pk for o in officers], is_current=True, withdrawn_at=None)
    titles: dict[tuple[int, str], list[str]] = {}
    for officer, category, title in rows.values_list("officer_id", "category", "title"):
        titles.setdefault((officer, category), []).append(title)
    return {
        officer.pk: [
            one
            for one in of.values()
            if not (one.party_only and officer.political_status not in PARTY)
            and not any(word in title for title in titles.get((officer.pk, one.category), ()) for word in one.words)
        ]
        for officer in officers
    }
