"""The life of a version: drafted, edited, submitted, approved by a second person, in use from a day, replaced."""

from __future__ import annotations

import copy
import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone, translation

from police_hr.core.models import AuditEvent
from scoring.engine import document
from scoring.models import IndexModel, IndexModelVersion, IndexRun
from scoring.selectors.models import version_on
from scoring.services import models as services
from scoring.services.models import drafting

State = IndexModelVersion.State


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def model(db) -> IndexModel:
    from tests.factories import force as make

    make.install_defaults()
    services.install_models()
    return IndexModel.objects.select_related("active").get(is_default=True)


@pytest.fixture
def people(model):
    from tests.factories.cast import account

    return {name: account(name.upper()) for name in ("author", "second", "third")}


def changed(model: IndexModel, **values: object) -> dict:
    """The definition in use with other points for A01 and whatever else."""
    found = copy.deepcopy(model.active.definition)
    found["indicators"][0]["evidence"][0]["points"] = 2
    return found | values


def test_a_draft_counts_nowhere_and_has_the_next_number(model, people):
    draft = services.draft_version(model=model, definition=changed(model), reason=" weights ", by=people["author"])
    assert (draft.number, draft.state, draft.reason) == (2, State.DRAFT, "weights")
    assert draft.digest == document.digest(changed(model))
    model.refresh_from_db()
    assert model.active.number == 1
    assert AuditEvent.objects.get(action="model.draft").details["version"] == 2
    again = services.start_draft(version=draft, by=people["second"])
    assert (again.number, again.based_on, again.digest) == (3, draft, draft.digest)


def test_a_document_of_a_new_code_makes_a_model_that_is_not_in_use(model, people):
    draft = services.draft_version(
        model=None, definition=changed(model, code="fitted-1"), reason="fit", by=people["author"]
    )
    assert (draft.model.code, draft.number, draft.model.active) == ("fitted-1", 1, None)
    with pytest.raises(ValidationError, match="code"):
        services.draft_version(model=model, definition=changed(model, code="other"), reason="x", by=None)
    with pytest.raises(ValidationError):
        services.draft_version(model=None, definition=changed(model, code="no code!"), reason="x", by=None)


def test_of_two_editors_the_second_is_told(model, people):
    draft = services.draft_version(model=model, definition=changed(model), reason="", by=people["author"])
    services.edit_draft(version=draft, definition=changed(model, min_coverage=0.5), by=people["second"], edition=1)
    with pytest.raises(ValidationError) as refused:
        services.edit_draft(version=draft, definition=changed(model, min_coverage=0.7), by=people["author"], edition=1)
    assert refused.value.code == "stale"
    draft.refresh_from_db()
    assert (draft.definition["min_coverage"], draft.edition, draft.edited_by) == (0.5, 2, people["second"])
    assert set(draft.authors.all()) == {people["author"], people["second"]}


def test_nothing_is_changed_when_the_audit_cannot_be_written(model, people, monkeypatch):
    def broken(**_kwargs):
        raise RuntimeError

    monkeypatch.setattr(drafting.audit, "record", broken)
    with pytest.raises(RuntimeError):
        services.draft_version(model=model, definition=changed(model), reason="", by=people["author"])
    assert model.versions.count() == 1


def test_a_version_that_is_no_draft_is_never_edited(model, people):
    with pytest.raises(ValidationError) as refused:
        services.edit_draft(version=model.active, definition=changed(model), by=people["author"], edition=1)
    assert refused.value.code == "state"
    draft = services.draft_version(model=model, definition=changed(model), reason="", by=people["author"])
    services.withdraw_draft(version=draft, by=people["author"])
    services.withdraw_draft(version=draft, by=people["author"])
    assert AuditEvent.objects.filter(action="model.withdraw").count() == 1
    with pytest.raises(ValidationError, match="given up"):
        services.edit_draft(version=draft, definition=changed(model), by=people["author"], edition=1)


@pytest.fixture
def waiting(model, people):
    """A submitted version of the author."""
    draft = services.draft_version(model=model, definition=changed(model), reason="", by=people["author"])
    return services.submit_version(version=draft, reason="A01 weighs more", by=people["author"])


