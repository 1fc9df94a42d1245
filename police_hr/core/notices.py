"""Notices: telling people, inside the product, that something of theirs was decided or waits for them.

An app registers the words once and sends from its services, in the transaction of the act:

    words = _("Your export of %(rows)s rows was approved.")
    notices.register(NoticeKind("export.consented", words, "roster:export-detail", ("rows",)))
    notices.send("export.consented", to=[export.requested_by], about=export.pk, facts={"rows": 61}, by=by)

A notice is seen on the home page and in a list that no reason opens and no audit watches. So its text names nobody
and quotes nothing: besides its own words it holds whole numbers and days only, and `send` refuses anything else.
Who wants to know more opens the page behind it, which asks for the right, the reason and the trace as always.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import Count, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from police_hr.core.models import Notice, User
from police_hr.core.wording import day

KEPT = dt.timedelta(days=183)
Fact = int | dt.date


@dataclass(frozen=True)
class NoticeKind:
    """One sort of notice: its words, with a place for each of `facts`, and the page that it leads to.

    The page gets the number of what the notice is about, where there is one.
    """

    code: str
    text: str | Promise
    url_name: str
    facts: tuple[str, ...] = ()


kinds: dict[str, NoticeKind] = {}


def register(kind: NoticeKind) -> None:
    """Add a sort of notice; its code must be new."""
    if kind.code in kinds:
        raise ValueError(f"There is a notice {kind.code!r} already.")
    kinds[kind.code] = kind


def send(
    code: str,
    *,
    to: Iterable[User | None],
    about: int | None = None,
    key: str = "",
    facts: Mapping[str, Fact] | None = None,
    by: User | None = None,
) -> int:
    """Tell the people of `to`; how many were told. None, closed accounts and `by`, who knows, are passed over.

    Of one `code` and `key` (the number it is `about`, where none is given) each person is told once, however often
    the act is repeated. Raises RuntimeError outside a transaction, TypeError for a fact that is neither a whole
    number nor a day, and ValueError for a code that nobody registered or facts that its words do not name.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("A notice is sent in the transaction of the act it tells of.")
    kind = kinds.get(code)
    if kind is None or set(facts or {}) != set(kind.facts):
        raise ValueError(f"The notice {code!r} is not registered with the facts {sorted(facts or {})}.")
    kept = {name: _kept(value) for name, value in (facts or {}).items()}
    key = key or (str(about) if about is not None else "")
    people = {user.pk for user in to if user is not None and user.is_active and user != by}
    told = set(Notice.objects.filter(recipient__in=people, kind=code, key=key).values_list("recipient", flat=True))
    rows = [Notice(recipient_id=pk, kind=code, key=key, about=about, facts=kept) for pk in sorted(people - told)]
    Notice.objects.bulk_create(rows, ignore_conflicts=True)
    _count(people - told)
    return len(rows)


@transaction.atomic
def mark_read(*, by: User, notice: Notice | None = None) -> int:
    """Mark one of `by`'s own notices as read, or all of them; how many were not. A taste, not a fact: no audit row."""
    rows = Notice.objects.filter(recipient=by, read_at=None)
    if notice is not None:
        rows = rows.filter(pk=notice.pk)
    changed = rows.update(read_at=timezone.now())
    _count({by.pk})
    return changed


@transaction.atomic
def forget_old() -> int:
    """Delete notices that were read half a year ago; how many."""
    return Notice.objects.filter(read_at__lt=timezone.now() - KEPT).delete()[0]


def text_of(notice: Notice) -> str:
    """What it says, in the active language."""
    kind = kinds.get(notice.kind)
    if kind is None:
        return _("A notice of a part of the program that is not installed any more.")
    # A fact that a later version of the words names, and this row has not, is a dash.
    facts = dict.fromkeys(kind.facts, "–") | {name: _shown(value) for name, value in notice.facts.items()}
    return str(kind.text) % facts


def url_of(notice: Notice) -> str:
    """The page that it leads to; "" where there is none any more."""
    kind = kinds.get(notice.kind)
    if kind is None:
        return ""
    try:
        return reverse(kind.url_name, args=[] if notice.about is None else [notice.about])
    except NoReverseMatch:
        return ""


def _kept(value: Fact) -> int | str:
    if isinstance(value, dt.datetime | bool) or not isinstance(value, int | dt.date):
        raise TypeError("A notice holds whole numbers and days, never words.")
    return value.isoformat() if isinstance(value, dt.date) else value


def _shown(value: int | str) -> str:
    return day(dt.date.fromisoformat(value)) if isinstance(value, str) else f"{value:,}"


def _count(accounts: Iterable[int]) -> None:
    """Keep the number of unread notices with the account, so that no page asks for it."""
    unread = Notice.objects.filter(recipient=OuterRef("pk"), read_at=None).order_by().values("recipient")
    number = Subquery(unread.annotate(n=Count("pk")).values("n"), output_field=IntegerField())
    User.objects.filter(pk__in=set(accounts)).update(unread_notices=Coalesce(number, 0))
