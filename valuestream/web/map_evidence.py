"""How each figure of a map came to be: its formula, the visits it counts, and what else points the same way."""

from dataclasses import dataclass

from common.errors import InvalidInput, NotFound
from valuestream.selectors.evidence import CountedVisit, Counting, Weight
from valuestream.web.map_figures import PlaceFigures, StageFigures, StreamFigures
from valuestream.web.map_numbers import DASH, MapNumbers, change, count, items, percent, ratio, trimmed

_NO_MORE_THAN_ONE = 1.0


@dataclass(frozen=True)
class Metric:
    """A figure's name, formula and unit, which visits it counts, and what makes one of those weigh."""

    name: str
    formula: str
    unit: str
    counting: Counting
    weight: Weight


_OPEN, _LEFT = Counting.OPEN, Counting.LEFT
METRICS = {
    "value_held": Metric("Value held", "sum of the attributed value of open visits", "money", _OPEN, Weight.VALUE),
    "value_waiting": Metric(
        "Value waiting", "sum of the attributed value of open visits that wait", "money", Counting.WAITING, Weight.VALUE
    ),
    "average_value": Metric("Average value", "value held / items in it", "money", _OPEN, Weight.VALUE),
    "value_arrived": Metric(
        "Value arrived", "sum of the attributed value of visits entered in the window", "money", Counting.ENTERED,
        Weight.VALUE,
    ),
    "value_departed": Metric(
        "Value departed", "sum of the attributed value of visits left in the window", "money", _LEFT, Weight.VALUE
    ),
    "delay_cost_rate": Metric(
        "Delay cost a week", "sum of the attributed cost of delay of open visits", "money", _OPEN, Weight.COST_OF_DELAY
    ),
    "idle_cost": Metric(
        "Idle cost", "sum over visits of weeks waited in the window \N{MULTIPLICATION SIGN} attributed cost of delay",
        "money", Counting.WAITED, Weight.IDLE_COST,
    ),
    "wip": Metric("Items", "visits open at that moment", "count", _OPEN, Weight.TIME),
    "queue_length": Metric(
        "Queue", "open visits that wait: in a block of waiting, before work began, or blocked", "count",
        Counting.WAITING, Weight.TIME,
    ),
    "arrivals": Metric("Arrivals", "visits entered in the window", "count", Counting.ENTERED, Weight.VALUE),
    "departures": Metric("Departures", "visits left in the window", "count", _LEFT, Weight.TIME),
    "throughput": Metric("Throughput a week", "visits left in the window / weeks in it", "rate", _LEFT, Weight.TIME),
    "resources": Metric("People assigned", "distinct people assigned to open items", "count", _OPEN, Weight.TIME),
    "load": Metric("Items per person", "items in it / people assigned to them", "rate", _OPEN, Weight.TIME),
    "lead_time": Metric(
        "Lead time", "left \N{MINUS SIGN} entered, over visits left in the window", "duration", _LEFT, Weight.TIME
    ),
    "waiting_time": Metric(
        "Waiting time", "the part of the lead time in blocks of waiting, blocked, or before work began", "duration",
        _LEFT, Weight.WAITING,
    ),
    "process_time": Metric("Process time", "lead time \N{MINUS SIGN} waiting time", "duration", _LEFT, Weight.TIME),
    "flow_efficiency": Metric(
        "Flow efficiency", "sum of process time / sum of lead time, over visits left in the window", "share", _LEFT,
        Weight.WAITING,
    ),
    "percent_complete_accurate": Metric(
        "Complete and accurate", "departures that never came back to this or an earlier stage / departures", "share",
        Counting.CAME_BACK, Weight.TIME,
    ),
    "utilisation": Metric(
        "Utilisation", "arrivals \N{MULTIPLICATION SIGN} mean process time / (people staffed \N{MULTIPLICATION SIGN} "
        "time in the window)", "ratio", _LEFT, Weight.TIME,
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Pair:
    """A name and its figure."""

    name: str
    figure: str
    tone: str = ""
    verdict: str = ""


@dataclass(frozen=True)
class VisitLine:
    """A counted visit as the sheet lists it."""

    visit: CountedVisit
    amount: str
    exact: str


def read_metric(word: str) -> Metric:
    """Return the metric a word names. Raises InvalidInput."""
    if word not in METRICS:
        raise InvalidInput("There is no such figure on a map.", field="metric")
    return METRICS[word]


def find_place(stream: StreamFigures, *, stage_id: int | None, block_id: int | None) -> PlaceFigures:
    """Return the place a figure is of. Raises NotFound."""
    place = stream.place(stage_id=stage_id, block_id=block_id)
    if place is None:
        raise NotFound("This map has no such stage or block.")
    return place


def figure_text(word: str, place: PlaceFigures, numbers: MapNumbers) -> str:
    """The figure in full; a dash where it is not known."""
    unit = METRICS[word].unit
    if unit == "duration":
        return numbers.duration(place.spread(word).mean)
    if unit == "money":
        return numbers.money_exact(place.money(word)).removesuffix(".00") or DASH
    figure = place.number(word)
    if figure is None:
        return DASH
    return {"count": f"{figure:,.0f}", "rate": trimmed(figure), "share": percent(figure), "ratio": ratio(figure)}[unit]


def filled_in(word: str, place: PlaceFigures, numbers: MapNumbers, *, weeks: float) -> list[Pair]:
    """The formula's own figures."""
    money, whole = place.money, place.whole
    lead, process = place.spread("lead_time"), place.spread("process_time")
    filled = {
        "average_value": [Pair("Value held", numbers.money(money("value_held"))), Pair("Items", f"{whole('wip'):,}")],
        "throughput": [Pair("Visits left", f"{whole('departures'):,}"), Pair("Weeks", trimmed(weeks))],
        "load": [Pair("Items", f"{whole('wip'):,}"), Pair("People", f"{whole('resources'):,}")],
        "flow_efficiency": [
            Pair("Mean process time", numbers.duration(process.mean)),
            Pair("Mean lead time", numbers.duration(lead.mean)),
            Pair("Visits", f"{lead.n:,}"),
        ],
        "utilisation": [
            Pair("Arrivals", f"{whole('arrivals'):,}"),
            Pair("Mean process time", numbers.duration(process.mean)),
            Pair("People staffed", _staffed(place)),
        ],
        "percent_complete_accurate": [Pair("Departures", f"{whole('departures'):,}")],
        "value_waiting": [Pair("Value held", numbers.money(money("value_held")))],
        "resources": [Pair("Items in it", f"{whole('wip'):,}"), Pair("People staffed", _staffed(place))],
    }.get(word, [])
    return filled + _percentiles(word, place, numbers)


def _percentiles(word: str, place: PlaceFigures, numbers: MapNumbers) -> list[Pair]:
    if METRICS[word].unit == "duration":
        spread = place.spread(word)
        times = (("Mean", spread.mean), ("p50", spread.p50), ("p85", spread.p85))
        return [*(Pair(name, numbers.duration(seconds)) for name, seconds in times), Pair("n", f"{spread.n:,}")]
    if word in ("wip", "queue_length"):
        age = place.metrics["wip_age" if word == "wip" else "queue_age"]
        return [Pair(f"Age {part}", numbers.duration(age[part])) for part in ("p50", "p85", "max")]
    return []


def _staffed(place: PlaceFigures) -> str:
    staffed = place.staffed if isinstance(place, StageFigures) else None
    return DASH if staffed is None else f"{staffed:,}"


def parts_of(word: str, place: PlaceFigures, numbers: MapNumbers) -> list[Pair]:
    """The same figure of each parallel block of a stage; none where a stage has but one."""
    blocks = place.blocks if isinstance(place, StageFigures) else ()
    if len(blocks) < 2:
        return []
    return [Pair(block.name, figure_text(word, block, numbers)) for block in blocks]


def other_signs(place: PlaceFigures, stream: StreamFigures) -> list[Pair]:
    """What else tells how a place does: rates, queue, utilisation, Little's law."""
    arrivals, departures = place.whole("arrivals"), place.whole("departures")
    before, queue = place.whole("queue_length_at_start"), place.whole("queue_length")
    grows = arrivals - departures
    signs = [
        Pair("Arrivals, departures", f"{arrivals:,}, {departures:,}", "danger" if grows > 0 else "", change(grows)),
        Pair("Queue then, now", f"{before:,}, {queue:,}", "danger" if queue > before else "", change(queue - before)),
    ]
    used = place.number("utilisation")
    if used is not None:
        is_over = used > _NO_MORE_THAN_ONE
        signs.append(Pair("Utilisation", ratio(used), "danger" if is_over else "", "over 1" if is_over else ""))
    law = place.metrics["littles_law"]
    if law["residual"] is not None and place not in stream.finished:
        verdict = "steady" if law["steady"] else "not steady"
        signs.append(
            Pair("Little’s law is off by", items_off(law["residual"]), "" if law["steady"] else "warn", verdict)
        )
    return signs


def items_off(residual: float) -> str:
    """A residual in items with its sign."""
    return f"{'+' if residual > 0 else ''}{trimmed(residual)} items".replace("-", "\N{MINUS SIGN}")


def visit_lines(rows: list[CountedVisit], metric: Metric, numbers: MapNumbers) -> list[VisitLine]:
    """Counted visits with what makes them weigh."""
    return [VisitLine(visit, *_weighed(visit, metric.weight, numbers)) for visit in rows]


def _weighed(visit: CountedVisit, weight: Weight, numbers: MapNumbers) -> tuple[str, str]:
    money = {
        Weight.VALUE: visit.value,
        Weight.COST_OF_DELAY: visit.cost_of_delay,
        Weight.IDLE_COST: visit.idle_cost,
    }
    if weight in money:
        return numbers.money(money[weight]), numbers.money_exact(money[weight])
    seconds = visit.seconds if weight is Weight.TIME else visit.waiting_seconds
    return numbers.duration(seconds), ""


def left_out(metric: Metric, unvalued: int, stream: StreamFigures) -> list[str]:
    """What the figure does not count, and why."""
    lines = []
    if metric.unit == "money" and unvalued:
        verb = "has" if unvalued == 1 else "have"
        lines.append(
            f"{count(unvalued)} {'visit' if unvalued == 1 else 'visits'} {verb} no value: unvalued is not zero."
        )
    lines += [
        f"{items(int(one['wip']))} in {one['state']}, which no block maps: their time is in no figure."
        for one in stream.unmapped
    ]
    return lines
