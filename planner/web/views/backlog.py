"""The backlog page: one ranked outline, by a lens, filtered, paged in by keyset as it scrolls."""

from collections.abc import Sequence
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
from planner.domain.vocabulary import Lens
from planner.models import Story
from planner.selectors.backlog import BacklogPage, BacklogRow, list_backlog, rows_of_stories
from planner.selectors.backlog_filters import asked_in
from planner.selectors.outline import (
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
from planner.web.backlog_page import page_context
from planner.web.backlog_question import Question, read_question
from planner.web.outline import Joint, Line, build_lines, flat_lines, with_sprints, without_places

TEMPLATES = {"page": "page.html", "list": "list.html", "lines": "lines.html"}
ROWS_AT_ONCE = 200
BY_MONEY = {Lens.MONEY, Lens.CD3, Lens.VALUE, Lens.ROI}
"""Orders in which what nobody valued stands apart, at the end."""

MOST_FOUND = 8


@login_required
@require_GET
def backlog(request: HttpRequest, workspace: str) -> HttpResponse:
    """The page, its list alone (after a change of order), or the next lines (while it scrolls)."""
    reader = reader_of(request)
    place = get_workspace_for(user=reader, workspace=workspace, action=Action.VIEW)
    question = question_of(request, workspace=place)
    page = list_backlog(
        workspace=place,
        lens=question.lens,
        cursor=question.cursor,
        limit=question.limit,
        now=utc_now(),
        text=question.text,
        where=question.filters.where if question.filters.chips else None,
        include_done=question.filters.includes_done,
    )
    context = {
        **shell_context(user=reader, workspace=place),
        **_list_context(workspace=place, question=question, page=page),
    }
    if question.part == "page":
        context |= page_context(workspace=place, question=question, reader=reader)
    status = 400 if question.filters.problems else 200
    return render(request, f"planner/backlog/{TEMPLATES[question.part]}", context, status=status)


def question_of(request: HttpRequest, *, workspace: Workspace) -> Question:
    """What the request asks of the backlog."""
    asked = asked_in(workspace=workspace, now=utc_now(), user_id=reader_of(request).pk)
    return read_question(request.GET, asked)


def _list_context(*, workspace: Workspace, question: Question, page: BacklogPage) -> dict[str, Any]:
    rows = page.rows
    lines, joint = _lines(rows, question)
    if question.is_filtered:
        lines = without_places(lines)
    elif question.is_manual:
        lines = with_sprints(lines, list_sprint_lines(workspace=workspace, now=utc_now()))
    is_last = page.next_cursor is None
    is_whole = is_last and not question.is_filtered and not question.is_flat
    return {
        "question": question,
        "lines": lines,
        "next": question.next_address(cursor=page.next_cursor, joint=joint) if page.next_cursor else "",
        "empty_capabilities": list_empty_capabilities(workspace=workspace) if is_whole else [],
        "axis_top": axis_top(workspace=workspace),
        "finished": 0 if rows or question.is_filtered else Story.objects.filter(workspace=workspace).count(),
    }


def _lines(rows: Sequence[BacklogRow], question: Question) -> tuple[list[Line], Joint]:
    if question.is_flat:
        return flat_lines(rows=rows, joint=question.joint)
    states = capability_states(capability_ids=capabilities_of(rows))
    return build_lines(rows=rows, states=states, joint=question.joint, has_sections=question.lens in BY_MONEY)


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
