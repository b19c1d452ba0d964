"""The operations, each on data of its own size; every one goes through the same doors as people and clients."""

from __future__ import annotations

import json
import math
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import redis
from django.conf import settings
from django.core.files import File

from common.clock import utc_now
from common.jobs.models import Job, JobState
from common.jobs.runner import run as run_job
from integrations.services.uploads import start_import
from planner.models import Story, StoryEvent
from tests.bench import flow, kanban, wall, work
from tests.bench.api import Api
from tests.bench.data import Bench, fill_backlog, fill_log, make_bench
from tests.bench.forecast import measure_forecasts
from tests.bench.jira_export import write_jira_export
from tests.bench.measuring import measure, peak_memory_mb, report, sampled
from tests.bench.pages import PAGE_OPERATIONS
from tests.bench.sequence import measure_sequence
from tests.bench.sprint_certificate import measure_sprint_certificate
from tests.bench.sprint_plan import measure_sprint_plan
from tests.bench.what_if import measure_what_if
from tests.bench.workers import Workers
from valuestream.models import Snapshot

DRAGS = 40

BACKLOG = (
    "backlog_first_page",
    "backlog_last_page",
    "backlog_page",
    "backlog_jump",
    *PAGE_OPERATIONS,
    "move_top",
    "move_middle",
    "card_move",
    "board_load",
    "task_move",
    "kanban_load",
    "kanban_move",
    "panels_load",
    "panel_drop",
    "create_one",
    "create_1000",
    "one_gap",
)


def run(*, only: set[str], sizes: dict[str, list[int]]) -> Iterator[str]:
    """Yield a JSON line for every operation asked for."""
    if only & set(BACKLOG):
        for n in sizes["stories"]:
            yield from _backlog(n, only)
    if only & {"stage_metrics", "stage_metrics_workers", "map_page", "drag_to_map"}:
        for n in sizes["transitions"]:
            yield from _map(n, only)
    if "what_if" in only:
        for n in sizes["transitions"]:
            yield from measure_what_if(n)
    yield from _of_their_own(only, sizes)
    yield from measure_forecasts(only, sizes["forecasts"])


def _of_their_own(only: set[str], sizes: dict[str, list[int]]) -> Iterator[str]:
    if "jira_import" in only:
        for n in sizes["issues"]:
            yield _jira_import(n)
    if "sequence" in only:
        for n in sizes["backlogs"]:
            yield from measure_sequence(n)
    if "wall_crowd" in only:
        yield from wall.wall_crowd()
    for n in sizes["sprints"]:
        yield from _sprints(n, only)


def _sprints(n: int, only: set[str]) -> Iterator[str]:
    if "sprint_plan" in only:
        yield from measure_sprint_plan(n)
    if "sprint_certificate" in only:
        yield from measure_sprint_certificate(n)


def _backlog(n: int, only: set[str]) -> Iterator[str]:
    bench = make_bench(f"B{n}")
    fill_backlog(bench, stories=n)
    api = Api(bench)
    repeat = 20
    for name, prepare in _BACKLOG_OPERATIONS.items():
        if name in only:
            yield measure(name, n=n, operation=prepare(bench, api), repeat=repeat)
    if "create_1000" in only:
        yield measure("create_1000", n=n, operation=_create_1000(api), repeat=3)
    if "one_gap" in only:
        yield _one_gap(bench, api, n)


def _first_page(bench: Bench, api: Api) -> Callable[[int], Any]:
    return lambda _: api.get("/api/v1/backlog/?lens=manual")


def _people_page(bench: Bench, api: Api) -> Callable[[int], Any]:
    return lambda _: api.get(f"/w/{bench.workspace.key}/backlog/")


def _jump(bench: Bench, api: Api) -> Callable[[int], Any]:
    middle = Story.objects.filter(workspace=bench.workspace).count() // 2
    return lambda number: api.get(f"/w/{bench.workspace.key}/backlog/?part=lines&at={middle + 100 * number}")


def _last_page(bench: Bench, api: Api) -> Callable[[int], Any]:
    url, last = "/api/v1/backlog/?lens=manual&limit=500", ""
    while url:
        last, url = url, api.get(url).json()["next"]
    return lambda _: api.get(last.replace("limit=500", "limit=100"))


def _open_ids(bench: Bench) -> list[int]:
    return list(Story.objects.filter(workspace=bench.workspace).order_by("rank").values_list("pk", flat=True))


def _move_top(bench: Bench, api: Api) -> Callable[[int], Any]:
    ids = _open_ids(bench)
    return lambda number: api.post(f"/api/v1/stories/{ids[-1 - number]}/move/", {"to": "top"})


