"""The two ways to run, as a test starts them: a home or a database of its own, and workers that notice deaths soon."""

from __future__ import annotations

import os
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

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 120


@dataclass(frozen=True)
class Stack:
    """One way to run: a scenario's module, its environment, and how a job's row is read from outside."""

    scenario: str
    environment: dict[str, str]
    database: str

    def manage(self, *arguments: str) -> str:
        """Run the scenario as a program and return the last line it printed."""
        done = subprocess.run(
            [sys.executable, "-m", f"tests.services.{self.scenario}", *arguments],
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


@contextmanager
def embedded_stack(scenario: str, folder: Path) -> Iterator[Stack]:
    """SQLite and the filesystem broker, below a folder."""
    yield Stack(scenario, _environment(folder), str(folder / "home" / "millrace.sqlite3"))


@contextmanager
def server_stack(scenario: str, folder: Path) -> Iterator[Stack]:
    """A database of its own on the suite's PostgreSQL, and a Redis database that nobody else uses."""
    with new_database(os.environ["DATABASE_URL"]) as url:
        environment = _environment(folder) | {
            "DATABASE_URL": url,
            "REDIS_URL": os.environ["REDIS_URL"].rpartition("/")[0] + "/7",
            "SECRET_KEY": "killed-worker-" + "x" * 40,
            "ALLOWED_HOSTS": "localhost",
            "HTTPS_ONLY": "false",
        }
        yield Stack(scenario, environment, url)


def _environment(folder: Path) -> dict[str, str]:
    others = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    return others | {
        "DJANGO_SETTINGS_MODULE": "tests.services.worker_settings",
        "MILLRACE_HOME": str(folder / "home"),
        "MILLRACE_PARENT_PID": str(os.getpid()),
        "MILLRACE_BEAT_SCHEDULE": str(folder / "beat"),
    }


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
