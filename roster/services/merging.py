"""Two dossiers of one person become one. Nothing is lost, and nothing is taken back: it is final.

Ledger entries do not change (docs/adr/0008): those of the dossier that ends become void, with the reason, and stand
anew in the one that is kept. Career facts go over as they are. What both hold is not doubled.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from police_hr.core import audit
from police_hr.core.models import LedgerChange, User
from police_hr.core.reactions import announce, announce_dossiers
from police_hr.core.services.accounts import disable
from roster.models import (
    AppointmentForm,
    Conflict,
    DuplicatePair,
    Officer,
    OfficerMerge,
    OfficerPhoto,
    ProtectedAttribute,
    ResumeLine,
    SourceRecord,
)
from roster.selectors.merging import Plan, merge_plan
from roster.services import ledger
from roster.services.current import refresh_current
from roster.services.officers import update_officer

if TYPE_CHECKING:
    from collections.abc import Mapping

Account = User


def merge_officers(
    *, pair: DuplicatePair, keep: int, versions: Mapping[int, int] | None = None, by: User
) -> OfficerMerge:
    """Merge the other officer of `pair` into the one with the id `keep`. One transaction, audited, final.

    `versions` (officer id → version) are those the decision rests on; None skips that check. Repeating the same
    decision returns the merger that was made. Raises ValidationError for a pair settled otherwise, a stale version,
    an officer outside the pair, or what `Plan.forbids` says.
    """
    if keep not in (pair.first_id, pair.second_id):
        raise ValidationError(_("Choose which of the two dossiers is kept."))
    with transaction.atomic():
        pair = DuplicatePair.objects.select_for_update().get(pk=pair.pk)
        lose = pair.second_id if keep == pair.first_id else pair.first_id
        done = OfficerMerge.objects.filter(gone=lose, kept=keep).first()
        if done is not None:
            return done
        if pair.settled_at is not None:
            raise ValidationError(_("This was settled already."))
        both = {officer.pk: officer for officer in Officer.objects.select_for_update().filter(pk__in=[keep, lose])}
        if versions is not None and any(versions.get(pk) != officer.version for pk, officer in both.items()):
            raise ValidationError(_("One of the dossiers was changed meanwhile. Look at both again."), code="stale")
        plan = merge_plan(both[keep], both[lose])
        if plan.forbids:
            raise ValidationError(list(plan.forbids))
        _move_entries(plan, by)
        _move_facts(plan)
        _move_the_rest(plan, by)
        merge = _end(plan, by)
        pair.verdict, pair.settled_at, pair.settled_by = "same", timezone.now(), by
        pair.save(update_fields=["verdict", "settled_at", "settled_by"])
        DuplicatePair.objects.filter(first=lose, settled_at=None).delete()
        DuplicatePair.objects.filter(second=lose, settled_at=None).delete()
        refresh_current(officer_ids=[keep, lose])
        announce_dossiers([keep, lose])
        announce(LedgerChange.Action.MERGED, officer_id=lose)
        details = {"kept": keep, "gone": lose, "badge": both[lose].badge_no, "moved": plan.counts}
        for officer in (keep, lose):
            audit.record(
                by=by, action="officer.merge", object_type="officer", object_id=officer, officer_id=officer,
                details=details,
            )  # fmt: skip
    return merge


def _move_entries(plan: Plan, by: User) -> None:
    reason = _("Recorded under %(badge)s, the badge number that this person keeps.") % {"badge": plan.kept.badge_no}
    for entry in plan.entries:
        ledger.hand_over_entry(entry=entry, officer=plan.kept, reason=reason, by=by)
    for entry in plan.known:
        ledger.void_entry(entry=entry, reason=reason, by=by)


def _move_facts(plan: Plan) -> None:
    for model, ids in plan.facts.items():
        model._default_manager.filter(pk__in=ids).update(officer=plan.kept)
    # A line whose frame stayed behind, as the kept dossier has the same, stands by itself.
    lines = ResumeLine.objects.filter(officer=plan.kept, within__isnull=False)
    lines.exclude(within__officer=plan.kept).update(within=None)
    today = timezone.localdate()
    for posting in plan.stays:
        posting.ends_on = max(today, posting.starts_on)
        posting.save(update_fields=["ends_on"])


def _move_the_rest(plan: Plan, by: User) -> None:
    kept, gone = plan.kept, plan.gone
    AppointmentForm.objects.filter(officer=gone).update(officer=kept)
    if not OfficerPhoto.objects.filter(officer=kept, withdrawn_at=None).exists():
        OfficerPhoto.objects.filter(officer=gone).update(officer=kept)
    names = ProtectedAttribute.objects.filter(officer=kept).values_list("name", flat=True)
    ProtectedAttribute.objects.filter(officer=gone).exclude(name__in=list(names)).update(officer=kept)
    sources = SourceRecord.objects.filter(officer=kept).values_list("source", flat=True)
    SourceRecord.objects.filter(officer=gone).exclude(source__in=list(sources)).update(officer=kept)
    Conflict.objects.filter(officer=gone, resolved_at=None).delete()
    account = Account.objects.filter(officer_number=gone.pk).first()
    if account is None:
        return
    if Account.objects.filter(officer_number=kept.pk).exists():
        Account.objects.filter(pk=account.pk).update(officer_number=None)
        if account.pk != by.pk:
            disable(user=account, by=by)
    else:
        Account.objects.filter(pk=account.pk).update(officer_number=kept.pk)


def _end(plan: Plan, by: User) -> OfficerMerge:
    """Fill what the kept dossier lacks, and end the other. Who was merged into the other is merged into the kept."""
    changes = {name: getattr(plan.gone, name) for name in plan.fills}
    if "birth_date" in changes:
        changes["birth_precision"] = plan.gone.birth_precision
    if changes:
        update_officer(officer=plan.kept, changes=changes, version=None, by=by)
    Officer.objects.filter(pk=plan.gone.pk).update(status=Officer.Status.MERGED, version=F("version") + 1)
    OfficerMerge.objects.filter(kept=plan.gone).update(kept=plan.kept)
    return OfficerMerge.objects.create(gone=plan.gone, kept=plan.kept, moved=plan.counts, merged_by=by)
