"""Settings. Whatever differs by machine is an environment variable; secrets have no default outside DEBUG.

Every variable is named, with its meaning, in .env.example.
"""

from datetime import timedelta
from pathlib import Path

import environ
from celery.schedules import schedule
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from bulletin import embedded
from bulletin.ingestion.sandbox import Limits

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent
# Everything that the portal writes: uploads, static files, and in a local run database, broker and secrets.
# Web and worker share it.
VAR_DIR = Path(env("VAR_DIR", default=str(BASE_DIR / "var"))).resolve()


def one_of(name: str, *allowed: str) -> str:
    """A variable with a closed list of values; the first is the default."""
    if (chosen := env(name, default=allowed[0])) not in allowed:
        raise ImproperlyConfigured(f"{name} 只能是 {'、'.join(allowed)} 之一，现在是 {chosen!r}。")
    return chosen


# --- Security -----------------------------------------------------------------------------------------------
DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env("SECRET_KEY", default="") or ("insecure-for-development-only" if DEBUG else "")
if not SECRET_KEY:
    raise ImproperlyConfigured(
        "没有设置 SECRET_KEY。在自己的机器上试用请运行 make run（会自动生成）；"
        "在服务器上请把环境变量 SECRET_KEY 设为一段保密的随机文字（50 个字符以上）。"
    )
# 127.0.0.1 is for the health check from inside the container or machine.
ALLOWED_HOSTS = [*env.list("ALLOWED_HOSTS", default=["localhost"]), "127.0.0.1"]
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

# Reached over https: cookies, redirect and HSTS follow. A local run over http says HTTPS=false.
HTTPS = env.bool("HTTPS", default=not DEBUG)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=365 * 24 * 3600) if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
# Only behind a proxy that sets X-Forwarded-Proto itself: anybody else could claim to have come by https.
if env.bool("BEHIND_TLS_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# --- The application ----------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "bulletin.apps.AdministrationConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "csp",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "django_filters",
    "rest_framework",
    "rest_framework.authtoken",
    "drf_spectacular",
    "pgtrigger",
    "pghistory",
    "regions",
    "policies",
    "bulletin.apps.BulletinConfig",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "bulletin.access.ReaderAccessMiddleware",
    "bulletin.forwarding.ForwardingMiddleware",
    "pghistory.middleware.HistoryMiddleware",  # who did it, for the history that triggers keep
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",  # last: it answers in the place of a login that is locked
]
ROOT_URLCONF = "bulletin.urls"
WSGI_APPLICATION = "bulletin.wsgi.application"
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
                "bulletin.context_processors.frame",
            ],
        },
    }
]

# --- Coming in: docs/security.md ----------------------------------------------------------------------------
LOGIN_URL = "/desk/login/"
LOGIN_REDIRECT_URL = "desk"
LOGOUT_REDIRECT_URL = "/"
SESSION_COOKIE_AGE = env.int("SESSION_HOURS", default=12) * 3600  # from the login on
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "bulletin.accounts.held.csrf_failure"
PASSWORD_LENGTH = env.int("PASSWORD_LENGTH", default=12)  # the shortest that is taken
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"bulletin.accounts.passwords.{validator}", "OPTIONS": options}
    for validator, options in (
        ("LongEnough", {"min_length": PASSWORD_LENGTH}),
        ("NotLikeTheAccount", {"max_similarity": 0.6}),  # at 0.7 a long one may hold a short name whole
        ("NotCommon", {}),
        ("NotNumeric", {}),
    )
]
# Wrong passwords and codes, counted by name and address together: a stranger can't lock an editor out
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "bulletin.access.Permissions",
]
AXES_FAILURE_LIMIT = env.int("LOGIN_FAILURES", default=5)
AXES_COOLOFF_TIME = timedelta(minutes=env.int("LOGIN_COOLOFF_MINUTES", default=15))
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # the wait that was told is the wait
AXES_RESET_ON_SUCCESS = True
AXES_CLIENT_IP_CALLABLE = "bulletin.accounts.throttling.client_address"
AXES_LOCKOUT_CALLABLE = "bulletin.accounts.throttling.locked_out"
AXES_ENABLE_ACCESS_FAILURE_LOG = True
AXES_SENSITIVE_PARAMETERS = [
    "username",
    "ip_address",
    "code",
    "old_password",
    "new_password1",
    "new_password2",
]
AXES_VERBOSE = False
LOGIN_LOG_DAYS = env.int("LOGIN_LOG_DAYS", default=190)  # six months are asked for by law
# The second step of a login is everybody's choice; true makes it a condition of approving and publishing
REQUIRE_TOTP_FOR_APPROVERS = env.bool("REQUIRE_TOTP_FOR_APPROVERS", default=False)
OTP_TOTP_ISSUER = "大数据发展动态"
OTP_ADMIN_HIDE_SENSITIVE_DATA = True

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

