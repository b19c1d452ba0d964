"""What happens in a sprint, and where each of its stories stands after it.

Amounts are points, hours and money. A story that is not estimated adds nothing to a sum and is counted.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from planner.domain.vocabulary import Labelled

ZERO = Decimal(0)


@dataclass(frozen=True)
class Amounts:
    """Points, hours and money of a story, or a sum of stories."""

    points: Decimal = ZERO
    hours: Decimal = ZERO
    dollars: Decimal = ZERO

    def __add__(self, other: "Amounts") -> "Amounts":
        return Amounts(self.points + other.points, self.hours + other.hours, self.dollars + other.dollars)

    def __sub__(self, other: "Amounts") -> "Amounts":
        return Amounts(self.points - other.points, self.hours - other.hours, self.dollars - other.dollars)

    def scale(self, share: Decimal) -> "Amounts":
        """So much of each."""
        return Amounts(self.points * share, self.hours * share, self.dollars * share)


def total(amounts: Iterable[Amounts]) -> Amounts:
    """The sum."""
    return sum(amounts, Amounts())


class Change(Labelled):
    """What happened to a story in a sprint."""

    ADDED = "ADDED", "Added"
    REMOVED = "REMOVED", "Taken out"
    ESTIMATED = "ESTIMATED", "Estimated anew"
    WORKED = "WORKED", "Hours left changed"
    DONE = "DONE", "Done"
    REOPENED = "REOPENED", "Reopened"


@dataclass(frozen=True)
class SprintEvent:
    """One change. ADDED and ESTIMATED carry all amounts (hours: those estimated), WORKED the hours left.

    ``is_estimated``: whether the points of these amounts are known. A story may be added in a state that counts as
    done (``is_done``). Events of one instant happen in the order given.
    """

    at: datetime
    story_id: int
    change: Change
    amounts: Amounts = Amounts()
    hours_left: Decimal | None = None
    is_estimated: bool = True
    is_done: bool = False


@dataclass(frozen=True)
class Standing:
    """Where a story stands: in the sprint or not, done or not, its amounts and the hours left on it."""

    amounts: Amounts
    hours_left: Decimal | None = None
    is_in: bool = True
    is_done: bool = False
    is_estimated: bool = True

    @property
    def scope(self) -> Amounts:
        """What it adds to the sprint; hours left above the estimate add to the work there is."""
        if not self.is_in:
            return Amounts()
        left = self.hours_left if self.hours_left is not None else ZERO
        return replace(self.amounts, hours=max(self.amounts.hours, left))

    @property
    def remaining(self) -> Amounts:
        """What is left of it: all points and money until it is done, hours as they are worked off."""
        if not self.is_in or self.is_done:
            return Amounts()
        return self.scope if self.hours_left is None else replace(self.amounts, hours=self.hours_left)

    @property
    def done(self) -> Amounts:
        """What of it is done."""
        return self.scope - self.remaining


Standings = Mapping[int, Standing]


def replay(
    events: Iterable[SprintEvent], until: datetime | None = None, standings: Standings | None = None
) -> dict[int, Standing]:
    """Where all stories stand at an instant, events at that instant included; None: after all events.

    ``standings``: where they stood before these events. Events are in order.
    """
    present = dict(standings or {})
    for event in events:
        if until is not None and event.at > until:
            break
        present[event.story_id] = _apply(event, present.get(event.story_id))
    return present


def sum_scope(standings: Standings) -> Amounts:
    """All that is in the sprint."""
    return total(standing.scope for standing in standings.values())


def sum_done(standings: Standings) -> Amounts:
    """All that is done in the sprint."""
    return total(standing.done for standing in standings.values())


def _apply(event: SprintEvent, before: Standing | None) -> Standing:
    if event.change is Change.ADDED or before is None:
        return _arrive(event, before)
    match event.change:
        case Change.REMOVED:
            return replace(before, is_in=False)
        case Change.ESTIMATED:
            return replace(before, amounts=event.amounts, is_estimated=event.is_estimated)
        case Change.WORKED:
            return replace(before, hours_left=event.hours_left)
        case _:
            return replace(before, is_done=event.change is Change.DONE)


def _arrive(event: SprintEvent, before: Standing | None) -> Standing:
    """A story comes in; one that only changed without ever coming in stays outside."""
    is_in = event.change is Change.ADDED
    is_done = event.is_done if is_in else event.change is Change.DONE
    hours_left = event.hours_left if event.hours_left is not None or before is None else before.hours_left
    return Standing(event.amounts, hours_left, is_in, is_done, event.is_estimated)
