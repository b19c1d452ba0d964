"""Runs pytest on PostgreSQL with Redis, then on SQLite, and closes with pytest's own last lines."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

COLOUR = re.compile(r"\x1b\[[\d;]*m")
CLOSING_LINE = re.compile(
    r"^(=+ )?(no tests ran|(\d+ \w+, )*\d+ (passed|failed|errors?|skipped|deselected|warnings?))\b.* in \d"
)
INTERRUPTED = 2
NO_TESTS_COLLECTED = 5
NAMES = {"postgres": "PostgreSQL and Redis", "sqlite": "SQLite"}


@dataclass(frozen=True)
class Outcome:
    """How one run of pytest ended: its exit code and its closing line."""

    name: str
    code: int
    closing_line: str


def main(arguments: Sequence[str]) -> int:
    """Run the suite on the databases asked for; 0 when every run passed."""
    asked = os.environ.get("MILLRACE_TEST_DB")
    if asked and asked not in NAMES:
        print(f"MILLRACE_TEST_DB={asked} is not known: use postgres or sqlite.", file=sys.stderr)
        return 2
    outcomes: list[Outcome] = []
    for name in [asked] if asked else NAMES:
        outcomes.append(_run_pytest(name, arguments))
        if outcomes[-1].code == INTERRUPTED:
            break
    print()
    for outcome in outcomes:
        print(f"On {NAMES[outcome.name]}:\n{outcome.closing_line}")
    return _exit_code(outcomes)


def _run_pytest(name: str, arguments: Sequence[str]) -> Outcome:
    print(f"--- the suite on {NAMES[name]} ---", flush=True)
    command = [sys.executable, "-m", "pytest", *arguments]
    if sys.stdout.isatty():
        command.append("--color=yes")
    environment = os.environ | {"MILLRACE_TEST_DB": name}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) as run, _passing_signals_to(run):
        closing_line = _echo(run)
        code = run.wait()
    return Outcome(name=name, code=code, closing_line=closing_line or f"pytest stopped with exit code {code}")


@contextmanager
def _passing_signals_to(run: subprocess.Popen[bytes]) -> Iterator[None]:
    """Let pytest end itself, and its servers: Ctrl-C reaches it from the terminal, SIGTERM from here."""
    before = {
        signal.SIGINT: signal.signal(signal.SIGINT, signal.SIG_IGN),
        signal.SIGTERM: signal.signal(signal.SIGTERM, lambda *_: run.terminate()),
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _echo(run: subprocess.Popen[bytes]) -> str:
    """Pass the output on as it comes and return the last line that closes a run of pytest."""
    closing_line, line = "", b""
    output = run.stdout.fileno() if run.stdout else -1
    while piece := os.read(output, 65536):
        sys.stdout.buffer.write(piece)
        sys.stdout.buffer.flush()
        *lines, line = (line + piece).split(b"\n")
        closing_line = next(filter(_closes, reversed(_texts(lines))), closing_line)
    return closing_line


def _texts(lines: Sequence[bytes]) -> list[str]:
    return [line.decode(errors="replace").rstrip() for line in lines]


def _closes(text: str) -> bool:
    return bool(CLOSING_LINE.match(COLOUR.sub("", text)))


def _exit_code(outcomes: Sequence[Outcome]) -> int:
    """Return the first failure; a run without tests counts as one only when no run had any."""
    codes = [outcome.code for outcome in outcomes if outcome.code != NO_TESTS_COLLECTED]
    return next((code for code in codes if code), 0) if codes else NO_TESTS_COLLECTED


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
