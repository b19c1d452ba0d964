"""Rules about the code that no checker of `script/check` knows."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.staticfiles import finders
from django.core.management import call_command
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

from tests.conftest import ROOT

PACKAGES = ("config", "common", "accounts", "planner", "valuestream", "integrations")
LONGEST_MODULE = 450
VAGUE_NAMES = {"utils.py", "helpers.py", "util.py", "misc.py", "manager.py", "managers.py"}


def _modules() -> Iterator[Path]:
    for package in PACKAGES:
        yield from (path for path in (ROOT / package).rglob("*.py") if "migrations" not in path.parts)


def _tracked_files() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file()]


def test_imports_obey_the_contracts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert lint_imports(no_cache=True) == EXIT_STATUS_SUCCESS


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.parametrize("package", PACKAGES[1:])
def test_migrations_are_linear_and_named(package: str) -> None:
    names = sorted(path.stem for path in (ROOT / package / "migrations").glob("0*.py"))
    assert [int(name[:4]) for name in names] == list(range(1, len(names) + 1))
    assert [name for name in names if "auto" in name] == []


def test_no_module_is_too_long() -> None:
    too_long = {
        str(path.relative_to(ROOT)): lines
        for path in [*_modules(), *(ROOT / "tests").rglob("*.py"), *(ROOT / "script").glob("*.py")]
        if (lines := len(path.read_text().splitlines())) > LONGEST_MODULE
    }
    assert too_long == {}


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert [str(path.relative_to(ROOT)) for path in _modules() if path.name in VAGUE_NAMES] == []


def test_the_folder_that_would_hide_the_planner_configuration_is_not_there() -> None:
    assert not (ROOT / "planner" / "apps").exists()


def _service_functions_called_from_outside() -> set[str]:
    """Return the names that pages, API, tasks, handlers and commands import from services."""
    imports = (
        node
        for path in _modules()
        if "services" not in path.parts
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and ".services" in (node.module or "")
    )
    return {alias.name for node in imports for alias in node.names}


def test_services_take_keyword_arguments_only() -> None:
    """A call reads as a sentence, and a parameter added in the middle breaks no caller."""
    called = _service_functions_called_from_outside()
    positional = [
        f"{path.relative_to(ROOT)}: {function.name}"
        for path in _modules()
        if "services" in path.parts
        for function in ast.parse(path.read_text()).body
        if isinstance(function, ast.FunctionDef) and function.name in called and function.args.args
    ]
    assert positional == []


def test_every_model_is_documented() -> None:
    ours = [model for model in apps.get_models() if model._meta.app_label in PACKAGES]
    silent = [model.__name__ for model in ours if (model.__doc__ or "").startswith(f"{model.__name__}(")]
    assert ours
    assert silent == []


@pytest.mark.parametrize(
    "forbidden",
    [
        # Split, so that this file isn't found.
        "registry." + "npmjs",
        "files." + "pythonhosted",
        "pypi" + ".org/simple",
        "/ro" + "ot/",
        "/wo" + "rk/",
        "--index" + "-url",
    ],
)
def test_no_tracked_file_names_a_machine_or_where_packages_came_from(forbidden: str) -> None:
    guilty = [str(path.relative_to(ROOT)) for path in _tracked_files() if forbidden.encode() in path.read_bytes()]
    assert guilty == []


def test_nothing_built_or_third_party_is_tracked() -> None:
    tracked = {str(path.relative_to(ROOT)) for path in _tracked_files()}
    built = ("static/build/", "node_modules/", ".venv/", "var/")
    assert [name for name in tracked if name.startswith(built) or name.endswith((".min.js", ".woff2"))] == []


def test_no_template_holds_a_script_or_a_style() -> None:
    """The content security policy refuses them; the page would break only in a browser."""
    banned = ("<style", " style=", " onclick=", " hx-on", "javascript:")
    guilty = [
        f"{path.relative_to(ROOT)}: {word}"
        for path in (ROOT / "templates").rglob("*.html")
        for word in banned
        if word in path.read_text()
    ]
    assert guilty == []


def test_templates_name_static_files_that_are_published() -> None:
    """Sources under static/js and static/css are bundled into static/build and not published themselves."""
    named = {
        name
        for path in (ROOT / "templates").rglob("*.html")
        for name in re.findall(r"""\{% static ["']([^"']+)["']""", path.read_text())
    }
    assert [name for name in named if name.startswith(("js/", "css/")) or finders.find(name) is None] == []
