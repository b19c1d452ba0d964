"""What a move costs, which rules it breaks, and why something is out."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from planner.domain.sprints.planning import (
    SprintInstance,
    fill_time,
    plan_sprints,
    price_move,
    price_placement,
    why_unplaced,
)
from planner.domain.sprints.pricing import CapacityExceeded, FinishChange, PrerequisiteLater
from planner.domain.sprints.reasons import (
    ChainTooLong,
    NoSprintHasRoom,
    NoTeam,
    NothingRequired,
    PrerequisiteOut,
    Reason,
    Skipped,
    StoryTooBig,
    TeamFull,
    WouldFit,
)
from tests.unit.planner.sprint_instances import sprint_instance, sprint_instances


def reason(instance: SprintInstance, capability: int) -> Reason:
    plan = plan_sprints(instance, iterations=20)
    return {one.capability: one.reason for one in why_unplaced(instance, plan)}[capability]


def test_moving_the_last_story_later_costs_a_sprint_of_its_capability() -> None:
    instance = sprint_instance([3, 3], [0, 0], [10], [[6, 6, 6]])
    price = price_move(instance, (0, 0), story=1, sprint=2)
    assert price.difference == -20
    assert price.changes == (FinishChange(0, 0, 2),)
    assert price.new_violations == ()


def test_a_move_that_breaks_rules_says_which() -> None:
    instance = sprint_instance([3, 4], [0, 0], [10], [[6, 6]], needs=[(0, 1)])
    assert price_move(instance, (0, 1), story=0, sprint=1).new_violations == (CapacityExceeded(0, 1, 1.0),)
    assert price_move(instance, (0, 1), story=0, sprint=-1).new_violations == (PrerequisiteLater(0, 1, -1, 1),)
    assert price_move(instance, (0, 1), story=1, sprint=0).new_violations == (CapacityExceeded(0, 0, 1.0),)


def test_another_team_s_prerequisite_in_the_same_sprint_is_too_late() -> None:
    instance = sprint_instance([1, 1], [0, 0], [10], [[6, 6], [6, 6]], [0, 1], [(0, 1)])
    assert price_placement(instance, (0, 0)).violations == (PrerequisiteLater(0, 1, 0, 0),)
    assert price_placement(instance, (0, 1)).violations == ()


def test_optional_stories_neither_earn_nor_delay() -> None:
    instance = sprint_instance([1, 1], [0, 0], [10], [[6, 6]], is_required=[True, False])
    assert price_placement(instance, (0, 1)).value == price_placement(instance, (0, -1)).value == 20


def test_a_sprint_that_is_not_there_is_refused() -> None:
    with pytest.raises(ValueError, match="names a sprint"):
        price_placement(sprint_instance([1], [0], [1], [[5]]), (1,))


def test_filling_by_time_takes_stories_as_they_come() -> None:
    instance = sprint_instance([5, 5, 5, 5], [0, 1, 1, 0], [10, 9], [[10, 10]])
    assert fill_time(instance) == (0, 0, 1, 1)
    assert fill_time(instance, backlog_order=[3, 2, 1, 0]) == (1, 1, 0, 0)
    assert price_placement(instance, fill_time(instance)).value == 19 < plan_sprints(instance, iterations=20).value


def test_a_story_larger_than_any_sprint_is_to_be_split() -> None:
    assert reason(sprint_instance([13], [0], [10], [[8, 5]]), 0) == StoryTooBig(0, 13, 8)


def test_a_story_that_is_too_big_for_another_capability_is_named_with_its_own() -> None:
    instance = sprint_instance([13, 1], [1, 0], [10, 9], [[8]], needs=[(0, 1)])
    assert reason(instance, 0) == PrerequisiteOut(0, 1, StoryTooBig(0, 13, 8))


def test_nobody_to_do_it_and_being_skipped_are_said() -> None:
    assert reason(sprint_instance([1], [0], [10], [[8]], [-1]), 0) == NoTeam(0)
    assert reason(sprint_instance([1], [0], [10], [[8]], skipped=[0]), 0) == Skipped(0)
    assert reason(sprint_instance([1], [-1], [10], [[8]]), 0) == NothingRequired()


def test_a_chain_over_more_hand_overs_than_sprints_is_named_in_order() -> None:
    instance = sprint_instance([1, 1, 1], [0, 0, 0], [10], [[8, 8], [8, 8]], [0, 1, 0], [(0, 1), (1, 2)])
    assert reason(instance, 0) == ChainTooLong((0, 1, 2), 3, 2)


def test_a_full_team_lacks_points_by_the_end() -> None:
    assert reason(sprint_instance([5, 4], [0, 1], [10, 1], [[5, 3]]), 1) == TeamFull(0, 1, 1)


def test_room_in_pieces_is_not_room() -> None:
    assert reason(sprint_instance([3, 4, 4], [0, 1, 1], [10, 1], [[5, 6]]), 1) == NoSprintHasRoom(2, 0, 0, 2)


def test_what_a_person_left_out_would_fit() -> None:
    instance = sprint_instance([3], [0], [10], [[5]])
    plan = plan_sprints(instance, iterations=5)
    empty = type(plan)(**{**vars(plan), "placement": (-1,), "finished_in": (-1,)})
    assert why_unplaced(instance, empty)[0].reason == WouldFit(0)


@settings(max_examples=100, deadline=None)
@given(sprint_instances(with_fixed=True))
def test_everything_that_is_not_finished_has_one_reason(instance: SprintInstance) -> None:
    plan = plan_sprints(instance, iterations=20)
    unfinished = [capability for capability, sprint in enumerate(plan.finished_in) if sprint == -1]
    assert [one.capability for one in why_unplaced(instance, plan)] == unfinished
