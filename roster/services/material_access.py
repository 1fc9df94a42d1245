"""Asking to read, borrow or copy materials of a file: with a reason, decided by a second person, for some days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from police_hr.core import audit, notices
from police_hr.core.access import Viewer, viewer_for
from police_hr.core.roles import Permission
from roster.access import officers_visible_to
from roster.models import Material, MaterialAccess, Officer
from roster.selectors.categories import categories
from roster.selectors.kin_bar import bar_between, refusal

if TYPE_CHECKING:
    from police_hr.core.models import User

SHORTEST_REASON = 4
LONGEST_DAYS = 30
State = MaterialAccess.State


def request_access(
    *,
    officer: Officer,
    kind: str,
    reason: str,
    ends_on: dt.date,
    categories_wanted: Collection[str] = (),
    materials: Collection[Material] = (),
    key: str = "",
    by: User,
) -> MaterialAccess:
    """Ask for categories (codes, headings included) or single materials of `officer`'s file until `ends_on`.

    The same `key` gives the request that is there. Raises ValidationError for one's own file or a relative's,
    without `material.view` over the officer, a reason or anything asked for, and for a day that has passed or lies
    more than `LONGEST_DAYS` ahead.
    """
    if (bar := bar_between(by, officer)) is not None:
        raise ValidationError(refusal(bar), code="kin")
    if not officers_visible_to(viewer_for(by), Permission.MATERIAL_VIEW).filter(pk=officer.pk).exists():
        raise ValidationError(_("You may not ask for materials of this officer."), code="scope")
    _check(kind, reason, ends_on)
    wanted = sorted(set(categories_wanted) & set(categories()))
    roots = {material.root_id for material in materials}
    if any(material.officer_id != officer.pk for material in materials):
        raise ValidationError(_("These materials belong to somebody else."), code="scope")
    if not wanted and not roots:
        raise ValidationError({"categories": _("Choose what you want to see.")})
    with transaction.atomic():
        if key and (made := MaterialAccess.objects.filter(key=key).first()) is not None:
            return made
        access = MaterialAccess.objects.create(
            officer=officer, kind=kind, categories=wanted, reason=reason.strip(), requested_by=by, ends_on=ends_on,
            key=key,
        )  # fmt: skip
        access.materials.set(roots)
        _record(access, "material.request", by, categories=wanted, materials=sorted(roots))
    return access


def _check(kind: str, reason: str, ends_on: dt.date) -> None:
    errors: dict[str, str] = {}
    today = timezone.localdate()
    if kind not in MaterialAccess.Kind.values:
        errors["kind"] = _("Choose what you want to do.")
    if len(reason.strip()) < SHORTEST_REASON:
        errors["reason"] = _("Write in a few words what you need this for.")
    if not today <= ends_on <= today + dt.timedelta(days=LONGEST_DAYS):
        errors["ends_on"] = _("Choose a day from today to %(most)d days ahead.") % {"most": LONGEST_DAYS}
    if errors:
        raise ValidationError(errors)


def bar_of_decision(access: MaterialAccess, viewer: Viewer) -> str:
    """Why `viewer` cannot decide `access`, as a sentence; "" where they can."""
    if viewer.user is None or viewer.user.pk == access.requested_by_id:
        return _("Nobody decides their own request.")
    if not officers_visible_to(viewer, Permission.MATERIAL_DECIDE).filter(pk=access.officer_id).exists():
        return _("Another person decides about this officer's file.")
    if (bar := bar_between(viewer.user, access.officer)) is not None:
        return refusal(bar)
    return ""


def decide_access(*, access: MaterialAccess, approve: bool, note: str = "", by: User) -> MaterialAccess:
    """Approve a request or refuse it. Raises ValidationError for who may not, where it is decided already, where the
    one who asked has become a relative or lost the right, and for a refusal without a word why."""
    if why := bar_of_decision(access, viewer_for(by)):
        raise ValidationError(why, code="second_person")
    if not approve and len(note.strip()) < 2:
        raise ValidationError({"note": _("Write why you refuse it.")})
    if approve and (bar := bar_between(access.requested_by, access.officer)) is not None:
        raise ValidationError(refusal(bar), code="kin")
    if approve and access.ends_on < timezone.localdate():
        raise ValidationError(_("The time asked for has passed. Refuse it; the person asks again."), code="late")
    with transaction.atomic():
        waiting = MaterialAccess.objects.filter(pk=access.pk, state=State.WAITING)
        state = State.APPROVED if approve else State.REFUSED
        if not waiting.update(state=state, decided_by=by, decided_at=timezone.now(), note=note.strip()[:200]):
            raise ValidationError(_("This request is decided already."), code="stale")
        access.refresh_from_db()
        _record(access, "material.approve" if approve else "material.refuse", by, note=access.note)
        told = "material.approved" if approve else "material.refused"
        facts = {"day": access.ends_on if approve else timezone.localdate(access.requested_at)}
        notices.send(told, to=[access.requested_by], about=access.pk, facts=facts, by=by)
    return access


def withdraw_access(*, access: MaterialAccess, by: User) -> MaterialAccess:
    """Take back one's own request that waits. Repeating changes nothing."""
    if access.requested_by_id != by.pk:
        raise ValidationError(_("Only the person who asked takes a request back."))
    with transaction.atomic():
        if MaterialAccess.objects.filter(pk=access.pk, state=State.WAITING).update(state=State.WITHDRAWN):
            _record(access, "material.request_withdrawn", by)
    access.refresh_from_db()
    return access


def return_access(*, access: MaterialAccess, by: User) -> MaterialAccess:
    """End an approved request before its day: the person who asked is done, or the borrowed paper is back, which
    only somebody who keeps the files can say. Repeating changes nothing."""
    keeps = officers_visible_to(viewer_for(by), Permission.MATERIAL_EDIT).filter(pk=access.officer_id).exists()
    own = access.requested_by_id == by.pk
    if access.kind == MaterialAccess.Kind.BORROW and (own or not keeps):
        raise ValidationError(_("The keeper of the files says when borrowed paper is back."))
    if not own and not keeps:
        raise ValidationError(_("Only the person who asked, or the keeper of the files, ends this."))
    with transaction.atomic():
        running = MaterialAccess.objects.filter(pk=access.pk, state=State.APPROVED, returned_at=None)
        if running.update(returned_at=timezone.now(), returned_to=by):
            _record(access, "material.return", by)
    access.refresh_from_db()
    return access


def _record(access: MaterialAccess, action: str, by: User, **details: object) -> None:
    audit.record(
        by=by,
        action=action,
        object_type="material_access",
        object_id=access.pk,
        officer_id=access.officer_id,
        purpose=access.reason,
        details={"kind": access.kind, "until": access.ends_on.isoformat(), **details},
    )
