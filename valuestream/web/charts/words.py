"""What each chart found, as the title of its card: parts of a sentence, some of them figures with their items."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import NamedTuple

import numpy as np

from planner.domain.arrays import FloatArray
from valuestream.domain.charts.durations import older_than
from valuestream.domain.charts.process_limits import Rule, Signal
from valuestream.selectors.charts.durations import Points
from valuestream.web.charts.asking import ChartAddresses
from valuestream.web.charts.gathering import Charts
from valuestream.web.map_numbers import MapNumbers, items, percent, trimmed
from valuestream.web.map_question import Measure

_CENTS = 100
_STILL = 0.02
"""A change of the held below this share of it is none worth a word."""


class Part(NamedTuple):
    """A piece of a sentence; with a `url` a figure that opens its items."""

    text: str
    url: str = ""
    is_money: bool = False


Words = list[Part]


@dataclass(frozen=True)
class Teller:
    """Says what charts found, in one measure."""

    charts: Charts
    numbers: MapNumbers
    addresses: ChartAddresses
    measure: Measure

    @property
    def in_dollars(self) -> bool:
        """Whether amounts are dollars."""
        return self.measure is Measure.DOLLARS

    def amount(self, amount: float, url: str = "") -> Part:
        """An amount: cents, or items."""
        if self.in_dollars:
            return Part(self.numbers.money(Decimal(round(amount)) / _CENTS), url, is_money=True)
        return Part(items(round(amount)), url)

    def change(self, amount: float) -> Part:
        """A difference; the word items was said before it."""
        return self.amount(amount) if self.in_dollars else Part(f"{round(amount):,}")

    def since(self) -> str:
        """The first day, with its year when that is another one."""
        first, last = self.charts.cfd.days[0], self.charts.cfd.days[-1]
        return f"{first:%-d %B}" if first.year == last.year else f"{first:%-d %B %Y}"

    # The line above all charts

    def lede(self) -> Words:
        """What came, what went, and what that left in the stream."""
        charts, held = self.charts, self.held_by_day()
        runs, start = charts.chart.runs, charts.chart.window_start
        entered, left = int((runs.visits.entered_at >= start).sum()), int(charts.chart.left_since(runs, start).sum())
        first, last = charts.chart.first_day.isoformat(), charts.chart.last_day.isoformat()
        words = [
            Part(f"{items(entered)} entered the stream in {charts.chart.asked.window_days} days and "),
            Part(f"{left:,}", self.addresses.items_behind(of="left", since=first, until=last)),
            Part(" left it. It holds "),
            self.amount(float(held[-1]), self.addresses.items_behind(of="held", day=last)),
        ]
        return [*words, *self._change(float(held[0]), float(held[-1]))]

    def held_by_day(self) -> FloatArray:
        """What the open stages held at each day's end."""
        cells = self.cells()[:, self.charts.chart.open_stages]
        summed: FloatArray = cells.sum(axis=1)
        return summed

    def cells(self) -> FloatArray:
        """Cells of the cumulative flow by day and stage."""
        flow = self.charts.cfd
        return flow.by_stage(flow.cents if self.in_dollars else flow.items, len(self.charts.chart.layout.stages))

    def _change(self, before: float, after: float) -> Words:
        moved, since = after - before, self.since()
        if abs(moved) <= _STILL * before:
            return [Part(f", as much as on {since}.")]
        return [Part(", "), self.change(abs(moved)), Part(f" {'more' if moved > 0 else 'less'} than on {since}.")]

    # Cumulative flow

    def grown(self) -> int | None:
        """The open stage whose band grew most over the window, by index; None where none did."""
        cells, stages = self.cells(), self.charts.chart.open_stages
        rises = [float(cells[-1, at] - cells[0, at]) for at in stages]
        return stages[int(np.argmax(rises))] if stages and max(rises) > 0 else None

    def cfd(self) -> Words:
        """Which band grew most."""
        at, since = self.grown(), self.since()
        if at is None:
            return [Part(f"No stage holds more than on {since}")]
        stage, cells = self.charts.chart.layout.stages[at], self.cells()
        last = self.charts.chart.last_day.isoformat()
        url = self.addresses.items_behind(of="held", day=last, stage=str(stage.pk))
        rise = float(cells[-1, at] - cells[0, at])
        now = self.amount(float(cells[-1, at]), url)
        return [Part(f"{stage.name} holds "), now, Part(", "), self.change(rise), Part(f" more than on {since}")]

    # Ageing

    def ageing(self) -> Words:
        """The stage with most that is older than usual there."""
        ageing = self.charts.ageing
        if not any(bands.n for bands in ageing.bands):
            return [Part("Nothing left a stage in the window: what is usual there is not known")]
        olds = [self._old(at, bands.p85) for at, bands in zip(ageing.stages, ageing.bands, strict=True)]
        weights = [self._weight(old) for old in olds]
        if not any(len(old) for old in olds):
            return [Part("Nothing open is older than 85% of what left its stage")]
        most = int(np.argmax(weights)) if any(weights) else int(np.argmax([len(old) for old in olds]))
        return self._older_words(self.charts.chart.layout.stages[ageing.stages[most]].pk, olds[most], most)

    def _older_words(self, stage_id: int, old: Points, at: int) -> Words:
        stage = self.charts.chart.layout.stages[self.charts.ageing.stages[at]]
        last = self.charts.chart.last_day.isoformat()
        url = self.addresses.items_behind(of="old", day=last, stage=str(stage_id))
        verb = "is" if len(old) == 1 else "are"
        worth = [Part(" worth "), self.amount(self._weight(old))] if self.in_dollars and self._weight(old) else []
        tail = Part(f" in {stage.name} {verb} older than 85% of what left it")
        return [Part(items(len(old)), url), *worth, tail]

    def _old(self, stage: int, p85: float | None) -> Points:
        there = self.charts.ageing.in_stage(stage)
        return there.take(there.seconds > (np.inf if p85 is None else p85))

    def _weight(self, points: Points) -> float:
        return float(points.cents[points.cents > 0].sum()) if self.in_dollars else float(len(points))

    # Cycle time

    def cycle(self) -> Words:
        """How long half and 85 of 100 take, and what the slowest carry."""
        times = self.charts.cycle
        if times.bands.p50 is None or times.bands.p85 is None:
            return [Part("Nothing left the stream in the window")]
        half, most = (self._time(seconds) for seconds in (times.bands.p50, times.bands.p85))
        words = [Part(f"Half leave in {half}, 85% in {most}")]
        slow = times.left.take(times.left.seconds > times.bands.p85)
        if not older_than(times.left.seconds, times.bands.p85):
            return words
        first, last = self.charts.chart.first_day.isoformat(), self.charts.chart.last_day.isoformat()
        url = self.addresses.items_behind(of="slow", since=first, until=last)
        number = Part(f"{len(slow):,}", url)
        if self.in_dollars and self._weight(slow):
            return [*words, Part("; the slowest "), number, Part(" carry "), self.amount(self._weight(slow))]
        return [*words, Part("; "), number, Part(" took longer")]

    def _time(self, seconds: float) -> str:
        """A duration whose unit stays beside its number."""
        return self.numbers.duration(seconds).replace(" ", "\N{NO-BREAK SPACE}")

    # Throughput

    def throughput(self) -> Words:
        """What leaves a week, and whether that is anything but the usual."""
        found = self.charts.throughput
        limits = found.cent_limits if self.in_dollars else found.item_limits
        if limits is None:
            return [Part("Too few weeks to say what is usual")]
        url = self._left_in(0, len(found.departures.weeks) - 1)
        a_week = self.amount(limits.mean, url) if self.in_dollars else Part(f"{trimmed(limits.mean)} items", url)
        signals = found.cent_signals if self.in_dollars else found.item_signals
        if not signals:
            return [
                a_week,
                Part(" a week leave" if not self.in_dollars else " a week leaves"),
                Part("; no week is a signal"),
            ]
        return [a_week, Part(" a week; "), Part(self.signal_words(_newest(signals)))]

    def signal_words(self, signal: Signal) -> str:
        """A signal as half a sentence."""
        weeks = self.charts.throughput.departures.weeks
        first, side = f"{weeks[signal.first]:%-d %B}", "above" if signal.is_high else "below"
        number = signal.last - signal.first + 1
        if signal.rule is Rule.OUTSIDE:
            return f"the week of {first} lies {side} the {'upper' if signal.is_high else 'lower'} limit"
        if signal.rule is Rule.RUN:
            return f"{number} weeks in a row from {first} lie {side} the mean"
        limit = "upper" if signal.is_high else "lower"
        return f"three of four weeks from {first} lie nearer the {limit} limit than the mean"

    def signals(self) -> Words:
        """Every signal, in words, with the items of its weeks."""
        found = self.charts.throughput
        signals = found.cent_signals if self.in_dollars else found.item_signals
        return [Part(self.signal_words(one), self._left_in(one.first, one.last)) for one in signals]

    def _left_in(self, first: int, last: int) -> str:
        """The items that left in weeks, both included."""
        weeks = self.charts.throughput.departures.weeks
        until = weeks[last] + timedelta(days=6)
        return self.addresses.items_behind(of="left", since=weeks[first].isoformat(), until=until.isoformat())

    # Mix

    def mix(self) -> Words:
        """What most of the work went to."""
        mix = self.charts.mix
        table = mix.cents if self.in_dollars else mix.items
        whole = float(table.totals.sum())
        if not whole or not len(table.groups):
            return [Part("Nothing that left had a value" if self.in_dollars else "Nothing left the stream")]
        name = mix.grouping.labels[int(table.groups[0])]
        weeks = mix.departures.weeks
        until = (weeks[-1] + timedelta(days=6)).isoformat()
        url = self.addresses.items_behind(
            of="left", since=weeks[0].isoformat(), until=until, by=mix.grouping.key, group=name
        )
        share = percent(float(table.amounts[:, 0].sum()) / whole)
        return [Part(share, url), Part(f" of the {'value' if self.in_dollars else 'items'} that left: {name}")]


def _newest(signals: list[Signal]) -> Signal:
    return max(signals, key=lambda one: (one.last, one.last - one.first))
