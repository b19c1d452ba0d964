"""The figures of the whole stream, in the line above the drawing."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from valuestream.web.map_figures import ZERO, StreamFigures
from valuestream.web.map_numbers import DASH, MapNumbers, count, items, percent, trimmed
from valuestream.web.map_rows import NOBODY_LEFT, Cell, RowMaker


@dataclass(frozen=True)
class KeyFigure:
    """A figure and what stands beside it."""

    name: str
    cell: Cell
    note: str = ""


@dataclass(frozen=True)
class KeyFigures:
    """Writes them."""

    cells: RowMaker

    @property
    def stream(self) -> StreamFigures:
        """What they are of."""
        return self.cells.stream

    @property
    def numbers(self) -> MapNumbers:
        """How they are written."""
        return self.cells.numbers

    def all(self) -> list[KeyFigure]:
        """All of them, money first."""
        total, days = self.stream.total, self.cells.addresses.question.window_days
        return [
            KeyFigure("Value held", self._money("value_held", "Value held"), f"in {items(total.whole('wip'))}"),
            KeyFigure("Of it, waiting", self._money("value_waiting", "Value waiting"), self._waiting_note()),
            KeyFigure(f"Idle cost, {days} days", self.cells.idle_cost(total), self._rate_note()),
            self._delivered(),
            KeyFigure("Lead time p50, p85", self._lead(), self._lead_note()),
            KeyFigure("Flow efficiency", self.cells.efficiency(total), self._steady_note()),
        ]

    def _money(self, metric: str, name: str) -> Cell:
        """An amount of the stream; a dash where no item in it has a value."""
        total = self.stream.total
        amount = total.money(metric)
        if not self.stream.is_valued and total.whole("wip"):
            return self.cells.cell(metric, total, DASH, name=name, unknown="not known: no item has a value")
        text, exact = self.numbers.money(amount), self.numbers.money_exact(amount)
        return self.cells.cell(metric, total, text, name=name, exact=exact, tone="money")

    def _waiting_note(self) -> str:
        total = self.stream.total
        held, waits = total.money("value_held") or ZERO, total.money("value_waiting") or ZERO
        queue = items(total.whole("queue_length"))
        return f"{percent(float(waits / held))}, {queue}" if held else queue

    def _rate_note(self) -> str:
        rate = self.stream.total.money("delay_cost_rate") or ZERO
        return f"held now: {self.numbers.money(rate)}/wk" if rate else ""

    def _delivered(self) -> KeyFigure:
        """What reached done in the window, a week; in items where none of it had a value."""
        stages, weeks = self.stream.delivered, self.cells.addresses.question.weeks
        arrived = sum(stage.whole("arrivals") for stage in stages)
        value = sum((stage.money("value_arrived") or ZERO for stage in stages), ZERO)
        if not stages:
            unknown = "not known: no stage of this map is done"
            return KeyFigure("Delivered", self.cells.cell("departures", self.stream.total, DASH, name="Delivered",
                                                          unknown=unknown))  # fmt: skip
        rate = trimmed(arrived / weeks)
        if arrived and not value:
            return KeyFigure("Delivered", self.cells.cell("arrivals", stages[0], rate, name="Delivered"), "items/wk")
        a_week = (value / Decimal(weeks)).quantize(Decimal("0.01"))
        cell = self.cells.cell(
            "value_arrived", stages[0], f"{self.numbers.money(a_week)}/wk", name="Delivered",
            exact=f"{self.numbers.money_exact(a_week)} a week", tone="money",
        )  # fmt: skip
        return KeyFigure("Delivered", cell, f"{rate} items/wk")

    def _lead(self) -> Cell:
        lead = self.stream.total.spread("lead_time")
        unknown = "" if lead.n else NOBODY_LEFT
        text = self.numbers.duration(lead.p50)
        return self.cells.cell("lead_time", self.stream.total, text, name="Lead time p50", unknown=unknown)

    def _lead_note(self) -> str:
        lead = self.stream.total.spread("lead_time")
        return f"{self.numbers.duration(lead.p85)}, n {count(lead.n)}" if lead.n else "nothing left the stream"

    def _steady_note(self) -> str:
        law: Mapping[str, Any] = self.stream.total.metrics["littles_law"]
        return "" if law["steady"] else "not steady"
