"""Reading proposed orders: what one would change, what it would save, and what is left out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from planner.domain.vocabulary import ProposalState
from planner.models import Pin, ProposalMove, RankProposal, Story
from planner.selectors.pins import PinLine, pin_lines
from planner.selectors.units import UnitLine, unit_lines

ZERO = Decimal(0)


@dataclass(frozen=True)
class MoveLine:
    """One move of a proposal. Places count the valued units, 1 at the top."""

    move: ProposalMove
    unit: UnitLine

    @property
    def places_up(self) -> int:
        """How many places it rises; negative where it sinks, 0 where only its stories are brought together."""
        return self.move.place_from - self.move.place_to


@dataclass(frozen=True)
class CloseGroup:
    """Neighbours whose order the estimates can't tell.

    `spread`: money between their best and their worst order. `other_wins`: share of draws in which another
    order of them than the best by the means would win.
    """

    units: list[UnitLine]
    spread: Decimal
    other_wins: float


@dataclass(frozen=True)
class OrderLine:
    """One valued unit in both orders, for the bump chart and "show the whole order"."""

    unit: UnitLine
    place_from: int
    place_to: int
    is_move: bool
    is_pinned: bool


@dataclass(frozen=True)
class Curve:
    """Value live, money a week, at the end of each of `weeks`: in the present order and as proposed."""

    weeks: list[float]
    now: list[float]
    proposed: list[float]


@dataclass(frozen=True)
class LeftOut:
    """A unit that takes no part, and why: "unvalued" or "nothing_left" (no open required story)."""

    unit: UnitLine
    why: str


@dataclass(frozen=True)
class FrozenStory:
    """A story of the running sprint: worked first, whatever the order."""

    story_id: int
    key: str
    sprint: str


@dataclass(frozen=True)
class ProposalPage:
    """Everything a page or the API says about one proposal. Money in the workspace's currency.

    `left_as_is`: moves too small to offer, which would save `left_as_is_saving` on top (below 0: cost).
    `frozen_cost` and `pins_cost`: what the running sprint and the pins add to the best order. `left_out` and
    `frozen` hold the first of them, `unvalued_units` and `frozen_stories` count them all. `rest_note` is why
    nothing is proposed, where nothing is.
    """

    proposal: RankProposal
    moves: list[MoveLine]
    groups: list[CloseGroup]
    pins: list[PinLine]
    order: list[OrderLine]
    curve: Curve
    left_out: list[LeftOut]
    unvalued_units: int
    nothing_left_units: int
    frozen: list[FrozenStory]
    frozen_stories: int
    frozen_cost: Decimal
    pins_cost: Decimal
    left_as_is: int
    left_as_is_saving: Decimal
    total_chosen: Decimal | None
    is_assumed_speed: bool
    stories_without_points: int
    stand_in_points: float | None
    is_ready: bool
    is_best: bool

    @property
    def saving(self) -> Decimal:
        """What all moves together save."""
        return (self.proposal.total_now or ZERO) - (self.proposal.total_proposed or ZERO)

    @property
    def chosen(self) -> list[MoveLine]:
        """The moves that are offered as chosen; what they save together is `chosen_saving`."""
        return [line for line in self.moves if line.move.chosen]

    @property
    def chosen_saving(self) -> Decimal:
        """What the moves offered as chosen save together, computed as one order, not added up."""
        return (self.proposal.total_now or ZERO) - (self.total_chosen or self.proposal.total_now or ZERO)

    @property
    def gap_now(self) -> Decimal | None:
        """How far the present order is above the lower bound, as a ratio."""
        return gap_ratio(self.proposal.total_now, self.proposal.lower_bound)

    @property
    def gap_proposed(self) -> Decimal | None:
        """How far the proposed order is above the lower bound, as a ratio."""
        return gap_ratio(self.proposal.total_proposed, self.proposal.lower_bound)

    @property
    def kept_units(self) -> int:
        """Valued units that keep their place or shift to make room."""
        return len(self.order) - len(self.moves)


def gap_ratio(total: Decimal | None, lower_bound: Decimal | None) -> Decimal | None:
    """(total - lower bound) / lower bound; None where either is not known or the bound is 0."""
    if total is None or not lower_bound:
        return None
    return (total - lower_bound) / lower_bound


def list_proposals(*, workspace_id: int) -> QuerySet[RankProposal]:
    """The proposals of a workspace, newest first, without their bulky inputs."""
    rows = RankProposal.objects.filter(workspace_id=workspace_id).order_by("-id").select_related("job")
    return rows.defer("inputs", "order_before", "applied", "result")


def proposal_page(*, proposal: RankProposal, today: date) -> ProposalPage:
    """A proposal with its moves, groups, pins and both orders, in a handful of queries. `today`: the workspace's."""
    result: Mapping[str, Any] = proposal.result
    moves = list(proposal.moves.order_by("sequence"))
    lines = unit_lines(_mentioned(result, moves))
    pins = list(Pin.objects.filter(pk__in=result.get("pins", []), lifted_at=None).order_by("pk"))
    return ProposalPage(
        proposal=proposal,
        moves=[MoveLine(move, lines[move.unit_id]) for move in moves],
        groups=[
            CloseGroup([lines[unit_id] for unit_id in group["units"]], Decimal(group["spread"]), group["other_wins"])
            for group in result.get("groups", [])
        ],
        pins=pin_lines(pins, today=today),
        order=_order_lines(result, moves, pins, lines),
        curve=Curve(**result.get("curve", {"weeks": [], "now": [], "proposed": []})),
        left_out=[LeftOut(lines[entry["unit"]], entry["why"]) for entry in result.get("left_out", [])],
        unvalued_units=result.get("unvalued_units", 0),
        nothing_left_units=result.get("nothing_left_units", 0),
        frozen=_frozen_stories(result.get("frozen", [])),
        frozen_stories=result.get("frozen_stories", 0),
        frozen_cost=Decimal(result.get("frozen_cost", 0)),
        pins_cost=Decimal(result.get("pins_cost", 0)),
        left_as_is=result.get("left_as_is", 0),
        left_as_is_saving=Decimal(result.get("left_as_is_saving", 0)),
        total_chosen=Decimal(result["total_chosen"]) if "total_chosen" in result else None,
        is_assumed_speed=result.get("is_assumed_speed", False),
        stories_without_points=result.get("stories_without_points", 0),
        stand_in_points=result.get("stand_in_points"),
        is_ready=proposal.state == ProposalState.READY.value,
        is_best=bool(result) and not moves,
    )


def _mentioned(result: Mapping[str, Any], moves: Sequence[ProposalMove]) -> set[int]:
    ids = {move.unit_id for move in moves}
    ids.update(result.get("order", []), result.get("before", []))
    ids.update(entry["unit"] for entry in result.get("left_out", []))
    for group in result.get("groups", []):
        ids.update(group["units"])
    return ids


def _order_lines(
    result: Mapping[str, Any], moves: Sequence[ProposalMove], pins: Sequence[Pin], lines: Mapping[int, UnitLine]
) -> list[OrderLine]:
    moved = {move.unit_id for move in moves}
    pinned = {pin.unit_id for pin in pins}
    places_from = {unit_id: place for place, unit_id in enumerate(result.get("before", []), 1)}
    return [
        OrderLine(lines[unit_id], places_from[unit_id], place, unit_id in moved, unit_id in pinned)
        for place, unit_id in enumerate(result.get("order", []), 1)
    ]


def _frozen_stories(ids: Sequence[int]) -> list[FrozenStory]:
    rows = Story.objects.filter(pk__in=ids).order_by("rank").values_list("pk", "key", "sprint__name")
    return [FrozenStory(pk, key, sprint or "") for pk, key, sprint in rows]
