"""Who belonged to the force, and to which unit, on a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence

from django.db.models import Q

from police_hr.core.access import Viewer
from roster.counting import counting
from roster.models import Appraisal, LedgerEntry, Officer, Posting
from roster.selectors.evidence import KEYS_A_QUERY, chunks, raw_rows


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


def units_on(viewer: Viewer, day: dt.date, officer_ids: Sequence[int] | None = None) -> dict[int, int]:
    """Officer id → unit id on `day`: the posting of that day that began last, else the present unit.

    Of everybody, or of the officers named; who belongs to no unit is left out.
    """
    _insist(viewer)
    people = counting(Officer.objects.exclude(unit=None)).order_by()
    posted = counting(Posting.objects.filter(main=True, starts_on__lte=day)).filter(
        Q(ends_on=None) | Q(ends_on__gte=day)
    )
    found: dict[int, int] = {}
    for some in _named(officer_ids, "pk"):
        found.update(raw_rows(people.filter(**some).values_list("pk", "unit_id")))
    for some in _named(officer_ids, "officer"):
        rows = posted.filter(**some).order_by("starts_on", "pk")
        found.update(raw_rows(rows.values_list("officer_id", "unit_id")))
    return found


def joined_on(viewer: Viewer, officer_ids: Sequence[int]) -> dict[int, int]:
    """Officer id → day of joining the police as a day number; officers without one are left out."""
    _insist(viewer)
    rows = Officer.objects.exclude(police_since=None).order_by()
    found: dict[int, int] = {}
    for some in _named(officer_ids, "pk"):
        found.update(raw_rows(rows.filter(**some).values_list("pk", "police_since")))
    return found


# What a dossier should hold before its owner is judged by points, each of the same weight.
EXPECTED = ("unit", "birth_date", "police_since", "political_status", "education", "phone")


def completeness(viewer: Viewer, officer_ids: Sequence[int], day: dt.date) -> Mapping[int, float]:
    """Officer id → share (0–1) of the facts held that an index needs to mean anything.

    The identity facts of `EXPECTED`, an appraisal of the last two years, and at least one ledger
    row of the last 365 days: eight parts of equal weight.
    """
    _insist(viewer)
    held: dict[int, int] = {}
    people = counting(Officer.objects.order_by())
    appraised = counting(Appraisal.objects.filter(year__gte=day.year - 2, year__lte=day.year))
    lately = counting(
        LedgerEntry.objects.filter(occurred_on__gt=day - dt.timedelta(days=365), occurred_on__lte=day, voided_on=None)
    )
    for some in _named(officer_ids, "pk"):
        for row in raw_rows(people.filter(**some).values_list("pk", *EXPECTED)):
            held[row[0]] = sum(value not in (None, "") for value in row[1:])
    for rows in (appraised, lately):
        for some in _named(officer_ids, "officer"):
            for (officer,) in raw_rows(rows.filter(**some).order_by().values_list("officer_id").distinct()):
                if officer in held:
                    held[officer] += 1
    parts = len(EXPECTED) + 2
    return {officer: held.get(officer, 0) / parts for officer in officer_ids}


def _named(officer_ids: Sequence[int] | None, key: str) -> Iterator[dict[str, Sequence[int]]]:
    """Conditions that name the officers, so many at a time as one query takes; None: everybody."""
    if officer_ids is None:
        yield {}
        return
    for some in chunks(officer_ids, KEYS_A_QUERY):
        yield {f"{key}__in": some}


def _insist(viewer: Viewer) -> None:
    if not viewer.everything:
        raise PermissionError("The population is read by runs of the whole force only.")
