"""Tasks and dependencies over HTTP."""

from collections.abc import MutableMapping
from typing import Any

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.scope import take_workspace, user_of
from accounts.models import Workspace
from accounts.policies import Action
from common.api.bodies import body_of, check_body, read_body, take_version
from common.api.describing import WORKSPACE, describe, id_filter
from common.api.queries import read_ids
from common.clock import utc_now
from common.errors import InvalidInput, NotFound
from planner.api import examples
from planner.api.actors import actor_of
from planner.api.serializers.plan import (
    DependencySerializer,
    NewDependency,
    NewTask,
    TaskChange,
    TaskSerializer,
)
from planner.api.serializers.stories import BlockingSerializer
from planner.api.serializers.tasks import TaskBulk, TaskBulkAnswer, TaskMove
from planner.api.views.listing import WorkspaceList
from planner.api.wall_examples import TASK
from planner.models import Dependency, Task
from planner.selectors.fetch import get_dependency_for, get_story_for, get_task_for
from planner.selectors.listing import list_workspace_dependencies, list_workspace_tasks
from planner.services.dependencies import add_dependency, remove_dependency
from planner.services.task_moves import Beside, change_tasks, move_task
from planner.services.tasks import create_task, delete_task, set_task_blocked, update_task


def _workspace_of_story(request: Request, body: MutableMapping[str, Any], field: str) -> Workspace:
    """Return the workspace a body names, else that of the story in `field`."""
    story_id = body.get(field)
    if "workspace" in body or "workspace" in request.query_params or type(story_id) is not int:
        return take_workspace(request, body, Action.EDIT_STORY)
    try:
        story = get_story_for(user=user_of(request), story_id=story_id, action=Action.EDIT_STORY)
    except NotFound as error:
        raise NotFound(error.message, field=field) from None
    return story.workspace


