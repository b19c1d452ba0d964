"""Forecasts over HTTP."""

from __future__ import annotations

from datetime import timedelta

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from accounts.policies import Role
from common.clock import utc_now
from common.jobs.testing import run_queued_jobs
from tests.factories import make_member, make_user, owner_of
from tests.valuestream.forecast_scene import Scene, make_scene
from valuestream.services import forecasts

pytestmark = pytest.mark.django_db
LIST, ASK = "/api/v1/forecasts/", "/api/v1/forecasts/now/"


def client_of(user: User) -> APIClient:
    client = APIClient()
    client.force_authenticate(user)
    return client


@pytest.fixture
def scene() -> Scene:
    return make_scene(now=utc_now())


@pytest.fixture
def owner(scene: Scene) -> APIClient:
    return client_of(owner_of(scene.workspace))


def test_a_forecast_is_kept_and_read_again(owner: APIClient, scene: Scene) -> None:
    body = {"workspace": scene.workspace.key, "about": f"capability:{scene.capability.key}"}
    made = owner.post(LIST, body, format="json")
    assert made.status_code == 201
    told = made.json()
    assert told["answer"]["finish"]["p85"] == told["p85_date"]
    assert (told["state"], told["stories"], told["is_weekly"]) == ("DONE", 4, False)
    assert owner.get(made.headers["Location"]).json() == told
    [listed] = owner.get(LIST, {"about": "capability", "subject_id": str(scene.capability.pk)}).json()["results"]
    assert listed["p85_date"] == told["p85_date"]
    assert owner.get(LIST, {"about": "team"}).json()["results"] == []


def test_a_question_is_answered_without_keeping_anything(owner: APIClient, scene: Scene) -> None:
    told = owner.get(ASK, {"about": f"team:{scene.team.pk}", "order": "first", "measure": "items"}).json()
    assert (told["order"], told["measure"], told["stories"]) == ("first", "items", 4)
    assert owner.get(LIST).json()["results"] == []


def test_a_long_one_answers_how_far_it_is(owner: APIClient, scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forecasts, "STORIES_AT_ONCE", 3)
    asked = owner.get(ASK)
    assert asked.status_code == 202
    assert asked.headers["Retry-After"] == "1"
    kept = owner.post(LIST, {}, format="json")
    assert kept.status_code == 202
    assert kept.json()["answer"] is None
    run_queued_jobs()
    assert owner.get(ASK).json()["finish"] == owner.get(kept.headers["Location"]).json()["answer"]["finish"]


def test_what_is_not_understood_is_a_problem_at_its_field(owner: APIClient) -> None:
    refused = owner.post(LIST, {"order": "random", "colour": "red"}, format="json")
    assert refused.status_code == 400
    assert refused.headers["Content-Type"].startswith("application/problem+json")
    assert "colour" in refused.json()["errors"]
    assert "about" in owner.get(ASK, {"about": "epic:3"}).json()["errors"]
    assert owner.get(ASK, {"about": "capability:NONE-1"}).status_code == 404
    assert owner.get(f"{LIST}999999999999999999999/").status_code == 404


def test_who_may_not_plan_may_ask_but_not_keep(scene: Scene) -> None:
    viewer = client_of(make_member(scene.workspace, Role.VIEWER))
    assert viewer.get(ASK, {"workspace": scene.workspace.key}).status_code == 200
    assert viewer.post(LIST, {"workspace": scene.workspace.key}, format="json").status_code == 403
    outsider = client_of(make_user())
    assert outsider.get(ASK, {"workspace": scene.workspace.key}).status_code == 404


def test_a_past_instant_is_answered_as_of_then(owner: APIClient, scene: Scene) -> None:
    then = (scene.now - timedelta(days=20)).date().isoformat()
    told = owner.get(ASK, {"as_of": then}).json()
    assert told["as_of"].startswith(then) or told["stories"] >= 0
    assert told["teams"] == [] or told["teams"][0]["history_days"] < 30


def test_the_list_needs_no_more_queries_for_more_forecasts(
    owner: APIClient, scene: Scene, django_assert_max_num_queries: pytest.FixtureRequest
) -> None:
    for _ in range(3):
        owner.post(LIST, {}, format="json")
    with django_assert_max_num_queries(8):  # type: ignore[operator]
        assert len(owner.get(LIST).json()["results"]) == 3
