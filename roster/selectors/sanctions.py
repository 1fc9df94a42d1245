"""Sanctions and organisational measures of one officer with their effect periods, as far as a viewer may read them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from roster import sanctions
from roster.sanctions import Effect, Rule, Sanction, Track
from roster.selectors import codes
from roster.selectors.ledger import TimelineRow

# kind → the code table of its measure
MEASURES = {"PUNISHMENT": "punishment", "ORG_MEASURE": "org_measure"}
ORGANISATION = "organisation"
# the field of both kinds that holds the last day
PERIOD = "effect_until"


@dataclass(frozen=True)
class Line:
    """One measure: its entry, its words, its effect period."""

    row: TimelineRow
    effect: Effect
    form: str

    def text(self, name: str) -> str:
        return self.row.texts.get(name, ("", ""))[1]


def lines_of(rows: Sequence[TimelineRow]) -> list[Line]:
    """The measures among `rows` (entries that are open to the viewer), newest first, their periods computed by the
    code tables. Measures that are not verified have a period of their own, but are no ground to lengthen another."""
    tracks = {entry.code: Track.read(entry.attributes) for entry in codes.entries("sanction_track")}
    measures = {row.pk: row for row in rows if row.entry is not None and row.entry.kind.code in MEASURES}
    verified = [_sanction(row) for row in measures.values() if row.entry is not None and row.entry.verified]
    effects = sanctions.effects(verified, tracks)
    for row in measures.values():
        if row.entry is not None and not row.entry.verified:
            effects += sanctions.effects([_sanction(row)], tracks)
    found = [Line(measures[e.sanction.key], e, _form(measures[e.sanction.key])) for e in effects]
    return sorted(found, key=lambda line: (line.row.day, line.row.pk), reverse=True)


def standing_on(lines: Sequence[Line], day: dt.date) -> sanctions.Standing:
    """What holds on `day` by the verified ones of `lines`."""
    return sanctions.standing([e.effect for e in lines if e.row.entry is not None and e.row.entry.verified], day)


def last_day(kind: str, payload: Mapping[str, Any], decided_on: dt.date) -> str:
    """The last day (ISO) that the code table gives a measure by itself; "" for what has no period, and for a kind that
    is no measure. Earlier ones that still run are not added: that rule is shown, it decides nothing until somebody has
    entered its article (docs/adr)."""
    if kind not in MEASURES:
        return ""
    (alone,) = sanctions.effects([sanction_of(0, kind, payload, decided_on)], {})
    return alone.computed.isoformat() if alone.computed is not None else ""


def sanction_of(key: int, kind: str, payload: Mapping[str, Any], decided_on: dt.date) -> Sanction:
    """A measure of the ledger with the rule that the code tables have for it."""
    measure = next((c for c in codes.entries(MEASURES[kind]) if c.code == payload.get("measure")), None)
    attributes = measure.attributes if measure is not None else {}
    lengths = {c.code: c.attributes.get("months") for c in codes.entries("party_probation")}
    until = payload.get(PERIOD)
    return Sanction(
        key=key,
        track=attributes.get("track", ORGANISATION),
        rule=Rule.read(attributes),
        decided_on=decided_on,
        until=dt.date.fromisoformat(until) if until else None,
        probation_months=lengths.get(payload.get("probation", "")) if attributes.get("after_months") else None,
    )


def _sanction(row: TimelineRow) -> Sanction:
    entry = row.entry
    assert entry is not None  # noqa: S101  the caller leaves stubs out
    return sanction_of(row.pk, entry.kind.code, entry.payload, row.day)


def _form(row: TimelineRow) -> str:
    """The code of the form of supervision: as recorded, else the usual one of the measure."""
    entry = row.entry
    assert entry is not None  # noqa: S101
    recorded: str = entry.payload.get("form", "")
    if recorded:
        return recorded
    table = codes.entries(MEASURES[entry.kind.code])
    return next((c.attributes.get("form", "") for c in table if c.code == entry.payload.get("measure")), "")
