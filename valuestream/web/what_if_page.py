"""What the page of a what-if gives its templates."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from valuestream.domain.what_if.draws import draw
from valuestream.domain.what_if.judging import Change
from valuestream.domain.what_if.outcomes import Range, conclude_outcomes, range_of
from valuestream.domain.what_if.playing import play
from valuestream.models import Map
from valuestream.selectors.history import first_day
from valuestream.selectors.metrics import is_large
from valuestream.selectors.what_if import Answered, FittedMap, fit_map
from valuestream.selectors.what_if_levers import MOST_WIP
from valuestream.web.map_numbers import DASH, MapNumbers, percent, trimmed
from valuestream.web.map_question import MapQuestion
from valuestream.web.what_if_drawing import Bar, Slope, Steps, draw_bars, draw_slopes, draw_steps
from valuestream.web.what_if_question import WhatIfAddresses, addresses_of
from valuestream.web.what_if_words import WhatIfWords

HORIZONS = (4, 13, 26, 52)
CHECK_WEEKS = 4
MOST_CHECKS = 5
CHECK_PAST_DAYS = 42
MORE_ON_SLIDER = 6


@dataclass(frozen=True)
class Figure:
    """A row of the answer: its name, its ranges in words, and the drawing of them."""

    word: str
    name: str
    unit: str
    url: str
    as_is: tuple[str, str]
    what_if: tuple[str, str]
    difference: tuple[str, str]
    bars: tuple[Bar | None, Bar | None]
    is_money: bool

    @property
    def label(self) -> str:
        """What a screen reader says of the number that opens its evidence."""
        return f"{self.name}: {self.what_if[0]}"


_Written = Callable[[float], str]


def _pair(found: Range | None, written: _Written, joined: str = "–") -> tuple[str, str]:
    """The middle and the range in words; a dash where not known."""
    if found is None:
        return DASH, ""
    low, high = written(found.low), written(found.high)
    return written(found.middle), low if low == high else f"{low}{joined}{high}"


@dataclass(frozen=True)
class FigureMaker:
    """Writes the rows of an answer."""

    words: WhatIfWords
    addresses: WhatIfAddresses

    def all(self) -> list[Figure]:
        """Every row, the dollars delivered first."""
        judged, words = self.words.answered.judged, self.words
        money, period = words.money, self.words.period
        return [
            self._row("delivered_value", "Value delivered", period, judged.delivered_value, money, is_money=True),
            self._row("throughput", "Throughput", "stories a week", judged.throughput_per_week, trimmed),
            self._row("lead_time_p50", "Lead time p50", "of what is delivered", judged.lead_p50_weeks, words.days),
            self._row("lead_time_p85", "Lead time p85", "of what is delivered", judged.lead_p85_weeks, words.days),
            self._row("value_held", "Value held", "at the end", judged.value_held, money, is_money=True),
            self._row("idle_cost", "Idle cost", period, judged.idle_cost, money, is_money=True),
        ]

    def _row(
        self, word: str, name: str, unit: str, change: Change, written: _Written, *, is_money: bool = False
    ) -> Figure:
        def signed(amount: float) -> str:
            text = written(amount).replace("-", "−")
            return f"+{text}" if amount > 0 and text.strip("$0.k d") else text

        return Figure(
            word=word,
            name=name,
            unit=unit,
            url=self.addresses.evidence(word),
            as_is=_pair(change.as_is, written),
            what_if=_pair(change.what_if, written),
            difference=_pair(change.difference, signed, " to "),
            bars=draw_bars(change),
            is_money=is_money,
        )


@dataclass(frozen=True)
class Knob:
    """The controls of a stage. `most`: where its slider ends."""

    id: int
    name: str
    people: int
    now: int
    most: int
    wip_limit: int | None
    wip_most: int
    note: str


def knobs_of(answered: Answered) -> list[Knob]:
    """The controls of each stage in which people work."""
    fitted = answered.fitted
    knobs = []
    for at, (stage, known) in enumerate(zip(fitted.stages, fitted.fit.stations, strict=True)):
        people, limit = answered.people[at], answered.levers.wip_limits.get(stage.pk)
        waits = f"with {' and '.join(fitted.waiting[at])}" if fitted.waiting[at] else ""
        knobs.append(
            Knob(
                stage.pk, stage.name, people, known.people,
                max(2 * known.people, known.people + MORE_ON_SLIDER, people),
                limit, min(MOST_WIP, max(30, known.people * 4, limit or 0)), waits,
            )
        )  # fmt: skip
    return knobs


def answer_context(map_: Map, question: MapQuestion, answered: Answered, *, numbers: MapNumbers) -> dict[str, Any]:
    """What the answer shows; the controls are the page's."""
    words, addresses = WhatIfWords(answered, numbers), addresses_of(map_, question, answered)
    figures = FigureMaker(words, addresses).all()
    judged, people = answered.judged, sum(answered.people)
    today = sum(answered.fitted.fit.stream.as_is.people)
    slopes = draw_slopes(
        [one.idle_cost for one in judged.stations],
        [one.idle_cost_after for one in judged.stations],
        bottleneck=judged.bottleneck,
        following=judged.next_bottleneck,
    )
    cost = None if answered.cost_per_week is None else float(answered.cost_per_week) * 100
    return {
        "map": map_, "question": question, "answered": answered, "words": words, "headline": words.headline(),
        "figures": figures, "people_now": today, "people_then": people, "people_more": people - today,
        "people_cost": _people_cost(words),
        "after_name": "What if" if answered.is_changed else "No change",
        "shift": words.bottleneck(), "slopes": [_slope(words, one) for one in slopes],
        "further_title": words.further_title(), "steps": _steps(words, addresses, cost),
        "assumptions": words.assumptions(), "addresses": addresses,
        "twin_headings": ["Figure", "Now", "Range now", "What if", "Range", "Change", "Range of change"],
        "twin_rows": [[f"{one.name}, {one.unit}", *one.as_is, *one.what_if, *one.difference] for one in figures],
        "stage_headings": ["Stage", "People", "Then", "Busy", "Then", "Idle cost", "Then"],
        "stage_rows": _stage_rows(words),
        "cost_text": None if answered.cost_per_week is None else words.money(cost or 0.0),
    }  # fmt: skip


