"""Custom metrics on the map's page and over HTTP."""

from datetime import timedelta

import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import Workspace
from accounts.policies import Role
from common.clock import utc_now
from tests.factories import make_member, make_story, make_workspace, owner_of
from valuestream.models import CustomMetric
from valuestream.selectors.maps import get_default_map

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def workspace() -> Workspace:
    made = make_workspace("FLOW", now=utc_now() - 30 * DAY)
    for points in (3, 5, None):
        make_story(made, points=points, now=utc_now() - 10 * DAY)
    return made


@pytest.fixture
def browser(client: Client, workspace: Workspace) -> Client:
    client.force_login(owner_of(workspace))
    return client


@pytest.fixture
def address(workspace: Workspace) -> str:
    return f"/w/FLOW/maps/{get_default_map(workspace=workspace).pk}/custom-metrics/"


@pytest.fixture
def api(workspace: Workspace) -> APIClient:
    client = APIClient()
    client.force_authenticate(owner_of(workspace))
    return client


@pytest.fixture
def api_address(workspace: Workspace) -> str:
    return f"/api/v1/maps/{get_default_map(workspace=workspace).pk}/custom-metrics/"


SUM = {"aggregate": "SUM", "field": "points"}


def test_a_metric_is_defined_in_the_dialog_and_shown_with_its_evidence(browser: Client, address: str) -> None:
    assert "None yet" in browser.get(address).content.decode()
    assert "Points (a number)" in browser.get(f"{address}?part=dialog").content.decode()
    answer = browser.post(address, {**SUM, "items": "IN", "percentile": "", "name": ""})
    assert answer.status_code == 204
    metric = CustomMetric.objects.get()
    card = browser.get(address).content.decode()
    assert "Sum of Points, Idea: 8" in card
    sheet = browser.get(f"{address}{metric.pk}/evidence/").content.decode()
    assert "2 of 3 items" in sheet
    assert "1 item has no value" in sheet


def test_a_metric_is_changed_and_deleted(browser: Client, address: str) -> None:
    browser.post(address, {**SUM, "items": "IN"})
    metric = CustomMetric.objects.get()
    edited = {"aggregate": "PERCENTILE", "percentile": "85", "field": "points", "items": "IN", "name": "Big"}
    assert "Edit Sum of Points" in browser.get(f"{address}{metric.pk}/").content.decode()
    assert browser.post(f"{address}{metric.pk}/", edited).status_code == 204
    assert CustomMetric.objects.get().percentile == 85
    assert browser.post(f"{address}{metric.pk}/delete/").status_code == 204
    assert not CustomMetric.objects.exists()


def test_a_refused_definition_names_the_field(browser: Client, address: str) -> None:
    answer = browser.post(address, {"aggregate": "SUM", "field": "title", "items": "IN"}, HTTP_HX_REQUEST="true")
    assert answer.status_code == 400
    assert "can only be counted" in answer.content.decode()


def test_the_card_asks_of_a_past_day_and_of_some_stories(browser: Client, address: str, workspace: Workspace) -> None:
    browser.post(address, {**SUM, "items": "IN"})
    day = (utc_now() - 12 * DAY).date().isoformat()
    assert "Sum of Points, Idea: –" in browser.get(f"{address}?as_of={day}").content.decode()
    assert "Sum of Points, Idea: 5" in browser.get(f"{address}?filter=points+%3E+4").content.decode()


def test_the_page_of_the_map_asks_for_the_card(browser: Client, address: str) -> None:
    assert f'hx-get="{address}"' in browser.get(address.removesuffix("custom-metrics/")).content.decode()


def test_a_viewer_reads_and_does_not_define(client: Client, workspace: Workspace, address: str) -> None:
    client.force_login(make_member(workspace, Role.VIEWER))
    assert "Add a metric" not in client.get(address).content.decode()
    assert client.post(address, SUM).status_code == 403


def test_the_api_defines_measures_changes_and_deletes(api: APIClient, api_address: str) -> None:
    made = api.post(api_address, SUM, format="json")
    assert made.status_code == 201
    assert made.json()["name"] == "Sum of Points"
    [row] = api.get(api_address).json()["results"]
    assert row["total"] == {"value": "8", "items": 3, "known": 2}
    assert row["stages"][0]["value"] == "8"
    one = f"{api_address}{made.json()['id']}/"
    changed = api.patch(one, {"aggregate": "AVG", "version": 1}, format="json").json()
    assert (changed["aggregate"], changed["version"]) == ("AVG", 2)
    assert api.get(api_address).json()["results"][0]["total"]["value"] == "4"
    assert api.delete(one).status_code == 204
    assert api.get(one).status_code == 404


def test_the_api_names_what_it_refuses(api: APIClient, api_address: str) -> None:
    answer = api.post(api_address, {"aggregate": "PERCENTILE", "percentile": 101, "field": "nothing"}, format="json")
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert set(answer.json()["errors"]) == {"field", "percentile"}


def test_days_and_money_are_told_as_such(api: APIClient, api_address: str) -> None:
    api.post(api_address, {"aggregate": "MIN", "field": "created"}, format="json")
    api.post(api_address, {"aggregate": "SUM", "field": "business_value"}, format="json")
    first, second = api.get(api_address).json()["results"]
    assert len(first["total"]["value"]) == len("2026-03-02")
    assert second["total"] == {"value": None, "items": 3, "known": 0}
