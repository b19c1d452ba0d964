"""The drawing's twin: every figure of every stage and block as rows of cells, for reading and for export."""

from collections.abc import Iterator

from valuestream.web.map_figures import PlaceFigures, StreamFigures
from valuestream.web.map_numbers import DASH, MapNumbers, percent, ratio, trimmed

COUNTS = {
    "arrivals": "Arrivals",
    "departures": "Departures",
    "throughput": "Throughput a week",
    "wip": "Items",
    "queue_length": "Queue",
    "queue_length_at_start": "Queue at the start",
    "resources": "People assigned",
    "load": "Items per person",
}
RATIOS = {
    "flow_efficiency": "Flow efficiency",
    "percent_complete_accurate": "%C&A",
    "utilisation": "Utilisation",
}
SPREADS = {"lead_time": "Lead time", "waiting_time": "Waiting time", "process_time": "Process time"}
MONEY = {
    "value_held": "Value held",
    "value_waiting": "Value waiting",
    "average_value": "Average value",
    "value_arrived": "Value arrived",
    "value_departed": "Value departed",
    "delay_cost_rate": "Delay cost a week",
    "idle_cost": "Idle cost",
}
LEFT_OUT = {"unvalued": "Items without a value", "unvalued_visits": "Visits without a value"}


def headings() -> list[str]:
    """The first is of the place; a duration has four columns."""
    spreads = [f"{name}, {part}" for name in SPREADS.values() for part in ("n", "mean", "p50", "p85")]
    return ["Stage or block", *COUNTS.values(), *RATIOS.values(), *spreads, *MONEY.values(), *LEFT_OUT.values()]


def table_rows(stream: StreamFigures, numbers: MapNumbers) -> list[list[str]]:
    """Rows as people read them."""
    return [[name, *_read(place, numbers)] for name, place in _places(stream)]


def export_rows(stream: StreamFigures) -> list[list[str]]:
    """Rows as programs read them: plain numbers, seconds, ratios 0-1; empty where a figure is not known."""
    return [[name, *_plain(place)] for name, place in _places(stream)]


def _places(stream: StreamFigures) -> Iterator[tuple[str, PlaceFigures]]:
    for stage in (*stream.stages, *stream.finished):
        yield stage.name, stage
        if len(stage.blocks) > 1:
            yield from ((f"{stage.name}: {block.name}", block) for block in stage.blocks)
    yield "All stages", stream.total


def _read(place: PlaceFigures, numbers: MapNumbers) -> Iterator[str]:
    for metric in COUNTS:
        figure = place.number(metric)
        yield DASH if figure is None else trimmed(figure)
    yield percent(place.number("flow_efficiency"))
    yield percent(place.number("percent_complete_accurate"))
    yield ratio(place.number("utilisation"))
    for metric in SPREADS:
        spread = place.spread(metric)
        yield f"{spread.n:,}"
        yield from (numbers.duration(seconds) for seconds in (spread.mean, spread.p50, spread.p85))
    for metric in MONEY:
        yield numbers.money_exact(place.money(metric)) or DASH
    for metric in LEFT_OUT:
        yield f"{place.whole(metric):,}"


def _plain(place: PlaceFigures) -> Iterator[str]:
    for metric in (*COUNTS, *RATIOS):
        yield _text(place.metrics[metric])
    for metric in SPREADS:
        yield from (_text(place.metrics[metric][part]) for part in ("n", "mean", "p50", "p85"))
    for metric in (*MONEY, *LEFT_OUT):
        yield _text(place.metrics.get(metric))


def _text(figure: object) -> str:
    return "" if figure is None else str(figure)
