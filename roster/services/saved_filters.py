"""Saved filters (方案) of the officer list: a name and the conditions of an address, one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from roster.models import SavedFilter

if TYPE_CHECKING:
    from police_hr.core.models import User

MOST = 20


def save_filter(*, name: str, query: str, by: User) -> SavedFilter:
    """Keep `query` (an address without "?") under `name` for `by`. An old filter of the name is replaced.

    Raises ValidationError for an empty or long name, a long query, or more than `MOST` filters. A filter is
    a bookmark and shows nothing by itself, so no audit event is written.
    """
    kept = SavedFilter(owner=by, name=name.strip(), query=query)
    kept.full_clean(exclude=["owner"], validate_unique=False, validate_constraints=False)
    with transaction.atomic():
        same = SavedFilter.objects.filter(owner=by, name=kept.name)
        if same.update(query=query):
            return same.get()
        if SavedFilter.objects.filter(owner=by).count() >= MOST:
            raise ValidationError(_("No more than %(most)s filters can be kept. Delete one first.") % {"most": MOST})
        try:
            with transaction.atomic():
                kept.save(force_insert=True)
        except IntegrityError:  # the same name, sent twice at once
            same.update(query=query)
            return same.get()
    return kept


def delete_filter(*, saved: SavedFilter, by: User) -> None:
    """Delete a filter of one's own. Raises ValidationError for somebody else's."""
    if saved.owner_id != by.pk:
        raise ValidationError(_("This filter belongs to somebody else."))
    saved.delete()
