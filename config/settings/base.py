"""What both ways of running Millrace share. No secret and no address is set here."""

from pathlib import Path

import structlog
from csp.constants import NONE, SELF

from config.settings.environment import env

BASE_DIR = Path(__file__).resolve().parents[2]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "config.static_files.PublishedFilesConfig",
    "django_htmx",
    "django_filters",
    "rest_framework",
    "knox",
    "drf_spectacular",
    "csp",
    "common",
    "accounts",
    "planner",
    "valuestream",
    "integrations",
]

MIDDLEWARE = [
    "common.web.middleware.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "common.web.middleware.DomainErrorMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
ASGI_APPLICATION = "config.asgi.application"

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
                "config.context_processors.shell",
            ],
            "builtins": ["common.templatetags.ui"],
        },
    },
]

# Accounts
AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "sign-in"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
INVITATION_DAYS = 14
DEMO_ACCOUNT = False
DEMO_USERNAME = "demo"
DEMO_PASSWORD = "millrace-demo"  # noqa: S105 - shown on the sign-in page, on loopback only

# Words, numbers and time
LANGUAGE_CODE = "en-us"
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Static files: built by esbuild into static/build, served by WhiteNoise
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]

# Requests: uploads are streamed to disk, never held in memory
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
FILE_UPLOAD_HANDLERS = ["common.web.uploads.LimitedUploadHandler"]
IMPORT_MAX_BYTES = 1024 * 1024 * 1024
ATTACHMENT_MAX_BYTES = 25 * 1024 * 1024
ATTACHMENTS_PER_STORY = 50
ATTACHMENTS_WORKSPACE_BYTES = 5 * 1024 * 1024 * 1024
BULK_CREATE_LIMIT = 1000
PAGE_SIZE = 100
PAGE_SIZE_LIMIT = 500
RANKINGS_KEPT = 4  # per process; each takes some 10 MB at 100,000 open stories

# Security headers
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "blob:"],  # a chart on its way into a PNG is an image that the page itself made
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "common.web.errors.csrf_failure"

# REST API
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "common.api.authentication.ApiTokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["common.api.parsers.StrictJSONParser"],
    "DEFAULT_PAGINATION_CLASS": "common.api.paging.KeysetPagination",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "common.api.errors.problem_response",
    "COERCE_DECIMAL_TO_STRING": True,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
REST_KNOX = {"TOKEN_TTL": None, "AUTO_REFRESH": False}
SPECTACULAR_SETTINGS = {
    "TITLE": "Millrace API",
    "DESCRIPTION": "Value-driven backlog planning: stories, value, rank, flow. Errors are problem+json (RFC 9457).",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "common.api.problems.add_problems",
    ],
    "ENUM_NAME_OVERRIDES": {
        "RoleEnum": "accounts.models.workspace.ROLES",
        "StoryKindEnum": "planner.models.choices.STORY_KINDS",
        "BlockKindEnum": "valuestream.models.choices.BLOCK_KINDS",
        "StateCategoryEnum": "planner.models.choices.STATE_CATEGORIES",
        "SprintStateEnum": "planner.models.choices.SPRINT_STATES",
        "TaskStateEnum": "planner.models.choices.TASK_STATES",
        "JobStateEnum": "common.jobs.models.JobState.choices",
        "LensEnum": "planner.models.choices.LENSES",
        "PinKindEnum": "planner.models.choices.PIN_KINDS",
        "ProposalStateEnum": "planner.models.choices.PROPOSAL_STATES",
        "VoteKindEnum": "planner.models.choices.VOTE_KINDS",
        "FieldKindEnum": "planner.models.choices.FIELD_KINDS",
        "FieldItemEnum": "planner.api.serializers.fields.FIELD_ITEMS",
        "ItemKindEnum": "planner.models.choices.ITEM_KINDS",
        "WipRuleEnum": "planner.models.choices.WIP_RULES",
        "SprintOutcomeEnum": "planner.models.choices.SPRINT_OUTCOMES",
        "PlanStateEnum": "planner.models.choices.PLAN_STATES",
        "ForecastSubjectEnum": "valuestream.models.choices.FORECAST_SUBJECTS",
        "MeasureEnum": "valuestream.models.choices.MEASURES",
        "WorkOrderEnum": "valuestream.models.choices.WORK_ORDERS",
        "NoticeKindEnum": "planner.models.choices.NOTICE_KINDS",
    },
}

# Celery: every background action is a Job row; the message only carries its id
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = "UTC"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE = {
    "sweep-jobs": {"task": "common.jobs.tasks.sweep_jobs", "schedule": 5.0},
    "forget-changes": {"task": "common.live.tasks.forget_changes", "schedule": 3600.0},
    "request-forgotten-orders": {"task": "planner.tasks.request_forgotten_orders", "schedule": 600.0},
    "request-stale-formulas": {"task": "planner.tasks.request_stale_formulas", "schedule": 3600.0},
    "sweep-files": {"task": "planner.tasks.sweep_files_of_nobody", "schedule": 6 * 3600.0},
    "check-alerts": {"task": "valuestream.tasks.check_all_alerts", "schedule": 300.0},
    "plan-daily-snapshots": {"task": "valuestream.tasks.plan_daily_snapshots", "schedule": 600.0},
    "plan-weekly-forecasts": {"task": "valuestream.tasks.plan_weekly_forecasts", "schedule": 3600.0},
}
JOB_HEARTBEAT_SECONDS = 4
JOB_STALE_SECONDS = 20
JOB_REQUEUE_SECONDS = 15
JOB_MAX_ATTEMPTS = 8
SNAPSHOT_DEBOUNCE_SECONDS = 1
STUDY_PART_STORIES = 25_000

# Webhooks
WEBHOOK_PRIVATE_HOSTS: list[str] = env.list("WEBHOOK_PRIVATE_HOSTS", default=[])
WEBHOOK_TIMEOUT_SECONDS = 10
WEBHOOK_ATTEMPTS = 5

# Live change feed
LIVE_POLL_SECONDS = 0.25
LIVE_HEARTBEAT_SECONDS = 15.0
LIVE_KEEP_HOURS = 24

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "structured": {
            "()": structlog.stdlib.ProcessorFormatter,
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"]),
            ],
            "foreign_pre_chain": [
                structlog.contextvars.merge_contextvars,
                structlog.stdlib.add_log_level,
                structlog.processors.TimeStamper(fmt="iso", utc=True),
            ],
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "structured"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {"celery.beat": {"level": "WARNING"}, "celery.app.trace": {"level": "WARNING"}},
}
