"""Moves of people: the board of what waits and runs, ordering with a preview, one order, cancelling, undoing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from police_hr.core.access import access
from police_hr.core.components import Choice
from police_hr.core.numbers import whole_number
from police_hr.core.roles import Permission
from police_hr.core.views.sign_in import signed_in
from roster.forms.moves import LastDayForm, MoveForm, UndoForm
from roster.models import Move, MoveOrder, Officer
from roster.selectors import codes
from roster.selectors import moves as selectors
from roster.selectors.move_preview import preview_of
from roster.services.moves import ordering, secondments, undoing
from roster.services.moves.checks import check_officer, check_order
from roster.views.move_words import board_rows, own_account_lines, target_words
from roster.views.reading import officer_or_refuse, viewer_of

Kind = MoveOrder.Kind
State = Move.State
ROWS = 50
HEAPS: dict[str, Q] = {
    "pending": Q(state=State.PENDING),
    "running": Q(state=State.DONE, ends_on__isnull=False),
    "failed": selectors.UNSETTLED,
    "all": Q(),
}


@access(Permission.OFFICER_EDIT)
@require_safe
def move_list(request: HttpRequest) -> HttpResponse:
    """What waits for its day, which secondments run, what could not take effect, and all there was."""
    viewer = viewer_of(request)
    counts = selectors.heaps(viewer)
    show = request.GET.get("show", "")
    show = show if show in HEAPS else "failed" if counts.failed else "pending"
    order = {"running": ("ends_on", "pk"), "all": ("-effective_on", "-pk")}.get(show, ("effective_on", "pk"))
    joined = selectors.moves_visible_to(viewer).select_related("order__unit", "officer__unit")
    rows = joined.filter(HEAPS[show])
    page = Paginator(rows.order_by(*order), ROWS).get_page(request.GET.get("page"))
    labels = {
        "pending": (_("Waiting"), counts.pending),
        "running": (_("Secondments running"), counts.running),
        "failed": (_("Could not take effect"), counts.failed),
        "all": (_("All"), None),
    }
    context = {
        "page": page,
        "rows": board_rows(page.object_list),
        "show": show,
        "choices": [
            Choice(label, code, count, code == show, f"?show={code}") for code, (label, count) in labels.items()
        ],
    }
    return render(request, "roster/move_list.html", context)


@access(Permission.OFFICER_EDIT)
@require_http_methods(["GET", "POST"])
def officer_move(request: HttpRequest, pk: int) -> HttpResponse:
    """Move one officer, from the dossier."""
    officer = officer_or_refuse(request, pk, Permission.OFFICER_EDIT)
    return _compose(request, [officer])


@access(Permission.OFFICER_EDIT)
@require_http_methods(["GET", "POST"])
def move_new(request: HttpRequest) -> HttpResponse:
    """Move several officers with one document: those picked in the list, or named by their badge numbers."""
    viewer = viewer_of(request)
    data = request.POST if request.method == "POST" else request.GET
    ids = {number for text in data.getlist("officer")[: ordering.MOST] if (number := whole_number(text)) is not None}
    badges = [badge.strip().upper() for badge in data.get("badges", "").replace("，", " ").replace(",", " ").split()]
    movable = selectors.movable(viewer)
    named = {officer.badge_no: officer for officer in movable.filter(badge_no__in=badges[: ordering.MOST])}
    picked = {officer.pk: officer for officer in movable.filter(pk__in=ids)}
    officers = list({officer.pk: officer for officer in [*picked.values(), *named.values()]}.values())
    unknown = [badge for badge in badges if badge not in named]
    return _compose(request, sorted(officers, key=lambda officer: officer.badge_no), many=True, unknown=unknown)


@access(Permission.OFFICER_EDIT)
@require_safe
def move_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One order: what it says, whom it concerns, what became of it."""
    return _order_page(request, _order_or_404(request, pk))


@access(Permission.OFFICER_EDIT)
@require_POST
def move_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Cancel what of the order still waits."""
    order = _order_or_404(request, pk)
    try:
        ordering.cancel_order(order=order, by=signed_in(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("Cancelled. Nothing of it takes effect."))
    return redirect("roster:move-detail", pk=pk)


@access(Permission.OFFICER_EDIT)
@require_POST
def move_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back what the order did today."""
    order = _order_or_404(request, pk)
    form = UndoForm(request.POST)
    if not form.is_valid():
        return _order_page(request, order, undo=form)
    try:
        undoing.undo_order(order=order, reason=form.cleaned_data["reason"], by=signed_in(request))
    except ValidationError as error:
        form.add_error(None, ValidationError(error.messages))
        return _order_page(request, order, undo=form)
    messages.success(request, _("Undone: everything is as it was. The order stays readable with its reason."))
    return redirect("roster:move-detail", pk=pk)


