"""What the roster adds to the frame: menu entries, job handlers, field resolvers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from police_hr.core import files
from police_hr.core.access import Viewer
from police_hr.core.fields import register_code_tables, register_resolver
from police_hr.core.installation import Part, parts
from police_hr.core.panels import DossierPanel, HomeTile, MenuEntry, registry
from police_hr.core.roles import Permission
from roster.selectors import codes, first_steps, grants, home, materials, photos, references
from roster.selectors.kind_risks import profile_uses
from roster.services import appointment_prints as prints
from roster.services import photo_archive
from roster.services.defaults import install_defaults
from roster.services.doubt_exports import register_doubt_export
from roster.services.due_exports import register_due_exports
from roster.services.entry_forms import EVIDENCE, evidence_in_use
from roster.services.export_forms import ExportForm, register_form
from roster.services.export_list import check_list, write_list
from roster.services.imports.profiles import install_profiles
from roster.services.materials import FOLDER, materials_in_use
from roster.services.missing_exports import register_missing_export
from roster.services.rosters import register_rosters
from roster.views.move_words import dossier_panel
from roster.views.tabs.log import readers_panel

register_code_tables(codes.field_choices)
register_resolver("person", references.officer_labels, find=references.officer_ids, keys=references.officer_keys)
register_resolver("unit", references.unit_labels, find=references.unit_ids, keys=references.unit_keys)

files.register_owner(EVIDENCE, evidence_in_use)
files.register_owner(photos.FOLDER, photos.photos_in_use)
files.register_owner(FOLDER, materials_in_use)
files.register_owner(photo_archive.FOLDER, photo_archive.archives_in_use)

parts += [
    Part("code tables, ledger kinds and sources", install_defaults),
    Part("import profiles", install_profiles),
]

register_form(
    ExportForm(
        code="list",
        label=_("Table of the list"),
        about=_("The list as it stands, with the columns that you tick: to count and to work on."),
        formats=("xlsx", "csv"),
        chooses_columns=True,
        write=write_list,
        check=check_list,
        file_name=_("officers"),
    )
)
register_rosters()
register_due_exports()
register_doubt_export()
register_missing_export()

# The form of the cadre departments (domain/dossier.md §2.1), whole: the export's reason opens class 3.
for _code, _label, _about, _ending, _write, _check in (
    (
        "approval_pdf",
        _("Appointment forms, PDF"),
        _("The form of each officer on two pages, one after the other, to print on both sides."),
        "pdf",
        prints.write_pdf,
        prints.check_pdf,
    ),
    (
        "approval_docx",
        _("Appointment forms, Word"),
        _("One Word file an officer, to go on writing in."),
        "zip",
        prints.write_archive,
        prints.check_archive,
    ),
    (
        "approval_lrmx",
        _("Appointment forms, .lrmx"),
        _("One exchange file an officer, for the programs of the cadre departments."),
        "zip",
        prints.write_archive,
        prints.check_archive,
    ),
):
    register_form(
        ExportForm(
            code=_code, label=_label, about=_about, formats=(_ending,), write=_write, check=_check, is_whole=True,
            file_name=_("appointment forms"),
        )
    )  # fmt: skip

registry.dossier += [
    DossierPanel(
        code="materials",
        title=_("Catalogue of the file in ten categories"),
        label=_("Materials"),
        template="roster/dossier/_materials.html",
        selector=materials.tab,
        permission=Permission.MATERIAL_VIEW,
        place="tab",
        order=20,
        sensitivity=2,
    ),
]

registry.menu += [
    MenuEntry(
        group="",
        label=_("My dossier"),
        url_name="roster:own-dossier",
        icon="user",
        permission=Permission.OWN_VIEW,
        order=20,
        shown=lambda viewer: viewer.officer_id is not None,
    ),
    MenuEntry(
        group="boards",
        label=_("Officer dossiers"),
        url_name="roster:officer-list",
        icon="id-badge",
        permission=Permission.OFFICER_LIST,
        order=30,
        current_for=(
            "roster:officer-",
            "roster:entry-",
            "roster:material-",
            "roster:approval-",
            "roster:ledger-add",
            "roster:saved-filter-",
            "roster:placement-new",
            "roster:reading-",
        ),
    ),
    MenuEntry(
        group="personnel",
        label=_("Moves"),
        url_name="roster:move-list",
        icon="arrows-shuffle",
        permission=Permission.OFFICER_EDIT,
        order=5,
        current_for=("roster:move-detail", "roster:move-new", "roster:officer-move", "roster:secondment-end"),
    ),
    MenuEntry(
        group="personnel",
        label=_("Due for promotion"),
        url_name="roster:promotion-list",
        icon="medal",
        permission=Permission.OFFICER_LIST,
        order=6,
    ),
    MenuEntry(
        group="personnel",
        label=_("Retirement forecast"),
        url_name="roster:retirement-list",
        icon="calendar-stats",
        permission=Permission.OFFICER_LIST,
        order=7,
    ),
    MenuEntry(
        group="data",
        label=_("Units"),
        url_name="roster:unit-list",
        icon="hierarchy",
        permission=Permission.UNIT_VIEW,
        order=10,
        current_for=("roster:unit-",),
    ),
    MenuEntry(
        group="boards",
        label=_("Structure of the force"),
        url_name="roster:unit-structure",
        icon="chart-bar",
        permission=Permission.UNIT_VIEW,
        order=50,
    ),
    MenuEntry(
        group="data",
        label=_("Ledger kinds"),
        url_name="roster:kind-list",
        icon="list-tree",
        permission=Permission.KIND_VIEW,
        order=20,
        current_for=("roster:kind-",),
    ),
    MenuEntry(
        group="data",
        label=_("Import"),
        url_name="roster:import-list",
        icon="file-import",
        permission=Permission.IMPORT_RUN,
        order=30,
        current_for=("roster:import-", "roster:photo-archive", "roster:photo-archive-new"),
    ),
    MenuEntry(
        group="data",
        label=_("Reconciliation"),
        url_name="roster:reconciliation",
        icon="git-compare",
        permission=Permission.RECONCILE,
        order=40,
        current_for=("roster:duplicate-",),
    ),
    MenuEntry(
        group="boards",
        label=_("Dossier doubts"),
        url_name="roster:doubt-list",
        icon="shield-check",
        permission=Permission.DOUBT_VIEW,
        order=40,
        current_for=("roster:doubt-rule", "roster:ruling-withdraw"),
    ),
    MenuEntry(
        group="personnel",
        label=_("Corrections"),
        url_name="roster:correction-list",
        icon="edit",
        order=45,
        shown=lambda viewer: (
            viewer.has(Permission.CORRECTION_REQUEST)
            or viewer.has(Permission.CORRECTION_DECIDE)
            or viewer.officer_id is not None
        ),
        current_for=("roster:correction-detail", "roster:correction-new"),
    ),
    MenuEntry(
        group="personnel",
        label=_("File requests"),
        url_name="roster:material-access-list",
        icon="lock-open",
        permission=Permission.MATERIAL_VIEW,
        order=45,
        current_for=("roster:material-access", "roster:material-request", "roster:material-missing"),
    ),
    MenuEntry(
        group="data",
        label=_("Exports"),
        url_name="roster:export-list",
        icon="download",
        permission=Permission.EXPORT,
        order=50,
        current_for=("roster:export-detail", "roster:export-new"),
    ),
    MenuEntry(
        group="system",
        label=_("Roles over units"),
        url_name="roster:grant-list",
        icon="key",
        permission=Permission.GRANT_MANAGE,
        order=25,
        current_for=("roster:grant-detail",),
    ),
]


def _waiting_tile(viewer: Viewer) -> Mapping[str, Any] | None:
    heaps = home.waiting(viewer)
    return {"heaps": heaps} if heaps else None


def _batches_tile(viewer: Viewer) -> Mapping[str, Any] | None:
    return {"batches": home.recent_batches(viewer)}


def _first_steps_tile(viewer: Viewer) -> Mapping[str, Any] | None:
    steps = first_steps.first_steps(viewer)
    return {"steps": steps} if steps else None


def _grants_tile(viewer: Viewer) -> Mapping[str, Any]:
    more = {"url": reverse("roster:grant-list"), "url_label": _("Roles over units")}
    return {"title": _("Roles and accounts"), "lines": grants.grant_lines(viewer), **more}


def _own_tile(viewer: Viewer) -> Mapping[str, Any] | None:
    lines = home.own_lines(viewer)
    return {"title": _("My dossier"), "lines": lines} if lines else None


registry.tiles += [
    HomeTile("own", "core/_tile_lines.html", _own_tile, Permission.OWN_VIEW, order=50),
    HomeTile("first-steps", "roster/_tile_first_steps.html", _first_steps_tile, order=5),
    HomeTile("grants", "core/_tile_lines.html", _grants_tile, Permission.GRANT_MANAGE, order=15),
    HomeTile("waiting", "roster/_tile_waiting.html", _waiting_tile, order=15),
    HomeTile("imports", "roster/_tile_imports.html", _batches_tile, Permission.IMPORT_RUN, order=30),
    HomeTile("own-unit", "roster/_tile_own_unit.html", home.own_units, Permission.OFFICER_LIST, order=20),
]

registry.dossier.append(
    DossierPanel(
        code="readers",
        title=_("Who viewed it"),
        template="roster/dossier/_readers.html",
        selector=readers_panel,
        order=90,
        lazy=True,
    )
)
registry.dossier.append(
    DossierPanel(
        code="moves",
        title=_("Moves"),
        template="roster/dossier/_moves.html",
        selector=dossier_panel,
        permission=Permission.OFFICER_VIEW,
        order=80,
        lazy=True,
    )
)

registry.kind_users.append(profile_uses)
