"""The production topology of docker-compose.yml, with real processes: pages, API, worker, live feed, a lost Redis."""

from __future__ import annotations

import json
import os
import re
import subprocess
import urllib.error
import urllib.parse
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import redis

from tests.services.production import PASSWORD, USER, Browser, Production, is_up, producing, wait_until
from tests.services.stacks import new_database

pytestmark = pytest.mark.services
KEY = "PROD"


@pytest.fixture(scope="module")
def production() -> Iterator[Production]:
    with (
        TemporaryDirectory(prefix="millrace-production-") as name,
        new_database(os.environ["DATABASE_URL"]) as url,
        producing(open_folder(name), database_url=url) as running,
    ):
        running.call("POST", "/api/v1/workspaces/", {"name": "Production", "key": KEY})
        yield running


def open_folder(name: str) -> Path:
    """Return a folder that Redis can reach, which never runs as root."""
    folder = Path(name)
    folder.chmod(0o755)
    return folder


@pytest.fixture
def browser(production: Production) -> Browser:
    """Somebody who has signed in."""
    visitor = Browser(production)
    page = visitor.open("/sign-in/").read().decode()
    field = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert field is not None
    form = {"csrfmiddlewaretoken": field[1], "username": USER, "password": PASSWORD}
    assert visitor.open("/sign-in/", urllib.parse.urlencode(form).encode()).status == 200
    return visitor


def _states(production: Production) -> dict[str, int]:
    states = production.call("GET", "/api/v1/states/")["results"]
    return {state["name"]: state["id"] for state in states}


def _send_import(production: Production, item: str) -> Any:
    rows = f"item,occurred_at,to_state\n{item},2026-01-05T09:00:00Z,Ready\n{item},2026-01-06T09:00:00Z,Done\n"
    parts = [
        '--cut\r\nContent-Disposition: form-data; name="format"\r\n\r\nevents-csv\r\n',
        f'--cut\r\nContent-Disposition: form-data; name="file"; filename="{item}.csv"\r\n\r\n{rows}\r\n--cut--\r\n',
    ]
    body = "".join(parts).encode()
    return production.call("POST", "/api/v1/imports/", body, media_type="multipart/form-data; boundary=cut")


def _is_done(production: Production, job: Any) -> bool:
    now = production.call("GET", job["url"])
    assert now["state"] not in ("FAILED", "CANCELLED"), now
    return bool(now["state"] == "DONE")


def _is_done_under_compose(production: Production, job: Any) -> bool:
    production.restart_ended()
    return _is_done(production, job)


@pytest.mark.parametrize("service", ["web", "live"])
@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_each_server_is_healthy_and_ready(production: Production, service: str, path: str) -> None:
    assert is_up(production.url(path, service=service)), production.log(service)[-3000:]


def test_the_sign_in_page_comes_with_its_published_files(production: Production) -> None:
    visitor = Browser(production)
    page = visitor.open("/sign-in/").read().decode()
    files = re.findall(r'(?:href|src)="(/static/[^"]+\.(?:css|js))"', page)
    assert files
    for file in files:
        answer = visitor.open(file)
        assert "immutable" in answer.headers["Cache-Control"]
    assert "millrace-demo" not in page


def test_a_body_over_the_limit_gets_an_answer_and_no_cut_line(production: Production) -> None:
    body = b'{"title": "' + b"x" * 11_000_000 + b'"}'
    with pytest.raises(AssertionError, match=r": 413 .*too_large"):
        production.call("POST", "/api/v1/stories/", body)


def test_signing_in_leads_to_the_backlog(browser: Browser) -> None:
    with browser.open(f"/w/{KEY}/backlog/") as page:
        assert page.status == 200


def test_the_worker_computes_a_snapshot_after_a_transition(production: Production) -> None:
    story = production.call("POST", "/api/v1/stories/", {"title": "Cross the water"})
    states = _states(production)
    moved = production.call("POST", f"/api/v1/stories/{story['id']}/transition/", {"state": states["In progress"]})
    assert moved["state"]["name"] == "In progress"
    wait_until(lambda: _snapshots_done(production), production.log, "worker")
    [map_] = production.call("GET", "/api/v1/maps/")["results"]
    metrics = production.call("GET", f"/api/v1/maps/{map_['id']}/metrics/")
    wip = {block["name"]: block["metrics"]["wip"] for stage in metrics["stages"] for block in stage["blocks"]}
    assert wip["In progress"] == 1


def _snapshots_done(production: Production) -> list[Any]:
    jobs = production.call("GET", "/api/v1/jobs/?state=DONE")["results"]
    return [job for job in jobs if job["kind"] == "valuestream.snapshot"]


def test_the_live_process_streams_a_change_made_through_the_web_process(
    production: Production, browser: Browser
) -> None:
    with browser.open(f"/live/?workspace={KEY}", service="live") as stream:
        assert stream.headers["Content-Type"].startswith("text/event-stream")
        story = production.call("POST", "/api/v1/stories/", {"title": "Somebody else sees this"})
        for line in stream:
            told = json.loads(line[6:]) if line.startswith(b"data: {") else {}
            if told.get("topic") == "story" and told["object"] == story["id"]:
                break
    assert told["verb"] == "created"


def test_the_live_process_asks_who_is_there(production: Production) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        Browser(production).open(f"/live/?workspace={KEY}", service="live")
    assert refused.value.code == 401


def test_a_job_whose_message_redis_forgot_is_done_all_the_same(production: Production) -> None:
    production.stop("worker")
    job = _send_import(production, "FLUSHED")
    redis.Redis.from_url(production.redis.url).flushall()
    production.start("worker")
    wait_until(lambda: _is_done(production, job), production.log, "worker")


def test_a_write_without_redis_goes_through_and_its_job_is_done_when_redis_is_back(production: Production) -> None:
    production.kill_redis()
    assert not is_up(production.url("/readyz"))
    assert is_up(production.url("/healthz"))
    job = _send_import(production, "WITHOUT-REDIS")
    production.restart_redis()
    wait_until(lambda: _is_done_under_compose(production, job), production.log, "worker")
    stories = production.call("GET", "/api/v1/stories/?limit=500")["results"]
    assert [story["title"] for story in stories].count("WITHOUT-REDIS") == 1


def test_an_ordinary_stop_ends_every_process(production: Production) -> None:
    for name, process in list(production.processes.items()):
        process.terminate()
        try:
            assert process.wait(30) in (0, -15), production.log(name)[-2000:]
        except subprocess.TimeoutExpired:
            pytest.fail(f"{name} did not stop:\n{production.log(name)[-2000:]}")
        production.processes.pop(name)
