"""What the views of flow charts give their templates."""

import json
from dataclasses import dataclass
from typing import Any

from common.formats import currency_symbol
from valuestream.domain.vocabulary import Clock
from valuestream.models import Map
from valuestream.selectors.charts.groups import grouping_choices
from valuestream.selectors.measuring import has_more_visits
from valuestream.web.charts import drawing, tables
from valuestream.web.charts.asking import ChartAddresses
from valuestream.web.charts.gathering import Charts, gather_charts
from valuestream.web.charts.words import Teller, Words
from valuestream.web.map_filters import filter_groups
from valuestream.web.map_numbers import MapNumbers
from valuestream.web.map_page import numbers_of
from valuestream.web.map_question import WINDOWS, MapQuestion, Measure

INLINE_VISITS = 20_000
"""Of more the charts come after the page."""
NAMES = {
    "cfd": "Cumulative flow",
    "ageing": "Ageing work",
    "cycle": "Cycle time",
    "throughput": "Throughput",
    "mix": "Work mix",
}


@dataclass(frozen=True)
class Card:
    """A chart with its title in both measures, what it plots, its data and its twin."""

    key: str
    name: str
    measure: Measure
    titles: list[tuple[Measure, Words]]
    plots: list[tuple[Measure, str]]
    foot: str
    data: str
    headings: list[str]
    rows: list[list[str]]
    row_count: int
    export_url: str
    items_url: str
    signals: list[tuple[Measure, Words]]


@dataclass(frozen=True)
class CardMaker:
    """Makes the cards of a page."""

    charts: Charts
    question: MapQuestion
    addresses: ChartAddresses
    numbers: MapNumbers

    @property
    def measure(self) -> Measure:
        """The page's measure: dollars, unless items are asked for or nothing has a value."""
        if not self.charts.is_valued:
            return Measure.ITEMS
        return self.question.measure or Measure.DOLLARS

    def teller(self, measure: Measure) -> Teller:
        """What says a chart's finding in a measure."""
        return Teller(self.charts, self.numbers, self.addresses, measure)

    def lede(self) -> Words:
        """The line above the cards."""
        return self.teller(self.measure).lede()

    def cards(self) -> list[Card]:
        """Every card, in the page's order."""
        workday = self.numbers.workday_seconds
        data = {
            "cfd": {**drawing.draw_cfd(self.charts), "grown": self._grown()},
            "ageing": drawing.draw_ageing(self.charts, workday=workday),
            "cycle": drawing.draw_cycle(self.charts, workday=workday),
            "throughput": drawing.draw_throughput(self.charts),
            "mix": drawing.draw_mix(self.charts),
        }
        return [self._card(key, data[key]) for key in NAMES]

    def _grown(self) -> dict[str, str | None]:
        stages = self.charts.chart.layout.stages
        found = {measure.value: self.teller(measure).grown() for measure in Measure}
        return {measure: None if at is None else stages[at].name for measure, at in found.items()}

    def _card(self, key: str, data: drawing.Drawing) -> Card:
        table = self.table(key)
        word = self.addresses.kept.get(key)
        own = Measure(word) if word and self.charts.is_valued else self.measure
        shared = {
            "unit": self.numbers.day_unit,
            "currency": currency_symbol(self.numbers.currency),
            "story": self.addresses.story(),
        }
        return Card(
            key=key,
            name=NAMES[key],
            measure=own,
            titles=[(measure, getattr(self.teller(measure), key)()) for measure in Measure],
            plots=[(measure, self._plots(key, measure)) for measure in Measure],
            foot=self._foot(key),
            data=json.dumps({**data, **shared}, separators=(",", ":")),
            headings=table.headings,
            rows=tables.read_rows(table, self.numbers),
            row_count=len(table.rows),
            export_url=self.addresses.export(key),
            items_url=self.addresses.items_behind(),
            signals=[(measure, self.teller(measure).signals()) for measure in Measure] if key == "throughput" else [],
        )

    def table(self, key: str) -> tables.Table:
        """A card's rows."""
        if key == "cfd":
            return tables.cfd_table(self.charts)
        if key == "ageing":
            return tables.ageing_table(self.charts, self.numbers)
        if key == "cycle":
            return tables.cycle_table(self.charts, self.numbers)
        return tables.throughput_table(self.charts) if key == "throughput" else tables.mix_table(self.charts)

    def _plots(self, key: str, measure: Measure) -> str:
        what = "value" if measure is Measure.DOLLARS else "items"
        area = ", area = dollars" if measure is Measure.DOLLARS else ""
        return {
            "cfd": f"Cumulative flow: {what} in each stage at the end of the day, over what left since",
            "ageing": f"Ageing: days in the stage over its own p50, p85 and p95{area}",
            "cycle": f"Cycle time from entering the stream to leaving it, by the day it left{area}",
            "throughput": f"Throughput: {what} that left a week, with natural process limits",
            "mix": f"Work mix: {what} that left a week, by {self.charts.mix.grouping.word}",
        }[key]

    def _foot(self, key: str) -> str:
        charts = self.charts
        left = charts.throughput.departures
        unvalued = f" {left.unvalued:,} without a value are in no dollar figure." if left.unvalued else ""
        drawn = {
            "ageing": _sampled(len(charts.ageing.shown), len(charts.ageing.open_items), "oldest"),
            "cycle": _sampled(len(charts.cycle.shown), len(charts.cycle.left), "slowest and every so many of the rest"),
        }
        step = charts.cfd.step_days
        return {
            "cfd": f"A past day never changes afterwards.{f' Every {step} days.' if step > 1 else ''}",
            "ageing": f"{len(charts.ageing.open_items):,} open items.{drawn['ageing']}",
            "cycle": f"n {charts.cycle.bands.n:,}.{drawn['cycle']} Cancelled items count as left.",
            "throughput": f"{len(left.weeks)} whole weeks.{self._firmness()}{unvalued}",
            "mix": f"{len(left.weeks)} whole weeks; groups as they are today.{unvalued}",
        }[key]

    def _firmness(self) -> str:
        limits = self.charts.throughput.item_limits
        if limits is None:
            return " At least 6 are needed for limits."
        return " Limits: mean \N{PLUS-MINUS SIGN} 2.66 \N{MULTIPLICATION SIGN} mean moving range." + (
            "" if limits.is_firm else " With fewer than 10 weeks they are provisional."
        )


