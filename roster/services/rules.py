"""Conditions on sensitive facts: kept under a token with the reason for asking, and every use written down."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from police_hr.core import audit
from roster.models import KeptRules
from roster.selectors.rules import Rules

if TYPE_CHECKING:
    from police_hr.core.models import User

SHORTEST_REASON = 5


def keep_rules(*, rules: Rules, reason: str, by: User) -> KeptRules:
    """Keep `rules` (read for `by`, so they may use them) under a new token. Raises ValidationError without a reason."""
    if len(reason.strip()) < SHORTEST_REASON:
        raise ValidationError(_("Write why you ask for these facts."), code="reason")
    with transaction.atomic():
        kept = KeptRules.objects.create(
            token=secrets.token_urlsafe(18), owner=by, rules=rules.stored(), reason=reason.strip()[:200]
        )
        audit.record(
            by=by,
            action="filter.keep",
            object_type="filter",
            object_id=kept.pk,
            purpose=kept.reason,
            details={"kinds": kinds_of(rules)},
        )
    return kept


def kept_pairs(*, token: str, by: User) -> tuple[KeptRules, list[tuple[str, str]]] | None:
    """What is kept under `token` for its owner; None for an unknown token and for everybody else."""
    kept = KeptRules.objects.filter(token=token, owner=by).first() if 0 < len(token) <= 32 else None
    return None if kept is None else (kept, [(name, text) for name, text in kept.rules])


def reason_of(*, token: str, by: User) -> str:
    """The reason written for the conditions under `token`, which holds while they are changed; "" where none is."""
    found = kept_pairs(token=token, by=by)
    return found[0].reason if found else ""


def write_down(*, request: HttpRequest, kept: KeptRules, rules: Rules) -> None:
    """Record that a list is about to be shown by these conditions. If that fails, it must not be shown."""
    audit.record_read(
        request,
        action="filter.use",
        object_type="filter",
        object_id=kept.pk,
        purpose=kept.reason,
        details={"kinds": kinds_of(rules)},
    )


def kinds_of(rules: Rules) -> list[str]:
    """The kinds of facts asked for that are of class 3 or 4."""
    return sorted({rule.kind.code for rule in rules.rules if rule.kind is not None and rule.kind.sensitivity >= 3})
