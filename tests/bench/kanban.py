"""Kanban boards in the benchmark: the page of a board over every story, and a card's move with its limit checked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from common.clock import utc_now
from planner.domain.vocabulary import WipRule
from planner.models import Board, Story
from planner.selectors.boards import BoardDraft, ColumnDraft
from planner.services.boards import create_board
from tests.bench.data import Bench

LIMIT = 20
"""Exceeded by far, so that every drop counts the whole column and warns."""


def pin_up(bench: Bench) -> Board:
    """A board of all stories by state, each column with a limit; made once a workspace."""
    known = Board.objects.filter(workspace=bench.workspace).first()
    if known is not None:
        return known
    columns = [ColumnDraft(str(state.pk), wip_limit=LIMIT, wip_rule=WipRule.WARN.value) for state in bench.states]
    draft = BoardDraft("Flow", columns=columns, card_fields=["points", "cost_of_delay", "state_age", "assignee"])
    return create_board(workspace=bench.workspace, owner=bench.user, draft=draft, now=utc_now())


def kanban_load(bench: Bench, api: Any) -> Callable[[int], Any]:
    """Open the board: exact counts and sums of every column, and their first cards."""
    address = f"/w/{bench.workspace.key}/boards/{pin_up(bench).pk}/"
    return lambda _: api.get(address)


def kanban_move(bench: Bench, api: Any) -> Callable[[int], Any]:
    """Drop a card into the next column."""
    address = f"/w/{bench.workspace.key}/boards/{pin_up(bench).pk}/move/"
    stories = list(Story.objects.filter(workspace=bench.workspace).order_by("rank").values_list("pk", "state_id")[:100])
    states = [state.pk for state in bench.states]

    def move(number: int) -> Any:
        story_id, state_id = stories[number]
        to = states[(states.index(state_id) + 1) % len(states)]
        return api.form(address, {"id": story_id, "column": to, "was_column": state_id})

    return move
