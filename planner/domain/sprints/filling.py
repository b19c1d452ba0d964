"""What is placed around the plan of the valued: what is held and needs, what is left over, and filling by time."""

from collections.abc import Iterable, Sequence

import numpy as np

from planner.domain.sprints.annealing import State
from planner.domain.sprints.decoding import EARLY, Decoder
from planner.domain.sprints.instances import SprintInstance
from planner.domain.sprints.network import Network


def base_state(network: Network) -> State:
    """What is in every plan: the fixed placements, and before them what they need, as far as that fits."""
    at, free = list(network.fixed), list(network.free_at_first)
    held = [story for story, sprint in enumerate(network.fixed) if sprint >= 0]
    needed = network.closure_of([before for story in held for before, _ in network.needs[story]])
    latest: dict[int, int] = {}
    for story in [*held, *reversed(needed)]:
        sprint = network.fixed[story] if network.fixed[story] >= 0 else latest[story]
        for before, lag in network.needs[story]:
            latest[before] = min(latest.get(before, network.sprints), sprint - lag)
    for story in needed:
        _place_by(network, story, latest[story], at, free)
    return at, free, 0.0


def _place_by(network: Network, story: int, latest: int, at: list[int], free: list[int]) -> None:
    """In the first sprint with room, unless that is too late or something it needs is out."""
    if network.earliest[story] >= network.sprints or any(at[before] < 0 for before, _ in network.needs[story]):
        return
    _, points, row, sprint, needs = network.steps[story]
    sprint = max([sprint, *(at[before] + lag for before, lag in needs)])
    while free[row + sprint] < points:
        sprint += 1
    if sprint <= min(latest, network.sprints - 1):
        free[row + sprint] -= points
        at[story] = sprint


def free_beside(network: Network, at: Sequence[int]) -> list[int]:
    """Free thousandths of a point beside a placement, a row per team."""
    free = list(network.free_at_first)
    for story, points, row, _, _ in network.steps:
        if at[story] >= 0 and network.fixed[story] < 0:
            free[row + at[story]] -= points
    return free


def polish(network: Network, at: Sequence[int], order: Iterable[int]) -> list[int]:
    """Every story as early as it can be, then once more what was out; nothing gets later."""
    polished, capabilities, decoder = list(at), list(order), Decoder(network)
    for _ in range(2):
        free = free_beside(network, polished)
        _move_earlier(network, polished, free)
        for capability in capabilities:
            decoder.place(capability, EARLY, polished, free)
    return polished


def _move_earlier(network: Network, at: list[int], free: list[int]) -> None:
    place = network.place_in_work
    movable = [story for story, sprint in enumerate(at) if sprint >= 0 and network.fixed[story] < 0]
    for story in sorted(movable, key=lambda story: (at[story], place[story])):
        _, points, row, sprint, needs = network.steps[story]
        sprint = max([sprint, *(at[before] + lag for before, lag in needs)])
        while sprint < at[story] and free[row + sprint] < points:
            sprint += 1
        if sprint < at[story]:
            free[row + at[story]] += points
            free[row + sprint] -= points
            at[story] = sprint


def fill_unvalued(network: Network, at: Sequence[int]) -> list[int]:
    """What is left goes to unvalued capabilities, whole and as given, then to optional stories and those of none."""
    filled, free, decoder = list(at), free_beside(network, at), Decoder(network)
    instance, valued = network.instance, set(network.candidates)
    for capability, closure in enumerate(network.closures):
        if (
            capability not in valued
            and network.own[capability]
            and _can_be_placed(network, [*closure, *network.own[capability]])
        ):
            decoder.place(capability, EARLY, filled, free)
    loose = ~instance.is_done & ((instance.capability < 0) | ~instance.is_required)
    _place_each(network, np.flatnonzero(loose).tolist(), filled, free)
    return filled


def _can_be_placed(network: Network, stories: Iterable[int]) -> bool:
    return all(network.earliest[story] < network.sprints for story in stories)


def _place_each(network: Network, stories: Iterable[int], at: list[int], free: list[int]) -> None:
    """Each with what it needs, while that fits."""
    decoder = Decoder(network)
    for story in stories:
        closure = [] if at[story] >= 0 else network.closure_of([story])
        if _can_be_placed(network, closure):
            decoder.place_early([network.steps[each] for each in closure], at, free)


def fill_time(instance: SprintInstance, *, backlog_order: Sequence[int] | None = None) -> tuple[int, ...]:
    """The plan of those who fill hours: stories in backlog order (by default as given), each as early as it fits.

    A story comes when its prerequisites do; nothing looks at what is finished. Price it with `price_placement`.
    """
    network = Network(instance)
    at, free, _ = base_state(network)
    open_stories = set(network.work_order)
    order = range(len(instance.points)) if backlog_order is None else backlog_order
    _place_each(network, [story for story in order if story in open_stories], at, free)
    return tuple(at)
