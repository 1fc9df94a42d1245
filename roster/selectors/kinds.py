"""Reads of ledger kinds: the menu tree, one kind with its versions, what may be recorded."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count

from police_hr.core.access import Viewer
from police_hr.core.roles import Permission
from roster.counting import counting
from roster.models import LedgerEntry, LedgerGroup, LedgerKind, LedgerKindVersion


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

    @property
    def codes(self) -> set[str]:
        """The codes of the kinds here and below."""
        return {kind.code for kind in self.all}

    @property
    def all(self) -> list[LedgerKind]:
        """The kinds here and below, in order."""
        return self.kinds + [kind for child in self.children for kind in child.all]


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


# Set and cleared by the counsellor on their own page, never from a dossier.
COUNSELLOR_KINDS = frozenset({"PSY_ALERT", "SUICIDE_RISK"})
# A role that records only what stands in one branch of the menu tree, and no care facts.
BRANCH_OF_ROLE = {"discipline_inspector": "DISCIPLINE"}


def recordable_kinds(viewer: Viewer, unit_path: str) -> list[GroupNode]:
    """The menu tree of what `viewer` may record for an officer of the unit at `unit_path`: the classes the
    viewer opens there, with or without a reason. Nothing without the right to record there.

    Discipline inspectors record in the discipline branch only; what is the counsellor's is nobody else's.
    """
    if not viewer.covers(Permission.LEDGER_ADD, unit_path):
        return []
    classes = viewer.classes_at(unit_path) | viewer.classes_at(unit_path, with_reason=True)
    tree = kind_tree(viewer, classes=classes)
    branches = _branches(viewer, unit_path)
    if branches is not None:
        tree = [node for node in tree if node.group.code in branches]
    for node in tree:
        _take_out(node, COUNSELLOR_KINDS)
    return [node for node in tree if node.total]


def recordable(viewer: Viewer, unit_path: str, code: str) -> LedgerKind | None:
    """The kind with this code where it is among the `recordable_kinds`, else None."""
    return next((kind for node in recordable_kinds(viewer, unit_path) for kind in node.all if kind.code == code), None)


def _branches(viewer: Viewer, unit_path: str) -> set[str] | None:
    """The root groups to which the viewer's roles at the unit confine recording; None: none of them does."""
    if viewer.everything:
        return None
    roles = {
        grant.role.code
        for grant in viewer.grants
        if Permission.LEDGER_ADD in grant.role.permissions and unit_path.startswith(grant.unit_path)
    }
    return {BRANCH_OF_ROLE[role] for role in roles} if roles <= set(BRANCH_OF_ROLE) else None


def _take_out(node: GroupNode, codes: Iterable[str]) -> None:
    node.kinds = [kind for kind in node.kinds if kind.code not in codes]
    for child in node.children:
        _take_out(child, codes)
    node.children = [child for child in node.children if child.total]


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


def group_codes_below(*codes: str) -> list[str]:
    """`codes` and the codes of all groups below them; unknown ones are left out. One query."""
    groups = list(LedgerGroup.objects.values_list("pk", "code", "parent_id"))
    found = {pk for pk, own, _parent in groups if own in codes}
    grown = True
    while grown:
        more = {pk for pk, _own, parent in groups if parent in found} - found
        found |= more
        grown = bool(more)
    return [own for pk, own, _parent in groups if pk in found]
