"""What the work manager shows: each panel with its filter, sums and rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.urls import reverse

from accounts.models import User, Workspace
from common.formats import format_money, format_points
from planner.domain.panels.operators import FilterKind, Operator
from planner.domain.panels.tree import All, FilterTree
from planner.domain.panels.values import Text
from planner.domain.panels.writing import write_filter
from planner.domain.vocabulary import ItemKind
from planner.models import Story
from planner.selectors.item_conditions import Context
from planner.selectors.item_fields import Fields, ItemField
from planner.selectors.item_filters import context_of, read_item_filter
from planner.selectors.item_values import Shown, shown_values
from planner.selectors.panels_drops import DropWords, words_of_panel
from planner.selectors.panels_fields import columns_of, panel_fields
from planner.selectors.panels_rows import ItemPage, ItemTotals, list_items, sum_items
from planner.selectors.wall_changes import Touch, list_touches
from planner.web.panel_question import AskedPanel

PAGE = 50
_NOUNS = {
    ItemKind.STORY: ("story", "stories"),
    ItemKind.TASK: ("task", "tasks"),
    ItemKind.CAPABILITY: ("capability", "capabilities"),
}


@dataclass(frozen=True)
class Cell:
    """One column of a row. `money`: the amount, where it is one."""

    column: ItemField
    shown: Shown

    @property
    def is_money(self) -> bool:
        """Whether it is an amount of money."""
        return self.column.asked.kind is FilterKind.MONEY

    @property
    def money(self) -> Decimal | None:
        """The amount; None is unknown."""
        return self.shown.value if isinstance(self.shown.value, Decimal) else None


@dataclass(frozen=True)
class RowView:
    """A story, task or capability as a row: figures at the right, everything else below the title."""

    row: Any
    name: str
    url: str
    context: str
    figures: tuple[Cell, ...]
    facts: tuple[Cell, ...]
    touch: Touch | None = None


@dataclass(frozen=True)
class Chip:
    """One condition of a plain conjunction, and the filter without it."""

    text: str
    without: str


@dataclass(frozen=True)
class PanelView:
    """A panel as it is drawn."""

    asked: AskedPanel
    columns: tuple[ItemField, ...]
    chips: tuple[Chip, ...]
    problem: str
    words: DropWords
    totals: ItemTotals
    rows: tuple[RowView, ...]
    next_cursor: str | None
    currency: str

    @property
    def figures(self) -> list[ItemField]:
        """The columns at the right."""
        return [column for column in self.columns if _is_figure(column)]

    @property
    def is_ranked(self) -> bool:
        """Whether rows stand by rank, so that a drop may reorder."""
        return self.asked.item is ItemKind.STORY and not self.asked.draft.sort

    @property
    def order(self) -> str:
        """What the rows are sorted by, in words."""
        sort = self.asked.draft.sort
        if not sort:
            return {ItemKind.STORY: "by rank", ItemKind.TASK: "by rank of the story"}.get(
                self.asked.item, "by cost of delay"
            )
        key = sort.removeprefix("-")
        return f"by {key.replace('_', ' ')}{', downwards' if sort.startswith('-') else ''}"

    @property
    def sums(self) -> str:
        """“412 stories, 1,804 points, $22.8k a week”."""
        return sums_in_words(self.asked.item, self.totals, currency=self.currency)

    @property
    def counted(self) -> str:
        """“412 stories, 1,804 points”."""
        return sums_in_words(self.asked.item, replace(self.totals, money=None), currency=self.currency)


def sums_in_words(item: ItemKind, totals: ItemTotals, *, currency: str) -> str:
    """What a panel comes to: how many, points or hours, and cost of delay a week."""
    one, many = _NOUNS[item]
    said = [f"{totals.number:,} {one if totals.number == 1 else many}"]
    if totals.points:
        said.append(f"{format_points(totals.points)} {'h left' if item is ItemKind.TASK else 'points'}")
    if totals.money:
        said.append(f"{format_money(totals.money, currency)} a week")
    return ", ".join(said)


def _is_figure(column: ItemField) -> bool:
    return column.asked.kind in (FilterKind.NUMBER, FilterKind.MONEY)


def view_panel(
    *,
    asked: AskedPanel,
    workspace: Workspace,
    reader: User,
    now: datetime,
    text: str = "",
    rows: int = PAGE,
    cursor: str = "",
) -> PanelView:
    """The panel with its first rows (or those from `cursor` on); `text` narrows every panel of the page."""
    fields = panel_fields(workspace=workspace, item=asked.item)
    context = context_of(workspace=workspace, now=now, user_id=reader.pk)
    read = read_item_filter(text=asked.draft.filter_text, fields=fields, context=context)
    where = read.where & _has_text(text, asked.item, fields, context) if text else read.where
    problem = read.problem or _sort_problem(asked, fields)
    page = ItemPage([], None)
    if not problem:
        listed: dict[str, Any] = {"where": where, "fields": fields, "sort": asked.draft.sort, "cursor": cursor}
        page = list_items(workspace=workspace, item=asked.item, limit=rows, **listed)
    columns = columns_of(columns=list(asked.draft.columns), item=asked.item, fields=fields)
    return PanelView(
        asked=asked,
        columns=tuple(columns),
        chips=chips_of(read.reading.tree),
        problem=problem,
        words=words_of_panel(tree=read.reading.tree, problem=problem, fields=fields, context=context),
        totals=ItemTotals(0, None, None) if problem else sum_items(workspace=workspace, item=asked.item, where=where),
        rows=tuple(_rows(page.rows, columns, workspace=workspace, item=asked.item, reader=reader, now=now)),
        next_cursor=page.next_cursor,
        currency=workspace.currency,
    )


def _sort_problem(asked: AskedPanel, fields: Fields) -> str:
    key = asked.draft.sort.removeprefix("-")
    if not key or (key in fields and not fields[key].asked.is_removed and fields[key].order is not None):
        return ""
    return f"It is sorted by “{key}”, a field that was removed: choose another, or bring the field back."


def _has_text(text: str, item: ItemKind, fields: Fields, context: Context) -> Q:
    field = fields["title" if item is ItemKind.TASK else "text"]
    return field.where(Operator.HAS, (Text(text[:100]),), context)


def chips_of(tree: FilterTree | None) -> tuple[Chip, ...]:
    """The conditions of the filter, each with what is left without it; none of a filter that can't be read."""
    if tree is None:
        return ()
    parts = tree.parts if isinstance(tree, All) else (tree,)
    return tuple(
        Chip(write_filter(part).replace('"', ""), write_filter(All((*parts[:at], *parts[at + 1 :]))))
        for at, part in enumerate(parts)
    )


