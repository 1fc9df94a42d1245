"""A web worker loads no package that only jobs and downloads need: each costs it megabytes for as long as it lives."""

from __future__ import annotations

import json
import os
import subprocess
import sys

from tests.repo.helpers import ROOT

# pandas and its kin compute in Celery; the others are loaded by the one request that needs them. The driver of
# PostgreSQL is for installations that have one.
NOT_AT_START = {
    "psycopg2",
    "pandas",
    "scipy",
    "sklearn",
    "xlsxwriter",
    "pypinyin",
    "chinese_calendar",
    "python_calamine",
    "redis",
    "requests",
    "pygments",
}
SHOW = """
import json, sys
from police_hr.wsgi import application
from django.urls import get_resolver
get_resolver().url_patterns
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules if sys.modules[name]})))
"""


def test_the_web_process_starts_without_the_packages_of_jobs(tmp_path):
    env = {key: value for key, value in os.environ.items() if key not in {"REDIS_URL", "DATABASE_URL"}}
    env |= {"POLICE_HR_DATA": str(tmp_path), "POLICE_HR_DEMO": "1", "DJANGO_SETTINGS_MODULE": "police_hr.settings"}
    done = subprocess.run([sys.executable, "-c", SHOW], cwd=ROOT, env=env, check=True, capture_output=True, text=True)
    loaded = set(json.loads(done.stdout.splitlines()[-1]))
    assert "django" in loaded
    assert loaded & NOT_AT_START == set()
