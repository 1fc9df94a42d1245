"""All settings of police_hr, in one file.

Every option is an environment variable with a type and a default; a wrong or missing value stops
the start with a sentence that says how to mend it. `docs/settings.md` lists them all.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()


def secret(name: str) -> str:
    """The value of option `name`, or the content of the file that `name_FILE` points to, or ''."""
    path = os.environ.get(f"{name}_FILE")
    if path:
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ImproperlyConfigured(f"{name}_FILE: {path} cannot be read ({error.strerror}).") from error
    return os.environ.get(name, "")


# --- What kind of installation this is -------------------------------------------------------------
DATA_DIR = Path(env.str("POLICE_HR_DATA", default=str(BASE_DIR / "var"))).resolve()
DATA_DIR.mkdir(parents=True, exist_ok=True)
# script/server leaves here how its installation is reached, so that POLICE_HR_DATA is all other commands need.
if (DATA_DIR / "installation.env").is_file():
    environ.Env.read_env(DATA_DIR / "installation.env")
DEBUG = env.bool("POLICE_HR_DEBUG", default=False)
# The embedded demonstration installation that `script/server` starts: local address only, demo accounts.
DEMO = env.bool("POLICE_HR_DEMO", default=False)
VERSION = "0.1.0"

SECRET_KEY = secret("POLICE_HR_SECRET_KEY")
if not SECRET_KEY and (DEBUG or DEMO):
    key_file = DATA_DIR / "secret_key"
    if not key_file.exists():
        from django.core.management.utils import get_random_secret_key

        descriptor = os.open(key_file, os.O_WRONLY | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "w") as handle:
            handle.write(get_random_secret_key())
    SECRET_KEY = key_file.read_text().strip()
if not SECRET_KEY:
    raise ImproperlyConfigured(
        "POLICE_HR_SECRET_KEY is not set. Set it (or POLICE_HR_SECRET_KEY_FILE) to a random text of 50 or "
        "more characters, or start the demonstration with script/server."
    )

ALLOWED_HOSTS = env.list("POLICE_HR_HOSTS", default=["localhost", "127.0.0.1", "[::1]"] if DEBUG or DEMO else [])
if not ALLOWED_HOSTS:
    raise ImproperlyConfigured("POLICE_HR_HOSTS is empty: name the host names of this site, separated by commas.")
CSRF_TRUSTED_ORIGINS = env.list("POLICE_HR_TRUSTED_ORIGINS", default=[])
BUREAU_NAME = env.str("POLICE_HR_BUREAU", default="示例市公安局")

# --- Applications -----------------------------------------------------------------------------------
INSTALLED_APPS = [
    "police_hr.core",
    "roster",
    "workflows",
    "scoring",
    "matching",
    "police_hr.demo",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "axes",
    "django_filters",
    "django_htmx",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "drf_spectacular",
    "guardian",
    "rest_framework",
    "treebeard",
]
AUTH_USER_MODEL = "core.User"
ROOT_URLCONF = "police_hr.urls"
WSGI_APPLICATION = "police_hr.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

MIDDLEWARE = [
    "police_hr.core.middleware.RequestIdentity",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "police_hr.core.middleware.ViewerMiddleware",
    "police_hr.core.middleware.AccessMiddleware",
    "axes.middleware.AxesMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "police_hr.core.context.frame",
            ],
            "builtins": ["django.templatetags.i18n", "police_hr.core.templatetags.ui"],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
INSTALLED_APPS.append("django.forms")

# --- Database: SQLite by default, PostgreSQL by DATABASE_URL ---------------------------------------
DATABASE_URL = secret("DATABASE_URL")
if DATABASE_URL:
    DATABASES = {"default": env.db_url_config(DATABASE_URL)}
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
else:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": DATA_DIR / "police_hr.sqlite3",
            "OPTIONS": {
                # IMMEDIATE: with DEFERRED a third of concurrent read-modify-writes fail with "locked".
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": (
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
                    "PRAGMA cache_size=-8192; PRAGMA temp_store=MEMORY;"
                ),
            },
        }
    }
DATABASES["default"]["CONN_MAX_AGE"] = None

# --- Broker, cache, jobs -----------------------------------------------------------------------------
REDIS_URL = secret("REDIS_URL")
if REDIS_URL:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
else:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
# kombu writes a unix socket address with its own scheme.
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1) if REDIS_URL else "memory://"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A killed worker's message returns after the visibility timeout; the job row's lease is quicker and is the truth.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 60,
    "unacked_restore_interval": 5,
    "unacked_restore_limit": 100,
    "socket_timeout": 5,
    "socket_connect_timeout": 5,
}
CELERY_TIMEZONE = "Asia/Shanghai"
# A job whose worker gave no sign of life for this long is taken up by another.
FAIRNESS_SMALLEST = env.int("POLICE_HR_FAIRNESS_SMALLEST", default=10)
JOB_LEASE_SECONDS = env.int("POLICE_HR_JOB_LEASE", default=30)

# --- Sign-in and sessions -----------------------------------------------------------------------------
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "police_hr.core.backends.AccountBackend",
]
PASSWORD_HASHERS = ["police_hr.core.hashers.Argon2Hasher"]
# Password checks at one time in one web process: each takes 46 MiB and a core while it lasts.
HASHING_SLOTS = env.int("POLICE_HR_HASHING_SLOTS", default=2)
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "police_hr.core.passwords.ContextWordsValidator"},
]
LOGIN_URL = "core:sign-in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "core:sign-in"
SESSION_ENGINE = "police_hr.core.sessions"
# Every use writes the session anew, so the age of the row alone would never end it: see core.middleware.
SESSION_COOKIE_AGE = SESSION_ABSOLUTE_SECONDS = 12 * 3600
SESSION_IDLE_SECONDS = env.int("POLICE_HR_SESSION_IDLE", default=30 * 60)
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = False
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "police_hr.core.errors.csrf_failure"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_LOCKOUT_CALLABLE = "police_hr.core.views.sign_in.locked_out"
AXES_USERNAME_FORM_FIELD = "username"
AXES_DISABLE_ACCESS_LOG = True
AXES_CLIENT_IP_CALLABLE = "police_hr.core.addresses.client_address"
# How many proxies of our own stand before the site; each adds one address to X-Forwarded-For.
TRUSTED_PROXIES = env.int("POLICE_HR_PROXIES", default=0)
AXES_VERBOSE = False
OTP_TOTP_ISSUER = BUREAU_NAME
ANONYMOUS_USER_NAME = None
GUARDIAN_MONKEY_PATCH_USER = False
SILENCED_SYSTEM_CHECKS = [
    # Grants are read once a request by roster.access; guardian's per-object backend is never asked.
    "guardian.W001",
]

# --- Language, time -----------------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "police_hr" / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

# --- Files ----------------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATICFILES_DIRS = [("", BASE_DIR / "static" / "dist")]
# Our own built files only: no page loads what the packages bring along (five hundred files, never shown).
STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
STATIC_ROOT = DATA_DIR / "static"
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": DATA_DIR / "files", "base_url": None},
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
FILE_UPLOAD_TEMP_DIR = env.str("POLICE_HR_UPLOAD_TMP", default="") or None
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
# the Song typeface that forms are printed with; empty: the best one that the machine has
PRINT_FONT = env.str("POLICE_HR_PRINT_FONT", default="")
IMPORT_MAX_BYTES = env.int("POLICE_HR_IMPORT_MAX_MB", default=100) * 1024 * 1024

# --- Officers' rights: working days to dispute what was recorded, and to answer a dispute ---------------------
DISPUTE_WORKDAYS = env.int("POLICE_HR_DISPUTE_DAYS", default=15)
DISPUTE_ANSWER_WORKDAYS = env.int("POLICE_HR_DISPUTE_ANSWER_DAYS", default=10)

# --- Readings: distinct dossiers an account may open within an hour, and from how many on the auditor is told ---
DOSSIERS_AN_HOUR = env.int("POLICE_HR_DOSSIERS_AN_HOUR", default=120)
DOSSIERS_AN_HOUR_WARN = env.int("POLICE_HR_DOSSIERS_AN_HOUR_WARN", default=60)

# hours of the day between which a dossier opens without a word why; the demonstration knows no night
DUTY_HOURS = env.str("POLICE_HR_DUTY_HOURS", default="0-24" if DEMO else "7-22")
if not re.fullmatch(r"([01]?\d|2[0-3])-([1-9]|1\d|2[0-4])", DUTY_HOURS):
    raise ImproperlyConfigured("POLICE_HR_DUTY_HOURS is two whole hours, e.g. 7-22; 0-24 asks nobody for a purpose.")

# --- Headers ----------------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "worker-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
if not (DEBUG or DEMO):
    SECURE_SSL_REDIRECT = env.bool("POLICE_HR_SSL_REDIRECT", default=True)
    SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"

# --- API ----------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": [
        "rest_framework.parsers.JSONParser",
        "rest_framework.parsers.MultiPartParser",
    ],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "EXCEPTION_HANDLER": "police_hr.core.errors.api_exception_handler",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "police_hr",
    "VERSION": "1",
    "DESCRIPTION": "Units, officers, ledger, imports, index runs, scores and jobs.",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "ENUM_NAME_OVERRIDES": {"TierEnum": "scoring.models.run.Tier"},
}

# --- Logging: to standard error; the process manager keeps the files --------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("POLICE_HR_LOG_LEVEL", default="INFO")},
    "loggers": {"axes": {"level": "WARNING"}, "django.request": {"level": "ERROR"}},
}
