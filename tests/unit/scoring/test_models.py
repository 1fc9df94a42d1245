"""The life of a version: drafted, edited, submitted, approved by a second person, in use from a day, replaced."""

from __future__ import annotations

import copy

import pytest
from django.core.exceptions import ValidationError

from police_hr.core.models import AuditEvent
from scoring.engine import document
from scoring.models import IndexModel, IndexModelVersion
from scoring.services import models as services
from scoring.services.models import drafting

State = IndexModelVersion.State


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
