"""The dialogs of a board: what they offer, and what they send."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from accounts.models import Workspace
from planner.domain.vocabulary import ItemKind, WipRule
from planner.models import Board
from planner.selectors.boards import (
    DEFAULT_CARD_FIELDS,
    BoardDraft,
    colour_choices,
    column_choices,
    draft_of_board,
    lane_choices,
)
from planner.selectors.item_figures import READERS
from planner.selectors.item_groups import groups_of
from planner.selectors.kanban_shape import BoardShape, KanbanColumn, KanbanLane
from planner.selectors.panels_fields import known_fields, panel_fields
from planner.web.forms import read_flag
from planner.web.kanban_faces import ALWAYS_SHOWN

ITEMS = [(ItemKind.STORY.value, "Stories"), (ItemKind.TASK.value, "Tasks"), (ItemKind.CAPABILITY.value, "Capabilities")]
FIELDS = ("name", "item", "column_field", "lane_field", "filter_text", "colour_field")
MOST_LANES_OFFERED = 60


def new_draft(item: ItemKind) -> BoardDraft:
    """What a new board begins with."""
    if item is ItemKind.CAPABILITY:
        return BoardDraft("", item, "application", filter_text="not done")
    open_only = "category is not Cancelled" if item is ItemKind.STORY else ""
    return BoardDraft("", item, "state", filter_text=open_only)


def form_context(*, workspace: Workspace, draft: BoardDraft) -> dict[str, Any]:
    """What the dialog of a board offers: fields for columns, lanes, colours and cards."""
    fields = panel_fields(workspace=workspace, item=draft.item)
    known = known_fields(fields)
    chosen = [key for key in (draft.card_fields or DEFAULT_CARD_FIELDS[draft.item]) if key in known]
    shown = {key for key, field in known.items() if field.custom is not None or key in READERS[draft.item]}
    ordered = [*chosen, *(key for key in known if key in shown and key not in chosen and key not in ALWAYS_SHOWN)]
    return {
        "draft": draft,
        "items": ITEMS,
        "column_fields": [(each.key, each.label) for each in column_choices(item=draft.item, fields=fields)],
        "lane_fields": [(each.key, each.label) for each in lane_choices(item=draft.item, fields=fields)],
        "colour_fields": [(each.key, each.label) for each in colour_choices(item=draft.item, fields=fields)],
        "card_fields": [(key, known[key].label, key in chosen) for key in ordered],
    }


def read_board_form(values: QueryDict) -> dict[str, Any]:
    """The fields of a board that were posted."""
    sent: dict[str, Any] = {name: values[name] for name in FIELDS if name in values}
    if "filter_text" in sent:
        sent["filter_text"] = sent["filter_text"].replace("\r\n", "\n")
    if "has_card_fields" in values:
        sent["card_fields"] = values.getlist("card_fields")
    if "has_sharing" in values:
        sent["is_shared"] = read_flag(values.get("is_shared", ""))
    return sent


@dataclass(frozen=True)
class ColumnRow:
    """A line of the dialog that arranges columns. `into`: the column whose part it is, None for one of its own."""

    column: KanbanColumn
    value: str
    label: str
    own_label: str
    into: str | None
    is_shown: bool


def columns_context(*, shape: BoardShape) -> dict[str, Any]:
    """The lines of the dialog that arranges a board: a column or a value merged into one each, then lanes."""
    said = {each.value: each for each in draft_of_board(shape.board).columns}
    labels = _labels(shape)
    rows = []
    for column in (*shape.columns, *shape.hidden):
        own = said[column.value].label if column.value in said else ""
        rows.append(ColumnRow(column, column.value, labels[column.value], own, None, not column.is_hidden))
        rows += [ColumnRow(column, value, labels[value], "", column.value, True) for value in column.values[1:]]
    return {
        "rows": rows,
        "targets": [(row.value, row.label) for row in rows],
        "rules": WipRule.choices() if shape.item is not ItemKind.CAPABILITY else _RULES_WITHOUT_REASON,
        "lanes": _offered_lanes(shape),
        "lane_rule": shape.board.lane_rule,
        "lane_label": shape.lane_field.label if shape.lane_field else "",
    }


_RULES_WITHOUT_REASON = [choice for choice in WipRule.choices() if choice[0] != WipRule.REASON.value]


def _labels(shape: BoardShape) -> Mapping[str, str]:
    if shape.column_field is None:
        return {}
    groups = groups_of(workspace=shape.board.workspace, item=shape.item, field=shape.column_field)
    return {group.value: group.label for group in groups}


def _offered_lanes(shape: BoardShape) -> list[KanbanLane]:
    if shape.lane_field is None:
        return []
    limited = [lane for lane in shape.lanes if lane.limit is not None]
    return [*limited, *(lane for lane in shape.lanes if lane.limit is None)][:MOST_LANES_OFFERED]


def read_columns_form(values: QueryDict, board: Board) -> dict[str, Any]:
    """The columns posted, in their order, with what is merged into each; and the lanes' limits."""
    order = values.getlist("value")
    into = {value: values.get(f"into-{value}", "-") for value in order}
    heads = [value for value in order if into[value] in ("-", value) or into.get(into[value], "-") != "-"]
    columns = [
        {
            "value": value,
            "label": values.get(f"label-{value}", ""),
            "also": [other for other in order if other not in heads and into[other] == value],
            "wip_limit": values.get(f"limit-{value}", "").strip() or None,
            "wip_rule": values.get(f"rule-{value}", WipRule.WARN.value),
            "is_hidden": f"shown-{value}" not in values,
        }
        for value in heads
    ]
    lanes = {lane: values.get(f"lane-{lane}", "").strip() for lane in values.getlist("lane")}
    limits = {**board.lane_limits, **lanes}
    rule = {"lane_rule": values["lane_rule"]} if "lane_rule" in values else {}
    return {"columns": columns, "lane_limits": limits, **rule}
