"""The program itself, as a person starts it: `manage.py up` on SQLite with the demo, in a folder of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.services.servers import free_port

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 120.0
STOP_SECONDS = 20.0
# What the suite itself was given; the embedded mode must start without any of it.
OF_THE_SUITE = {"DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE", "SECRET_KEY", "ALLOWED_HOSTS"}


class ProgramDidNotStartError(RuntimeError):
    """`manage.py up` ended or didn't answer in time; the message is what it printed."""


@dataclass(frozen=True)
class Served:
    """The running program: its address, its folder, its process and where its output goes."""

    url: str
    home: Path
    process: subprocess.Popen[bytes]
    log: Path

    def manage(self, *arguments: str) -> str:
        """Run a management command on the program's own database and return what it printed."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=program_environment(home=self.home),
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout


def program_environment(*, home: Path, port: int = 8000) -> dict[str, str]:
    """Return the environment of an embedded program with this home folder and port."""
    kept = {name: value for name, value in os.environ.items() if name not in OF_THE_SUITE}
    return kept | {"MILLRACE_HOME": str(home), "PORT": str(port)}


@contextmanager
def serving(home: Path, *options: str) -> Iterator[Served]:
    """Start the program in `home` on a free port, wait until it is ready, and end it as Ctrl-C would."""
    home.mkdir(parents=True, exist_ok=True)
    port = free_port()
    log = home / "output.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "up", *options],
            cwd=ROOT,
            env=program_environment(home=home, port=port),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    served = Served(url=f"http://127.0.0.1:{port}", home=home, process=process, log=log)
    try:
        _wait_until_ready(served)
        yield served
    finally:
        _end(process)


def _wait_until_ready(served: Served) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and served.process.poll() is None:
        try:
            with urllib.request.urlopen(f"{served.url}/readyz", timeout=5) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            pass  # not listening yet, or not ready: both are asked again
        time.sleep(0.2)
    raise ProgramDidNotStartError(f"manage.py up did not get ready:\n{served.log.read_text(errors='replace')[-3000:]}")


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
