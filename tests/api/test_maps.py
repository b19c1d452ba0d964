"""Maps over HTTP."""

from datetime import timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import User, Workspace
from accounts.policies import Role
from common.clock import utc_now
from planner.models import Story
from planner.services.stories import transition_story
from tests.factories import (
    actor_of,
    give_value,
    make_member,
    make_story,
    make_user,
    make_workspace,
    owner_of,
    state_named,
)
from valuestream.models import Map

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def client_of(user: User) -> APIClient:
    client = APIClient()
    client.force_authenticate(user)
    return client


@pytest.fixture
def workspace() -> Workspace:
    return make_workspace(now=utc_now() - 30 * DAY)


@pytest.fixture
def owner(workspace: Workspace) -> APIClient:
    return client_of(owner_of(workspace))


@pytest.fixture
def address(workspace: Workspace) -> str:
    return f"/api/v1/maps/{Map.objects.get(workspace=workspace).pk}/"


@pytest.fixture
def story(workspace: Workspace) -> Story:
    story = make_story(workspace, now=utc_now() - 20 * DAY)
    give_value(story, 700, now=utc_now() - 20 * DAY)
    state = state_named(workspace, "In progress")
    transition_story(story=story, state=state, actor=actor_of(workspace), now=utc_now() - 10 * DAY)
    return story


def test_maps_are_listed_with_stages_blocks_and_states(owner: APIClient, workspace: Workspace) -> None:
    body = owner.get("/api/v1/maps/", {"workspace": workspace.key}).json()
    (found,) = body["results"]
    assert body["next"] is None
    assert [stage["name"] for stage in found["stages"]][:2] == ["Idea", "Ready"]
    assert found["stages"][0]["blocks"][0]["states"] == [state_named(workspace, "Idea").pk]


def test_the_list_needs_no_more_queries_for_more_maps(
    owner: APIClient, workspace: Workspace, django_assert_max_num_queries: Any
) -> None:
    for number in range(5):
        Map.objects.create(workspace=workspace, name=f"Map {number}", created_at=utc_now())
    with django_assert_max_num_queries(8):
        owner.get("/api/v1/maps/")


def test_metrics_have_the_names_of_the_definitions(owner: APIClient, address: str, story: Story) -> None:
    body = owner.get(f"{address}metrics/").json()
    blocks = {block["name"]: block for stage in body["stages"] for block in stage["blocks"]}
    idea = blocks["Idea"]["metrics"]
    assert blocks["Idea"]["kind"] == "WAIT"
    assert (body["window_days"], body["clock"]) == (90, "24x7")
    assert idea["lead_time"]["n"] == 1
    assert idea["lead_time"]["mean"] == pytest.approx(10 * 86_400, rel=1e-6)
    assert idea["idle_cost"] == "1000.00"
    assert (blocks["In progress"]["metrics"]["wip"], idea["queue_length"]) == (1, 0)
    assert blocks["In progress"]["metrics"]["delay_cost_rate"] == "700.00"
    assert {"arrivals", "departures", "waiting_time", "process_time", "flow_efficiency", "value_held"} <= idea.keys()
    assert {"average_value", "resources"} <= body["stages"][0]["metrics"].keys()


def test_as_of_a_past_instant(owner: APIClient, address: str, story: Story) -> None:
    then = (utc_now() - 15 * DAY).isoformat()
    body = owner.get(f"{address}metrics/", {"as_of": then}).json()
    assert body["stages"][0]["metrics"]["queue_length"] == 1
    assert body["total"]["wip"] == 1


def test_a_plus_that_the_address_turned_into_a_space_is_understood(owner: APIClient, address: str) -> None:
    assert owner.get(f"{address}metrics/?as_of=2026-03-01T10:00:00+00:00").status_code == 200


def test_a_day_means_its_end(owner: APIClient, address: str) -> None:
    body = owner.get(f"{address}metrics/", {"as_of": "2026-03-01"}).json()
    assert body["as_of"] == "2026-03-01T23:59:59.999999Z"
    today = owner.get(f"{address}metrics/", {"as_of": utc_now().date().isoformat()})
    assert today.status_code == 200


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("as_of", "yesterday"),
        ("as_of", "2999-01-01"),
        ("as_of", "2026-13-01"),
        ("as_of", "0001-01-01"),
        ("as_of", "9999-12-31"),
        ("window_days", "0"),
        ("window_days", "3651"),
        ("window_days", "-5"),
        ("window_days", "ninety"),
        ("clock", "lunar"),
    ],
)
def test_a_question_that_cant_be_answered_names_its_field(
    owner: APIClient, address: str, field: str, value: str
) -> None:
    answer = owner.get(f"{address}metrics/", {field: value})
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [field]


def test_a_planner_changes_a_map(owner: APIClient, address: str) -> None:
    stage = owner.get(address).json()["stages"][3]
    changes = {
        "stages": [{"id": stage["id"], "staffed": 2, "blocks": [{"id": stage["blocks"][0]["id"], "kind": "WORK"}]}]
    }
    changed = owner.patch(address, changes, format="json").json()["stages"][3]
    assert (changed["staffed"], changed["blocks"][0]["kind"]) == (2, "WORK")


@pytest.mark.parametrize(
    "body", [[], "x", {"name": ""}, {"stages": [{"id": 0}]}, {"name": None}, {"wait_rule": []}, {"wait_rule": {}}]
)
def test_a_change_that_cant_be_is_refused(owner: APIClient, address: str, body: Any) -> None:
    assert owner.patch(address, body, format="json").status_code == 400


def test_outsiders_learn_nothing_and_viewers_change_nothing(workspace: Workspace, address: str) -> None:
    outsider, viewer = client_of(make_user()), client_of(make_member(workspace, Role.VIEWER))
    for path in (address, f"{address}metrics/"):
        assert outsider.get(path).status_code == 404
        assert viewer.get(path).status_code == 200
        assert APIClient().get(path).status_code == 401
    assert outsider.get("/api/v1/maps/", {"workspace": workspace.key}).status_code == 404
    assert outsider.patch(address, {"name": "Mine"}, format="json").status_code == 404
    assert viewer.patch(address, {"name": "Mine"}, format="json").status_code == 403


def test_an_unknown_map_and_a_wrong_method(owner: APIClient, address: str) -> None:
    assert owner.get("/api/v1/maps/999999999999999999999999/").status_code == 404
    assert owner.put(address).status_code == 405
    assert owner.post(f"{address}metrics/").status_code == 405
