"""The lenses: by what a backlog is ordered. `definitions.md`, "Ranking".

Each lens but the money-optimal one sorts units by one figure of their own; ties, and units without that
figure, keep people's order. Money, relative scores and votes are never mixed in one figure.
"""

from collections.abc import Callable
from typing import Protocol

import numpy as np

from planner.domain.arrays import BoolArray, FloatArray, IntArray
from planner.domain.scoring import Backlog
from planner.domain.vocabulary import Lens

LENS_RULES = {
    Lens.MANUAL: "The order people made, next ready story first",
    Lens.MONEY: "Most dollars soonest, dependencies obeyed",
    Lens.CD3: "Cost of delay per point left, with what it needs",
    Lens.VALUE: "Greatest present value first, however long it takes",
    Lens.ROI: "Return on what is left to invest",
    Lens.WSJF: "Relative scores over relative job size",
    Lens.RICE: "Reach x impact x confidence over effort",
    Lens.SPONSOR: "Who asked loudest goes first",
    Lens.DEVELOPER: "What the team likes to build",
    Lens.AGE: "Oldest first",
    Lens.FEEDBACK: "Most user feedback first",
    Lens.TIME: "Whatever is finished soonest",
    Lens.STORY_WSJF: "Stories sorted by a score, next ready one taken",
}
"""What each lens does, in a line."""

LISTING_LENSES = [lens for lens in Lens if lens is not Lens.STORY_WSJF]
"""Lenses that can list a backlog; the one by story has no order of units."""


class UnitFigures(Protocol):
    """What lenses sort by: shape (units,), NaN where not known; votes and feedback 0 without any."""

    @property
    def backlog(self) -> Backlog:
        """Costs of delay and stories."""

    @property
    def has_work(self) -> BoolArray:
        """Units with an open required story."""

    @property
    def estimated_cost(self) -> FloatArray:
        """Cost of delay a week as people estimated it, whatever its urgency."""

    @property
    def closure_points(self) -> FloatArray:
        """Points left, with what the unit needs."""

    @property
    def investment(self) -> FloatArray:
        """Money left to invest."""

    @property
    def business_value(self) -> FloatArray:
        """Present value."""

    @property
    def created_at(self) -> FloatArray:
        """Seconds since 1970."""

    @property
    def sponsor_votes(self) -> FloatArray:
        """Sum of weights."""

    @property
    def developer_votes(self) -> FloatArray:
        """Sum of weights."""

    @property
    def feedback_weight(self) -> FloatArray:
        """Sum of weights."""

    @property
    def wsjf(self) -> FloatArray:
        """From relative scores."""

    @property
    def rice(self) -> FloatArray:
        """From relative scores."""


def order_units(lens: Lens, figures: UnitFigures, present: IntArray) -> tuple[IntArray, int]:
    """All open units in the order of a lens, and how many of them, from the top, have a figure in it.

    ``present``: all units in people's order. Raises ValueError for the money-optimal lens, which is a plan and no
    sorting (`planner.domain.sequencing`).
    """
    if lens in (Lens.MANUAL, Lens.STORY_WSJF):
        return present, len(present)
    if lens not in _FIGURES:
        raise ValueError(f"{lens.label} is not a sorting of units")
    figure = _FIGURES[lens](figures)[present]
    is_rated = ~np.isnan(figure)
    order = np.lexsort((np.arange(len(present)), -figure, ~is_rated))
    return present[order], int(is_rated.sum())


def put_first(order: IntArray, present: IntArray) -> IntArray:
    """All units: those of ``order`` first, then the others as they stand in ``present``."""
    return np.concatenate([order, present[~np.isin(present, order)]])


def score_stories(backlog: Backlog) -> FloatArray:
    """What sorting a field does: each required story gets an equal share of its unit's value, per point of its own.

    NaN for stories of no valued unit; a story of no points comes before all others.
    """
    count = np.bincount(backlog.capability_of_story[backlog.is_own], minlength=len(backlog.cost_of_delay))
    share = np.full(len(backlog.cost_of_delay), np.nan)
    np.divide(backlog.cost_of_delay, count, out=share, where=count > 0)
    value = np.where(backlog.is_own, share[backlog.capability_of_story], np.nan) if len(share) else backlog.points
    return _over(value, backlog.counted_points)


def order_stories(backlog: Backlog, story_order: IntArray) -> IntArray:
    """All stories by `score_stories`; ties, and stories without a score, keep the order given."""
    score = score_stories(backlog)[story_order]
    return story_order[np.lexsort((np.arange(len(story_order)), -score, np.isnan(score)))]


def _over(value: FloatArray, size: FloatArray) -> FloatArray:
    """A ratio that is infinite where there is something for nothing."""
    ratio = np.where(np.isnan(value), np.nan, np.inf)
    np.divide(value, size, out=ratio, where=(size > 0) & ~np.isnan(value))
    return ratio


def _with_work(figure: FloatArray, figures: UnitFigures) -> FloatArray:
    """What is finished already has no figure: nothing is left to earn or to do."""
    return np.where(figures.has_work, figure, np.nan)


def _cd3(figures: UnitFigures) -> FloatArray:
    return _with_work(_over(figures.estimated_cost, figures.closure_points), figures)


def _roi(figures: UnitFigures) -> FloatArray:
    """(Business value - investment) / investment; not known without an investment."""
    roi = np.full(len(figures.investment), np.nan)
    gain = figures.business_value - figures.investment
    return _with_work(np.divide(gain, figures.investment, out=roi, where=figures.investment > 0), figures)


def _wanted(weights: FloatArray) -> FloatArray:
    """Nobody's wish is no figure."""
    return np.where(weights > 0, weights, np.nan)


_FIGURES: dict[Lens, Callable[[UnitFigures], FloatArray]] = {
    Lens.CD3: _cd3,
    Lens.VALUE: lambda figures: _with_work(figures.business_value, figures),
    Lens.ROI: _roi,
    Lens.WSJF: lambda figures: figures.wsjf,
    Lens.RICE: lambda figures: figures.rice,
    Lens.SPONSOR: lambda figures: _wanted(figures.sponsor_votes),
    Lens.DEVELOPER: lambda figures: _wanted(figures.developer_votes),
    Lens.FEEDBACK: lambda figures: _wanted(figures.feedback_weight),
    Lens.AGE: lambda figures: -figures.created_at,
    Lens.TIME: lambda figures: _with_work(-figures.closure_points, figures),
}
"""The figure of each lens, the greatest first."""
