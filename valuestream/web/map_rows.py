"""The rows of figures under the drawing, in its columns: each figure with the address of its evidence."""

from collections.abc import Callable
from dataclasses import dataclass

from valuestream.domain.bottleneck import HOT_UTILISATION
from valuestream.domain.calendar import DAY_SECONDS
from valuestream.domain.vocabulary import Clock
from valuestream.web.map_addresses import MapAddresses
from valuestream.web.map_figures import ZERO, PlaceFigures, StageFigures, StreamFigures
from valuestream.web.map_numbers import DASH, MapNumbers, change, count, percent, ratio, trimmed

NOBODY_LEFT = "not known: nothing left in the window"
NOBODY_TYPED = "not known: nobody said how many people work here"


@dataclass(frozen=True)
class Cell:
    """A figure: compact text, exact text on hover, what it is for a screen reader, where its evidence is.

    `parts`: shares (0-1) of waiting and working as a bar; `bar`: a share of the row's largest figure.
    `unknown`: why there is no figure.
    """

    text: str
    label: str
    url: str
    exact: str = ""
    tone: str = ""
    note: str = ""
    note_tone: str = ""
    parts: tuple[float, float] | None = None
    bar: float | None = None
    unknown: str = ""

    @property
    def working_percent(self) -> float:
        """Length of the working part."""
        return round(100 * self.parts[1], 2) if self.parts else 0.0

    @property
    def bar_percent(self) -> float:
        """Length of the bar; one that is not 0 is seen."""
        return round(max(100 * self.bar, 1.0), 2) if self.bar else 0.0


@dataclass(frozen=True)
class FigureRow:
    """A metric in every stage and in the whole stream."""

    name: str
    cells: tuple[Cell, ...]
    total: Cell


