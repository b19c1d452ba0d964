"""The flow charts of a map over HTTP."""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from rest_framework.test import APIClient

from accounts.models import Workspace
from common.clock import utc_now
from planner.models import Story
from planner.services.stories import transition_story
from tests.api.conftest import Caller
from tests.factories import actor_of, give_value, make_story, make_workspace, state_named
from valuestream.models import Map

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
CHARTS = ("cfd", "ageing", "rework", "cycle-times", "throughput", "work-mix")


@pytest.fixture
def workspace(db: None) -> Workspace:
    return make_workspace(now=utc_now() - 60 * DAY)


@pytest.fixture
def path(workspace: Workspace) -> str:
    return f"/maps/{Map.objects.get(workspace=workspace).pk}/"


def go(story: Story, name: str, days_ago: float, now: datetime) -> None:
    story.refresh_from_db()
    state = state_named(story.workspace, name)
    transition_story(story=story, state=state, actor=actor_of(story.workspace), now=now - days_ago * DAY)


@pytest.fixture
def lived(workspace: Workspace) -> list[Story]:
    """One story live, one back from review, one never valued."""
    now = utc_now()
    stories = [make_story(workspace, f"Story {number}", now=now - 50 * DAY) for number in range(3)]
    give_value(stories[0], 1000, now=now - 49 * DAY)
    give_value(stories[1], 300, now=now - 49 * DAY)
    go(stories[0], "In progress", 40, now)
    go(stories[0], "Done", 20, now)
    go(stories[1], "Review", 30, now)
    go(stories[1], "In progress", 10, now)
    go(stories[2], "In progress", 5, now)
    return stories


def blocks_of(told: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {block["name"]: block for stage in told["stages"] for block in stage["blocks"]}


def test_cumulative_flow_tells_items_and_money_by_block_and_day(owner: Caller, path: str, lived: list[Story]) -> None:
    told = owner.get(f"{path}cfd/")
    assert (len(told["days"]), told["step_days"], told["last_day_is_over"]) == (91, 1, False)
    blocks = blocks_of(told)
    assert blocks["Done"]["items"][-1] == 1
    assert blocks["Done"]["finished"] is True
    assert blocks["In progress"]["items"][-1] == 2
    assert float(blocks["Done"]["value"][-1]) > float(blocks["In progress"]["value"][-1]) > 0
    assert sum(blocks["In progress"]["arrivals"]) == 3


def test_ageing_tells_each_stages_items_and_its_own_past(owner: Caller, path: str, lived: list[Story]) -> None:
    told = owner.get(f"{path}ageing/")
    stage = next(stage for stage in told["stages"] if stage["name"] == "In progress")
    assert (told["wip"], stage["wip"], stage["finished_visits"]["n"]) == (2, 2, 1)
    assert [item["key"] for item in stage["items"]] == [lived[1].key, lived[2].key]
    assert stage["items"][0]["age"] == pytest.approx(10 * 86_400, abs=60)
    assert stage["items"][1]["value"] is None
    assert stage["older_than_p85"] == 0


def test_a_stage_nothing_ever_left_has_no_percentiles(owner: Caller, path: str, lived: list[Story]) -> None:
    told = owner.get(f"{path}ageing/?window_days=1")
    stage = next(stage for stage in told["stages"] if stage["name"] == "In progress")
    assert (stage["finished_visits"]["p85"], stage["older_than_p85"]) == (None, None)


def test_cycle_times_are_from_entering_to_leaving(owner: Caller, path: str, lived: list[Story]) -> None:
    told = owner.get(f"{path}cycle-times/")
    assert (told["told"], told["items"][0]["key"]) == (1, lived[0].key)
    assert told["cycle_time"]["p50"] == pytest.approx(30 * 86_400, abs=60)


def test_throughput_is_by_week_with_limits(owner: Caller, path: str, lived: list[Story]) -> None:
    told = owner.get(f"{path}throughput/")
    assert sum(told["items"]["values"]) == 1
    assert told["items"]["limits"]["lower"] == 0
    assert len(told["weeks"]) == len(told["value"]["values"])


def test_the_mix_is_by_application_or_what_is_asked(owner: Caller, path: str, lived: list[Story]) -> None:
    assert owner.get(f"{path}work-mix/")["items"]["groups"][0]["name"] == "No application"
    assert owner.get(f"{path}work-mix/?by=capability")["items"]["groups"][0]["name"] == "No capability"
    refused = owner.client.get(f"/api/v1{path}work-mix/", {"by": "mood"})
    assert (refused.status_code, list(refused.json()["errors"])) == (400, ["by"])


def test_rework_is_moves_back_with_their_sum(owner: Caller, path: str, lived: list[Story]) -> None:
    told = owner.get(f"{path}rework/")
    assert [(move["from"], move["to"], move["n"]) for move in told["moves"]] == [("Review", "In progress", 1)]
    assert told["total"]["cost"] == told["moves"][0]["cost"]


def test_a_series_is_a_figure_at_the_end_of_days(owner: Caller, path: str, lived: list[Story]) -> None:
    told = owner.get(f"{path}series/?metric=wip")
    assert (told["metric"], told["stage"], len(told["points"])) == ("wip", None, 31)
    assert [point["value"] for point in told["points"]][-1] == 2
    weekly = owner.get(f"{path}series/?metric=value_held&step=week")
    assert len(weekly["points"]) == 5


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({}, "metric"),
        ({"metric": "mood"}, "metric"),
        ({"metric": "wip", "stage": "first"}, "stage"),
        ({"metric": "wip", "from": "soon"}, "from"),
        ({"metric": "wip", "step": "hour"}, "step"),
        ({"metric": "wip", "clock": "lunar"}, "clock"),
    ],
)
def test_a_series_that_cant_be_names_its_field(owner: Caller, path: str, words: dict[str, str], field: str) -> None:
    refused = owner.client.get(f"/api/v1{path}series/", words)
    assert (refused.status_code, list(refused.json()["errors"])) == (400, [field])
    assert owner.client.get(f"/api/v1{path}series/", {"metric": "wip", "stage": "999999"}).status_code == 404


@pytest.mark.parametrize("chart", CHARTS)
def test_the_past_and_a_filter_can_be_asked_for(owner: Caller, path: str, lived: list[Story], chart: str) -> None:
    words = {
        "as_of": (utc_now() - 25 * DAY).isoformat(), "clock": "working", "window_days": "30",
        "filter": "points is empty",
    }  # fmt: skip
    told = owner.get(f"{path}{chart}/?{urlencode(words)}")
    assert (told["window_days"], told["clock"]) == (30, "working")


@pytest.mark.parametrize("chart", [*CHARTS, "series"])
def test_outsiders_learn_nothing(path: str, outsider: Caller, viewer: Caller, chart: str) -> None:
    words = {"metric": "wip"} if chart == "series" else {}
    assert outsider.client.get(f"/api/v1{path}{chart}/", words).status_code == 404
    assert viewer.client.get(f"/api/v1{path}{chart}/", words).status_code == 200
    assert APIClient().get(f"/api/v1{path}{chart}/", words).status_code == 401
