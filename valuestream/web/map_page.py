"""What the views of maps give their templates."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

from accounts.models import Workspace
from planner.domain.vocabulary import StateCategory
from valuestream.domain.vocabulary import Clock
from valuestream.models import Map
from valuestream.selectors.drawings import list_versions
from valuestream.selectors.evidence import Place
from valuestream.selectors.flow import waits_by_cost
from valuestream.selectors.history import Held, first_day, past_answer
from valuestream.selectors.maps import lay_out
from valuestream.selectors.metrics import map_metrics
from valuestream.web.map_addresses import MapAddresses
from valuestream.web.map_figures import PlaceFigures, StreamFigures, read_figures
from valuestream.web.map_filters import filter_groups
from valuestream.web.map_numbers import MapNumbers
from valuestream.web.map_question import WINDOWS, MapQuestion, Measure
from valuestream.web.map_studies import studied_answer
from valuestream.web.map_table import headings, table_rows
from valuestream.web.map_view import PictureMaker

REPLAY_DAYS = 365
WAITS_SHOWN = 8
MONTH_MARKS = 5


def numbers_of(workspace: Workspace, clock: Clock) -> MapNumbers:
    """Return how a workspace's figures are written on a clock."""
    if clock == Clock.ALWAYS:
        return MapNumbers(workspace.currency)
    starts, ends = (_seconds(moment) for moment in (workspace.work_starts, workspace.work_ends))
    return MapNumbers(workspace.currency, workday_seconds=(ends - starts) % 86_400 or 86_400)


def _seconds(moment: time) -> int:
    return moment.hour * 3600 + moment.minute * 60 + moment.second


def stream_of(map_: Map, question: MapQuestion) -> StreamFigures:
    """Return the figures a question asks for. Raises StillMeasuredError while workers are at them."""
    answer = studied_answer(map_, question) or map_metrics(
        map=map_,
        now=question.now,
        as_of=question.asked.as_of,
        window_days=question.window_days,
        clock=question.clock,
        where=question.asked.where,
    )
    return read_figures(answer, cancelled_stages=_cancelled_stages(map_))


def _cancelled_stages(map_: Map) -> set[int]:
    """Ids of the stages that hold nothing but cancelled stories."""
    layout = lay_out(map=map_)
    categories: dict[int, set[str]] = {}
    for placed in layout.blocks:
        categories.setdefault(layout.stages[placed.stage].pk, set()).update(state.category for state in placed.states)
    return {stage for stage, found in categories.items() if found == {StateCategory.CANCELLED.value}}


def picture_context(map_: Map, question: MapQuestion) -> dict[str, Any]:
    """Return what the picture shows, and all that stands below it."""
    stream = stream_of(map_, question)
    maker = picture_maker(map_, question, stream=stream)
    asked = question.asked
    waits = waits_by_cost(map=map_, now=question.now, as_of=asked.as_of, limit=WAITS_SHOWN, where=asked.where)
    return {
        "map": map_,
        "question": question,
        "stream": stream,
        "picture": maker.picture(),
        "numbers": maker.numbers,
        "waits": waits,
        "items_url": MapAddresses(map_, question).items(Place(), only_waiting=True),
        "waits_lost": sum(wait.lost_so_far for wait in waits.rows),
        "most_lost": waits.rows[0].lost_so_far if waits.rows else None,
        "twin_headings": headings(),
        "twin_rows": table_rows(stream, maker.numbers),
    }


def picture_maker(map_: Map, question: MapQuestion, *, stream: StreamFigures) -> PictureMaker:
    """Return what puts the picture of a stream together."""
    numbers = numbers_of(map_.workspace, question.clock)
    return PictureMaker(stream, question, MapAddresses(map_, question), numbers, _before(map_, question))


def _before(map_: Map, question: MapQuestion) -> Mapping[int, PlaceFigures]:
    """The stages at the window's start, by id; none where that is not cheap to know."""
    day = question.first_day
    begun = first_day(map=map_)
    if begun is None or day < begun:
        return {}
    answer = past_answer(map=map_, day=day, now=question.now, where=question.asked.where)
    return {} if answer is None else {stage.id or 0: stage for stage in read_figures(answer).stages}


