"""Sums over closures, and the value that waits behind a story."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.domain.ordering import closures
from planner.domain.ordering.closures import closure_sums, unblocked_by_story
from planner.domain.scoring import Backlog


def random_backlog(seed: int, stories: int, units: int, edges: int) -> Backlog:
    random = np.random.default_rng(seed)
    ends = np.sort(random.integers(0, stories, (edges, 2)), axis=1)
    ends = ends[ends[:, 0] < ends[:, 1]]
    return Backlog(
        points=random.choice([1.0, 2.0, 3.0, np.nan], stories),
        is_required=random.random(stories) < 0.8,
        is_open=random.random(stories) < 0.8,
        capability_of_story=random.integers(-1, units, stories),
        prerequisite=ends[:, 0],
        dependent=ends[:, 1],
        cost_of_delay=np.where(random.random(units) < 0.8, random.integers(0, 90, units), np.nan),
    )


backlogs = st.builds(random_backlog, st.integers(0, 10_000), st.integers(1, 30), st.integers(1, 8), st.integers(0, 40))


def closures_of(backlog: Backlog) -> list[set[int]]:
    found = []
    for own in backlog.own_stories:
        closure, stack = set[int](), list(own)
        while stack:
            story = stack.pop()
            closure.add(story)
            stack.extend(set(backlog.open_prerequisites[story]) - closure)
        found.append(closure)
    return found


@given(backlogs)
def test_sums_are_those_of_each_closure_walked_alone(backlog: Backlog) -> None:
    measures = np.stack([backlog.counted_points, backlog.is_unestimated * 1.0], axis=1)
    expected = [measures[sorted(closure)].sum(axis=0) for closure in closures_of(backlog)]
    np.testing.assert_allclose(closure_sums(backlog, measures), expected)


@given(backlogs)
def test_what_waits_behind_a_story_is_what_cannot_be_finished_without_it(backlog: Backlog) -> None:
    waiting = np.zeros(len(backlog.points))
    for unit, closure in enumerate(closures_of(backlog)):
        for story in closure - set(backlog.own_stories[unit]):
            waiting[story] += np.nan_to_num(backlog.cost_of_delay[unit])
    np.testing.assert_allclose(unblocked_by_story(backlog), waiting)


def test_batches_give_what_one_sweep_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    backlog = random_backlog(5, 200, 40, 300)
    measures = backlog.counted_points[:, None]
    whole, waiting = closure_sums(backlog, measures), unblocked_by_story(backlog)
    monkeypatch.setattr(closures, "BATCH", 7)
    np.testing.assert_allclose(closure_sums(backlog, measures), whole)
    np.testing.assert_allclose(unblocked_by_story(backlog), waiting)
