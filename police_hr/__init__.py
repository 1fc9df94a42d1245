"""police_hr: personnel management for a police force."""

from police_hr.celery import app as celery_app

__all__ = ["celery_app"]
