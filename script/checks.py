"""Runs the checkers side by side: one line each, their words only when they find something."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BIOME = "node_modules/.bin/biome"
# Nothing is reached under these names: `check --deploy` reads the settings, it opens no connection.
PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "config.settings.production",
    "SECRET_KEY": "only-for-the-deployment-check-0123456789-abcdefghijklmnopqrstuvwxyz",
    "ALLOWED_HOSTS": "millrace.example",
    "DATABASE_URL": "postgres://millrace@localhost/millrace",
    "REDIS_URL": "redis://localhost/0",
}
NOWHERE = ("--file", os.devnull)
TEST = {"DJANGO_SETTINGS_MODULE": "config.settings.test"}


@dataclass(frozen=True)
class Check:
    """One checker: its command, the command that repairs, and what it adds to the environment."""

    name: str
    command: Sequence[str]
    fix: Sequence[str] = ()
    environment: Mapping[str, str] = field(default_factory=dict)


def main(arguments: Sequence[str]) -> int:
    """Run the named checks, or all; 0 when none found anything."""
    os.chdir(ROOT)
    fixing = "--fix" in arguments
    names = [argument for argument in arguments if argument != "--fix"]
    checks = {check.name: check for check in _all_checks()}
    if unknown := [name for name in names if name not in checks]:
        print(f"No check is called {', '.join(unknown)}; there are {', '.join(checks)}.", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="millrace-check-") as home:
        chosen = [checks[name] for name in names] or list(checks.values())
        found = _run_all(chosen, fixing=fixing, home=home)
    print(f"{len(chosen) - found} of {len(chosen)} checks passed")
    return 1 if found else 0


def _all_checks() -> list[Check]:
    manage = [sys.executable, "manage.py"]
    return [
        Check("types", ["mypy"]),
        Check("ruff", ["ruff", "check", "--quiet", "."], fix=["ruff", "check", "--fix", "."]),
        Check("format", ["ruff", "format", "--check", "."], fix=["ruff", "format", "."]),
        Check("imports", ["lint-imports", "--no-cache"]),
        *_template_checks(_tracked("*.html")),
        Check("browser", [BIOME, "check", "--error-on-warnings"], fix=[BIOME, "check", "--write"]),
        Check("migrations", [*manage, "makemigrations", "--check", "--dry-run"], environment=TEST),
        Check("django", [*manage, "check", "--fail-level", "WARNING"], environment=TEST),
        Check("deployment", [*manage, "check", "--deploy", "--fail-level", "WARNING"], environment=PRODUCTION),
        Check("api-schema", [*manage, "spectacular", "--validate", "--fail-on-warn", *NOWHERE], environment=TEST),
    ]


def _template_checks(templates: Sequence[str]) -> list[Check]:
    """Return the checkers of templates; they refuse to be called without any."""
    indent, style = ["djhtml", "--tabwidth", "2"], ["djade", "--target-version", "5.2"]
    checks = [
        Check("template-indent", [*indent, "--check", *templates], fix=[*indent, *templates]),
        Check("template-style", [*style, "--check", *templates], fix=[*style, *templates]),
    ]
    return checks if templates else []


def _tracked(pattern: str) -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", pattern],  # noqa: S607
        capture_output=True,
        text=True,
        check=True,
    )
    return [path for path in listed.stdout.splitlines() if Path(path).exists()]


def _run_all(checks: Sequence[Check], *, fixing: bool, home: str) -> int:
    """Run two checks at a time (repairs one after the other) and return how many found something."""
    with ThreadPoolExecutor(max_workers=1 if fixing else 2) as pool:
        runs = [pool.submit(_run, check, fixing=fixing, home=home) for check in checks]
        return sum(not run.result() for run in runs)


def _run(check: Check, *, fixing: bool, home: str) -> bool:
    started = time.monotonic()
    command = check.fix if fixing and check.fix else check.command
    environment = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}
    environment |= {"MILLRACE_HOME": home, **check.environment}
    done = subprocess.run(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    passed = done.returncode == 0
    words = "" if passed else f"\n{done.stdout.rstrip()}\n"
    print(f"{'ok  ' if passed else 'FAIL'}  {check.name:<16}{time.monotonic() - started:6.1f} s{words}", flush=True)
    return passed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