@access(Permission.OFFICER_EDIT)
@require_http_methods(["GET", "POST"])
def secondment_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Prolong a running secondment, or end it early. `pk` is that of the move."""
    viewer = viewer_of(request)
    move = selectors.moves_visible_to(viewer).select_related("order__unit", "officer").filter(pk=pk).first()
    if move is None or move.order.kind != Kind.SECONDMENT:
        raise Http404
    form = LastDayForm(request.POST or None, initial={"until": move.ends_on})
    if request.method == "POST" and form.is_valid():
        try:
            secondments.set_last_day(move=move, by=signed_in(request), **form.cleaned_data)
        except ValidationError as error:
            fits = hasattr(error, "error_dict") and set(error.error_dict) <= set(form.fields)
            form.add_error(None, error if fits else ValidationError(error.messages))
        else:
            messages.success(request, _("The secondment has its new last day."))
            return redirect("roster:move-detail", pk=move.order_id)
    context = {"move": move, "form": form, "target": target_words(move.order)}
    return render(request, "roster/secondment_end.html", context)


# --- ordering: kind, form, preview, done ----------------------------------------------------------------------


def _compose(
    request: HttpRequest, officers: Sequence[Officer], *, many: bool = False, unknown: Sequence[str] = ()
) -> HttpResponse:
    data = request.POST if request.method == "POST" else request.GET
    kind = data.get("kind", "") if data.get("kind", "") in Kind.values else Kind.TRANSFER.value
    sent = request.POST if request.method == "POST" else None
    form = MoveForm(sent, viewer=viewer_of(request), kind=kind)
    context: dict[str, Any] = {
        "officers": officers,
        "officer": None if many else officers[0],
        "many": many,
        "unknown": unknown,
        "badges": data.get("badges", ""),
        "kind": kind,
        "kinds": Kind.choices,
        "form": form,
        "posts": [entry.label for entry in codes.entries("post_name") if not entry.withdrawn],
    }
    if request.method == "POST" and "back" not in request.POST and _sound(form, officers, unknown):
        answer = _confirm(request, form, officers, context)
        if answer is not None:
            return answer
    return render(request, "roster/move_form.html", context)


def _sound(form: MoveForm, officers: Sequence[Officer], unknown: Sequence[str]) -> bool:
    """Whether form and people are such that a preview can be made; what is not stands beside its field."""
    if unknown:
        form.add_error(
            None,
            _("These badge numbers are nobody whom you may move: %(badges)s.") % {"badges": ", ".join(unknown[:10])},
        )
    if not officers:
        form.add_error(None, _("Say who is moved: tick officers in the list, or write their badge numbers."))
    if not form.is_valid():
        return False
    order = form.order()
    try:
        check_order(order)
        for officer in officers:
            check_officer(order, officer)
    except ValidationError as error:
        _show(form, error)
    return form.is_valid()


def _show(form: MoveForm, error: ValidationError) -> None:
    """What a service refused, beside its field where the form has that."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, found in error.error_dict.items():
        form.add_error(name if name in form.fields else None, ValidationError(found))


def _confirm(
    request: HttpRequest, form: MoveForm, officers: Sequence[Officer], context: dict[str, Any]
) -> HttpResponse | None:
    """The preview, or, once that is confirmed, the order itself."""
    if request.POST.get("confirmed") == "1":
        try:
            order = ordering.order_move(
                order=form.order(), officers=officers, seen=_seen(request), by=signed_in(request)
            )
        except ValidationError as error:
            _show(form, error)
            if hasattr(error, "error_dict") or not any(e.code == ordering.STALE for e in error.error_list):
                return None
        else:
            waits = order.moves.filter(state=State.PENDING).exists()
            messages.success(
                request,
                _("Ordered. It takes effect at 00:00 of its day; until then it can be cancelled.")
                if waits
                else _("Done. Unit, post and access hold from this moment."),
            )
            return redirect("roster:move-detail", pk=order.pk)
    order = form.order()
    preview = preview_of(order, officers)
    context |= {"order": order, "preview": preview, "own_accounts": own_account_lines(order, officers)}
    return render(request, "roster/move_preview.html", context)


def _seen(request: HttpRequest) -> dict[int, str]:
    """The marks of the preview that was confirmed: officer id → state seen."""
    pairs = (part.partition("-") for part in request.POST.get("seen", "").split(".")[: ordering.MOST])
    return {number: mark for pk, _dash, mark in pairs if (number := whole_number(pk)) is not None}


def _order_or_404(request: HttpRequest, pk: int) -> MoveOrder:
    order = selectors.orders_visible_to(viewer_of(request)).filter(pk=pk).first()
    if order is None:
        raise Http404
    return order


def _order_page(request: HttpRequest, order: MoveOrder, undo: UndoForm | None = None) -> HttpResponse:
    viewer = viewer_of(request)
    moves = list(order.moves.select_related("officer", "settled_by", "entry").order_by("officer__badge_no"))
    seen = set(selectors.moves_visible_to(viewer).filter(order=order).values_list("pk", flat=True))
    shown = [move for move in moves if move.pk in seen]
    context = {
        "order": order,
        "target": target_words(order),
        "moves": shown,
        "hidden": len(moves) - len(shown),
        "waits": any(move.state == State.PENDING for move in moves),
        "may_undo": undoing.may_undo(viewer, order, moves),
        "undo": undo or UndoForm(),
        "lends": order.kind == Kind.SECONDMENT,
        "list_url": reverse("roster:move-list"),
    }
    return render(request, "roster/move_detail.html", context)
