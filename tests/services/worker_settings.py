"""The settings a test's worker runs with: those of the mode, but quicker to notice that a worker is gone."""

import os

if os.environ.get("DATABASE_URL"):
    from config.settings.production import *  # noqa: F403
    from config.settings.production import CELERY_BEAT_SCHEDULE
else:
    from config.settings.embedded import *  # noqa: F403
    from config.settings.embedded import CELERY_BEAT_SCHEDULE

JOB_HEARTBEAT_SECONDS = 1
JOB_STALE_SECONDS = 3
JOB_REQUEUE_SECONDS = 2
STUDY_PART_STORIES = 100
CELERY_BEAT_SCHEDULE = CELERY_BEAT_SCHEDULE | {
    "sweep-jobs": {"task": "common.jobs.tasks.sweep_jobs", "schedule": 1.0},
}
