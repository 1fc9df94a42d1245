"""Reads of an officer's paper file: the catalogue by category, one material, and what of it a viewer may open."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone

from police_hr.core import files
from police_hr.core.access import Viewer
from police_hr.core.roles import Permission
from roster.access import classes_for, officers_visible_to
from roster.models import Material, MaterialAccess, Officer
from roster.selectors.categories import Category, categories
from roster.selectors.kin_bar import Bar, bar_between, refusal

Kind = MaterialAccess.Kind


@dataclass(frozen=True)
class Line:
    """One material of the catalogue; `opens` where a running request covers it and there is a scan."""

    material: Material
    opens: bool


@dataclass(frozen=True)
class Section:
    """One category with its materials. `hidden` counts those whose class is closed to the viewer, `missing` are the
    materials that a complete file holds."""

    category: Category
    lines: Sequence[Line]
    hidden: int
    missing: Sequence[str]

    @property
    def total(self) -> int:
        return len(self.lines) + self.hidden


@dataclass(frozen=True)
class Catalogue:
    """The file of one officer as a viewer may see it. With a `bar` it holds nothing."""

    bar: Bar | None
    sections: Sequence[Section] = ()
    running: Sequence[MaterialAccess] = ()
    expected: int = 0

    @property
    def total(self) -> int:
        return sum(section.total for section in self.sections)

    @property
    def pages(self) -> int:
        return sum(line.material.pages * line.material.copies for section in self.sections for line in section.lines)

    @property
    def percent(self) -> int:
        """The share of what a complete file holds that is there, in whole per cent."""
        lacking = sum(len(section.missing) for section in self.sections)
        return 100 * (self.expected - lacking) // self.expected if self.expected else 100


def tab(viewer: Viewer, officer: Officer, request: HttpRequest) -> Mapping[str, Any] | None:
    """What the dossier's tab shows: the catalogue, or why it is closed. None outside the viewer's files."""
    path = officer.unit.path if officer.unit_id and officer.unit else ""
    if not viewer.covers(Permission.MATERIAL_VIEW, path):
        return None
    found = catalogue(viewer, officer)
    return {
        "officer": officer,
        "catalogue": found,
        "closed": refusal(found.bar) if found.bar else "",
        "may_edit": viewer.covers(Permission.MATERIAL_EDIT, path),
    }


def catalogue(viewer: Viewer, officer: Officer) -> Catalogue:
    """The catalogue of `officer`'s file. Five queries at most, whatever it holds; the caller has checked
    `material.view` over the officer."""
    bar = bar_between(viewer.user, officer)
    if bar is not None:
        return Catalogue(bar)
    running = running_accesses(viewer, officer)
    held: dict[str, list[Material]] = {}
    for material in Material.objects.filter(officer=officer, is_current=True, withdrawn_at=None).order_by("number"):
        held.setdefault(material.category, []).append(material)
    open_classes = classes_for(viewer, officer)["open"]
    sections, expected = [], 0
    for category in categories().values():
        materials = held.get(category.code, [])
        wanted = category.expected_of(officer)
        expected += len(wanted)
        missing = [one.label for one in wanted if not _is_held(one.words, materials)]
        shown = [m for m in materials if category.sensitivity in open_classes or covered(running, m)]
        lines = [Line(m, bool(m.file) and covered(running, m)) for m in shown]
        sections.append(Section(category, lines, len(materials) - len(shown), missing))
    return Catalogue(None, sections, running, expected)


def _is_held(words: Iterable[str], materials: Iterable[Material]) -> bool:
    return any(word in material.title for material in materials for word in words)


def running_accesses(viewer: Viewer, officer: Officer) -> list[MaterialAccess]:
    """The approved requests of `viewer` for the file of `officer` that run today. Two queries."""
    rows = MaterialAccess.objects.filter(
        officer=officer,
        requested_by=viewer.user,
        state=MaterialAccess.State.APPROVED,
        returned_at=None,
        ends_on__gte=timezone.localdate(),
    )
    return list(rows.prefetch_related("materials").order_by("ends_on"))


def covered(accesses: Iterable[MaterialAccess], material: Material, kinds: Collection[str] = Kind.values) -> bool:
    """Whether one of `accesses` (with their materials read) names this material, its category or its heading."""
    heading = material.category.partition("-")[0]
    for access in accesses:
        if access.kind not in kinds:
            continue
        if {material.category, heading} & set(access.categories):
            return True
        if any(named.pk == material.root_id for named in access.materials.all()):
            return True
    return False


def material_for(viewer: Viewer, pk: int, permission: Permission = Permission.MATERIAL_VIEW) -> Material | None:
    """The material where `viewer` holds `permission` over its officer, else None: a page answers with 404."""
    return (
        Material.objects.select_related("officer__unit", "catalogued_by", "withdrawn_by", "replaced_by")
        .filter(pk=pk, officer__in=officers_visible_to(viewer, permission).order_by().values("pk"))
        .first()
    )


def may_see_title(viewer: Viewer, material: Material, running: Sequence[MaterialAccess]) -> bool:
    """Whether the class of its category is open to `viewer`, or a running request covers it."""
    known = categories().get(material.category)
    sensitivity = known.sensitivity if known else 4
    return sensitivity in classes_for(viewer, material.officer)["open"] or covered(running, material)


def versions(viewer: Viewer, material: Material) -> list[Material]:
    """All versions of a material that `viewer` may see, newest first."""
    rows = Material.objects.filter(Q(pk=material.root_id) | Q(origin=material.root_id))
    return list(rows.select_related("catalogued_by").order_by("-pk"))


def scan_path(material: Material) -> Path:
    """Where the scan lies. Raises FileNotFoundError where it is lost or there is none."""
    if not material.file:
        raise FileNotFoundError(material.pk)
    path = files.kept_path(material.file, "materials")
    if not path.is_file():
        raise FileNotFoundError(path)
    return path


def counts_by_category(viewer: Viewer, officer: Officer) -> Mapping[str, int]:
    """Category → how many materials stand there now. One query."""
    found: dict[str, int] = {}
    rows = Material.objects.filter(officer=officer, is_current=True, withdrawn_at=None)
    for category in rows.values_list("category", flat=True):
        found[category] = found.get(category, 0) + 1
    return found
