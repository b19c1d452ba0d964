"""Alerts on their page, in the inbox and over HTTP."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import User, Workspace
from accounts.policies import Role
from common.clock import utc_now
from planner.models import Notice
from tests.factories import give_value, make_member, make_stories, make_workspace, owner_of
from valuestream.models import Alert, AlertFiring, Map
from valuestream.selectors.maps import get_default_map
from valuestream.services.alert_checks import check_alerts
from valuestream.services.alerts import create_alert

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def workspace() -> Workspace:
    made = make_workspace("FLOW", now=utc_now() - 30 * DAY)
    for story in make_stories(made, 2, now=utc_now() - 10 * DAY):
        give_value(story, 700, now=utc_now() - 9 * DAY)
    return made


@pytest.fixture
def owner(workspace: Workspace) -> User:
    return owner_of(workspace)


@pytest.fixture
def the_map(workspace: Workspace) -> Map:
    return get_default_map(workspace=workspace)


@pytest.fixture
def browser(client: Client, owner: User) -> Client:
    client.force_login(owner)
    return client


@pytest.fixture
def address(the_map: Map) -> str:
    return f"/w/FLOW/maps/{the_map.pk}/alerts/"


@pytest.fixture
def api_address(the_map: Map) -> str:
    return f"/api/v1/maps/{the_map.pk}/alerts/"


def client_of(user: User) -> APIClient:
    client = APIClient()
    client.force_authenticate(user)
    return client


def form(owner: User, **values: Any) -> dict[str, Any]:
    return {
        "metric": "queue_length", "stage": "", "comparison": "ABOVE", "threshold": "1", "watchers": [owner.pk],
        "webhook_url": "", "name": "", **values,
    }  # fmt: skip


def fire(found: Map, owner: User, **values: Any) -> AlertFiring:
    create_alert(map=found, values={"metric": "value_waiting", "threshold": 1, **values}, actor=owner, now=utc_now())
    [firing] = check_alerts(map=found, now=utc_now())
    return firing


def page_of(browser: Client, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_an_empty_page_says_what_an_alert_is(browser: Client, address: str) -> None:
    assert "Be told when value is stuck" in page_of(browser, address)


def test_an_alert_is_added_in_the_dialog(browser: Client, address: str, owner: User) -> None:
    dialog = page_of(browser, f"{address}?part=dialog")
    assert "Value held (money)" in dialog
    assert browser.post(address, form(owner, by_email="on")).status_code == 204
    alert = Alert.objects.get()
    assert (alert.by_email, alert.origin, alert.name) == (True, "http://testserver", "Queue above 1")
    page = page_of(browser, address)
    assert "Queue in all stages above 1" in page
    assert "Not looked at yet" in page


def test_an_alert_is_changed_muted_watched_and_deleted(browser: Client, address: str, owner: User) -> None:
    browser.post(address, form(owner))
    alert = Alert.objects.get()
    one = f"{address}{alert.pk}/"
    assert "Edit Queue above 1" in page_of(browser, one)
    assert browser.post(one, form(owner, threshold="5", name="Long", version="1")).status_code == 204
    assert browser.post(f"{one}mute/", {"mute": "1"}).status_code == 204
    assert browser.post(f"{one}watch/", {"watch": "0"}).status_code == 204
    alert.refresh_from_db()
    assert (alert.name, alert.is_muted, alert.watchers.count()) == ("Long", True, 0)
    assert "muted" in page_of(browser, f"{address}?part=lists")
    assert browser.post(f"{one}mute/", {"mute": "0"}).status_code == 204
    assert browser.post(f"{one}delete/").status_code == 204
    assert not Alert.objects.exists()


def test_saving_an_edited_alert_keeps_it_muted(browser: Client, address: str, owner: User) -> None:
    browser.post(address, form(owner))
    alert = Alert.objects.get()
    browser.post(f"{address}{alert.pk}/mute/", {"mute": "1"})
    browser.post(f"{address}{alert.pk}/", form(owner, name="Long"))
    assert Alert.objects.get().is_muted


def test_a_refused_alert_names_its_fields(browser: Client, address: str, owner: User) -> None:
    posted = form(owner, threshold="many", webhook_url="http://127.0.0.1/")
    answer = browser.post(address, posted, HTTP_HX_REQUEST="true")
    assert answer.status_code == 400
    told = answer.content.decode()
    assert "Use a number" in told
    assert "private network" in told


def test_a_firing_is_told_with_its_items_and_found_from_the_inbox(
    browser: Client, address: str, owner: User, the_map: Map
) -> None:
    firing = fire(the_map, owner)
    page = page_of(browser, address)
    assert f'id="firing-{firing.pk}"' in page
    assert firing.items[0]["key"] in page
    inbox = page_of(browser, "/w/FLOW/inbox/?show=alerts")
    assert f'href="{address}#firing-{firing.pk}"' in inbox
    assert "Value waiting in all stages is" in inbox


def test_a_test_is_sent_to_the_reader(browser: Client, address: str, owner: User) -> None:
    browser.post(address, form(owner))
    answer = browser.post(f"{address}{Alert.objects.get().pk}/test/")
    assert answer.status_code == 204
    assert Notice.objects.get(user=owner, kind="ALERT").text.startswith("Test of")


def test_a_viewer_watches_and_changes_nothing(
    client: Client, workspace: Workspace, the_map: Map, owner: User, address: str
) -> None:
    firing = fire(the_map, owner, webhook_url="https://hooks.example.com/")
    viewer = make_member(workspace, Role.VIEWER)
    client.force_login(viewer)
    assert "Add an alert" not in page_of(client, address)
    assert client.post(f"{address}{firing.alert_id}/mute/").status_code == 403
    assert client.post(f"{address}{firing.alert_id}/watch/", {"watch": "1"}).status_code == 204
    assert viewer in Alert.objects.get().watchers.all()


def test_the_page_needs_no_more_queries_for_more_alerts(
    browser: Client, the_map: Map, owner: User, address: str, django_assert_max_num_queries: Any
) -> None:
    for number in range(8):
        fire(the_map, owner, name=f"Alert {number}")
    with django_assert_max_num_queries(20):
        browser.get(address)


def test_the_map_leads_to_its_alerts(browser: Client, the_map: Map, address: str) -> None:
    assert f'href="{address}"' in page_of(browser, f"/w/FLOW/maps/{the_map.pk}/")


def test_the_api_adds_reads_changes_tests_and_deletes(owner: User, api_address: str) -> None:
    api = client_of(owner)
    asked = {"metric": "value_held", "threshold": "50000", "webhook_url": "https://hooks.example.com/x"}
    made = api.post(api_address, asked, format="json")
    assert made.status_code == 201
    told = made.json()
    assert (told["name"], told["unit"], told["watchers"]) == ("Value held above 50,000", "MONEY", [owner.pk])
    assert len(told["webhook_secret"]) == 64
    one = f"{api_address}{told['id']}/"
    assert api.patch(one, {"is_muted": True, "version": 1}, format="json").json()["is_muted"] is True
    assert api.get(api_address).json()["results"][0]["version"] == 2
    assert api.post(f"{one}test/").json() == {"sent": 2}
    assert api.delete(one).status_code == 204
    assert api.get(one).status_code == 404


def test_the_api_tells_what_fired(owner: User, the_map: Map, api_address: str) -> None:
    firing = fire(the_map, owner)
    [told] = client_of(owner).get(f"{api_address}firings/").json()["results"]
    assert (told["id"], told["alert"], told["recovered_at"]) == (firing.pk, firing.alert_id, None)
    assert told["items"][0]["kind"] == "money"
    assert client_of(owner).get(f"{api_address}firings/", {"alert": 999999}).json()["results"] == []


def test_the_api_keeps_the_webhook_from_those_who_may_not_change_it(
    workspace: Workspace, owner: User, the_map: Map, api_address: str
) -> None:
    fire(the_map, owner, webhook_url="https://hooks.example.com/key")
    [told] = client_of(make_member(workspace, Role.VIEWER)).get(api_address).json()["results"]
    assert (told["webhook_url"], told["webhook_secret"]) == ("hidden", None)


def test_the_api_names_what_it_refuses(owner: User, api_address: str) -> None:
    answer = client_of(owner).post(
        api_address, {"metric": "wip", "threshold": "x", "webhook_url": "http://10.0.0.1/"}, format="json"
    )
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert set(answer.json()["errors"]) == {"threshold", "webhook_url"}


def test_an_alert_in_the_inbox_over_http_has_an_address_and_no_story(owner: User, the_map: Map) -> None:
    fire(the_map, owner)
    told = client_of(owner).get("/api/v1/notices/", {"workspace": "FLOW"}).json()["results"][0]
    assert (told["kind"], told["story"]) == ("ALERT", None)
    assert told["address"].startswith("/w/FLOW/maps/")
