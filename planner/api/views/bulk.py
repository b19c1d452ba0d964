"""Many stories at once over HTTP: move them as a block, take a bulk change back. Editing is PATCH /stories/bulk/."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.scope import take_workspace
from accounts.models import Workspace
from accounts.policies import Action
from common.api.bodies import body_of, read_body
from common.api.describing import describe
from common.clock import utc_now
from common.errors import InvalidInput
from planner.api import examples
from planner.api.actors import actor_of
from planner.api.serializers.bulk import BulkAnswer, BulkChanges, BulkEdit, BulkMove, BulkUndo
from planner.services.batches import BulkResult
from planner.services.bulk import edit_stories, undo_edit
from planner.services.bulk_moves import move_stories, undo_moves


def edit_many(request: Request) -> Response:
    """Set the same fields of many stories; the handler of PATCH /stories/bulk/."""
    body = body_of(request)
    workspace = take_workspace(request, body, Action.EDIT_STORY)
    fields = read_body(body=body, shape=BulkEdit, workspace_id=workspace.pk)
    if not isinstance(fields["changes"], dict):
        raise InvalidInput("Send an object with the fields to change.", field="changes")
    changes = read_body(body=fields["changes"], shape=BulkChanges, workspace_id=workspace.pk)
    result = edit_stories(
        workspace=workspace,
        story_ids=_ids(fields["stories"]),
        changes=changes,
        actor=actor_of(request),
        now=utc_now(),
    )
    return _answer(result)


class StoryBulkUndo(APIView):
    """A bulk edit taken back."""

    @describe(
        "stories_bulk_undo",
        "Take a bulk edit back",
        body=BulkUndo,
        answer=BulkAnswer,
        body_example={"undo_token": "1733-1735-1f0c5a7e9b3d2846"},
        example=examples.BULK_UNDONE,
    )
    def post(self, request: Request) -> Response:
        """Give the stories back what they had; what somebody changed since stays."""
        workspace, token = _read_undo(request, Action.EDIT_STORY)
        return _answer(undo_edit(workspace=workspace, token=token, actor=actor_of(request), now=utc_now()))


class StoryBulkMove(APIView):
    """The place of many stories."""

    @describe(
        "stories_bulk_move",
        "Move up to 500 stories as one block",
        body=BulkMove,
        answer=BulkAnswer,
        body_example={"stories": [41, 42, 47], "position": 3},
        example=examples.BULK,
    )
    def post(self, request: Request) -> Response:
        """Move stories, in their present order, as one block: exactly one of after, before, position and to."""
        body = body_of(request)
        workspace = take_workspace(request, body, Action.RANK)
        fields = read_body(body=body, shape=BulkMove, workspace_id=workspace.pk)
        story_ids = _ids(fields.pop("stories"))
        result = move_stories(
            workspace=workspace, story_ids=story_ids, actor=actor_of(request), now=utc_now(), **fields
        )
        return _answer(result)


class StoryBulkMoveUndo(APIView):
    """A move of a block taken back."""

    @describe(
        "stories_bulk_move_undo",
        "Take a move of a block back",
        body=BulkUndo,
        answer=BulkAnswer,
        body_example={"undo_token": "1733-1735-1f0c5a7e9b3d2846"},
        example=examples.BULK_UNDONE,
    )
    def post(self, request: Request) -> Response:
        """Put each story back where it stood; what somebody moved since stays."""
        workspace, token = _read_undo(request, Action.RANK)
        return _answer(undo_moves(workspace=workspace, token=token, actor=actor_of(request), now=utc_now()))


def _read_undo(request: Request, action: Action) -> tuple[Workspace, str]:
    body = body_of(request)
    workspace = take_workspace(request, body, action)
    token = read_body(body=body, shape=BulkUndo, workspace_id=workspace.pk)["undo_token"]
    if not isinstance(token, str):
        raise InvalidInput("Send the token that the change answered with.", field="undo_token")
    return workspace, token


def _ids(value: Any) -> list[int]:
    if not isinstance(value, list) or any(isinstance(pk, bool) or not isinstance(pk, int) for pk in value):
        raise InvalidInput("Send a list of ids of stories, whole numbers.", field="stories")
    return value


def _answer(result: BulkResult) -> Response:
    return Response(BulkAnswer(result).data)
