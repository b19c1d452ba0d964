"""Applications, capabilities, estimates, teams, people, sprints, states, tasks and dependencies over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import Workspace
from planner.models import Capability, Dependency, Person, Sprint, State
from tests.api.conftest import Caller
from tests.factories import (
    make_application,
    make_capability,
    make_stories,
    make_story,
    make_workspace,
    state_named,
)

DIRECT = {"sources": [{"kind": "DIRECT", "inputs": {"value": {"low": 800, "likely": 1000, "high": 1500}}}]}


def test_an_application_lives_its_life(owner: Caller) -> None:
    made = owner.post("/applications/", {"key": "FRT", "name": "Freight"})
    child = owner.post("/applications/", {"key": "LOR", "name": "Lorries", "parent": made["id"]})
    assert child["parent"] == {"id": made["id"], "key": "FRT", "name": "Freight"}
    assert owner.patch(f"/applications/{made['id']}/", {"name": "Cargo"})["name"] == "Cargo"
    assert [row["key"] for row in owner.get("/applications/")["results"]] == ["FRT", "LOR"]
    owner.delete(f"/applications/{made['id']}/", status=409)
    owner.delete(f"/applications/{child['id']}/")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": "A"}, "key"),
        ({"key": "FRT"}, "name"),
        ({"key": "frt", "name": "A"}, "key"),
        ({"key": "FRT" * 9, "name": "A"}, "key"),
        ({"key": "FRT", "name": "A", "parent": 999_999}, "parent"),
    ],
)
def test_an_application_is_checked(owner: Caller, body: Any, field: str) -> None:
    assert list(owner.post("/applications/", body, status=400)["errors"]) == [field]


def test_an_application_cannot_be_its_own_ancestor(owner: Caller, workspace: Workspace) -> None:
    parent = make_application(workspace, "TOP")
    child = make_application(workspace, "SUB", parent=parent)
    assert list(owner.patch(f"/applications/{parent.pk}/", {"parent": child.pk}, status=400)["errors"]) == ["parent"]


def test_a_capability_lives_its_life(owner: Caller, workspace: Workspace) -> None:
    application = make_application(workspace)
    made = owner.post("/capabilities/", {"title": "Rebook", "application": application.pk, "due_date": "2026-06-30"})
    assert (made["key"], made["due_date"], made["cost_of_delay"]) == ("FRT-1", "2026-06-30", None)
    changed = owner.patch(f"/capabilities/{made['id']}/", {"due_date": None, "version": made["version"]})
    assert changed["due_date"] is None
    owner.patch(f"/capabilities/{made['id']}/", {"title": "Late", "version": made["version"]}, status=409)
    assert owner.get(f"/capabilities/?application={application.pk}")["results"] == [changed]
    owner.delete(f"/capabilities/{made['id']}/")
    assert not Capability.objects.exists()


@pytest.mark.parametrize("day", ["tomorrow", 5, "2026-13-01", "2026-02-30", [], True])
def test_a_due_date_that_is_no_day_is_refused(owner: Caller, workspace: Workspace, day: Any) -> None:
    body = {"title": "A", "application": make_application(workspace).pk, "due_date": day}
    assert list(owner.post("/capabilities/", body, status=400)["errors"]) == ["due_date"]


def test_an_estimate_gives_money_as_decimal_text(owner: Caller, workspace: Workspace) -> None:
    capability = make_capability(workspace)
    made = owner.post(f"/capabilities/{capability.pk}/estimates/", {"model": DIRECT, "reason": "Measured"})
    assert made["cost_of_delay"] == "1050.00"
    assert made["model"]["horizon_weeks"] == workspace.horizon_weeks
    told = owner.get(f"/capabilities/{capability.pk}/")
    assert told["cost_of_delay"] == "1050.00"
    assert told["business_value"] == made["business_value"]
    owner.post(f"/capabilities/{capability.pk}/estimates/", {"model": DIRECT, "reason": "Again"})
    reasons = [row["reason"] for row in owner.get(f"/capabilities/{capability.pk}/estimates/")["results"]]
    assert reasons == ["Again", "Measured"]


def test_a_story_of_its_own_is_estimated_one_in_a_capability_is_not(owner: Caller, workspace: Workspace) -> None:
    loose, inside = make_story(workspace), make_story(workspace, capability=make_capability(workspace))
    owner.post(f"/stories/{loose.pk}/estimates/", {"model": DIRECT, "reason": "Measured"})
    assert owner.get(f"/stories/{loose.pk}/")["cost_of_delay"] == "1050.00"
    assert len(owner.get(f"/stories/{loose.pk}/estimates/")["results"]) == 1
    problem = owner.post(f"/stories/{inside.pk}/estimates/", {"model": DIRECT, "reason": "Measured"}, status=400)
    assert list(problem["errors"]) == ["story"]


@pytest.mark.parametrize("figure", ["NaN", "Infinity", -1, "1e999", None, True, "x"])
def test_money_that_is_no_money_is_refused_by_its_path(owner: Caller, workspace: Workspace, figure: Any) -> None:
    model = {"sources": [{"kind": "DIRECT", "inputs": {"value": {"low": 0, "likely": 1, "high": figure}}}]}
    path = f"/capabilities/{make_capability(workspace).pk}/estimates/"
    problem = owner.post(path, {"model": model, "reason": "R"}, status=400)
    assert all(name.startswith("model.sources[0].inputs.value") for name in problem["errors"])
    assert problem["errors"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"reason": "R"}, "model"),
        ({"model": DIRECT}, "reason"),
        ({"model": DIRECT, "reason": ""}, "reason"),
        ({"model": DIRECT, "reason": 5}, "reason"),
        ({"model": [], "reason": "R"}, "model"),
        ({"model": DIRECT | {"colour": 1}, "reason": "R"}, "model.colour"),
        ({"model": {"sources": []}, "reason": "R"}, "model.sources"),
        ({"model": DIRECT, "reason": "R", "value": 5}, "value"),
    ],
)
def test_an_estimate_is_checked(owner: Caller, workspace: Workspace, body: Any, field: str) -> None:
    problem = owner.post(f"/capabilities/{make_capability(workspace).pk}/estimates/", body, status=400)
    assert list(problem["errors"]) == [field]


def test_people_and_teams(owner: Caller, workspace: Workspace) -> None:
    person = owner.post("/people/", {"name": "Dana Ruiz", "email": "dana@example.com"})
    assert owner.post("/people/", {"name": "D. Ruiz", "email": "DANA@example.com"}) == person
    team = owner.post("/teams/", {"name": "Quayside", "people": [person["id"]], "cost_per_point": "950"})
    assert team["people"] == [{"id": person["id"], "name": "Dana Ruiz"}]
    assert team["cost_per_point"] == "950.00"
    assert owner.patch(f"/teams/{team['id']}/", {"people": []})["people"] == []
    assert list(owner.post("/teams/", {"name": "quayside"}, status=400)["errors"]) == ["name"]
    owner.delete(f"/teams/{team['id']}/")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "name"),
        ({"name": "A", "people": None}, "people"),
        ({"name": "A", "people": 5}, "people"),
        ({"name": "A", "people": ["x"]}, "people"),
        ({"name": "A", "people": [999_999]}, "people"),
        ({"name": "A", "cost_per_point": -1}, "cost_per_point"),
        ({"name": "A", "cost_per_point": "NaN"}, "cost_per_point"),
    ],
)
def test_a_team_is_checked(owner: Caller, body: Any, field: str) -> None:
    assert list(owner.post("/teams/", body, status=400)["errors"]) == [field]


@pytest.mark.parametrize(("body", "field"), [({}, "name"), ({"name": 5}, "name"), ({"name": "A", "email": 5}, "email")])
def test_a_person_is_checked(owner: Caller, body: Any, field: str) -> None:
    before = Person.objects.count()
    assert list(owner.post("/people/", body, status=400)["errors"]) == [field]
    assert Person.objects.count() == before


def test_a_sprint_lives_its_life(owner: Caller, workspace: Workspace) -> None:
    sprint = owner.post("/sprints/", {"name": "Sprint 1", "start_date": "2026-03-02", "end_date": "2026-03-13"})
    follower = owner.post("/sprints/", {"name": "Sprint 2"})
    story = make_story(workspace, points=5, sprint=Sprint.objects.get(pk=sprint["id"]))
    started = owner.post(f"/sprints/{sprint['id']}/start/", status=200)
    assert (started["state"], started["initial_planned_points"]) == ("IN_PROGRESS", "5.00")
    owner.post(f"/sprints/{sprint['id']}/start/", status=409)
    wrong = owner.post(f"/sprints/{sprint['id']}/complete/", {"outcomes": {str(story.pk): 999999}}, status=400)
    assert list(wrong["errors"]) == [f"outcomes.{story.pk}"]
    body = {"outcomes": {str(story.pk): follower["id"]}}
    ended = owner.post(f"/sprints/{sprint['id']}/complete/", body, status=200)
    [entry] = owner.get(f"/sprints/{sprint['id']}/entries/")
    assert (entry["outcome"], entry["moved_to"], entry["points_left"]) == ("CARRIED", follower["id"], "5.00")
    report = owner.get(f"/sprints/{sprint['id']}/report/")
    assert (report["initial_planned_points"], report["carry_over_points"]) == ("5.00", "5.00")
    burn = owner.get(f"/sprints/{sprint['id']}/burn-down/")
    assert (burn["committed"]["points"], burn["days"][0]["day"]) == ("5.00", "2026-03-02")
    owner.get(f"/sprints/{follower['id']}/report/", status=409)
    assert ended["state"] == "COMPLETED"
    assert owner.get(f"/stories/{story.pk}/")["sprint"]["id"] == follower["id"]
    assert [row["name"] for row in owner.get("/sprints/?state=COMPLETED")["results"]] == ["Sprint 1"]
    owner.delete(f"/sprints/{sprint['id']}/", status=409)
    owner.delete(f"/sprints/{follower['id']}/")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "name"),
        ({"name": "A", "start_date": "soon"}, "start_date"),
        ({"name": "A", "start_date": "2026-03-13", "end_date": "2026-03-02"}, "end_date"),
        ({"name": "A", "state": "COMPLETED"}, "state"),
        ({"name": "A", "team": 999_999}, "team"),
    ],
)
def test_a_sprint_is_checked(owner: Caller, body: Any, field: str) -> None:
    assert list(owner.post("/sprints/", body, status=400)["errors"]) == [field]


def test_the_workflow_is_changed_and_reordered(owner: Caller, workspace: Workspace) -> None:
    made = owner.post("/states/", {"name": "Acceptance", "category": "IN_PROGRESS", "position": 5})
    names = list(State.objects.filter(workspace=workspace).values_list("name", flat=True))
    assert names == ["Idea", "Ready", "In progress", "Review", "Acceptance", "Done", "Cancelled"]
    order = list(State.objects.filter(workspace=workspace).order_by("-position").values_list("pk", flat=True))
    assert [row["id"] for row in owner.post("/states/reorder/", {"states": order}, status=200)] == order
    assert list(owner.post("/states/reorder/", {"states": order[1:]}, status=400)["errors"]) == ["states"]
    assert owner.patch(f"/states/{made['id']}/", {"name": "Sign-off"})["name"] == "Sign-off"
    owner.delete(f"/states/{made['id']}/")


def test_a_state_in_use_goes_only_when_its_stories_may_move(owner: Caller, workspace: Workspace) -> None:
    story, idea, ready = make_story(workspace), state_named(workspace, "Idea"), state_named(workspace, "Ready")
    assert list(owner.delete(f"/states/{idea.pk}/", status=409)["errors"]) == ["move_to"]
    owner.delete(f"/states/{idea.pk}/?move_to={ready.pk}")
    assert owner.get(f"/stories/{story.pk}/")["state"]["id"] == ready.pk


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": "A"}, "category"),
        ({"name": "A", "category": "LATER"}, "category"),
        ({"name": "idea", "category": "TODO"}, "name"),
        ({"name": "A", "category": "TODO", "position": 99}, "position"),
        ({"name": "A", "category": "TODO", "position": "1"}, "position"),
    ],
)
def test_a_state_is_checked(owner: Caller, body: Any, field: str) -> None:
    assert list(owner.post("/states/", body, status=400)["errors"]) == [field]


def test_a_task_lives_its_life(owner: Caller, workspace: Workspace) -> None:
    story = make_story(workspace)
    made = owner.post("/tasks/", {"story": story.pk, "title": "Cache", "hours_estimated": "6"})
    assert (made["hours_left"], made["position"], made["story"]["id"]) == ("6.00", 1, story.pk)
    done = owner.patch(f"/tasks/{made['id']}/", {"state": "DONE", "version": 1})
    assert done["hours_left"] == "0.00"
    owner.patch(f"/tasks/{made['id']}/", {"title": "Late", "version": 1}, status=409)
    assert owner.get(f"/tasks/?story={story.pk}")["results"] == [done]
    owner.delete(f"/tasks/{made['id']}/")


@pytest.mark.parametrize("hours", [-1, "NaN", "x", True, 10_001])
def test_hours_are_checked(owner: Caller, workspace: Workspace, hours: Any) -> None:
    body = {"story": make_story(workspace).pk, "title": "A", "hours_estimated": hours}
    assert "hours_estimated" in owner.post("/tasks/", body, status=400)["errors"]


def test_a_task_of_a_foreign_story_is_not_made(owner: Caller) -> None:
    foreign = make_story(make_workspace("OTHER"))
    assert list(owner.post("/tasks/", {"story": foreign.pk, "title": "A"}, status=404)["errors"]) == ["story"]


@pytest.mark.parametrize("field", ["predecessor", "successor"])
@pytest.mark.parametrize("value", [None, "x", [], True])
def test_a_dependency_needs_both_of_its_stories(owner: Caller, workspace: Workspace, field: str, value: Any) -> None:
    stories = {"predecessor": make_story(workspace).pk, "successor": make_story(workspace).pk}
    problem = owner.post("/dependencies/", stories | {field: value}, status=400)
    assert list(problem["errors"]) == [field]


def test_a_dependency_lives_its_life(owner: Caller, workspace: Workspace) -> None:
    a, b = make_stories(workspace, 2)
    made = owner.post("/dependencies/", {"predecessor": a.pk, "successor": b.pk})
    assert (made["predecessor"]["id"], made["successor"]["key"]) == (a.pk, b.key)
    assert owner.get(f"/dependencies/?successor={b.pk}")["results"] == [made]
    assert owner.get(f"/dependencies/{made['id']}/") == made
    owner.delete(f"/dependencies/{made['id']}/")
    assert owner.get("/dependencies/")["results"] == []


def test_a_cycle_is_refused_and_named(owner: Caller, workspace: Workspace) -> None:
    a, b, c = make_stories(workspace, 3)
    owner.post("/dependencies/", {"predecessor": a.pk, "successor": b.pk})
    owner.post("/dependencies/", {"predecessor": b.pk, "successor": c.pk})
    problem = owner.post("/dependencies/", {"predecessor": c.pk, "successor": a.pk}, status=409)
    assert problem["code"] == "dependency_cycle"
    assert all(story.key in problem["detail"] for story in (a, b, c))
    assert Dependency.objects.count() == 2


def test_a_dependency_is_checked(owner: Caller, workspace: Workspace) -> None:
    a, foreign = make_story(workspace), make_story(make_workspace("OTHER"))
    cases = [
        ({"predecessor": a.pk, "successor": a.pk}, 400, "predecessor"),
        ({"predecessor": foreign.pk, "successor": a.pk}, 400, "predecessor"),
        ({"predecessor": a.pk, "successor": foreign.pk}, 404, "successor"),
        ({"predecessor": a.pk}, 400, "successor"),
        ({"predecessor": a.pk, "successor": "x"}, 400, "successor"),
    ]
    for body, status, field in cases:
        assert list(owner.post("/dependencies/", body, status=status)["errors"]) == [field], body
    assert not Dependency.objects.exists()
