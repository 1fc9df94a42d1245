"""What the roster adds to the frame: menu entries, job handlers, field resolvers."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from police_hr.core.fields import register_code_tables, register_resolver
from police_hr.core.panels import MenuEntry, registry
from police_hr.core.roles import Permission
from roster.selectors import codes, references

register_code_tables(codes.field_choices)
register_resolver("person", references.officer_labels, find=references.officer_ids, keys=references.officer_keys)
register_resolver("unit", references.unit_labels, find=references.unit_ids, keys=references.unit_keys)

registry.menu += [
    MenuEntry(
        group="boards",
        label=_("Officer dossiers"),
        url_name="roster:officer-list",
        icon="id-badge",
        permission=Permission.OFFICER_LIST,
        order=30,
        current_for=("roster:officer-detail",),
    ),
    MenuEntry(
        group="work",
        label=_("Units"),
        url_name="roster:unit-list",
        icon="hierarchy",
        permission=Permission.UNIT_VIEW,
        order=10,
        current_for=("roster:unit-detail",),
    ),
    MenuEntry(
        group="work",
        label=_("Ledger kinds"),
        url_name="roster:kind-list",
        icon="list-tree",
        permission=Permission.KIND_VIEW,
        order=20,
        current_for=("roster:kind-detail", "roster:kind-edit"),
    ),
    MenuEntry(
        group="work",
        label=_("Import"),
        url_name="roster:import-list",
        icon="file-import",
        permission=Permission.IMPORT_RUN,
        order=30,
        current_for=("roster:import-detail", "roster:import-new"),
    ),
    MenuEntry(
        group="work",
        label=_("Reconciliation"),
        url_name="roster:reconciliation",
        icon="git-compare",
        permission=Permission.RECONCILE,
        order=40,
    ),
    MenuEntry(
        group="work",
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
