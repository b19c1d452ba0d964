"""Everything the picture of a map shows, put together: figures, drawing and sentences."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from valuestream.domain.vocabulary import BlockKind
from valuestream.web.map_addresses import MapAddresses
from valuestream.web.map_columns import BlockCard, Column, Times
from valuestream.web.map_drawing import (
    POOL_ROOM,
    Arc,
    Move,
    Pool,
    River,
    Span,
    Tick,
    WayBack,
    draw_mouth,
    draw_pools,
    draw_river,
    draw_to_scale,
    draw_way_back,
)
from valuestream.web.map_figures import ZERO, PlaceFigures, ReworkFigures, StageFigures, StreamFigures
from valuestream.web.map_key_figures import KeyFigure, KeyFigures
from valuestream.web.map_numbers import DASH, MapNumbers, change, count, in_lines, items, percent, trimmed
from valuestream.web.map_question import MapQuestion, Measure
from valuestream.web.map_rows import Cell, FigureRow, RowMaker
from valuestream.web.map_words import Finding, describe, find_words, left_out_words

NARROWEST_COLUMN = 138
"""Pixels a stage's column has at least (map.css); names in the times to scale are placed for it."""
SCALE_HEIGHT = POOL_ROOM + 18
_POOL_TEXT = 19


@dataclass(frozen=True)
class ArcWords:
    """What is written on a way back, and the whole sentence."""

    text: str
    title: str


@dataclass(frozen=True)
class TickLine:
    """A line of the pools' scale with its words, from the top of a drawing SCALE_HEIGHT high."""

    y: int
    text: str


@dataclass(frozen=True)
class FlowRates:
    """What enters and leaves the stream a week, in the drawing's measure and in items beside dollars."""

    into: str
    items_into: str
    out: str
    items_out: str


@dataclass(frozen=True)
class TimeSums:
    """The stages' mean times added up."""

    waiting: str
    working: str
    whole: str
    efficiency: str
    spans: tuple[Span, ...]


@dataclass(frozen=True)
class Picture:
    """The drawing and all that stands in its card."""

    finding: Finding
    description: str
    measure: Measure
    key_figures: tuple[KeyFigure, ...]
    columns: tuple[Column, ...]
    ticks: tuple[TickLine, ...]
    river: River
    rates: FlowRates
    way_back: WayBack
    arcs: tuple[tuple[Arc, ArcWords], ...]
    rework_note: str
    rows: tuple[FigureRow, ...]
    times: TimeSums
    finished: tuple[tuple[str, str], ...]
    left_out: tuple[str, ...]
    has_before: bool

    @property
    def column_percent(self) -> float:
        """Width of a column of the stages."""
        return round(100 / max(1, len(self.columns)), 3)

    @property
    def mouth(self) -> str:
        """Where the stream ends: an arrow 100 wide."""
        return draw_mouth(self.river.widths[-1])

    @property
    def spans(self) -> list[tuple[Column, Span]]:
        """The times to scale, by stage."""
        return list(zip(self.columns, self.times.spans, strict=True))

    @property
    def figure_rows(self) -> list[tuple[FigureRow, list[tuple[Column, Cell]]]]:
        """The rows of figures, by stage."""
        return [(row, list(zip(self.columns, row.cells, strict=True))) for row in self.rows]


