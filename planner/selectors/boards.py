"""Kanban boards: one's own and shared ones, and what a board says before it is saved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet

from accounts.models import User, Workspace
from accounts.policies import Action, allows
from accounts.selectors import require, role_of
from common.errors import NotAuthorised, NotFound
from planner.domain.vocabulary import ItemKind, WipRule
from planner.models import Board
from planner.selectors.item_fields import Fields, ItemField
from planner.selectors.item_groups import can_group
from planner.selectors.panels_fields import known_fields

LARGEST_ID = 2**63 - 1
DEFAULT_CARD_FIELDS: Mapping[ItemKind, tuple[str, ...]] = {
    ItemKind.STORY: ("points", "cost_of_delay", "assignee"),
    ItemKind.TASK: ("story", "hours_left", "assignee"),
    ItemKind.CAPABILITY: ("points", "cost_of_delay", "due"),
}
NEEDS: Mapping[ItemKind, Action] = {
    ItemKind.STORY: Action.EDIT_STORY,
    ItemKind.TASK: Action.EDIT_STORY,
    ItemKind.CAPABILITY: Action.EDIT_PLAN,
}
"""What moving a card takes."""


@dataclass(frozen=True)
class ColumnDraft:
    """What a board says of one column. `also`: values merged into it; `label` "" is the value's own name."""

    value: str
    label: str = ""
    also: Sequence[str] = ()
    wip_limit: int | None = None
    wip_rule: str = WipRule.WARN.value
    is_hidden: bool = False


@dataclass(frozen=True)
class BoardDraft:
    """A board before it is saved. `lane_field` "" is no lanes; `lane_limits` are numbers by lane value."""

    name: str
    item: ItemKind = ItemKind.STORY
    column_field: str = "state"
    lane_field: str = ""
    filter_text: str = ""
    card_fields: Sequence[str] = ()
    colour_field: str = ""
    columns: Sequence[ColumnDraft] = ()
    lane_limits: Mapping[str, int] = field(default_factory=dict)
    lane_rule: str = WipRule.WARN.value


def list_boards(*, workspace: Workspace, user: User) -> QuerySet[Board]:
    """The boards someone sees: their own, and the shared ones."""
    mine = Q(owner=user) | Q(is_shared=True)
    return Board.objects.filter(mine, workspace=workspace).select_related("owner", "workspace").order_by("name", "pk")


def get_board_for(
    *, user: User, board_id: int, workspace: str | None = None, is_changed: bool = False, is_moved: bool = False
) -> Board:
    """The board with this id, in that workspace (its key). Others' are there only when shared.

    To change somebody else's shared board takes EDIT_PLAN. `is_moved`: the caller is about to move its cards.
    """
    known = Board.objects.select_related("workspace", "owner").filter(Q(owner=user) | Q(is_shared=True))
    board = known.filter(pk=board_id).first() if 0 < board_id <= LARGEST_ID else None
    if board is None or (workspace is not None and board.workspace.key != workspace.upper()):
        raise NotFound("There is no such board: it was deleted, or is not shared any more.")
    is_theirs = board.owner_id != user.pk
    wanted = NEEDS[ItemKind(board.item)] if is_moved else Action.VIEW
    if is_changed and is_theirs:
        wanted = Action.EDIT_PLAN
    require(user=user, workspace_id=board.workspace_id, action=wanted, what="board")
    return board


def can_change_board(*, user: User, board: Board) -> bool:
    """Whether someone may change a board that they see."""
    return board.owner_id == user.pk or _plans(user, board.workspace_id)


def check_sharing_board(*, user: User, workspace_id: int, is_shared: object, board: Board | None = None) -> None:
    """Refuse to put a board on everybody's page to who may not edit the plan; a shared one may stay so."""
    if is_shared is not True or (board is not None and board.is_shared) or _plans(user, workspace_id):
        return
    raise NotAuthorised("Your role lets you keep boards for yourself. Ask someone who plans to share it.")


def _plans(user: User, workspace_id: int) -> bool:
    return may_do(user=user, workspace_id=workspace_id, action=Action.EDIT_PLAN)


def column_choices(*, item: ItemKind, fields: Fields) -> list[ItemField]:
    """The fields that may be a board's columns: they divide, and a drop can set them."""
    found = known_fields(fields).values()
    return [each for each in found if can_group(item=item, field=each) and _is_settable(item, each)]


def lane_choices(*, item: ItemKind, fields: Fields) -> list[ItemField]:
    """The fields that may be a board's swim lanes."""
    return [each for each in known_fields(fields).values() if can_group(item=item, field=each)]


def _is_settable(item: ItemKind, field: ItemField) -> bool:
    if item is ItemKind.STORY and field.key == "application":
        return False  # a story takes it from its capability
    if item is ItemKind.TASK and field.key == "blocked":
        return False  # blocking a task asks why
    return field.asked.is_settable


def colour_choices(*, item: ItemKind, fields: Fields) -> list[ItemField]:
    """The fields that may colour cards: those with few values, which the card then names too."""
    return lane_choices(item=item, fields=fields)


def may_do(*, user: User, workspace_id: int, action: Action) -> bool:
    """Whether somebody's role in the workspace allows an action."""
    role = role_of(user=user, workspace_id=workspace_id)
    return role is not None and allows(role=role, action=action)


def is_movable(*, item: ItemKind, field: ItemField) -> bool:
    """Whether dropping a card into another group of this field can set it."""
    return can_group(item=item, field=field) and _is_settable(item, field)


def draft_of_board(board: Board) -> BoardDraft:
    """A saved board as what it says, with its columns."""
    columns = [
        ColumnDraft(each.value, each.label, list(each.also), each.wip_limit, each.wip_rule, each.is_hidden)
        for each in board.columns.all()
    ]
    return BoardDraft(
        name=board.name,
        item=ItemKind(board.item),
        column_field=board.column_field,
        lane_field=board.lane_field,
        filter_text=board.filter_text,
        card_fields=list(board.card_fields),
        colour_field=board.colour_field,
        columns=columns,
        lane_limits=dict(board.lane_limits),
        lane_rule=board.lane_rule,
    )
