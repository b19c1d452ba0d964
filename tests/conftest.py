"""What every test stands on: no network beyond this machine, recordings by marker, one order for the whole suite."""

from __future__ import annotations

import ipaddress
import os
import socket
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

ROOT = Path(__file__).resolve().parents[1]
RECORDINGS = ROOT.parent / "shared" / "data"
# The quick and the telling first; processes and browsers last.
LATE_FOLDERS = ("tests/services", "tests/e2e")
ON_SQLITE_TOO = {"db", "transactional_db", "django_db_setup"}


class OutsideNetworkError(RuntimeError):
    """A test tried to reach a machine other than this one."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Order the suite, leave to SQLite what touches the database, and mark what lacks its recordings."""
    items.sort(key=_lateness)
    if os.environ.get("MILLRACE_TEST_DB") == "sqlite":
        _keep_database_tests(config, items)
    if not RECORDINGS.is_dir():
        missing = pytest.mark.skip(reason=f"the recordings of real trackers are not here ({RECORDINGS.name})")
        for item in items:
            if item.get_closest_marker("recorded"):
                item.add_marker(missing)


def _lateness(item: pytest.Item) -> int:
    path = item.path.relative_to(ROOT).as_posix() if item.path.is_relative_to(ROOT) else ""
    return 1 + LATE_FOLDERS.index(folder) if (folder := "/".join(path.split("/")[:2])) in LATE_FOLDERS else 0


def _keep_database_tests(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The second run, on SQLite, repeats only what a database could answer differently."""
    kept = [item for item in items if not _lateness(item) and _touches_database(item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
    items[:] = kept


def _touches_database(item: pytest.Item) -> bool:
    return bool(item.get_closest_marker("django_db")) or bool(ON_SQLITE_TOO & set(getattr(item, "fixturenames", ())))


@pytest.fixture(scope="session")
def recordings() -> Path:
    """The folder with recordings of real trackers; tests that use it carry the marker `recorded`."""
    return RECORDINGS


def _named_services() -> set[str]:
    """Hosts that DATABASE_URL and REDIS_URL name: servers the suite was told to use."""
    hosts = (urlsplit(os.environ.get(name, "")).hostname for name in ("DATABASE_URL", "REDIS_URL"))
    return {host for host in hosts if host}


def _is_here(host: object) -> bool:
    if not isinstance(host, str) or host in {"", "localhost"} or host in _named_services():
        return True
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False


@pytest.fixture(autouse=True, scope="session")
def no_outside_network() -> Any:
    """Refuse every connection and look-up beyond this machine, with the host in the message."""
    patch = pytest.MonkeyPatch()
    connect, look_up = socket.socket.connect, socket.getaddrinfo

    def guarded_connect(self: socket.socket, address: Any) -> None:
        if self.family in {socket.AF_INET, socket.AF_INET6} and not _is_here(address[0]):
            raise OutsideNetworkError(f"a test tried to connect to {address[0]}")
        connect(self, address)

    def guarded_look_up(host: Any, *arguments: Any, **options: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        if not _is_here(name) and name != socket.gethostname():
            raise OutsideNetworkError(f"a test tried to look up {name}")
        return look_up(host, *arguments, **options)

    patch.setattr(socket.socket, "connect", guarded_connect)
    patch.setattr(socket, "getaddrinfo", guarded_look_up)
    yield
    patch.undo()
