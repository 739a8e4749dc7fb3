"""Settings of the portal: one file, everything that differs between sites comes from the environment.

``PORTAL_ENV=embedded`` (the default) runs on one machine with nothing installed beforehand: SQLite,
a generated secret key and a local broker.  ``PORTAL_ENV=production`` takes nothing for granted: a missing
or well-known value stops the start with a sentence that says which one and how to mend it.
"""

import secrets
from pathlib import Path

import environ
from csp.constants import NONCE
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent

PORTAL_ENV: str = env.str("PORTAL_ENV", default="embedded")
if PORTAL_ENV not in {"embedded", "production"}:
    raise ImproperlyConfigured(f"PORTAL_ENV is {PORTAL_ENV!r}: write embedded or production.")
PRODUCTION = PORTAL_ENV == "production"
DEBUG = False

# Everything the running portal writes: database, media, key, broker socket, logs.
VAR_DIR = Path(env.str("PORTAL_VAR", default=str(BASE_DIR / "var"))).resolve()
VAR_DIR.mkdir(parents=True, exist_ok=True)


def required(name: str, hint: str) -> str:
    """Return an environment value that production must state; refuse to start without it."""
    value: str = env.str(name, default="").strip()
    if not value:
        raise ImproperlyConfigured(f"{name} is not set. {hint}")
    return value


def embedded_secret_key() -> str:
    """Return this machine's own key, made once and readable by its owner alone."""
    path = VAR_DIR / "secret_key"
    if not path.exists():
        fresh = VAR_DIR / f"secret_key.{secrets.token_hex(4)}"
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(64), encoding="ascii")
        try:
            # A hard link fails when another process was first: two first starts must share one key.
            path.hardlink_to(fresh)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text(encoding="ascii").strip()


if PRODUCTION:
    SECRET_KEY = required(
        "SECRET_KEY", "Make one: python -c 'import secrets; print(secrets.token_urlsafe(64))'"
    )
    if len(SECRET_KEY) < 50 or "insecure" in SECRET_KEY or "change" in SECRET_KEY.lower():
        raise ImproperlyConfigured("SECRET_KEY is short or an example: use 50 or more random characters.")
    _hosts = required("ALLOWED_HOSTS", "List the host names, separated by commas.").split(",")
    ALLOWED_HOSTS = [host.strip() for host in _hosts if host.strip()]
    if "*" in ALLOWED_HOSTS:
        raise ImproperlyConfigured("ALLOWED_HOSTS must name the hosts; * is refused.")
    _database_url = required("DATABASE_URL", "For example postgres://portal:…@db.example/portal")
    if not _database_url.startswith(("postgres://", "postgresql://")):
        raise ImproperlyConfigured("DATABASE_URL must be a PostgreSQL address in production.")
    REDIS_URL = required("REDIS_URL", "For example rediss://:…@redis.example:6379/0")
    # A host with a leading dot stands for itself and everything below it.
    CSRF_TRUSTED_ORIGINS = [f"https://{host.removeprefix('.')}" for host in ALLOWED_HOSTS]
    CSRF_TRUSTED_ORIGINS += [f"https://*{host}" for host in ALLOWED_HOSTS if host.startswith(".")]
else:
    SECRET_KEY = env.str("SECRET_KEY", default="") or embedded_secret_key()
    ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]", "testserver"])
    _database_url = env.str("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'portal.sqlite3'}")
    REDIS_URL = env.str("REDIS_URL", default=f"redis+socket://{VAR_DIR / 'valkey.sock'}")

# --- what this province is called -------------------------------------------------------------------
PORTAL_NAME: str = env.str("PORTAL_NAME", default="吉林省老旧小区改造管理平台")
PORTAL_NAME_EN: str = env.str("PORTAL_NAME_EN", default="Jilin Old Community Renovation Portal")
PORTAL_PROVINCE: str = env.str("PORTAL_PROVINCE", default="220000")
# The office that signs bulletins (省城市管理工作联席会议办公室, press conference of 3 January 2020).
PORTAL_ISSUER: str = env.str("PORTAL_ISSUER", default="吉林省城市管理工作联席会议办公室")
PORTAL_SUPPORT_PHONE: str = env.str("PORTAL_SUPPORT_PHONE", default="")
# Whoever wrote a bulletin's draft last cannot issue it; a second person does.
BULLETIN_FOUR_EYES: bool = env.bool("BULLETIN_FOUR_EYES", default=True)
# Whoever published the scores of a year does not issue them.
ASSESSMENT_FOUR_EYES: bool = env.bool("ASSESSMENT_FOUR_EYES", default=True)
# Whoever made an allocation's scenario cannot sign it; a second person does.
ALLOCATION_FOUR_EYES: bool = env.bool("ALLOCATION_FOUR_EYES", default=True)

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "rest_framework",
    "rest_framework.authtoken",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "import_export",
    "simple_history",
    "django_celery_beat",
    "django_htmx",
    "template_partials",
    "accounts",
    "records",
    "jobs",
    "communities",
    "projects",
    "consultations",
    "funding",
    "assessments",
    "ledgers",
    "dashboards",
    "renovation_portal",
]

