"""Cumulative flow in dollars: what stood in each place at the end of each day, at what it was worth *then*.

Points, capabilities and estimates change, and with them what a story is worth. `DatedWorth` begins with
the newest day and takes changes back one day at a time; only capabilities that something happened to are
shared out again, so that a day on which nothing changed costs nothing.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from planner.domain.arrays import BoolArray, FloatArray, IntArray
from planner.domain.value.attribution import attribute_values
from valuestream.domain.flow_metrics import UNVALUED
from valuestream.domain.visits import Visits

NO_CAPABILITY = -1


@dataclass(frozen=True)
class Changes:
    """Changes of one field, shape (changes,), in the order they happened: whose it is, and what it was before."""

    occurred_at: IntArray
    subject: IntArray
    before: FloatArray

    def since(self, instant: int) -> "Changes":
        """The changes after an instant."""
        later = self.occurred_at > instant
        return Changes(self.occurred_at[later], self.subject[later], self.before[later])

    def until(self, instant: int) -> "Changes":
        """The changes up to an instant."""
        earlier = self.occurred_at <= instant
        return Changes(self.occurred_at[earlier], self.subject[earlier], self.before[earlier])

    def take_back(self, figures: FloatArray | IntArray | BoolArray) -> None:
        """Write what was before; of several changes of one subject the oldest has the last word."""
        figures[self.subject[::-1]] = self.before[::-1]


@dataclass(frozen=True)
class WorthInputs:
    """All that a story's worth follows from, after every change; stories and capabilities are indices.

    `capability`, `required`, `points` (NaN: unestimated), `own_value` (cents of a story in no capability, UNVALUED)
    and `created_at`: shape (stories,). `capability_value`: cents, UNVALUED, shape (capabilities,). The changes of each
    come beside it.
    """

    created_at: IntArray
    capability: IntArray
    required: BoolArray
    points: FloatArray
    own_value: IntArray
    capability_value: IntArray
    capability_changes: Changes
    required_changes: Changes
    points_changes: Changes
    own_value_changes: Changes
    capability_value_changes: Changes


def worth_by_day(inputs: WorthInputs, instants: IntArray) -> Iterator[IntArray]:
    """Each story's attributed value in cents at each instant, the newest first; UNVALUED where it had none.

    `instants` rise. An array is changed by the next step: take what is needed of it before.
    """
    state = DatedWorth(inputs)
    for instant in instants[::-1].tolist():
        yield state.at(instant)


class DatedWorth:
    """What every story was worth, taken back in time step by step."""

    def __init__(self, inputs: WorthInputs) -> None:
        self.inputs = inputs
        self.capability = inputs.capability.copy()
        self.required = inputs.required.copy()
        self.points = inputs.points.copy()
        self.own_value = inputs.own_value.copy()
        self.capability_value = inputs.capability_value.copy()
        self.value = np.full(len(inputs.capability), UNVALUED)
        self._reached: int | None = None

    def at(self, instant: int) -> IntArray:
        """Values at an instant, which must not be later than the last one asked for."""
        touched = self._take_back(instant)
        concerned = np.flatnonzero(touched[self.capability])
        self.value[concerned] = self._shares(concerned, self.inputs.created_at[concerned] <= instant)
        self._reached = instant
        return self.value

    def _take_back(self, instant: int) -> BoolArray:
        """Undo what happened since; return the capabilities concerned (the last one stands for none at all)."""
        inputs, reached = self.inputs, self._reached
        pairs: list[tuple[Changes, FloatArray | IntArray | BoolArray]] = [
            (inputs.capability_changes, self.capability),
            (inputs.required_changes, self.required),
            (inputs.points_changes, self.points),
            (inputs.own_value_changes, self.own_value),
        ]
        touched = np.full(len(self.capability_value) + 1, reached is None)
        stories = [self._born_since(instant)]
        for changes, figures in pairs:
            step = self._step(changes, instant)
            touched[self.capability[step.subject]] = True
            step.take_back(figures)
            stories.append(step.subject)
        step = self._step(inputs.capability_value_changes, instant)
        step.take_back(self.capability_value)
        touched[step.subject] = True
        touched[self.capability[np.concatenate(stories)]] = True
        return touched

    def _step(self, changes: Changes, instant: int) -> Changes:
        later = changes.since(instant)
        return later if self._reached is None else later.until(self._reached)

    def _born_since(self, instant: int) -> IntArray:
        born = self.inputs.created_at > instant
        if self._reached is not None:
            born &= self.inputs.created_at <= self._reached
        return np.flatnonzero(born)

    def _shares(self, concerned: IntArray, exists: BoolArray) -> IntArray:
        """Shares of these stories: whole capabilities, or stories in none."""
        capability, own = self.capability[concerned], self.own_value[concerned]
        wanted, index = np.unique(capability, return_inverse=True)
        of_each = np.append(self.capability_value, UNVALUED)[wanted]  # NO_CAPABILITY takes the one appended
        is_shared = exists & (capability != NO_CAPABILITY) & (of_each[index] != UNVALUED)
        place = np.where(is_shared, index, -1)
        shares = attribute_values(np.maximum(of_each, 0), place, self.points[concerned], self.required[concerned])
        loose = np.where(exists & (capability == NO_CAPABILITY), own, UNVALUED)
        return np.where(is_shared, shares, loose)


def cumulative_value(
    visits: Visits, instants: IntArray, place_count: int, values: Iterable[IntArray], story: IntArray
) -> FloatArray:
    """Cents in each place at each instant, shape (instants, places).

    `values`: cents by story, UNVALUED, one array an instant, the newest first (`worth_by_day`). `story`: where each
    visit's story stands in them.
    """
    cells = np.zeros((len(instants), place_count))
    for at, worth in zip(range(len(instants) - 1, -1, -1), values, strict=True):
        there = np.flatnonzero((visits.entered_at <= instants[at]) & (visits.left_at > instants[at]))
        cents = np.maximum(worth[story[there]], 0).astype(np.float64)
        cells[at] = np.bincount(visits.place[there], weights=cents, minlength=place_count)
    return cells
