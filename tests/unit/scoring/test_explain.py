"""The index of one officer for one viewer: exact, masked, and silent about what is not open."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from django.core.management import CommandError, call_command

from police_hr.core.access import Viewer, viewer_for
from police_hr.core.models import User
from roster.models import LedgerEntry, Officer
from scoring.models import CurrentScore, Score
from scoring.selectors import standing
from scoring.selectors.explain import explain_officer
from tests.factories import force as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def clean(force):
    """An officer without facts, in unit S1.P1."""
    officer = force.people[0]
    LedgerEntry.objects.filter(officer=officer).update(voided_on=dt.date(2020, 1, 1))
    return Officer.objects.select_related("unit").get(pk=officer.pk)


def fact(officer, kind, day, **more):
    make.facts([{"officer_id": officer.pk, "kind": kind, "occurred_on": day, **more}])


def test_every_line_adds_up_and_equals_the_run(force, run_index):
    run = run_index()
    for officer in Officer.objects.select_related("unit").filter(pk__in=[o.pk for o in force.people]):
        found = explain_officer(Viewer.system(), officer)
        stored = Score.objects.get(run=run, officer=officer)
        assert sum(line.points for line in found.lines) == found.index == stored.index
        assert (found.tier, found.reason, found.coverage) == (stored.tier, stored.reason, stored.coverage)
        assert found.change == stored.change_30 == sum(change.points for change in found.changes)
        assert found.low <= found.index <= found.high or not found.index


def test_a_fact_of_class_3_shows_name_and_day_until_a_reason_is_given(force, clean):
    day = force.today - dt.timedelta(days=3)
    fact(clean, "MOOD_ALERT", day, payload={"level": "marked"})
    cadre = make.account("HR", "hr_cadre", force.units["B"])
    line = next(one for one in explain_officer(viewer_for(cadre), clean).lines if one.code == "F05")
    assert (line.masked, line.entry_label, line.day) == (True, "", day)
    assert line.points == 746
    assert line.product == "8 × 0.9330"
    opened = viewer_for(cadre, opened=frozenset({(clean.pk, 3)}))
    line = next(one for one in explain_officer(opened, clean).lines if one.code == "F05")
    assert not line.masked
    assert line.entry_label


def test_what_is_not_open_at_all_is_left_out_of_the_total(force, clean):
    """A sanction that is still to be served is nobody's business: the sum is of what may be seen."""
    fact(clean, "PUNISHMENT", force.today, payload={"measure": "P1"}, verified=True)
    fact(clean, "LATE_EARLY", force.today, payload={"type": "late", "excused": "no"})
    found = explain_officer(make.viewer("HR", "hr_cadre", force.units["B"]), clean)
    whole = explain_officer(Viewer.system(), clean)
    assert found.hidden == 1
    assert "B05" not in {line.code for line in found.lines}
    assert found.index < whole.index
    assert sum(line.points for line in found.lines) == found.index
    assert not found.floors


def test_points_are_for_who_may_open_classes_3_and_4(force, clean):
    for number, role in enumerate(("unit_head", "unit_political_officer", "discipline_inspector", "counsellor")):
        assert explain_officer(make.viewer(f"V{number}", role, force.units["B"]), clean) is None
    assert explain_officer(make.viewer("L", "leadership", force.units["B"]), clean) is not None
    assert explain_officer(make.viewer("X", "hr_cadre", force.units["S2"]), clean) is None


def test_officers_see_their_own_lines_of_classes_1_and_2(force, clean):
    fact(clean, "HARDSHIP", force.today, payload={"basis": "declared"})
    fact(clean, "LATE_EARLY", force.today, payload={"type": "late", "excused": "no"})
    user = User.objects.create_user("OWN", "x", name="x", officer_number=clean.pk)
    found = explain_officer(viewer_for(user), clean)
    assert {line.code for line in found.lines if line.kind == "event"} == {"A01"}
    assert found.hidden == 0, "not even the number of other facts"


def test_a_confidential_floor_is_shown_to_who_confirms_only(force, clean):
    fact(clean, "PSY_ALERT", force.today)
    cadre = explain_officer(make.viewer("HR", "hr_cadre", force.units["B"]), clean)
    assert (cadre.tier, cadre.floors, cadre.hidden) == ("normal", [], 0)
    director = explain_officer(make.viewer("DIR", "political_director", force.units["B"]), clean)
    assert director.hidden == 1


