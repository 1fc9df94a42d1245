"""Celery tasks of the roster."""

from celery import shared_task

from police_hr.core import files
from roster.services.current import refresh_current
from roster.services.doubts import start_recheck
from roster.services.exports import expire_exports
from roster.services.imports.retention import forget_past
from roster.services.moves.carrying import carry_out_due
from roster.services.moves.secondments import end_due_secondments


@shared_task
def refresh_present() -> None:
    """Postings, ranks and grades that were entered ahead take effect on their day."""
    refresh_current(officer_ids=None)


@shared_task
def carry_out_moves() -> None:
    """Moves whose day has come take effect; secondments whose term is over end."""
    carry_out_due()
    end_due_secondments()


@shared_task
def forget_files() -> None:
    """Exports that ran out and the files of imports past their use are deleted."""
    expire_exports()
    forget_past()


@shared_task
def sweep_files() -> None:
    """Uploaded files whose row never came are deleted once they are a day old."""
    files.sweep()


@shared_task
def recheck_dossiers() -> None:
    """Terms, ages and years pass without anybody changing a dossier."""
    start_recheck(by=None)
