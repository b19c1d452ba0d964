"""A forecast as its page shows it: the sentence, the charts, the badge, what was said before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from accounts.models import Workspace
from common.formats import format_money, format_money_exact, format_percent
from valuestream.domain.forecasting.words import ForecastSource
from valuestream.models import Forecast
from valuestream.selectors.forecast_answers import Answer
from valuestream.web.forecast_drawing import Fan, SaidBand, draw_fan, draw_said

FALLS_SHORT = 0.1
"""A forecast that held so much less often than it said is told in the colour of warnings."""
FEWEST_TRIED = 10
HEADINGS = ["Day", "All done", "Stories left", "15 to 85 %", "Live a week", "Earned", "15 to 85 %"]


@dataclass(frozen=True)
class Badge:
    """How often forecasts of 85 % held on a team's own past; `held` None: too little of it."""

    team: str
    said: float
    held: float | None
    tried: int
    reason: str

    @property
    def is_thin(self) -> bool:
        """Whether too few were tried for their share to tell anything."""
        return self.tried < FEWEST_TRIED

    @property
    def falls_short(self) -> bool:
        """Whether they held clearly less often than they said."""
        return self.held is not None and not self.is_thin and self.held < self.said - FALLS_SHORT


@dataclass(frozen=True)
class SaidRow:
    """What was said on a day. `now_words`: how it is asked at present; empty of what was said before."""

    on: date
    dates: tuple[date | None, date | None, date | None]
    stories: int
    by: str
    unknown: str
    band: SaidBand | None
    now_words: str = ""


@dataclass(frozen=True)
class ForecastView:
    """An answer with its days as dates and its drawings."""

    answer: Answer
    workspace: Workspace

    @property
    def finish(self) -> dict[str, date | None]:
        """The days by which 15, 50 and 85 of 100 futures are done."""
        told = self.answer["finish"] or {}
        return {share: _day(told.get(share)) for share in ("p15", "p50", "p85")}

    @property
    def looked_until(self) -> date | None:
        """The last day that was looked at."""
        return _day(self.answer["looked_until"])

    @property
    def target(self) -> dict[str, Any] | None:
        """The day it is meant to be done and how likely that is."""
        told = self.answer["target"]
        return None if told is None else {"date": _day(told["date"]), "share": told["share"]}

    @cached_property
    def badges(self) -> list[Badge]:
        """The back-test of every team, the one with most of the stories first."""
        found = []
        for team in self.answer["teams"]:
            tried = team["backtest"]
            held = tried["held"][-1] if tried["held"] else None
            found.append(Badge(team["name"], tried["said"][-1], held, tried["tried"], tried["reason"]))
        return found

    @property
    def is_too_sure(self) -> bool:
        """Whether the forecasts of some team held clearly less often than they said."""
        return any(badge.falls_short for badge in self.badges)

    @property
    def first_day(self) -> date | None:
        """The first working day ahead."""
        return _day(self.answer["first_day"])

    @property
    def changes(self) -> list[dict[str, Any]]:
        """Teams whose pace changed within the history."""
        changed = [team for team in self.answer["teams"] if team["change"]]
        return [{**team["change"], "since": _day(team["change"]["since"]), **_named(team)} for team in changed]

    @cached_property
    def fan(self) -> Fan | None:
        """Stories left by day."""
        if not self.answer["days"]:
            return None
        start = (float(self.answer["counted"]),) * 3
        bands = [start, *((float(low), float(half), float(high)) for low, half, high in self._triples("left"))]
        marks = [(share, self.finish[f"p{share}"]) for share in (85, 50, 15)]
        known = [(share, day) for share, day in marks if day is not None]
        days = self._dates
        return draw_fan([_day(self.answer["first_day"]) or days[0], *days], bands, finishes=known)

    @cached_property
    def value(self) -> Fan | None:
        """Dollars earned by day; None where nothing asked about earns."""
        if not self.answer["days"] or not self.answer["earning"]["counted"]:
            return None
        bands = [(float(low), float(half), float(high)) for low, half, high in self._triples("earned")]
        first = _day(self.answer["first_day"]) or self._dates[0]
        return draw_fan([first, *self._dates], [(0.0, 0.0, 0.0), *bands], finishes=[])

    @property
    def last_earned(self) -> tuple[str, str, str]:
        """What is earned by the last day, at 15, 50 and 85 %."""
        low, half, high = self.answer["days"][-1]["earned"]
        return low, half, high

    @property
    def last_date(self) -> date:
        """The last day of the charts."""
        return self._dates[-1]

    @cached_property
    def rows(self) -> list[list[str]]:
        """The charts as a table."""
        return [self._row(day) for day in self.answer["days"]]

    def _row(self, day: Answer) -> list[str]:
        low, half, high = day["left"]
        earned_low, earned, earned_high = (self._money(amount) for amount in day["earned"])
        live = self._money(day["live_per_week"][1])
        on = _day(day["date"])
        between = f"{low:,} to {high:,}", f"{earned_low} to {earned_high}"
        return [long_day(on), format_percent(day["done"]), f"{half:,}", between[0], live, earned, between[1]]

    @property
    def _dates(self) -> list[date]:
        return [date.fromisoformat(day["date"]) for day in self.answer["days"]]

    def _triples(self, name: str) -> list[tuple[Any, Any, Any]]:
        return [tuple(day[name]) for day in self.answer["days"]]

    @property
    def exact_per_week(self) -> str:
        """Dollars a week once all is done, to the cent."""
        return format_money_exact(Decimal(self.answer["earning"]["per_week"]), self.workspace.currency)

    def _money(self, amount: str) -> str:
        return format_money(Decimal(amount), self.workspace.currency)


def _named(team: Answer) -> dict[str, Any]:
    return {"name": team["name"], "unit": team["unit"]}


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def long_day(day: date | None) -> str:
    """A day in words: 12 March 2026."""
    return "later" if day is None else f"{day.day} {day:%B %Y}"


def said_rows(view: ForecastView, said: Sequence[Forecast], *, today: date, now_words: str) -> list[SaidRow]:
    """What is said now over what was said before, all on one axis."""
    now = view.finish
    spans = [
        (now["p15"], now["p50"], now["p85"]),
        *((one.p15_date, one.p50_date, one.p85_date) for one in said),
    ]
    bands = draw_said(spans)
    rows = [SaidRow(today, spans[0], view.answer["stories"], "", view.answer["unknown"], bands[0], now_words)]
    for one, span, band in zip(said, spans[1:], bands[1:], strict=True):
        is_weekly = one.source == ForecastSource.WEEKLY.value
        by = "weekly" if is_weekly else str(one.asked_by or "someone")
        rows.append(SaidRow(one.as_of.date(), span, one.stories, by, one.unknown, band))
    return rows
