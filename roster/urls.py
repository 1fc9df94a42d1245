"""Routes of the roster."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from roster.views import exports, grants, imports, officers, reconciliation

app_name = "roster"

grant_urls = [
    path("grants", grants.grant_list, name="grant-list"),
    path("grants/<int:pk>", grants.grant_detail, name="grant-detail"),
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
]
officer_list_urls = [
    path("officers", officers.OfficerList.as_view(), name="officer-list"),
    path("officers/search", officers.officer_search, name="officer-search"),
    path("officers/columns", officers.officer_columns, name="officer-columns"),
    path("officers/filters", officers.saved_filter_list, name="saved-filter-list"),
    path("officers/filters/new", officers.saved_filter_create, name="saved-filter-create"),
    path("officers/filters/<int:pk>/delete", officers.saved_filter_delete, name="saved-filter-delete"),
    path("exports", exports.export_list, name="export-list"),
    path("exports/new", exports.export_new, name="export-new"),
    path("exports/<int:pk>", exports.export_detail, name="export-detail"),
    path("exports/<int:pk>/decision", exports.export_decide, name="export-decide"),
    path("exports/<int:pk>/file", exports.export_file, name="export-file"),
]
urlpatterns: list[URLPattern | URLResolver] = [
    *officer_list_urls,
    *grant_urls,
    *import_urls,
]
