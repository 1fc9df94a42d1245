"""Routes of the scoring."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from scoring.views import (
    approvals,
    backtests,
    board,
    drafts,
    fairness,
    model_files,
    models,
    movements,
    objections,
    proposals,
    register,
    runs,
    summary,
)

app_name = "scoring"

run_urls = [
    path("runs", runs.run_list, name="run-list"),
    path("runs/new", runs.run_create, name="run-create"),
    path("runs/<int:pk>", runs.run_detail, name="run-detail"),
    path("runs/<int:pk>/retry", runs.run_retry, name="run-retry"),
]
backtest_urls = [
    path("fairness", fairness.fairness, name="fairness"),
    path("backtests", backtests.backtest_list, name="backtest-list"),
    path("backtests/new", backtests.backtest_new, name="backtest-new"),
    path("backtests/create", backtests.backtest_create, name="backtest-create"),
    path("backtests/<int:pk>", backtests.backtest_detail, name="backtest-detail"),
]
version_urls = [
    path("draft", drafts.model_draft, name="model-draft"),
    path("edit", drafts.model_edit, name="model-edit"),
    path("indicators/new", drafts.model_indicator_new, name="model-indicator-new"),
    path("indicators/<str:indicator>", drafts.model_indicator, name="model-indicator"),
    path("example", drafts.model_example, name="model-example"),
    path("preview", approvals.model_preview, name="model-preview"),
    path("submit", approvals.model_submit, name="model-submit"),
    path("approve", approvals.model_approve, name="model-approve"),
    path("refuse", approvals.model_refuse, name="model-refuse"),
    path("withdraw", approvals.model_withdraw, name="model-withdraw"),
    path("file", model_files.model_file, name="model-file"),
]
model_urls: list[URLPattern | URLResolver] = [
    path("method", approvals.method_page, name="method"),
    path("models", models.model_list, name="model-list"),
    path("models/import", model_files.model_import, name="model-import"),
    path("models/<slug:code>", models.model_detail, name="model-detail"),
    path("models/<slug:code>/compare", model_files.model_compare, name="model-compare"),
    path("models/<slug:code>/retire", approvals.model_retire, name="model-retire"),
    path("models/<slug:code>/<int:number>/", include(version_urls)),
]
tier_urls = [
    path("proposals", proposals.proposal_list, name="proposal-list"),
    path("proposals/decide", proposals.proposals_decide, name="proposals-decide"),
    path("proposals/<int:pk>", proposals.proposal_detail, name="proposal-detail"),
    path("proposals/<int:pk>/decide", proposals.proposal_decide, name="proposal-decide"),
    path("officers/<int:pk>/propose", proposals.proposal_new, name="proposal-new"),
    path("tiers", register.tier_list, name="tier-list"),
    path("tiers/<int:pk>", register.tier_detail, name="tier-detail"),
    path("tiers/<int:pk>/end", register.tier_end, name="tier-end"),
]
objection_urls = [
    path("own", objections.own_index, name="own-index"),
    path("own/object/<slug:about>", objections.objection_new, name="objection-new"),
    path("objections", objections.objection_list, name="objection-list"),
    path("objections/<int:pk>", objections.objection_detail, name="objection-detail"),
    path("objections/<int:pk>/decide", objections.objection_decide, name="objection-decide"),
    path("objections/<int:pk>/withdraw", objections.objection_withdraw, name="objection-withdraw"),
]
urlpatterns: list[URLPattern | URLResolver] = [
    path("board", board.board, name="board"),
    path("summary", summary.summary, name="summary"),
    path("movements", movements.movements, name="movements"),
    path("rising", movements.rising, name="rising"),
    *run_urls,
    *tier_urls,
    *objection_urls,
    *backtest_urls,
    *model_urls,
]
