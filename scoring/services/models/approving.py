"""From draft to use: submitted, approved by a second person or refused, in use from a day, out of use."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from scoring.models import IndexModel, IndexModelVersion, IndexRun
from scoring.selectors.model_check import checked
from scoring.selectors.models import had_a_hand
from scoring.services.models.drafting import LONGEST_REASON, SHORTEST_REASON, insist, record_act
from scoring.services.runs import create_run

if TYPE_CHECKING:
    from police_hr.core.models import User

State = IndexModelVersion.State
LATEST = dt.timedelta(days=366)


def submit_version(*, version: IndexModelVersion, reason: str, by: User) -> IndexModelVersion:
    """Hand a draft to the second person. From now on it is not edited any more; repeating changes nothing.

    Raises ValidationError without a reason, for a definition that holds no longer (a kind was withdrawn), where
    nothing differs from the version in use, and where a run exists and what would change was not looked at.
    """
    with transaction.atomic():
        version = _locked(version)
        if version.state == State.SUBMITTED:
            return version
        insist(version, State.DRAFT)
        version.reason = _reason(reason or version.reason)
        checked(version.definition)
        in_use = version.model.active
        if in_use is not None and in_use.digest == version.digest:
            message = _("Nothing differs from V%(version)s, which is in use: there is nothing to approve.")
            raise ValidationError(message % {"version": in_use.number})
        _insist_on_preview(version)
        version.state, version.submitted_by, version.submitted_at = State.SUBMITTED, by, timezone.now()
        version.save(update_fields=["state", "submitted_by", "submitted_at", "reason"])
        version.authors.add(by)
        record_act(version, "model.submit", by, reason=version.reason, digest=version.digest)
    return version


def approve_version(*, version: IndexModelVersion, active_from: dt.date, by: User) -> IndexModelVersion:
    """Approve a submitted version for use from a day: from today at once, from a later day by the nightly job.

    Raises ValidationError (code `author`) for anybody who had a hand in it, for a day that is past or too far off,
    and for a definition that holds no longer.
    """
    today = timezone.localdate()
    if active_from < today:
        raise ValidationError({"active_from": _("Choose today or a later day: the past is never judged anew.")})
    if active_from > today + LATEST:
        raise ValidationError({"active_from": _("Choose a day within a year.")})
    with transaction.atomic():
        version = _locked(version)
        insist(version, State.SUBMITTED)
        _insist_on_second_person(version, by)
        checked(version.definition)
        version.state, version.active_from = State.APPROVED, active_from
        version.approved_by, version.approved_at = by, timezone.now()
        version.save(update_fields=["state", "active_from", "approved_by", "approved_at"])
        record_act(version, "model.approve", by, active_from=active_from.isoformat(), digest=version.digest)
        if active_from == today:
            _activate(version)
            if version.model.is_default:
                create_run(version=version, as_of=today, by=by)
    return version


def refuse_version(*, version: IndexModelVersion, reason: str, by: User) -> IndexModelVersion:
    """Send a submitted version back for good, with the reason; the authors go on with a new draft made from it."""
    with transaction.atomic():
        version = _locked(version)
        insist(version, State.SUBMITTED)
        _insist_on_second_person(version, by)
        version.state, version.refused_because = State.REFUSED, _reason(reason)
        version.refused_by, version.refused_at = by, timezone.now()
        version.save(update_fields=["state", "refused_because", "refused_by", "refused_at"])
        record_act(version, "model.refuse", by, reason=version.refused_because)
    return version


def activate_due(today: dt.date | None = None) -> list[IndexModelVersion]:
    """Put in use what was approved for today or a day before (the nightly job). Idempotent."""
    day = today or timezone.localdate()
    due = IndexModelVersion.objects.filter(state=State.APPROVED, active_from__lte=day).order_by("active_from", "number")
    done = []
    for found in due:
        with transaction.atomic():
            version = _locked(found)
            if version.state == State.APPROVED:
                _activate(version)
                done.append(version)
    return done


def retire_model(*, model: IndexModel, reason: str, by: User) -> None:
    """Take the version in use out of use, with none in its place. The model on dossiers is only ever replaced."""
    with transaction.atomic():
        model = IndexModel.objects.select_for_update(of=("self",)).select_related("active").get(pk=model.pk)
        if model.is_default:
            raise ValidationError(_("This model stands on dossiers: it is replaced by another version, never removed."))
        version = model.active
        if version is None:
            return
        text = _reason(reason)
        IndexModelVersion.objects.filter(pk=version.pk).update(state=State.RETIRED)
        IndexModel.objects.filter(pk=model.pk).update(active=None)
        record_act(version, "model.retire", by, reason=text)


def _activate(version: IndexModelVersion) -> None:
    """Within the caller's transaction: the version takes the place of the one in use."""
    model = version.model
    IndexModelVersion.objects.filter(model=model, state=State.ACTIVE).update(state=State.RETIRED)
    version.state = State.ACTIVE
    version.save(update_fields=["state"])
    model.active = version
    model.name_zh, model.name_en = version.definition["name_zh"], version.definition["name_en"]
    model.save(update_fields=["active", "name_zh", "name_en"])
    record_act(version, "model.activate", None, digest=version.digest)


def _locked(version: IndexModelVersion) -> IndexModelVersion:
    rows = IndexModelVersion.objects.select_for_update(of=("self",)).select_related("model__active")
    return rows.get(pk=version.pk)


def _reason(text: str) -> str:
    text = text.strip()
    if len(text) < SHORTEST_REASON:
        raise ValidationError(
            {"reason": _("Write the reason: at least %(least)s characters.") % {"least": SHORTEST_REASON}}
        )
    if len(text) > LONGEST_REASON:
        raise ValidationError({"reason": _("Write at most %(most)s characters.") % {"most": LONGEST_REASON}})
    return text


def _insist_on_second_person(version: IndexModelVersion, by: User) -> None:
    if had_a_hand(version, by):
        raise ValidationError(_("You had a hand in this version: another person has to decide on it."), code="author")


def _insist_on_preview(version: IndexModelVersion) -> None:
    """Where a run of the model exists, what would change has been computed for exactly this content."""
    if not IndexRun.objects.filter(version__model=version.model, state=IndexRun.State.DONE, replay=False).exists():
        return
    preview = getattr(version, "preview", None)
    if preview is None or preview.made_at is None or preview.digest != version.digest:
        raise ValidationError(_("Preview first who would move: there is no preview of this draft as it stands."))
