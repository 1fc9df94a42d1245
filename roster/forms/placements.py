"""The page of the placements proposed (调配建议表): what each chosen officer might take up and give up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from police_hr.core.fields.base import UNSTORABLE
from roster.models import Officer
from roster.services import exports

LONGEST = 80
FIELDS = {
    "removed_post": gettext_lazy("Post to be given up"),
    "proposed_unit": gettext_lazy("Proposed unit"),
    "proposed_post": gettext_lazy("Proposed post"),
    "grounds": gettext_lazy("Grounds"),
}


class PlacementForm(forms.Form):
    """Reason and format; the lines are read by `read_lines`, because each officer has its own four fields."""

    reason = forms.CharField(
        label=gettext_lazy("What the file is for"),
        max_length=200,
        min_length=exports.SHORTEST_REASON,
        widget=forms.TextInput,
    )
    file_format = forms.ChoiceField(label=gettext_lazy("Format"))


def read_lines(data: QueryDict | None, officers: Sequence[Officer]) -> tuple[list[dict[str, Any]], bool]:
    """A line an officer: their fields as typed (at first: the present post is the one to be given up), each with what
    is wrong about it. Whether all of them can be written."""
    sound, lines = True, []
    for officer in officers:
        fields = []
        for name, label in FIELDS.items():
            key = f"{name}-{officer.pk}"
            usual = officer.post if name == "removed_post" else ""
            text = usual if data is None else data.get(key, "").strip()
            error = ""
            if len(text) > LONGEST:
                error = _("At most %(most)s characters.") % {"most": LONGEST}
            elif UNSTORABLE.search(text):
                error = _("contains a character that cannot be stored (a NUL byte or half a character).")
            sound = sound and not error
            fields.append({"name": name, "key": key, "label": label, "text": text, "error": error})
        lines.append({"officer": officer, "fields": fields})
    return lines, sound


def proposed_of(lines: Sequence[dict[str, Any]]) -> dict[str, dict[str, str]]:
    """What was typed, by officer id and field, as the export keeps it."""
    return {
        str(line["officer"].pk): {field["name"]: field["text"] for field in line["fields"] if field["text"]}
        for line in lines
    }
