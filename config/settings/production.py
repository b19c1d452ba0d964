"""Production: PostgreSQL, Redis, any number of web and worker machines. Wrong settings stop the start."""

from django.core.exceptions import ImproperlyConfigured

from config.settings.base import *  # noqa: F403
from config.settings.base import BASE_DIR
from config.settings.environment import env, home_folder, port, postgresql, required

MODE = "production"
DEBUG = False
SECRET_KEY = required("SECRET_KEY", because="it signs sessions and links; 50 random characters.")
if len(SECRET_KEY) < 32:
    raise ImproperlyConfigured("SECRET_KEY is too short: use at least 32 random characters.")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[])
if not ALLOWED_HOSTS:
    raise ImproperlyConfigured("Set ALLOWED_HOSTS: the host names people use, separated by commas.")
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
MILLRACE_HOME = home_folder(default=BASE_DIR / "var")
PORT = port()

required("DATABASE_URL", because="postgresql://user:password@host:5432/name")
DATABASES = {"default": postgresql()}
if "postgresql" not in DATABASES["default"]["ENGINE"]:
    raise ImproperlyConfigured("DATABASE_URL must name PostgreSQL; leave it unset for the embedded mode.")
DATABASES["default"] |= {"CONN_MAX_AGE": env.int("CONN_MAX_AGE", default=60), "CONN_HEALTH_CHECKS": True}

REDIS_URL = required("REDIS_URL", because="redis://host:6379/0; Celery's messages travel over it.")
CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, object] = {
    # Above the longest task: a message is redelivered only when its worker is surely gone.
    "visibility_timeout": 6 * 3600,
    # Without these a killed worker's message came back only after 100 s.
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}

MEDIA_ROOT = MILLRACE_HOME / "uploads"
STATIC_ROOT = env.str("STATIC_ROOT", default=str(MILLRACE_HOME / "static"))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

vars().update(env.email_url("EMAIL_URL", default="consolemail://"))
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="millrace@localhost")

# The proxy in front ends TLS and says so; HTTPS_ONLY=false is for trials on loopback.
HTTPS_ONLY = env.bool("HTTPS_ONLY", default=True)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = HTTPS_ONLY
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS_ONLY else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS_ONLY
SECURE_HSTS_PRELOAD = HTTPS_ONLY
SESSION_COOKIE_SECURE = HTTPS_ONLY
CSRF_COOKIE_SECURE = HTTPS_ONLY
