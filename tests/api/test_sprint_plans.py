"""Sprint plans over HTTP."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import Workspace
from common.jobs.testing import run_queued_jobs
from planner.models import Sprint, Story, Team
from planner.services import plans
from planner.services.dependencies import add_dependency
from planner.services.sprints import create_sprint
from planner.services.stories import update_story
from planner.services.teams import create_team
from tests.api.conftest import Caller
from tests.factories import NOW, actor_of, give_value, make_story, make_workspace, owner_of

MONDAY = date(2026, 3, 9)


@pytest.fixture
def team(workspace: Workspace) -> Team:
    return create_team(workspace=workspace, name="Quayside", actor=actor_of(workspace), now=NOW)


@pytest.fixture
def sprints(workspace: Workspace, team: Team) -> list[Sprint]:
    """Fortnights of 34.3 points: nothing was ever finished, so 20 points a week are assumed."""
    return [
        create_sprint(
            workspace=workspace,
            name=f"Sprint {number}",
            start_date=MONDAY + timedelta(days=14 * number),
            end_date=MONDAY + timedelta(days=14 * number + 11),
            actor=actor_of(workspace),
            now=NOW,
        )
        for number in range(3)
    ]


@pytest.fixture
def stories(workspace: Workspace, team: Team, sprints: list[Sprint]) -> dict[str, Story]:
    """Whoever fills the time takes the cheap one first; one is too big for any sprint."""
    made = {
        name: make_story(workspace, name, points=Decimal(points), team=team)
        for name, points in {"cheap": 30, "dear": 30, "big": 90}.items()
    }
    for name, weekly in {"cheap": 100, "dear": 900, "big": 50}.items():
        give_value(made[name], weekly)
    return made


def placed(told: dict[str, Any], stories: dict[str, Story]) -> dict[str, Any]:
    by_id = {row["story"]: row["sprint"] for row in told["placement"]}
    return {name: by_id[story.pk] for name, story in stories.items()}


def test_a_plan_tells_placement_value_by_sprint_and_certificate(
    owner: Caller, team: Team, sprints: list[Sprint], stories: dict[str, Story]
) -> None:
    told = owner.post("/plans/", {"teams": [team.pk], "sprints": 3})
    assert (told["state"], placed(told, stories)) == ("READY", {"dear": 0, "cheap": 1, "big": None})
    assert [sprint["value"] for sprint in told["sprints"]] == ["5400.00", "400.00", "0.00"]
    assert told["value"] == "5800.00"
    assert Decimal(told["bound"]) >= Decimal(told["value"])
    assert 0.9 < told["at_least"] <= 1
    [load] = told["sprints"][0]["teams"]
    assert (load["sprint_id"], load["planned_points"], load["capacity_points"]) == (sprints[0].pk, "30.00", "34.30")
    assert told["time_available"] == {"value": "4200.00", "finished": 2}
    [left] = told["not_finished"]
    assert (left["unit"], left["fix"], left["story"]) == (-stories["big"].pk, "split", stories["big"].pk)
    assert owner.get(f"/plans/{told['id']}/") == told
    [row] = owner.get("/plans/")["results"]
    assert (row["id"], row["value"]) == (told["id"], "5800.00")


def test_applying_all_or_some_and_taking_back(owner: Caller, sprints: list[Sprint], stories: dict[str, Story]) -> None:
    address = f"/plans/{owner.post('/plans/')['id']}/"
    applied = owner.post(f"{address}apply/", {"stories": [stories["dear"].pk]}, status=200)
    assert applied["state"] == "APPLIED"
    assert list(Story.objects.filter(sprint=sprints[0])) == [stories["dear"]]
    assert owner.post(f"{address}apply/", status=409)["code"] == "not_ready"
    assert owner.post(f"{address}undo/", status=200)["state"] == "UNDONE"
    assert not Story.objects.filter(sprint__isnull=False).exists()
    assert owner.post(f"{address}undo/", status=409)["code"] == "not_ready"


def test_a_stale_plan_is_a_conflict_that_names_the_story(
    owner: Caller, workspace: Workspace, sprints: list[Sprint], stories: dict[str, Story]
) -> None:
    address = f"/plans/{owner.post('/plans/')['id']}/"
    update_story(story=stories["dear"], changes={"sprint": sprints[2]}, actor=actor_of(workspace), now=NOW)
    refused = owner.post(f"{address}apply/", status=409)
    assert refused["code"] == "stale_plan"
    assert stories["dear"].key in refused["detail"]
    assert not Story.objects.filter(sprint=sprints[1]).exists(), "nothing is half applied"


def test_a_move_is_priced_before_it_is_made(owner: Caller, stories: dict[str, Story]) -> None:
    plan = owner.post("/plans/")
    dear = stories["dear"].pk
    price = owner.post("/plans/price/", {"plan": plan["id"], "story": dear, "sprint": 1}, status=200)
    assert (price["value_before"], price["difference"]) == ("5800.00", "-1800.00")
    assert price["violations"] == ["Quayside is 25.7 points over in Sprint 1."]
    assert price["changes"] == [{"unit": -dear, "before": 0, "after": 1}]
    out = owner.post("/plans/price/", {"plan": plan["id"], "story": dear, "sprint": None}, status=200)
    assert (out["difference"], out["changes"][0]["after"]) == ("-5400.00", None)
    prices = owner.get(f"/plans/{plan['id']}/prices/?story={dear}")["prices"]
    assert [(row["sprint"], row["difference"]) for row in prices] == [
        (None, "-5400.00"),
        (0, "0.00"),
        (1, "-1800.00"),
        (2, "-3600.00"),
    ]
    moved = owner.post(f"/plans/{plan['id']}/move/", {"story": dear, "sprint": 2}, status=200)
    assert (placed(moved, stories)["dear"], moved["value"]) == (2, "2200.00")
    assert [row["story"] for row in moved["placement"] if row["is_edited"]] == [dear]
    assert owner.get(f"/plans/{plan['id']}/")["value"] == "2200.00", "what people changed survives"


def test_a_choice_of_moves_is_priced_before_it_is_applied(owner: Caller, stories: dict[str, Story]) -> None:
    address = f"/plans/{owner.post('/plans/')['id']}/price/"
    some = owner.post(address, {"stories": [stories["cheap"].pk]}, status=200)
    assert some == {
        "chosen": 1,
        "offered": 2,
        "value": "400.00",
        "difference": "400.00",
        "whole": "5800.00",
        "violations": [],
        "more_violations": 0,
    }
    everything = owner.post(address, status=200)
    assert (everything["chosen"], everything["difference"]) == (2, "5800.00")
    nothing = owner.post(address, {"stories": []}, status=200)
    assert (nothing["chosen"], nothing["difference"]) == (0, "0.00")
    assert not Story.objects.filter(sprint__isnull=False).exists(), "a price changes nothing"


def test_a_choice_that_breaks_a_rule_says_so(owner: Caller, workspace: Workspace, stories: dict[str, Story]) -> None:
    before, after = stories["dear"], stories["cheap"]
    add_dependency(predecessor=before, successor=after, actor=actor_of(workspace), now=NOW)
    address = f"/plans/{owner.post('/plans/')['id']}/price/"
    [said] = owner.post(address, {"stories": [after.pk]}, status=200)["violations"]
    assert before.key in said
    assert owner.post(address, {"stories": [before.pk, after.pk]}, status=200)["violations"] == []


def test_a_choice_of_stories_that_the_plan_does_not_move_names_them(owner: Caller, stories: dict[str, Story]) -> None:
    address = f"/plans/{owner.post('/plans/')['id']}/price/"
    unknown = [stories["big"].pk, 999_999]
    [said] = owner.post(address, {"stories": [stories["dear"].pk, *unknown]}, status=400)["errors"]["stories"]
    assert all(str(pk) in said for pk in unknown)
    assert f" {stories['dear'].pk}," not in said
    assert owner.post(address, {"stories": "all"}, status=400)["errors"].keys() == {"stories"}


def test_a_broken_dependency_is_said(owner: Caller, workspace: Workspace, stories: dict[str, Story]) -> None:
    before, after = stories["dear"], stories["cheap"]
    add_dependency(predecessor=before, successor=after, actor=actor_of(workspace), now=NOW)
    plan = owner.post("/plans/")
    price = owner.post("/plans/price/", {"plan": plan["id"], "story": before.pk, "sprint": 2}, status=200)
    assert price["violations"] == [f"{after.key} in Sprint 1 needs {before.key} first, which is in Sprint 2."]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"sprints": 0}, "sprints"),
        ({"sprints": 13}, "sprints"),
        ({"horizon": "many"}, "horizon"),
        ({"sprints": 2, "horizon": 3}, "horizon"),
        ({"teams": [999_999]}, "teams"),
        ({"teams": "all"}, "teams"),
        ({"level": "p99"}, "level"),
        ({"seed": 3}, "seed"),
    ],
)
def test_a_question_that_can_not_be_asked_names_its_field(
    owner: Caller, stories: dict[str, Story], body: Any, field: str
) -> None:
    assert field in owner.post("/plans/", body, status=400)["errors"]


@pytest.mark.parametrize("body", [{"story": 0, "sprint": 1}, {"sprint": 9}, {"sprint": -1}, {"sprint": "x"}])
def test_a_place_that_there_is_not_is_refused(owner: Caller, stories: dict[str, Story], body: dict[str, Any]) -> None:
    plan = owner.post("/plans/")
    asked = {"story": stories["dear"].pk, **body}
    owner.post("/plans/price/", {"plan": plan["id"], **asked}, status=400)
    owner.post(f"/plans/{plan['id']}/move/", asked, status=400)


def test_without_teams_or_sprints_it_says_what_is_missing(owner: Caller, workspace: Workspace) -> None:
    assert "add one" in owner.post("/plans/", status=400)["errors"]["teams"][0]
    create_team(workspace=workspace, name="Quayside", actor=actor_of(workspace), now=NOW)
    assert "add the next sprints" in owner.post("/plans/", status=400)["errors"]["sprints"][0]


def test_a_large_question_is_answered_by_a_job_and_improved_by_another(
    owner: Caller, stories: dict[str, Story], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plans, "COMPUTED_AT_ONCE", 2)
    started = owner.post("/plans/", {"horizon": 2}, status=202)
    assert (started["state"], started["placement"], started["value"], started["at_least"]) == (
        "COMPUTING",
        [],
        None,
        None,
    )
    owner.get(f"/jobs/{started['job']}/")
    owner.post(f"/plans/{started['id']}/apply/", status=409)
    run_queued_jobs()
    done = owner.get(f"/plans/{started['id']}/")
    assert done["state"] == "READY"
    better = owner.post(f"/plans/{started['id']}/improve/", status=202)
    assert better["improves"] == started["id"]
    run_queued_jobs()
    assert Decimal(owner.get(f"/plans/{better['id']}/")["value"]) >= Decimal(done["value"])


def test_what_can_not_be_computed_fails_with_a_sentence_and_can_be_asked_again(
    owner: Caller, stories: dict[str, Story], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(plans, "plan_sprints", lambda instance: 1 / 0)
        failed = owner.post("/plans/")
    assert (failed["state"], failed["placement"]) == ("FAILED", [])
    assert "plan again" in failed["problem"]
    assert owner.post("/plans/")["state"] == "READY"


def test_a_viewer_reads_and_prices_only(
    owner: Caller, viewer: Caller, workspace: Workspace, stories: dict[str, Story]
) -> None:
    plan = owner.post("/plans/")
    viewer.get(f"/plans/{plan['id']}/")
    viewer.post("/plans/price/", {"plan": plan["id"], "story": stories["dear"].pk, "sprint": 1}, status=200)
    viewer.post(f"/plans/{plan['id']}/price/", {"stories": [stories["dear"].pk]}, status=200)
    viewer.post("/plans/", {"workspace": workspace.key}, status=403)
    for what in ("apply", "undo", "improve", "discard"):
        viewer.post(f"/plans/{plan['id']}/{what}/", status=403)
    other = Caller(owner_of(make_workspace("OTHER")))
    other.get(f"/plans/{plan['id']}/", status=404)
    other.post("/plans/price/", {"plan": plan["id"], "story": 1, "sprint": 1}, status=404)


def test_a_discarded_plan_stays_readable_and_takes_no_orders(owner: Caller, stories: dict[str, Story]) -> None:
    plan = owner.post("/plans/")
    assert owner.post(f"/plans/{plan['id']}/discard/", status=200)["state"] == "DISCARDED"
    assert owner.post(f"/plans/{plan['id']}/apply/", status=409)["code"] == "not_ready"


def test_reading_a_plan_takes_a_handful_of_statements(
    owner: Caller, workspace: Workspace, team: Team, stories: dict[str, Story], django_assert_max_num_queries: Any
) -> None:
    for number in range(20):
        make_story(workspace, f"more {number}", points=Decimal(3), team=team)
    plan = owner.post("/plans/")
    with django_assert_max_num_queries(6):
        owner.get(f"/plans/{plan['id']}/")
