"""Starting and stopping private PostgreSQL and Redis servers on free loopback ports."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypedDict, cast
from urllib.parse import urlsplit

from tests.services.programs import UNPRIVILEGED_USER, find_postgresql, find_redis, is_open_to_all

START_SECONDS = 30.0
STOP_SECONDS = 20.0
ATTEMPTS = 3  # a free port may be taken by another program before the server binds it


class ServiceUnavailableError(Exception):
    """A server the suite needs can be neither found nor started; the message says what to do."""


@dataclass(frozen=True)
class Server:
    """A running server: its address, and how it is asked to stop."""

    name: str
    url: str
    process: subprocess.Popen[bytes]
    stop_signal: signal.Signals

    def stop(self) -> None:
        """Stop the server and wait; one that doesn't answer is killed."""
        if self.process.poll() is None:
            self.process.send_signal(self.stop_signal)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def start_postgresql(folder: Path, *, durable: bool = False) -> Server:
    """Start PostgreSQL on a new, empty cluster under `folder`; unless durable, nothing is synced to disk."""
    programs = find_postgresql()
    if programs is None:
        raise ServiceUnavailableError(
            "The tests need PostgreSQL: install it (apt-get install postgresql, brew install postgresql), "
            "or name a server in DATABASE_URL, or run on SQLite alone with MILLRACE_TEST_DB=sqlite."
        )
    programs = _runnable_by_server_user(programs, folder, whole=programs.parent)
    cluster = _owned_folder(folder / "postgresql")
    _initialise(programs, cluster)
    return _start(
        "PostgreSQL",
        url="postgres://millrace@127.0.0.1:{port}/postgres",
        command=lambda port: [
            str(programs / "postgres"),
            "-D",
            str(cluster),
            *_postgresql_options(port, durable=durable),
        ],
        folder=folder,
        stop_signal=signal.SIGINT,  # a fast shutdown; SIGTERM would wait for every connection to go
    )


def _initialise(programs: Path, cluster: Path) -> None:
    """Make the cluster in UTF-8, with a locale that knows letters beyond ASCII where there is one."""
    command = [str(programs / "initdb"), "-D", str(cluster), "-U", "millrace", "-A", "trust", "-E", "UTF8", "--no-sync"]
    for locale in ("C.UTF-8", "en_US.UTF-8", "C"):
        done = subprocess.run(
            [*command, f"--locale={locale}"], capture_output=True, text=True, check=False, **_server_user()
        )
        if done.returncode == 0:
            return
    raise ServiceUnavailableError(f"initdb of {programs} failed: {done.stderr.strip()[-500:]}")


def _postgresql_options(port: int, *, durable: bool) -> list[str]:
    settings: dict[str, object] = {
        "listen_addresses": "127.0.0.1",
        "port": port,
        "unix_socket_directories": "",
        "max_connections": 100,
        "shared_buffers": "128MB",
        "timezone": "UTC",
        "log_min_messages": "fatal",
    }
    if not durable:
        settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
    return [option for name, value in settings.items() for option in ("-c", f"{name}={value}")]


def start_redis(folder: Path) -> Server:
    """Start Redis (or Valkey) under `folder`, in memory only."""
    program = find_redis()
    if program is None:
        raise ServiceUnavailableError(
            "The tests need Redis: install it (apt-get install redis-server, brew install redis), "
            "or name a server in REDIS_URL, or run on SQLite alone with MILLRACE_TEST_DB=sqlite."
        )
    program = _runnable_by_server_user(program.parent, folder, whole=program) / program.name
    home = _owned_folder(folder / "redis")
    options = ["--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", str(home)]
    return _start(
        "Redis",
        url="redis://127.0.0.1:{port}/0",
        command=lambda port: [str(program), "--port", str(port), *options],
        folder=folder,
        stop_signal=signal.SIGTERM,
    )


def _start(
    name: str, *, url: str, command: Callable[[int], Sequence[str]], folder: Path, stop_signal: signal.Signals
) -> Server:
    """Start a server on a free port and wait until it answers; try another port when it doesn't."""
    log = folder / f"{name.lower()}.log"
    for _ in range(ATTEMPTS):
        port = free_port()
        with log.open("wb") as output:
            process = subprocess.Popen(
                command(port),
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C is for pytest; it stops the servers afterwards
                **_server_user(),
            )
        server = Server(name=name, url=url.format(port=port), process=process, stop_signal=stop_signal)
        if _is_ready(server, port, log):
            return server
        server.stop()
    raise ServiceUnavailableError(f"{name} did not start:\n{log.read_text(errors='replace')[-1000:]}")


def restarted(server: Server, folder: Path) -> Server:
    """Start a server that ended once more, on its port."""
    command = cast("list[str]", server.process.args)
    log = folder / f"{server.name.lower()}.log"
    with log.open("ab") as output:
        process = subprocess.Popen(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            **_server_user(),
        )
    again = replace(server, process=process)
    if not _is_ready(again, urlsplit(server.url).port or 0, log):
        again.stop()
        raise ServiceUnavailableError(f"{server.name} did not start again on its port.")
    return again


def _is_ready(server: Server, port: int, log: Path) -> bool:
    """Wait until the port answers; PostgreSQL listens before it has recovered, so its log is asked as well."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.process.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return server.name != "PostgreSQL" or _answers(server)
        except OSError:
            time.sleep(0.05)
    return False


def _answers(server: Server) -> bool:
    import psycopg2

    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            psycopg2.connect(server.url).close()
        except psycopg2.OperationalError:
            time.sleep(0.05)
        else:
            return True
    return False


def free_port() -> int:
    """Return a port nobody listened on a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class ServerUser(TypedDict, total=False):
    """The arguments with which `subprocess` drops root's rights."""

    user: int
    group: int
    extra_groups: list[int]


def _server_user() -> ServerUser:
    """Return how a server is started: never as root, which PostgreSQL refuses."""
    if os.geteuid() != 0:
        return {}
    return {"user": UNPRIVILEGED_USER, "group": UNPRIVILEGED_USER, "extra_groups": []}


def _owned_folder(folder: Path) -> Path:
    folder.mkdir(mode=0o700)
    if os.geteuid() == 0:
        os.chown(folder, UNPRIVILEGED_USER, UNPRIVILEGED_USER)
    return folder


def _runnable_by_server_user(programs: Path, folder: Path, *, whole: Path) -> Path:
    """Return `programs`, or its copy under `folder` when the server's user can't reach it (a package below /root)."""
    if os.geteuid() != 0 or is_open_to_all(programs):
        return programs
    copy = folder / f"copy-of-{whole.name}"
    if whole.is_file():
        copy.mkdir(mode=0o755)
        shutil.copy(whole, copy / whole.name)
        return copy
    shutil.copytree(whole, copy, symlinks=True)
    copy.chmod(0o755)
    return copy / programs.relative_to(whole)
