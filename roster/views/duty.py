"""Out of hours a dossier opens only after a word why, which holds for some hours of the session."""

from __future__ import annotations

import time

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from police_hr.core import audit
from police_hr.core.access import access
from police_hr.core.navigation import go, is_own_address
from police_hr.core.roles import Permission
from police_hr.core.views.sign_in import signed_in

PURPOSE = "purpose"  # session key: [until, in seconds since 1970, the words]
OWN_UNIT = "own_unit"  # session key: the unit of the reader's own dossier
HOURS = 4


class PurposeForm(forms.Form):
    """What dossiers are opened for at this hour."""

    purpose = forms.CharField(
        label=_("What you need dossiers for now"),
        min_length=4,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("Stands in the audit trail beside each dossier that you open; the officer can read it."),
    )


def purpose_of(request: HttpRequest) -> str:
    """What was said last, while it holds; else ""."""
    until, words = request.session.get(PURPOSE, (0.0, ""))
    return str(words) if until > time.time() else ""


@access(Permission.OWN_VIEW)
@require_http_methods(["GET", "POST"])
def reading_purpose(request: HttpRequest) -> HttpResponse:
    """Ask what dossiers are opened for, and go on to where one was going."""
    form = PurposeForm(request.POST or None)
    where = request.GET.get("next", "")
    if request.method == "POST" and form.is_valid():
        words = form.cleaned_data["purpose"].strip()
        with transaction.atomic():
            audit.record(
                by=signed_in(request), action="reading.purpose", object_type="user", object_id=signed_in(request).pk,
                purpose=words, details={"hours": HOURS}, request=request,
            )  # fmt: skip
            request.session[PURPOSE] = [time.time() + HOURS * 3600, words]
        return go(request, where)
    context = {"form": form, "hours": HOURS, "back": where if is_own_address(request, where) else ""}
    return render(request, "roster/reading_purpose.html", context)
