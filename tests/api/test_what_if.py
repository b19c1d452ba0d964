"""What-if over HTTP."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import Workspace
from common.clock import utc_now
from tests.factories import make_user, make_workspace, owner_of
from tests.valuestream.what_if_stream import DAY, make_stream, staff, work_stage
from valuestream.models import Map

pytestmark = pytest.mark.django_db


def client_of(user: Any) -> APIClient:
    client = APIClient()
    client.force_authenticate(user)
    return client


@pytest.fixture
def now() -> datetime:
    return utc_now()


@pytest.fixture
def workspace(now: datetime) -> Workspace:
    workspace = make_workspace(now=now - 120 * DAY)
    workspace.cost_per_point = Decimal(100)
    workspace.save()
    return workspace


@pytest.fixture
def map_(workspace: Workspace, now: datetime) -> Map:
    return staff(make_stream(workspace, now), 1)


def ask(map_: Map, body: Any, user: Any = None) -> Any:
    client = client_of(user or owner_of(map_.workspace))
    return client.post(f"/api/v1/maps/{map_.pk}/what-if/", body, format="json")


def test_one_more_person_is_judged_with_ranges(map_: Map) -> None:
    stage = work_stage(map_)
    answer = ask(map_, {"people": {str(stage.pk): 2}}).json()

    assert answer["verdict"] in ("worth it", "not worth it", "can't tell")
    assert (answer["weeks"], answer["changed"]) == (13, True)
    low, middle, high = (float(answer["delivered_value"]["difference"][part]) for part in ("low", "middle", "high"))
    assert 0 < low <= middle <= high
    assert answer["stages"][0]["id"] == stage.pk


def test_nothing_asked_is_the_stream_as_it_is(map_: Map) -> None:
    assert ask(map_, {}).json()["changed"] is False


def test_the_past_can_be_asked_from(map_: Map, now: datetime) -> None:
    answer = ask(map_, {"as_of": (now - 30 * DAY).isoformat(), "window_days": 30})

    assert (answer.status_code, answer.json()["window_days"]) == (200, 30)


def test_only_some_stories_can_be_asked_of(map_: Map) -> None:
    everything, some = (ask(map_, {"filter": text}).json() for text in ("", "title contains Done"))

    assert some["value_held"]["as_is"] != everything["value_held"]["as_is"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"people": {"0": 2}}, "people.0"),
        ({"batch": "many"}, "batch"),
        ({"weeks": 0}, "weeks"),
        ({"window_days": "x"}, "window_days"),
        ([1], "body"),
    ],
)
def test_what_cannot_be_used_is_a_problem_at_its_field(map_: Map, body: Any, field: str) -> None:
    answer = ask(map_, body)

    assert answer.status_code == 400
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    assert field in answer.json()["errors"]


def test_an_outsider_learns_nothing(map_: Map) -> None:
    assert ask(map_, {}, make_user()).status_code == 404
