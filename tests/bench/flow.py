"""Measuring maps over logs of any length: by one worker, a range of stories at a time."""

from __future__ import annotations

from common.clock import utc_now
from tests.bench.flow_log import make_flow
from tests.bench.measuring import forget_peak_memory, measure
from valuestream.domain.vocabulary import Clock
from valuestream.models import Map
from valuestream.selectors.maps import get_default_map
from valuestream.selectors.metrics import compute_metrics

WHOLE_HISTORY_DAYS = 3_650


def stage_metrics(transitions: int) -> str:
    """Recompute a map over its whole history on one worker."""
    bench, moved = make_flow(f"F{transitions}", transitions=transitions)
    map_ = get_default_map(workspace=bench.workspace)
    forget_peak_memory()
    return measure("stage_metrics", n=transitions, operation=lambda _: recompute(map_), repeat=3, transitions=moved)


def recompute(map_: Map) -> None:
    """Compute the metrics of the whole history on the 24x7 clock, as the worker does after a change."""
    now = utc_now()
    compute_metrics(map=map_, as_of=now, is_past=False, window_days=WHOLE_HISTORY_DAYS, clocks=[Clock.ALWAYS], now=now)
