"""Why a unit stands where it does: what neighbours would cost exchanged, and whose work comes before."""

import numpy as np
import pytest
from hypothesis import given, settings

from planner.domain.proposals.place_facts import explain_places
from planner.domain.proposals.question import Question
from planner.domain.scoring import cost_of_order, first_places
from tests.unit.planner.test_moves import make_question, questions


@given(questions())
@settings(max_examples=150, deadline=None)
def test_swapping_neighbours_costs_what_is_told(question: Question) -> None:
    plan = question.plan()
    facts = explain_places(question.backlog, plan, question.frozen)
    for place in range(len(plan.order) - 1):
        swapped = plan.order.copy()
        swapped[[place, place + 1]] = swapped[[place + 1, place]]
        cost = cost_of_order(question.backlog, swapped, frozen=question.frozen)
        told = plan.total + facts.swap_cost[place]
        if facts.points[place] > 0 and facts.points[place + 1] > 0:
            assert told == pytest.approx(cost)
    assert np.isnan(facts.swap_cost[-1:]).all()


@given(questions())
@settings(max_examples=100, deadline=None)
def test_whose_work_it_needs_stands_before_it(question: Question) -> None:
    plan = question.plan()
    facts = explain_places(question.backlog, plan, question.frozen)
    place = first_places(question.backlog, plan.order)
    assert np.all(facts.needs_place < np.arange(len(plan.order)))
    needed = zip(question.backlog.prerequisite.tolist(), question.backlog.dependent.tolist(), strict=True)
    for one, other in needed:
        if place[one] < place[other] < len(plan.order):
            assert facts.needs_place[place[other]] >= place[one]


def test_a_block_earns_together_per_point() -> None:
    question = make_question([1, 1, 1], [0, 1, 2], [1.0, 20.0, 5.0], ((0, 1),))
    plan = question.plan()
    facts = explain_places(question.backlog, plan)
    assert plan.order.tolist() == [0, 1, 2]
    assert facts.block_rate.tolist() == [10.5, 10.5, 5.0]
    assert facts.needs_place.tolist() == [-1, 0, -1]
    # B before A pulls A in: A waits for B's point; C before B: 20 wait a point longer, 5 come a point sooner.
    assert facts.swap_cost[:2].tolist() == [1.0, 15.0]
