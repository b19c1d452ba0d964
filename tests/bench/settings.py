"""The benchmark's settings: those of the tests, with messages over a real Redis, as in production."""

import os

from config.settings.test import *  # noqa: F403

CELERY_BROKER_URL = os.environ["REDIS_URL"]
RANKINGS_KEPT = 4  # as in config.settings.base
