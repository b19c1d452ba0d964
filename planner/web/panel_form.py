"""The editor of a panel: what it offers, and what it sends."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from accounts.models import User, Workspace
from common.errors import InvalidInput
from planner.domain.fields.problems import FieldProblem
from planner.domain.panels.documents import tree_from_json, tree_to_json
from planner.domain.panels.operators import FilterKind, Operator
from planner.domain.panels.tree import All, Condition, FilterTree
from planner.domain.panels.writing import write_filter
from planner.domain.vocabulary import ItemKind
from planner.selectors.item_fields import Fields, asked_fields
from planner.selectors.item_filters import context_of, read_item_filter
from planner.selectors.panels import PanelDraft
from planner.selectors.panels_drops import words_of_panel
from planner.selectors.panels_fields import DEFAULT_COLUMNS, known_fields, panel_fields
from planner.selectors.panels_rows import sum_items
from planner.web.panel_page import sums_in_words

LONGEST_DOCUMENT = 20_000


def read_item(text: str) -> ItemKind:
    """The kind of item posted. Raises InvalidInput."""
    try:
        return ItemKind(text or ItemKind.STORY.value)
    except ValueError:
        raise InvalidInput(f"Use one of: {', '.join(kind.value for kind in ItemKind)}.", field="item") from None


def form_context(*, workspace: Workspace, draft: PanelDraft) -> dict[str, Any]:
    """What the editor shows: the panel, and every field with whether it is a column or may sort."""
    fields = known_fields(panel_fields(workspace=workspace, item=draft.item))
    chosen = [key for key in (draft.columns or DEFAULT_COLUMNS[draft.item]) if key in fields]
    ordered = [*chosen, *(key for key in fields if key not in chosen)]
    return {
        "draft": draft,
        "items": [
            (kind.value, {"STORY": "Stories", "TASK": "Tasks", "CAPABILITY": "Capabilities"}[kind]) for kind in ItemKind
        ],
        "columns": [(fields[key].key, fields[key].label, key in chosen) for key in ordered if key != "text"],
        "sorts": [(key, field.label) for key, field in fields.items() if field.order is not None],
        "sort_key": draft.sort.removeprefix("-"),
        "is_down": draft.sort.startswith("-"),
    }


def registry_of(fields: Fields) -> list[dict[str, Any]]:
    """The fields as the rows of conditions offer them."""
    return [
        {
            "key": field.key,
            "label": field.label,
            "operators": [
                {"key": each.value, "label": _operator(each, field.asked.kind), "takes": each.takes}
                for each in field.asked.operators
            ],
        }
        for field in known_fields(fields).values()
    ]


def _operator(operator: Operator, kind: FilterKind) -> str:
    return operator.day_word if kind is FilterKind.DAY else operator.label


def read_values(values: Mapping[str, str], columns: list[str]) -> dict[str, Any]:
    """The fields of a panel that were posted."""
    sent: dict[str, Any] = {name: values[name] for name in ("title", "item", "filter_text") if name in values}
    if "filter_text" in sent:
        sent["filter_text"] = sent["filter_text"].replace("\r\n", "\n")
    if "sort" in values:
        sent["sort"] = f"{'-' if values.get('is_down') and values['sort'] else ''}{values['sort']}"
    if "has_columns" in values:
        sent["columns"] = columns
    if "width" in values:
        sent["width"] = int(values["width"]) if values["width"].isdecimal() and len(values["width"]) < 6 else 0
    return sent


def check_filter(
    *, workspace: Workspace, item: ItemKind, text: str, document: str, reader: User, now: datetime
) -> dict[str, Any]:
    """What a filter being typed means: its problem and place, what it lists, what a drop sets, its conditions.

    `document`: rows of conditions as JSON instead of the text.
    """
    fields = panel_fields(workspace=workspace, item=item)
    if document:
        text = _text_of(document, fields)
    context = context_of(workspace=workspace, now=now, user_id=reader.pk)
    read = read_item_filter(text=text, fields=fields, context=context)
    problem = read.reading.problem
    answer: dict[str, Any] = {"text": text, "fields": registry_of(fields), "problem": None, "sums": "", "drop": ""}
    answer["conditions"] = rows_of_tree(read.reading.tree)
    if read.problem:
        answer["problem"] = {"message": read.problem, "at": problem.at if problem else None}
        return answer
    totals = sum_items(workspace=workspace, item=item, where=read.where)
    words = words_of_panel(tree=read.reading.tree, problem="", fields=fields, context=context)
    answer["sums"] = sums_in_words(item, totals, currency=workspace.currency)
    answer["drop"] = words.problem or "; ".join(filter(None, (words.sets, words.cannot)))
    return answer


def _text_of(document: str, fields: Fields) -> str:
    if len(document) > LONGEST_DOCUMENT:
        raise InvalidInput("These are too many conditions.", field="filter_text")
    try:
        return write_filter(tree_from_json(json.loads(document), asked_fields(fields)))
    except FieldProblem as problem:
        raise InvalidInput(problem.message, field="filter_text") from None
    except (ValueError, RecursionError):
        raise InvalidInput("Send the conditions as JSON.", field="filter_text") from None


def rows_of_tree(tree: FilterTree | None) -> list[dict[str, Any]] | None:
    """The conditions of a plain conjunction, as JSON; None where the filter is more than that."""
    if tree is None:
        return None
    parts = tree.parts if isinstance(tree, All) else (tree,)
    if not all(isinstance(part, Condition) for part in parts):
        return None
    return [tree_to_json(part) for part in parts]
