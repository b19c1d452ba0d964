"""The orders of all lenses for one loaded backlog, and the course of work each of them takes.

Every course is of the same instance: the valued units with work left, their stories and what those need, and
the running sprint's stories first, whatever the order. What nobody valued takes no time here and stands outside
every claim. Pins bind the money-optimal order only.
"""

from decimal import Decimal
from functools import cached_property

import numpy as np

from planner.domain.arrays import FloatArray, IntArray
from planner.domain.comparison import Course
from planner.domain.lenses import order_stories, order_units, put_first
from planner.domain.ordering.worked import Work, worked_sequence
from planner.domain.sequencing import ContradictoryPinsError, Plan
from planner.domain.vocabulary import Lens
from planner.selectors.questions import ask
from planner.selectors.ranking import RankingInstance

CENT = Decimal("0.01")
LARGEST_MONEY = Decimal("9.99e21")
STORY_LENSES = frozenset({Lens.MANUAL, Lens.STORY_WSJF})
"""Lenses whose stories are worked one by one, the next ready one first, and not unit by unit."""


class Plans:
    """The money-optimal order of one loaded backlog in three kinds; each is computed once, when it is asked for."""

    def __init__(self, ranking: RankingInstance) -> None:
        """Nothing is computed yet."""
        self._question = ask(ranking).question

    @cached_property
    def free(self) -> Plan:
        """If nothing were running and nothing pinned: its bound is the one shown."""
        return self._question.plan(frozen=False, pins=False)

    @cached_property
    def around_sprint(self) -> Plan:
        """Behind the running sprint, without pins and fixed dates."""
        return self._question.plan(pins=False) if self._question.frozen.any() else self.free

    @cached_property
    def pinned(self) -> Plan:
        """Behind the running sprint, as pins and fixed dates allow; pins that contradict each other bind nothing."""
        if not self._question.is_bound:
            return self.around_sprint
        try:
            return self._question.plan()
        except ContradictoryPinsError:
            return self.around_sprint


def order_by(ranking: RankingInstance, lens: Lens, plans: Plans | None = None) -> tuple[IntArray, int]:
    """All open units in the order of a lens, and how many of them have a figure in it."""
    if lens is Lens.MONEY:
        plan = (plans or Plans(ranking)).pinned
        return put_first(plan.order, ranking.present), len(plan.order)
    return order_units(lens, ranking, ranking.present)


def course_of_units(ranking: RankingInstance, order: IntArray) -> Course:
    """The course of a unit order: unit after unit, each with what it needs.

    A unit whose stories others needed before is finished with the last of them, wherever it stands itself.
    """
    work = Work.of(ranking.backlog, order[ranking.is_valued[order]], ranking.frozen)
    counted = np.flatnonzero(work.counts)
    sequence = counted[np.lexsort((counted, ranking.chain_below[counted], work.place[counted]))]
    return _course(ranking, work, sequence)


def course_of_stories(ranking: RankingInstance, story_order: IntArray) -> Course:
    """The course of a story order: from the top, the next story that is ready."""
    work = Work.of(ranking.backlog, np.flatnonzero(ranking.is_valued), ranking.frozen)
    return _course(ranking, work, worked_sequence(work, story_order))


def _course(ranking: RankingInstance, work: Work, sequence: IntArray) -> Course:
    units = np.flatnonzero(ranking.is_valued)
    return Course(
        cost_of_delay=ranking.backlog.cost_of_delay[units],
        begun_at=_begun_at(work, sequence)[units],
        finished_at=work.finished_at(sequence)[units],
    )


def _begun_at(work: Work, sequence: IntArray) -> FloatArray:
    """When work on each unit's own stories starts, in points."""
    backlog = work.backlog
    starts = np.zeros(len(backlog.points))
    done = work.first_points + np.cumsum(backlog.counted_points[sequence])
    starts[sequence] = done - backlog.counted_points[sequence]
    begun_at = np.full(len(backlog.cost_of_delay), np.inf)
    own = backlog.is_own & (work.counts | work.is_first)
    np.minimum.at(begun_at, backlog.capability_of_story[own], starts[own])
    return np.where(np.isinf(begun_at), 0.0, begun_at)


def course_of(ranking: RankingInstance, lens: Lens, order: IntArray | None = None) -> Course:
    """The course of a lens; `order` is that of its units where it is known already."""
    if lens is Lens.MANUAL:
        return course_of_stories(ranking, ranking.story_rank_order)
    if lens is Lens.STORY_WSJF:
        return course_of_stories(ranking, order_stories(ranking.backlog, ranking.story_rank_order))
    return course_of_units(ranking, order_by(ranking, lens)[0] if order is None else order)


def money(points_cost: float, points_per_week: float) -> Decimal:
    """Money of a cost in money a week x points, to the cent."""
    return min(Decimal(points_cost / points_per_week).quantize(CENT), LARGEST_MONEY)
