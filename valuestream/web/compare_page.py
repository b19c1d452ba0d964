"""What the comparison's page shows: a sentence, pools of both sides on one scale, and every figure with its change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from common import formats
from planner.models import Application, Team
from valuestream.domain.vocabulary import Clock
from valuestream.models import Map
from valuestream.selectors.asking import DEFAULT_WINDOW_DAYS, Question
from valuestream.selectors.compare_asking import OTHER
from valuestream.selectors.comparing import ComparedPlace, Comparison, Figure, Pair
from valuestream.web.map_filters import MOST_OFFERED
from valuestream.web.map_numbers import DASH, MapNumbers, count, percent, trimmed
from valuestream.web.map_page import numbers_of
from valuestream.web.map_question import WINDOWS

ROOM = 160
"""Height of the pools' drawing in pixels."""
SHOWN = {
    "value_held": ("Value held", "money", "less"),
    "value_waiting": ("of it, waiting", "money", "less"),
    "wip": ("In progress", "count", ""),
    "queue_length": ("Queue", "count", "less"),
    "throughput": ("Out a week", "rate", "more"),
    "lead_time_p50": ("Lead time p50", "duration", "less"),
    "lead_time_p85": ("Lead time p85", "duration", "less"),
    "flow_efficiency": ("Flow efficiency", "ratio", "more"),
    "idle_cost": ("Idle cost", "money", "less"),
    "delay_cost_rate": ("Cost of delay a week", "money", "less"),
}
"""What each figure is called, how it is written, and which way is better."""


@dataclass(frozen=True)
class ComparedCell:
    """A figure of both sides in words; `tone`: whether the change is for the better ("good"), the worse ("bad")."""

    left: str
    right: str
    change: str
    tone: str


@dataclass(frozen=True)
class ComparedRow:
    """One figure over all stages and the stream."""

    name: str
    cells: list[ComparedCell]


@dataclass(frozen=True)
class Bar:
    """A pool of one side: heights in pixels of what is held and of the part that waits, and its words."""

    height: float
    waiting: float
    says: str

    @property
    def top(self) -> float:
        """Where it begins from above."""
        return round(ROOM - self.height, 1)


def controls_of(map_: Map, values: Mapping[str, str], now: datetime) -> dict[str, Any]:
    """The form as it was filled in, and what it offers."""
    zone = ZoneInfo(map_.workspace.time_zone)
    window = values.get("window_days", "") or str(DEFAULT_WINDOW_DAYS)
    return {
        "sides": [
            {
                "prefix": prefix,
                "name": name,
                "as_of": values.get(f"{prefix}as_of", ""),
                "filter": values.get(f"{prefix}filter", ""),
                "as_of_key": f"{prefix}as_of",
                "filter_key": f"{prefix}filter",
            }
            for prefix, name in (("", "Left"), (OTHER, "Right"))
        ],
        "today": now.astimezone(zone).date(),
        "first_day": map_.created_at.astimezone(zone).date(),
        "offers": _offers(map_),
        "windows": [(str(days), f"{days} days") for days in sorted({*WINDOWS, DEFAULT_WINDOW_DAYS})],
        "window": window,
        "clocks": [(clock.value, clock.label) for clock in Clock],
        "clock": values.get("clock", "") or Clock.ALWAYS.value,
    }


def _offers(map_: Map) -> list[str]:
    """Filters to choose from: teams and applications."""
    teams = Team.objects.filter(workspace=map_.workspace).order_by("name").values_list("name", flat=True)
    names = Application.objects.filter(workspace=map_.workspace).order_by("name").values_list("key", flat=True)
    quoted = [f'team is "{name}"' for name in teams[:MOST_OFFERED]]
    return [*quoted, *(f"application is {key}" for key in names[:MOST_OFFERED])]