class TaskList(WorkspaceList[Task]):
    """The tasks of a workspace."""

    serializer_class = TaskSerializer

    @describe(
        "tasks_list",
        "List tasks",
        parameters=[WORKSPACE, id_filter("story", "story"), id_filter("assignee", "person")],
        example=TASK,
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Return tasks by id, of all stories or of one; `position` is their order within the story."""
        return super().get(request, *args, **kwargs)

    def list_rows(self, workspace: Workspace) -> QuerySet[Task]:
        """Return the tasks that pass the filters."""
        return list_workspace_tasks(workspace=workspace).filter(**read_ids(self.request, ["story", "assignee"]))

    @describe(
        "tasks_create",
        "Add a task",
        body=NewTask,
        answer=TaskSerializer,
        status=201,
        body_example={"story": 41, "title": "Cache the free places", "hours_estimated": "6"},
        example=TASK,
    )
    def post(self, request: Request) -> Response:
        """Add a task at the end of a story; hours left are those estimated unless told."""
        body = body_of(request)
        workspace = _workspace_of_story(request, body, "story")
        fields = read_body(body=body, shape=NewTask, workspace_id=workspace.pk)
        task = create_task(actor=actor_of(request), now=utc_now(), **fields)
        return Response(TaskSerializer(task).data, status=201)


class TaskDetail(APIView):
    """One task."""

    @describe("tasks_retrieve", "Read a task", answer=TaskSerializer, example=TASK)
    def get(self, request: Request, task_id: int) -> Response:
        """Return a task; its `version` goes with the next change."""
        return Response(TaskSerializer(get_task_for(user=user_of(request), task_id=task_id, action=Action.VIEW)).data)

    @describe(
        "tasks_partial_update",
        "Change a task",
        body=TaskChange,
        answer=TaskSerializer,
        body_example={"hours_left": "2.5", "version": 2},
        example=TASK,
    )
    def patch(self, request: Request, task_id: int) -> Response:
        """Change what is named; the story's log tells it."""
        task = get_task_for(user=user_of(request), task_id=task_id, action=Action.EDIT_STORY)
        fields = read_body(body=body_of(request), shape=TaskChange, workspace_id=task.story.workspace_id)
        version = take_version(fields)
        task = update_task(task=task, changes=fields, version=version, actor=actor_of(request), now=utc_now())
        return Response(TaskSerializer(task).data)

    @describe("tasks_destroy", "Delete a task", status=204)
    def delete(self, request: Request, task_id: int) -> Response:
        """Delete a task; those after it close up."""
        task = get_task_for(user=user_of(request), task_id=task_id, action=Action.EDIT_STORY)
        delete_task(task=task, actor=actor_of(request), now=utc_now())
        return Response(status=204)


class TaskPlace(APIView):
    """A task's place on the wall."""

    @describe(
        "tasks_move",
        "Move a task",
        body=TaskMove,
        answer=TaskSerializer,
        body_example={"state": "IN_PROGRESS", "before": 91, "version": 2},
        example=TASK,
    )
    def post(self, request: Request, task_id: int) -> Response:
        """Put a task into a state, give it to a person, set it beside another task of its story, in one go.

        A neighbour that is gone meanwhile leaves the place as it was; a task that is done has no hours left.
        """
        task = get_task_for(user=user_of(request), task_id=task_id, action=Action.EDIT_STORY)
        fields = read_body(body=body_of(request), shape=TaskMove, workspace_id=task.story.workspace_id)
        version, beside = take_version(fields), _take_beside(fields)
        moved = move_task(
            task=task, changes=fields, beside=beside, version=version, actor=actor_of(request), now=utc_now()
        )
        return Response(TaskSerializer(moved).data)


class TaskBlock(APIView):
    """Whether a task is blocked."""

    @describe(
        "tasks_block",
        "Flag a task as blocked",
        body=BlockingSerializer,
        answer=TaskSerializer,
        body_example={"blocked": True, "reason": "Waits for the terminal's test system"},
        example=TASK,
    )
    def post(self, request: Request, task_id: int) -> Response:
        """Flag a task as blocked, with the reason people read, or clear the flag."""
        task = get_task_for(user=user_of(request), task_id=task_id, action=Action.EDIT_STORY)
        fields = read_body(body=body_of(request), shape=BlockingSerializer, workspace_id=task.story.workspace_id)
        version = take_version(fields)
        task = set_task_blocked(task=task, version=version, actor=actor_of(request), now=utc_now(), **fields)
        return Response(TaskSerializer(task).data)


class TaskBulkChange(APIView):
    """Many tasks at once."""

    @describe(
        "tasks_bulk_update",
        "Change many tasks",
        body=TaskBulk,
        answer=TaskBulkAnswer,
        body_example={"tasks": [88, 89], "changes": {"assignee": 5}},
        example={"tasks": [TASK]},
    )
    def patch(self, request: Request) -> Response:
        """Make the same changes to up to 100 tasks: all of them or none."""
        body = body_of(request)
        workspace = take_workspace(request, body, Action.EDIT_STORY)
        told = check_body(body={**body, "changes": {}}, shape=TaskBulk)
        given = body.get("changes")
        if not isinstance(given, dict) or not given or "version" in given:
            raise InvalidInput("Send the changes as an object, without a version.", field="changes")
        changes = read_body(body=given, shape=TaskChange, workspace_id=workspace.pk)
        tasks = change_tasks(
            workspace=workspace, task_ids=told["tasks"], changes=changes, actor=actor_of(request), now=utc_now()
        )
        return Response(TaskBulkAnswer({"tasks": tasks}).data)


def _take_beside(fields: dict[str, Any]) -> Beside | None:
    """Take `before` or `after` out of the fields."""
    told = {name: fields.pop(name) for name in ("before", "after") if name in fields}
    if len(told) > 1:
        raise InvalidInput("Send before or after, not both.", field="after")
    for name, pk in told.items():
        if isinstance(pk, bool) or not isinstance(pk, int):
            raise InvalidInput("Name a task by its id.", field=name)
        return Beside(pk, is_before=name == "before")
    return None


class DependencyList(WorkspaceList[Dependency]):
    """The dependencies of a workspace."""

    serializer_class = DependencySerializer

    @describe(
        "dependencies_list",
        "List dependencies",
        parameters=[WORKSPACE, id_filter("predecessor", "predecessor"), id_filter("successor", "successor")],
        example=examples.DEPENDENCY,
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Return which story can't start before which other is done."""
        return super().get(request, *args, **kwargs)

    def list_rows(self, workspace: Workspace) -> QuerySet[Dependency]:
        """Return the dependencies that pass the filters."""
        asked = read_ids(self.request, ["predecessor", "successor"])
        return list_workspace_dependencies(workspace=workspace).filter(**asked)

    @describe(
        "dependencies_create",
        "Add a dependency",
        body=NewDependency,
        answer=DependencySerializer,
        status=201,
        body_example={"predecessor": 12, "successor": 41},
        example=examples.DEPENDENCY,
    )
    def post(self, request: Request) -> Response:
        """Say that the successor can't start before the predecessor is done.

        A dependency that would close a cycle is refused (409) and the stories in it are named.
        """
        body = body_of(request)
        workspace = _workspace_of_story(request, body, "successor")
        fields = read_body(body=body, shape=NewDependency, workspace_id=workspace.pk)
        dependency = add_dependency(actor=actor_of(request), now=utc_now(), **fields)
        return Response(DependencySerializer(dependency).data, status=201)


class DependencyDetail(APIView):
    """One dependency."""

    @describe("dependencies_retrieve", "Read a dependency", answer=DependencySerializer, example=examples.DEPENDENCY)
    def get(self, request: Request, dependency_id: int) -> Response:
        """Return a dependency with both its stories."""
        found = get_dependency_for(user=user_of(request), dependency_id=dependency_id, action=Action.VIEW)
        return Response(DependencySerializer(found).data)

    @describe("dependencies_destroy", "Remove a dependency", status=204)
    def delete(self, request: Request, dependency_id: int) -> Response:
        """Take a dependency away."""
        found = get_dependency_for(user=user_of(request), dependency_id=dependency_id, action=Action.EDIT_STORY)
        remove_dependency(dependency=found, actor=actor_of(request), now=utc_now())
        return Response(status=204)
