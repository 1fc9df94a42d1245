"""Forms of corrections: the fields of a fact, why they are wrong, what that rests on."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.core import signing
from django.core.files.base import File
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from police_hr.core.fields import PayloadForm, build_form
from police_hr.core.fields.base import is_empty
from police_hr.core.fields.links import Attachment
from police_hr.core.fields.payload import FieldList
from police_hr.core.fields.registry import load_names
from police_hr.core.fields.spec import FieldSpec
from roster.models import CorrectionRequest
from roster.selectors import facts, masks
from roster.selectors.facts import Fact

FIELDS = "f"  # prefix of the fact's own inputs
AS_STORED = frozenset({"choice", "choices", "period", "date"})
_FILE: FieldSpec = {"name": "file", "type": "file", "label_zh": "依据材料", "label_en": "Evidence"}


class EvidenceForm(forms.Form):
    """Why, and what it rests on."""

    token = forms.RegexField(r"\A[0-9a-f]{24}\Z", widget=forms.HiddenInput)
    base = forms.CharField(widget=forms.HiddenInput, max_length=100_000)
    operation = forms.ChoiceField(
        label=gettext_lazy("What is to be done"),
        choices=[
            (CorrectionRequest.Operation.CHANGE, gettext_lazy("Correct the values below")),
            (CorrectionRequest.Operation.REMOVE, gettext_lazy("Take the whole record out: it should not be there")),
        ],
        widget=forms.RadioSelect,
        initial=CorrectionRequest.Operation.CHANGE,
    )
    reason = forms.CharField(
        label=gettext_lazy("What is wrong"),
        min_length=4,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("The person who decides reads this."),
    )
    document = forms.CharField(
        label=gettext_lazy("Document number"), max_length=80, required=False,
        help_text=gettext_lazy("The document or file by which it can be checked."),
    )  # fmt: skip
    file = forms.FileField(label=gettext_lazy("Evidence"), max_length=200, required=False)

    def __init__(self, *args: Any, fact: Fact, own: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if fact.row is None or fact.code == facts.OFFICER:
            del self.fields["operation"]
        if own:
            self.fields["document"].help_text = _(
                "If you have one. Without it, say as exactly as you can what is wrong."
            )
        if not self.is_bound:
            self.initial.setdefault("token", secrets.token_hex(12))

    def clean_file(self) -> dict[str, Any] | None:
        """The stored form of the upload; its bytes are kept by the service."""
        upload = self.cleaned_data["file"]
        return Attachment().clean(_FILE, upload) if upload else None

    @property
    def upload(self) -> File[bytes] | None:
        return self.files.get("file")


def fact_form(
    fact: Fact,
    *,
    opens: Collection[int],
    focus: str = "",
    data: Any = None,
    wanted: Mapping[str, Any] | None = None,
) -> PayloadForm:
    """The inputs of a fact; with `focus` that field alone. A masked field starts empty: what is typed replaces it,
    nothing typed leaves it as it is. `wanted` are values asked for earlier, `opens` the classes open to the viewer."""
    specs = shown_specs(fact, opens, focus)
    stands = {**facts.payload_of(fact), **(wanted or {})}
    fields = FieldList(specs)
    known = {name: value for name, value in stands.items() if name in fields.fields and not is_empty(value)}
    names = load_names(fields.references(known), keys=True)
    initial: dict[str, Any] = {}
    for name, value in known.items():
        spec, field_type = fields.fields[name]
        hidden = masks.is_masked(f"{fact.code}.{name}") and name not in (wanted or {})
        if not hidden:
            initial[name] = value if spec["type"] in AS_STORED else field_type.to_cell(spec, value, names)
    return build_form(specs)(data, prefix=FIELDS, initial=initial)


def shown_specs(fact: Fact, opens: Collection[int], focus: str = "") -> list[FieldSpec]:
    """The fields of the form, of classes that are open. A masked one that holds something is optional, and says what
    it holds, masked."""
    specs = facts.specs_of(fact)
    if fact.code != facts.ENTRY:
        specs = [spec for spec in specs if facts.class_of(fact.code, spec["name"]) in opens]
    chosen = [spec for spec in specs if spec["name"] == focus] or specs
    stands = facts.payload_of(fact)
    found: list[FieldSpec] = []
    for spec in chosen:
        field, held = f"{fact.code}.{spec['name']}", stands.get(spec["name"])
        if masks.is_masked(field) and held:
            hint = masks.masked(field, str(held))
            told: FieldSpec = {**spec, "required": False}
            told["help_zh"], told["help_en"] = f"现为 {hint}；不更正请留空。", f"Now {hint}; leave it empty to keep it."
            found.append(told)
        else:
            found.append(spec)
    return found


def asked_for(fact: Fact, form: PayloadForm) -> dict[str, Any]:
    """What a valid form wants changed: field → new value, None where it was emptied."""
    stands = facts.payload_of(fact)
    found: dict[str, Any] = {}
    for name in form.field_list.fields:
        new = form.payload.get(name)
        if new is None and masks.is_masked(f"{fact.code}.{name}"):
            continue
        if new != stands.get(name):
            found[name] = new
    return found


# --- what the form started from -------------------------------------------------------------------------------


def sealed_base(fact: Fact, names: Sequence[str]) -> str:
    """What stood there when the form was made, signed: of each field a seal of the value and the text that was shown,
    so that nothing masked leaves."""
    stands = facts.payload_of(fact)
    texts = shown_texts(fact, stands)
    base = {name: [_seal(stands.get(name)), texts.get(name, "")] for name in names}
    return signing.dumps(base, salt=f"correction:{fact.code}.{fact.officer.pk}", compress=True)


def overtaken(fact: Fact, base: str, names: Sequence[str]) -> dict[str, str]:
    """Which of the fields hold something else by now: field → text that the form started from.

    Raises BadSignature for a base that we did not make, or that is older than a week.
    """
    salt = f"correction:{fact.code}.{fact.officer.pk}"
    seals = signing.loads(base, salt=salt, max_age=7 * 24 * 3600)
    stands = facts.payload_of(fact)
    return {name: seals[name][1] for name in names if name in seals and seals[name][0] != _seal(stands.get(name))}


def shown_texts(fact: Fact, payload: Mapping[str, Any]) -> dict[str, str]:
    """A payload in words, masked where the field is."""
    fields = facts.field_list(fact)
    known = {name: value for name, value in payload.items() if name in fields.fields and not is_empty(value)}
    names = load_names(fields.references(known))
    return {
        name: masks.masked(f"{fact.code}.{name}", fields.fields[name][1].display(fields.fields[name][0], value, names))
        for name, value in known.items()
    }


def fields_of(fact: Fact) -> dict[str, Any]:
    """Name → (spec, type) of every field of a fact."""
    return facts.field_list(fact).fields


def _seal(value: Any) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), repr(value).encode(), "sha256").hexdigest()[:24]


class DecisionForm(forms.Form):
    """Approve or refuse, with a note."""

    decision = forms.ChoiceField(choices=[("approve", ""), ("refuse", "")])
    note = forms.CharField(
        label=gettext_lazy("Note"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("A refusal needs one; the person who asked reads it."),
    )  # fmt: skip
