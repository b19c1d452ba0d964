"""The default way to run: SQLite, a filesystem broker and one child worker. Nothing to install or configure."""

import secrets
from pathlib import Path

from config.settings.base import *  # noqa: F403
from config.settings.base import BASE_DIR
from config.settings.environment import env, home_folder, port

MODE = "embedded"
DEBUG = env.bool("DEBUG", default=False)
MILLRACE_HOME = home_folder(default=BASE_DIR / "var")
PORT = port()


def _kept_secret(path: Path) -> str:
    """Return the secret of this home folder, made once and readable by its owner alone."""
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50))
    return path.read_text().strip()


SECRET_KEY = env.str("SECRET_KEY", default="") or _kept_secret(MILLRACE_HOME / "secret-key")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
# Only a browser on this very machine reaches the demo account.
DEMO_ACCOUNT = set(ALLOWED_HOSTS) <= {"localhost", "127.0.0.1", "[::1]"}

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": MILLRACE_HOME / "millrace.sqlite3",
        "OPTIONS": {
            # With Django's defaults 80 of 200 concurrent tasks were lost; with these none.
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-32000;",
        },
    }
}

BROKER_FOLDER = MILLRACE_HOME / "broker"
for _folder in ("messages", "control"):
    (BROKER_FOLDER / _folder).mkdir(parents=True, exist_ok=True)
CELERY_BROKER_URL = "filesystem://localhost/"
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, object] = {
    "data_folder_in": str(BROKER_FOLDER / "messages"),
    "data_folder_out": str(BROKER_FOLDER / "messages"),
    "control_folder": str(BROKER_FOLDER / "control"),
    "store_processed": False,
    "polling_interval": 0.1,
}

MEDIA_ROOT = MILLRACE_HOME / "uploads"
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = MILLRACE_HOME / "mail"
DEFAULT_FROM_EMAIL = "millrace@localhost"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
