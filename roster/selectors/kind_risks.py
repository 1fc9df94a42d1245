"""Who rests on a ledger kind, and what of a change they would feel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from police_hr.core.access import Viewer
from police_hr.core.i18n import pick
from police_hr.core.panels import KindUse
from police_hr.core.roles import Permission
from roster.models import LedgerKindVersion, MappingProfile
from roster.selectors.kind_history import label_of


def profile_uses(viewer: Viewer, kind_code: str) -> list[KindUse]:
    """The import profiles that write entries of a kind, for who may import."""
    if not viewer.has(Permission.IMPORT_RUN):
        return []
    profiles = MappingProfile.objects.filter(target=f"ledger:{kind_code}").order_by("name_zh", "pk")
    url = reverse("roster:import-new")
    return [KindUse(_("Import profile: %(name)s") % {"name": profile}, url) for profile in profiles]


def risks(old: LedgerKindVersion, new: Mapping[str, Any], *, entries: int, uses: Sequence[KindUse]) -> list[str]:
    """What of a change is worth a second look, in sentences; nothing for a kind that nobody uses.

    `new` holds the values of the version to come (`services.kinds.VERSION_FIELDS`).
    """
    if not entries and not uses:
        return []
    after = {spec["name"]: spec for spec in new["fields"]}
    found = [text for spec in old.fields for text in _in_field(spec, after.get(spec["name"]))]
    if new["sensitivity"] != old.sensitivity:
        found.append(
            _("The class changes from S%(old)d to S%(new)d for new entries; who may read them changes with it.")
            % {"old": old.sensitivity, "new": new["sensitivity"]}
        )
    if bool(new["needs_verification"]) != old.needs_verification:
        found.append(_("Whether an entry counts before it is verified changes."))
    if found and entries:
        words = ngettext("%(count)d entry keeps its version.", "%(count)d entries keep their version.", entries)
        found.append(words % {"count": entries})
    if found and uses:
        found.append(_("Read by: %(names)s.") % {"names": "；".join(use.label for use in uses)})
    return found


def _in_field(old: Mapping[str, Any], new: Mapping[str, Any] | None) -> list[str]:
    """What becomes of one field."""
    label = label_of(old)
    if new is None:
        return [_("The field “%(field)s” is taken out: new entries no longer hold it.") % {"field": label}]
    if old["type"] != new["type"]:
        return [_("The field “%(field)s” gets another type.") % {"field": label}]
    found = []
    if gone := _gone_choices(old, new):
        words = {"field": label, "choices": pick("、", ", ").join(gone)}
        found.append(_("“%(field)s” loses choices: %(choices)s.") % words)
    if new.get("required") and not old.get("required"):
        found.append(_("“%(field)s” must be filled in from now on; imports without it fail.") % {"field": label})
    return found


def _gone_choices(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    if "choices" not in old or "choices" not in new:
        return []
    kept = {choice["value"] for choice in new["choices"] if not choice.get("withdrawn")}
    return [pick(choice["zh"], choice["en"]) for choice in old["choices"] if choice["value"] not in kept]
