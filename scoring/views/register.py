"""The register of tiers (台账): who has which tier, one entry with its history, and its end."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from police_hr.core.access import access
from police_hr.core.components import Choice
from police_hr.core.roles import Permission
from police_hr.core.views.sign_in import signed_in
from roster.views.reading import viewer_of, written_down
from scoring.forms.tiering import EndForm
from scoring.models import TierPeriod
from scoring.models.run import Tier
from scoring.selectors import register as selectors
from scoring.services import register as services

LISTED = 30


@access(Permission.INDEX_VIEW)
@require_safe
def tier_list(request: HttpRequest) -> HttpResponse:
    """The register: key help, key attention, ended."""
    viewer = viewer_of(request)
    heaps = selectors.heaps(viewer)
    labels = {"help": str(Tier.HELP.label), "watch": str(Tier.WATCH.label), "ended": _("Ended")}
    tab = request.GET.get("tab", "help")
    if tab not in heaps:
        raise Http404
    tabs = [
        Choice(labels[code], code, rows.order_by().count(), code == tab, f"?tab={code}") for code, rows in heaps.items()
    ]
    page = Paginator(heaps[tab], LISTED).get_page(request.GET.get("page"))
    rows = selectors.rows(viewer, list(page))
    context = {
        "tab": tab,
        "tabs": tabs,
        "page": page,
        "rows": rows,
        "points": any(row.before is not None for row in rows),
        "weighs": viewer.has(Permission.INDEX_CONFIRM),
    }
    return render(request, "scoring/tier_list.html", context)


@access(Permission.INDEX_VIEW)
@require_safe
def tier_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One entry of the register."""
    return _detail(request, pk, None)


@access(Permission.INDEX_CONFIRM)
@require_POST
def tier_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a tier by hand."""
    period = selectors.period_for(viewer_of(request), pk)
    if period is None:
        raise Http404
    form = EndForm(request.POST, exits=_exits(period))
    if not form.is_valid():
        return _detail(request, pk, form, status=400)
    try:
        services.end_tier(period=period, by=signed_in(request), **form.cleaned_data)
    except ValidationError as error:
        code = getattr(error, "code", "")
        if code == "not_yours":
            raise PermissionDenied from error
        form.add_error(None, error)
        return _detail(request, pk, form, status=409 if code == "decided" else 400)
    messages.success(request, _("The tier has ended; the register keeps it."))
    return redirect("scoring:tier-detail", pk=pk)


def _exits(period: TierPeriod) -> list[str]:
    """What can be chosen for this period today."""
    over = bool(period.until and period.until < timezone.localdate())
    return [one for one in selectors.EXITS_BY_HAND if one != TierPeriod.Exit.ENDED or over]


def _detail(request: HttpRequest, pk: int, form: EndForm | None, status: int = 200) -> HttpResponse:
    viewer = viewer_of(request)
    period = selectors.period_for(viewer, pk)
    if period is None:
        raise Http404
    refused = written_down(request, action="tier.view", officer=period.officer, details={"period": pk})
    if refused:
        return refused
    context = {
        "row": selectors.rows(viewer, [period])[0],
        "period": period,
        "officer": period.officer,
        "history": [one for one in selectors.history(viewer, period.officer) if one.pk != pk],
        "ends": selectors.ends(viewer, period),
        "form": form or EndForm(exits=_exits(period)),
        "opens_proposal": viewer.has(Permission.INDEX_CONFIRM) and period.proposal_id is not None,
    }
    return render(request, "scoring/tier_detail.html", context, status=status)
