"""Boards in tests: made, counted, and dropped on."""

from __future__ import annotations

from typing import Any

from accounts.models import Workspace
from planner.models import Board, State, Story, Task
from planner.selectors.boards import (
    BoardDraft,
)
from planner.selectors.kanban_counts import BoardCounts, count_cells
from planner.selectors.kanban_shape import BoardShape, shape_of
from planner.services.boards import create_board
from planner.services.kanban_moves import Drop, DropDone, move_card
from tests.factories import (
    NOW,
    actor_of,
    owner_of,
)


def make_board(workspace: Workspace, name: str = "Flow", **fields: Any) -> Board:
    is_shared = fields.pop("is_shared", False)
    draft = BoardDraft(name, **fields)
    return create_board(workspace=workspace, owner=owner_of(workspace), draft=draft, is_shared=is_shared, now=NOW)


def shape(board: Board) -> BoardShape:
    return shape_of(board=Board.objects.select_related("workspace").get(pk=board.pk), now=NOW, user_id=None)


def counts(board: Board) -> BoardCounts:
    return count_cells(shape=shape(board))


def numbers(board: Board) -> dict[str, int]:
    """How many cards each shown column has, by its label."""
    counted = counts(board)
    return {
        column.label: counted.columns[column.value].number
        for column in counted.shape.columns
        if column.value in counted.columns
    }


def drop(board: Board, story: Story | Task, column: str, **fields: Any) -> DropDone:
    now_shape = shape(board)
    return move_card(shape=now_shape, drop=Drop(story.pk, column, **fields), actor=actor_of(board.workspace), now=NOW)


def state_id(workspace: Workspace, at: int) -> str:
    """The id of the workflow's state at this place, as columns name it."""
    return str(State.objects.filter(workspace=workspace).order_by("position")[at].pk)


def states(workspace: Workspace) -> list[State]:
    return list(State.objects.filter(workspace=workspace).order_by("position"))