MIDDLEWARE = [
    "renovation_portal.admission.ResidentAdmissionMiddleware",
    "renovation_portal.middleware.DatabaseOutageMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "renovation_portal.middleware.ResponseHeadersMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "renovation_portal.middleware.LanguageMiddleware",
    "renovation_portal.middleware.UnreadableTextMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.SessionGuardMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "renovation_portal.urls"
WSGI_APPLICATION = "renovation_portal.wsgi.application"
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
                "renovation_portal.context.portal",
            ],
        },
    },
]

# --- database ---------------------------------------------------------------------------------------
DATABASES = {"default": env.db_url_config(_database_url)}
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASES["default"]["CONN_MAX_AGE"] = 60
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # Writers queue at BEGIN instead of failing with "database is locked" half-way (measured: 80 → 0 errors).
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;"
        " PRAGMA mmap_size=268435456; PRAGMA cache_size=-65536;",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- who logs in ------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "accounts:login"
# GB/T 22239 asks for complexity and rotation, ASVS 5.0 V6.2 forbids both: the site chooses (mlps | asvs).
PASSWORD_PROFILE: str = env.str("PASSWORD_PROFILE", default="mlps")
if PASSWORD_PROFILE not in {"mlps", "asvs"}:
    raise ImproperlyConfigured(f"PASSWORD_PROFILE is {PASSWORD_PROFILE!r}: write mlps or asvs.")
AUTHENTICATION_BACKENDS = ["accounts.backends.PortalBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "accounts.passwords.ProfileValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "display_name")},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
SESSION_ENGINE = "accounts.session_store"
SESSION_IDLE_SECONDS: int = env.int("SESSION_IDLE_SECONDS", default=30 * 60)
SESSION_IDLE_SECONDS_ADMIN: int = env.int("SESSION_IDLE_SECONDS_ADMIN", default=15 * 60)
SESSION_ABSOLUTE_SECONDS: int = env.int("SESSION_ABSOLUTE_SECONDS", default=12 * 3600)
SESSIONS_PER_USER: int = env.int("SESSIONS_PER_USER", default=2)
# The cookie outlives the session a little, so that the portal can say why it ended.
SESSION_COOKIE_AGE = SESSION_ABSOLUTE_SECONDS + 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = False
CSRF_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LOGIN_FAILURE_LIMIT: int = env.int("LOGIN_FAILURE_LIMIT", default=5)
LOGIN_LOCK_SECONDS: int = env.int("LOGIN_LOCK_SECONDS", default=600)
LOGIN_FAILURES_PER_ADDRESS_HOUR: int = env.int("LOGIN_FAILURES_PER_ADDRESS_HOUR", default=20)
# The door of the residents: wrong tries that lock a slip's typed code, wrong codes in an hour from one
# address within one community, and how many days a phone stays let in.
CODE_WRONG_TRIES: int = env.int("CODE_WRONG_TRIES", default=5)
CODE_FAILURES_PER_ADDRESS_HOUR: int = env.int("CODE_FAILURES_PER_ADDRESS_HOUR", default=20)
RESIDENT_SESSION_DAYS: int = env.int("RESIDENT_SESSION_DAYS", default=180)
RESIDENT_COOKIE_NAME = "__Secure-resident" if PRODUCTION else "resident"
# How many reverse proxies stand in front: the client address is read that far from the right of
# X-Forwarded-For, since everything to its left was written by the client.
# Production stands behind one, which also tells it about https; with 0 every visitor would share its address.
TRUSTED_PROXIES: int = env.int("TRUSTED_PROXIES", default=1 if PRODUCTION else 0)

# For so long a resident's page is kept for readers whom no slip has let in: a whole city may come at once.
RESIDENTS_PAGE_SECONDS: int = env.int("RESIDENTS_PAGE_SECONDS", default=10)

