"""The catalogue of an officer's paper file: add, replace, move, take out. No row ever changes what it says."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from police_hr.core import audit, files
from police_hr.core.fields.base import UNSTORABLE
from roster.counting import counting
from roster.models import Material, Officer
from roster.selectors.categories import categories
from roster.selectors.kin_bar import bar_between

if TYPE_CHECKING:
    from police_hr.core.models import User

FOLDER = "materials"
EARLIEST = dt.date(1900, 1, 1)
MOST_PAGES = 2000
FACTS = ("title", "formed_on", "formed_precision", "pages", "copies", "remark")
SCAN = ("file", "sha256", "size", "sort", "scan_pages")


def catalogue_material(
    *,
    officer: Officer,
    category: str,
    facts: dict[str, Any],
    content: File[bytes] | bytes | None = None,
    key: str = "",
    by: User | None,
) -> tuple[Material, bool]:
    """Enter a material (`facts`: `FACTS`) under the next number of its category, with its scan where there is one.
    Returns it and whether it was made now: the same `key` gives the one that is there.

    Raises ValidationError by field for what cannot be, without a field for who may not (oneself, relatives), and
    for a scan that is not taken in.
    """
    _refuse_kin(by, officer)
    _check(category, facts)
    scan = _scan(content)
    with _kept(scan), transaction.atomic():
        _lock(officer)
        if key and (made := Material.objects.filter(key=key).first()) is not None:
            _forget(scan)
            return made, False
        material = Material.objects.create(
            officer=officer,
            category=category,
            number=_next_number(officer, category),
            catalogued_by=by,
            key=key,
            **_only(facts),
            **scan,
        )
        _record(material, "material.add", by)
    return material, True


def replace_material(
    *,
    material: Material,
    facts: dict[str, Any],
    content: File[bytes] | bytes | None = None,
    reason: str,
    key: str = "",
    by: User | None,
) -> Material:
    """Put a new version in the place of `material`: other facts, another scan, or both. Without a scan the old one
    stays. Raises ValidationError as `catalogue_material`, and with code "stale" where it is no longer the present one.
    """
    _refuse_kin(by, material.officer)
    _check(material.category, facts)
    scan = _scan(content)
    with _kept(scan), transaction.atomic():
        fresh, made = _succeed(
            material, material.category, facts=_only(facts), scan=scan, reason=reason, key=key, by=by
        )
        if made:
            _record(fresh, "material.replace", by, replaced=material.pk, reason=reason)
        else:
            _forget(scan)
    return fresh


def move_material(*, material: Material, category: str, reason: str, key: str = "", by: User | None) -> Material:
    """Put `material` under another category, at its end. Raises ValidationError as `replace_material`."""
    _refuse_kin(by, material.officer)
    facts = {name: getattr(material, name) for name in FACTS}
    _check(category, facts)
    if category == material.category:
        raise ValidationError({"category": _("It stands in this category already.")})
    with transaction.atomic():
        fresh, made = _succeed(material, category, facts=facts, scan={}, reason=reason, key=key, by=by)
        if made:
            _record(fresh, "material.move", by, replaced=material.pk, was=material.code, reason=reason)
    return fresh


def withdraw_material(*, material: Material, reason: str, by: User | None) -> Material:
    """Take a material out of the catalogue; its number stays taken and its row readable. Repeating changes nothing."""
    _refuse_kin(by, material.officer)
    with transaction.atomic():
        present = Material.objects.filter(pk=material.pk, is_current=True, withdrawn_at=None)
        if present.update(withdrawn_at=timezone.now(), withdrawn_by=by, reason=reason[:200]):
            _record(material, "material.withdraw", by, reason=reason)
    material.refresh_from_db()
    return material


# --- steps ----------------------------------------------------------------------------------------------------


def _succeed(
    material: Material,
    category: str,
    *,
    facts: dict[str, Any],
    scan: dict[str, Any],
    reason: str,
    key: str,
    by: User | None,
) -> tuple[Material, bool]:
    """A new row in the place of `material`, or the one that the same `key` made before."""
    _lock(material.officer)
    if key and (made := Material.objects.filter(key=key).first()) is not None:
        return made, False
    if not Material.objects.filter(pk=material.pk, is_current=True, withdrawn_at=None).update(
        is_current=False, reason=reason[:200]
    ):
        raise stale(material)
    number = material.number if category == material.category else _next_number(material.officer, category)
    fresh = Material.objects.create(
        officer=material.officer,
        category=category,
        number=number,
        origin_id=material.root_id,
        catalogued_by=by,
        key=key,
        **facts,
        **(scan or {name: getattr(material, name) for name in SCAN}),
    )
    Material.objects.filter(pk=material.pk).update(replaced_by=fresh)
    return fresh, True


def stale(material: Material) -> ValidationError:
    """Somebody else was quicker: who, when, and what it says now."""
    now = Material.objects.filter(origin_id=material.root_id, is_current=True).select_related("catalogued_by").first()
    if now is None:
        return ValidationError(_("This material was taken out of the catalogue meanwhile."), code="stale")
    return ValidationError(
        _(
            "%(who)s replaced this meanwhile (%(when)s): it is now “%(title)s”. "
            "Open that version and repeat your change."
        ),
        code="stale",
        params={
            "who": now.catalogued_by.name if now.catalogued_by else _("the system"),
            "when": f"{timezone.localtime(now.catalogued_at):%Y-%m-%d %H:%M}",
            "title": now.title,
        },
    )


def _refuse_kin(by: User | None, officer: Officer) -> None:
    if bar_between(by, officer) is not None:
        raise ValidationError(
            _("Nobody keeps or reads the file in ten categories of themselves or of a relative."), code="kin"
        )


def _check(category: str, facts: dict[str, Any]) -> None:
    known = categories().get(category)
    errors: dict[str, Any] = {}
    if known is None or known.heading:
        errors["category"] = _("Choose a category, or the part of it.")
    for name in ("title", "remark"):
        if UNSTORABLE.search(facts.get(name) or ""):
            errors[name] = _("contains a character that cannot be stored (a NUL byte or half a character).")
    if not (facts.get("title") or "").strip():
        errors["title"] = _("Write what the material is called.")
    day = facts.get("formed_on")
    if day is not None and not EARLIEST <= day <= timezone.localdate():
        errors["formed_on"] = _("This day lies ahead or too far back.")
    if not 1 <= (facts.get("pages") or 0) <= MOST_PAGES:
        errors["pages"] = _("A material has 1 to %(most)d pages.") % {"most": MOST_PAGES}
    if errors:
        raise ValidationError(errors)


def _only(facts: dict[str, Any]) -> dict[str, Any]:
    kept = {name: facts[name] for name in FACTS if name in facts}
    return kept | {"title": kept["title"].strip(), "remark": (kept.get("remark") or "").strip()}


def _scan(content: File[bytes] | bytes | None) -> dict[str, Any]:
    """The scan kept and its pages counted, or nothing."""
    if content is None:
        return {}
    taken = files.take_in(content, folder=FOLDER)
    with files.or_forget(taken.kept, FOLDER):
        pages = files.count_pages(files.kept_path(taken.kept.path, FOLDER), taken.picture.sort)
    return {
        "file": taken.kept.path,
        "sha256": taken.kept.sha256,
        "size": taken.kept.size,
        "sort": taken.picture.sort.value,
        "scan_pages": pages,
    }


def _kept(scan: dict[str, Any]) -> Any:
    kept = files.Kept(scan["file"], scan["sha256"], scan["size"]) if scan else None
    return files.or_forget(kept, FOLDER)


def _forget(scan: dict[str, Any]) -> None:
    if scan:
        files.forget(scan["file"], FOLDER)


def _lock(officer: Officer) -> None:
    """Numbers of one file are drawn one after another."""
    Officer.objects.select_for_update().filter(pk=officer.pk).first()


def _next_number(officer: Officer, category: str) -> int:
    rows = counting(Material.objects.filter(officer=officer, category=category))
    return (rows.aggregate(last=Max("number"))["last"] or 0) + 1


def _record(material: Material, action: str, by: User | None, **details: Any) -> None:
    audit.record(
        by=by,
        action=action,
        object_type="material",
        object_id=material.pk,
        officer_id=material.officer_id,
        details={"code": material.code, "sha256": material.sha256, **details},
    )


def materials_in_use() -> Any:
    """The paths of all scans that a row refers to, past versions included."""
    return Material.objects.exclude(file="").values_list("file", flat=True).iterator()