def _move_middle(bench: Bench, api: Api) -> Callable[[int], Any]:
    ids = _open_ids(bench)
    middle = ids[len(ids) // 2]
    return lambda number: api.post(f"/api/v1/stories/{ids[-60 - number]}/move/", {"after": middle})


def _card_move(bench: Bench, api: Api) -> Callable[[int], Any]:
    ids, states = _open_ids(bench), [state.pk for state in bench.states]
    return lambda number: api.post(f"/api/v1/stories/{ids[number]}/transition/", {"state": states[2 + number % 2]})


def _create_one(bench: Bench, api: Api) -> Callable[[int], Any]:
    key = bench.workspace.key
    return lambda number: api.post("/api/v1/stories/", {"workspace": key, "title": f"New story {number}", "points": 3})


_BACKLOG_OPERATIONS: dict[str, Callable[[Bench, Api], Callable[[int], Any]]] = {
    "backlog_first_page": _first_page,
    "backlog_last_page": _last_page,
    "backlog_page": _people_page,
    "backlog_jump": _jump,
    **PAGE_OPERATIONS,
    "move_top": _move_top,
    "move_middle": _move_middle,
    "card_move": _card_move,
    "board_load": wall.board_load,
    "task_move": wall.task_move,
    "kanban_load": kanban.kanban_load,
    "kanban_move": kanban.kanban_move,
    "panels_load": work.panels_load,
    "panel_drop": work.panel_drop,
    "create_one": _create_one,
}


def _create_1000(api: Api) -> Callable[[int], Any]:
    rows = [{"title": f"Story {number} of a thousand", "points": number % 8} for number in range(1_000)]
    return lambda _: api.post("/api/v1/stories/bulk/", rows)


def _one_gap(bench: Bench, api: Api, n: int) -> str:
    ids = _open_ids(bench)
    anchor, movers = ids[0], ids[1:1001]
    with sampled() as sample:
        for mover in movers:
            api.post(f"/api/v1/stories/{mover}/move/", {"after": anchor})
    order = _open_ids(bench)
    is_strict = order[: len(movers) + 1] == [anchor, *reversed(movers)]
    return report("one_gap", n=n, samples=[sample], drops=len(movers), strict_order=is_strict)


def _map(n: int, only: set[str]) -> Iterator[str]:
    from valuestream.selectors.maps import get_default_map
    from valuestream.services.snapshots import refresh_live

    if only & {"stage_metrics", "stage_metrics_workers"}:
        yield from flow.measure_flow(n, only)
    if not only & {"map_page", "drag_to_map"}:
        return
    bench = make_bench(f"M{n}")
    fill_log(bench, transitions=n)
    api = Api(bench)
    map_ = get_default_map(workspace=bench.workspace)
    if "map_page" in only:
        refresh_live(map=map_, now=utc_now())  # the worker's part
        yield measure("map_page", n=n, operation=lambda _: api.get(f"/api/v1/maps/{map_.pk}/metrics/"), repeat=5)
    if "drag_to_map" in only:
        yield _drag_to_map(bench, api, map_.pk, n)


def _drag_to_map(bench: Bench, api: Api, map_id: int, n: int) -> str:
    """Measure from a transition until the stored snapshot knows it, computed by a Celery worker of its own."""

    _forget_queued_jobs()
    states = [state.pk for state in bench.states]
    ids = _open_ids(bench)[:DRAGS]
    waits = []
    with Workers(1, slots=2):
        for number, story_id in enumerate(ids):
            began = time.perf_counter()
            api.post(f"/api/v1/stories/{story_id}/transition/", {"state": states[2 + number % 2]})
            newest = (
                StoryEvent.objects.filter(workspace=bench.workspace).order_by("-pk").values_list("pk", flat=True)[0]
            )
            deadline = began + 60
            while not Snapshot.objects.filter(map_id=map_id, kind="LIVE", log_position__gte=newest).exists():
                if time.perf_counter() > deadline:
                    raise AssertionError("the worker has not stored a snapshot within a minute")
                time.sleep(0.02)
            waits.append(round(time.perf_counter() - began, 2))
    p95 = sorted(waits)[math.ceil(0.95 * len(waits)) - 1]
    return json.dumps({"name": "drag_to_map", "n": n, "runs": len(waits), "seconds": waits, "p95_seconds": p95})


def _forget_queued_jobs() -> None:
    """What the operations before have queued is not this operation's work."""
    redis.Redis.from_url(os.environ["REDIS_URL"]).flushdb()
    Job.objects.filter(state=JobState.QUEUED).update(state=JobState.CANCELLED)


def _jira_import(issues: int) -> str:
    """Import an export as the worker does: the upload is stored, the job read in batches."""
    bench = make_bench(f"J{issues}")
    path = Path(settings.MILLRACE_HOME) / "export.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    transitions = write_jira_export(path, issues=issues)
    with path.open("rb") as file:
        _, job = start_import(
            workspace=bench.workspace,
            file=File(file, name=path.name),
            format_name="jira",
            user=bench.user,
            now=utc_now(),
        )
    before = peak_memory_mb()
    with sampled() as sample:
        run_job(job_id=job.pk)
    job.refresh_from_db()
    return report(
        "jira_import",
        n=issues,
        samples=[sample],
        state=job.state,
        transitions=transitions,
        transitions_per_second=round(transitions / (sample.wall_ms / 1000)),
        file_mb=round(path.stat().st_size / 1e6, 1),
        peak_rss_mb_before=before,
        result=job.result,
    )
