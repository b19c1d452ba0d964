"""Whether a change pays: what it brings against what its people cost, run by run."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from planner.domain.arrays import FloatArray
from valuestream.domain.what_if.draws import Draws
from valuestream.domain.what_if.outcomes import Outcome, Range, conclude_outcomes, range_of
from valuestream.domain.what_if.playing import play
from valuestream.domain.what_if.stream import Scenario, Stream

SURE = 0.9
"""In so many of the runs a change must pay, or must not, before it is said."""


class Verdict(StrEnum):
    """What is said of a change."""

    WORTH_IT = "worth it"
    NOT_WORTH_IT = "not worth it"
    CANT_TELL = "can't tell"


@dataclass(frozen=True)
class Change:
    """A figure as it is, as it would be, and by how much it would change; None where it is not known."""

    as_is: Range | None
    what_if: Range | None
    difference: Range | None


@dataclass(frozen=True)
class StationChange:
    """A stage before and after: mean idle cost in cents, and the share of its people's time that is worked."""

    idle_cost: float
    idle_cost_after: float
    utilisation: float | None
    utilisation_after: float | None


@dataclass(frozen=True)
class Judged:
    """The answer. Money in cents over all the weeks played; `pays` is the share of runs in which it pays.

    `cost` None: what a person costs is not known. `payback_weeks` None: not within these weeks. The bottleneck is
    the station with the highest idle cost; None where nothing waits at a cost.
    """

    verdict: Verdict
    pays: float | None
    cost: float | None
    payback_weeks: int | None
    delivered_value: Change
    throughput_per_week: Change
    lead_p50_weeks: Change
    lead_p85_weeks: Change
    value_held: Change
    idle_cost: Change
    stations: list[StationChange]

    @property
    def bottleneck(self) -> int | None:
        """The station whose waiting costs most as it is."""
        return _largest([one.idle_cost for one in self.stations])

    @property
    def next_bottleneck(self) -> int | None:
        """The station whose waiting would cost most."""
        return _largest([one.idle_cost_after for one in self.stations])


@dataclass(frozen=True)
class Further:
    """What one more person at a station brings beyond the one before, cents."""

    station: int
    people: int
    gain: Range | None
    verdict: Verdict


def judge(
    stream: Stream, draws: Draws, scenarios: Sequence[Scenario], *, weeks: float, cost_per_week: float | None
) -> tuple[Judged, list[Outcome]]:
    """Compare the second scenario with the first; the outcomes of all of them come with it.

    `cost_per_week`: cents that one person costs. The first scenario is what goes on as it is.
    """
    outcomes = conclude_outcomes(play(stream, draws, scenarios, weeks=weeks), draws, weeks=weeks)
    (as_is, what_if), (now, then) = outcomes[:2], scenarios[:2]
    more = sum(then.people) - sum(now.people)
    gain = what_if.delivered_value - as_is.delivered_value
    cost = None if cost_per_week is None and more else more * (cost_per_week or 0.0) * weeks
    return Judged(
        verdict=verdict_of(gain, cost),
        pays=None if cost is None else float((gain > cost).mean()),
        cost=cost,
        payback_weeks=None if cost is None or more <= 0 else _payback(as_is, what_if, cost / weeks),
        delivered_value=_change(as_is.delivered_value, what_if.delivered_value),
        throughput_per_week=_change(as_is.throughput_per_week, what_if.throughput_per_week),
        lead_p50_weeks=_change(as_is.lead_p50_weeks, what_if.lead_p50_weeks),
        lead_p85_weeks=_change(as_is.lead_p85_weeks, what_if.lead_p85_weeks),
        value_held=_change(as_is.value_held, what_if.value_held),
        idle_cost=_change(as_is.idle_cost, what_if.idle_cost),
        stations=_stations(as_is, what_if, now, then, weeks),
    ), outcomes


def verdict_of(gain: FloatArray, cost: float | None) -> Verdict:
    """Said only where nine runs of ten agree; a cost that is not known leaves it open."""
    if cost is None:
        return Verdict.CANT_TELL
    if float((gain > cost).mean()) >= SURE:
        return Verdict.WORTH_IT
    return Verdict.NOT_WORTH_IT if float((gain <= cost).mean()) >= SURE else Verdict.CANT_TELL


def judge_further(
    steps: Sequence[tuple[Outcome, Outcome]], people: Sequence[tuple[int, int]], *, cost: float | None
) -> list[Further]:
    """What one more person brings: outcomes without and with, and (station, people there). `cost`: of one, cents."""
    gains = [after.delivered_value - before.delivered_value for before, after in steps]
    return [
        Further(station, count, range_of(gain), verdict_of(gain, cost))
        for (station, count), gain in zip(people, gains, strict=True)
    ]


def _change(as_is: FloatArray, what_if: FloatArray) -> Change:
    return Change(range_of(as_is), range_of(what_if), range_of(what_if - as_is))


def _stations(as_is: Outcome, what_if: Outcome, now: Scenario, then: Scenario, weeks: float) -> list[StationChange]:
    def used(outcome: Outcome, scenario: Scenario, at: int) -> float | None:
        people = scenario.people[at]
        return float(outcome.worked_weeks[:, at].mean()) / (people * weeks) if people else None

    return [
        StationChange(
            float(as_is.idle_cost_at[:, at].mean()),
            float(what_if.idle_cost_at[:, at].mean()),
            used(as_is, now, at),
            used(what_if, then, at),
        )
        for at in range(len(now.people))
    ]


def _payback(as_is: Outcome, what_if: Outcome, cost_a_week: float) -> int | None:
    """The first week from which on what it brought covers what it cost, in the middle of the runs."""
    gained = np.median(what_if.value_by_week - as_is.value_by_week, axis=0)
    covers = gained >= cost_a_week * np.arange(1, len(gained) + 1)
    if not covers[-1]:
        return None
    short = np.flatnonzero(~covers)
    return int(short[-1]) + 2 if len(short) else 1


def _largest(amounts: Sequence[float]) -> int | None:
    best = max(range(len(amounts)), key=amounts.__getitem__, default=None)
    return best if best is not None and amounts[best] > 0 else None
