"""Limits on the work in progress: what a card that is about to be dropped would exceed, and what follows from it."""

from collections.abc import Sequence
from dataclasses import dataclass

from common.errors import Conflict
from planner.domain.vocabulary import ItemKind, WipRule
from planner.selectors.item_fields import rows_of
from planner.selectors.kanban_shape import (
    BoardShape,
    KanbanColumn,
    KanbanLane,
    where_in_column,
    where_in_lane,
)

LONGEST_REASON = 300
COUNTED_BEYOND = 500
"""A drop counts no further than so many cards beyond the limit: a column may have thousands."""
_NOUNS = {
    ItemKind.STORY: ("story", "stories"),
    ItemKind.TASK: ("task", "tasks"),
    ItemKind.CAPABILITY: ("capability", "capabilities"),
}


@dataclass(frozen=True)
class Excess:
    """A limit that a drop exceeds. `number`: cards there with the one dropped."""

    what: str
    limit: int
    number: int
    rule: WipRule
    item: ItemKind

    @property
    def words(self) -> str:
        """“Review would have 4 stories, its limit is 3.”"""
        one, many = _NOUNS[self.item]
        least = "more than " if self.number > self.limit + COUNTED_BEYOND else ""
        number = self.number - 1 if least else self.number
        noun = one if number == 1 else many
        return f"{self.what} would have {least}{number:,} {noun}, its limit is {self.limit:,}"


class ReasonWanted(Conflict):
    """A limit lets more in only with a reason."""

    default_code = "wip_reason"


class LimitReached(Conflict):
    """A limit lets nothing more in."""

    default_code = "wip_limit"


def excesses_of(
    *, shape: BoardShape, column: KanbanColumn, lane: KanbanLane, item_id: int, enters_column: bool, enters_lane: bool
) -> list[Excess]:
    """The limits that the card exceeds where it enters; at most two counts, none where there is no limit."""
    found = []
    if column.limit is not None and enters_column:
        found.append(_excess(shape, [column], None, item_id, column.label, column.limit, column.rule))
    if lane.limit is not None and enters_lane and column.is_in_progress:
        working = [each for each in shape.columns if each.is_in_progress]
        rule = WipRule(shape.board.lane_rule)
        found.append(_excess(shape, working, lane, item_id, f"The lane {lane.label}", lane.limit, rule))
    return [excess for excess in found if excess.number > excess.limit]


def _excess(
    shape: BoardShape,
    columns: Sequence[KanbanColumn],
    lane: KanbanLane | None,
    item_id: int,
    what: str,
    limit: int,
    rule: WipRule,
) -> Excess:
    where = where_in_column(shape=shape, column=columns[0])
    for column in columns[1:]:
        where |= where_in_column(shape=shape, column=column)
    if lane is not None:
        where &= where_in_lane(shape=shape, lane=lane)
    rows = rows_of(workspace=shape.board.workspace, item=shape.item).filter(shape.where & where)
    others = rows.select_related(None).order_by().exclude(pk=item_id)
    number = others.values("pk")[: limit + COUNTED_BEYOND].count() + 1
    return Excess(what, limit, number, rule, shape.item)


def enforce(excesses: Sequence[Excess], *, reason: str) -> None:
    """Refuse what a limit blocks, or lets in only with a reason and none was given."""
    for excess in excesses:
        if excess.rule is WipRule.BLOCK:
            raise LimitReached(
                f"{excess.words}, and it lets no more in. Finish or move something there first; nothing was moved.",
                field="column",
            )
    for excess in excesses:
        if excess.rule is WipRule.REASON and not reason:
            raise ReasonWanted(
                f"{excess.words}. Say why this one can't wait; it will stand in its history.", field="reason"
            )


def is_strict(*, column: KanbanColumn, lane: KanbanLane, lane_rule: str) -> bool:
    """Whether a limit here may refuse, so that two drops at once must wait for each other."""
    by_column = column.limit is not None and column.rule is not WipRule.WARN
    return by_column or (lane.limit is not None and lane_rule != WipRule.WARN.value)
