"""Who belonged to the force, and to which unit, on a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.db.models import Q

from police_hr.core.access import Viewer
from police_hr.core.days import to_number
from roster.counting import counting
from roster.models import Appraisal, LedgerEntry, Officer, Posting
from roster.selectors.evidence import raw_rows


def serving_on(viewer: Viewer, day: dt.date) -> list[int]:
    """Ids, ascending, of the officers who had joined by `day` and had not left by then.

    A day of joining that is not held counts as joined.
    """
    _insist(viewer)
    rows = counting(Officer.objects.exclude(status=Officer.Status.MERGED)).filter(
        Q(police_since=None) | Q(police_since__lte=day), Q(left_on=None) | Q(left_on__gt=day)
    )
    # without a day of leaving, the status says whether the officer is still there
    rows = rows.exclude(
        Q(left_on=None) & Q(status__in=[Officer.Status.RETIRED, Officer.Status.LEFT, Officer.Status.DIED])
    )
    return list(rows.order_by("pk").values_list("pk", flat=True))


def everybody(viewer: Viewer) -> list[int]:
    """Ids, ascending, of all officers ever held."""
    _insist(viewer)
    people = counting(Officer.objects.exclude(status=Officer.Status.MERGED))
    return list(people.order_by("pk").values_list("pk", flat=True))


def on_yearly_roster(viewer: Viewer, day: dt.date, *, kind_code: str = "CHI_SALARY") -> list[int]:
    """Ids, ascending, of the officers with a row of the yearly roster for the year of `day`."""
    _insist(viewer)
    rows = counting(LedgerEntry.objects.filter(kind__code=kind_code, payload__year=day.year))
    ids = rows.order_by("officer").values_list("officer", flat=True).distinct()
    return list(ids)


def units_on(viewer: Viewer, day: dt.date) -> dict[int, int]:
    """Officer id → unit id on `day`: the posting of that day that began last, else the present unit."""
    _insist(viewer)
    found = dict(counting(Officer.objects.exclude(unit=None)).values_list("pk", "unit_id"))
    rows = counting(Posting.objects.filter(main=True, starts_on__lte=day)).filter(Q(ends_on=None) | Q(ends_on__gte=day))
    found.update(raw_rows(rows.order_by("starts_on", "pk").values_list("officer_id", "unit_id")))
    return found


def joined_on(viewer: Viewer, officer_ids: list[int]) -> dict[int, int]:
    """Officer id → day of joining the police as a day number; officers without one are left out."""
    _insist(viewer)
    rows = Officer.objects.exclude(police_since=None).values_list("pk", "police_since")
    wanted = set(officer_ids)
    if len(wanted) <= FEW:
        rows = rows.filter(pk__in=wanted)
    return {officer: to_number(since) for officer, since in rows.iterator(5_000) if officer in wanted and since}


# Up to so many officers are named in a query; for more of them the whole table is read.
FEW = 500
# What a dossier should hold before its owner is judged by points, each of the same weight.
EXPECTED = ("unit", "birth_date", "police_since", "political_status", "education", "phone")


def completeness(viewer: Viewer, officer_ids: list[int], day: dt.date) -> Mapping[int, float]:
    """Officer id → share (0–1) of the facts held that an index needs to mean anything.

    The identity facts of `EXPECTED`, an appraisal of the last two years, and at least one ledger
    row of the last 365 days: eight parts of equal weight.
    """
    _insist(viewer)
    held: dict[int, int] = {}
    people = Officer.objects.all()
    if len(officer_ids) <= FEW:
        people = people.filter(pk__in=officer_ids)
    for row in counting(people).values_list("pk", *EXPECTED).iterator(5_000):
        held[row[0]] = sum(value not in (None, "") for value in row[1:])
    appraised = counting(Appraisal.objects.filter(year__gte=day.year - 2, year__lte=day.year))
    lately = counting(
        LedgerEntry.objects.filter(occurred_on__gt=day - dt.timedelta(days=365), occurred_on__lte=day, voided_on=None)
    )
    few = {"officer__in": officer_ids} if len(officer_ids) <= FEW else {}
    for rows in (appraised, lately):
        for officer in rows.filter(**few).order_by().values_list("officer_id", flat=True).distinct().iterator(5_000):
            if officer in held:
                held[officer] += 1
    parts = len(EXPECTED) + 2
    return {officer: held.get(officer, 0) / parts for officer in officer_ids}


def _insist(viewer: Viewer) -> None:
    if not viewer.everything:
        raise PermissionError("The population is read by runs of the whole force only.")
