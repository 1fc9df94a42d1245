"""The second shipped model on the real panel, as known on the eve of 1 January 2014 (skipped without the data)."""

import csv
import gzip
import os
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from scoring.engine import measures
from scoring.engine.definition import Tier
from scoring.engine.events import read_batch
from scoring.engine.ledger import LedgerRows
from scoring.engine.score import score
from tests.unit.scoring.engine.sample import ROOT, shipped

DATA = Path(os.environ.get("POLICE_HR_SHARED", ROOT.parent / "shared")) / "data" / "chicago"
EPOCH = date(1970, 1, 1).toordinal()
CUT = date(2014, 1, 1).toordinal() - EPOCH
YEAR = 365
SMALL_UNIT = 20
INJURY = ("subject_injured", "subject_alleged_injury")

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"the Chicago panel is not at {DATA}")


def table(name):
    with gzip.open(DATA / f"{name}.csv.gz", "rt", encoding="utf-8") as lines:
        yield from csv.DictReader(lines)


def number(text):
    return date.fromisoformat(text).toordinal() - EPOCH


@pytest.fixture(scope="module")
def panel():
    """Raw ledger rows, facts of the officers and the later force complaints, by index of the 2014 roster."""
    place = {one: i for i, one in enumerate(sorted({r["officer_id"] for r in table("salary") if r["year"] == "2014"}))}
    rows, later = [], np.zeros(len(place), dtype=bool)
    for one in table("complaints"):
        officer, day = place.get(one["officer_id"]), number(one["complaint_date"])
        if officer is not None and day < CUT:
            rows.append(raw(officer, "CHI_COMPLAINT", day, len(rows), {"group": one["group"]}))
        elif officer is not None and one["group"] == "force" and day < CUT + YEAR:
            later[officer] = True
    reports = []
    for one in table("force_reports"):
        officer, day = place.get(one["officer_id"]), number(one["date"])
        if officer is not None and day < CUT:
            reports.append((officer, day))
            rows.append(raw(officer, "CHI_FORCE", day, len(rows), {name: int(one[name]) for name in INJURY}))
    tenure = np.full(len(place), np.nan)
    for one in table("officers"):
        if one["officer_id"] in place:
            tenure[place[one["officer_id"]]] = (CUT - 1 - number(one["appointed_date"])) / 365.25
    facts = {"tenure_years": tenure, "unit_force_rate": unit_rates(place, reports)}
    return rows, facts, later


def raw(officer, kind, day, key, payload):
    return (officer, kind, day, day, None, day, None, None, False, True, key, payload)


def unit_rates(place, reports):
    unit = np.full(len(place), -1)
    for one in sorted(table("postings"), key=lambda posting: posting["start_date"]):
        ends = number(one["end_date"]) if one["end_date"] else CUT
        if one["officer_id"] in place and number(one["start_date"]) < CUT <= ends + 1:
            unit[place[one["officer_id"]]] = int(one["unit"])
    sizes = np.bincount(unit + 1)
    recent = np.bincount([unit[o] + 1 for o, day in reports if CUT - YEAR <= day < CUT], minlength=len(sizes))
    rates = np.where(sizes >= SMALL_UNIT, recent / np.maximum(sizes, 1), 0)
    rates[0] = 0
    return rates[unit + 1]


def test_tiers_have_the_intended_shares_and_the_model_beats_the_count_of_twelve_months(panel):
    rows, facts, later = panel
    model = shipped("chicago")
    ledger = LedgerRows.from_tuples(rows, model.fields)
    result = score(model, read_batch(model, ledger, len(later), CUT - 1), contexts=facts)
    shares = [float((result.tiers.tier == tier).mean()) for tier in (Tier.ATTENTION, Tier.HELP)]
    assert shares == pytest.approx([0.10, 0.05], abs=0.01)
    complaints = ledger.kind == ledger.kinds.index("CHI_COMPLAINT")
    recent = ledger.officer[complaints & (ledger.known >= CUT - YEAR)]
    ours = measures.auc(measures.steps(result.totals.raw, later))
    baseline = measures.auc(measures.steps(np.bincount(recent, minlength=len(later)), later))
    assert ours > 0.77
    assert baseline < 0.70