@dataclass(frozen=True)
class PictureMaker:
    """Puts a picture together from a stream's figures. `before`: the stages at the window's start, by id."""

    stream: StreamFigures
    question: MapQuestion
    addresses: MapAddresses
    numbers: MapNumbers
    before: Mapping[int, PlaceFigures]

    @property
    def measure(self) -> Measure:
        """What widths and levels stand for: dollars, unless items are asked for or nothing has a value."""
        if not self.stream.is_valued:
            return Measure.ITEMS
        return self.question.measure or Measure.DOLLARS

    @property
    def cells(self) -> RowMaker:
        """Writes the figures."""
        return RowMaker(self.stream, self.addresses, self.numbers)

    def picture(self) -> Picture:
        """The whole picture."""
        stream, measure = self.stream, self.measure
        river = draw_river([stream.total.inflow(measure), *(stage.outflow(measure) for stage in stream.stages)])
        way_back = draw_way_back([self._move(move) for move in stream.rework], river)
        finding = find_words(stream, window_days=self.question.window_days, numbers=self.numbers, measure=measure)
        title = f"{finding.amount} {finding.rest}".strip()
        rows = self.cells.rows(window_days=self.question.window_days)
        columns, ticks = self._columns(river, rows)
        return Picture(
            finding=finding,
            description=describe(stream, numbers=self.numbers, measure=measure, title=title),
            measure=measure,
            key_figures=tuple(KeyFigures(self.cells).all()),
            columns=columns,
            ticks=tuple(TickLine(SCALE_HEIGHT - tick.height, self._tick_text(tick)) for tick in ticks),
            river=river,
            rates=self._rates(),
            way_back=way_back,
            arcs=tuple((arc, self._arc_words(stream.rework[arc.move])) for arc in way_back.arcs),
            rework_note=self._rework_note(way_back.left_out),
            rows=tuple(rows),
            times=self._time_sums(),
            finished=tuple((stage.name, self._finished_words(stage)) for stage in stream.finished),
            left_out=tuple(left_out_words(stream, measure=measure)),
            has_before=bool(self.before),
        )

    # The stages

    def _columns(self, river: River, rows: list[FigureRow]) -> tuple[tuple[Column, ...], tuple[Tick, ...]]:
        stages, measure = self.stream.stages, self.measure
        levels, waiting = [s.level(measure) for s in stages], [s.waiting(measure) for s in stages]
        before = [self._level_before(stage) for stage in stages]
        drawn = draw_pools(levels, waiting, before, in_whole=measure is Measure.ITEMS)
        highest = max(levels, default=0.0)
        columns = tuple(
            self._column(index, stage, pool, river, highest, tuple((row.name, row.cells[index]) for row in rows))
            for index, (stage, pool) in enumerate(zip(stages, drawn.pools, strict=True))
        )
        return columns, drawn.ticks

    def _column(
        self, index: int, stage: StageFigures, pool: Pool, river: River, highest: float,
        cells: tuple[tuple[str, Cell], ...],
    ) -> Column:  # fmt: skip
        found, measure = self.stream.bottleneck, self.measure
        level, waits = stage.level(measure), stage.waiting(measure)
        in_dollars = measure is Measure.DOLLARS
        holder = stage.holder if in_dollars else None
        return Column(
            stage=stage,
            is_hot=found is not None and found.index == index,
            x_percent=round(100 * index / len(self.stream.stages), 3),
            pool=pool,
            level=self.cells.held(stage) if in_dollars else self.cells.wip(stage),
            wip=self.cells.wip(stage),
            change=self._change(stage),
            waits=f"{self._amount(waits)} {'waits' if in_dollars or waits == 1 else 'wait'}",
            works=f"{self._amount(level - waits)} in work",
            holder=holder,
            most=in_lines(f"most: {holder.title}", _POOL_TEXT) if holder else (),
            rate=self._rate(stage.outflow(measure)),
            rate_url=self.addresses.evidence("value_departed" if in_dollars else "departures", stage),
            rate_label=river.labels[index],
            items_rate=self._item_rate(stage.whole("departures")),
            blocks=tuple(self._block(block) for block in stage.blocks),
            times=self._times(stage),
            cells=cells,
            share=level / highest if highest else 0.0,
            waiting_share=min(1.0, waits / level) if level else 0.0,
            widths=(river.widths[index], river.widths[index + 1]),
        )

    def _block(self, block: PlaceFigures) -> BlockCard:
        amount = self.cells.held(block) if self.measure is Measure.DOLLARS else None
        word = "item" if block.whole("wip") == 1 else "items"
        return BlockCard(block.name, block.kind == BlockKind.WAIT, self.cells.wip(block), word, amount)

    def _level_before(self, stage: StageFigures) -> float | None:
        earlier = self.before.get(stage.id or 0)
        return None if earlier is None else earlier.level(self.measure)

    def _change(self, stage: StageFigures) -> str:
        """How the level moved over the window."""
        earlier = self._level_before(stage)
        if earlier is None:
            return ""
        moved = stage.level(self.measure) - earlier
        sign = "+" if moved > 0 else ""
        words = change(round(moved)) if self.measure is Measure.ITEMS else f"{sign}{self._amount(moved)}"
        return f"{words} in {self.question.window_days} d"

    # Times

    def _times(self, stage: StageFigures) -> Times:
        waiting, process = stage.spread("waiting_time"), stage.spread("process_time")
        words = self.numbers.duration(waiting.mean), self.numbers.duration(process.mean)
        return Times(*words, is_known=bool(waiting.n), waits=bool(waiting.mean), works=bool(process.mean))

    def _time_sums(self) -> TimeSums:
        stages = self.stream.stages
        means = [
            (stage.spread("waiting_time").mean or 0.0, stage.spread("process_time").mean or 0.0) for stage in stages
        ]
        waiting, working = (sum(times[part] for times in means) for part in (0, 1))
        spans = draw_to_scale(means, [stage.name for stage in stages], pixels=len(stages) * NARROWEST_COLUMN)
        if not waiting + working:
            return TimeSums(DASH, DASH, DASH, DASH, spans)
        words = [self.numbers.duration(seconds) for seconds in (waiting, working, waiting + working)]
        return TimeSums(words[0], words[1], words[2], percent(working / (waiting + working)), spans)

    # Words of the stream

    def _amount(self, amount: float) -> str:
        """An amount in the measure of the drawing, without a unit for items."""
        if self.measure is Measure.DOLLARS:
            return self.numbers.money(Decimal(amount).quantize(Decimal("0.01")))
        return count(round(amount))

    def _tick_text(self, tick: Tick) -> str:
        return self._amount(tick.amount)

    def _rate(self, amount: float) -> str:
        """A flow of the window as one of a week."""
        a_week = amount / self.question.weeks
        return f"{self._amount(a_week) if self.measure is Measure.DOLLARS else trimmed(a_week)}/wk"

    def _item_rate(self, number: int) -> str:
        return f"{trimmed(number / self.question.weeks)} items/wk" if self.measure is Measure.DOLLARS else ""

    def _rates(self) -> FlowRates:
        total, stages = self.stream.total, self.stream.stages
        last: PlaceFigures = stages[-1] if stages else total
        return FlowRates(
            into=self._rate(total.inflow(self.measure)),
            items_into=self._item_rate(total.whole("arrivals")),
            out=self._rate(last.outflow(self.measure)),
            items_out=self._item_rate(last.whole("departures")),
        )

    @staticmethod
    def _move(move: ReworkFigures) -> Move:
        return Move(move.source, move.target, float(move.cost) or float(move.n))

    def _arc_words(self, move: ReworkFigures) -> ArcWords:
        cost = f", {self.numbers.money(move.cost)}" if move.cost else ""
        sentence = f"{items(move.n)} went back from {move.source_name} to {move.target_name}"
        exact = f"; the way back cost {self.numbers.money_exact(move.cost)}" if move.cost else ""
        return ArcWords(f"{count(move.n)} back{cost}", f"{sentence}{exact}")

    def _rework_note(self, left_out: int) -> str:
        moves = self.stream.rework
        if not moves:
            return ""
        cost = sum((move.cost for move in moves), ZERO)
        words = f"{count(sum(move.n for move in moves))} back{f', {self.numbers.money(cost)}' if cost else ''}"
        return f"{words}, {left_out} pairs not drawn" if left_out else words

    def _finished_words(self, stage: StageFigures) -> str:
        """A finished stage in a line: what came to it in the window."""
        value = stage.money("value_arrived") or ZERO
        words = f"{items(stage.whole('arrivals'))} in {self.question.window_days} d"
        in_dollars = value and self.measure is Measure.DOLLARS
        return f"{self.numbers.money(value)}, {words}" if in_dollars else words
