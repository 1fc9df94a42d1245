"""One unit becomes several: new units beside it, with the people and the units below it that are said to go."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from roster.models import Officer, Unit, UnitVersion
from roster.services.careers import move_officers
from roster.services.units.changing import ON_ROLLS, move_unit
from roster.services.units.history import first_version, for_change, tell
from roster.services.units.making import fresh_unit, hang, taken

if TYPE_CHECKING:
    from police_hr.core.models import User


@dataclass(frozen=True)
class Part:
    """A unit that comes out of another: its words, the officers (ids) who go there, by hand or by the `posts` they
    hold, and the units (ids) below the old one that go with it."""

    code: str
    name: str
    short_name: str = ""
    establishment: int | None = None
    officers: Sequence[int] = ()
    posts: Sequence[str] = ()
    units: Sequence[int] = ()


def split_unit(*, unit: Unit, parts: Sequence[Part], on: dt.date, by: User | None) -> list[Unit]:
    """Let `parts` come out of `unit` on `on`, beside it under the same parent. The rest stays where it is; postings of
    the past stay where they were served. The type and branch of the new units are the old one's.

    Raises ValidationError for no parts, a code that is taken, an officer or unit that is not in `unit`, or one that
    is to go to two places. One transaction.
    """
    if not parts:
        raise ValidationError(_("Say which units come out of it."))
    with transaction.atomic():
        unit = for_change(unit)
        parent = Unit.objects.get_parent(unit)
        going = _going(unit, parts)
        children = {child.pk: child for child in Unit.objects.get_children(unit).filter(active_to=None)}
        wanted = [pk for part in parts for pk in part.units]
        if set(wanted) - set(children) or len(set(wanted)) != len(wanted):
            raise ValidationError(_("Each unit that goes along must stand directly below “%(unit)s”, and go once.")
                                  % {"unit": unit.label})  # fmt: skip
        made = [_come_out(unit, parent, part, on) for part in parts]
        for part, fresh, officers in zip(parts, made, going, strict=True):
            for pk in part.units:
                move_unit(unit=children[pk], parent=Unit.objects.get(pk=fresh.pk), on=on, by=by)
            move_officers(officer_ids=officers, unit=Unit.objects.get(pk=fresh.pk), on=on)
        unit.refresh_from_db()
        moved = sum(len(officers) for officers in going)
        codes = [fresh.code for fresh in made]
        tell(unit, "unit.split", by, {"into": codes, "on": on.isoformat(), "officers": moved})
    return [Unit.objects.get(pk=fresh.pk) for fresh in made]


def _going(unit: Unit, parts: Sequence[Part]) -> list[list[int]]:
    """The officers of each part: those named, then those who hold one of its posts and are not named elsewhere."""
    posts = dict(Officer.objects.filter(unit=unit, status__in=ON_ROLLS).order_by("pk").values_list("pk", "post"))
    named = [pk for part in parts for pk in part.officers]
    if set(named) - set(posts):
        raise ValidationError(_("Some of these officers do not serve in “%(unit)s”.") % {"unit": unit.label})
    if len(set(named)) != len(named):
        raise ValidationError(_("An officer can go to one of the new units only."))
    taken_already, found = set(named), []
    for part in parts:
        by_post = [pk for pk, post in posts.items() if post in part.posts and pk not in taken_already]
        taken_already.update(by_post)
        found.append([*part.officers, *by_post])
    return found


def _come_out(unit: Unit, parent: Unit | None, part: Part, on: dt.date) -> Unit:
    row = {
        "code": part.code,
        "name": part.name,
        "short_name": part.short_name,
        "type": unit.type,
        "branch": unit.branch,
        "establishment": part.establishment,
        "order": unit.order,
        "valid_from": on,
    }
    fresh = fresh_unit(row)
    if Unit.objects.filter(code=fresh.code).exists():
        raise taken(fresh.code)
    hang(fresh, parent)
    version = first_version(fresh, parent)
    version.reason, version.into = UnitVersion.Reason.SPLIT, unit
    version.save()
    return fresh