def test_a_past_day_is_explained_as_it_was_known(force, clean):
    past = force.today - dt.timedelta(days=60)
    fact(clean, "HARDSHIP", past, payload={"basis": "recognised"})
    assert explain_officer(Viewer.system(), clean, as_of=past - dt.timedelta(days=1)).index == 0
    then = explain_officer(Viewer.system(), clean, as_of=past)
    assert then.index == 1000
    assert then.change == 1000
    assert [change.code for change in then.changes if change.code] == ["E04"]


def test_the_head_of_a_dossier(force, clean, run_index):
    fact(clean, "HARDSHIP", force.today, payload={"basis": "recognised", "impact": "major"})
    run_index()
    head = make.viewer("HEAD", "unit_head", force.units["S1"])
    director = make.viewer("DIR", "political_director", force.units["B"])
    seen = standing.tier_of(head, clean)
    assert (seen["confirmed"], seen["computed"], seen["reasons"], seen["proposal"]) == ("normal", "", [], None)
    seen = standing.tier_of(director, clean)
    assert (seen["confirmed"], seen["computed"], seen["proposal"].to_tier) == ("normal", "watch", "watch")
    assert standing.index_of(head, clean) is None
    assert standing.index_of(director, clean)["explained"].index == CurrentScore.objects.get(officer=clean).index


def test_the_list_shows_each_viewer_their_tier(force, clean, run_index):
    run_index()
    CurrentScore.objects.filter(officer=clean).update(tier="help", confirmed_tier="watch", index=7000)
    head = make.viewer("HEAD", "unit_head", force.units["B"])
    cadre = make.viewer("HR", "hr_cadre", force.units["B"])
    rows = Officer.objects.filter(pk=clean.pk)
    seen = {who: standing.with_points(standing.with_tier(rows, who), who).get() for who in (head, cadre)}
    assert (seen[head].index_tier, seen[head].index_points, seen[head].index_top) == ("watch", None, None)
    assert (seen[cadre].index_tier, seen[cadre].index_points) == ("help", 7000)
    assert seen[cadre].index_unconfirmed
    assert ("watch", 1) in {(tier, n) for tier, _label, n in standing.tier_facet(rows, head)}
    assert ("help", 1) in {(tier, n) for tier, _label, n in standing.tier_facet(rows, cadre)}
    assert standing.narrow_to_tiers(rows, ["watch"], head).exists()
    assert not standing.narrow_to_tiers(rows, ["watch"], cadre).exists()


def test_mixed_roles_see_points_where_they_may(force, run_index):
    from roster.access import grant_role

    run_index()
    user = make.account("MIX", "hr_cadre", force.units["S2"])
    grant_role(user=user, role="unit_head", unit=force.units["S1"], by=None)
    rows = standing.with_points(Officer.objects.filter(current_score__isnull=False), viewer_for(user))
    inside = set(Officer.objects.filter(unit=force.units["S2"]).values_list("pk", flat=True))
    assert {row.pk for row in rows if row.index_points is not None} == inside


def test_the_command_prints_the_lines(force, clean, capsys):
    fact(clean, "HARDSHIP", force.today, payload={"basis": "recognised"})
    call_command("score", clean.badge_no, "--json")
    told = json.loads(capsys.readouterr().out)
    assert told["index"] == 1000 == sum(line["points"] for line in told["lines"])
    call_command("score", clean.badge_no)
    assert "E04" in capsys.readouterr().out
    with pytest.raises(CommandError):
        call_command("score", "NOBODY")
    with pytest.raises(CommandError):
        call_command("score", clean.badge_no, "--model", "none")


def test_the_run_command(force, capsys):
    call_command("run_index", "cn-default", "--json")
    told = json.loads(capsys.readouterr().out)
    assert told["officers"] == len(force.people)
    assert told["digest"]


def test_the_nightly_run_is_started_once(force):
    from scoring.services import nightly

    first = nightly.start()
    assert nightly.start() == first
    assert nightly.expire() == 0
