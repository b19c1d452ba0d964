"""Applying a proposal to a backlog that went on meanwhile: chosen units go where they were to go, the rest stays.

Each chosen unit is placed right behind the unit that it was to follow, as far as that is still to be ranked.
"""

from collections.abc import Sequence

import numpy as np

from common.errors import Conflict
from planner.domain.arrays import BoolArray, FloatArray, IntArray
from planner.domain.ordering.closures import closure_sums
from planner.domain.ordering.jobs import ranked_units
from planner.domain.ordering.worked import Work
from planner.domain.proposals.moves import Rearrangement
from planner.domain.proposals.question import Hold
from planner.models import Estimate, Pin, RankProposal, Story, StoryEvent
from planner.selectors.questions import Asked
from planner.selectors.units import GONE, unit_lines

CENT = 0.005


class WentStale(Conflict):
    """What others did since the proposal was computed contradicts it."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} Nothing was moved: propose an order again, or leave that move out.", code="stale")


def rebase(
    *, proposal: RankProposal, before: Asked, present: Asked, change: Rearrangement, chosen: BoolArray
) -> tuple[Rearrangement, BoolArray]:
    """The chosen moves in the backlog as it is now. Raises WentStale naming what forbids one."""
    chosen_ids = before.ids_of(change.work.units[chosen])
    ranked = ranked_units(present.question.backlog)
    _refuse_changed(proposal, before, present, chosen_ids, ranked)
    order = _rebased_order(before, present, change, chosen, ranked)
    moving = np.isin(order, [present.index_of_unit[unit_id] for unit_id in chosen_ids])
    question = present.question
    work = Work.of(question.backlog, order, question.frozen)
    now_ranked = question.present[np.isin(question.present, ranked)]
    _refuse_pinned(question.holds, now_ranked, order)
    rebased = Rearrangement(work, now_ranked, question.story_order, moving=moving)
    return rebased, moving


def _rebased_order(
    before: Asked, present: Asked, change: Rearrangement, chosen: BoolArray, ranked: IntArray
) -> IntArray:
    """The ranked units of now, each chosen one right behind the unit that it follows in the choice as computed."""
    finished = change.work.finished_at(change.sequence(chosen))[change.work.units]
    told = change.work.units[np.argsort(finished, kind="stable")]
    chosen_ids = set(before.ids_of(change.work.units[chosen]))
    still = set(present.ids_of(ranked))
    listed = [unit for unit in present.ids_of(present.question.present) if unit in still and unit not in chosen_ids]
    followers: dict[int | None, list[int]] = {}
    above: int | None = None
    for unit_id in before.ids_of(told):
        if unit_id in chosen_ids:
            followers.setdefault(above, []).append(unit_id)
        if unit_id in still:
            above = unit_id
    order = _insert(listed, followers)
    return np.array([present.index_of_unit[unit_id] for unit_id in order], dtype=np.int64)


def _insert(listed: Sequence[int], followers: dict[int | None, list[int]]) -> list[int]:
    order: list[int] = []
    stack: list[int | None] = [*reversed(listed), None]
    while stack:
        unit_id = stack.pop()
        if unit_id is not None:
            order.append(unit_id)
        stack.extend(reversed(followers.get(unit_id, [])))
    return order


def _refuse_changed(
    proposal: RankProposal, before: Asked, present: Asked, chosen_ids: Sequence[int], ranked: IntArray
) -> None:
    """Refuse a chosen unit that is finished or gone, or whose value or remaining work is another."""
    still = set(present.ids_of(ranked))
    points = [_closure_points(asked) for asked in (before, present)]
    for unit_id in chosen_ids:
        if unit_id not in still:
            raise WentStale(_what_became_of(proposal, unit_id, present))
        at, now_at = before.index_of_unit[unit_id], present.index_of_unit[unit_id]
        costs = before.question.backlog.cost_of_delay[at], present.question.backlog.cost_of_delay[now_at]
        if abs(costs[0] - costs[1]) > CENT:
            raise WentStale(f"{_estimator(proposal, unit_id)} valued {_key(unit_id)} anew since this was computed.")
        if abs(points[0][at] - points[1][now_at]) > CENT:
            who = _worker(proposal, unit_id)
            raise WentStale(
                f"What is left to do for {_key(unit_id)} changed since this was computed: "
                f"{points[0][at]:g} points then, {points[1][now_at]:g} now (last change by {who})."
            )


def _closure_points(asked: Asked) -> FloatArray:
    backlog = asked.question.backlog
    return np.asarray(closure_sums(backlog, backlog.counted_points[:, None])[:, 0])


def _what_became_of(proposal: RankProposal, unit_id: int, present: Asked) -> str:
    key = _key(unit_id)
    if key == GONE:
        return "One of the chosen units was deleted since this was computed."
    if unit_id in present.index_of_unit and np.isnan(
        present.question.backlog.cost_of_delay[present.index_of_unit[unit_id]]
    ):
        return f"{key} has no value any more since this was computed."
    who = _worker(proposal, unit_id)
    return f"{key} has no open required story any more since this was computed (last change by {who})."


def _refuse_pinned(holds: Sequence[Hold], now_order: IntArray, order: IntArray) -> None:
    """Refuse when a pin that is held now would not be held any more."""
    places = [{unit: place for place, unit in enumerate(units.tolist())} for units in (now_order, order)]
    for hold in holds:
        if _is_held(hold, places[0]) and not _is_held(hold, places[1]):
            pin = Pin.objects.get(pk=hold.pin_id)
            raise WentStale(f"A pin of {_key(pin.unit_id)} forbids it ({pin.reason}, by {pin.author_name}).")


def _is_held(hold: Hold, places: dict[int, int]) -> bool:
    if hold.place:
        unit, place = hold.place
        return unit not in places or places[unit] == min(place, len(places)) - 1
    if hold.pair and all(unit in places for unit in hold.pair):
        return places[hold.pair[0]] < places[hold.pair[1]]
    return True


def _key(unit_id: int) -> str:
    return unit_lines([unit_id])[unit_id].key


def _estimator(proposal: RankProposal, unit_id: int) -> str:
    unit = {"capability_id": unit_id} if unit_id > 0 else {"story_id": -unit_id}
    newest = Estimate.objects.filter(workspace_id=proposal.workspace_id, **unit).order_by("-pk")
    return newest.values_list("author_name", flat=True).first() or "Someone"


def _worker(proposal: RankProposal, unit_id: int) -> str:
    """Who last changed a story of the unit since the proposal was computed."""
    since = proposal.computed_at or proposal.created_at
    stories = Story.objects.filter(capability_id=unit_id) if unit_id > 0 else Story.objects.filter(pk=-unit_id)
    events = StoryEvent.objects.filter(story__in=stories, recorded_at__gte=since).exclude(field="rank")
    return events.order_by("-pk").values_list("actor_name", flat=True).first() or "someone"
