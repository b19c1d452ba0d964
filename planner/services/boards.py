"""Kanban boards kept, changed, deleted and brought back, with their columns and limits."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.core import signing
from django.db import transaction

from accounts.models import User, Workspace
from common.errors import Conflict, InvalidInput, NotFound
from planner.domain.vocabulary import ItemKind
from planner.models import Board, BoardColumn
from planner.selectors.boards import BoardDraft, ColumnDraft, draft_of_board
from planner.services.actor import Actor
from planner.services.announcing import announce
from planner.services.board_inputs import check_board, read_board
from planner.services.locks import lock_rows
from planner.services.saving import save_clean, set_fields

MOST_BOARDS = 50
"""Of one person in one workspace."""
_SALT = "planner.boards"


def create_board(
    *, workspace: Workspace, owner: User, draft: BoardDraft, now: datetime, is_shared: bool = False
) -> Board:
    """Keep a board. Raises InvalidInput naming what it can't have: a column field, a filter, a limit of 0."""
    clean, columns = read_board({**_plain(draft), "is_shared": is_shared})
    with transaction.atomic():
        if Board.objects.filter(workspace=workspace, owner=owner).count() >= MOST_BOARDS:
            raise Conflict(f"You have {MOST_BOARDS} boards here: delete one first.", field="name")
        board = Board(workspace=workspace, owner=owner, created_at=now, **clean)
        check_board(board=board, changed=set(clean), columns=columns or (), user_id=owner.pk, now=now)
        save_clean(board)
        _write_columns(board, columns or ())
    return board


def update_board(
    *, board: Board, changes: Mapping[str, Any], actor: Actor, now: datetime, version: int | None = None
) -> Board:
    """Change fields of a board or its `columns` (all of them, in their order); others' version is refused.

    Another item or column field forgets the columns; another lane field forgets the lanes' limits.
    """
    clean, columns = read_board(changes)
    with transaction.atomic():
        fresh = lock_board(board, version=version)
        new = {name: value for name, value in clean.items() if getattr(fresh, name) != value}
        if {"item", "column_field"} & set(new) and columns is None:
            columns = []
        if {"item", "lane_field"} & set(new):
            new.setdefault("lane_limits", {})
        changed = set_fields(fresh, new)
        check_board(board=fresh, changed={*changed}, columns=columns or (), user_id=actor.user_id, now=now)
        if columns is not None:
            _write_columns(fresh, columns)
        if changed or columns is not None:
            _touch(fresh, actor=actor, now=now)
    return fresh


def delete_board(*, board: Board, actor: Actor, now: datetime) -> str:
    """Delete a board; the work it showed stays. Returns what brings it back."""
    with transaction.atomic():
        fresh = lock_board(board)
        told = {
            "workspace": fresh.workspace_id,
            "owner": fresh.owner_id,
            "is_shared": fresh.is_shared,
            **_plain(draft_of_board(fresh)),
        }
        announce(
            workspace_id=fresh.workspace_id, topic="board", object_id=fresh.pk, verb="deleted", actor=actor, now=now
        )
        fresh.delete()
    return signing.dumps(told, salt=_SALT, compress=True)


def restore_board(*, workspace: Workspace, token: str, user: User, now: datetime) -> Board:
    """Bring back a deleted board under a free name, as its owner's again."""
    try:
        told: dict[str, Any] = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        told = {}
    if told.pop("workspace", None) != workspace.pk:
        raise InvalidInput("Send the token that the deletion answered with.", field="token")
    owner = User.objects.filter(pk=told.pop("owner")).first() or user
    is_shared = told.pop("is_shared")
    columns = [ColumnDraft(**each) for each in told.pop("columns")]
    name = free_name(workspace=workspace, owner=owner, wish=told.pop("name"))
    draft = BoardDraft(**{**told, "name": name, "item": ItemKind(told["item"]), "columns": columns})
    return create_board(workspace=workspace, owner=owner, draft=draft, is_shared=is_shared, now=now)


def free_name(*, workspace: Workspace, owner: User, wish: str) -> str:
    """The name wished for, or with a number behind it where one has a board of that name."""
    names = Board.objects.filter(workspace=workspace, owner=owner).values_list("name", flat=True)
    taken = {name.casefold() for name in names}
    tries = [wish[:76], *(f"{wish[:74]} {number}" for number in range(2, MOST_BOARDS + 2))]
    return next(name for name in tries if name.casefold() not in taken)


def _plain(draft: BoardDraft) -> dict[str, Any]:
    told = asdict(draft)
    told["item"] = draft.item.value
    return {**told, "card_fields": list(draft.card_fields), "columns": [asdict(each) for each in draft.columns]}


def _write_columns(board: Board, columns: Sequence[Mapping[str, Any]]) -> None:
    """The columns of a board, all of them anew: they are few, and nothing refers to them."""
    board.columns.all().delete()
    BoardColumn.objects.bulk_create(
        BoardColumn(board=board, position=position, **column) for position, column in enumerate(columns)
    )


def lock_board(board: Board, *, version: int | None = None) -> Board:
    """The board as it is now, held. Raises Conflict (stale_version) where somebody changed it meanwhile."""
    fresh = lock_rows(Board.objects.filter(pk=board.pk)).first()
    if fresh is None:
        raise NotFound(f"The board {board.name} was deleted; its cards stay.")
    if version is not None and fresh.version != version:
        raise Conflict(
            f"Somebody changed the board {fresh.name} meanwhile (version {fresh.version}, you have {version}): "
            "reload, then try again. Nothing was saved.",
            code="stale_version",
        )
    fresh.workspace, fresh.owner = board.workspace, board.owner
    return fresh


def _touch(board: Board, *, actor: Actor, now: datetime) -> None:
    """Count the change and tell browsers."""
    board.version += 1
    save_clean(board)
    announce(workspace_id=board.workspace_id, topic="board", object_id=board.pk, verb="changed", actor=actor, now=now)
