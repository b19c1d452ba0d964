"""Kanban boards over HTTP: kept, read with their counts, changed, deleted."""

from typing import Any

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.scope import take_workspace, user_of
from accounts.models import Workspace
from accounts.policies import Action
from common.api.bodies import body_of, check_body, take_version
from common.api.describing import WORKSPACE, describe
from common.clock import utc_now
from planner.api import board_examples as examples
from planner.api.actors import actor_of
from planner.api.serializers.boards import BoardChange, BoardDetailSerializer, BoardSerializer, NewBoard
from planner.api.views.listing import WorkspaceList
from planner.domain.vocabulary import ItemKind
from planner.models import Board
from planner.selectors.boards import BoardDraft, ColumnDraft, check_sharing_board, get_board_for, list_boards
from planner.selectors.kanban_cards import lanes_shown
from planner.selectors.kanban_counts import NOTHING, BoardCounts, count_cells
from planner.selectors.kanban_shape import shape_of
from planner.services.boards import create_board, delete_board, update_board


class BoardList(WorkspaceList[Board]):
    """The boards that the caller sees."""

    serializer_class = BoardSerializer

    @describe("boards_list", "List boards", parameters=[WORKSPACE], example=examples.BOARD)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Return the caller's own boards, and those that others share."""
        return super().get(request, *args, **kwargs)

    def list_rows(self, workspace: Workspace) -> QuerySet[Board]:
        """Return the boards of the workspace that the caller sees."""
        return list_boards(workspace=workspace, user=user_of(self.request)).order_by().prefetch_related("columns")

    @describe(
        "boards_create",
        "Keep a board",
        body=NewBoard,
        answer=BoardSerializer,
        status=201,
        body_example=examples.NEW_BOARD,
        example=examples.BOARD,
    )
    def post(self, request: Request) -> Response:
        """Keep a board of the caller's own. To share it takes the right to edit the plan."""
        body, user = body_of(request), user_of(request)
        workspace = take_workspace(request, body, Action.VIEW)
        fields = check_body(body=body, shape=NewBoard)
        fields.pop("workspace", None)
        is_shared = fields.pop("is_shared", False)
        check_sharing_board(user=user, workspace_id=workspace.pk, is_shared=is_shared)
        board = create_board(workspace=workspace, owner=user, draft=_draft(fields), is_shared=is_shared, now=utc_now())
        return Response(BoardSerializer(board).data, status=201)


def _draft(fields: dict[str, Any]) -> BoardDraft:
    columns = [ColumnDraft(**column) for column in fields.pop("columns", [])]
    item = ItemKind(fields.pop("item", ItemKind.STORY))
    column_field = fields.pop("column_field", "application" if item is ItemKind.CAPABILITY else "state")
    return BoardDraft(**fields, item=item, column_field=column_field, columns=columns)


class BoardDetail(APIView):
    """One board."""

    @describe("boards_retrieve", "Read a board", answer=BoardDetailSerializer, example=examples.BOARD_DETAIL)
    def get(self, request: Request, board_id: int) -> Response:
        """Return the board with the exact counts of its columns and lanes, and what is not on it."""
        user = user_of(request)
        board = get_board_for(user=user, board_id=board_id)
        counts = count_cells(shape=shape_of(board=board, now=utc_now(), user_id=user.pk))
        told = {**BoardSerializer(board).data, **_told(counts)}
        return Response(told)

    @describe(
        "boards_partial_update",
        "Change a board",
        body=BoardChange,
        answer=BoardSerializer,
        body_example={"lane_field": "assignee", "version": 3},
        example=examples.BOARD,
    )
    def patch(self, request: Request, board_id: int) -> Response:
        """Change what is named. Others' shared boards take the right to edit the plan."""
        user = user_of(request)
        board = get_board_for(user=user, board_id=board_id, is_changed=True)
        fields = check_body(body=body_of(request), shape=BoardChange)
        version = take_version(fields)
        check_sharing_board(user=user, workspace_id=board.workspace_id, is_shared=fields.get("is_shared"), board=board)
        changed = update_board(board=board, changes=fields, actor=actor_of(request), now=utc_now(), version=version)
        return Response(BoardSerializer(changed).data)

    @describe("boards_destroy", "Delete a board", status=204)
    def delete(self, request: Request, board_id: int) -> Response:
        """Delete it; its cards stay."""
        board = get_board_for(user=user_of(request), board_id=board_id, is_changed=True)
        delete_board(board=board, actor=actor_of(request), now=utc_now())
        return Response(status=204)


def _told(counts: BoardCounts) -> dict[str, Any]:
    """The counts of a board as the API tells them."""
    columns = []
    for column in counts.shape.columns:
        held = counts.columns.get(column.value, NOTHING)
        columns.append(
            {
                "value": column.value,
                "label": column.label,
                "number": held.number,
                "points": _text(held.points),
                "cost_of_delay": _text(held.money),
                "wip_limit": column.limit,
                "over": max(held.number - column.limit, 0) if column.limit is not None else 0,
            }
        )
    lanes = [
        {
            "value": lane.value,
            "label": lane.label,
            "number": counts.lanes.get(lane.value, 0),
            "in_progress": counts.lanes_in_progress.get(lane.value, 0),
            "wip_limit": lane.limit,
        }
        for lane in lanes_shown(counts=counts)
    ]
    off = [{"number": number, "reason": reason} for reason, number in counts.off.items()]
    return {"problem": counts.shape.problem, "counts": columns, "lanes": lanes, "off_board": off}


def _text(figure: object) -> str | None:
    return None if figure is None else str(figure)