def test_a_second_person_approves_and_the_version_is_in_use_at_once(waiting, people, model):
    today = timezone.localdate()
    for author in ("author",):
        with pytest.raises(ValidationError) as refused:
            services.approve_version(version=waiting, active_from=today, by=people[author])
        assert refused.value.code == "author"
    done = services.approve_version(version=waiting, active_from=today, by=people["second"])
    model.refresh_from_db()
    assert (model.active, done.state, done.active_from) == (done, State.ACTIVE, today)
    assert model.versions.get(number=1).state == State.RETIRED
    assert IndexRun.objects.get().version == done, "the scores on dossiers follow at once"
    with pytest.raises(ValidationError):
        services.approve_version(version=waiting, active_from=today, by=people["third"])


def test_nobody_who_edited_approves(model, people):
    draft = services.draft_version(model=model, definition=changed(model), reason="", by=people["author"])
    services.edit_draft(version=draft, definition=changed(model, min_coverage=0.5), by=people["third"], edition=1)
    services.submit_version(version=draft, reason="A01 weighs more", by=people["author"])
    for name in ("third", "author"):
        for act in (
            lambda by: services.approve_version(version=draft, active_from=timezone.localdate(), by=by),
            lambda by: services.refuse_version(version=draft, reason="not so good", by=by),
        ):
            with pytest.raises(ValidationError) as refused:
                act(people[name])
            assert refused.value.code == "author"


def test_a_later_day_is_put_in_use_by_the_nightly_job(waiting, people, model):
    today = timezone.localdate()
    later = today + dt.timedelta(days=3)
    services.approve_version(version=waiting, active_from=later, by=people["second"])
    assert services.activate_due(later - dt.timedelta(days=1)) == []
    model.refresh_from_db()
    assert model.active.number == 1
    assert [version.number for version in services.activate_due(later)] == [2]
    assert services.activate_due(later) == []
    model.refresh_from_db()
    assert model.active.number == 2
    first = model.versions.get(number=1)
    assert version_on(model, later - dt.timedelta(days=1)) == first
    assert version_on(model, later) == model.active
    assert version_on(model, today - dt.timedelta(days=400)) == first, "before the first of all it is the first"
    assert AuditEvent.objects.filter(action="model.activate").count() == 1


@pytest.mark.parametrize("days", [-1, 400])
def test_a_day_that_is_past_or_far_off_is_refused(waiting, people, days):
    day = timezone.localdate() + dt.timedelta(days=days)
    with pytest.raises(ValidationError) as refused:
        services.approve_version(version=waiting, active_from=day, by=people["second"])
    assert "active_from" in refused.value.message_dict


def test_a_refusal_needs_a_reason_and_is_final(waiting, people):
    with pytest.raises(ValidationError):
        services.refuse_version(version=waiting, reason=" no ", by=people["second"])
    refused = services.refuse_version(version=waiting, reason="D01 is too high", by=people["second"])
    assert (refused.state, refused.refused_because, refused.refused_by) == (
        State.REFUSED, "D01 is too high", people["second"],
    )  # fmt: skip
    with pytest.raises(ValidationError):
        services.submit_version(version=refused, reason="once more please", by=people["author"])
    assert services.start_draft(version=refused, by=people["author"]).state == State.DRAFT


def test_what_is_the_same_as_in_use_or_has_no_reason_is_not_submitted(model, people):
    same = services.start_draft(version=model.active, by=people["author"])
    with pytest.raises(ValidationError, match="Nothing differs"):
        services.submit_version(version=same, reason="a good reason", by=people["author"])
    draft = services.draft_version(model=model, definition=changed(model), reason="", by=people["author"])
    with pytest.raises(ValidationError, match="reason"):
        services.submit_version(version=draft, reason="", by=people["author"])


def test_the_model_on_dossiers_is_never_taken_out_of_use(model, people):
    with pytest.raises(ValidationError, match="stands on dossiers"):
        services.retire_model(model=model, reason="not wanted", by=people["second"])
    other = IndexModel.objects.get(code="chicago")
    services.retire_model(model=other, reason="not wanted here", by=people["second"])
    services.retire_model(model=other, reason="not wanted here", by=people["second"])
    other.refresh_from_db()
    assert (other.active, other.versions.get().state) == (None, State.RETIRED)
    assert AuditEvent.objects.filter(action="model.retire").count() == 1
