"""Reads of ledger kinds: the menu tree, one kind with its versions, what may be recorded."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count

from police_hr.core.access import Viewer
from police_hr.core.roles import Permission
from roster.models import LedgerEntry, LedgerGroup, LedgerKind, LedgerKindVersion
from roster.selectors.counting import counting


@dataclass
class GroupNode:
    """A group of the menu tree with its kinds (current versions joined) and its subgroups."""

    group: LedgerGroup
    level: int
    kinds: list[LedgerKind] = field(default_factory=list)
    children: list[GroupNode] = field(default_factory=list)

    @property
    def total(self) -> int:
        """How many kinds stand here and below."""
        return len(self.kinds) + sum(child.total for child in self.children)


def kind_tree(
    viewer: Viewer, *, withdrawn: bool = False, pack: str = "", classes: Iterable[int] | None = None
) -> list[GroupNode]:
    """The menu tree of kinds: root groups with everything below. Two queries.

    `withdrawn` adds kinds out of use, `pack` keeps one pack (cn, chicago, own), `classes` keeps kinds of those
    sensitivity classes (for a form that may only offer what its user may record). Groups without a kind stay
    where nothing narrows the tree, and are left out otherwise.
    """
    if not (viewer.has(Permission.KIND_VIEW) or viewer.has(Permission.LEDGER_ADD)):
        return []
    kinds = LedgerKind.objects.filter(current__isnull=False).select_related("current").order_by("order", "code")
    if not withdrawn:
        kinds = kinds.filter(withdrawn=False)
    if pack:
        kinds = kinds.filter(pack=pack)
    if classes is not None:
        kinds = kinds.filter(current__sensitivity__in=list(classes))
    groups = list(LedgerGroup.objects.order_by("order", "code"))
    nodes = {group.pk: GroupNode(group, 0) for group in groups}
    for kind in kinds:
        nodes[kind.group_id].kinds.append(kind)
    roots: list[GroupNode] = []
    for group in groups:
        node = nodes[group.pk]
        (nodes[group.parent_id].children if group.parent_id else roots).append(node)
    narrowed = bool(pack) or classes is not None
    return [node for node in roots if _settle(node, 0, narrowed) or not narrowed]


def _settle(node: GroupNode, level: int, narrowed: bool) -> bool:  # noqa: FBT001
    """Set levels downwards and drop empty branches of a narrowed tree. Whether anything stands in this one."""
    node.level = level
    node.children = [child for child in node.children if _settle(child, level + 1, narrowed) or not narrowed]
    return bool(node.kinds or node.children)


def recordable_kinds(viewer: Viewer, unit_path: str) -> list[GroupNode]:
    """The menu tree of what `viewer` may record for an officer of the unit at `unit_path`: the classes the
    viewer opens there, with or without a reason. Nothing without the right to record there."""
    if not viewer.covers(Permission.LEDGER_ADD, unit_path):
        return []
    classes = viewer.classes_at(unit_path) | viewer.classes_at(unit_path, with_reason=True)
    return kind_tree(viewer, classes=classes)


def kind_for(viewer: Viewer, code: str) -> LedgerKind | None:
    """The kind with this code, group and current version joined, or None."""
    if not (viewer.has(Permission.KIND_VIEW) or viewer.has(Permission.LEDGER_ADD)):
        return None
    return LedgerKind.objects.select_related("current", "group").filter(code=code).first()


def versions_of(viewer: Viewer, kind: LedgerKind) -> list[LedgerKindVersion]:
    """All versions of the kind, newest first, each with `entries`: how many entries that count were made with it."""
    versions = list(LedgerKindVersion.objects.filter(kind=kind).select_related("created_by").order_by("-number"))
    counts = dict(
        counting(LedgerEntry.objects.filter(kind=kind, voided_on=None))
        .order_by()
        .values_list("kind_version_id")
        .annotate(count=Count("pk"))
    )
    for version in versions:
        version.entries_count = counts.get(version.pk, 0)  # type: ignore[attr-defined]
    return versions


def is_frozen(version: LedgerKindVersion) -> bool:
    """Whether any entry was made with this version, so that a revision makes a new one."""
    return LedgerEntry.objects.filter(kind_version=version).exists()


def group_codes_below(code: str) -> list[str]:
    """`code` and the codes of all groups below it; empty where there is no such group."""
    groups = list(LedgerGroup.objects.values_list("pk", "code", "parent_id"))
    found = {pk for pk, own, _parent in groups if own == code}
    grown = True
    while grown:
        more = {pk for pk, _own, parent in groups if parent in found} - found
        found |= more
        grown = bool(more)
    return [own for pk, own, _parent in groups if pk in found]
