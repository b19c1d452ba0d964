"""A map too large to measure while somebody waits: progress first, then the figures, on the page and over HTTP."""

from datetime import timedelta

import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import Workspace
from common.clock import utc_now
from common.jobs.models import Job, JobState
from common.jobs.testing import run_queued_jobs
from tests.factories import give_value, make_story, make_workspace, owner_of
from valuestream.models import Map
from valuestream.selectors import studies

pytestmark = pytest.mark.django_db
LARGE = "?window_days=365"


@pytest.fixture
def workspace(monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """A workspace in which every story is one too many to be measured at once."""
    made = make_workspace("BIG", now=utc_now() - timedelta(days=40))
    for _ in range(3):
        give_value(make_story(made, now=utc_now() - timedelta(days=30)), 500)
    run_queued_jobs()
    monkeypatch.setattr(studies, "STUDIED_VISITS", 2)
    return made


@pytest.fixture
def address(workspace: Workspace) -> str:
    return f"/w/BIG/maps/{Map.objects.get(workspace=workspace).pk}/"


@pytest.fixture
def browser(client: Client, workspace: Workspace) -> Client:
    client.force_login(owner_of(workspace))
    return client


@pytest.fixture
def api(workspace: Workspace) -> APIClient:
    made = APIClient()
    made.force_authenticate(owner_of(workspace))
    return made


def test_the_page_shows_how_far_the_workers_are_and_then_the_figures(browser: Client, address: str) -> None:
    waiting = browser.get(f"{address}{LARGE}").content.decode()
    assert "Measuring 365 days" in waiting
    assert f'hx-get="{address}picture/?window_days=365"' in waiting
    run_queued_jobs()
    assert "data-map-measuring" not in browser.get(f"{address}picture/{LARGE}").content.decode()
    assert 'id="finding"' in browser.get(f"{address}{LARGE}").content.decode()


def test_the_usual_window_needs_no_waiting(browser: Client, address: str) -> None:
    assert "data-map-measuring" not in browser.get(address).content.decode()


def test_a_failure_is_told_with_a_way_on(browser: Client, address: str) -> None:
    browser.get(f"{address}{LARGE}")
    Job.objects.filter(kind="valuestream.study").update(
        state=JobState.FAILED, error="The map was changed meanwhile.", finished_at=utc_now()
    )
    page = browser.get(f"{address}{LARGE}").content.decode()
    assert "The workers could not measure this map: The map was changed meanwhile." in page
    assert "Try again" in page
    assert "hx-trigger" not in browser.get(f"{address}picture/{LARGE}").content.decode()


def test_there_is_nothing_to_export_or_open_yet(browser: Client, address: str) -> None:
    exported = browser.get(f"{address}export.csv{LARGE}")
    assert (exported.status_code, exported.headers["Location"]) == (302, f"{address}{LARGE}")
    assert browser.get(f"{address}evidence/{LARGE}&metric=wip").status_code == 409
    run_queued_jobs()
    assert browser.get(f"{address}export.csv{LARGE}").status_code == 200
    assert browser.get(f"{address}evidence/{LARGE}&metric=wip").status_code == 200


def test_a_client_is_told_to_ask_again(api: APIClient, workspace: Workspace) -> None:
    address = f"/api/v1/maps/{Map.objects.get(workspace=workspace).pk}/metrics/{LARGE}"
    waiting = api.get(address)
    assert (waiting.status_code, waiting.headers["Retry-After"]) == (202, "1")
    assert waiting.json() | {"study": 0, "job": 0} == {
        "study": 0, "job": 0, "state": "QUEUED", "parts_done": 0, "parts": None
    }  # fmt: skip
    run_queued_jobs()
    answer = api.get(address)
    assert answer.status_code == 200
    assert answer.json()["total"]["wip"] == 3


def test_a_client_is_told_what_went_wrong(api: APIClient, workspace: Workspace) -> None:
    address = f"/api/v1/maps/{Map.objects.get(workspace=workspace).pk}/metrics/{LARGE}"
    api.get(address)
    Job.objects.filter(kind="valuestream.study").update(
        state=JobState.FAILED, error="Unexpected error: MemoryError.", finished_at=utc_now()
    )
    refused = api.get(address)
    assert refused.status_code == 409
    assert "MemoryError" in refused.json()["detail"]
