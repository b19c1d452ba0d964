"""The parts of a story's page: each has a template and what that needs. A change draws its part again."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import F

from accounts.models import User
from accounts.web.shell import shell_context
from planner.domain.criteria import read_criteria
from planner.domain.vocabulary import SprintState, StoryKind, TaskState
from planner.models import Story, Task, Team
from planner.selectors.capabilities import list_capabilities
from planner.selectors.lens_places import places_in_lenses
from planner.selectors.listing import list_applications, list_people, list_sprints, list_states
from planner.selectors.place_words import why_place
from planner.selectors.positions import COUNTED_AT_MOST, count_open_above, position_in_words
from planner.selectors.stories import list_events, list_tasks
from planner.selectors.story_page import (
    HistoryFilter,
    list_history,
    share_of,
    split_dependencies,
    task_totals,
)
from planner.selectors.talk import attachments_of, list_watchers, page_of_comments
from planner.web.story_text import read_description
from planner.web.value_parts import returns_context, risk_context, sensitivity_context, value_context

MOST_CHOICES = 300
LARGEST_RANK = 2**63 - 1
HISTORY_FILTERS = (
    (HistoryFilter.ALL, "All"),
    (HistoryFilter.STATE, "State"),
    (HistoryFilter.VALUE, "Value and rank"),
    (HistoryFilter.TALK, "Talk"),
    (HistoryFilter.SYNC, "Sync and import"),
)
Context = dict[str, Any]


def head_part(story: Story) -> Context:
    """Title, state, flags, and the line under them."""
    return {
        "states": list_states(workspace=story.workspace),
        "totals": task_totals(list(list_tasks(story=story))),
        "born": list_events(story=story).filter(field="created").first(),
    }


def text_part(story: Story) -> Context:
    """What the story says: who wants what and why, and when it is done."""
    criteria = read_criteria(story.acceptance)
    return {
        "text": read_description(story.description),
        "criteria": criteria,
        "met": sum(criterion.is_met for criterion in criteria),
    }


def tasks_part(story: Story) -> Context:
    """Tasks with their hours."""
    tasks = list(list_tasks(story=story))
    return {
        "tasks": [(task, _hours_done(task)) for task in tasks],
        "totals": task_totals(tasks),
        "task_states": TaskState.choices(),
        "people": _people(story),
    }


def _hours_done(task: Task) -> Decimal:
    """Hours of the estimate that are not left; 0 where somebody left out either."""
    if task.hours_estimated is None or task.hours_left is None:
        return Decimal(0)
    return max(task.hours_estimated - task.hours_left, Decimal(0))


def value_part(story: Story) -> Context:
    """What the story shares in, or is worth by itself."""
    if story.capability_id is None:
        return {"share": None, **returns_context(story)}
    return {"share": share_of(story=story)}


def estimate_part(story: Story) -> Context:
    """The value model of a story of its own."""
    return value_context(story) if story.capability_id is None else {}


def risk_part(story: Story) -> Context:
    """How uncertain the value of a story of its own is, and how urgent."""
    return risk_context(story) if story.capability_id is None else {}


def returns_part(story: Story) -> Context:
    """What a story of its own returns on what is left to invest."""
    return returns_context(story) if story.capability_id is None else {}


def sensitivity_part(story: Story) -> Context:
    """Which input of its value moves its place; nothing for a story in a capability."""
    return sensitivity_context(story) if story.capability_id is None else {}


def place_part(story: Story) -> Context:
    """Where it stands in the backlog, where it stood before, and what holds it there."""
    moved = list_events(story=story, newest_first=True).filter(field="rank").first()
    above = count_open_above(backlog_id=story.backlog_id, rank=story.rank)
    _, needed_by = split_dependencies(story=story)
    unit_id = -story.pk if story.capability_id is None else story.capability_id
    return {
        "place": position_in_words(above) if story.is_open else "",
        "of_how_many": _of_how_many(story),
        "why": why_place(workspace=story.workspace, unit_id=unit_id) if story.is_open else "",
        "lens_places": places_in_lenses(workspace=story.workspace, unit_id=unit_id) if story.is_open else [],
        "moved": moved,
        "valued": story.capability or story,
        "holds_up": [link.successor for link in needed_by if link.successor.is_open],
    }


def _of_how_many(story: Story) -> str:
    """How many open stories the backlog has, counted no further than positions are."""
    number = count_open_above(backlog_id=story.backlog_id, rank=LARGEST_RANK)
    return f"{number:,}" if number < COUNTED_AT_MOST else f"more than {COUNTED_AT_MOST:,}"


def dependencies_part(story: Story) -> Context:
    """What it needs, and what needs it."""
    needs, needed_by = split_dependencies(story=story)
    return {"needs": needs, "needed_by": needed_by}


def facts_part(story: Story) -> Context:
    """The fields people choose from lists."""
    workspace = story.workspace
    sprints = list_sprints(workspace=workspace).exclude(state=SprintState.COMPLETED.value)
    return {
        "kinds": StoryKind.choices(),
        "teams": Team.objects.filter(workspace=workspace).order_by("name")[:MOST_CHOICES],
        "sprints": sprints.order_by(F("start_date").asc(nulls_last=True), "name")[:MOST_CHOICES],
        "people": _people(story),
        "applications": list_applications(workspace=workspace).order_by("name")[:MOST_CHOICES],
        "capabilities": list_capabilities(workspace=workspace).order_by("key")[:MOST_CHOICES],
    }


def history_part(story: Story, *, kind: HistoryFilter = HistoryFilter.ALL, after: int | None = None) -> Context:
    """Everything that happened, newest first, a page at a time."""
    zone = story.workspace.time_zone
    return {
        "kind": kind,
        "filters": HISTORY_FILTERS,
        "history": list_history(story=story, kind=kind, after=after, time_zone=zone),
    }


def comments_part(story: Story, *, is_whole: bool = False) -> Context:
    """What people say about it, the last written at the end."""
    return {"talk": page_of_comments(story=story, is_whole=is_whole)}


def attachments_part(story: Story) -> Context:
    """Its files."""
    return {"files": attachments_of(story=story), "most_bytes": settings.ATTACHMENT_MAX_BYTES}


def watchers_part(story: Story) -> Context:
    """Who follows it."""
    followers = [watcher.user for watcher in list_watchers(story=story)[:MOST_CHOICES]]
    return {"followers": followers, "follower_ids": [user.pk for user in followers]}


PARTS: Mapping[str, Callable[[Story], Context]] = {
    "head": head_part,
    "text": text_part,
    "tasks": tasks_part,
    "value": value_part,
    "estimate": estimate_part,
    "risk": risk_part,
    "returns": returns_part,
    "place": place_part,
    "dependencies": dependencies_part,
    "facts": facts_part,
    "history": history_part,
    "comments": comments_part,
    "attachments": attachments_part,
    "watchers": watchers_part,
}


LAZY_PARTS: Mapping[str, Callable[[Story], Context]] = {"sensitivity": sensitivity_part}
"""Parts that the page fetches once it is there."""


def part_context(name: str, *, story: Story, reader: User) -> Context:
    """What one part needs, with the shell's own context."""
    build = PARTS.get(name) or LAZY_PARTS[name]
    return {**shell_context(user=reader, workspace=story.workspace), "story": story, **build(story)}


def page_context(*, story: Story, reader: User) -> Context:
    """What the whole page needs."""
    context = {**shell_context(user=reader, workspace=story.workspace), "story": story}
    for name, build in PARTS.items():
        context |= build(story) if name != "returns" else {}  # the part "value" brings them
    return context


def _people(story: Story) -> Any:
    return list_people(workspace=story.workspace).order_by("name")[:MOST_CHOICES]
