"""Finding a Chromium for the end-to-end tests, and installing one where there is none."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from tests.services.programs import find_chromium

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = "@sparticuz/chromium@147.0.0"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # No name but this machine's is looked up, whatever a page asks for.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
)


class NoChromiumError(RuntimeError):
    """There is no Chromium and none could be installed; the message says how to bring one."""


def require_chromium() -> Path:
    """Return Chromium's program: the one named or installed, else Debian's (as root), else npm's."""
    found = find_chromium() or _from_debian() or _from_npm()
    if found is None or not os.access(found, os.X_OK):
        raise NoChromiumError(
            f"The end-to-end tests need Chromium ({found or 'none was found'}): install it "
            "(apt-get install chromium) or name a Chrome in CHROMIUM_PATH."
        )
    return found


def _from_debian() -> Path | None:
    """Install Debian's package; only root can."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return None
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", "chromium"]):
        _succeeds(command, environment=quiet)
    return find_chromium()


def _from_npm() -> Path | None:
    """Unpack the build that npm carries, into a folder outside the project's own packages."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if not (npm and node):
        return None
    folder = ROOT / ".cache" / "chromium"
    folder.mkdir(parents=True, exist_ok=True)
    if not _succeeds([npm, "install", "--prefix", str(folder), "--no-save", PACKAGE]):
        return None
    script = 'import("@sparticuz/chromium").then((it) => it.default.executablePath()).then(console.log)'
    answer = subprocess.run([node, "-e", script], cwd=folder, capture_output=True, text=True, check=False)
    return Path(answer.stdout.strip()) if answer.returncode == 0 else None


def _succeeds(command: Sequence[str], *, environment: dict[str, str] | None = None) -> bool:
    done = subprocess.run(
        command, env=os.environ | (environment or {}), stdin=subprocess.DEVNULL, capture_output=True, check=False
    )
    return done.returncode == 0
