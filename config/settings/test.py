"""Settings of the test suite: PostgreSQL and Redis when the services plugin gives them, else SQLite."""

import os
import tempfile
from pathlib import Path

if "MILLRACE_HOME" not in os.environ:
    os.environ["MILLRACE_HOME"] = tempfile.mkdtemp(prefix="millrace-test-")

from config.settings.base import *  # noqa: F403
from config.settings.environment import env, postgresql

MODE = "test"
DEBUG = False
SECRET_KEY = "only-for-tests-" + "x" * 40
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
MILLRACE_HOME = Path(os.environ["MILLRACE_HOME"])
PORT = 8000
DEMO_ACCOUNT = False
RANKINGS_KEPT = 0  # a test's rows come and go without a word in the change feed

if env.str("DATABASE_URL", default=""):
    DATABASES = {"default": postgresql()}
else:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": MILLRACE_HOME / "test.sqlite3",
            "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20},
            "TEST": {"NAME": MILLRACE_HOME / "test.sqlite3"},
        }
    }

# Messages stay in memory: a test runs the jobs itself (common.jobs.testing.run_queued_jobs).
CELERY_BROKER_URL = "memory://"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
DEFAULT_FROM_EMAIL = "millrace@localhost"
MEDIA_ROOT = MILLRACE_HOME / "uploads"