def comparison_context(map_: Map, told: Comparison, now: datetime) -> dict[str, Any]:
    """What both sides say."""
    numbers = numbers_of(map_.workspace, told.left.clock)
    places = [*told.stages, told.total]
    labels = [_label(side, map_, now) for side in (told.left, told.right)]
    return {
        "told": told,
        "labels": labels,
        "finding": finding(told, labels, numbers),
        "places": places,
        "pools": _pools(told, numbers),
        "room": ROOM,
        "rows": [
            ComparedRow(name, [_cell(place.pairs[metric], unit, better, numbers) for place in places])
            for metric, (name, unit, better) in SHOWN.items()
        ],
    }


def _label(side: Question, map_: Map, now: datetime) -> str:
    """What a side is of, in a few words."""
    day = (side.as_of or now).astimezone(ZoneInfo(map_.workspace.time_zone))
    when = f"{day.day} {day:%b %Y}" if side.as_of else "Now"
    return f"{when}, {side.filter_text}" if side.filter_text else when


def finding(told: Comparison, labels: Sequence[str], numbers: MapNumbers) -> str:
    """What differs most in dollars, as a sentence."""
    most = told.most_changed
    if most is None:
        return "Both hold the same value in every stage."
    parts = [f"{most.name} holds {_more(most.pairs['value_held'], numbers)}"]
    if len(told.stages) > 1 and told.total.pairs["value_held"].change:
        parts.append(f"the whole stream {_more(told.total.pairs['value_held'], numbers)}")
    sentence = f"{labels[1]} against {labels[0]}: {', '.join(parts)}"
    if told.total.pairs["idle_cost"].change:
        sentence += f". Waiting cost {_more(told.total.pairs['idle_cost'], numbers)}"
    return f"{sentence}."


def _more(pair: Pair, numbers: MapNumbers) -> str:
    change = Decimal(pair.change or 0)
    return f"{numbers.money(abs(change))} {'more' if change > 0 else 'less'}"


def _pools(told: Comparison, numbers: MapNumbers) -> list[tuple[ComparedPlace, list[Bar]]]:
    """For each stage a pool of each side, all on one scale."""
    held = [_sides(stage.pairs["value_held"]) for stage in told.stages]
    top = max((amount for pair in held for amount in pair), default=0.0)
    scale = (ROOM - 4) / top if top else 0.0
    pools = []
    for stage, amounts in zip(told.stages, held, strict=True):
        waits = _sides(stage.pairs["value_waiting"])
        bars = [
            Bar(round(amount * scale, 1), round(min(wait, amount) * scale, 1), numbers.money(Decimal(amount)))
            for amount, wait in zip(amounts, waits, strict=True)
        ]
        pools.append((stage, bars))
    return pools


def _sides(pair: Pair) -> tuple[float, float]:
    return float(pair.left or 0), float(pair.right or 0)


def _cell(pair: Pair, unit: str, better: str, numbers: MapNumbers) -> ComparedCell:
    change = pair.change
    tone = ""
    if better and change:
        tone = "good" if (change > 0) == (better == "more") else "bad"
    left, right = (_told(figure, unit, numbers) for figure in (pair.left, pair.right))
    return ComparedCell(left, right, _change(change, unit, numbers), tone)


def _told(figure: Figure | None, unit: str, numbers: MapNumbers) -> str:
    if figure is None:
        return DASH
    words = {
        "money": lambda: numbers.money(Decimal(figure)),
        "count": lambda: count(int(figure)),
        "rate": lambda: trimmed(float(figure)),
        "duration": lambda: numbers.duration(float(figure)),
        "ratio": lambda: percent(float(figure)),
    }
    return words[unit]()


def _change(change: Figure | None, unit: str, numbers: MapNumbers) -> str:
    """The difference with its sign; nothing where there is none, a dash where it is not known."""
    if change is None:
        return DASH
    amount = _told(-change if change < 0 else change, unit, numbers).replace("%", " points")
    if not change or amount in ("0", "0 points"):
        return "same"
    return f"{'+' if change > 0 else formats.MINUS}{amount}"
