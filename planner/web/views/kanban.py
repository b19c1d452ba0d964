"""A board: its page, its cards as one scrolls, and moving them."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from accounts.policies import Action
from accounts.selectors import require
from accounts.web.shell import reader_of, shell_context
from common.clock import utc_now
from common.errors import InvalidInput
from common.live.selectors import list_newest_ids
from planner.selectors.boards import can_change_board, get_board_for, list_boards, may_do
from planner.selectors.kanban_cards import MOST_CARDS, find_cell
from planner.selectors.kanban_shape import shape_of
from planner.services.kanban_moves import Drop, DropDone, is_order, move_card, undo_move
from planner.web.answers import say, toast
from planner.web.forms import page_actor, read_id, read_version
from planner.web.kanban_page import next_cards, shape_for, view_board

MOST_CELLS = 400
SEPARATOR = "~"


@login_required
@require_GET
def board(request: HttpRequest, workspace: str, board: int) -> HttpResponse:
    """One board; `?q=` narrows it to cards with these words."""
    live_after = max(list_newest_ids(limit=1), default=0)
    context = {**_context(request, workspace, board), "live_after": live_after}
    listed = list_boards(workspace=context["workspace"], user=reader_of(request))
    return render(request, "planner/boards/page.html", {**context, "boards": list(listed)})


@login_required
@require_GET
def board_fresh(request: HttpRequest, workspace: str, board: int) -> HttpResponse:
    """The board's body as it now is; `more=column~lane~number` for each cell that shows more than its first cards."""
    return render(request, "planner/boards/body.html", _context(request, workspace, board))


def _context(request: HttpRequest, workspace: str, board: int) -> dict[str, Any]:
    reader, now = reader_of(request), utc_now()
    found = get_board_for(user=reader, board_id=board, workspace=workspace)
    text = request.GET.get("q", "").strip()
    shape = shape_for(board=found, reader=reader, now=now, text=text)
    return {
        **shell_context(user=reader, workspace=found.workspace),
        "board": found,
        "view": view_board(shape=shape, reader=reader, now=now, wanted=_wanted(request.GET)),
        "text": text,
        "can_change": can_change_board(user=reader, board=found),
    }


def _wanted(asked: QueryDict) -> Mapping[tuple[str, str], int]:
    wanted: dict[tuple[str, str], int] = {}
    for text in asked.getlist("more")[:MOST_CELLS]:
        column, _, rest = text.partition(SEPARATOR)
        lane, _, number = rest.partition(SEPARATOR)
        wanted[(column, lane)] = min(read_id(number) or 1, MOST_CARDS)
    return wanted


@login_required
@require_GET
def board_cards(request: HttpRequest, workspace: str, board: int) -> HttpResponse:
    """The next cards of a cell: `?column=&lane=&cursor=`; the first cell where none is named."""
    reader, now, asked = reader_of(request), utc_now(), request.GET
    found = get_board_for(user=reader, board_id=board, workspace=workspace)
    shape = shape_for(board=found, reader=reader, now=now, text=asked.get("q", "").strip())
    column, lane = find_cell(shape=shape, column=asked.get("column"), lane=asked.get("lane"))
    cards, cursor = next_cards(
        shape=shape,
        column=column,
        lane=lane,
        cursor=asked.get("cursor", ""),
        reader=reader,
        now=now,
    )
    return render(request, "planner/boards/cards.html", {"cards": cards, "cursor": cursor})


@login_required
@require_POST
def board_move(request: HttpRequest, workspace: str, board: int) -> HttpResponse:
    """Put card `id` into `column` (and `lane`), beside story `before` or `after` by rank; `was_column` and `was_lane`
    say where it was picked up, `reason` why a limit is exceeded.
    """
    reader, values, now = reader_of(request), request.POST, utc_now()
    found = get_board_for(user=reader, board_id=board, workspace=workspace, is_moved=True)
    is_placed = bool(values.get("before") or values.get("after"))
    may_rank = is_placed and may_do(user=reader, workspace_id=found.workspace_id, action=Action.RANK)
    done = move_card(
        shape=shape_of(board=found, now=now, user_id=reader.pk),
        drop=_drop(values.dict(), may_rank=may_rank),
        actor=page_actor(reader),
        now=now,
    )
    answer = JsonResponse({"changed": done.changed, "warnings": list(done.warnings)})
    if not done.changed:
        return answer
    undo_url = reverse("board-undo", args=[found.workspace.key, found.pk])
    return say(answer, toast=toast(_said(done), undo_url=undo_url, undo={"token": done.undo_token}))


def _drop(values: Mapping[str, str], *, may_rank: bool) -> Drop:
    item_id = read_id(values.get("id", ""))
    if not item_id or "column" not in values:
        raise InvalidInput("Send the id of a card and the column it goes to.", field="column")
    anchor = next((name for name in ("before", "after") if values.get(name)), "") if may_rank else ""
    return Drop(
        item_id=item_id,
        column=values["column"],
        lane=values.get("lane"),
        was_column=values.get("was_column"),
        was_lane=values.get("was_lane"),
        version=read_version(values),
        beside=read_id(values[anchor]) if anchor else None,
        is_before=anchor == "before",
        reason=values.get("reason", ""),
    )


def _said(done: DropDone) -> str:
    """“FRT-41 is in Review. Review would have 4 stories, its limit is 3.”"""
    lane = f", {done.lane.label}" if done.lane.label else ""
    return " ".join((f"{done.name} is in {done.column.label}{lane}.", *done.warnings))


@login_required
@require_POST
def board_undo(request: HttpRequest, workspace: str, board: int) -> HttpResponse:
    """Take a move back (`token`)."""
    reader, token = reader_of(request), request.POST.get("token", "")
    found = get_board_for(user=reader, board_id=board, workspace=workspace, is_moved=True)
    if is_order(token=token):
        require(user=reader, workspace_id=found.workspace_id, action=Action.RANK, what="board")
    changed = undo_move(workspace=found.workspace, token=token, actor=page_actor(reader), now=utc_now())
    said = "The card is back where it was." if changed else "Nothing to put back: it was changed since."
    return say(JsonResponse({"changed": changed}), toast=toast(said))
