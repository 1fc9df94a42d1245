"""Routes of the scoring."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from scoring.views import board, models, runs

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
urlpatterns: list[URLPattern | URLResolver] = [
    path("board", board.board, name="board"),
    *run_urls,
    *model_urls,
]
