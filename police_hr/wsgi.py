"""The WSGI entry point for gunicorn."""

import os
import sys

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "police_hr.settings")
# REST framework loads these wherever they are installed, and uses none of them here: 6 MiB in each web worker.
unused = ["requests", "pygments"]
database = settings.DATABASES["default"]
if database["ENGINE"].endswith("sqlite3"):
    unused.append("psycopg2")
    # Each thread keeps a connection. The pages of the database are in the memory of the system anyhow, and few
    # statements come often: 2 MiB and 32 of them in each thread instead of 8 MiB and 128 spare a worker 10 MiB.
    database["OPTIONS"]["init_command"] += " PRAGMA cache_size=-2048;"
    database["OPTIONS"]["cached_statements"] = 32
for name in unused:
    sys.modules.setdefault(name, None)  # type: ignore[arg-type]
application = get_wsgi_application()