def _rows(
    rows: Sequence[Any],
    columns: Sequence[ItemField],
    *,
    workspace: Workspace,
    item: ItemKind,
    reader: User,
    now: datetime,
) -> list[RowView]:
    values = shown_values(workspace=workspace, item=item, rows=rows, now=now) if rows else {}
    touches = list_touches(story_ids=[row.pk for row in rows], now=now)[0] if item is ItemKind.STORY and rows else {}
    found = []
    for row in rows:
        cells = [Cell(column, values[row.pk].get(column.key, Shown(""))) for column in columns]
        touch = touches.get(row.pk)
        found.append(
            RowView(
                row=row,
                name=getattr(row, "key", "") or row.title,
                url=_url(row, item, workspace),
                context=_context(row, item),
                figures=tuple(cell for cell in cells if _is_figure(cell.column)),
                facts=tuple(cell for cell in cells if not _is_figure(cell.column) and cell.shown.text),
                touch=touch if touch and touch.user_id != reader.pk else None,
            )
        )
    return found


def _url(row: Any, item: ItemKind, workspace: Workspace) -> str:
    story: Story | None = row.story if item is ItemKind.TASK else None
    name = "capability" if item is ItemKind.CAPABILITY else "story"
    return reverse(name, args=[workspace.key, story.key if story else row.key])


def _context(row: Any, item: ItemKind) -> str:
    """What a row belongs to."""
    if item is ItemKind.TASK:
        return f"{row.story.key} {row.story.title}"
    if item is ItemKind.CAPABILITY:
        return str(row.application.name)
    return str(row.capability.title) if row.capability else ""


def page_of(panels: Sequence[AskedPanel], **asked: Any) -> list[PanelView]:
    """All panels of a page."""
    return [view_panel(asked=panel, **asked) for panel in panels]


def words_of(view: PanelView) -> Mapping[str, str]:
    """What a panel says while something is dragged over it."""
    return {"sets": view.words.sets, "cannot": view.words.cannot, "problem": view.words.problem}
