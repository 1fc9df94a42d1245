"""Celery tasks of scoring; beat calls them. Each calls one service."""

from __future__ import annotations

from celery import shared_task

from scoring.services import nightly


@shared_task
def nightly_run() -> None:
    nightly.start()


@shared_task
def expire_proposals() -> None:
    nightly.expire()
