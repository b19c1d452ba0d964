"""Taking back what was deleted on a story's page."""

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Workspace
from common.clock import utc_now
from planner.models import Dependency, Task
from planner.services.dependencies import add_dependency
from planner.services.tasks import create_task
from tests.factories import actor_of, make_stories, make_story, make_workspace

pytestmark = pytest.mark.django_db


@pytest.fixture
def workspace() -> Workspace:
    return make_workspace("UNDO")


def undo_of(response: Any) -> dict[str, Any]:
    undo: dict[str, Any] = json.loads(response.headers["HX-Trigger"])["toast"]["undo"]
    return undo


def test_a_deleted_task_comes_back_as_it_was_where_it_was(reader: Client, workspace: Workspace) -> None:
    story = make_story(workspace)
    titles = ["Write", "Check", "Send"]
    made = [
        create_task(
            story=story,
            title=title,
            hours_estimated="5",  # type: ignore[arg-type]  # as typed
            hours_left="2.5",  # type: ignore[arg-type]
            state="IN_PROGRESS",
            actor=actor_of(workspace),
            now=utc_now(),
        )
        for title in titles
    ]
    undo = undo_of(reader.post(reverse("task-delete", args=[workspace.key, made[1].pk])))
    assert [task.title for task in Task.objects.all()] == ["Write", "Send"]

    assert reader.post(undo["url"], undo["values"]).status_code == 200

    assert [(task.title, task.position) for task in Task.objects.all()] == [("Write", 1), ("Check", 2), ("Send", 3)]
    back = Task.objects.get(title="Check")
    assert (back.state, str(back.hours_estimated), str(back.hours_left)) == ("IN_PROGRESS", "5.00", "2.50")


@pytest.mark.parametrize("side", [0, 1])
def test_a_removed_dependency_comes_back_in_its_direction(reader: Client, workspace: Workspace, side: int) -> None:
    first, second = make_stories(workspace, 2)
    made = add_dependency(predecessor=first, successor=second, actor=actor_of(workspace), now=utc_now())
    on = (first, second)[side]
    undo = undo_of(reader.post(reverse("dependency-remove", args=[workspace.key, on.key, made.pk])))
    assert not Dependency.objects.exists()

    reader.post(undo["url"], undo["values"])

    assert Dependency.objects.filter(predecessor=first, successor=second).count() == 1
