"""Proposals (研判): the list of what waits, one with all that it rests on, and the decision."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from police_hr.core.access import access
from police_hr.core.components import Choice
from police_hr.core.roles import Permission
from police_hr.core.views.sign_in import signed_in
from roster.access import classes_for
from roster.views.reading import officer_or_refuse, viewer_of, written_down
from scoring.forms.tiering import LONGEST_REASON, DecisionForm, ProposeForm
from scoring.models import Proposal
from scoring.selectors import proposals as selectors
from scoring.services import confirm as services
from scoring.services import manual

LISTED = 30
MOST_AT_ONCE = 50


@access(Permission.INDEX_CONFIRM)
@require_safe
def proposal_list(request: HttpRequest) -> HttpResponse:
    """What this person is to weigh, due first; what was decided stands in a list of its own."""
    heaps = selectors.heaps(viewer_of(request))
    labels = {
        "due": _("All that wait"), "help": _("To key help"), "watch": _("To key attention"), "down": _("Ways down"),
        "decided": _("Decided"),
    }  # fmt: skip
    tab = request.GET.get("tab", "due")
    if tab not in heaps:
        raise Http404
    counts = {code: rows.order_by().count() for code, rows in heaps.items() if code != "decided"}
    tabs = [Choice(label, code, counts.get(code), code == tab, f"?tab={code}") for code, label in labels.items()]
    page = Paginator(heaps[tab], LISTED).get_page(request.GET.get("page"))
    context = {"tab": tab, "tabs": tabs, "page": page, "rows": selectors.listed(list(page)),
               "longest": LONGEST_REASON}  # fmt: skip
    return render(request, "scoring/proposal_list.html", context)


@access(Permission.INDEX_PROPOSE)
@require_safe
def proposal_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One proposal: grounds with their evidence, what changed, how sure, what was before; then the decision."""
    return _detail(request, pk, DecisionForm())


@access(Permission.INDEX_PROPOSE)
@require_http_methods(["GET", "POST"])
def proposal_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Propose a tier for an officer by hand."""
    officer = officer_or_refuse(request, pk, Permission.INDEX_PROPOSE)
    form = ProposeForm(request.POST if request.method == "POST" else None, classes=selectors.class_choices())
    if request.method == "POST" and form.is_valid():
        try:
            manual.propose_tier(officer=officer, by=signed_in(request), **form.cleaned_data)
        except ValidationError as error:
            if getattr(error, "code", "") == "not_yours":
                raise PermissionDenied from error
            form.add_error(None, error)
        else:
            messages.success(request, _("Proposed. Nothing changes before the political director confirms it."))
            return redirect("roster:officer-detail", pk=officer.pk)
    context = {"officer": officer, "form": form}
    return render(request, "scoring/proposal_new.html", context, status=400 if form.errors else 200)


@access(Permission.INDEX_CONFIRM)
@require_POST
def proposal_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm or refuse. Who comes too late sees the other's decision on the page."""
    proposal = selectors.proposals_visible_to(viewer_of(request)).filter(pk=pk).first()
    if proposal is None:
        raise Http404
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _detail(request, pk, form, status=400)
    act = services.confirm if form.cleaned_data["verdict"] == services.CONFIRM else services.refuse
    try:
        decided = act(proposal=proposal, reason=form.cleaned_data["reason"], by=signed_in(request))
    except ValidationError as error:
        code = getattr(error, "code", "")
        if code == "not_yours":
            raise PermissionDenied from error
        form.add_error(None, error)
        return _detail(request, pk, form, status=409 if code == "decided" else 400)
    if decided.state == Proposal.State.CONFIRMED:
        messages.success(request, _("%(officer)s: confirmed. It stands from today.") % {"officer": decided.officer})
    else:
        messages.success(request, _("%(officer)s: refused. Nothing changes.") % {"officer": decided.officer})
    return redirect("scoring:proposal-list")


@access(Permission.INDEX_CONFIRM)
@require_POST
def proposals_decide(request: HttpRequest) -> HttpResponse:
    """Decide the chosen proposals alike, each with its own reason or the common one."""
    posted = request.POST.getlist("chosen")[:MOST_AT_ONCE]
    chosen = [int(one) for one in posted if one.isascii() and one.isdigit() and len(one) < 16]
    verdict = request.POST.get("verdict", "")
    known = set(selectors.due_proposals(viewer_of(request)).filter(pk__in=chosen).values_list("pk", flat=True))
    common = _clean(request.POST.get("common", ""))
    reasons = {pk: _clean(request.POST.get(f"reason-{pk}", "")) or common for pk in chosen}
    gone = [pk for pk in chosen if pk not in known]
    if verdict not in {services.CONFIRM, services.REFUSE} or not chosen:
        messages.error(request, _("Choose the proposals first, then confirm or refuse them."))
        return redirect("scoring:proposal-list")
    if any(not reasons[pk] for pk in known):
        messages.error(request, _("Write a reason for each chosen proposal, or one for all of them."))
        return redirect("scoring:proposal-list")
    outcomes = services.decide_many(
        verdict=verdict, reasons={pk: reasons[pk] for pk in chosen if pk in known}, by=signed_in(request)
    )
    done = sum(not one.problem for one in outcomes)
    if done:
        words = ngettext("%(number)s proposal is decided.", "%(number)s proposals are decided.", done)
        messages.success(request, words % {"number": done})
    for problem in {one.problem for one in outcomes if one.problem}:
        messages.warning(request, problem)
    for late in selectors.proposals_visible_to(viewer_of(request)).filter(pk__in=gone):
        messages.warning(request, f"{late.officer}: {services.decided_words(late)}")
    return redirect("scoring:proposal-list")


def _clean(text: str) -> str:
    return text.replace("\x00", "").strip()[:LONGEST_REASON]


def _detail(request: HttpRequest, pk: int, form: DecisionForm, status: int = 200) -> HttpResponse:
    viewer = viewer_of(request)
    found = selectors.weighed(viewer, pk)
    if found is None:
        raise Http404
    officer = found.proposal.officer
    refused = written_down(request, action="index.explain", officer=officer, details={"proposal": pk})
    if refused:
        return refused
    context = {
        "found": found,
        "proposal": found.proposal,
        "officer": officer,
        "form": form,
        "waits": found.proposal.state == Proposal.State.PENDING,
        "needs_reason": bool(found.explained and found.explained.masked),
        "closed": classes_for(viewer, officer)["with_reason"],
        "data": {"explained": found.explained, "opens_model": viewer.has(Permission.MODEL_VIEW)},
    }
    return render(request, "scoring/proposal_detail.html", context, status=status)
