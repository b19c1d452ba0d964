"""What-if: a map's own past as a network of queues, and what a change of people, limits or arrivals would bring.

Loaded a range of stories at a time, as metrics are, and fitted; of each stage at most a fixed number of times is kept.
A fitted stream is kept until the log goes on, so that turning the knobs costs no second reading.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from hashlib import sha256

import numpy as np
from django.core.cache import cache
from django.db.models import Q

from common.errors import NotFound
from planner.domain.arrays import BoolArray
from planner.domain.vocabulary import StateCategory
from valuestream.domain.calendar import EveryHour
from valuestream.domain.spans import Spans
from valuestream.domain.stage_metrics import FlowQuestion
from valuestream.domain.what_if.draws import RUNS, draw
from valuestream.domain.what_if.fitting import Fit, StationFit, fit, join_observed, observe, place_stages
from valuestream.domain.what_if.judging import Further, Judged, judge, judge_further
from valuestream.domain.what_if.stream import RELEASING, Scenario
from valuestream.models import Map, Stage
from valuestream.selectors.loading import load_range
from valuestream.selectors.maps import Layout
from valuestream.selectors.measuring import open_measuring
from valuestream.selectors.what_if_levers import Levers
from valuestream.selectors.work_items import mean_story_cost, newest_estimate_id, newest_event_id

FEWEST_DEPARTURES = 8
"""A stage that fewer stories left in the window says too little for a verdict."""
FURTHER = 3
"""So many people more, one after another, are priced."""
MOST_STEPS = 6_000
"""A busy stream is played for fewer weeks, so that an answer stays quick."""
MOST_CELLS = 6_000_000
"""Rows times stations times stories that are held at a time: bounds memory."""
MOST_ROW_STEPS = 600_000
FEWEST_RUNS = 40
KEPT_SECONDS = 3_600
_COSTED = 2_000


@dataclass(frozen=True)
class FittedMap:
    """A map's network, with the stages its stations are and those whose stories wait for each.

    `station_of`: by id of every stage in the stream the station that it is, or is the line of.
    `done_ids`: stories delivered in the window, at most so many as are costed. `cost_per_week` None: what work costs
    is not known.
    """

    fit: Fit
    stages: tuple[Stage, ...]
    waiting: tuple[tuple[str, ...], ...]
    station_of: dict[int, int]
    released_after: tuple[str, ...]
    as_of: datetime
    window_days: int
    done_ids: tuple[int, ...]
    cost_per_week: Decimal | None = None

    @property
    def arrivals_per_week(self) -> float:
        """Stories that came into the stream a week."""
        return self.fit.arrivals / (self.window_days / 7)

    @property
    def stage_ids(self) -> frozenset[int]:
        """Ids of the stages that have people."""
        return frozenset(stage.pk for stage in self.stages)


def fit_map(
    *,
    map: Map,  # noqa: A002 - the product's word
    now: datetime,
    as_of: datetime | None = None,
    window_days: int,
    where: Q | None = None,
) -> FittedMap:
    """Return a fetched map's network as its past of so many days says, kept until the log goes on.

    Raises NotFound where no stage has work in it.
    """
    if where is not None or as_of is not None:
        fitted = _fit(map, as_of or now, window_days, where=where, is_past=as_of is not None)
    else:
        fitted = _kept_fit(map, now, window_days)
    return replace(fitted, cost_per_week=_cost_per_week(map, fitted))


def _kept_fit(map_: Map, now: datetime, window_days: int) -> FittedMap:
    """The present one, read anew once the log, the estimates, the map or the hour went on."""
    stages = [
        (stage.pk, stage.name, stage.staffed, [(b.pk, b.kind, [m.state_id for m in b.mappings.all()]) for b in blocks])
        for stage in map_.stages.all()
        for blocks in [stage.blocks.all()]
    ]
    log = newest_event_id(workspace_id=map_.workspace_id), newest_estimate_id(workspace_id=map_.workspace_id)
    shape = (
        map_.pk,
        map_.created_at,
        map_.wait_rule,
        map_.filter_text,
        stages,
        window_days,
        log,
        now.strftime("%Y-%m-%dT%H"),
    )
    key = f"what-if:{sha256(repr(shape).encode()).hexdigest()}"
    kept: FittedMap | None = cache.get(key)
    if kept is None:
        kept = _fit(map_, now, window_days, where=None, is_past=False)
        cache.set(key, kept, KEPT_SECONDS)
    return kept


def _fit(map_: Map, as_of: datetime, window_days: int, *, where: Q | None, is_past: bool) -> FittedMap:
    measuring = open_measuring(map=map_, as_of=as_of, is_past=is_past, window_days=window_days, where=where)
    layout, source = measuring.layout, measuring.source
    places = place_stages(measuring.stream_map, _dropped(layout))
    if not len(places.stations):
        raise NotFound("No stage of this map has work in it, only waiting; change a block's kind to work.")
    question = FlowQuestion(source.window_start, source.as_of, EveryHour(), Spans.none())
    parts = []
    for stories in measuring.ranges():
        flow = load_range(source, stories)
        asked = FlowQuestion(source.window_start, source.as_of, EveryHour(), flow.blocked, flow.begun)
        parts.append(observe(flow.visits, measuring.stream_map, asked, places))
    observed = join_observed(parts)
    fitted = fit(observed, source.items, question, places, measuring.stream_map.staffed)
    stages = tuple(layout.stages[one.stage] for one in fitted.stations)
    return FittedMap(
        fitted,
        stages,
        tuple(_names(layout, places.of_stage == at, but=stage) for at, stage in enumerate(stages)),
        {stage.pk: int(at) for stage, at in zip(layout.stages, places.of_stage, strict=True) if at >= 0},
        _names(layout, places.of_stage == RELEASING),
        as_of,
        window_days,
        tuple(int(source.story_ids[story]) for story in observed.done_story[:_COSTED]),
    )


def _dropped(layout: Layout) -> BoolArray:
    """Stages of nothing but cancelled stories."""
    cancelled = StateCategory.CANCELLED.value
    categories = [
        {state.category for _, placed in layout.blocks_of(at) for state in placed.states}
        for at in range(len(layout.stages))
    ]
    return np.array([found == {cancelled} for found in categories], dtype=np.bool_)


def _names(layout: Layout, chosen: BoolArray, but: Stage | None = None) -> tuple[str, ...]:
    return tuple(stage.name for stage, is_one in zip(layout.stages, chosen, strict=True) if is_one and stage != but)


def _cost_per_week(map_: Map, fitted: FittedMap) -> Decimal | None:
    """What a person's week costs: what the delivered stories cost a week, by everybody who worked on them."""
    people = sum(one.people for one in fitted.fit.stations)
    if not people or not fitted.done_ids:
        return None
    each = mean_story_cost(workspace=map_.workspace, story_ids=fitted.done_ids)
    if each is None:
        return None
    return (each * fitted.fit.delivered * 7 / fitted.window_days / people).quantize(Decimal(1))


