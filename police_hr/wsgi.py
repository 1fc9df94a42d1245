"""The WSGI entry point for gunicorn."""

import os
import sys

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "police_hr.settings")
if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # REST framework loads the driver of PostgreSQL wherever it is installed: 5 MiB in each web worker.
    sys.modules.setdefault("psycopg2", None)  # type: ignore[arg-type]
application = get_wsgi_application()
