"""Dockerfile, docker-compose.yml and the production settings say the same things."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.architecture.test_documentation import variables_read_by_settings
from tests.conftest import ROOT

OF_THE_IMAGE = ("migrate", "web", "live", "worker", "beat")
# What compose fills in from the caller's environment, by name.
CALLER = {"SECRET_KEY": "s" * 50, "POSTGRES_PASSWORD": "secret", "MILLRACE_HOST": "millrace.example"}
REFERENCE = re.compile(r"\$\{(\w+)(?::-([^}]*)|:\?[^}]*)?\}")


def _filled_in(text: str) -> str:
    return REFERENCE.sub(lambda found: CALLER.get(found[1], found[2] or ""), text).replace("$$", "$")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    parsed: dict[str, Any] = yaml.safe_load(_filled_in((ROOT / "docker-compose.yml").read_text()))
    return parsed


@pytest.fixture(scope="module")
def dockerfile() -> str:
    return (ROOT / "Dockerfile").read_text()


def _import_settings(variables: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Read the production settings in a process of its own, in exactly this environment."""
    code = "import config.settings.production as s; print(s.DATABASES['default']['HOST'], s.REDIS_URL, s.PORT)"
    environment = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "config.settings.production", **variables}
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("service", OF_THE_IMAGE)
def test_the_settings_accept_each_service_environment(
    compose: dict[str, Any], service: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    variables = compose["services"][service]["environment"] | {"MILLRACE_HOME": str(tmp_path_factory.mktemp("home"))}
    done = _import_settings(variables)
    assert done.stdout.split()[:2] == ["db", "redis://redis:6379/0"], done.stderr


@pytest.mark.parametrize("service", OF_THE_IMAGE)
def test_compose_sets_no_variable_that_nothing_reads(compose: dict[str, Any], service: str) -> None:
    assert set(compose["services"][service]["environment"]) <= variables_read_by_settings()


@pytest.mark.parametrize("name", ["SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL", "REDIS_URL"])
def test_the_settings_refuse_to_start_without(compose: dict[str, Any], name: str) -> None:
    variables = {key: value for key, value in compose["services"]["web"]["environment"].items() if key != name}
    done = _import_settings(variables | {"MILLRACE_HOME": str(ROOT / "var")})
    assert done.returncode != 0
    assert name in done.stderr.strip().splitlines()[-1]


def test_every_service_that_stays_has_a_health_check(compose: dict[str, Any], dockerfile: str) -> None:
    unwatched = [
        name
        for name, service in compose["services"].items()
        if name not in {"migrate", "web", "live"} and "healthcheck" not in service
    ]
    assert unwatched == []
    assert "/healthz" in dockerfile  # web and live use the image's own


def test_nothing_serves_before_the_migration(compose: dict[str, Any]) -> None:
    for name in ("web", "live", "worker", "beat"):
        assert compose["services"][name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}


def test_the_proxy_reaches_the_ports_the_services_listen_on(compose: dict[str, Any]) -> None:
    caddyfile = compose["configs"]["caddyfile"]["content"]
    targets = dict(re.findall(r"reverse_proxy (\w+):(\d+)", caddyfile))
    assert targets == {name: compose["services"][name]["environment"]["PORT"] for name in ("live", "web")}


def test_only_the_proxy_is_reachable_from_outside(compose: dict[str, Any]) -> None:
    assert [name for name, service in compose["services"].items() if "ports" in service] == ["proxy"]


def test_the_proxy_lets_the_largest_import_through(compose: dict[str, Any]) -> None:
    from django.conf import settings

    megabytes = re.search(r"max_size (\d+)MB", compose["configs"]["caddyfile"]["content"])
    assert megabytes
    assert int(megabytes[1]) * 1_000_000 > settings.IMPORT_MAX_BYTES


@pytest.mark.parametrize("module", ["config.wsgi", "config.asgi"])
def test_the_commands_name_modules_that_serve(compose: dict[str, Any], dockerfile: str, module: str) -> None:
    commands = dockerfile + str(compose["services"]["live"]["command"])
    assert module in commands
    assert (ROOT / module.replace(".", "/")).with_suffix(".py").is_file()


def test_the_image_runs_without_rights_of_its_own(dockerfile: str) -> None:
    users = re.findall(r"^USER (\w+)$", dockerfile, re.MULTILINE)
    assert users == ["millrace"]
    assert dockerfile.index("collectstatic") < dockerfile.index("\nUSER ")


def test_the_image_copies_files_that_exist(dockerfile: str) -> None:
    sources = re.findall(r"^COPY (?!--from)(.+) \S+$", dockerfile, re.MULTILINE)
    missing = [name for line in sources for name in line.split() if not (ROOT / name).exists()]
    assert missing == []


@pytest.mark.parametrize("service", ["web", "live", "worker", "beat"])
def test_every_process_shares_the_folder_of_uploads(compose: dict[str, Any], service: str) -> None:
    assert compose["services"][service]["volumes"] == compose["services"]["web"]["volumes"]


def test_the_home_folder_is_the_volume(compose: dict[str, Any], dockerfile: str) -> None:
    home = compose["services"]["web"]["environment"]["MILLRACE_HOME"]
    assert compose["services"]["web"]["volumes"] == [f"home:{home}"]
    assert f"MILLRACE_HOME={home} " in dockerfile
    assert f"\nVOLUME {home}\n" in dockerfile


def test_what_is_built_is_published_and_its_sources_are_not(compose: dict[str, Any], tmp_path: Path) -> None:
    folders = {"MILLRACE_HOME": str(tmp_path / "home"), "STATIC_ROOT": str(tmp_path / "static")}
    variables = compose["services"]["web"]["environment"] | folders
    done = subprocess.run(
        [sys.executable, "manage.py", "collectstatic", "--noinput"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "config.settings.production", **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    published = json.loads((tmp_path / "static" / "staticfiles.json").read_text())["paths"]
    assert {"build/app.js", "build/app.css"} <= set(published)
    assert [name for name in published if name.startswith(("css/", "js/"))] == []
