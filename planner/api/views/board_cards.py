"""The cards of a board over HTTP: listed a page at a time, moved, and taken back."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.scope import user_of
from accounts.policies import Action
from accounts.selectors import require
from common.api.bodies import body_of, check_body
from common.api.describing import describe
from common.api.paging import next_url, read_limit
from common.clock import utc_now
from common.errors import InvalidInput
from planner.api import board_examples as examples
from planner.api.actors import actor_of
from planner.api.serializers.boards import BoardCardSerializer, BoardMove, BoardMoved, BoardUndo, BoardUndone
from planner.selectors.boards import DEFAULT_CARD_FIELDS, get_board_for
from planner.selectors.item_values import Shown, shown_values
from planner.selectors.kanban_cards import find_cell, list_cards
from planner.selectors.kanban_shape import shape_of
from planner.services.kanban_moves import Drop, is_order, move_card, undo_move

COLUMN = OpenApiParameter("column", OpenApiTypes.STR, description="The value of a column; the first without it.")
LANE = OpenApiParameter("lane", OpenApiTypes.STR, description="The value of a lane; the first without it.")


class BoardCards(GenericAPIView[Any]):
    """The cards of one cell."""

    @describe(
        "boards_cards",
        "List a column's cards",
        answer=BoardCardSerializer(many=True),
        parameters=[COLUMN, LANE],
        example=examples.BOARD_CARD,
    )
    def get(self, request: Request, board_id: int) -> Response:
        """Return the cards of a column (in a lane) in the order of the backlog, a page at a time."""
        user, now, asked = user_of(request), utc_now(), request.query_params
        board = get_board_for(user=user, board_id=board_id)
        shape = shape_of(board=board, now=now, user_id=user.pk)
        column, lane = find_cell(shape=shape, column=asked.get("column"), lane=asked.get("lane"))
        cursor, limit = asked.get("cursor", ""), read_limit(request)
        page = list_cards(shape=shape, column=column, lane=lane, cursor=cursor, limit=limit)
        keys = [key for key in (board.card_fields or DEFAULT_CARD_FIELDS[shape.item]) if key in shape.fields]
        shown = shown_values(workspace=board.workspace, item=shape.item, rows=page.rows, now=now) if page.rows else {}
        rows = [
            {
                "id": row.pk,
                "key": getattr(row, "key", ""),
                "title": row.title,
                "column": column.value,
                "lane": lane.value,
                "version": row.version,
                "values": {key: shown[row.pk].get(key, Shown("")).text for key in keys},
            }
            for row in page.rows
        ]
        return Response({"next": next_url(request, page.next_cursor), "results": rows})


class BoardMoves(APIView):
    """Moving a card."""

    @describe(
        "boards_move",
        "Move a card",
        body=BoardMove,
        answer=BoardMoved,
        body_example=examples.MOVE,
        example=examples.MOVED,
    )
    def post(self, request: Request, board_id: int) -> Response:
        """Put a card into a column, a lane and beside another story.

        409 `stale_version` when somebody moved it meanwhile, `wip_reason` where a limit wants a reason, `wip_limit`
        where it lets no more in.
        """
        user, now = user_of(request), utc_now()
        board = get_board_for(user=user, board_id=board_id, is_moved=True)
        drop = _drop(check_body(body=body_of(request), shape=BoardMove))
        if drop.beside is not None:
            require(user=user, workspace_id=board.workspace_id, action=Action.RANK, what="board")
        shape = shape_of(board=board, now=now, user_id=user.pk)
        done = move_card(shape=shape, drop=drop, actor=actor_of(request), now=now)
        told = {
            "id": done.item_id,
            "name": done.name,
            "column": done.column.value,
            "lane": done.lane.value,
            "changed": done.changed,
            "warnings": list(done.warnings),
            "undo_token": done.undo_token,
        }
        return Response(BoardMoved(told).data)


class BoardMoveUndo(APIView):
    """Taking a move back."""

    @describe(
        "boards_move_undo",
        "Take a move back",
        body=BoardUndo,
        answer=BoardUndone,
        body_example=examples.UNDO,
        example=examples.UNDONE,
    )
    def post(self, request: Request, board_id: int) -> Response:
        """Put a card back where it was, its rank too; what somebody changed since stays."""
        user = user_of(request)
        board = get_board_for(user=user, board_id=board_id, is_moved=True)
        token = check_body(body=body_of(request), shape=BoardUndo)["undo_token"]
        if is_order(token=token):
            require(user=user, workspace_id=board.workspace_id, action=Action.RANK, what="board")
        changed = undo_move(workspace=board.workspace, token=token, actor=actor_of(request), now=utc_now())
        return Response({"changed": changed})


def _drop(fields: dict[str, Any]) -> Drop:
    before, after = fields.pop("before", None), fields.pop("after", None)
    if before is not None and after is not None:
        raise InvalidInput("Send before or after, not both.", field="after")
    beside = after if before is None else before
    return Drop(item_id=fields.pop("id"), beside=beside, is_before=before is not None, **fields)
