"""Celery tasks of the roster."""

from celery import shared_task

from roster.services.current import refresh_current


@shared_task
def refresh_present() -> None:
    """Postings, ranks and grades that were entered ahead take effect on their day."""
    refresh_current(officer_ids=None)
