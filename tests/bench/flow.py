"""Measuring maps over logs of any length: by one process a range of stories at a time, and by workers together."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator

from common.clock import utc_now
from tests.bench.flow_log import make_flow
from tests.bench.measuring import forget_peak_memory, measure
from tests.bench.workers import Workers
from valuestream.domain.vocabulary import Clock
from valuestream.models import Map, Study
from valuestream.selectors.asking import Question
from valuestream.selectors.maps import get_default_map
from valuestream.selectors.metrics import compute_metrics
from valuestream.services.studies import ask_study

WHOLE_HISTORY_DAYS = 3_650
LONGEST_SECONDS = 600


def measure_flow(transitions: int, only: set[str]) -> Iterator[str]:
    """Recompute a map over its whole history: in this process, and as a study by one worker and by two."""
    bench, moved = make_flow(f"F{transitions}", transitions=transitions)
    map_ = get_default_map(workspace=bench.workspace)
    if "stage_metrics" in only:
        forget_peak_memory()
        yield measure("stage_metrics", n=transitions, operation=lambda _: recompute(map_), repeat=3, transitions=moved)
    if "stage_metrics_workers" in only:
        for count in (1, 2):
            yield _study(map_, count, n=transitions, transitions=moved)


def recompute(map_: Map) -> None:
    """Compute the metrics of the whole history on the 24x7 clock, as the worker does after a change."""
    now = utc_now()
    compute_metrics(map=map_, as_of=now, is_past=False, window_days=WHOLE_HISTORY_DAYS, clocks=[Clock.ALWAYS], now=now)


def _study(map_: Map, count: int, *, n: int, transitions: int) -> str:
    """Ask, and wait for the answer: what a person who asks for the whole history waits for."""
    Study.objects.filter(map=map_).delete()
    with Workers(count) as workers:
        before, began = workers.cpu_seconds(), time.perf_counter()
        study = ask_study(map=map_, asked=Question(window_days=WHOLE_HISTORY_DAYS), user_id=None, now=utc_now()).study
        while study.answer is None:
            if time.perf_counter() - began > LONGEST_SECONDS:
                raise AssertionError(f"no answer after {LONGEST_SECONDS} seconds")
            time.sleep(0.05)
            study.refresh_from_db()
        seconds = time.perf_counter() - began
        cpu = [after - then for after, then in zip(workers.cpu_seconds(), before, strict=True)]
        return json.dumps(
            {
                "name": "stage_metrics_workers",
                "n": n,
                "transitions": transitions,
                "workers": count,
                "seconds": round(seconds, 1),
                "cpu_seconds": [round(one, 1) for one in cpu],
                "peak_rss_mb": workers.peak_memory_mb(),
                "load": [round(load, 2) for load in os.getloadavg()],
            }
        )
