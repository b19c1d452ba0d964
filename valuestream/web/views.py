"""The pages and fragments of value stream maps, and the strip of a story's way."""

import csv
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from accounts.policies import Action
from accounts.selectors import get_workspace_for
from accounts.web.shell import reader_of, shell_context
from common.clock import utc_now
from common.errors import InvalidInput
from common.web.spreadsheets import harmless
from planner.selectors.fetch import get_story_for
from valuestream.models import Map
from valuestream.selectors.drawings import held_now
from valuestream.selectors.evidence import Counting, visits_counted
from valuestream.selectors.flow import story_strip
from valuestream.selectors.history import first_day, held_history
from valuestream.selectors.maps import list_maps
from valuestream.web.map_addresses import MapAddresses
from valuestream.web.map_asking import asked_of, find_map, place_of
from valuestream.web.map_evidence import (
    figure_text,
    filled_in,
    find_place,
    left_out,
    other_signs,
    parts_of,
    read_metric,
    visit_lines,
)
from valuestream.web.map_page import (
    controls_context,
    draw_history,
    numbers_of,
    picture_context,
    picture_maker,
    replay_of,
    stream_of,
)
from valuestream.web.map_question import MapQuestion, Measure, read_map_question
from valuestream.web.map_studies import (
    StillMeasuredError,
    ask_in_a_moment,
    back_to_page,
    progress_context,
    progress_fragment,
    progress_instead,
)
from valuestream.web.map_table import export_rows, headings
from valuestream.web.story_flow import draw_strip

HISTORY_POINTS = 27


def _page_of_progress(request: HttpRequest, pending: StillMeasuredError) -> HttpResponse:
    """The page with how far the workers are in place of the picture."""
    found, question = pending.map, pending.question
    context = {
        **shell_context(user=reader_of(request), workspace=found.workspace),
        **controls_context(found, question, measure=question.measure or Measure.DOLLARS),
        **progress_context(pending),
    }
    return render(request, "valuestream/map/page.html", context)


@login_required
@require_GET
def maps(request: HttpRequest, workspace: str) -> HttpResponse:
    """The map that follows the workflow, or all of the workspace's maps (`?all=1`)."""
    reader = reader_of(request)
    place = get_workspace_for(user=reader, workspace=workspace, action=Action.VIEW)
    found = list(list_maps(workspace=place).order_by("name")[:200])
    first = next((one for one in found if one.follows_workflow), None)
    if first is not None and "all" not in request.GET:
        address = reverse("map", args=[place.key, first.pk])
        return redirect(f"{address}?{request.GET.urlencode()}" if request.GET else address)
    context = {**shell_context(user=reader, workspace=place), "maps": found, "held": held_now(maps=found)}
    return render(request, "valuestream/maps.html", context)


@login_required
@require_GET
@progress_instead(_page_of_progress)
def map_page(request: HttpRequest, workspace: str, map_id: int) -> HttpResponse:
    """A map as its address asks for it: as of when, over which window, on which clock, in dollars or items."""
    try:
        found, question = _asked(request, workspace, map_id)
    except InvalidInput as refused:
        return _ask_again(request, workspace, map_id, refused)
    context = shell_context(user=reader_of(request), workspace=found.workspace)
    if first_day(map=found) is None:
        return render(request, "valuestream/map/empty.html", {**context, "map": found})
    picture = picture_context(found, question)
    controls = controls_context(found, question, measure=picture["picture"].measure)
    return render(request, "valuestream/map/page.html", {**context, **picture, **controls})


def _ask_again(request: HttpRequest, workspace: str, map_id: int, refused: InvalidInput) -> HttpResponse:
    """The page's controls with the filter as it was written and what is wrong with it; other questions are refused."""
    if set(refused.errors) != {"filter"}:
        raise refused
    reader, values = reader_of(request), request.GET.dict()
    found = find_map(request, workspace, map_id)
    question = read_map_question(values={**values, "filter": ""}, workspace=found.workspace, now=utc_now())
    context = {
        **shell_context(user=reader, workspace=found.workspace),
        **controls_context(found, question, measure=question.measure or Measure.DOLLARS),
        "filter_text": values["filter"],
        "filter_problem": " ".join(refused.errors["filter"]),
    }
    return render(request, "valuestream/map/page.html", context, status=400)


