"""What script/run, script/test, script/check and script/bench do, after the set-up they share."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence

import bootstrap

HELP = {
    "run": """\
script/run [options of manage.py up]

Sets Millrace up in this folder and starts it, with demo data, on SQLite: no other program is needed.
Then open http://localhost:8000. Ctrl-C stops it. From the environment:
  PORT            the port to listen on (default 8000)
  MILLRACE_HOME   the folder of database, broker and uploads (default ./var)""",
    "test": """\
script/test [arguments of pytest]

Sets up, then runs the suite on PostgreSQL and Redis, and what touches the database once more on SQLite.
Both servers are found or installed by the tests themselves (tests/services). From the environment:
  MILLRACE_TEST_DB   postgres or sqlite: run on that one only
  DATABASE_URL       a PostgreSQL server to use, e.g. postgres://user:password@localhost:5432/name
  REDIS_URL          a Redis server to use
  CHROMIUM_PATH      the browser of the end-to-end tests""",
    "check": """\
script/check [name ...]

Sets up, then runs every checker, or the named ones, and prints one line for each; a checker's output
is shown when it finds something. script/check --fix lets those that can repair do so.""",
    "bench": """\
script/bench [--quick] [--only NAME[,NAME]] [--n SIZE[,SIZE]]

Sets up, then measures the operations of tests/bench on data it makes; one JSON line for each.""",
}


def main(name: str, arguments: Sequence[str]) -> int:
    """Run one of the four commands and return its exit code."""
    if name != "bench" and {"-h", "--help"} & set(arguments):
        print(HELP[name])
        return 0
    if name == "bench" and {"-h", "--help"} & set(arguments):
        print(HELP[name], end="\n\n")
    try:
        workshop = bootstrap.prepare()
    except bootstrap.SetupFailedError as failed:
        print(f"[set-up] {failed}", file=sys.stderr)
        return 1
    return COMMANDS[name](workshop, arguments)


def _become(workshop: bootstrap.Workshop, *arguments: str) -> int:
    """Replace this process by the .venv's Python, so that signals reach it directly."""
    os.chdir(bootstrap.ROOT)
    sys.stdout.flush()
    os.execve(workshop.python, [workshop.python, *arguments], dict(workshop.environment))


def _run(workshop: bootstrap.Workshop, arguments: Sequence[str]) -> int:
    return _become(workshop, "manage.py", "up", *arguments)


def _test(workshop: bootstrap.Workshop, arguments: Sequence[str]) -> int:
    return _become(workshop, "script/suite.py", *arguments)


def _check(workshop: bootstrap.Workshop, arguments: Sequence[str]) -> int:
    return _become(workshop, "script/checks.py", *arguments)


def _bench(workshop: bootstrap.Workshop, arguments: Sequence[str]) -> int:
    return _become(workshop, "-m", "tests.bench", *arguments)


COMMANDS: dict[str, Callable[[bootstrap.Workshop, Sequence[str]], int]] = {
    "run": _run,
    "test": _test,
    "check": _check,
    "bench": _bench,
}

if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1], sys.argv[2:]))
    except KeyboardInterrupt:
        sys.exit(130)