def _people_cost(words: WhatIfWords) -> str:
    cost = words.answered.judged.cost
    if cost is None:
        return "cost not known"
    if cost == 0:
        return "no more cost"
    return f"{words.money(abs(cost))} {'more' if cost > 0 else 'less'} {words.period}"


def _slope(words: WhatIfWords, one: Slope) -> dict[str, Any]:
    change = words.answered.judged.stations[one.stage]
    return {
        "line": one,
        "name": words.answered.fitted.stages[one.stage].name,
        "before": words.money(change.idle_cost),
        "after": words.money(change.idle_cost_after),
    }


def _steps(words: WhatIfWords, addresses: WhatIfAddresses, cost: float | None) -> dict[str, Any]:
    further, stages = words.answered.further, words.answered.fitted.stages
    whole = None if cost is None else cost * words.answered.weeks
    drawn: Steps = draw_steps([one.gain for one in further], whole)
    is_one = len({one.station for one in further}) == 1 and len(further) > 1
    bars = []
    for one, bar in zip(further, drawn.bars, strict=True):
        stage = stages[one.station]
        bars.append(
            {
                "bar": bar,
                "name": f"{one.people} people" if is_one else stage.name,
                "gain": DASH if one.gain is None else words.signed(one.gain.middle),
                "range": "" if one.gain is None else f"{words.signed(one.gain.low)} to {words.signed(one.gain.high)}",
                "verdict": one.verdict,
                "tone": one.verdict.name.lower(),
                "url": addresses.with_people(stage.pk, one.people),
            }
        )
    ticks = [(y, words.money(amount)) for y, amount in drawn.ticks]
    return {
        "bars": bars, "ticks": ticks, "zero": drawn.zero, "cost": drawn.cost, "is_one_stage": is_one,
        "cost_text": "" if whole is None else words.money(whole),
        "stage": stages[further[0].station].name if further else "",
    }  # fmt: skip


def _stage_rows(words: WhatIfWords) -> list[list[str]]:
    answered = words.answered
    return [
        [
            stage.name, str(answered.station(at).people), str(answered.people[at]),
            percent(change.utilisation), percent(change.utilisation_after),
            words.money(change.idle_cost), words.money(change.idle_cost_after),
        ]
        for at, (stage, change) in enumerate(zip(answered.fitted.stages, answered.judged.stations, strict=True))
    ]  # fmt: skip


@dataclass(frozen=True)
class Check:
    """What the model would have foretold from a past day, and what was: stories a week."""

    starts: Any
    low: float
    high: float
    was: float

    @property
    def held(self) -> bool:
        """Whether it fell inside the range."""
        return self.low <= self.was <= self.high


def past_checks(map_: Map, question: MapQuestion) -> list[Check]:
    """The stream played from past days, as it was then, against what came: every four weeks, the newest first.

    None for a map so large that it would keep a reader waiting, or one without past enough.
    """
    begun, now = first_day(map=map_), question.as_of
    if begun is None or is_large(map_, now - timedelta(days=365)):
        return []
    checks = []
    for back in range(1, MOST_CHECKS + 1):
        start = now - timedelta(weeks=CHECK_WEEKS * back)
        if (start.astimezone(question.zone).date() - begun).days < CHECK_PAST_DAYS:
            break
        checks.append(_check(map_, question, start))
    return checks


def _check(map_: Map, question: MapQuestion, start: Any) -> Check:
    end = start + timedelta(weeks=CHECK_WEEKS)
    days = min(question.window_days, max(CHECK_PAST_DAYS, question.window_days))
    then: FittedMap = fit_map(map=map_, now=question.now, as_of=start, window_days=days, where=question.asked.where)
    later = fit_map(map=map_, now=question.now, as_of=end, window_days=CHECK_WEEKS * 7, where=question.asked.where)
    stream = then.fit.stream
    draws = draw(stream, weeks=CHECK_WEEKS)
    (outcome,) = conclude_outcomes(play(stream, draws, [stream.as_is], weeks=CHECK_WEEKS), draws, weeks=CHECK_WEEKS)
    foretold = range_of(outcome.throughput_per_week)
    low, high = (0.0, 0.0) if foretold is None else (foretold.low, foretold.high)
    return Check(start, low, high, later.fit.delivered / CHECK_WEEKS)
