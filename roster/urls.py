"""Routes of the roster."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from roster.views import (
    appointment,
    corrections,
    doubts,
    due_lists,
    exports,
    grants,
    imports,
    kinds,
    ledger,
    lookups,
    material_access,
    material_pages,
    materials,
    moves,
    officer,
    officers,
    own,
    photos,
    placements,
    reconciliation,
    rules,
    structure,
    unit_changes,
    units,
    unmask,
)

app_name = "roster"

grant_urls = [
    path("grants", grants.grant_list, name="grant-list"),
    path("grants/<int:pk>", grants.grant_detail, name="grant-detail"),
    path("grants/notices/<int:pk>/settle", grants.notice_settle, name="notice-settle"),
    path("grants/<int:pk>/withdraw", grants.grant_withdraw, name="grant-withdraw"),
]
import_urls = [
    path("imports", imports.import_list, name="import-list"),
    path("imports/new", imports.import_new, name="import-new"),
    path("imports/form", imports.import_template, name="import-template"),
    path("imports/<int:pk>", imports.import_detail, name="import-detail"),
    path("imports/<int:pk>/progress", imports.import_progress, name="import-progress"),
    path("imports/<int:pk>/mapping", imports.import_mapping, name="import-mapping"),
    path("imports/<int:pk>/rows/<int:row_no>", imports.import_row, name="import-row"),
    path("imports/<int:pk>/rows/<int:row_no>/cell", imports.import_cell, name="import-cell"),
    path("imports/<int:pk>/skip-errors", imports.import_skip_errors, name="import-skip-errors"),
    path("imports/<int:pk>/restage", imports.import_restage, name="import-restage"),
    path("imports/<int:pk>/commit", imports.import_commit, name="import-commit"),
    path("imports/<int:pk>/undo", imports.import_undo, name="import-undo"),
    path("imports/<int:pk>/discard", imports.import_discard, name="import-discard"),
    path("imports/<int:pk>/errors", imports.import_errors, name="import-errors"),
    path("reconciliation", reconciliation.reconciliation, name="reconciliation"),
    path("reconciliation/conflicts/<int:pk>", reconciliation.conflict_resolve, name="conflict-resolve"),
    path("reconciliation/duplicates/<int:pk>", reconciliation.duplicate_settle, name="duplicate-settle"),
    path("reconciliation/duplicates/<int:pk>/merge", reconciliation.duplicate_merge, name="duplicate-merge"),
]
officer_list_urls = [
    path("officers", officers.OfficerList.as_view(), name="officer-list"),
    path("officers/search", officers.officer_search, name="officer-search"),
    path("officers/columns", officers.officer_columns, name="officer-columns"),
    path("officers/query", rules.officer_rules, name="officer-rules"),
    path("officers/query/field", rules.officer_rule_field, name="officer-rule-field"),
    path("officers/filters", officers.saved_filter_list, name="saved-filter-list"),
    path("officers/filters/new", officers.saved_filter_create, name="saved-filter-create"),
    path("officers/filters/<int:pk>/delete", officers.saved_filter_delete, name="saved-filter-delete"),
    path("exports", exports.export_list, name="export-list"),
    path("exports/new", exports.export_new, name="export-new"),
    path("exports/placements", placements.placement_new, name="placement-new"),
    path("exports/<int:pk>", exports.export_detail, name="export-detail"),
    path("exports/<int:pk>/decision", exports.export_decide, name="export-decide"),
    path("exports/<int:pk>/print", exports.export_print, name="export-print"),
    path("exports/<int:pk>/file", exports.export_file, name="export-file"),
]
dossier_urls = [
    path("me", own.own_dossier, name="own-dossier"),
    path("officers/<int:pk>", officer.officer_detail, name="officer-detail"),
    path("officers/<int:pk>/tab/<slug:tab>", officer.officer_tab, name="officer-tab"),
    path("officers/<int:pk>/panel/<slug:panel>", officer.officer_panel, name="officer-panel"),
    path("officers/<int:pk>/approval/edit", appointment.approval_edit, name="approval-edit"),
    path("officers/<int:pk>/approval/file/<slug:file_format>", appointment.approval_file, name="approval-file"),
    path("officers/<int:pk>/open", officer.officer_open, name="officer-open"),
    path("officers/<int:pk>/photo", photos.officer_photo, name="officer-photo"),
    path("officers/<int:pk>/photo/edit", photos.officer_photo_edit, name="officer-photo-edit"),
    path("officers/<int:pk>/photo/withdraw", photos.officer_photo_withdraw, name="officer-photo-withdraw"),
    path("officers/<int:pk>/materials/new", materials.material_add, name="material-add"),
    path("officers/<int:pk>/materials/catalogue", materials.material_catalogue, name="material-catalogue"),
    path("officers/<int:pk>/materials/request", material_access.access_request, name="material-request"),
    path("officers/<int:pk>/entries/new", ledger.ledger_add, name="ledger-add"),
    path("officers/<int:pk>/unmask/<str:fact>/<slug:field>", unmask.officer_unmask, name="officer-unmask"),
    path("officers/lookup", lookups.officer_lookup, name="officer-lookup"),
    path("entries/<int:pk>", ledger.entry_detail, name="entry-detail"),
    path("entries/<int:pk>/files/<slug:name>", ledger.entry_file, name="entry-file"),
    path("entries/<int:pk>/void", ledger.entry_void, name="entry-void"),
    path("entries/<int:pk>/correct", ledger.entry_correct, name="entry-correct"),
    path("entries/<int:pk>/close", ledger.entry_close, name="entry-close"),
    path("entries/<int:pk>/verify", ledger.entry_verify, name="entry-verify"),
    path("entries/<int:pk>/undo", ledger.entry_undo, name="entry-undo"),
]
move_urls = [
    path("officers/<int:pk>/move", moves.officer_move, name="officer-move"),
    path("moves", moves.move_list, name="move-list"),
    path("moves/new", moves.move_new, name="move-new"),
    path("moves/<int:pk>", moves.move_detail, name="move-detail"),
    path("moves/<int:pk>/cancel", moves.move_cancel, name="move-cancel"),
    path("moves/<int:pk>/undo", moves.move_undo, name="move-undo"),
    path("moves/<int:pk>/last-day", moves.secondment_end, name="secondment-end"),
]
correction_urls = [
    path("officers/<int:pk>/corrections/new", corrections.correction_new, name="correction-new"),
    path("corrections", corrections.correction_list, name="correction-list"),
    path("corrections/<int:pk>", corrections.correction_detail, name="correction-detail"),
    path("corrections/<int:pk>/decision", corrections.correction_decide, name="correction-decide"),
    path("corrections/<int:pk>/withdraw", corrections.correction_withdraw, name="correction-withdraw"),
    path("corrections/<int:pk>/file", corrections.correction_file, name="correction-file"),
]
due_urls = [
    path("promotions", due_lists.promotion_list, name="promotion-list"),
    path("promotions/open", due_lists.promotion_open, name="promotion-open"),
    path("promotions/export", due_lists.promotion_export, name="promotion-export"),
    path("retirements", due_lists.retirement_list, name="retirement-list"),
    path("retirements/export", due_lists.retirement_export, name="retirement-export"),
]
photo_urls = [
    path("officers/photos", photos.photo_archive_new, name="photo-archive-new"),
    path("officers/photos/<int:pk>", photos.photo_archive_detail, name="photo-archive"),
]
material_urls = [
    path("materials/suggestion", materials.material_suggest, name="material-suggest"),
    path("materials/<int:pk>", materials.material_detail, name="material-detail"),
    path("materials/<int:pk>/replace", materials.material_replace, name="material-replace"),
    path("materials/<int:pk>/move", materials.material_move, name="material-move"),
    path("materials/<int:pk>/withdraw", materials.material_withdraw, name="material-withdraw"),
    path("materials/<int:pk>/read", material_pages.material_read, name="material-read"),
    path("materials/<int:pk>/pages/<int:page>", material_pages.material_page, name="material-page"),
    path("materials/<int:pk>/copy", material_pages.material_copy, name="material-copy"),
    path("material-requests", material_access.access_list, name="material-access-list"),
    path("material-requests/<int:pk>", material_access.access_detail, name="material-access"),
    path("material-requests/<int:pk>/decision", material_access.access_decide, name="material-access-decide"),
    path("material-requests/<int:pk>/end", material_access.access_end, name="material-access-end"),
]
doubt_urls = [
    path("doubts", doubts.doubt_list, name="doubt-list"),
    path("doubts/recheck", doubts.doubt_recheck, name="doubt-recheck"),
    path("doubts/<int:pk>/ruling", doubts.doubt_rule, name="doubt-rule"),
    path("rulings/<int:pk>/withdraw", doubts.ruling_withdraw, name="ruling-withdraw"),
]
unit_urls = [
    path("units", units.unit_list, name="unit-list"),
    path("units/lookup", lookups.unit_lookup, name="unit-lookup"),
    path("units/structure", structure.unit_structure, name="unit-structure"),
    path("units/new", unit_changes.unit_create, name="unit-create"),
    path("units/<int:pk>", units.unit_detail, name="unit-detail"),
    path("units/<int:pk>/edit", unit_changes.unit_edit, name="unit-edit"),
    path("units/<int:pk>/rename", unit_changes.unit_rename, name="unit-rename"),
    path("units/<int:pk>/move", unit_changes.unit_move, name="unit-move"),
    path("units/<int:pk>/merge", unit_changes.unit_merge, name="unit-merge"),
    path("units/<int:pk>/split", unit_changes.unit_split, name="unit-split"),
    path("units/<int:pk>/close", unit_changes.unit_close, name="unit-close"),
]
kind_urls = [
    path("kinds", kinds.kind_list, name="kind-list"),
    path("kinds/new", kinds.kind_create, name="kind-create"),
    path("kinds/preview", kinds.kind_preview, name="kind-preview"),
    path("kinds/groups/new", kinds.kind_group_create, name="kind-group-create"),
    path("kinds/<slug:code>", kinds.kind_detail, name="kind-detail"),
    path("kinds/<slug:code>/edit", kinds.kind_edit, name="kind-edit"),
    path("kinds/<slug:code>/withdraw", kinds.kind_withdraw, name="kind-withdraw"),
    path("kinds/<slug:code>/restore", kinds.kind_restore, name="kind-restore"),
]
urlpatterns: list[URLPattern | URLResolver] = [
    *dossier_urls,
    *move_urls,
    *correction_urls,
    *due_urls,
    *photo_urls,
    *material_urls,
    *doubt_urls,
    *unit_urls,
    *kind_urls,
    *officer_list_urls,
    *grant_urls,
    *import_urls,
]
