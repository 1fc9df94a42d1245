"""The Celery application. Tasks only wake workers; the truth about a job is its `JobRun` row."""

import os

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "police_hr.settings")

app = Celery("police_hr")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["police_hr.core", "roster", "workflows", "scoring", "matching", "police_hr.demo"])
app.conf.beat_schedule = {
    "reconcile-jobs": {"task": "police_hr.core.tasks.reconcile_jobs", "schedule": 10.0},
    "react": {"task": "police_hr.core.tasks.react", "schedule": 5.0},
    # by the clock of CELERY_TIMEZONE, when nobody works and the day's records are in
    "nightly-index": {"task": "scoring.tasks.nightly_run", "schedule": crontab(hour=2, minute=10)},
    # at 00:00 of their day; the rounds after it make a missed midnight good
    "moves": {"task": "roster.tasks.carry_out_moves", "schedule": crontab(minute="*/5")},
    "present-careers": {"task": "roster.tasks.refresh_present", "schedule": crontab(hour=0, minute=5)},
    "recheck-dossiers": {"task": "roster.tasks.recheck_dossiers", "schedule": crontab(hour=3, minute=30)},
    "forget-files": {"task": "roster.tasks.forget_files", "schedule": crontab(minute=40)},
    "forget-notices": {"task": "police_hr.core.tasks.forget_notices", "schedule": crontab(hour=3, minute=50)},
    "sweep-files": {"task": "roster.tasks.sweep_files", "schedule": crontab(hour=3, minute=30)},
    "expire-proposals": {"task": "scoring.tasks.expire_proposals", "schedule": crontab(minute=20)},
}
