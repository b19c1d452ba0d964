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
from common.api.bodies import body_of, read_body, take_version
from common.api.describing import WORKSPACE, describe, id_filter
from common.api.queries import read_ids
from common.clock import utc_now
from common.errors import NotFound
from planner.api import examples
from planner.api.actors import actor_of
from planner.api.serializers.plan import (
    DependencySerializer,
    NewDependency,
    NewTask,
    TaskChange,
    TaskSerializer,
)
from planner.api.views.listing import WorkspaceList
from planner.models import Dependency, Task
from planner.selectors.fetch import get_dependency_for, get_story_for, get_task_for
from planner.selectors.listing import list_workspace_dependencies, list_workspace_tasks
from planner.services.dependencies import add_dependency, remove_dependency
from planner.services.tasks import create_task, delete_task, update_task


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
        example=examples.TASK,
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
        example=examples.TASK,
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

    @describe("tasks_retrieve", "Read a task", answer=TaskSerializer, example=examples.TASK)
    def get(self, request: Request, task_id: int) -> Response:
        """Return a task; its `version` goes with the next change."""
        return Response(TaskSerializer(get_task_for(user=user_of(request), task_id=task_id, action=Action.VIEW)).data)

    @describe(
        "tasks_partial_update",
        "Change a task",
        body=TaskChange,
        answer=TaskSerializer,
        body_example={"hours_left": "2.5", "version": 2},
        example=examples.TASK,
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
