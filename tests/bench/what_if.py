"""Measuring what-if: the first question of a map, whose past has to be read, and every one after it."""

from __future__ import annotations

from collections.abc import Iterator

from django.core.cache import cache

from common.clock import utc_now
from tests.bench.flow_log import make_flow
from tests.bench.measuring import measure
from valuestream.models import Map, Stage
from valuestream.selectors.maps import get_default_map
from valuestream.selectors.what_if import Answered, answer_what_if, fit_map
from valuestream.selectors.what_if_levers import Levers

WINDOW_DAYS = 90
PEOPLE = 12


def measure_what_if(transitions: int) -> Iterator[str]:
    """One person more in a stage of twelve stages' map, its past read and kept."""
    bench, moved = make_flow(f"W{transitions}", transitions=transitions)
    map_ = get_default_map(workspace=bench.workspace)
    Stage.objects.filter(map=map_).update(staffed=PEOPLE)
    map_ = get_default_map(workspace=bench.workspace)
    yield measure("what_if_first", n=transitions, operation=lambda _: _ask_first(map_), repeat=3, transitions=moved)
    answered = ask(map_)
    yield measure(
        "what_if", n=transitions, operation=lambda _: ask(map_), repeat=5, played=answered.runs, weeks=answered.weeks
    )


def _ask_first(map_: Map) -> None:
    cache.clear()
    ask(map_)


def ask(map_: Map) -> Answered:
    """Ask for one person more in the first stage of work, as a turned knob does."""
    fitted = fit_map(map=map_, now=utc_now(), window_days=WINDOW_DAYS)
    return answer_what_if(fitted=fitted, levers=Levers(people={fitted.stages[0].pk: PEOPLE + 1}))