@dataclass(frozen=True)
class Replay:
    """The days the slider reaches: `length` of them up to today, the one shown, and marks under the track."""

    first: date
    today: date
    shown: date
    marks: tuple[date, ...]

    @property
    def length(self) -> int:
        """The slider's largest value; its value counts days from the first one."""
        return (self.today - self.first).days

    @property
    def value(self) -> int:
        """The slider's value."""
        return max(0, (self.shown - self.first).days)


def replay_of(map_: Map, question: MapQuestion) -> Replay | None:
    """Return the slider; None while there is no past to show."""
    begun = first_day(map=map_)
    if begun is None or begun >= question.today:
        return None
    first = min(max(begun, question.today - timedelta(days=REPLAY_DAYS)), question.day)
    step = (question.today - first).days / (MONTH_MARKS - 1)
    marks = tuple(first + timedelta(days=round(step * number)) for number in range(MONTH_MARKS - 1))
    return Replay(first, question.today, question.day, marks)


def controls_context(map_: Map, question: MapQuestion, *, measure: Measure) -> dict[str, Any]:
    """Return the page's controls: every choice is a link."""
    addresses = MapAddresses(map_, question)
    return {
        "map": map_,
        "question": question,
        "measures": [
            ("Dollars", addresses.page(measure=""), measure is Measure.DOLLARS),
            ("Items", addresses.page(measure="items"), measure is Measure.ITEMS),
        ],
        "clocks": [
            (clock.label, addresses.page(clock="" if clock == Clock.ALWAYS else clock.value), clock == question.clock)
            for clock in Clock
        ],
        "windows": [
            (days, addresses.page(window_days=str(days)), days == question.window_days)
            for days in sorted({*WINDOWS, question.window_days})
        ],
        "picture_url": addresses.part("map-picture"),
        "history_url": addresses.part("map-history"),
        "export_url": addresses.part("map-export"),
        "slide_url": addresses.part("map-slide"),
        "present_url": addresses.page(as_of=""),
        "replay": replay_of(map_, question),
        "filter_text": question.asked.filter_text,
        "filter_kept": question.words(filter=""),
        "filter_groups": filter_groups(map_.workspace, question, addresses),
        "all_url": addresses.page(filter=""),
        "drawn": drawn_words(map_, question, addresses),
    }


def drawn_words(map_: Map, question: MapQuestion, addresses: MapAddresses) -> dict[str, str] | None:
    """What to say of a past map that has been drawn anew since, and the address of the other drawing; else None."""
    if not question.is_past:
        return None
    newest = list_versions(map=map_).first()
    if newest is None or newest.made_at <= question.as_of:
        return None
    if question.asked.as_drawn_now:
        return {"says": "Drawn as it is now.", "url": addresses.page(drawn=""), "other": "Show it as it was drawn then"}
    return {
        "says": f"Drawn as it was then, in version {map_.version}; now it is version {newest.number}.",
        "url": addresses.page(drawn="now"),
        "other": "Show it as it is drawn now",
    }


@dataclass(frozen=True)
class HistoryDrawing:
    """Value held over time as areas 1000 wide and 44 high, and what it says in words."""

    held: str
    waiting: str
    line: str
    first: Held
    last: Held


def draw_history(history: list[Held], *, in_items: bool) -> HistoryDrawing | None:
    """Areas of what was held and of the part that waited; None for fewer than two days."""
    if len(history) < 2:
        return None
    start, length = history[0].date, (history[-1].date - history[0].date).days
    held = [float(day.items if in_items else day.value) for day in history]
    waiting = [float(day.queue if in_items else day.waiting) for day in history]
    top = max([*held, 1.0])
    xs = [f"{1000 * (day.date - start).days / length:.1f}" for day in history]
    lines = ["L".join(f"{x} {44 - 40 * at / top:.1f}" for x, at in zip(xs, ys, strict=True)) for ys in (held, waiting)]
    areas = [f"M{line}L1000 44L0 44Z" for line in lines]
    return HistoryDrawing(areas[0], areas[1], f"M{lines[0]}", history[0], history[-1])