@dataclass(frozen=True)
class RowMaker:
    """Writes cells of a stream's figures."""

    stream: StreamFigures
    addresses: MapAddresses
    numbers: MapNumbers

    def rows(self, *, window_days: int) -> list[FigureRow]:
        """All rows of figures, in the order of the page."""
        return [
            self._row("Queue", self.queue),
            self._row("Out a week", self.throughput),
            self._row("People", self.people),
            self._row(f"Lead p50/p85, {self.numbers.day_unit}", self.lead),
            self._row("Flow efficiency", self.efficiency),
            self._row("Utilisation", self.utilisation),
            self._row("%C&A", self.accuracy),
            self._row(f"Idle cost, {window_days} d", self.idle_cost),
        ]

    def _row(self, name: str, write: Callable[[PlaceFigures], Cell]) -> FigureRow:
        return FigureRow(name, tuple(write(stage) for stage in self.stream.stages), write(self.stream.total))

    def cell(self, metric: str, place: PlaceFigures, text: str, *, name: str, **more: object) -> Cell:
        """A cell whose label names the figure and its place."""
        label = f"{name}, {place.name}: {text}" if text != DASH else f"{name}, {place.name}: not known"
        return Cell(text, label, self.addresses.evidence(metric, place), **more)  # type: ignore[arg-type]

    def queue(self, place: PlaceFigures) -> Cell:
        """Items that wait, and how many more than at the window's start."""
        waiting, before = place.whole("queue_length"), place.whole("queue_length_at_start")
        is_worse = self._is_bottleneck(place) and waiting > before
        return self.cell(
            "queue_length", place, f"{count(waiting)} waiting", name="Queue",
            note=change(waiting - before), note_tone="danger" if is_worse else "",
        )  # fmt: skip

    def throughput(self, place: PlaceFigures) -> Cell:
        """Departures a week, beside arrivals."""
        weeks = self.addresses.question.weeks
        arrivals = trimmed(place.whole("arrivals") / weeks)
        return self.cell(
            "throughput", place, trimmed(place.whole("departures") / weeks), name="Out a week", note=f"{arrivals} in"
        )

    def people(self, place: PlaceFigures) -> Cell:
        """People with items in it, and items per person."""
        load = place.number("load")
        note = "" if load is None else f"{trimmed(load)} {'item' if load == 1 else 'items'} each"
        return self.cell("resources", place, count(place.whole("resources")), name="People assigned", note=note)

    def lead(self, place: PlaceFigures) -> Cell:
        """Percentiles of the lead time, with how many left."""
        lead, numbers = place.spread("lead_time"), self.numbers
        p50, p85, mean = (numbers.duration(seconds) for seconds in (lead.p50, lead.p85, lead.mean))
        if not lead.n:
            return self.cell("lead_time", place, DASH, name="Lead time", unknown=NOBODY_LEFT)
        return self.cell(
            "lead_time", place, f"{numbers.days(lead.p50)} / {numbers.days(lead.p85)}", name="Lead time",
            exact=f"p50 {p50}, p85 {p85}, mean {mean}",
            note=f"n {count(lead.n)}{self._target(place)}", note_tone="danger" if self._is_late(place) else "",
        )  # fmt: skip

    def _target(self, place: PlaceFigures) -> str:
        target = place.target_days if isinstance(place, StageFigures) else None
        return "" if target is None else f", target {trimmed(float(target))} d"

    def _is_late(self, place: PlaceFigures) -> bool:
        """Whether 15 of 100 items or more take longer than the stage's target, which is on the 24x7 clock."""
        target = place.target_days if isinstance(place, StageFigures) else None
        p85 = place.spread("lead_time").p85
        is_always = self.addresses.question.clock == Clock.ALWAYS
        return is_always and target is not None and p85 is not None and p85 > float(target) * DAY_SECONDS

    def efficiency(self, place: PlaceFigures) -> Cell:
        """Process time of lead time, as a bar."""
        share = place.number("flow_efficiency")
        if share is None:
            return self.cell("flow_efficiency", place, DASH, name="Flow efficiency", unknown=NOBODY_LEFT)
        return self.cell("flow_efficiency", place, percent(share), name="Flow efficiency", parts=(1 - share, share))

    def utilisation(self, place: PlaceFigures) -> Cell:
        """Work that arrived against the time of those staffed; hot from 0.85 on, and people should know."""
        used = place.number("utilisation")
        if used is None:
            return self.cell("utilisation", place, DASH, name="Utilisation", unknown=self._why_unused(place))
        tone, word = ("danger", "over 1") if used > 1 else ("warn", "hot") if used >= HOT_UTILISATION else ("", "")
        staffed = f"{place.staffed:,} staffed" if isinstance(place, StageFigures) and place.staffed else ""
        note = ", ".join(filter(None, (word, staffed)))
        return self.cell("utilisation", place, ratio(used), name="Utilisation", tone=tone, note=note, note_tone=tone)

    def _why_unused(self, place: PlaceFigures) -> str:
        if not isinstance(place, StageFigures):
            return "measured in each stage"
        return NOBODY_TYPED if place.staffed is None else NOBODY_LEFT

    def accuracy(self, place: PlaceFigures) -> Cell:
        """Complete and accurate: departures that never came back; of the stream, rolled."""
        share = place.number("percent_complete_accurate")
        note = "rolled" if place is self.stream.total and share is not None else ""
        unknown = NOBODY_LEFT if share is None else ""
        return self.cell("percent_complete_accurate", place, percent(share), name="%C&A", note=note, unknown=unknown)

    def idle_cost(self, place: PlaceFigures) -> Cell:
        """What waiting in the window cost, on one scale."""
        cost = place.money("idle_cost") or ZERO
        if not cost and place.whole("unvalued_visits") and not place.moved_values:
            return self.cell("idle_cost", place, DASH, name="Idle cost", unknown="not known: nothing here has a value")
        most = max((stage.money("idle_cost") or ZERO for stage in self.stream.stages), default=ZERO)
        return self.cell(
            "idle_cost", place, self.numbers.money(cost), name="Idle cost", exact=self.numbers.money_exact(cost),
            tone="money", bar=float(cost / most) if most and place is not self.stream.total else None,
        )  # fmt: skip

    def held(self, place: PlaceFigures) -> Cell:
        """Value held."""
        value = place.money("value_held")
        return self.cell(
            "value_held", place, self.numbers.money(value), name="Value held", exact=self.numbers.money_exact(value),
            tone="money",
        )  # fmt: skip

    def wip(self, place: PlaceFigures) -> Cell:
        """Items in it."""
        return self.cell("wip", place, count(place.whole("wip")), name="Items")

    def _is_bottleneck(self, place: PlaceFigures) -> bool:
        found = self.stream.bottleneck
        return found is not None and place is self.stream.stages[found.index]
