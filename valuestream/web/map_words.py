"""What a map says in sentences: the finding as a title, its evidence, and what the figures leave out."""

from dataclasses import dataclass

from valuestream.web.map_figures import ZERO, PlaceFigures, StageFigures, StreamFigures
from valuestream.web.map_numbers import MapNumbers, items, percent, ratio, trimmed
from valuestream.web.map_question import Measure


@dataclass(frozen=True)
class Finding:
    """A title that is a finding: the amount that is loud, the rest of the sentence, and evidence below it."""

    amount: str
    rest: str
    evidence: tuple[str, ...] = ()
    is_bottleneck: bool = False
    is_money: bool = False


def find_words(stream: StreamFigures, *, window_days: int, numbers: MapNumbers, measure: Measure) -> Finding:
    """Say where value is stuck, or that nothing is."""
    if stream.bottleneck is not None:
        return _bottleneck_words(stream, window_days, numbers, measure)
    longest = max(stream.stages, key=lambda stage: stage.whole("queue_length"), default=None)
    if longest is not None and longest.whole("queue_length"):
        why = "What the waiting costs is not known: none of the items that waited has a value."
        queue = longest.whole("queue_length")
        verb = "waits" if queue == 1 else "wait"
        words = (_queue_words(longest, window_days), why)
        return Finding(items(queue), f"{verb} in {longest.name}, the longest queue", words)
    if stream.total.whole("wip"):
        return Finding("", "Nothing waits at this moment")
    return Finding("", "Nothing is in the stream at this moment")


def _bottleneck_words(stream: StreamFigures, window_days: int, numbers: MapNumbers, measure: Measure) -> Finding:
    found = stream.bottleneck
    assert found is not None  # noqa: S101 - the caller asked
    stage = stream.stages[found.index]
    waits = stage.money("value_waiting") or ZERO
    queue = stage.whole("queue_length")
    if waits > 0 and measure is Measure.DOLLARS:
        title = (numbers.money(waits), f"waits in {stage.name}")
    elif queue:
        title = (items(queue), f"{'waits' if queue == 1 else 'wait'} in {stage.name}")
    else:
        title = (numbers.money(found.idle_cost), f"was lost to waiting in {stage.name}")
    evidence = (
        _rates(stage, window_days),
        _queue_words(stage, window_days),
        _cost_words(stage, found.share, window_days, numbers),
        *_signs(stream, stage),
    )
    is_money = not queue or (waits > 0 and measure is Measure.DOLLARS)
    return Finding(*title, tuple(evidence), is_bottleneck=True, is_money=is_money)


def _rates(stage: StageFigures, window_days: int) -> str:
    weeks = window_days / 7
    arrivals, departures = stage.whole("arrivals") / weeks, stage.whole("departures") / weeks
    return f"Arrivals {trimmed(arrivals)} a week against departures {trimmed(departures)}."


def _queue_words(stage: PlaceFigures, window_days: int) -> str:
    before, now = stage.whole("queue_length_at_start"), stage.whole("queue_length")
    if before == now:
        return f"The queue is as long as {window_days} days before: {now}."
    verb = "grew" if now > before else "shrank"
    return f"The queue {verb} from {before:,} to {now:,} in {window_days} days."


def _cost_words(stage: StageFigures, share: float, window_days: int, numbers: MapNumbers) -> str:
    idle, rate = stage.money("idle_cost"), stage.money("delay_cost_rate")
    words = f"Waiting cost {numbers.money(idle)} in {window_days} days, {percent(share)} of all idle cost"
    return f"{words}; what is in it now costs {numbers.money(rate)} a week." if rate else f"{words}."


def _signs(stream: StreamFigures, stage: StageFigures) -> list[str]:
    """Utilisation, and the signs that point elsewhere: unwelcome evidence is told too."""
    used = stage.number("utilisation")
    lines = [f"Utilisation {ratio(used)}{' agrees' if used >= 1 else ''}."] if used else []
    elsewhere: dict[str, list[str]] = {}
    for sign in stream.bottleneck.signs if stream.bottleneck else ():
        if sign.agrees is False:
            elsewhere.setdefault(sign.points_at or "", []).append(sign.name)
    return [*lines, *(_pointing(names, place) for place, names in elsewhere.items())]


def _pointing(names: list[str], place: str) -> str:
    """Signs that point at another stage: "Utilisation and queue growth point at Review instead."."""
    listed = " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
    verb = "points" if len(names) == 1 else "point"
    return f"{listed[0].upper()}{listed[1:]} {verb} at {place} instead."


def left_out_words(stream: StreamFigures, *, measure: Measure) -> list[str]:
    """What the drawing does not show, and why."""
    unvalued = stream.total.whole("unvalued")
    lines = []
    if not stream.is_valued and stream.total.whole("wip"):
        lines.append("No item here has a value yet, so the stream is drawn in items; its dollars are not known.")
    elif unvalued and measure is Measure.DOLLARS:
        verbs = ("has", "is") if unvalued == 1 else ("have", "are")
        whole = items(stream.total.whole("wip"))
        lines.append(f"{unvalued:,} of {whole} {verbs[0]} no value and {verbs[1]} in no dollar figure.")
    if stream.unmapped:
        lines.append(_unmapped_words(stream))
    return lines


def _unmapped_words(stream: StreamFigures) -> str:
    number = sum(int(one["wip"]) for one in stream.unmapped)
    names = ", ".join(str(one["state"]) for one in stream.unmapped)
    values = "value" if len(stream.unmapped) == 1 else "values"
    return f"{items(number)} in {len(stream.unmapped)} unmapped {values} ({names}), not drawn."


def describe(stream: StreamFigures, *, numbers: MapNumbers, measure: Measure, title: str) -> str:
    """The whole drawing in a paragraph, for those who don't see it."""
    levels = ", ".join(
        f"{stage.name} {numbers.money(stage.money('value_held'))} in {items(stage.whole('wip'))}"
        if measure is Measure.DOLLARS
        else f"{stage.name} {items(stage.whole('wip'))}"
        for stage in stream.stages
    )
    return f"{title}. Held per stage, from left to right: {levels or 'nothing'}."
