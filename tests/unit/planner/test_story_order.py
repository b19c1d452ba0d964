"""When units are finished if a team works stories from top to bottom and takes the next ready one."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from planner.domain.ordering.story_order import completion_of_story_order
from planner.domain.scoring import Backlog, completion_of_order
from planner.domain.sequencing import plan_order, plan_stories
from tests.unit.planner.instances import backlog, instances


def test_a_unit_is_finished_with_its_last_required_story() -> None:
    listed = backlog([1, 2, 4, 8], [0, 1, 0, 0], [1, 1], optional=(3,))
    assert completion_of_story_order(listed, np.array([3, 0, 1, 2])).tolist() == [15, 11]


def test_a_story_that_is_not_ready_waits_and_the_next_ready_one_is_taken() -> None:
    listed = backlog([1, 2, 4], [0, 1, 2], [1, 1, 1], [(2, 0)])
    assert completion_of_story_order(listed, np.array([0, 1, 2])).tolist() == [7, 2, 6]


def test_as_soon_as_it_is_ready_it_is_taken_before_what_stands_below() -> None:
    listed = backlog([1, 2, 4], [0, 1, 2], [1, 1, 1], [(1, 0)])
    assert completion_of_story_order(listed, np.array([0, 1, 2])).tolist() == [3, 2, 7]


def test_a_unit_without_open_required_stories_is_never_finished() -> None:
    listed = backlog([1, 2], [0, 1], [1, 1, 1], done=(1,))
    assert np.isnan(completion_of_story_order(listed, np.array([1, 0]))).tolist() == [False, True, True]


def test_stories_missing_from_the_order_come_last() -> None:
    assert completion_of_story_order(backlog([1, 2], [0, 1], [1, 1]), np.array([1])).tolist() == [3, 2]


@given(instances())
def test_worked_story_by_story_a_plan_costs_no_more_than_unit_by_unit(listed: Backlog) -> None:
    plan = plan_order(listed)
    completed = completion_of_story_order(listed, plan_stories(listed, plan))[plan.order]
    assert np.all(completed <= completion_of_order(listed, plan.order))
    earning = listed.cost_of_delay[plan.order] > 0
    assert completed[earning].tolist() == plan.completed_at[earning].tolist()


@given(instances(), st.permutations(range(8)))
def test_whatever_the_order_the_last_unit_is_not_finished_after_all_the_work(listed: Backlog, order: list[int]) -> None:
    stories = np.array([story for story in order if story < len(listed.points)])
    completed = completion_of_story_order(listed, stories)
    assert np.nanmax(np.append(completed, 0.0)) <= listed.counted_points.sum()
