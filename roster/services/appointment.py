"""What is written on the appointment form by hand: proposed and removed post, reason, reporting unit, filler, days."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from police_hr.core import audit
from police_hr.core.access import Viewer
from roster.lrmx.texts import day_of
from roster.models import AppointmentForm, Officer
from roster.selectors.appointment import current_form

if TYPE_CHECKING:
    from police_hr.core.models import User

WRITTEN = ("proposed_post", "removed_post", "reason", "reporting_unit", "filled_by", "age_as_of", "filled_on")
DAYS = ("age_as_of", "filled_on")
LONGEST = 400


def write_form_texts(
    *, officer: Officer, texts: Mapping[str, str], started_from: int | None, by: User | None
) -> AppointmentForm | None:
    """Add a version of the form with these `texts` (names of `WRITTEN`); days are YYYYMMDD or empty.

    `started_from` is the id of the version that the editor saw, None where there was none. Raises ValidationError
    with the code `stale` where another version came meanwhile: the caller shows both. The audit event names the
    texts, not their words. Returns what then is current, None where nothing was ever written.
    """
    unknown = set(texts) - set(WRITTEN)
    if unknown:
        raise ValueError(f"Not written by hand: {', '.join(sorted(unknown))}.")
    cleaned = {name: text.strip() for name, text in texts.items()}
    for name, text in cleaned.items():
        if len(text) > LONGEST:
            raise ValidationError({name: _("At most %(most)d characters fit.") % {"most": LONGEST}})
        if name in DAYS and text and day_of(text) is None:
            raise ValidationError({name: _("Write the day as 20261123.")})
    with transaction.atomic():
        # the row of the officer is the lock: two editors come one after the other
        Officer.objects.select_for_update().get(pk=officer.pk)
        current = current_form(Viewer.system(), officer)
        if (current.pk if current else None) != started_from:
            raise ValidationError(
                _("Somebody else changed this form meanwhile. Compare both versions and store yours again."),
                code="stale",
            )
        before = current.texts if current else {}
        changed = sorted(name for name, text in cleaned.items() if before.get(name, "") != text)
        if not changed:
            return current
        fresh = AppointmentForm.objects.create(
            officer=officer,
            texts={**before, **cleaned},
            kept=current.kept if current else {},
            basis=current.basis if current else [],
            family=current.family if current else [],
            written_by=by,
        )
        audit.record(
            by=by,
            action="appointment.write",
            object_type="officer",
            object_id=officer.pk,
            officer_id=officer.pk,
            details={"changed": changed, "version": fresh.pk},
        )
    return fresh
