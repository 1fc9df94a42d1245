"""The menu tree of ledger kinds: the order of kinds and groups, and where they hang."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from police_hr.core import audit
from roster.models import LedgerGroup, LedgerKind

if TYPE_CHECKING:
    from police_hr.core.models import User

Placed = LedgerKind | LedgerGroup
STEP = 10
DEEPEST = 3


def shift_kind(*, kind: LedgerKind, down: bool, by: User | None) -> bool:
    """Move a kind one place up or down among those of its group. False where it stands at the end already."""
    with transaction.atomic():
        siblings = list(
            LedgerKind.objects.select_for_update().filter(group=kind.group_id).order_by("order", "code", "pk")
        )
        if not _swap(siblings, kind, down=down):
            return False
        LedgerKind.objects.bulk_update(siblings, ["order"])
        audit.record(
            by=by, action="kind.place", object_type="kind", object_id=kind.pk,
            details={"code": kind.code, "down": down},
        )  # fmt: skip
    return True


def shift_group(*, group: LedgerGroup, down: bool, by: User | None) -> bool:
    """Move a group one place up or down among its sisters. False where it stands at the end already."""
    with transaction.atomic():
        sisters = LedgerGroup.objects.select_for_update().filter(parent=group.parent_id)
        siblings = list(sisters.order_by("order", "code", "pk"))
        if not _swap(siblings, group, down=down):
            return False
        LedgerGroup.objects.bulk_update(siblings, ["order"])
        audit.record(
            by=by, action="group.place", object_type="group", object_id=group.pk,
            details={"code": group.code, "down": down},
        )  # fmt: skip
    return True


def change_group(
    *, group: LedgerGroup, name_zh: str, name_en: str, parent: LedgerGroup | None, by: User | None
) -> LedgerGroup:
    """Rename a group and hang it below another one (None: at the top).

    Raises ValidationError where it would stand below itself, or deeper than three levels.
    """
    with transaction.atomic():
        groups = {found.pk: found for found in LedgerGroup.objects.select_for_update()}
        above, depth = parent, 1
        while above is not None:
            if above.pk == group.pk:
                raise ValidationError({"parent": _("A group cannot stand below itself.")})
            above, depth = groups.get(above.parent_id or 0), depth + 1
        if depth + _height(group, groups) - 1 > DEEPEST:
            raise ValidationError({"parent": _("The menu has at most three levels.")})
        group.name_zh, group.name_en, group.parent = name_zh.strip(), name_en.strip(), parent
        group.full_clean()
        group.save(update_fields=["name_zh", "name_en", "parent"])
        audit.record(
            by=by, action="group.change", object_type="group", object_id=group.pk,
            details={"code": group.code, "parent": parent.code if parent else ""},
        )  # fmt: skip
    return group


def _height(group: LedgerGroup, groups: dict[int, LedgerGroup]) -> int:
    below = [found for found in groups.values() if found.parent_id == group.pk]
    return 1 + max((_height(found, groups) for found in below), default=0)


def _swap(
    siblings: Sequence[LedgerKind] | Sequence[LedgerGroup], moved: LedgerKind | LedgerGroup, *, down: bool
) -> bool:
    """Give `siblings` an order of whole steps in which `moved` and its neighbour have changed places."""
    ids = [sibling.pk for sibling in siblings]
    place = ids.index(moved.pk)
    other = place + (1 if down else -1)
    if not 0 <= other < len(ids):
        return False
    ids[place], ids[other] = ids[other], ids[place]
    for sibling in siblings:
        sibling.order = STEP * (ids.index(sibling.pk) + 1)
    return True
