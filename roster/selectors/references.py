"""Names and keys of officers and units, for the fields of ledger kinds that refer to them."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from roster.counting import counting
from roster.models import Officer, OfficerMerge, Unit


def officer_labels(ids: Collection[int]) -> Mapping[int, str]:
    """Officer id → name and badge number."""
    return {officer.pk: f"{officer.label} {officer.badge_no}" if officer.name else officer.badge_no
            for officer in Officer.objects.filter(pk__in=ids).only("name", "badge_no")}  # fmt: skip


def officer_ids(badges: Collection[str]) -> Mapping[str, int]:
    """Badge number as written → officer id."""
    wanted = {badge: badge.strip().upper() for badge in badges}
    known = dict(counting(Officer.objects.filter(badge_no__in=set(wanted.values()))).values_list("badge_no", "pk"))
    merged = OfficerMerge.objects.filter(gone__badge_no__in=set(wanted.values()))
    known.update(merged.values_list("gone__badge_no", "kept"))
    return {badge: known[key] for badge, key in wanted.items() if key in known}


def officer_keys(ids: Collection[int]) -> Mapping[int, str]:
    """Officer id → badge number."""
    return dict(Officer.objects.filter(pk__in=ids).values_list("pk", "badge_no"))


def unit_labels(ids: Collection[int]) -> Mapping[int, str]:
    """Unit id → name in the active language."""
    return {unit.pk: unit.label for unit in Unit.objects.filter(pk__in=ids).only("name", "name_en")}


def unit_ids(texts: Collection[str]) -> Mapping[str, int]:
    """Unit code, or a name that only one open unit has → unit id."""
    found = dict(Unit.objects.filter(code__in=texts).values_list("code", "pk"))
    rest = set(texts) - set(found)
    by_name: dict[str, list[int]] = {}
    for name, pk in Unit.objects.filter(name__in=rest, active_to=None).values_list("name", "pk"):
        by_name.setdefault(name, []).append(pk)
    return found | {name: ids[0] for name, ids in by_name.items() if len(ids) == 1}


def unit_keys(ids: Collection[int]) -> Mapping[int, str]:
    """Unit id → code."""
    return dict(Unit.objects.filter(pk__in=ids).values_list("pk", "code"))
