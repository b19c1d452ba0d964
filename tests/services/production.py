"""Production as docker-compose.yml describes it, in processes of this machine: web, live, worker and beat.

The commands are read from docker-compose.yml and the Dockerfile, so that what is tried is what is shipped.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any

import yaml

from tests.services.servers import Server, free_port, restarted, start_redis

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 90.0
USER, PASSWORD = "operator", "a-long-enough-password"
Process = subprocess.Popen[bytes]


@dataclass
class Production:
    """A running deployment: its environment, its addresses, its processes by their name in compose."""

    folder: Path
    environment: dict[str, str]
    redis: Server
    ports: dict[str, int] = field(default_factory=lambda: {"web": free_port(), "live": free_port()})
    processes: dict[str, Process] = field(default_factory=dict)
    token: str = ""

    def manage(self, *arguments: str) -> str:
        """Run a management command as the image would and return what it printed."""
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False, timeout=300
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    def start(self, name: str) -> None:
        """Start one service of docker-compose.yml with its own command."""
        environment = self.environment | ({"PORT": str(self.ports[name])} if name in self.ports else {})
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                command_of(name, folder=self.folder),
                cwd=ROOT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def stop(self, name: str, how: signal.Signals = signal.SIGTERM) -> None:
        """End a service and every process it started."""
        process = self.processes.pop(name)
        with suppress(ProcessLookupError):  # it ended by itself
            os.killpg(process.pid, how)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def stop_all(self) -> None:
        """End every service."""
        for name in list(self.processes):
            self.stop(name)

    def restart_ended(self) -> None:
        """Start again what ended by itself, as compose does (`restart: unless-stopped`)."""
        for name, process in list(self.processes.items()):
            if process.poll() is not None:
                self.start(name)

    def kill_redis(self) -> None:
        """End Redis with whatever it holds."""
        self.redis.process.kill()
        self.redis.process.wait()

    def restart_redis(self) -> None:
        """Start Redis again on its port, empty."""
        self.redis = restarted(self.redis, self.folder)

    def url(self, path: str, *, service: str = "web") -> str:
        """Return the address of a path."""
        return path if path.startswith("http") else f"http://127.0.0.1:{self.ports[service]}{path}"

    def call(self, method: str, path: str, body: Any = None, *, media_type: str = "application/json") -> Any:
        """Return the API's answer; an error fails the test with its body."""
        content = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        headers = {"Authorization": f"Token {self.token}", "Content-Type": media_type}
        request = urllib.request.Request(self.url(path), data=content, headers=headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return json.loads(answer.read())
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{method} {path}: {error.code} {error.read()[:1000]!r}") from None

    def log(self, name: str) -> str:
        """Return what a service printed."""
        return (self.folder / f"{name}.log").read_text(errors="replace")


def command_of(name: str, *, folder: Path) -> list[str]:
    """Return a service's command from docker-compose.yml, else the image's; scratch files go below `folder`."""
    service = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"][name]
    command: list[str] = service.get("command") or _image_command()
    return [word.replace("$$", "$").replace("/tmp/", f"{folder}/") for word in command]


def _image_command() -> list[str]:
    [line] = [line for line in (ROOT / "Dockerfile").read_text().splitlines() if line.startswith("CMD ")]
    command: list[str] = json.loads(line.removeprefix("CMD "))
    return command


@contextmanager
def producing(folder: Path, *, database_url: str) -> Iterator[Production]:
    """Start everything against an empty database and a Redis of its own, with one user, and end it afterwards."""
    redis = start_redis(folder)
    production = Production(folder, _environment(folder, database_url=database_url, redis_url=redis.url), redis)
    with ExitStack() as ending:
        ending.callback(lambda: production.redis.stop())  # noqa: PLW0108 - a restarted one is another
        ending.callback(production.stop_all)
        production.manage("migrate", "--noinput")
        production.manage("collectstatic", "--noinput")
        production.manage("createsuperuser", "--noinput", "--username", USER, "--email", "operator@example.com")
        production.token = production.manage("create_token", "--user", USER).split()[-1]
        for name in ("web", "live", "worker", "beat"):
            production.start(name)
        for name in ("web", "live"):
            wait_until(lambda name=name: is_up(production.url("/readyz", service=name)), production.log, name)  # type: ignore[misc]
        yield production


def _environment(folder: Path, *, database_url: str, redis_url: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MILLRACE_", "DJANGO_"))}
    return kept | {
        "DJANGO_SETTINGS_MODULE": "config.settings.production",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "SECRET_KEY": "production-on-one-machine-" + "x" * 40,
        "ALLOWED_HOSTS": "127.0.0.1,localhost",
        "HTTPS_ONLY": "false",
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "MILLRACE_HOME": str(folder / "home"),
        "STATIC_ROOT": str(folder / "static-published"),
        "DJANGO_SUPERUSER_PASSWORD": PASSWORD,
    }


def is_up(url: str) -> bool:
    """Whether the address answers 200."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def wait_until(
    look: Callable[[], Any],
    log: Callable[[str], str] = str,
    name: str = "nothing",
    *,
    seconds: float = PATIENCE_SECONDS,
) -> Any:
    """Return what `look` finds as soon as it is true; the service's log is the message when it never is."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(0.1)
    raise AssertionError(f"waited {seconds:.0f} s in vain:\n{log(name)[-3000:]}")


class Browser:
    """Cookies and pages, as far as signing in takes them."""

    def __init__(self, production: Production) -> None:
        self.production = production
        self.cookies = CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))

    def open(self, path: str, form: bytes | None = None, *, service: str = "web") -> Any:
        """Open a page, or send a form to it."""
        return self.opener.open(self.production.url(path, service=service), form, timeout=30)
