"""Sprint plans that finish capabilities where they earn most: the door to this package.

A capability earns by the sprint it is finished in (`instances`). Each order of capabilities decodes to a plan
(`network`, `decoding`); a search looks for the order whose plan earns most (`starts`, `annealing`); a linear
program says what no plan can earn more than (`relaxation`, `bounding`). `pricing` tells what a placement earns,
`reasons` why something is out. Explained for people in `docs/algorithms/sprint-plan.md`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from planner.domain.sprints.annealing import Found, Search, explore
from planner.domain.sprints.bounding import certify, tighten
from planner.domain.sprints.decoding import EARLY
from planner.domain.sprints.filling import base_state, fill_time, fill_unvalued, polish
from planner.domain.sprints.instances import (
    NO_SPRINT,
    InvalidSprintInstance,
    SprintInstance,
    linear_earnings,
    make_sprint_instance,
)
from planner.domain.sprints.network import Network
from planner.domain.sprints.pricing import DONE, PlacementPrice, price_move, price_placement
from planner.domain.sprints.reasons import why_unplaced
from planner.domain.sprints.starts import starting_orders

__all__ = [
    "DONE",
    "NO_SPRINT",
    "InvalidSprintInstance",
    "Progress",
    "SprintInstance",
    "SprintPlan",
    "fill_time",
    "improve_plan",
    "linear_earnings",
    "make_sprint_instance",
    "plan_sprints",
    "price_move",
    "price_placement",
    "resume_plan",
    "why_unplaced",
]

SEED = 7
MOST_ITERATIONS = 16_000
WORK = 10_000_000
"""Iterations x stories of a plan nobody set iterations for: about a second at 300 stories, two at 1,000."""

AS_GOOD = 1e-9


@dataclass(frozen=True)
class SprintPlan:
    """``placement``: sprint of each story or -1; ``finished_in``: of each capability, -1 never, -2 before the plan.

    Money by the end of the horizon; ``bound``: no plan with the same fixed placements earns more. ``order`` and
    ``modes`` are where a search goes on from.
    """

    placement: tuple[int, ...]
    finished_in: tuple[int, ...]
    earned: tuple[float, ...]
    value: float
    bound: float
    sprints: int
    order: tuple[int, ...]
    modes: tuple[int, ...]

    @property
    def at_least(self) -> float:
        """Share of the best possible that the plan reaches for sure, 0 to 1; 1 where nothing can be earned."""
        return min(1.0, self.value / self.bound) if self.bound > 0 else 1.0

    @cached_property
    def value_by_sprint(self) -> tuple[float, ...]:
        """What the capabilities that finish in each sprint earn until the end of the horizon."""
        totals = [0.0] * self.sprints
        for sprint, money in zip(self.finished_in, self.earned, strict=True):
            if sprint >= 0:
                totals[sprint] += money
        return tuple(totals)


@dataclass(frozen=True)
class Progress:
    """Where an improvement stands."""

    iterations_done: int
    iterations: int
    value: float
    bound: float


def plan_sprints(instance: SprintInstance, *, iterations: int | None = None, seed: int = SEED) -> SprintPlan:
    """The best plan found, with its certificate. The same instance, iterations and seed give the same plan.

    Never breaks a capacity or a dependency, except where fixed placements already do.
    """
    network = Network(instance)
    base, certificate = base_state(network), certify(network)
    orders = [certificate.order, *starting_orders(network)]
    steps = _usual_iterations(instance) if iterations is None else iterations
    found = explore(network, base, orders, steps, seed, lambda value: value >= certificate.bound * (1 - AS_GOOD))
    plan = _finish(network, found, certificate.bound)
    return replace(plan, bound=tighten(network, plan.bound, plan.value))


def _usual_iterations(instance: SprintInstance) -> int:
    return min(MOST_ITERATIONS, WORK // max(1, len(instance.points)))


def improve_plan(
    instance: SprintInstance,
    plan: SprintPlan,
    *,
    iterations: int,
    seed: int,
    on_progress: Callable[[Progress], bool | None] | None = None,
) -> SprintPlan:
    """Go on from a plan for so many iterations, then look longer for a lower bound; never worse than it.

    ``on_progress`` ends the search by False.
    """
    network = Network(instance)
    order = [*plan.order, *(one for one in network.candidates if one not in set(plan.order))]
    search = Search(network, base_state(network), order, plan.modes)
    is_stopped = False

    def report(done: int) -> bool:
        nonlocal is_stopped
        best = max(plan.value, search.best.value)
        is_stopped = on_progress is not None and on_progress(Progress(done, iterations, best, plan.bound)) is False
        return not is_stopped and best < plan.bound * (1 - AS_GOOD)

    improved = _finish(network, search.walk(iterations, seed, report), plan.bound)
    better = improved if improved.value > plan.value else plan
    if is_stopped:
        return better
    return replace(better, bound=tighten(network, plan.bound, better.value, is_long=True))


def resume_plan(instance: SprintInstance, placement: Sequence[int], *, bound: float | None = None) -> SprintPlan:
    """The plan that a stored placement is, to be shown or improved; its bound is computed unless it is given."""
    network, price = Network(instance), price_placement(instance, placement)
    last = instance.sprints
    order = sorted(network.candidates, key=lambda one: last if (sprint := price.finished_in[one]) < 0 else sprint)
    known = certify(network).bound if bound is None else bound
    modes = [EARLY] * len(instance.earn)
    return _as_plan(instance, placement, price, known, order, modes)


def _finish(network: Network, found: Found, bound: float) -> SprintPlan:
    """Move everything as early as it can be, give what is left to the unvalued, and price it."""
    placement = fill_unvalued(network, polish(network, found.at, found.order))
    price = price_placement(network.instance, placement)
    return _as_plan(network.instance, placement, price, bound, found.order, found.modes)


def _as_plan(
    instance: SprintInstance,
    placement: Sequence[int],
    price: PlacementPrice,
    bound: float,
    order: Sequence[int],
    modes: Sequence[int],
) -> SprintPlan:
    return SprintPlan(
        placement=tuple(placement),
        finished_in=price.finished_in,
        earned=price.earned,
        value=price.value,
        bound=bound,
        sprints=instance.sprints,
        order=tuple(order),
        modes=tuple(modes),
    )
