"""What an order must say, and what must hold of an officer for it to take effect."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from roster.models import MoveOrder, Officer, Unit

Kind = MoveOrder.Kind
BACK_DAYS, AHEAD_DAYS = 366, 366
LONGEST_SECONDMENT = 3 * 366
UNIT_KINDS = frozenset({Kind.TRANSFER, Kind.ROTATION, Kind.CONCURRENT, Kind.RETURN})
POST_KINDS = frozenset({Kind.POST_UP, Kind.POST_DOWN, Kind.CONCURRENT})
LEAVING = frozenset({Kind.RETIREMENT, Kind.RESIGNATION, Kind.TRANSFER_OUT, Kind.DEATH})
RANK_KINDS = frozenset({Kind.RANK_UP, Kind.RANK_DOWN})
GRADE_KINDS = frozenset({Kind.GRADE_UP, Kind.GRADE_DOWN})
# after these the officer's main posting is another one
MAIN_KINDS = frozenset({Kind.TRANSFER, Kind.ROTATION, Kind.POST_UP, Kind.POST_DOWN, Kind.RETURN})
ON_ROLLS = frozenset({Officer.Status.SERVING, Officer.Status.SECONDED})


def check_order(order: MoveOrder) -> None:
    """Raise ValidationError, by field, for what the order itself lacks."""
    today = timezone.localdate()
    errors: dict[str, str] = {}
    if not order.document.strip():
        errors["document"] = _("A move needs the number of its document.")
    if order.effective_on > today + dt.timedelta(days=AHEAD_DAYS):
        errors["effective_on"] = _("A move is ordered at most a year ahead.")
    if order.effective_on < today - dt.timedelta(days=BACK_DAYS):
        errors["effective_on"] = _(
            "This day lies more than a year back: correct the officer's resume instead, by a request."
        )
    elif order.effective_on < today and not order.reason.strip():
        errors["reason"] = _("The day lies in the past. Say why it is entered only now.")
    errors |= _missing(order) | _term(order)
    if order.unit is not None and "unit" not in errors:
        errors |= _unit_errors(order.unit, order.effective_on)
    if errors:
        raise ValidationError(errors)


def _missing(order: MoveOrder) -> dict[str, str]:
    """What this kind of move must say and does not."""
    kind, errors = order.kind, {}
    if kind in UNIT_KINDS and order.unit is None:
        errors["unit"] = _("Say to which unit.")
    if kind in POST_KINDS and not order.post.strip():
        errors["post"] = _("Say which post.")
    if kind in RANK_KINDS and not order.rank:
        errors["rank"] = _("Say which rank.")
    if kind in GRADE_KINDS and not order.grade:
        errors["grade"] = _("Say which grade.")
    if kind == Kind.RESIGNATION and not order.leaving:
        errors["leaving"] = _("Say how the service ends.")
    if kind == Kind.SECONDMENT and (order.unit is None) == (not order.host.strip()):
        errors["unit"] = _("Say where the officer is lent to: a unit of the force, or a host outside, not both.")
    return errors


def _term(order: MoveOrder) -> dict[str, str]:
    if order.kind != Kind.SECONDMENT:
        return {}
    if order.ends_on is None:
        return {"ends_on": _("A secondment has a last day; it can be prolonged.")}
    if order.ends_on < order.effective_on:
        return {"ends_on": _("The last day lies before the first.")}
    if (order.ends_on - order.effective_on).days > LONGEST_SECONDMENT:
        return {"ends_on": _("A secondment lasts at most three years; then it is prolonged.")}
    return {}


def _unit_errors(unit: Unit, on: dt.date) -> dict[str, str]:
    if unit.active_to is not None and unit.active_to < on:
        return {"unit": _("“%(unit)s” is closed.") % {"unit": unit.label}}
    if unit.active_from is not None and unit.active_from > on:
        return {"unit": _("“%(unit)s” did not exist yet on that day.") % {"unit": unit.label}}
    return {}


def check_officer(order: MoveOrder, officer: Officer) -> None:
    """Raise ValidationError for an officer to whom the order cannot apply as things stand."""
    who = {"officer": officer.label}
    if order.kind == Kind.RETURN:
        if officer.status in ON_ROLLS:
            raise ValidationError(_("%(officer)s has not left the force.") % who)
        if officer.status == Officer.Status.DIED:
            raise ValidationError(_("%(officer)s has died.") % who)
        if officer.left_on is not None and order.effective_on < officer.left_on:
            raise ValidationError(_("%(officer)s returns on a day before the one of leaving.") % who)
        return
    if officer.status not in ON_ROLLS:
        raise ValidationError(
            _("%(officer)s has left the force (%(state)s); only a return is possible.")
            % {**who, "state": officer.get_status_display()}
        )
    if order.kind in (Kind.TRANSFER, Kind.ROTATION, Kind.SECONDMENT) and order.unit_id is not None:
        same_post = order.kind == Kind.SECONDMENT or (not order.post or order.post == officer.post)
        if order.unit_id == officer.unit_id and same_post:
            raise ValidationError(_("%(officer)s serves in this unit already.") % who)
    _check_direction(order, officer, who)


def _check_direction(order: MoveOrder, officer: Officer, who: Mapping[str, str]) -> None:
    """Up must lead up and down must lead down: the lower code is the higher rank or grade."""
    for kinds, held, wanted in (
        ((Kind.RANK_UP, Kind.RANK_DOWN), officer.rank, order.rank),
        ((Kind.GRADE_UP, Kind.GRADE_DOWN), officer.grade, order.grade),
    ):
        if order.kind not in kinds or not held or held[:1] != wanted[:1]:
            continue
        if held == wanted:
            raise ValidationError(_("%(officer)s holds this already.") % who)
        if (wanted < held) != (order.kind == kinds[0]):
            raise ValidationError(
                _("For %(officer)s this would not be the direction that the kind of move says.") % who
            )