@dataclass(frozen=True)
class Answered:
    """An answer, what it was asked, and what one further person at a stage would bring."""

    fitted: FittedMap
    levers: Levers
    judged: Judged
    further: list[Further]
    weeks: int
    runs: int
    people: tuple[int, ...]
    cost_per_week: Decimal | None

    @property
    def is_changed(self) -> bool:
        """Whether anything is asked that differs from what is."""
        today = self.fitted.fit.stream.as_is
        return self.people != today.people or bool(self.levers.wip_limits) or bool(self.levers.batch)

    @property
    def thin(self) -> list[int]:
        """Stations the verdict rests on that too few stories left to say anything."""
        today = self.fitted.fit.stream.as_is.people
        rest_on = {at for at, people in enumerate(self.people) if people != today[at]}
        found = self.judged.bottleneck
        rest_on |= set() if found is None else {found}
        return [at for at in sorted(rest_on) if self.fitted.fit.stations[at].departures < FEWEST_DEPARTURES]

    def station(self, at: int) -> StationFit:
        """What is known of a station."""
        return self.fitted.fit.stations[at]


def answer_what_if(*, fitted: FittedMap, levers: Levers) -> Answered:
    """Play what is and what would be, and judge it. The same question has the same answer."""
    stream, stages = fitted.fit.stream, fitted.stages
    people = tuple(levers.people.get(stage.pk, now) for stage, now in zip(stages, stream.as_is.people, strict=True))
    limits = tuple(levers.wip_limits.get(stage.pk) for stage in stages)
    is_people_or_limit = people != stream.as_is.people or any(limit is not None for limit in limits)
    learning = float(levers.learning_weeks)
    as_is = Scenario(stream.as_is.people, stream.as_is.wip_limits, levers.batch if is_people_or_limit else 0, learning)
    what_if = Scenario(people, limits, levers.batch, learning)
    steps, begun_with = _further(as_is, what_if)
    scenarios = list(dict.fromkeys([as_is, what_if, begun_with, *(step for step, _, _ in steps)]))
    scenarios = [as_is, what_if, *(one for one in scenarios if one not in (as_is, what_if))]
    weeks = _weeks(fitted, levers.weeks)
    runs = _runs(fitted, len(scenarios), weeks, levers.batch)
    draws = draw(stream, weeks=weeks, batch=levers.batch, runs=runs)
    cost = levers.cost_per_person_week if levers.cost_per_person_week is not None else fitted.cost_per_week
    cents = None if cost is None else float(cost) * 100
    judged, outcomes = judge(stream, draws, scenarios, weeks=weeks, cost_per_week=cents)
    outcome_of = dict(zip(scenarios, outcomes, strict=False))
    chain = [(outcome_of[before], outcome_of[step]) for before, step in _pairs(begun_with, steps)]
    further = judge_further(
        chain, [(at, count) for _, at, count in steps], cost=None if cents is None else cents * weeks
    )
    return Answered(fitted, levers, judged, further, weeks, runs, people, cost)


