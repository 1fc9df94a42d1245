"""Celery tasks of the core. Each takes numbers only and calls one function."""

from celery import shared_task

from police_hr.core import jobs, notices, reactions


@shared_task
def run_job(job_id: int) -> None:
    jobs.run(job_id)


@shared_task
def reconcile_jobs() -> None:
    jobs.reconcile()


@shared_task
def react() -> None:
    reactions.react()


@shared_task
def forget_notices() -> None:
    notices.forget_old()
