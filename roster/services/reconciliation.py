"""Settle what sources disagree about, and who is one person twice."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from police_hr.core import audit
from police_hr.core.days import DayField
from roster.models import Conflict, DuplicatePair, Officer
from roster.services.officers import update_officer

if TYPE_CHECKING:
    from police_hr.core.models import User


def resolve_conflict(*, conflict: Conflict, source: str, by: User) -> Officer:
    """Take what `source` claims as true: the officer is updated, the conflict closed, both audited.

    Raises ValidationError for a conflict that is settled already or a source that claims nothing.
    """
    with transaction.atomic():
        conflict = Conflict.objects.select_for_update().select_related("officer").get(pk=conflict.pk)
        if conflict.resolved_at is not None:
            raise ValidationError(_("This was settled already."))
        if source not in conflict.claims:
            raise ValidationError(_("This source says nothing about it."))
        text = str(conflict.claims[source])
        day = isinstance(Officer._meta.get_field(conflict.field), DayField)
        value = dt.date.fromisoformat(text) if day else text
        officer = update_officer(officer=conflict.officer, changes={conflict.field: value}, version=None, by=by)
        conflict.resolved_value, conflict.resolved_at, conflict.resolved_by = text[:200], timezone.now(), by
        conflict.save(update_fields=["resolved_value", "resolved_at", "resolved_by"])
        audit.record(
            by=by,
            action="conflict.resolve",
            object_type="conflict",
            object_id=conflict.pk,
            officer_id=officer.pk,
            details={"field": conflict.field, "source": source},
        )
    return officer


def part_officers(*, pair: DuplicatePair, by: User) -> None:
    """Say that two officers are different persons. That they are one is said by merging them (`services.merging`).

    Raises ValidationError for a pair that is settled already.
    """
    with transaction.atomic():
        pair = DuplicatePair.objects.select_for_update().get(pk=pair.pk)
        if pair.settled_at is not None:
            raise ValidationError(_("This was settled already."))
        pair.verdict, pair.settled_at, pair.settled_by = "different", timezone.now(), by
        pair.save(update_fields=["verdict", "settled_at", "settled_by"])
        audit.record(
            by=by,
            action="duplicate.settle",
            object_type="duplicate",
            object_id=pair.pk,
            details={"officers": [pair.first_id, pair.second_id], "verdict": "different"},
        )
