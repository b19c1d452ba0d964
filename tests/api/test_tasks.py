"""Tasks and the wall over HTTP."""

from datetime import timedelta
from decimal import Decimal

from accounts.models import Workspace
from common.clock import utc_now
from planner.services.sprints import create_sprint, start_sprint
from planner.services.tasks import create_task
from tests.api.conftest import API, Caller
from tests.factories import actor_of, give_value, make_capability, make_stories, make_story


def test_a_task_is_moved_blocked_and_changed_with_others(owner: Caller, workspace: Workspace) -> None:
    story = make_story(workspace)
    actor = actor_of(workspace)
    one, two = (create_task(story=story, title=title, actor=actor, now=utc_now()) for title in ("One", "Two"))

    moved = owner.post(f"/tasks/{two.pk}/move/", {"state": "IN_PROGRESS", "before": one.pk, "version": 1}, status=200)
    assert (moved["state"], moved["position"], moved["version"]) == ("IN_PROGRESS", 1, 2)
    blocked = owner.post(f"/tasks/{two.pk}/block/", {"blocked": True, "reason": "No key"}, status=200)
    assert (blocked["blocked"], blocked["blocked_reason"]) == (True, "No key")
    response = owner.client.patch(
        f"{API}/tasks/bulk/",
        {"workspace": workspace.key, "tasks": [one.pk, two.pk], "changes": {"state": "DONE"}},
        format="json",
    )
    assert [task["state"] for task in response.json()["tasks"]] == ["DONE", "DONE"]


def test_what_a_move_refuses_is_named(owner: Caller, workspace: Workspace) -> None:
    task = create_task(story=make_story(workspace), title="One", actor=actor_of(workspace), now=utc_now())
    for body, field in (
        ({"state": "LATER"}, "state"),
        ({"before": 1, "after": 2}, "after"),
        ({"before": "first"}, "before"),
        ({"colour": "red"}, "colour"),
    ):
        response = owner.client.post(f"{API}/tasks/{task.pk}/move/", body, format="json")
        assert response.status_code == 400, body
        assert field in response.json()["errors"]
    stale = owner.client.post(f"{API}/tasks/{task.pk}/move/", {"state": "DONE", "version": 7}, format="json")
    assert (stale.status_code, stale.json()["code"]) == (409, "stale_version")


def test_the_wall_counts_what_the_page_shows(owner: Caller, workspace: Workspace) -> None:
    today = utc_now().date()
    sprint = create_sprint(
        workspace=workspace,
        name="Sprint 1",
        start_date=today,
        end_date=today + timedelta(days=13),
        actor=actor_of(workspace),
        now=utc_now(),
    )
    capability = make_capability(workspace)
    story, _ = make_stories(workspace, 2, capability=capability, sprint=sprint, points=Decimal(3))
    give_value(capability, 1000)
    create_task(story=story, title="One", hours_estimated=Decimal(5), actor=actor_of(workspace), now=utc_now())
    start_sprint(sprint=sprint, actor=actor_of(workspace), now=utc_now())

    told = owner.get(f"/wall/?workspace={workspace.key}&sprint={sprint.pk}")

    assert (told["stories"], told["points_left"], told["hours_left"], told["working_days"]) == (2, "6.00", "5.00", 10)
    assert told["columns"][0] == {"state": "TODO", "tasks": 1, "hours_left": "5.00"}
    [lane] = told["lanes"]
    assert (lane["to_go"], lane["here"], lane["opens_here"]) == (2, 2, True)
    assert told["still_to_release"] == lane["business_value"]
    assert owner.client.get(f"{API}/wall/?workspace={workspace.key}&sprint=99999").status_code == 404
