"""`manage.py up`: everything the embedded mode needs, in one command, ended by Ctrl-C."""

import os
import signal
import socket
import subprocess
import sys
import threading
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, Self

import uvicorn
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

RESTART_SECONDS = 1.0


class Command(BaseCommand):
    """Migrate, seed the demo into an empty database, start the worker, serve, stop the worker."""

    help = "Run Millrace on this machine: SQLite, one worker, no services needed (PORT, MILLRACE_HOME)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--no-demo", action="store_true", help="leave an empty database empty")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do all of it, saying what is done."""
        if settings.MODE != "embedded":
            raise CommandError("`up` is the embedded mode; DATABASE_URL is set, so run gunicorn and workers instead.")
        require_free_port(settings.PORT)
        self.say(f"Home folder: {settings.MILLRACE_HOME}")
        call_command("migrate", verbosity=0, interactive=False)
        if not options["no_demo"] and not apps.get_model("accounts", "Workspace").objects.exists():
            self.say("Empty database: seeding the demo (once).")
            call_command("seed_demo")
        with Worker(home=Path(settings.MILLRACE_HOME)):
            self.say(f"Millrace is at http://127.0.0.1:{settings.PORT}/  (Ctrl-C stops it)")
            serve(port=settings.PORT)
        self.say("Stopped.")

    def say(self, text: str) -> None:
        """Print at once, also into a pipe."""
        self.stdout.write(text)
        self.stdout.flush()


def require_free_port(port: int) -> None:
    """Stop with a sentence when something listens there already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise CommandError(
                f"Port {port} is taken: stop what runs there, or choose another: PORT=8001 script/run"
            ) from None


def serve(*, port: int) -> None:
    """Serve the whole application from this process until a signal ends it."""
    # uvicorn raises the signal again once it has stopped; as an exception it lets the worker be stopped too.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    uvicorn.run(
        "config.asgi:application",
        host="127.0.0.1",
        port=port,
        log_level="warning",
        lifespan="off",
        timeout_graceful_shutdown=2,
    )


class Worker:
    """The child worker: started, restarted when it dies, stopped at the end."""

    def __init__(self, *, home: Path) -> None:
        self._environment = os.environ | {
            "MILLRACE_PARENT_PID": str(os.getpid()),
            "MILLRACE_BEAT_SCHEDULE": str(home / "beat-schedule"),
        }
        self._ending = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self._process = self._start()
        self._watch = threading.Thread(target=self._keep_alive, name="worker-watch", daemon=True)
        self._watch.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._ending.set()
        self._watch.join()
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                self._process.kill()

    def _start(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "celery", "--quiet", "-A", "config", "worker", "--pool=threads", "-c", "2"]
        quiet = ["--without-gossip", "--without-mingle", "--loglevel=WARNING", "--hostname=embedded@millrace"]
        # A session of its own: Ctrl-C reaches the server, which then ends the worker in order.
        return subprocess.Popen([*command, *quiet], env=self._environment, start_new_session=True)  # noqa: S603

    def _keep_alive(self) -> None:
        while not self._ending.wait(RESTART_SECONDS):
            if self._process is not None and self._process.poll() is not None:
                self._process = self._start()
