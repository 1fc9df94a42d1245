"""A merged dossier keeps neither score nor proposal, and what people confirmed about the person is not lost."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from police_hr.core import reactions
from police_hr.core.models import AuditEvent, LedgerChange
from roster.models import DuplicatePair, Officer
from roster.services.ledger import record_entry
from roster.services.merging import merge_officers
from scoring.models import CurrentScore, Proposal
from scoring.services.mergers import end_scores
from tests.factories.cast import account


@pytest.fixture
def twins(force: SimpleNamespace, run_index: Any) -> tuple[Officer, Officer]:
    """Two scored officers; of the second a case of hardship is known, and a proposal waits."""
    kept, gone = force.people[0], force.people[1]
    record_entry(officer=gone, kind="HARDSHIP", occurred_on=force.today, payload={"basis": "recognised"}, by=None)
    run = run_index()
    reactions.react()
    Proposal.objects.filter(officer__in=[kept, gone]).delete()
    Proposal.objects.create(run=run, officer=gone, from_tier="normal", to_tier="watch", index=0, state="pending")
    return kept, gone


def merge(kept: Officer, gone: Officer) -> None:
    pair = DuplicatePair.objects.create(first=kept, second=gone, reason="name_birth")
    merge_officers(pair=pair, keep=kept.pk, by=account(f"MERGER{gone.pk}"))


def test_score_and_proposals_end_with_the_dossier_and_the_kept_one_counts_what_came_over(twins):
    kept, gone = twins
    before = CurrentScore.objects.get(officer=kept)
    merge(kept, gone)
    assert LedgerChange.objects.filter(action="merged", officer_number=gone.pk).count() == 1
    reactions.react()
    assert not CurrentScore.objects.filter(officer=gone).exists()
    assert list(Proposal.objects.filter(officer=gone).values_list("state", flat=True)) == ["superseded"]
    assert CurrentScore.objects.get(officer=kept).care > before.care
    event = AuditEvent.objects.get(action="index.merge")
    assert (event.officer_number, event.details["superseded"]) == (kept.pk, 1)


@pytest.mark.parametrize(
    ("held", "lost", "stands"),
    [("normal", "help", "help"), ("help", "watch", "help"), ("watch", "normal", "watch"), (None, "watch", "watch")],
)
def test_the_more_urgent_of_two_confirmed_tiers_stands(twins, held, lost, stands):
    kept, gone = twins
    CurrentScore.objects.filter(officer=gone).update(confirmed_tier=lost)
    if held is None:
        CurrentScore.objects.filter(officer=kept).delete()
    else:
        CurrentScore.objects.filter(officer=kept).update(confirmed_tier=held)
    merge(kept, gone)
    reactions.react()
    assert CurrentScore.objects.get(officer=kept).confirmed_tier == stands


def test_given_twice_after_a_crash_it_changes_nothing_more(twins):
    kept, gone = twins
    merge(kept, gone)
    reactions.react()
    before = CurrentScore.objects.get(officer=kept).updated_at
    end_scores(gone=gone.pk, kept=kept.pk)
    assert AuditEvent.objects.filter(action="index.merge").count() == 1
    assert CurrentScore.objects.get(officer=kept).updated_at == before


def test_who_was_never_scored_is_merged_without_a_word(force):
    kept, gone = force.people[2], force.people[3]
    merge(kept, gone)
    reactions.react()
    assert not AuditEvent.objects.filter(action="index.merge").exists()
