"""Boards: their list, and adding, changing, arranging, deleting and bringing them back."""

from dataclasses import replace
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User, Workspace
from accounts.policies import Action
from accounts.selectors import get_workspace_for
from accounts.web.answers import go
from accounts.web.shell import reader_of, shell_context
from common.clock import utc_now
from planner.domain.vocabulary import ItemKind
from planner.models import Board
from planner.selectors.boards import (
    BoardDraft,
    can_change_board,
    check_sharing_board,
    draft_of_board,
    get_board_for,
    list_boards,
)
from planner.selectors.kanban_shape import shape_of
from planner.selectors.panels_fields import panel_fields
from planner.services.boards import create_board, delete_board, restore_board, update_board
from planner.web.answers import say, toast
from planner.web.board_form import columns_context, form_context, new_draft, read_board_form, read_columns_form
from planner.web.forms import page_actor, read_version
from planner.web.panel_form import read_item

ITEM_WORDS = {"STORY": "Stories", "TASK": "Tasks", "CAPABILITY": "Capabilities"}


def _place(request: HttpRequest, workspace: str) -> tuple[User, Workspace]:
    reader = reader_of(request)
    return reader, get_workspace_for(user=reader, workspace=workspace, action=Action.VIEW)


@login_required
@require_GET
def boards(request: HttpRequest, workspace: str) -> HttpResponse:
    """One's own boards and the shared ones."""
    reader, place = _place(request, workspace)
    labels = {item.value: _labels(place, item) for item in ItemKind}
    rows = [
        {
            "board": board,
            "what": ITEM_WORDS[board.item],
            "by": labels[board.item].get(board.column_field, board.column_field),
            "lanes": labels[board.item].get(board.lane_field, board.lane_field),
            "can_change": can_change_board(user=reader, board=board),
            "is_mine": board.owner_id == reader.pk,
        }
        for board in list_boards(workspace=place, user=reader)
    ]
    return render(request, "planner/boards/list.html", {**_shell(reader, place), "rows": rows})


def _labels(place: Workspace, item: ItemKind) -> dict[str, str]:
    return {key: field.label for key, field in panel_fields(workspace=place, item=item).items()}


@login_required
@require_http_methods(["GET", "POST"])
def board_new(request: HttpRequest, workspace: str) -> HttpResponse:
    """Show the dialog of a new board (GET), or keep it (POST)."""
    reader, place = _place(request, workspace)
    if request.method == "GET":
        draft = new_draft(read_item(request.GET.get("item", "")))
        context = form_context(workspace=place, draft=draft)
        return render(request, "planner/boards/board_form.html", {**_shell(reader, place), **context})
    sent = read_board_form(request.POST)
    is_shared = sent.pop("is_shared", False)
    check_sharing_board(user=reader, workspace_id=place.pk, is_shared=is_shared)
    item = read_item(sent.pop("item", ""))
    draft = BoardDraft(**{"name": "", **sent, "item": item})
    return _open(request, create_board(workspace=place, owner=reader, draft=draft, is_shared=is_shared, now=utc_now()))


@login_required
@require_http_methods(["GET", "POST"])
def board_edit(request: HttpRequest, workspace: str, board: int) -> HttpResponse:
    """Show a board's dialog (GET), or change what was posted (POST)."""
    reader, place = _place(request, workspace)
    found = get_board_for(user=reader, board_id=board, workspace=place.key, is_changed=True)
    if request.method == "GET":
        draft = draft_of_board(found)
        item = request.GET.get("item", "")
        if item and read_item(item) is not draft.item:
            draft = replace(new_draft(read_item(item)), name=draft.name)
        context = {"board": found, **form_context(workspace=place, draft=draft)}
        return render(request, "planner/boards/board_form.html", {**_shell(reader, place), **context})
    changes = read_board_form(request.POST)
    check_sharing_board(user=reader, workspace_id=place.pk, is_shared=changes.get("is_shared"), board=found)
    return _open(request, _change(request, found, changes, reader))


@login_required
@require_http_methods(["GET", "POST"])
def board_columns(request: HttpRequest, workspace: str, board: int) -> HttpResponse:
    """Show the dialog of a board's columns and limits (GET), or keep them (POST)."""
    reader, place = _place(request, workspace)
    found = get_board_for(user=reader, board_id=board, workspace=place.key, is_changed=True)
    if request.method == "GET":
        shape = shape_of(board=found, now=utc_now(), user_id=reader.pk)
        context = {"board": found, "shape": shape, **columns_context(shape=shape)}
        return render(request, "planner/boards/columns_form.html", {**_shell(reader, place), **context})
    return _open(request, _change(request, found, read_columns_form(request.POST, found), reader))


def _change(request: HttpRequest, board: Board, changes: dict[str, Any], reader: User) -> Board:
    version = read_version(request.POST.dict())
    return update_board(board=board, changes=changes, actor=page_actor(reader), now=utc_now(), version=version)


@login_required
@require_POST
def board_delete(request: HttpRequest, workspace: str, board: int) -> HttpResponse:
    """Delete a board; its cards stay, and so does the way back for ten seconds."""
    reader, place = _place(request, workspace)
    found = get_board_for(user=reader, board_id=board, workspace=place.key, is_changed=True)
    token = delete_board(board=found, actor=page_actor(reader), now=utc_now())
    undo = toast(
        f"The board {found.name} was deleted; its cards stay.",
        undo_url=reverse("board-restore", args=[place.key]),
        undo={"token": token},
    )
    return say(HttpResponse(status=204), toast=undo, board_gone={"board": board})


@login_required
@require_POST
def board_restore(request: HttpRequest, workspace: str) -> HttpResponse:
    """Bring a deleted board back (`token`)."""
    reader, place = _place(request, workspace)
    token = request.POST.get("token", "")
    board = restore_board(workspace=place, token=token, user=reader, now=utc_now())
    return HttpResponse(reverse("board", args=[place.key, board.pk]), content_type="text/plain")


def _open(request: HttpRequest, board: Board) -> HttpResponse:
    return go(request, reverse("board", args=[board.workspace.key, board.pk]))


def _shell(reader: User, place: Workspace) -> dict[str, Any]:
    return shell_context(user=reader, workspace=place)
