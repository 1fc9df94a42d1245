"""Who may not see an officer's paper file, whatever their role: the officer, and the officer's relatives.

The ten-category file, one's own or a relative's, may not be viewed by the person (domain/dossier.md §2.4). A relative
is told by the members of the family that either of the two names: the same name, and the same month of birth where
both are known. An unknown month bars, too: better a namesake who asks than a relative who reads.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from django.utils.translation import gettext as _

from police_hr.core.models import User
from roster.counting import counting
from roster.models import FamilyMember, Officer


class Bar(StrEnum):
    """Why somebody may not see a file."""

    OWN = "own"
    RELATIVE = "relative"


def bar_between(user: User | None, officer: Officer) -> Bar | None:
    """Why `user` may not see the file of `officer`, or None. At most two queries."""
    if user is None:
        return None
    own = user.officer_number
    if own == officer.pk or user.badge_no == officer.badge_no:
        return Bar.OWN
    mine = Officer.objects.filter(pk=own).first() if own else Officer.objects.filter(badge_no=user.badge_no).first()
    pair = [officer.pk, *([mine.pk] if mine else [])]
    me = (mine.name if mine else user.name, mine.birth_date if mine else None)
    members = counting(FamilyMember.objects.filter(officer__in=pair))
    for whose, name, born in members.values_list("officer_id", "name", "birth_month"):
        other = me if whose == officer.pk else (officer.name, officer.birth_date)
        if _plain(name) and _plain(name) == _plain(other[0]) and _same_month(born, other[1]):
            return Bar.RELATIVE
    return None


def barred_officers(user: User | None) -> frozenset[int]:
    """The ids of all officers whose file is closed to `user`: `bar_between` for a whole force. Three queries."""
    if user is None:
        return frozenset()
    own = user.officer_number
    mine = Officer.objects.filter(pk=own).first() if own else Officer.objects.filter(badge_no=user.badge_no).first()
    name, born = (mine.name, mine.birth_date) if mine else (user.name, None)
    barred = {mine.pk} if mine else set()
    members = counting(FamilyMember.objects.all())
    namesakes = members.filter(name__startswith=_plain(name)[:1])
    for officer, called, month in namesakes.values_list("officer_id", "name", "birth_month"):
        if _plain(called) == _plain(name) and _same_month(month, born):
            barred.add(officer)
    for called, month in members.filter(officer__in=barred & {mine.pk} if mine else []).values_list(
        "name", "birth_month"
    ):
        for officer, birth in _of_name(called):
            if _same_month(month, birth):
                barred.add(officer)
    return frozenset(barred)


def _of_name(name: str) -> list[tuple[int, dt.date | None]]:
    """Officers called `name`, however it is spaced: (id, day of birth)."""
    plain = _plain(name)
    if not plain:
        return []
    spaced = {plain, " ".join(plain), name, f"{plain[0]}　{plain[1:]}"}
    return list(Officer.objects.filter(name__in=spaced).values_list("pk", "birth_date"))


def refusal(bar: Bar) -> str:
    """Why somebody may not see a file, as the sentence for them."""
    if bar == Bar.OWN:
        return _("Nobody reads their own file in ten categories; all other facts held about you stand in your dossier.")
    return _("You are recorded as a relative of this officer, or the officer as yours: the file is closed to you.")


def _plain(name: str) -> str:
    return "".join(name.split())


def _same_month(one: dt.date | None, other: dt.date | None) -> bool:
    return one is None or other is None or (one.year, one.month) == (other.year, other.month)
