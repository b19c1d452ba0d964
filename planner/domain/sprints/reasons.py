"""Why a capability is not in a plan, as facts; pages turn them into sentences."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from planner.domain.sprints.decoding import Decoder
from planner.domain.sprints.filling import free_beside
from planner.domain.sprints.instances import PER_POINT, SprintInstance
from planner.domain.sprints.network import Network, Step


@dataclass(frozen=True)
class NothingRequired:
    """No story is required for it, so it never finishes."""


@dataclass(frozen=True)
class StoryTooBig:
    """Larger than any sprint of its team: it must be split."""

    story: int
    points: float
    largest_sprint_points: float


@dataclass(frozen=True)
class NoTeam:
    """Nobody can take the story."""

    story: int


@dataclass(frozen=True)
class Skipped:
    """Somebody asked that the story stays out."""

    story: int


@dataclass(frozen=True)
class ChainTooLong:
    """Stories that wait for each other, the first one first, need more sprints than there are."""

    stories: tuple[int, ...]
    sprints_needed: int
    sprints: int


@dataclass(frozen=True)
class TeamFull:
    """The team lacks points until the end of a sprint for what the capability still needs."""

    team: int
    sprint: int
    lacking_points: float


@dataclass(frozen=True)
class NoSprintHasRoom:
    """The points are there, but no sprint from one on has enough of them free for the story at once."""

    story: int
    team: int
    from_sprint: int
    lacking_points: float


@dataclass(frozen=True)
class WouldFit:
    """It has room as things stand and could finish in a sprint; the placement just doesn't have it."""

    sprint: int


Simple = NothingRequired | StoryTooBig | NoTeam | Skipped | ChainTooLong | TeamFull | NoSprintHasRoom | WouldFit


@dataclass(frozen=True)
class PrerequisiteOut:
    """A story it needs, of another capability or of none (-1), can't be placed."""

    prerequisite: int
    capability: int
    because: Simple


Reason = Simple | PrerequisiteOut


@dataclass(frozen=True)
class Unplaced:
    """A capability that doesn't finish inside the horizon."""

    capability: int
    reason: Reason


class Placed(Protocol):
    """A plan, or a price: what tells where stories are and what finishes."""

    @property
    def placement(self) -> tuple[int, ...]:
        """Sprint of each story, or -1."""

    @property
    def finished_in(self) -> tuple[int, ...]:
        """Sprint of each capability, or below 0."""


def why_unplaced(instance: SprintInstance, plan: Placed) -> tuple[Unplaced, ...]:
    """The binding reason for each capability that the plan doesn't finish, in their order."""
    network = Network(instance)
    decoder, free = Decoder(network), free_beside(network, plan.placement)
    return tuple(
        Unplaced(capability, _reason(network, decoder, capability, list(plan.placement), list(free)))
        for capability, sprint in enumerate(plan.finished_in)
        if sprint == -1
    )


def _reason(network: Network, decoder: Decoder, capability: int, at: list[int], free: list[int]) -> Reason:
    if not network.own[capability]:
        return NothingRequired()
    for story in network.closures[capability]:
        if network.earliest[story] >= network.sprints:
            return _about(network, capability, story, _never(network, story))
    left = [network.steps[story] for story in network.closures[capability] if at[story] < 0]
    full = _fullest_team(network, left, free)
    if full is not None:
        return full
    if decoder.place_early(decoder.steps[capability], at, free) is not None:
        return WouldFit(max(at[story] for story in network.own[capability]))
    return _first_without_room(network, capability, left, at, free)


def _about(network: Network, capability: int, story: int, because: Simple) -> Reason:
    owner = int(network.instance.capability[story])
    is_own = owner == capability and bool(network.instance.is_required[story])
    return because if is_own else PrerequisiteOut(story, owner, because)


def _never(network: Network, story: int) -> Simple:
    """Why the first story of a closure that can't be in any sprint can't."""
    instance = network.instance
    team, points = int(instance.team[story]), int(instance.units[story])
    if instance.is_skipped[story]:
        return Skipped(story)
    if team < 0:
        return NoTeam(story)
    if points > network.largest_sprint[team]:
        return StoryTooBig(story, points / PER_POINT, max(0, network.largest_sprint[team]) / PER_POINT)
    return ChainTooLong(_chain_to(network, story), network.earliest[story] + 1, network.sprints)


def _chain_to(network: Network, story: int) -> tuple[int, ...]:
    """From a story that waits for nothing, through those that keep it waiting longest."""
    chain = [story]
    while network.needs[chain[-1]] and network.fixed[chain[-1]] < 0:
        chain.append(max(network.needs[chain[-1]], key=lambda need: network.earliest[need[0]] + need[1])[0])
    return tuple(reversed(chain))


def _fullest_team(network: Network, left: Sequence[Step], free: list[int]) -> TeamFull | None:
    """The team that lacks most points until the end of the horizon, if one does."""
    lacking: dict[int, int] = {}
    for _, points, row, _, _ in left:
        room = sum(max(0, each) for each in free[row + network.instance.frozen_sprints : row + network.sprints])
        lacking[row] = lacking.get(row, -room) + points
    row = max(lacking, key=lambda each: lacking[each], default=-1)
    if row < 0 or lacking[row] <= 0:
        return None
    return TeamFull(row // (network.sprints + 1), network.sprints - 1, lacking[row] / PER_POINT)


def _first_without_room(
    network: Network, capability: int, left: Sequence[Step], at: list[int], free: list[int]
) -> Reason:
    """The first story that finds no sprint, when those before it are placed as early as they can be."""
    for story, points, row, first, needs in left:
        sprint = max([first, *(at[before] + lag for before, lag in needs)])
        fitting = [each for each in range(sprint, network.sprints) if free[row + each] >= points]
        if not fitting:
            most = max((max(0, free[row + each]) for each in range(sprint, network.sprints)), default=0)
            team = row // (network.sprints + 1)
            found = NoSprintHasRoom(story, team, min(sprint, network.sprints - 1), (points - most) / PER_POINT)
            return _about(network, capability, story, found)
        at[story] = fitting[0]
        free[row + fitting[0]] -= points
    raise AssertionError("what could not be placed can't be placed")
