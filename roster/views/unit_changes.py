"""Changes of units: each told in words before it is done, with who gains and who loses sight of whom."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from police_hr.core.access import access
from police_hr.core.models import User
from police_hr.core.roles import Permission
from police_hr.core.views.sign_in import signed_in
from police_hr.core.wording import day as day_words
from roster.forms import units as forms
from roster.models import Unit
from roster.selectors import units as selectors
from roster.selectors.moves import access_change
from roster.services import units as services
from roster.views.reading import viewer_of
from roster.views.units import unit_or_404

Cleaned = dict[str, Any]


@access(Permission.UNIT_MANAGE)
@require_http_methods(["GET", "POST"])
def unit_create(request: HttpRequest) -> HttpResponse:
    viewer = viewer_of(request)
    form = forms.CreateForm(request.POST or None, viewer=viewer, initial={"parent": request.GET.get("parent", "")})
    if any(len(path) <= Unit.steplen for path in viewer.paths(Permission.UNIT_MANAGE)):
        form.fields["parent"].required = False
    if request.method == "POST" and form.is_valid():
        try:
            unit = services.create_unit(**form.cleaned_data, by=signed_in(request))
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The unit is created."))
            return redirect("roster:unit-detail", pk=unit.pk)
    return render(request, "roster/unit_form.html", {"form": form, "title": _("Create a unit")})


@access(Permission.UNIT_MANAGE)
@require_http_methods(["GET", "POST"])
def unit_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what has no history."""
    viewer = viewer_of(request)
    unit = unit_or_404(viewer, pk, Permission.UNIT_MANAGE)
    start = {name: getattr(unit, name) for name in services.DETAIL_FIELDS}
    form = forms.DetailsForm(request.POST or None, viewer=viewer, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            services.update_unit(unit=unit, changes=form.cleaned_data, by=signed_in(request))
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("roster:unit-detail", pk=pk)
    return render(request, "roster/unit_form.html", {"form": form, "title": _("Change details"), "unit": unit})


@dataclass(frozen=True)
class Change:
    """A change with history: its form, what does it, and what it will mean in words."""

    title: str
    form: type[forms.UnitForm]
    act: Callable[[Unit, Cleaned, User], object]
    tell: Callable[[Unit, Cleaned], Sequence[str]]
    # whose officers change hands: (units they leave, units they come to)
    sight: Callable[[Unit, Cleaned], tuple[list[Unit], list[Unit]]] | None = None
    danger: bool = False


@access(Permission.UNIT_MANAGE)
@require_http_methods(["GET", "POST"])
def unit_rename(request: HttpRequest, pk: int) -> HttpResponse:
    return _change(request, pk, Change(_("Rename the unit"), forms.RenameForm, _rename, _tell_rename))


@access(Permission.UNIT_MANAGE)
@require_http_methods(["GET", "POST"])
def unit_move(request: HttpRequest, pk: int) -> HttpResponse:
    return _change(request, pk, Change(_("Move the unit"), forms.MoveForm, _move, _tell_move, _to("parent")))


@access(Permission.UNIT_MANAGE)
@require_http_methods(["GET", "POST"])
def unit_merge(request: HttpRequest, pk: int) -> HttpResponse:
    return _change(
        request, pk, Change(_("Merge the unit"), forms.MergeForm, _merge, _tell_merge, _to("into"), danger=True)
    )


@access(Permission.UNIT_MANAGE)
@require_http_methods(["GET", "POST"])
def unit_close(request: HttpRequest, pk: int) -> HttpResponse:
    return _change(request, pk, Change(_("Close the unit"), forms.CloseForm, _close, _tell_close, danger=True))


@access(Permission.UNIT_MANAGE)
@require_http_methods(["GET", "POST"])
def unit_split(request: HttpRequest, pk: int) -> HttpResponse:
    return _change(request, pk, Change(_("Split the unit"), forms.SplitForm, _split, _tell_split, _to_parent))


def _change(request: HttpRequest, pk: int, change: Change) -> HttpResponse:
    viewer = viewer_of(request)
    unit = unit_or_404(viewer, pk, Permission.UNIT_MANAGE)
    start = {"name": unit.name, "short_name": unit.short_name}
    form = change.form(request.POST or None, viewer=viewer, unit=unit, initial=start)
    context: dict[str, Any] = {"unit": unit, "form": form, "title": change.title, "danger": change.danger}
    if request.method == "POST" and "back" not in request.POST and form.is_valid():
        confirmed = request.POST.get("confirmed") == "1"
        sentences = change.tell(unit, form.cleaned_data)
        try:
            with transaction.atomic():
                change.act(unit, form.cleaned_data, signed_in(request))
                # Tried out first, so that what cannot be is said before it is confirmed.
                transaction.set_rollback(not confirmed)
        except ValidationError as error:
            form.add_error(None, ValidationError(error.messages))
        else:
            if confirmed:
                messages.success(request, _("Done. The history of the unit shows what was before."))
                return redirect("roster:unit-detail", pk=pk)
            context["sentences"] = sentences
            context["sight"] = access_change(*change.sight(unit, form.cleaned_data)) if change.sight else None
    return render(request, "roster/unit_change.html", context)


def _rename(unit: Unit, data: Cleaned, by: User) -> object:
    return services.rename_unit(unit=unit, name=data["name"], short_name=data["short_name"], on=data["on"], by=by)


def _move(unit: Unit, data: Cleaned, by: User) -> object:
    return services.move_unit(unit=unit, parent=data["parent"], on=data["on"], by=by)


def _merge(unit: Unit, data: Cleaned, by: User) -> object:
    return services.merge_units(units=[unit], into=data["into"], on=data["on"], by=by)


def _close(unit: Unit, data: Cleaned, by: User) -> object:
    return services.close_unit(unit=unit, on=data["on"], by=by)


def _split(unit: Unit, data: Cleaned, by: User) -> object:
    values = {name: data[name] for name in ("code", "name", "short_name", "establishment")}
    going = {name: data.get(name, ()) for name in ("officers", "posts", "units")}
    return services.split_unit(unit=unit, parts=[services.Part(**values, **going)], on=data["on"], by=by)


def _to(field: str) -> Callable[[Unit, Cleaned], tuple[list[Unit], list[Unit]]]:
    """All of the unit come under the unit of this field."""
    return lambda unit, data: ([unit], [data[field]])


def _to_parent(unit: Unit, data: Cleaned) -> tuple[list[Unit], list[Unit]]:
    """Who goes to a new unit beside this one is seen by whoever sees the parent."""
    parent = Unit.objects.get_parent(unit)
    return [unit], [parent] if parent is not None else []


def _tell_rename(unit: Unit, data: Cleaned) -> list[str]:
    return [
        _("From %(day)s on “%(old)s” is called “%(new)s”.")
        % {"day": day_words(data["on"], "full"), "old": unit.name, "new": data["name"]},
        _("Postings and entries of before keep the old name."),
    ]


def _tell_move(unit: Unit, data: Cleaned) -> list[str]:
    weight = selectors.weight_of(unit)
    return [
        _("From %(day)s on “%(unit)s” stands below “%(parent)s”.")
        % {"day": day_words(data["on"], "full"), "unit": unit.label, "parent": data["parent"].label},
        _below(weight),
        _officers(weight.total, _("Their postings do not change.")),
        _("Whoever holds a role over “%(parent)s” sees these officers from then on.")
        % {"parent": data["parent"].label},
    ]


def _tell_merge(unit: Unit, data: Cleaned) -> list[str]:
    weight = selectors.weight_of(unit)
    into = data["into"].label
    moved = _("They get a new posting at “%(into)s” from that day on.") % {"into": into}
    return [
        _("On %(day)s “%(unit)s” goes over into “%(into)s” and is closed.")
        % {"day": day_words(data["on"], "full"), "unit": unit.label, "into": into},
        _officers(weight.own, moved),
        _below(weight),
        ngettext("%(count)d role over it ends.", "%(count)d roles over it end.", weight.grants)
        % {"count": weight.grants},
        _("Postings of before stay where they were served."),
    ]


def _tell_split(unit: Unit, data: Cleaned) -> list[str]:
    people = selectors.serving_in(unit)
    named = set(data.get("officers", ()))
    going = sum(officer.pk in named or officer.post in data.get("posts", ()) for officer in people)
    along = len(data.get("units", ()))
    return [
        _("On %(day)s “%(name)s” comes out of “%(unit)s” and stands beside it.")
        % {"day": day_words(data["on"], "full"), "name": data["name"], "unit": unit.label},
        _officers(going, _("They get a new posting there from that day on.")),
        ngettext("%(count)d unit below goes with them.", "%(count)d units below go with them.", along)
        % {"count": along},
        ngettext("%(count)d officer stays.", "%(count)d officers stay.", len(people) - going)
        % {"count": len(people) - going},
        _("Postings of before stay where they were served."),
    ]


def _tell_close(unit: Unit, data: Cleaned) -> list[str]:
    return [
        _("From %(day)s on “%(unit)s” no longer exists. Its history and past postings stay.")
        % {"day": day_words(data["on"], "full"), "unit": unit.label},
    ]


def _below(weight: selectors.Weight) -> str:
    words = ngettext("%(count)d unit below goes with it.", "%(count)d units below go with it.", weight.below)
    return words % {"count": weight.below}


def _officers(count: int, what: str) -> str:
    words = ngettext("It concerns %(count)d officer.", "It concerns %(count)d officers.", count) % {"count": count}
    return f"{words} {what}" if count else words
