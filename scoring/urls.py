"""Routes of the scoring."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from scoring.views import board, models, movements, objections, proposals, register, runs, summary

app_name = "scoring"

run_urls = [
    path("runs", runs.run_list, name="run-list"),
    path("runs/new", runs.run_create, name="run-create"),
    path("runs/<int:pk>", runs.run_detail, name="run-detail"),
    path("runs/<int:pk>/retry", runs.run_retry, name="run-retry"),
]
model_urls = [
    path("models", models.model_list, name="model-list"),
    path("models/<slug:code>", models.model_detail, name="model-detail"),
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
    *model_urls,
]