# 谁可以读: everyone; full-text (titles for all, full text after login); login (everything after login)
PORTAL_ACCESS = one_of("PORTAL_ACCESS", "everyone", "full-text", "login")

# Whether 终审 may approve an issue that they themselves edited or checked; else a second person does
APPROVE_OWN_WORK = env.bool("APPROVE_OWN_WORK", default=False)
# For how long the private address of a preview works, where nothing else is chosen
PREVIEW_DAYS = env.int("PREVIEW_DAYS", default=7)

# --- The API and feeds --------------------------------------------------------------------------------------
# Whose ids the entries of feeds are (RFC 4151). Once feeds are followed it never changes, though the host
# may.
FEED_AUTHORITY = env("FEED_AUTHORITY", default=ALLOWED_HOSTS[0].lstrip(".*") or "localhost")
REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "rest_framework.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["bulletin.api.access.ReaderPermission"],
    "DEFAULT_THROTTLE_CLASSES": ["bulletin.api.access.ByAddress", "bulletin.api.access.ByUser"],
    # By IP address and by account: 120/min is 120 requests a minute; also /s, /h, /d
    "DEFAULT_THROTTLE_RATES": {
        "anon": env("API_RATE", default="120/min"),
        "user": env("API_RATE_USER", default="600/min"),
    },
    # Else anybody could name another address in X-Forwarded-For with every request
    "NUM_PROXIES": 1 if env.bool("BEHIND_TLS_PROXY", default=False) else 0,
    "DEFAULT_FILTER_BACKENDS": ["bulletin.api.narrowing.PageFilters"],
    "DEFAULT_PAGINATION_CLASS": "bulletin.api.paging.CursorPages",
    "EXCEPTION_HANDLER": "bulletin.api.problems.answer",
    "URL_FORMAT_OVERRIDE": None,
    "UNICODE_JSON": True,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "大数据发展动态 API",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.0",
    "DESCRIPTION": "已发布的各期、文章、地区、机构、政策和目标，供程序读取。只读。",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": False,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "SORT_OPERATIONS": False,
    "ENUM_NAME_OVERRIDES": {
        "StageEnum": "policies.models.Stage.Kind",
        "BlockKindEnum": ["p", "h", "figure", "table"],
    },
}

# --- Database and cache -------------------------------------------------------------------------------------
# Without DATABASE_URL the embedded server's address. It is started by `manage.py`, never from here.
DATABASES = {
    "default": env.db_url_config(env("DATABASE_URL"))
    if env("DATABASE_URL", default="")
    else {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": embedded.DATABASE,
        "USER": embedded.SUPERUSER,
        "HOST": embedded.socket_directory(VAR_DIR),
        "PORT": embedded.PORT,
    }
}
DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env("REDIS_URL", default="")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "bulletin",
    }
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}

# --- Files --------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = Path(env("STATIC_ROOT", default=str(VAR_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = VAR_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
# A folder that is watched: what is put there is read, then moved to its done/ or failed/. Empty: none
INBOX_DIR = env("INBOX_DIR", default="")
INBOX_QUIET_SECONDS = env.float("INBOX_QUIET_SECONDS", default=10)  # unwritten for so long, a file is whole
MAX_UPLOAD_MB = env.int("MAX_UPLOAD_MB", default=200)  # a file over this is refused with its own error
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024  # a larger file goes to disk while it arrives
DATA_UPLOAD_MAX_NUMBER_FILES = 1000  # handed in at once
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024  # a request without its files: an article's whole body

# --- The worker ---------------------------------------------------------------------------------------------
# The database row is the truth about a job; the broker only carries its number (docs/decisions/0002).
CELERY_BROKER_URL = env("CELERY_BROKER_URL", default=REDIS_URL or "filesystem://localhost")
if CELERY_BROKER_URL.startswith("filesystem:"):
    BROKER_DIR = VAR_DIR / "broker"
    CELERY_BROKER_TRANSPORT = "bulletin.broker:Transport"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(BROKER_DIR / "queue"),
        "data_folder_out": str(BROKER_DIR / "queue"),
        "processed_folder": str(BROKER_DIR / "taken"),
        "control_folder": str(BROKER_DIR / "control"),
        "polling_interval": 0.2,  # seconds
    }
    CELERY_WORKER_ENABLE_REMOTE_CONTROL = False  # its replies would pile up as files
