"""What is asked for, what is locked and what is installed agree; nothing says where it came from."""

from __future__ import annotations

import json
import re
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.conftest import ROOT

PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;]+)", re.MULTILINE)
# The house is built with these.
REQUIRED = {"django", "djangorestframework", "celery", "redis", "psycopg2-binary", "pytest", "pytest-django"}


def _requirements(name: str) -> list[Requirement]:
    lines = (line.partition("#")[0].strip() for line in (ROOT / name).read_text().splitlines())
    return [Requirement(line) for line in lines if line and not line.startswith("-")]


def _locked() -> dict[str, Version]:
    text = (ROOT / "requirements.lock").read_text()
    return {canonicalize_name(name): Version(version) for name, version in PIN.findall(text)}


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-dev.txt"])
def test_the_lock_holds_what_is_asked_for(file: str) -> None:
    locked = _locked()
    for requirement in _requirements(file):
        assert requirement.specifier.contains(locked[canonicalize_name(requirement.name)]), requirement


def test_every_locked_package_has_hashes() -> None:
    blocks = re.split(r"^(?=[A-Za-z0-9])", (ROOT / "requirements.lock").read_text(), flags=re.MULTILINE)[1:]
    assert [block.split()[0] for block in blocks if "--hash=sha256:" not in block] == []


def test_the_house_is_built_with_its_packages() -> None:
    assert {canonicalize_name(requirement.name) for requirement in _requirements("requirements.txt")} >= REQUIRED


def test_psycopg_3_is_neither_locked_nor_installed() -> None:
    """Django would use it silently instead of psycopg2."""
    installed = {canonicalize_name(distribution.name) for distribution in distributions()}
    assert not {"psycopg", "psycopg-binary", "psycopg-c"} & (installed | set(_locked()))


@pytest.fixture(scope="module")
def npm_packages() -> dict[str, dict[str, Any]]:
    lock = json.loads(Path(ROOT / "package-lock.json").read_text())
    packages: dict[str, dict[str, Any]] = lock["packages"]
    return packages


def test_the_npm_lock_belongs_to_package_json(npm_packages: dict[str, dict[str, Any]]) -> None:
    asked = json.loads((ROOT / "package.json").read_text())
    assert npm_packages[""]["dependencies"] == asked["dependencies"]
    assert npm_packages[""]["devDependencies"] == asked["devDependencies"]


def test_every_npm_package_is_pinned_by_its_content_alone(npm_packages: dict[str, dict[str, Any]]) -> None:
    packages = {path: package for path, package in npm_packages.items() if path}
    assert [
        path for path, package in packages.items() if not (package.get("version") and package.get("integrity"))
    ] == []
    assert [path for path, package in packages.items() if "resolved" in package] == []
