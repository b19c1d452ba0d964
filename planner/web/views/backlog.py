"""The backlog page: one ranked outline, by a lens, filtered, a window of it at a time."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.models import Workspace
from accounts.policies import Action
from accounts.selectors import get_workspace_for
from accounts.web.shell import reader_of, shell_context
from common.clock import utc_now
from common.live.selectors import list_newest_ids
from planner.domain.vocabulary import Lens
from planner.models import Story
from planner.selectors.backlog import BacklogRow, rows_of_stories
from planner.selectors.backlog_filters import asked_in
from planner.selectors.backlog_links import open_links
from planner.selectors.backlog_window import (
    BacklogWindow,
    count_stories,
    count_units_above,
    first_ids,
    list_window,
)
from planner.selectors.outline import (
    CapabilityState,
    axis_top,
    backlog_totals,
    capability_states,
    find_things,
    list_empty_capabilities,
)
from planner.selectors.ranking import PACE_WEEKS
from planner.selectors.sprint_lines import list_sprint_lines, velocity_of
from planner.web.addresses import capability_address, story_address
from planner.web.backlog_head import head_of
from planner.web.backlog_page import counted_tabs, page_context
from planner.web.backlog_question import Question, read_question
from planner.web.outline import (
    Line,
    build_lines,
    flat_lines,
    marks_in_lens,
    marks_in_people_order,
    marks_without_places,
    with_sprints,
)

TEMPLATES = {"page": "page.html", "list": "list.html", "lines": "lines.html"}
ROWS_AT_ONCE = 200
BY_MONEY = {Lens.MONEY, Lens.CD3, Lens.VALUE, Lens.ROI}
"""Orders in which what nobody valued stands apart, at the end."""

MOST_FOUND = 8
MOST_CHOSEN = 500


@login_required
@require_GET
def backlog(request: HttpRequest, workspace: str) -> HttpResponse:
    """The page, its list alone (after a change of order), more lines (while it scrolls), their number, their ids."""
    reader = reader_of(request)
    place = get_workspace_for(user=reader, workspace=workspace, action=Action.VIEW)
    question = question_of(request, workspace=place)
    if question.part in _NUMBERS:
        return JsonResponse(_NUMBERS[question.part](place, question))
    live_after = max(list_newest_ids(limit=1), default=0)
    window = list_window(
        workspace=place,
        lens=question.lens,
        limit=question.limit,
        now=utc_now(),
        at=question.at,
        beside=question.beside,
        by_unit=question.is_folded,
        **question.kept,
    )
    context = {
        **shell_context(user=reader, workspace=place),
        **_list_context(workspace=place, question=question, window=window),
        "live_after": live_after,
    }
    if question.part == "page":
        context |= page_context(workspace=place, question=question, reader=reader)
    status = 400 if question.filters.problems else 200
    return render(request, f"planner/backlog/{TEMPLATES[question.part]}", context, status=status)


def question_of(request: HttpRequest, *, workspace: Workspace) -> Question:
    """What the request asks of the backlog."""
    asked = asked_in(workspace=workspace, now=utc_now(), user_id=reader_of(request).pk)
    return read_question(request.GET, asked)


def _count(workspace: Workspace, question: Question) -> dict[str, int]:
    return {"total": count_stories(workspace=workspace, **question.kept)}


def _ids_from_top(workspace: Workspace, question: Question) -> dict[str, Any]:
    """The first stories that pass the filter, to choose them all at once."""
    return {"ids": first_ids(workspace=workspace, limit=MOST_CHOSEN, **question.kept), **_count(workspace, question)}


_NUMBERS = {"count": _count, "ids": _ids_from_top}


def _list_context(*, workspace: Workspace, question: Question, window: BacklogWindow) -> dict[str, Any]:
    rows = window.rows
    units_above, lines = _lines(workspace, window, question)
    if question.is_manual and not question.is_filtered:
        lines = with_sprints(lines, list_sprint_lines(workspace=workspace, now=utc_now()))
    is_whole = not window.has_below and not question.is_filtered and not question.is_flat
    return {
        "question": question,
        "window": window,
        "units_above": units_above,
        "lines": lines,
        "links": open_links(story_ids=_drawn(rows, question)),
        "empty_capabilities": list_empty_capabilities(workspace=workspace) if is_whole else [],
        "axis_top": axis_top(workspace=workspace),
        "finished": 0 if rows or question.is_filtered else Story.objects.filter(workspace=workspace).count(),
    }


def _drawn(rows: Sequence[BacklogRow], question: Question) -> list[int]:
    """The stories that are drawn with their cells: folded ones are not."""
    return [row.story.pk for row in rows if not (question.is_folded and row.story.capability_id)]


def _lines(workspace: Workspace, window: BacklogWindow, question: Question) -> tuple[int, list[Line]]:
    """How many units began above the window, and its lines."""
    rows, ats = window.rows, window.ats
    if question.is_flat:
        return 0, flat_lines(rows=rows, ats=ats, has_places=question.is_manual and not question.is_filtered)
    states = capability_states(capability_ids=capabilities_of(rows))
    above = _units_above(workspace, window, question, states)
    if question.is_filtered:
        marks = marks_without_places(rows)
    elif question.is_manual or window.is_pending:
        marks = marks_in_people_order(rows=rows, states=states, above=above)
    else:
        marks = marks_in_lens(rows=rows, ats=ats, states=states)
    follows = window.follows.capability_id if window.follows else None
    has_sections = question.lens in BY_MONEY
    return above, build_lines(
        rows=rows, ats=ats, marks=marks, states=states, follows=follows, has_sections=has_sections
    )


def _units_above(
    workspace: Workspace, window: BacklogWindow, question: Question, states: Mapping[int, CapabilityState]
) -> int:
    """How many units begin above the window: as the reader counted, or counted here where it begins anywhere."""
    if not window.has_above or not question.is_manual or question.is_filtered or not window.rows:
        return 0
    if question.units_above is None or question.beside is None:
        return count_units_above(workspace=workspace, rank=window.rows[0].story.rank)
    if question.beside.is_below:
        return question.units_above
    here = marks_in_people_order(rows=window.rows, states=states, above=0)
    return max(question.units_above - sum(mark.is_first for mark in here), 0)


@login_required
@require_GET
def backlog_view_tabs(request: HttpRequest, workspace: str) -> HttpResponse:
    """The tabs with how many stories each has; loaded after the page."""
    reader = reader_of(request)
    place = get_workspace_for(user=reader, workspace=workspace, action=Action.VIEW)
    asked = asked_in(workspace=place, now=utc_now(), user_id=reader.pk)
    question = read_question(request.GET, asked)
    tabs = counted_tabs(workspace=place, question=question, reader=reader, asked=asked)
    context = {**shell_context(user=reader, workspace=place), "question": question, "views": tabs}
    return render(request, "planner/backlog/view_tabs.html", context)


@login_required
@require_GET
def backlog_strip(request: HttpRequest, workspace: str) -> HttpResponse:
    """What this order costs, by cause, and each lens with its price; loaded after the page."""
    reader = reader_of(request)
    place = get_workspace_for(user=reader, workspace=workspace, action=Action.VIEW)
    question = question_of(request, workspace=place)
    context = {**shell_context(user=reader, workspace=place), **head_of(workspace=place, question=question)}
    return render(request, "planner/backlog/strip.html", {**context, "question": question})


@login_required
@require_GET
def backlog_sprint_line(request: HttpRequest, workspace: str, number: int) -> HttpResponse:
    """The evidence of one sprint line: capacity and points of each team, and what was assumed."""
    place = get_workspace_for(user=reader_of(request), workspace=workspace, action=Action.VIEW)
    line = next((each for each in list_sprint_lines(workspace=place, now=utc_now()) if each.number == number), None)
    context = {"workspace": place, "line": line, "velocity": velocity_of(workspace=place, now=utc_now())}
    return render(request, "planner/backlog/sprint_line_evidence.html", {**context, "weeks": PACE_WEEKS})


@login_required
@require_GET
def backlog_rows(request: HttpRequest, workspace: str) -> HttpResponse:
    """Rows that changed, drawn again: `?stories=1,2&capabilities=7`; what is gone or closed is left out."""
    reader = reader_of(request)
    place = get_workspace_for(user=reader, workspace=workspace, action=Action.VIEW)
    capability_ids = _ids(request.GET.get("capabilities", ""))
    rows = _changed_rows(workspace=place, story_ids=_ids(request.GET.get("stories", "")), capability_ids=capability_ids)
    states = capability_states(capability_ids=capabilities_of(rows))
    context = {
        **shell_context(user=reader, workspace=place),
        "question": question_of(request, workspace=place),
        "rows": rows,
        "links": open_links(story_ids=[row.story.pk for row in rows]),
        "headers": [
            (capability, states[capability.pk])
            for capability in {row.story.capability for row in rows}
            if capability is not None and capability.pk in capability_ids
        ],
        "axis_top": axis_top(workspace=place),
    }
    return render(request, "planner/backlog/rows.html", context)


def capabilities_of(rows: Sequence[BacklogRow]) -> set[int]:
    """Return the ids of the capabilities that rows belong to."""
    return {row.story.capability_id for row in rows if row.story.capability_id is not None}


def _changed_rows(*, workspace: Workspace, story_ids: list[int], capability_ids: list[int]) -> list[BacklogRow]:
    stories = Story.objects.filter(workspace=workspace)
    wanted = stories.filter(pk__in=story_ids) | stories.filter(capability_id__in=capability_ids)
    return [row for row in rows_of_stories(stories=wanted.order_by("rank")[:ROWS_AT_ONCE]) if row.story.is_open]


def _ids(text: str) -> list[int]:
    parts = text.split(",")[:ROWS_AT_ONCE]
    return [int(part) for part in parts if part.isascii() and part.isdigit() and len(part) < 19]


@login_required
@require_GET
def backlog_summary(request: HttpRequest, workspace: str) -> HttpResponse:
    """The line beside the heading; it counts, so it is loaded after the page."""
    place = get_workspace_for(user=reader_of(request), workspace=workspace, action=Action.VIEW)
    totals = backlog_totals(workspace=place)
    return render(request, "planner/backlog/summary.html", {"workspace": place, "totals": totals})


@login_required
@require_GET
def find(request: HttpRequest, workspace: str) -> JsonResponse:
    """What the command palette found: capabilities, then stories, by key or title."""
    place = get_workspace_for(user=reader_of(request), workspace=workspace, action=Action.VIEW)
    text = request.GET.get("q", "").strip()[:100]
    capabilities, stories = find_things(workspace=place, text=text, limit=MOST_FOUND) if text else ([], [])
    found = [_found(thing.key, thing.title, "capability", capability_address(thing)) for thing in capabilities]
    found += [_found(thing.key, thing.title, "story", story_address(thing)) for thing in stories]
    return JsonResponse({"results": found})


def _found(key: str, title: str, kind: str, url: str) -> dict[str, str]:
    return {"key": key, "title": title, "kind": kind, "url": url}
