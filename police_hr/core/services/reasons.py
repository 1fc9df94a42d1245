"""Opening facts that ask for a reason (S3, S4): the reason is written down, then they are open a while."""

from __future__ import annotations

import time
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from police_hr.core import audit
from police_hr.core.models import User

MINUTES = 30
SHORTEST = 4
OPENED = "opened"  # session key: {"officer_id:class": until, in seconds since 1970}


def open_with_reason(request: HttpRequest, officer_id: int, classes: Iterable[int], reason: str) -> None:
    """Open the sensitivity `classes` of one officer's facts for 30 minutes of this session.

    The caller has checked that the viewer may open them with a reason (`classes_for`). Raises
    ValidationError where the reason is missing or too short to mean anything.
    """
    wanted = sorted(set(classes))
    reason = reason.strip()
    if len(reason) < SHORTEST:
        raise ValidationError({"reason": _("Write in a few words what you need this for.")})
    user = request.user
    if not isinstance(user, User) or not wanted:
        raise ValidationError(_("Nothing to open."))
    now = time.time()
    with transaction.atomic():
        audit.record(
            by=user,
            action="officer.open_with_reason",
            object_type="officer",
            object_id=officer_id,
            officer_id=officer_id,
            purpose=reason,
            details={"classes": wanted, "minutes": MINUTES},
            request=request,
        )
        opened = {key: until for key, until in request.session.get(OPENED, {}).items() if until > now}
        opened |= {f"{officer_id}:{number}": now + MINUTES * 60 for number in wanted}
        request.session[OPENED] = opened
