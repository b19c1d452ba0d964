"""The demo's stories as pieces of the flow shop: which capability, team, size, birth and needs."""

from dataclasses import dataclass
from random import Random

from planner.domain.vocabulary import StoryKind
from valuestream.demo.content import CAPABILITIES, DROPPED, ENABLERS, LOOSE
from valuestream.demo.simulation import HOURS_A_WEEK, Piece

SIZES = (1, 2, 2, 3, 3, 3, 5, 5, 8)
# Capabilities in the order in which they were begun; the last three are still ideas.
BEGUN = (5, 0, 10, 4, 8, 2, 6, 1, 3, 9, 7, 11)
STILL_IDEAS = frozenset({9, 7, 11})
IDEAS_WEEKS_OLD = 2
JUST_BEGUN = 9
READY_OF_JUST_BEGUN = 8


@dataclass(frozen=True)
class StoryPlan:
    """One story before it is played: what it says, and its piece in the flow shop."""

    title: str
    kind: StoryKind
    application: str
    team: str
    capability: int | None
    points: int | None
    piece: Piece
    value: tuple[str, str, str] | None = None


def plan_stories(*, copy: int, random: Random, weeks: int) -> list[StoryPlan]:
    """Return one copy of the demo's stories, in backlog order, with pieces numbered from `copy` on."""
    plans: list[StoryPlan] = []
    offset = copy * 100_000
    for place, index in enumerate(BEGUN):
        capability = CAPABILITIES[index]
        begins = place * (weeks - 1) * HOURS_A_WEEK / (len(BEGUN) - len(STILL_IDEAS))
        for number, title in enumerate(capability.stories):
            ready_after = _hours_until_ready(index, random, number)
            born = _hour_of_birth(index, begins, number, weeks)
            piece = _piece(offset + len(plans), capability.team, born, ready_after, random)
            is_sized = index not in STILL_IDEAS or number % 3 != 2
            plans.append(
                StoryPlan(
                    title,
                    StoryKind.STORY,
                    capability.application,
                    capability.team,
                    index,
                    piece.points if is_sized else None,
                    piece,
                )
            )
    enablers = _plan_enablers(offset + len(plans), random, plans)
    return [*enablers, *plans, *_plan_loose(offset + len(plans) + len(enablers), random, weeks)]


def _hour_of_birth(index: int, begins: float, number: int, weeks: int) -> float:
    if index in STILL_IDEAS:
        return (weeks + 1 - IDEAS_WEEKS_OLD) * HOURS_A_WEEK + number * 3.0 + index
    return begins * 0.82 + number * 2.5


def _hours_until_ready(index: int, random: Random, number: int) -> float:
    if index == JUST_BEGUN and number < READY_OF_JUST_BEGUN:
        return 42.0 + number * 8
    if index in STILL_IDEAS:
        return 1e9
    return random.lognormvariate(2.1, 0.5) + number * 2


def _piece(index: int, team: str, born: float, ready_after: float, random: Random) -> Piece:
    return Piece(index=index, points=random.choice(SIZES), team=team, born=born, ready_after=ready_after)


def _plan_enablers(first: int, random: Random, plans: list[StoryPlan]) -> list[StoryPlan]:
    enablers = []
    for number, (application, team, title, points, unblocks) in enumerate(ENABLERS):
        needing = [plan for plan in plans if plan.capability in unblocks]
        born = min(plan.piece.born for plan in needing) * 0.6
        is_late = set(unblocks) & STILL_IDEAS == set(unblocks)
        piece = Piece(first + number, points, team, born, 1e9 if is_late else 16.0)
        for capability in unblocks:
            starters = [plan for plan in needing if plan.capability == capability][1:3]
            for plan in starters:
                plan.piece.needs.append(piece.index)
        enablers.append(StoryPlan(title, StoryKind.ENABLER, application, team, None, points, piece))
    return enablers


def _plan_loose(first: int, random: Random, weeks: int) -> list[StoryPlan]:
    loose = []
    for number, (application, team, title, kind, value) in enumerate(LOOSE):
        born = weeks * HOURS_A_WEEK * (number + 1) / (len(LOOSE) + 2)
        is_only_an_idea = title in DROPPED or (value is None and number % 3 == 1)
        ready_after = 1e9 if is_only_an_idea else random.lognormvariate(2.2, 0.5)
        piece = _piece(first + number, team, born, ready_after, random)
        points = None if kind == "SPIKE" else piece.points
        loose.append(StoryPlan(title, StoryKind(kind), application, team, None, points, piece, value))
    return loose