else:
    # Longer than any job may take: until then Redis gives an unacknowledged one to nobody else.
    CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_DEFAULT_QUEUE = "bulletin"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CONCURRENCY = env.int("WORKER_CONCURRENCY", default=1)
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_SEND_TASK_EVENTS = False
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat-schedule")
CELERY_BEAT_SCHEDULE = {
    # Expired when the next one is due: after a pause of the worker they must not pile up.
    "requeue-lost": {
        "task": "bulletin.tasks.requeue_lost",
        "schedule": schedule(20),
        "options": {"expires": 20},
    },
    "refresh-search-counts": {
        "task": "bulletin.tasks.refresh_search_counts",
        "schedule": schedule(600),
        "options": {"expires": 600},
    },
    "forget-old-logins": {
        "task": "bulletin.tasks.forget_old_logins",
        "schedule": schedule(24 * 3600),
        "options": {"expires": 24 * 3600},
    },
    "deliver-outbox": {
        "task": "bulletin.outbox.delivering.deliver_outbox",
        "schedule": schedule(20),
        "options": {"expires": 20},
    },
    "look-at-links": {
        "task": "bulletin.links.looking.look_at_links",
        "schedule": schedule(60),
        "options": {"expires": 60},
    },
    "publish-due": {
        "task": "bulletin.tasks.publish_due",
        "schedule": schedule(20),
        "options": {"expires": 20},
    },
    "mark-round-trip": {
        "task": "bulletin.mark_round_trip",
        "schedule": schedule(20),
        "options": {"expires": 20},
    },
}

if INBOX_DIR:
    CELERY_BEAT_SCHEDULE["look-after-inbox"] = {
        "task": "bulletin.tasks.look_after_inbox",
        "schedule": schedule(5),
        "options": {"expires": 5},
    }

# --- Telling others: docs/outbox.md -------------------------------------------------------------------------
# How readers reach the portal: links in mails and webhooks begin so
PUBLIC_URL = env("PUBLIC_URL", default=f"http{'s' if HTTPS else ''}://{FEED_AUTHORITY}").rstrip("/")
NOTIFY_EMAILS = env.list("NOTIFY_EMAILS", default=[])  # who is told of what is published; empty: nobody
if NOTIFY_EMAILS and not env("EMAIL_URL", default=""):
    raise ImproperlyConfigured("设了 NOTIFY_EMAILS，还要设 EMAIL_URL：smtp+tls://用户:密码@主机:587。")
vars().update(env.email("EMAIL_URL", default="consolemail://"))
EMAIL_TIMEOUT = 10  # seconds
DEFAULT_FROM_EMAIL = env("MAIL_FROM", default=f"bulletin@{FEED_AUTHORITY}")
# Whether webhooks may lead inside one's own network
WEBHOOK_ALLOW_PRIVATE = env.bool("WEBHOOK_ALLOW_PRIVATE", default=False)

# --- Source links: docs/links.md ----------------------------------------------------------------------------
# Whether the worker opens them from time to time; false where the machine has no way out by design
LINK_CHECKS = env.bool("LINK_CHECKS", default=True)
# Whether source links may lead inside one's own network
LINK_ALLOW_PRIVATE = env.bool("LINK_ALLOW_PRIVATE", default=False)
if not LINK_CHECKS:
    del CELERY_BEAT_SCHEDULE["look-at-links"]

# Reading a file. A reader gives a sign of life every HEARTBEAT_SECONDS; silent for longer than
# LOST_AFTER_SECONDS it counts as dead, and its file is put back.
HEARTBEAT_SECONDS = env.float("HEARTBEAT_SECONDS", default=5)
LOST_AFTER_SECONDS = env.float("LOST_AFTER_SECONDS", default=30)
# A file is read in a process of its own, which is ended where it goes further than this.
READING_LIMITS = Limits(
    seconds=env.float("READING_LIMIT_SECONDS", default=900),
    page_seconds=env.float("READING_LIMIT_PAGE_SECONDS", default=60),
    megabytes=env.int("READING_LIMIT_MB", default=2048),
    answer_megabytes=env.int("READING_LIMIT_ANSWER_MB", default=64),
    file_megabytes=env.int("READING_LIMIT_FILE_MB", default=256),
    open_files=env.int("READING_LIMIT_OPEN_FILES", default=128),
)

# --- Logs: one line an event --------------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env("LOG_LEVEL", default="INFO")},
    "loggers": {
        "django.server": {"handlers": ["stderr"], "propagate": False},
        # Every task's coming and going, every 20 seconds: the tasks themselves say what they did
        "celery.beat": {"level": "WARNING"},
        "celery.worker.strategy": {"level": "WARNING"},
        "celery.app.trace": {"level": "WARNING"},
        "axes": {"level": "WARNING"},  # it tells every login; the admin lists them
    },
}
