"""Do tiers fall evenly on groups of people? Shares with intervals, alerts by four fifths, small groups hidden.

A difference is a question to the model and to the data, never an answer about the group. Only sums come in, only
sums go out.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from scoring.engine.measures import wilson

FOUR_FIFTHS = 0.8
FEWEST_RAISED = 5  # so few raised in all groups say nothing about a ratio


@dataclass(frozen=True)
class GroupShare:
    """One group: how many, how many raised, the share with its 95 % interval, against the rest of everybody.

    hidden: too small to be shown, or hidden so that a hidden one cannot be worked out; then no figure is given.
    alert: the share differs from that of the rest by more than the four-fifths rule allows, and the intervals of
    both do not touch.
    """

    code: str
    officers: int | None
    raised: int | None
    share: float | None
    low: float | None
    high: float | None
    ratio: float | None
    alert: bool
    hidden: bool


def shares(groups: Mapping[str, tuple[int, int]], *, smallest: int) -> list[GroupShare]:
    """groups: code → (officers, of them raised). Groups below `smallest` people are hidden, and where that leaves
    exactly one hidden, the next smallest with it: sums of all would give it away."""
    hidden = hidden_groups({code: officers for code, (officers, _raised) in groups.items()}, smallest)
    everybody = sum(officers for officers, _raised in groups.values())
    raised_all = sum(raised for _officers, raised in groups.values())
    return [
        _hidden(code) if code in hidden else _share(code, *counts, everybody, raised_all)
        for code, counts in groups.items()
    ]


def hidden_groups(sizes: Mapping[str, int], smallest: int) -> set[str]:
    """Codes that are not shown. Empty groups hide nothing and nobody."""
    filled = {code: size for code, size in sizes.items() if size}
    hidden = {code for code, size in filled.items() if size < smallest}
    rest = sorted((code for code in filled if code not in hidden), key=lambda code: (filled[code], code))
    if hidden and rest and (len(hidden) == 1 or sum(filled[code] for code in hidden) < smallest):
        hidden.add(rest[0])
    return hidden


def _hidden(code: str) -> GroupShare:
    return GroupShare(code, None, None, None, None, None, None, alert=False, hidden=True)


def _share(code: str, officers: int, raised: int, everybody: int, raised_all: int) -> GroupShare:
    low, high = wilson(raised, officers)
    others, raised_others = everybody - officers, raised_all - raised
    share = raised / officers if officers else None
    if not officers or not others or raised_all < FEWEST_RAISED:
        return GroupShare(code, officers, raised, share, low, high, None, alert=False, hidden=False)
    rest = raised_others / others
    rest_low, rest_high = wilson(raised_others, others)
    ratio = raised / officers / rest if rest else None
    apart = low > rest_high or high < rest_low
    uneven = ratio is None or ratio < FOUR_FIFTHS or ratio > 1 / FOUR_FIFTHS
    return GroupShare(code, officers, raised, share, low, high, ratio, alert=apart and uneven, hidden=False)
