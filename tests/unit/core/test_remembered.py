"""Counts over very many rows are kept for a few seconds; all others are made anew."""

from __future__ import annotations

from police_hr.core.remembered import MANY, MOST, SECONDS, Remembered


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_few_rows_are_counted_each_time():
    kept: Remembered[int] = Remembered()
    assert [kept.get("key", lambda n=n: n, rows=int) for n in (1, 2, MANY)] == [1, 2, MANY]
    assert kept.get("key", lambda: 3, rows=int) == 3


def test_many_rows_are_counted_once_in_some_seconds():
    clock = Clock()
    kept: Remembered[int] = Remembered(clock)
    assert kept.get("key", lambda: MANY + 1, rows=int) == MANY + 1
    clock.now = SECONDS - 0.1
    assert kept.get("key", lambda: MANY + 2, rows=int) == MANY + 1
    assert kept.get("other", lambda: MANY + 3, rows=int) == MANY + 3
    clock.now = SECONDS
    assert kept.get("key", lambda: MANY + 2, rows=int) == MANY + 2


def test_only_the_newest_keys_are_kept():
    kept: Remembered[int] = Remembered()
    for key in range(MOST + 1):
        kept.get(key, lambda: MANY + 1, rows=int)
    assert kept.get(0, lambda: MANY + 2, rows=int) == MANY + 2
    assert kept.get(MOST, lambda: MANY + 2, rows=int) == MANY + 1
