"""The wall in the benchmark: its page, a card's move, and a crowd at it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from common.clock import utc_now
from planner.models import Sprint, Story, Task
from planner.services.sprints import create_sprint, start_sprint
from planner.services.tasks import create_task
from tests.bench.data import Bench

STORIES, TASKS = 40, 6
CROWD_SECONDS = 60.0
LEAST_CPU_SECONDS = 0.1


def hang(bench: Bench) -> Sprint:
    """A running sprint of forty stories with six tasks each, in the middle of the backlog; made once a workspace."""
    known = Sprint.objects.filter(workspace=bench.workspace, name="Wall").first()
    if known is not None:
        return known
    today = utc_now().date()
    sprint = create_sprint(
        workspace=bench.workspace,
        name="Wall",
        start_date=today - timedelta(days=3),
        end_date=today + timedelta(days=10),
        actor=bench.actor,
        now=utc_now(),
    )
    middle = Story.objects.filter(workspace=bench.workspace).order_by("pk").values_list("pk", flat=True)
    chosen = list(middle[middle.count() // 2 :][:STORIES])
    Story.objects.filter(pk__in=chosen).update(sprint=sprint)
    for story in Story.objects.filter(pk__in=chosen).select_related("workspace"):
        for number in range(TASKS):
            hours = Decimal(number)
            create_task(story=story, title=f"Task {number}", hours_estimated=hours, actor=bench.actor, now=utc_now())
    return start_sprint(sprint=sprint, actor=bench.actor, now=utc_now())


def board_load(bench: Bench, api: Any) -> Callable[[int], Any]:
    """Open the wall, by turns of tasks and of stories."""
    sprint = hang(bench)
    base = f"/w/{bench.workspace.key}/wall/?sprint={sprint.pk}"
    return lambda number: api.get(f"{base}&view={('tasks', 'stories')[number % 2]}")


def task_move(bench: Bench, api: Any) -> Callable[[int], Any]:
    """Move a card to the next column, as dropping it does."""
    ids = list(Task.objects.filter(story__sprint=hang(bench)).order_by("pk").values_list("pk", flat=True))
    states = ("IN_PROGRESS", "DONE")
    base = f"/w/{bench.workspace.key}/wall/tasks"
    return lambda number: api.form(f"{base}/{ids[number]}/", {"state": states[number % 2], "was_state": "TODO"})


def wall_crowd() -> Iterator[str]:
    """Thirty people on one wall for a minute, against the shipped topology on the benchmark's PostgreSQL."""
    from tests.services.production import producing
    from tests.services.stacks import new_database
    from tests.services.wall_crowd import BROWSERS, CLIENTS, run_crowd

    with TemporaryDirectory(prefix="millrace-crowd-") as name, new_database(os.environ["DATABASE_URL"]) as url:
        folder = Path(name)
        folder.chmod(0o755)
        with producing(folder, database_url=url) as production:
            outcome = run_crowd(production, seconds=CROWD_SECONDS)
    tally = outcome.tally
    yield json.dumps(
        {
            "name": "wall_crowd",
            "n": CLIENTS + BROWSERS,
            "moves": tally.accepted,
            "conflicts": tally.conflicts,
            "errors": len(tally.errors),
            "lost": tally.accepted - outcome.moves_in_versions,
            "screens_agree": all(screen == outcome.stored for screen in outcome.screens),
            "p50_ms": tally.percentile_ms(0.5),
            "p95_ms": tally.percentile_ms(0.95),
            "cpu_s": {part: spent for part, spent in outcome.cpu.items() if spent >= LEAST_CPU_SECONDS},
            "load": [round(load, 2) for load in os.getloadavg()],
        }
    )