_Step = tuple[Scenario, int, int]


def _further(as_is: Scenario, what_if: Scenario) -> tuple[list[_Step], Scenario]:
    """The people to price: one after another where one stage gains most, else one more in each stage."""
    gains = [then - now for then, now in zip(what_if.people, as_is.people, strict=True)]
    at = max(range(len(gains)), key=gains.__getitem__)
    if gains[at] <= 0:
        return [
            (what_if.with_people(one, people + 1), one, people + 1) for one, people in enumerate(what_if.people)
        ], what_if
    begin = what_if.with_people(at, as_is.people[at])
    counts = [as_is.people[at] + more for more in range(1, max(FURTHER, min(gains[at], FURTHER + 2)) + 1)]
    return [(what_if.with_people(at, count), at, count) for count in counts], begin


def _pairs(begin: Scenario, steps: Sequence[_Step]) -> list[tuple[Scenario, Scenario]]:
    """Each step with what it is compared to: the one before in the same stage, else the beginning."""
    pairs, before = [], (begin, -1)
    for step, at, _ in steps:
        pairs.append((before[0] if before[1] == at else begin, step))
        before = (step, at)
    return pairs


def _steps_a_week(fitted: FittedMap) -> float:
    """How much happens in the stream in a week: stories that come, and pieces of work that end."""
    ended = sum(one.departures for one in fitted.fit.stations) * 7 / fitted.window_days
    return max(1.0, ended + fitted.arrivals_per_week)


def _weeks(fitted: FittedMap, asked: int) -> int:
    """As many weeks as asked, fewer where so much happens in them that an answer would take long."""
    return int(max(1, min(asked, MOST_STEPS // _steps_a_week(fitted))))


def _runs(fitted: FittedMap, scenarios: int, weeks: int, batch: int) -> int:
    """As many runs as an answer within a second allows: fewer for a busy stream, whose luck evens out by itself."""
    stories = len(fitted.fit.stream.open_work) + fitted.arrivals_per_week * weeks + batch + 1
    by_memory = MOST_CELLS / (scenarios * len(fitted.stages) * stories)
    by_steps = MOST_ROW_STEPS / (scenarios * (weeks * _steps_a_week(fitted) + batch))
    return int(np.clip(min(by_memory, by_steps), FEWEST_RUNS, RUNS))
