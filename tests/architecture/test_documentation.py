"""Documentation and program agree: every setting and every link."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import global_settings

from config.settings import base
from tests.conftest import ROOT

SETTINGS = ROOT / "docs" / "reference" / "settings.md"
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)(?:#[^)\s]*)?\)")


def variables_read_by_settings() -> set[str]:
    """Return every environment variable that the settings ask for, found in their source."""
    sources = "".join(path.read_text() for path in (ROOT / "config" / "settings").glob("*.py"))
    return set(re.findall(r"""(?:env\.\w+|required)\(\s*"([A-Z_]+)\"""", sources))


def _documented(heading: str) -> dict[str, str]:
    """Return the first two cells of each row of the table under a heading of the settings' page."""
    section = SETTINGS.read_text().split(f"## {heading}\n")[1].split("\n## ")[0]
    return dict(re.findall(r"^\| `([A-Z_]+)` \| ([^|]+?) \|", section, re.MULTILINE))


def _own_constants() -> dict[str, str]:
    """Return Millrace's own numbers among the settings, those of Django and Celery left out."""
    return {
        name: str(value)
        for name, value in vars(base).items()
        if name.isupper() and type(value) in {int, float} and not name.startswith("CELERY_")
        if not hasattr(global_settings, name)
    }


def test_every_environment_variable_is_documented() -> None:
    assert set(_documented("Environment")) == variables_read_by_settings()


def test_every_limit_is_documented_with_its_value() -> None:
    assert _documented("Limits and intervals") == _own_constants()


@pytest.mark.parametrize("document", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_between_pages_lead_somewhere(document: Path) -> None:
    broken = [target for target in LINK.findall(document.read_text()) if not (document.parent / target).exists()]
    assert broken == []


@pytest.mark.parametrize("name", ["run", "test", "check", "bench"])
def test_every_command_is_documented(name: str) -> None:
    assert f"`script/{name}" in (ROOT / "docs" / "reference" / "commands.md").read_text()


def test_every_management_command_of_ours_is_documented() -> None:
    documented = (ROOT / "docs" / "reference" / "commands.md").read_text()
    ours = [path.stem for path in ROOT.glob("*/management/commands/*.py") if not path.stem.startswith("_")]
    assert [name for name in ours if f"`manage.py {name}" not in documented] == []