def _sampled(shown: int, of: int, which: str) -> str:
    return f" The {shown:,} drawn are the {which}; percentiles are of all." if shown < of else ""


def body_context(map_: Map, question: MapQuestion, addresses: ChartAddresses) -> dict[str, Any]:
    """Return what the cards show."""
    maker = card_maker(map_, question, addresses)
    return {
        "map": map_,
        "question": question,
        "lede": maker.lede(),
        "cards": maker.cards(),
        "is_valued": maker.charts.is_valued,
        "measure": maker.measure,
        "groupings": [
            (label, addresses.page(by="" if word == "application" else word), word == maker.charts.mix.grouping.key)
            for word, label in grouping_choices(workspace=map_.workspace)
        ],
    }


def card_maker(map_: Map, question: MapQuestion, addresses: ChartAddresses) -> CardMaker:
    """Return what makes the cards of a question."""
    charts = gather_charts(map_=map_, asked=question.asked, now=question.now, by=addresses.kept.get("by", ""))
    return CardMaker(charts, question, addresses, numbers_of(map_.workspace, question.clock))


def is_later(map_: Map, question: MapQuestion) -> bool:
    """Whether the charts come after the page: there is much to load."""
    return has_more_visits(map=map_, since=question.starts_at, than=INLINE_VISITS)


def controls_context(map_: Map, question: MapQuestion, addresses: ChartAddresses) -> dict[str, Any]:
    """Return the page's controls: every choice is a link."""
    shown = question.measure or Measure.DOLLARS
    return {
        "map": map_,
        "question": question,
        "measures": [
            ("Dollars", addresses.page(measure=""), shown is Measure.DOLLARS),
            ("Items", addresses.page(measure="items"), shown is Measure.ITEMS),
        ],
        "clocks": [
            (clock.label, addresses.page(clock="" if clock == Clock.ALWAYS else clock.value), clock == question.clock)
            for clock in Clock
        ],
        "windows": [
            (days, addresses.page(window_days=str(days)), days == question.window_days)
            for days in sorted({*WINDOWS, question.window_days})
        ],
        "body_url": addresses.part("flow-charts-body"),
        "present_url": addresses.page(as_of=""),
        "as_of_kept": {**question.words(as_of=""), **addresses.kept},
        "filter_text": question.asked.filter_text,
        "filter_kept": {**question.words(filter=""), **addresses.kept},
        "filter_groups": filter_groups(map_.workspace, question, addresses),
        "all_url": addresses.page(filter=""),
    }
