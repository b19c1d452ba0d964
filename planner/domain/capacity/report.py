"""The report of a sprint: committed, added, taken out, done, what moves on, and what was earned.

committed + added - removed + re-estimated = done + not done, in points, hours and money.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from planner.domain.capacity.burn_events import ZERO, Amounts, Change, SprintEvent, Standings, replay, total


@dataclass(frozen=True)
class FinishedCapability:
    """A capability all of whose required stories were done within the sprint. Money None: nobody has valued it."""

    key: str
    title: str
    cost_of_delay: Decimal | None
    business_value: Decimal | None


@dataclass(frozen=True)
class Part:
    """Stories of a sprint, and what they amount to."""

    story_ids: tuple[int, ...]
    amounts: Amounts


@dataclass(frozen=True)
class SprintReport:
    """What became of a sprint.

    ``committed``: in it at the start, with the amounts they had then. ``added``: in it at the end but not committed,
    with the amounts of the end. ``removed``: committed but not in it at the end. ``came_and_went``: added and taken
    out again. ``re_estimated``: by how much those that stayed have grown. ``done``, ``not_done``: those in it at the
    end, and amounts done and left of all of them. ``unestimated_ids``: stories in it at the end without points.
    """

    committed: Part
    added: Part
    removed: Part
    came_and_went: tuple[int, ...]
    re_estimated: Amounts
    done: Part
    not_done: Part
    unestimated_ids: tuple[int, ...]
    capabilities: tuple[FinishedCapability, ...]

    @property
    def initial_planned_points(self) -> Decimal:
        """Initial planned velocity."""
        return self.committed.amounts.points

    @property
    def planned_points(self) -> Decimal:
        """Planned velocity: points in the sprint at the end."""
        return (self.done.amounts + self.not_done.amounts).points

    @property
    def actual_points(self) -> Decimal:
        """Actual velocity: points of the stories done."""
        return self.done.amounts.points

    @property
    def carry_over_points(self) -> Decimal:
        """Points that are left and move on."""
        return self.not_done.amounts.points

    @property
    def value_per_week(self) -> Decimal:
        """Cost of delay a week of the capabilities finished."""
        return sum((each.cost_of_delay or ZERO for each in self.capabilities), ZERO)

    @property
    def business_value(self) -> Decimal:
        """Business value of the capabilities finished."""
        return sum((each.business_value or ZERO for each in self.capabilities), ZERO)

    @property
    def unvalued(self) -> int:
        """How many of them nobody has valued."""
        return sum(each.cost_of_delay is None and each.business_value is None for each in self.capabilities)


def sprint_report(
    events: Sequence[SprintEvent],
    *,
    started_at: datetime,
    ended_at: datetime,
    capabilities: Iterable[FinishedCapability] = (),
) -> SprintReport:
    """The report of a sprint from its start to its end (or to now); events in order of time.

    What happens at ``started_at`` is part of the commitment; what happens at ``ended_at``, such as stories moving on
    to the next sprint, is no part of the sprint.
    """
    events = [event for event in events if event.at < ended_at]
    start, end = replay(events, started_at), replay(events)
    committed, present = _list_in(start), _list_in(end)
    done, left = ([story for story in present if end[story].is_done is wanted] for wanted in (True, False))
    return SprintReport(
        committed=_part(committed, start),
        added=_part([story for story in present if story not in set(committed)], end),
        removed=_part([story for story in committed if not end[story].is_in], start),
        came_and_went=_list_passing(events, started_at, {*committed, *present}),
        re_estimated=total(end[story].scope - start[story].scope for story in committed if end[story].is_in),
        done=Part(tuple(done), total(end[story].done for story in present)),
        not_done=Part(tuple(left), total(end[story].remaining for story in present)),
        unestimated_ids=tuple(story for story in present if not end[story].is_estimated),
        capabilities=tuple(capabilities),
    )


def _list_in(standings: Standings) -> list[int]:
    return [story for story, standing in standings.items() if standing.is_in]


def _part(stories: Sequence[int], standings: Standings) -> Part:
    return Part(tuple(stories), total(standings[story].scope for story in stories))


def _list_passing(events: Sequence[SprintEvent], started_at: datetime, others: set[int]) -> tuple[int, ...]:
    """Stories that came in after the start and were taken out before the end."""
    within = (event for event in events if event.at > started_at and event.change is Change.ADDED)
    return tuple(dict.fromkeys(event.story_id for event in within if event.story_id not in others))
