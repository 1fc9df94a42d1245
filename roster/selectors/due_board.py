"""The due list of promotions as a page shows it: its numbers, and the fifty lines asked for, however many officers.

Of most officers nothing decides but what they hold, since when, and whether their post allows the next step. All who
share these stand alike, so the database counts them and one of them is judged; those with an award or a sanction are
judged one by one. The lines are those of `promotions.due_list`, in its order.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from django.db.models import Case as SqlCase
from django.db.models import Count, IntegerField, Q, QuerySet, Value, When

from police_hr.core.access import Viewer
from police_hr.core.remembered import Remembered
from roster.access import Bounds, today
from roster.engine.promotion import Case, Result, assess
from roster.models import Officer, Unit
from roster.selectors import promotions
from roster.selectors.promotions import Bands, DueLine, Steps

LISTED = frozenset(promotions.VERDICTS)
# ids in one statement
CHUNK = 5_000


class Alike(NamedTuple):
    """What officers share who stand alike. `since` is the last of days where it is known but decides nothing."""

    held: str
    since: dt.date | None
    capped: bool


@dataclass
class Bucket:
    """The officers of one verdict who are due on one day: those who stand alike, and those judged one by one."""

    result: Result
    alike: dict[Alike, int] = field(default_factory=dict)
    judged: dict[int, Alike] = field(default_factory=dict)
    size: int = 0

    @property
    def month(self) -> str:
        return promotions.month_of(self.result)

    @property
    def strangers(self) -> list[int]:
        """Those judged who hold something else than the rest of the bucket: facts of their own moved their day."""
        return [pk for pk, alike in self.judged.items() if alike not in self.alike]


@dataclass(frozen=True)
class DueBoard:
    """Buckets in the order of the list. Those of `officers` who hold what a bucket names belong to it."""

    officers: QuerySet[Officer]
    axis: str
    steps: Steps
    limits: Bands | None
    with_sanctions: bool
    buckets: Sequence[Bucket]

    def verdicts(self) -> Counter[str]:
        """How many officers there are of each verdict."""
        return Counter({str(v): sum(b.size for b in self.buckets if b.result.verdict == v) for v in LISTED})

    def months(self, verdict: str) -> Counter[str]:
        """How many of a verdict fall into each month."""
        found: Counter[str] = Counter()
        for bucket in self.buckets:
            if bucket.result.verdict == verdict and bucket.month:
                found[bucket.month] += bucket.size
        return found

    def lines(self, verdict: str, month: str = "") -> Lines:
        """The list of one verdict, and of one month where that is asked for."""
        shown = [b for b in self.buckets if b.result.verdict == verdict and month in ("", b.month) and b.size]
        return Lines(self, shown)


class Lines(Sequence[DueLine]):
    """A list of due lines that is read only where it is looked at: for a paginator."""

    def __init__(self, board: DueBoard, buckets: Sequence[Bucket]) -> None:
        self._board, self._buckets = board, buckets

    def __len__(self) -> int:
        return sum(bucket.size for bucket in self._buckets)

    def __getitem__(self, wanted: Any) -> Any:
        """Four queries. The buckets that a page touches are few, as each holds somebody."""
        if not isinstance(wanted, slice):
            return self[wanted : wanted + 1][0]
        start, stop = wanted.start or 0, wanted.stop if wanted.stop is not None else len(self)
        touched, skipped, place = [], 0, 0
        for bucket in self._buckets:
            if place + bucket.size <= start:
                skipped += bucket.size
            elif place < stop:
                touched.append(bucket)
            place += bucket.size
        if not touched:
            return []
        board = self._board
        # the database sorts numbers sooner than whole rows
        rows = _in_buckets(board, touched).order_by("place", "badge_no", "pk").values_list("pk", flat=True)  # type: ignore[misc]
        ids = list(rows[start - skipped : stop - skipped])
        these = Officer.objects.filter(pk__in=ids)
        facts = promotions.facts_of(these, board.axis, with_sanctions=board.with_sanctions)
        officers = {officer.pk: officer for officer in these.only(*promotions.NEEDED)}
        return [promotions.line_of(officers[pk], board.axis, board.steps, facts, board.limits) for pk in ids]


def due_board(
    viewer: Viewer, axis: str, until: dt.date, bounds: Bounds, *, unit: Unit | None = None, with_sanctions: bool = False
) -> DueBoard:
    """The due list of `axis` by `until`, as `promotions.due_list`. A fixed number of queries."""
    steps, limits = promotions.steps_of(axis), promotions.bands() if axis == "rank" else None
    everybody = promotions.on_rolls(viewer, unit, bounds).order_by()
    capped = SqlCase(
        *(
            When(Q(**{axis: code}) & _beyond(code, steps, limits), then=Value(1))
            for code in steps
            if limits is not None
        ),
        default=Value(0),
        output_field=IntegerField(),
    )
    officers = everybody.filter(promotions.candidate(axis, steps, until)).annotate(capped=capped)
    facts = promotions.facts_of(officers, axis, with_sanctions=with_sanctions, deciding_only=True)
    standing = _standing(officers, axis, steps)
    buckets: dict[tuple[Any, ...], Bucket] = {}
    alone: Counter[Alike] = Counter()
    for officer in _judged_alone(officers, facts):
        alike = _alike(steps, getattr(officer, axis), getattr(officer, f"{axis}_since"), officer.capped)  # type: ignore[attr-defined]
        alone[alike] += 1
        bucket = _bucket(buckets, promotions.line_of(officer, axis, steps, facts, limits).result)
        bucket.judged[officer.pk] = alike
        bucket.size += 1
    for alike, (count, result) in standing.items():
        others = count - alone[alike]
        if others > 0:
            bucket = _bucket(buckets, result)
            bucket.alike[alike] = others
            bucket.size += others
    shown = (bucket for bucket in buckets.values() if bucket.result.verdict in LISTED)
    return DueBoard(everybody, axis, steps, limits, with_sanctions, sorted(shown, key=_order))


# --- steps ----------------------------------------------------------------------------------------------------

_remembered: Remembered[dict[Alike, tuple[int, Result]]] = Remembered()


def _beyond(held: str, steps: Steps, limits: Bands | None) -> Q:
    """The condition that the post level and the grade, as far as they are known, allow nothing above `held`:
    `Bands.ceiling` as the database sees it."""
    above = steps[held][1]
    allows, forbids = Q(pk__in=[]), Q(pk__in=[])
    if above is None or limits is None:
        return forbids
    for name, places in (("post_level", limits.by_level), ("grade", limits.by_grade)):
        allows |= Q(**{f"{name}__in": [key for key, place in places.items() if place <= above.place]})
        forbids |= Q(**{f"{name}__in": [key for key, place in places.items() if place > above.place]})
    return forbids & ~allows


def _standing(officers: QuerySet[Officer], axis: str, steps: Steps) -> dict[Alike, tuple[int, Result]]:
    """How many stand alike, and how; over very many officers kept for some seconds."""
    rows = officers.values_list(axis, f"{axis}_since", "capped").annotate(n=Count("pk"))

    def judged() -> dict[Alike, tuple[int, Result]]:
        counts: Counter[Alike] = Counter()
        for held, since, capped, count in rows:
            counts[_alike(steps, held, since, capped)] += count
        return {alike: (count, _judged(alike, steps)) for alike, count in counts.items()}

    return _remembered.of_query(
        rows, judged, rows=lambda found: sum(count for count, _result in found.values()), also=today()
    )


def _alike(steps: Steps, held: str, since: dt.date | None, capped: int) -> Alike:
    step, above = steps.get(held, (None, None))
    if step is None or above is None or step.selective or step.months is None:
        return Alike(held, dt.date.max if since is not None else None, capped=False)
    return Alike(held, since, bool(capped))


def _judged_alone(officers: QuerySet[Officer], facts: promotions.Facts) -> Iterable[Officer]:
    ids = sorted(facts.officers)
    for start in range(0, len(ids), CHUNK):
        yield from officers.filter(pk__in=ids[start : start + CHUNK]).only(*promotions.NEEDED)


def _judged(alike: Alike, steps: Steps) -> Result:
    """The result of everybody who stands so and of whom nothing else is known."""
    above = steps.get(alike.held, (None, None))[1]
    ceiling = above.place + 1 if alike.capped and above is not None else None
    return assess(Case(alike.held, alike.since, ceiling=ceiling), steps, today())


def _bucket(buckets: dict[tuple[Any, ...], Bucket], result: Result) -> Bucket:
    key = (result.verdict, result.on, result.due_on)
    return buckets.setdefault(key, Bucket(replace(result, reasons=())))


def _order(bucket: Bucket) -> tuple[dt.date, dt.date]:
    return bucket.result.on or dt.date.max, bucket.result.due_on or dt.date.max


def _in_buckets(board: DueBoard, touched: Sequence[Bucket]) -> QuerySet[Officer]:
    """The officers of these buckets, `place` being the bucket's."""
    inside = {pk for bucket in touched for pk in bucket.judged}
    shared = {alike for bucket in touched for alike in bucket.alike}
    elsewhere = [
        pk for bucket in board.buckets for pk, alike in bucket.judged.items() if alike in shared and pk not in inside
    ]
    whens: list[When] = []
    anywhere = Q(pk__in=[])
    for place, bucket in enumerate(touched):
        conditions = [Q(pk__in=bucket.strangers)] if bucket.strangers else []
        whens[:0] = [When(condition, then=Value(place)) for condition in conditions]
        for alike in bucket.alike:
            condition = _holding(board, alike)
            whens.append(When(condition, then=Value(place)))
            conditions.append(condition)
        for condition in conditions:
            anywhere |= condition
    place_of = SqlCase(*whens, default=Value(0), output_field=IntegerField())
    return board.officers.filter(anywhere).exclude(pk__in=elsewhere).annotate(place=place_of)


def _holding(board: DueBoard, alike: Alike) -> Q:
    """The condition that an officer is one of these."""
    axis = board.axis
    if alike.since == dt.date.max:
        return Q(**{axis: alike.held, f"{axis}_since__isnull": False})
    same = Q(**{axis: alike.held, f"{axis}_since": alike.since})
    if board.limits is None:
        return same
    beyond = _beyond(alike.held, board.steps, board.limits)
    return same & (beyond if alike.capped else ~beyond)
