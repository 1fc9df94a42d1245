"""Corrections of dossiers: ask, see what was asked, decide, take back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from police_hr.core.access import access
from police_hr.core.components import Choice
from police_hr.core.fields import PayloadForm
from police_hr.core.i18n import pick
from police_hr.core.numbers import whole_number
from police_hr.core.roles import Permission
from police_hr.core.views.sign_in import signed_in
from roster.access import classes_for
from roster.forms import corrections as forms
from roster.models import CorrectionRequest, Officer
from roster.selectors import corrections as selectors
from roster.selectors import facts
from roster.selectors.facts import Fact
from roster.services import corrections as services
from roster.services import entry_forms
from roster.views.reading import officer_or_refuse, viewer_of, written_down

Operation, State = CorrectionRequest.Operation, CorrectionRequest.State

LISTED = 30


@dataclass(frozen=True)
class Conflict:
    """A field that somebody else changed while this person typed: what both started from, theirs, mine."""

    name: str
    label: str
    base: str
    theirs: str
    mine: str


@access(Permission.OWN_VIEW)
@require_http_methods(["GET", "POST"])
def correction_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for a correction of the fact that `?fact=model.number` names; `field` shows that field alone, `follows` takes
    up a request that was overtaken."""
    officer = officer_or_refuse(request, pk)
    if not selectors.may_request(viewer_of(request), officer):
        raise PermissionDenied
    name = request.GET.get("fact", "") or f"{facts.OFFICER}.{pk}"
    fact = facts.find(viewer_of(request), officer, name)
    if fact is None:
        return _gone(request, officer)
    if not facts.may_see(viewer_of(request), fact):
        if fact.sensitivity in classes_for(viewer_of(request), officer)["with_reason"]:
            return redirect("roster:officer-open", pk=pk)
        raise PermissionDenied
    refused = written_down(request, action="officer.view", officer=officer, details={"correction": fact.name})
    return refused or _form_page(request, fact)


@access(Permission.OWN_VIEW)
@require_safe
def correction_list(request: HttpRequest) -> HttpResponse:
    """What waits for this person, what they asked for, what is decided: one list each, with their numbers."""
    viewer = viewer_of(request)
    heaps = selectors.heaps(viewer)
    counts = {code: rows.count() for code, (_label, _empty, rows) in heaps.items()}
    usual = next((code for code in heaps if counts[code]), "mine")
    tab = request.GET.get("tab", usual)
    if tab not in heaps:
        raise Http404
    tabs = [
        Choice(label, code, counts[code], code == tab, f"?tab={code}") for code, (label, _empty, _rows) in heaps.items()
    ]
    page = Paginator(heaps[tab][2], LISTED).get_page(request.GET.get("page"))
    context = {"tab": tab, "tabs": tabs, "page": page, "rows": selectors.listed(page), "empty": heaps[tab][1]}
    return render(request, "roster/correction_list.html", context)


@access(Permission.OWN_VIEW)
@require_safe
def correction_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One request: what stands, what is asked, why, and the decision."""
    asked = _request_or_404(request, pk)
    return _detail_page(request, asked, forms.DecisionForm())


@access(Permission.CORRECTION_DECIDE)
@require_POST
def correction_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve and apply, or refuse. Sent twice it decides once."""
    asked = _request_or_404(request, pk)
    form = forms.DecisionForm(request.POST)
    if not selectors.is_open_to(viewer_of(request), asked):
        raise PermissionDenied
    if not form.is_valid():
        return _detail_page(request, asked, form, status=400)
    by, note = signed_in(request), form.cleaned_data["note"]
    try:
        if form.cleaned_data["decision"] == "approve":
            services.approve(request=asked, note=note, by=by)
            messages.success(request, _("Approved. The dossier shows the new value; the old one stays in its history."))
        else:
            services.refuse(request=asked, note=note, by=by)
            messages.success(request, _("Refused. The person who asked sees your note."))
    except ValidationError as error:
        if getattr(error, "code", "") == "stale":
            messages.error(
                request, _("Nothing was changed: what stands there is no longer what the request was about.")
            )
            return redirect("roster:correction-detail", pk=pk)
        form.add_error("note" if "note" in getattr(error, "error_dict", {}) else None, ValidationError(error.messages))
        asked.refresh_from_db()
        return _detail_page(request, asked, form)
    return redirect("roster:correction-detail", pk=pk)


