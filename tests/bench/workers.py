"""Celery workers of a benchmark's own: processes over Redis, as in production, with what each one costs."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from celery import current_app

from tests.bench.measuring import TICKS_PER_SECOND

START_SECONDS = 30


class Workers:
    """So many worker processes, each doing so many jobs at a time, from the block's begin to its end."""

    def __init__(self, count: int, *, slots: int = 1) -> None:
        self.count = count
        self.pool = ["--pool=solo"] if slots == 1 else ["--pool=threads", "-c", str(slots)]
        self.processes: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Self:
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "config.settings.production",
            "SECRET_KEY": "bench-" + "x" * 40,
            "ALLOWED_HOSTS": "localhost",
        }
        command = [sys.executable, "-m", "celery", "--quiet", "-A", "config", "worker", *self.pool]
        quiet = ["--loglevel=ERROR", "--without-gossip", "--without-mingle"]
        for number in range(self.count):
            name = ["-n", f"bench{number}@localhost"]
            self.processes.append(
                subprocess.Popen([*command, *quiet, *name], env=environment, stderr=subprocess.DEVNULL)
            )
        self._wait()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            process.wait(timeout=30)

    def _wait(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while len(current_app.control.ping(timeout=1) or []) < self.count:
            if time.monotonic() > deadline:
                raise AssertionError(f"{self.count} workers are not there after {START_SECONDS} seconds")

    def cpu_seconds(self) -> list[float]:
        """CPU time of each worker so far."""
        return [_cpu_seconds(process.pid) for process in self.processes]

    def peak_memory_mb(self) -> list[int]:
        """Peak memory of each worker so far."""
        return [_peak_mb(process.pid) for process in self.processes]


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_PER_SECOND


def _peak_mb(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM"))