# What residents send, in each web process; beyond it they are asked to wait. Two processes take 12 comments
# and 28 entries a second with it and refuse what a rush of 112 arrivals brings on top; 0 lets all in.
RESIDENT_POSTS_PER_SECOND: float = env.float("RESIDENT_POSTS_PER_SECOND", default=45)

# --- transport and headers --------------------------------------------------------------------------
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if PRODUCTION:
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-sessionid"
    CSRF_COOKIE_NAME = "__Host-csrftoken"
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "style-src": ["'self'", NONCE],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    },
}

# --- language and time ------------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
# Korean is for the residents of Yanbian: their pages alone are written in it.
LANGUAGES = [("zh-hans", _("Chinese")), ("ko", _("Korean")), ("en", _("English"))]
STAFF_LANGUAGES = ("zh-hans", "en")
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

# --- files ------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = VAR_DIR / "static"
MEDIA_ROOT = VAR_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_AUTOREFRESH = False
DATA_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000

# --- background work --------------------------------------------------------------------------------
CELERY_BROKER_URL = REDIS_URL
CELERY_TIMEZONE = TIME_ZONE
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SOFT_TIME_LIMIT = 1700
CELERY_TASK_TIME_LIMIT = 1800
CELERY_TASK_ALWAYS_EAGER = False
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False
CELERY_BEAT_SCHEDULER = "jobs.schedulers:PulsingScheduler"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# Worker and beat outlive any outage of the broker; Celery's own default gives up after a hundred tries.
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
# A dead worker's task comes back in about a minute instead of kombu's hour.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 2100,
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 1,
    "socket_connect_timeout": 1,
    "socket_timeout": 5,
}
JOBS_STALE_SECONDS: int = env.int("JOBS_STALE_SECONDS", default=120)
JOBS_HEARTBEAT_SECONDS: int = env.int("JOBS_HEARTBEAT_SECONDS", default=15)
# A message unanswered for this long is sent again; a crashed attempt waits this long (times its number).
JOBS_RESEND_SECONDS: int = env.int("JOBS_RESEND_SECONDS", default=120)
JOBS_RETRY_SECONDS: int = env.int("JOBS_RETRY_SECONDS", default=15)
JOBS_TIMETABLE = "renovation_portal.timetable.TIMETABLE"

# --- what is owed, and mail about it ----------------------------------------------------------------
# The functions that know what a user owes, one for each app: the first page and the daily list ask them.
INBOX: tuple[str, ...] = (
    "communities.owed.owed",
    "projects.owed.owed",
    "consultations.owed.owed",
    "funding.owed.owed",
    "assessments.owed.owed",
    "ledgers.owed.owed",
    "dashboards.owed.owed",
)
# Who knows how sound the rows of units are, for the league of their returns.
UNIT_SCORES = "ledgers.health.reading.unit_scores"
# Who knows the numbers of units that ad-hoc tables show filled: ``offered`` and ``of`` of this module.
UNIT_FACTS = "dashboards.unit_facts"
# Who counts the task volumes by which money is shared (assessments.volumes.Provider).
TASK_VOLUMES = "dashboards.volumes"
EMAIL_BACKEND: str = env.str("EMAIL_BACKEND", default="django.core.mail.backends.console.EmailBackend")
EMAIL_HOST: str = env.str("EMAIL_HOST", default="localhost")
EMAIL_PORT: int = env.int("EMAIL_PORT", default=25)
EMAIL_HOST_USER: str = env.str("EMAIL_HOST_USER", default="")
EMAIL_HOST_PASSWORD: str = env.str("EMAIL_HOST_PASSWORD", default="")
EMAIL_USE_TLS: bool = env.bool("EMAIL_USE_TLS", default=False)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL: str = env.str("DEFAULT_FROM_EMAIL", default="portal@localhost")

# --- API --------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.api_permissions.PortalTokenAuthentication",
        "accounts.api_permissions.PortalSessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["accounts.api_permissions.HasCapability"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.PageNumberPagination",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "PAGE_SIZE": 100,
    "COERCE_DECIMAL_TO_STRING": True,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": PORTAL_NAME_EN,
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
}

SILENCED_SYSTEM_CHECKS: list[str] = []
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"error_id": {"()": "renovation_portal.error_ids.ErrorId"}},
    "formatters": {
        "line": {
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
            "datefmt": "%Y-%m-%dT%H:%M:%S%z",
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django.request": {"level": "ERROR", "filters": ["error_id"]},
        "fontTools": {"level": "WARNING"},
    },
}