@access(Permission.OWN_VIEW)
@require_POST
def correction_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one's own request back."""
    asked = _request_or_404(request, pk)
    try:
        services.withdraw(request=asked, by=signed_in(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The request is withdrawn. Nothing changed in the dossier."))
    return redirect("roster:correction-detail", pk=pk)


@access(Permission.OWN_VIEW)
@require_safe
def correction_file(request: HttpRequest, pk: int) -> HttpResponse | FileResponse:
    """The evidence of a request, as a download."""
    asked = _request_or_404(request, pk)
    path = entry_forms.evidence_path(asked.evidence["sha256"]) if asked.evidence else None
    if path is None or not path.is_file() or not selectors.is_open_to(viewer_of(request), asked):
        raise Http404
    refused = written_down(
        request, action="correction.file", officer=asked.officer, object_type="correction", object_id=asked.pk
    )
    return refused or FileResponse(path.open("rb"), as_attachment=True, filename=asked.evidence["name"])


# --- asking ---------------------------------------------------------------------------------------------------


def _form_page(request: HttpRequest, fact: Fact) -> HttpResponse:
    viewer, focus = viewer_of(request), request.GET.get("field", "")
    own = viewer.officer_id == fact.officer.pk
    follows, opens = _overtaken_request(request, fact), facts.open_classes(viewer, fact.officer)
    wanted = follows.wanted if follows is not None else None
    conflicts: list[Conflict] = []
    if request.method == "POST":
        evidence = forms.EvidenceForm(request.POST, request.FILES, fact=fact, own=own)
        fields = forms.fact_form(fact, opens=opens, focus=focus, data=request.POST, wanted=wanted)
        asked, conflicts = _ask(request, fact, evidence, fields, follows)
        if asked is not None:
            messages.success(request, _("Sent. Somebody else decides; the dossier stays as it is until then."))
            return redirect("roster:correction-detail", pk=asked.pk)
    else:
        start = {"reason": follows.reason, "document": follows.document} if follows is not None else {}
        evidence = forms.EvidenceForm(fact=fact, own=own, initial=start)
        fields = forms.fact_form(fact, opens=opens, focus=focus, wanted=wanted)
        if follows is not None:
            conflicts = _conflicts_of(follows)
    context = {
        "officer": fact.officer,
        "fact": fact,
        "evidence": evidence,
        "fields": fields,
        "base": forms.sealed_base(fact, list(fields.field_list.fields)),
        "conflicts": conflicts,
        "own": own,
        "focus": focus if len(fields.field_list.fields) == 1 else "",
        "whole_url": f"?{urlencode({'fact': fact.name})}",
        "follows": follows,
        "open_requests": selectors.open_about(fact),
        "back": reverse("roster:officer-detail", args=[fact.officer.pk]),
    }
    return render(request, "roster/correction_new.html", context)


def _ask(
    request: HttpRequest,
    fact: Fact,
    evidence: forms.EvidenceForm,
    fields: PayloadForm,
    follows: CorrectionRequest | None,
) -> tuple[CorrectionRequest | None, list[Conflict]]:
    """The request that was made, or None and what has to be settled first."""
    operation = request.POST.get("operation", Operation.CHANGE) if fact.row is not None else Operation.ADD
    removes = operation == Operation.REMOVE
    if not all([evidence.is_valid(), removes or fields.is_valid()]):
        return None, []
    wanted = {} if removes else forms.asked_for(fact, fields)
    wanted = {name: value for name, value in wanted.items() if request.POST.get(f"take-{name}") != "theirs"}
    try:
        started = forms.overtaken(fact, evidence.cleaned_data["base"], list(wanted))
    except signing.BadSignature:
        evidence.add_error(None, _("This form is too old. Check the values once more and send it again."))
        return None, []
    if started:
        return None, _conflicts(fact, wanted, started)
    stands = facts.payload_of(fact)
    seen = stands if removes else {name: stands[name] for name in wanted if name in stands}
    try:
        asked = services.request_correction(
            fact=fact,
            operation=operation,
            wanted=wanted,
            seen=seen,
            evidence=_kept(evidence, follows),
            token=evidence.cleaned_data["token"],
            follows=follows,
            by=signed_in(request),
        )
    except ValidationError as error:
        _show(error, evidence)
        return None, []
    return asked, []


def _kept(form: forms.EvidenceForm, follows: CorrectionRequest | None) -> services.Evidence:
    """The evidence of the form, its file kept; that of the request taken up where none is sent again."""
    data = form.cleaned_data
    stored = data.get("file")
    if stored and form.upload is not None:
        entry_forms.keep_evidence({"file": form.upload}, {"file": stored})
    elif follows is not None:
        stored = follows.evidence or None
    return services.Evidence(reason=data["reason"], document=data["document"], file=stored)


def _conflicts(fact: Fact, wanted: dict[str, Any], started: dict[str, str]) -> list[Conflict]:
    labels = {spec["name"]: pick(spec["label_zh"], spec["label_en"]) for spec, _type in forms.fields_of(fact).values()}
    theirs = forms.shown_texts(fact, facts.payload_of(fact))
    mine = forms.shown_texts(fact, wanted)
    return [
        Conflict(name, labels[name], text, theirs.get(name, ""), mine.get(name, "")) for name, text in started.items()
    ]


def _conflicts_of(asked: CorrectionRequest) -> list[Conflict]:
    """What an overtaken request began with, what stands now, what it asks."""
    return [
        Conflict(line.name, line.label, line.old, line.now, line.new)
        for line in selectors.lines(asked)
        if line.changed_since
    ]


def _overtaken_request(request: HttpRequest, fact: Fact) -> CorrectionRequest | None:
    """The request that this one takes up: one's own, about the same fact, overtaken."""
    number = whole_number(request.GET.get("follows", ""))
    if number is None:
        return None
    mine = CorrectionRequest.objects.filter(requested_by=signed_in(request), officer=fact.officer, fact=fact.code)
    return mine.filter(pk=number, state=State.STALE, operation=Operation.CHANGE).first()


def _gone(request: HttpRequest, officer: Officer) -> HttpResponse:
    """A fact that holds no more may still be asked for by somebody whose page is old: say so."""
    name = request.GET.get("fact", "")
    code, _dot, text = name.partition(".")
    if code in facts.CAREER and (number := whole_number(text)) is not None:
        row = facts.CAREER[code]._default_manager.filter(pk=number, officer=officer).first()
        if row is not None and row.voided_on is not None:
            messages.error(request, _("This record was taken out meanwhile. Look at the dossier as it stands now."))
            return redirect("roster:officer-detail", pk=officer.pk)
    raise Http404


def _show(error: ValidationError, form: forms.EvidenceForm) -> None:
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, found in error.error_dict.items():
        form.add_error(name if name in form.fields else None, ValidationError(found))


# --- one request ----------------------------------------------------------------------------------------------


def _request_or_404(request: HttpRequest, pk: int) -> CorrectionRequest:
    asked = selectors.request_for(viewer_of(request), pk)
    if asked is None:
        raise Http404
    return asked


def _detail_page(
    request: HttpRequest, asked: CorrectionRequest, form: forms.DecisionForm, status: int = 200
) -> HttpResponse:
    viewer, user = viewer_of(request), signed_in(request)
    is_open = selectors.is_open_to(viewer, asked)
    refused = written_down(
        request, action="correction.view", officer=asked.officer, object_type="correction", object_id=asked.pk
    )
    if refused:
        return refused
    decides = viewer.has(Permission.CORRECTION_DECIDE) and asked.state == State.OPEN
    lines = selectors.lines(asked) if is_open else []
    context = {
        "asked": asked,
        "officer": asked.officer,
        "fact_label": selectors.label_of(asked),
        "lines": lines,
        "overtaken": [line for line in lines if line.changed_since],
        "steps": selectors.steps_of(asked),
        "is_open": is_open,
        "with_reason": asked.sensitivity in classes_for(viewer, asked.officer)["with_reason"],
        "is_mine": asked.requested_by_id == user.pk,
        "refusal": selectors.refusal_to_decide(asked, user) if decides else "",
        "decides": decides,
        "form": form,
        "may_open_officer": viewer.has(Permission.OFFICER_VIEW) or viewer.officer_id == asked.officer_id,
    }
    return render(request, "roster/correction_detail.html", context, status=status)
