"""One indicator of a draft, in full; and a new one, from a ledger kind."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from roster.models import LedgerKind
from scoring.engine.document import DATA_CLASSES
from scoring.engine.forbidden import UNVERIFIED_KINDS, forbidden_ground
from scoring.forms.models import DAY, Document, PartForm, days_field, number, points_field, slots_of

MODES = (
    ("exp", _("falls from the day of the fact")),
    ("while_open", _("in full while the matter is open, then falls")),
    ("flat_until", _("in full until the end of its period, then falls")),
    ("none", _("does not fall")),
)
CLOCKS = (
    ("occurred", _("the day it happened")),
    ("known", _("the day it became known")),
    ("closed", _("the day it was closed")),
)
CLASSES = [(code, code) for code in DATA_CLASSES]


def name_field(label: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=80)


class IndicatorForm(PartForm):
    """Names, points of every kind of fact, how points fall, caps, days of validity."""

    def __init__(self, *args: Any, group: str, place: int, **kwargs: Any) -> None:
        self.group, self.place = group, place
        super().__init__(*args, **kwargs)

    def build(self) -> None:
        one: Document = self.document[self.group][self.place]
        self.one = one
        base = rf"{self.group}\[{self.place}\]"
        self.bind("name_zh", name_field(_("Chinese name")), one, "name_zh", base + r"\.name_zh")
        self.bind("name_en", name_field(_("English name")), one, "name_en", base + r"\.name_en")
        for step, (holder, key, path, words) in enumerate(slots_of(one)):
            label = gettext("Points: %(what)s") % {"what": words} if words else _("Points")
            self.bind(f"points-{step}", points_field(label), holder, key, base + path, default=0)
        if self.group == "indicators":
            self._times(one, base)
        on = forms.BooleanField(label=_("Switched on"), required=False)
        self.bind("enabled", on, one, "enabled", base + r"\.enabled", default=True)
        for key, label in (("valid_from", _("Counts from")), ("valid_to", _("Counts until"))):
            self.bind(key, forms.DateField(label=label, required=False, widget=DAY), one, key, base + rf"\.{key}")

    def _times(self, one: Document, base: str) -> None:
        decay = one["decay"]
        self.bind(
            "mode", forms.ChoiceField(label=_("Points"), choices=MODES), decay, "mode", base + r"\.decay(\.mode)?$"
        )
        half = days_field(required=False)
        half.help_text = _("After so many days half of the points are left.")
        self.bind("half_life", half, decay, "half_life", base + r"\.decay\.half_life")
        cap = points_field(_("Cap of the indicator"), required=False, most=1_000)
        cap.help_text = _("However often it happens, no more than this.")
        self.bind("cap", cap, one, "cap", base + r"\.cap")
        window = days_field(_("Only facts of the last so many days"), required=False)
        self.bind("window_days", window, one, "window_days", base + r"\.window_days")
        clock = forms.ChoiceField(label=_("Counted from"), choices=CLOCKS)
        self.bind("clock", clock, one, "clock", base + r"\.clock", default="occurred")
        data = forms.ChoiceField(label=_("Class of the data"), choices=CLASSES)
        self.bind("data_class", data, one, "data_class", base + r"\.data_class")

    def conditions(self) -> list[dict[str, Any]]:
        """The facts that count, read-only: kind, conditions, whether they must be verified."""
        return [
            {
                "kind": evidence["kind"],
                "where": [f"{name} = {_words(test)}" for name, test in evidence.get("where", {}).items()],
                "verified": evidence.get("verified_only", False),
                "severity": (evidence.get("severity") or {}).get("field", ""),
            }
            for evidence in self.one.get("evidence", ())
        ]


def _words(test: Any) -> str:
    if isinstance(test, dict):
        return ", ".join(f"{name} {value}" for name, value in test.items())
    return ", ".join(map(str, test)) if isinstance(test, list) else str(test)


def countable_kinds() -> list[tuple[str, str]]:
    """Kinds that may become an indicator: in use, and not refused by their own name."""
    kinds = LedgerKind.objects.filter(withdrawn=False).exclude(current=None).select_related("current").order_by("code")
    return [
        (kind.code, f"{kind.current} ({kind.code})")
        for kind in kinds
        if forbidden_ground(kind.code) is None and kind.code not in UNVERIFIED_KINDS
    ]


class NewIndicatorForm(forms.Form):
    """A new indicator of a dimension: a ledger kind, its points and how they fall."""

    code = forms.RegexField(
        label=_("Code"), regex=r"^[A-Za-z][A-Za-z0-9_-]{0,19}$", max_length=20,
        help_text=_("A letter first, then letters and digits, e.g. A11."),
    )  # fmt: skip
    name_zh = name_field(_("Chinese name"))
    name_en = name_field(_("English name"))
    kind = forms.ChoiceField(
        label=_("Ledger kind"),
        help_text=_("Protected attributes and unverified reports are not among them: they may never be used."),
    )
    points = points_field(_("Points each"))
    mode = forms.ChoiceField(label=_("How points fall"), choices=MODES[:2])
    half_life = days_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = countable_kinds()  # type: ignore[attr-defined]

    def added_to(self, document: Document, dimension: str) -> Document:
        """A copy of the document with the new indicator. Raises ValidationError for a code that is taken."""
        data = self.cleaned_data
        taken = {one["code"] for group in ("indicators", "contexts") for one in document.get(group, ())}
        if data["code"] in taken:
            raise ValidationError({"code": _("There is an indicator with this code already.")})
        version = LedgerKind.objects.select_related("current").get(code=data["kind"]).current
        evidence: Document = {"kind": data["kind"], "points": number(data["points"])}
        if version is not None and version.needs_verification:
            evidence["verified_only"] = True
        one = {
            "code": data["code"],
            "dim": dimension,
            "name_zh": data["name_zh"],
            "name_en": data["name_en"],
            "data_class": f"S{version.sensitivity if version is not None else 1}",
            "decay": {"mode": data["mode"], "half_life": data["half_life"]},
            "evidence": [evidence],
        }
        return {**document, "indicators": [*document["indicators"], one]}
