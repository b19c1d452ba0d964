"""What the whole backlog page shows around its list: lenses, saved views, filters, columns."""

import json
from dataclasses import dataclass, replace

from django.http import QueryDict

from accounts.models import User, Workspace
from accounts.selectors.people import list_members
from planner.models import SavedView
from planner.selectors.backlog import stories_of
from planner.selectors.backlog_filters import Filter
from planner.selectors.filter_kinds import Asked
from planner.selectors.saved_views import list_saved_views
from planner.web.backlog_head import empty_tabs
from planner.web.backlog_question import Column, Layout, Question, read_question

Context = dict[str, object]
MOST_NAMED = 200
MOST_COUNTED = 20
"""Tabs that tell how many stories they have."""

COUNTED_UP_TO = 1_000
PRESETS = (
    ("Not valued", "f=valued%3Ais%3Ano"),
    ("Enablers", "f=kind%3Ais%3AEnabler"),
    ("Blocked", "f=blocked%3Ais%3Ayes"),
    ("Pinned", "f=pinned%3Ais%3Ayes"),
)
"""Views that every workspace has."""


@dataclass(frozen=True)
class ViewTab:
    """A tab: all work, a preset, or a saved view (then `view` is there, and others' names say whose).

    `count`: its stories, "999+" from a thousand on; "" while nobody counted them.
    """

    label: str
    address: str
    is_current: bool
    view: SavedView | None = None
    owner: str = ""
    count: str = ""


@dataclass(frozen=True)
class ChipLine:
    """A filter that stands in the box, and the address without it."""

    chip: Filter
    address: str


def page_context(*, workspace: Workspace, question: Question, reader: User) -> Context:
    """The context of the page around its list; two queries."""
    return {
        **empty_tabs(question),
        "people": _people(workspace),
        "views": view_tabs(workspace=workspace, question=question, reader=reader),
        "chips": [
            ChipLine(chip, question.address(f=question.filters.without(chip))) for chip in question.filters.chips
        ],
        "layouts": [
            (layout.label, f"?{_with_layout(question, layout)}", layout is question.layout) for layout in Layout
        ],
        "columns": [(column, column in question.shown) for column in Column],
        "without_text": question.pairs(q=""),
        "without_columns": question.pairs(cols=""),
        "usual_columns": question.address(cols=""),
    }


def _people(workspace: Workspace) -> str:
    """Members' names by id as JSON, for notes about who changed what meanwhile."""
    members = list_members(workspace=workspace)[:MOST_NAMED]
    return json.dumps({str(member.user_id): str(member.user) for member in members})


def _with_layout(question: Question, layout: Layout) -> str:
    return question.address(view="" if layout is Layout.OUTLINE else layout.value)


def view_tabs(*, workspace: Workspace, question: Question, reader: User) -> list[ViewTab]:
    """All tabs, not counted; one query."""
    views = list_saved_views(workspace=workspace, user=reader).order_by("created_at", "id")
    present = question.address()
    tabs = [("All work", ""), *PRESETS]
    return [
        *[ViewTab(label, address, address == present) for label, address in tabs],
        *[
            ViewTab(
                view.name,
                view.question,
                view.question == present,
                view=view,
                owner="" if view.owner_id == reader.pk else str(view.owner),
            )
            for view in views
        ],
    ]


def counted_tabs(*, workspace: Workspace, question: Question, reader: User, asked: Asked) -> list[ViewTab]:
    """The tabs with how many stories each has: a query a tab, none of which counts beyond COUNTED_UP_TO."""
    tabs = view_tabs(workspace=workspace, question=question, reader=reader)
    return [
        replace(tab, count=_counted(workspace, tab, asked)) if place < MOST_COUNTED else tab
        for place, tab in enumerate(tabs)
    ]


def _counted(workspace: Workspace, tab: ViewTab, asked: Asked) -> str:
    asks = read_question(QueryDict(tab.address), asked)
    if asks.filters.problems:
        return ""
    stories = stories_of(workspace=workspace, **asks.kept)
    number = stories.order_by().values("pk")[:COUNTED_UP_TO].count()
    return f"{COUNTED_UP_TO - 1}+" if number == COUNTED_UP_TO else str(number)
