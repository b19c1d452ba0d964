"""A worker killed with -9 in the middle of an import: nothing is lost, nothing is there twice.

Real processes, on SQLite with the filesystem broker and on PostgreSQL with Redis.
"""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from tests.bench.jira_export import write_jira_export

pytestmark = pytest.mark.services
ROOT = Path(__file__).resolve().parents[2]
ISSUES = 4_000
PATIENCE_SECONDS = 120


@dataclass(frozen=True)
class Stack:
    """One way to run: its environment, and how its job row is read from outside."""

    environment: dict[str, str]
    database: str

    def manage(self, *arguments: str) -> str:
        """Run the scenario as a program and return the last line it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "tests.services.import_scenario", *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout.strip().splitlines()[-1]

    def job(self, job_id: int) -> tuple[str, int, int]:
        """Return the job's state, progress and attempts."""
        query = "SELECT state, progress_done, attempts FROM common_job WHERE id = "
        if self.database.startswith("postgres"):
            with closing(psycopg2.connect(self.database)) as server, server.cursor() as cursor:
                cursor.execute(query + "%s", [job_id])
                row = cursor.fetchone()
        else:
            with closing(sqlite3.connect(self.database, timeout=20)) as file:
                row = file.execute(query + "?", [job_id]).fetchone()
        assert row is not None
        return row[0], row[1], row[2]

    def await_job(self, job_id: int, wanted: Any) -> tuple[str, int, int]:
        """Return the job once `wanted(job)` holds."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            job = self.job(job_id)
            if wanted(job):
                return job
            time.sleep(0.05)
        raise AssertionError(f"the job stayed {self.job(job_id)}")

    @contextmanager
    def worker(self) -> Iterator[subprocess.Popen[bytes]]:
        """A worker with its beat, as the embedded mode starts it."""
        command = [sys.executable, "-m", "celery", "-A", "config", "worker", "--pool=threads", "-c", "2"]
        process = subprocess.Popen(
            [*command, "--without-gossip", "--without-mingle", "--loglevel=ERROR"],
            cwd=ROOT,
            env=self.environment,
            start_new_session=True,
        )
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()
            process.wait()


@pytest.fixture(params=["sqlite", "postgres"])
def stack(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stack]:
    environment = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    environment |= {
        "DJANGO_SETTINGS_MODULE": "tests.services.worker_settings",
        "MILLRACE_HOME": str(tmp_path / "home"),
        "MILLRACE_PARENT_PID": str(os.getpid()),
        "MILLRACE_BEAT_SCHEDULE": str(tmp_path / "beat"),
    }
    if request.param == "sqlite":
        yield Stack(environment, str(tmp_path / "home" / "millrace.sqlite3"))
        return
    with new_database(os.environ["DATABASE_URL"]) as url:
        environment |= {
            "DATABASE_URL": url,
            "REDIS_URL": os.environ["REDIS_URL"].rpartition("/")[0] + "/7",
            "SECRET_KEY": "killed-worker-" + "x" * 40,
            "ALLOWED_HOSTS": "localhost",
            "HTTPS_ONLY": "false",
        }
        yield Stack(environment, url)


@contextmanager
def new_database(server_url: str) -> Iterator[str]:
    """A database of its own on the suite's server; its address."""
    name = f"killed_{uuid.uuid4().hex[:10]}"
    with closing(psycopg2.connect(server_url)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {name}")
            yield server_url.rpartition("/")[0] + f"/{name}"
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_a_killed_import_ends_as_if_nobody_had_killed_it(stack: Stack, tmp_path: Path) -> None:
    export = tmp_path / "export.json"
    transitions = write_jira_export(export, issues=ISSUES)
    job_id = int(stack.manage("prepare", str(export)))

    with stack.worker() as first:
        _, done, _ = stack.await_job(job_id, lambda job: job[0] == "RUNNING" and job[1] > 0)
        os.kill(first.pid, signal.SIGKILL)
        first.wait()
    state, _, _ = stack.job(job_id)
    assert state == "RUNNING", f"it was killed too late to prove anything, at {done} bytes"

    with stack.worker():
        _, _, attempts = stack.await_job(job_id, lambda job: job[0] not in ("QUEUED", "RUNNING"))

    report = json.loads(stack.manage("report"))
    assert attempts == 2
    assert report["result"] is not None
    assert report["counts"]["created"] == ISSUES
    assert report["counts"]["refused"] == 0
    assert [key for key, _, _ in report["stories"]] == [f"GEN-{number}" for number in range(1, ISSUES + 1)]
    moves = [event for event in report["events"] if event[2] == "state"]
    assert len(moves) == transitions
    assert len({(event[0], event[5]) for event in moves}) == transitions
    assert report["visits"] == report["arrivals"] == transitions + ISSUES
    assert report["differences"] == []
