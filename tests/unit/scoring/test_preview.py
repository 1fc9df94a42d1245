"""What a draft would change: computed once for both versions, equal to what a run would say, told to each by right."""

from __future__ import annotations

import copy

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone, translation

from police_hr.core import jobs
from police_hr.core.access import Viewer, viewer_for
from scoring.models import ModelPreview, Score
from scoring.models.run import Tier
from scoring.selectors.preview import preview_of
from scoring.services import models as services
from tests.factories.cast import account


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def draft(force, run_index):
    """A draft under which 12 points are key attention and 20 key help, over a finished run."""
    run_index()
    definition = copy.deepcopy(force.version.definition)
    definition["thresholds"] = {"attention": 12, "help": 20}
    definition["hysteresis"]["margin"] = 0
    definition["share_alarm"] = 0.02
    return services.draft_version(model=force.version.model, definition=definition, reason="lower", by=None)


def computed(version, by=None):
    preview = services.request_preview(version=version, by=by)
    jobs.run(preview.job.pk)
    return preview_of(Viewer.system(), type(version).objects.select_related("model__active").get(pk=version.pk))


def test_the_preview_says_what_a_run_says(force, draft, run_index):
    page = computed(draft)
    before = dict.fromkeys(Tier.values, 0)
    for tier in Score.objects.values_list("tier", flat=True):
        before[tier] += 1
    assert {row.tier: row.total for row in page.matrix} == before, "the margins are the counts of the run"
    assert page.officers == len(force.people)
    assert page.moved == len(page.movers) > 0
    draft.state = "active"
    draft.active_from = force.today
    draft.save()
    force.version = draft
    run = run_index()
    after = {score.officer_id: score for score in Score.objects.filter(run=run)}
    assert all(after[mover.officer.pk].tier == mover.after for mover in page.movers)
    assert all(after[mover.officer.pk].index == mover.index[1] for mover in page.movers)
    assert sum(bar.after for bar in page.bars) == len(force.people)


def test_thresholds_alone_move_people_and_are_named_as_the_cause(draft):
    page = computed(draft)
    assert {mover.name_of_cause for mover in page.movers} == {"thresholds"}
    assert any("more than 2 %" in words for words in page.warnings)


def test_an_indicator_that_weighs_more_is_the_cause(force, run_index):
    run_index()
    definition = copy.deepcopy(force.version.definition)
    for indicator in definition["indicators"]:
        if indicator["code"] == "D01":
            indicator["evidence"][0]["points"] = 40
    definition["dimensions"][3]["cap"] = 100
    definition["hysteresis"]["margin"] = 0
    version = services.draft_version(model=force.version.model, definition=definition, reason="", by=None)
    page = computed(version)
    assert page.movers
    assert {mover.cause for mover in page.movers if mover.after != "normal"} <= {"D01", "D"}
    strongest = page.effects[0]
    assert (strongest.code, strongest.change > 0) == ("D01", True)


def test_the_same_content_moves_nobody_and_says_so(force, run_index):
    run_index()
    version = services.start_draft(version=force.version, by=None)
    page = computed(version)
    assert page.moved == 0
    assert not page.movers
    assert any("Nobody would change tier" in words for words in page.warnings)
    assert not any(row.change for row in page.effects)


def test_a_preview_up_to_date_is_not_computed_twice_and_an_edited_draft_makes_it_stale(draft):
    editor = account("EDITOR")
    first = services.request_preview(version=draft, by=editor)
    assert services.request_preview(version=draft, by=editor).job == first.job
    jobs.run(first.job.pk)
    assert services.request_preview(version=draft, by=editor).made_at is not None
    definition = copy.deepcopy(draft.definition) | {"min_coverage": 0.1}
    edited = services.edit_draft(version=draft, definition=definition, by=editor, edition=1)
    assert preview_of(Viewer.system(), edited).stale
    with pytest.raises(ValidationError, match="Preview first"):
        services.submit_version(version=edited, reason="lower thresholds", by=editor)
    second = services.request_preview(version=edited, by=editor)
    jobs.run(second.job.pk)
    assert services.submit_version(version=edited, reason="lower thresholds", by=editor).state == "submitted"
    assert ModelPreview.objects.count() == 1


def test_names_are_for_those_who_see_points_and_few_are_not_told_to_others(force, draft):
    from roster.access import grant_role

    computed(draft)
    whole, branch, leader = (account(name) for name in ("WHOLE", "BRANCH", "LEADER"))
    grant_role(user=whole, role="political_director", unit=force.units["B"], by=None)
    grant_role(user=branch, role="political_director", unit=force.units["S2"], by=None)
    everybody = preview_of(viewer_for(whole), draft)
    part = preview_of(viewer_for(branch), draft)
    nobody = preview_of(viewer_for(leader), draft)
    assert everybody.named == everybody.moved
    of_branch = {person.pk for person in force.people if person.unit_id == force.units["S2"].pk}
    assert {mover.officer.pk for mover in part.movers} == {
        mover.officer.pk for mover in everybody.movers if mover.officer.pk in of_branch
    }
    assert {row.unit for row in part.units} == {force.units["S2"]}
    assert nobody.movers == []
    assert nobody.units == []
    for page in (part, nobody):
        assert all(row.total is None for row in page.matrix)
        assert all(cell is None or cell == 0 or cell >= 5 for row in page.matrix for _tier, cell, _moves in row.cells)


def test_a_model_nobody_belongs_to_fails_with_a_sentence(force):
    version = services.start_draft(version=force.version, by=None)
    from roster.models import Officer

    Officer.objects.update(status="retired", left_on=timezone.localdate())
    preview = services.request_preview(version=version, by=None)
    jobs.run(preview.job.pk)
    preview.job.refresh_from_db()
    assert preview.job.state == "failed"
    assert preview.job.error.startswith("当日没有适用"), "jobs speak the language of the installation"
    assert preview_of(Viewer.system(), version) is None
