"""The Celery application. Messages carry job ids only; what a job is stands in its row."""

import os
import signal
import threading
import time
from typing import Any, cast

from celery import Celery
from celery.beat import EmbeddedService
from celery.signals import worker_ready
from kombu.transport import TRANSPORT_ALIASES

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

TRANSPORT_ALIASES["filesystem"] = "config.file_broker:Transport"
app = Celery("millrace")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["common.jobs", "common.live", "valuestream"])


@worker_ready.connect
def live_with_parent(sender: Any, **kwargs: Any) -> None:
    """In the embedded mode: run beat as a thread of the worker, and end when the server has ended.

    A thread, because Celery's own `--beat` is a process that outlives a killed worker.
    """
    parent = os.environ.get("MILLRACE_PARENT_PID")
    if not parent:
        return
    beat = EmbeddedService(app, thread=True, schedule_filename=os.environ["MILLRACE_BEAT_SCHEDULE"])
    threading.Thread.start(cast("threading.Thread", beat))
    threading.Thread(target=_end_with, args=[int(parent)], name="parent-watch", daemon=True).start()


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os.kill(os.getpid(), signal.SIGTERM)