@login_required
@require_GET
def map_summary(request: HttpRequest, workspace: str) -> HttpResponse:
    """What the workspace's first map holds now and where it is stuck, for the home page."""
    reader = reader_of(request)
    place = get_workspace_for(user=reader, workspace=workspace, action=Action.VIEW)
    found = list_maps(workspace=place).order_by("pk").first()
    context: dict[str, Any] = {"workspace": place, "map": found}
    if found is not None and first_day(map=found) is not None:
        question = read_map_question(values={}, workspace=place, now=utc_now())
        context["picture"] = picture_maker(found, question, stream=stream_of(found, question)).picture()
    return render(request, "valuestream/map/summary.html", context)


@login_required
@require_GET
@progress_instead(progress_fragment)
def map_picture(request: HttpRequest, workspace: str, map_id: int) -> HttpResponse:
    """The picture alone: after a change, and while the past is replayed."""
    found, question = _asked(request, workspace, map_id)
    context = shell_context(user=reader_of(request), workspace=found.workspace)
    return render(request, "valuestream/map/picture.html", {**context, **picture_context(found, question)})


@login_required
@require_GET
def map_history(request: HttpRequest, workspace: str, map_id: int) -> HttpResponse:
    """What was held over the days the slider reaches, as a line behind it."""
    found, question = _asked(request, workspace, map_id)
    replay, where = replay_of(found, question), question.asked.where
    history = (
        held_history(map=found, now=question.now, since=replay.first, points=HISTORY_POINTS, where=where)
        if replay
        else []
    )
    in_items = question.measure is Measure.ITEMS or not any(day.value for day in history)
    drawing = draw_history(history, in_items=in_items)
    context = {"drawing": drawing, "in_items": in_items, "workspace": found.workspace}
    return render(request, "valuestream/map/history.html", context)


@login_required
@require_GET
@progress_instead(back_to_page)
def map_export(request: HttpRequest, workspace: str, map_id: int) -> HttpResponse:
    """Every figure as CSV: plain numbers, durations in seconds."""
    found, question = _asked(request, workspace, map_id)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    name = f"{found.workspace.key.lower()}-map-{question.day:%Y-%m-%d}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    writer = csv.writer(response)
    writer.writerow(headings())
    for name, *figures in export_rows(stream_of(found, question)):
        writer.writerow([harmless(name), *figures])
    return response


@login_required
@require_GET
@progress_instead(ask_in_a_moment)
def map_evidence(request: HttpRequest, workspace: str, map_id: int) -> HttpResponse:
    """How a figure came to be: `?metric=`, of a `stage`, of a `block`, or of the whole stream."""
    found, question = _asked(request, workspace, map_id)
    word = request.GET.get("metric", "")
    metric, numbers = read_metric(word), numbers_of(found.workspace, question.clock)
    at = place_of(request)
    stream = stream_of(found, question)
    place = find_place(stream, stage_id=at.stage_id, block_id=at.block_id)
    counted = visits_counted(
        map=found, now=question.now, asked=question.asked, place=at, counting=metric.counting, weight=metric.weight
    )
    context: dict[str, Any] = {
        "workspace": found.workspace, "question": question, "metric": metric, "place": place, "counted": counted,
        "figure": figure_text(word, place, numbers),
        "filled": filled_in(word, place, numbers, weeks=question.weeks),
        "parts": parts_of(word, place, numbers),
        "lines": visit_lines(counted.rows, metric, numbers),
        "left_out": left_out(metric, counted.unvalued, stream),
        "signs": other_signs(place, stream),
        "items_url": MapAddresses(found, question).items(at, only_waiting=metric.counting is Counting.WAITING)
        if metric.counting in (Counting.OPEN, Counting.WAITING)
        else "",
    }  # fmt: skip
    return render(request, "valuestream/map/evidence.html", context)


@login_required
@require_GET
def story_flow(request: HttpRequest, workspace: str, key: str) -> HttpResponse:
    """The strip of a story's way through the stream, for its page."""
    reader = reader_of(request)
    story = get_story_for(user=reader, workspace=workspace, key=key, action=Action.VIEW)
    strip = story_strip(story=story, now=utc_now())
    context = {"workspace": story.workspace, "story": story, "strip": strip, "parts": draw_strip(strip)}
    return render(request, "valuestream/story_flow.html", context)


def _asked(request: HttpRequest, workspace: str, map_id: int) -> tuple[Map, MapQuestion]:
    """The map, with permission, and the question of the address."""
    return asked_of(request, find_map(request, workspace, map_id))
