"""A forecast as it is told: dates, what is left by then, dollars by then, and how far to trust it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np

from accounts.models import Workspace
from planner.domain.arrays import FloatArray, IntArray
from planner.models import Story, Team
from valuestream.domain.forecasting.backtest import backtest
from valuestream.domain.forecasting.completion import RUNS, Work, value_by_date
from valuestream.domain.forecasting.queues import ParallelForecast, ParallelWork, Watch, forecast_in_parallel
from valuestream.domain.forecasting.shifts import find_shift
from valuestream.domain.forecasting.throughput import LEAST_DAYS
from valuestream.domain.forecasting.words import Measure
from valuestream.selectors.columns import ABSENT
from valuestream.selectors.forecast_asking import ForecastQuestion
from valuestream.selectors.forecast_history import NO_TEAM, Ahead, Pasts, TeamPast, load_pasts, look_ahead
from valuestream.selectors.forecast_items import weekly_worth
from valuestream.selectors.forecast_work import Asked, LeftOut, OpenWork, find_asked, line_up, load_open_work

Answer = dict[str, Any]
SHARES = (0.15, 0.5, 0.85)
SEED = 1981
"""The same question gets the same answer (Rubin's year)."""
MOST_POINTS = 27
CELLS_IN_MEMORY = 10_000_000
FEWEST_RUNS = 1_000
_NEARLY_ALL = 0.97


@dataclass(frozen=True)
class Scene:
    """Where past and future meet, what teams finished, and what is open."""

    workspace: Workspace
    as_of: datetime
    ahead: Ahead
    pasts: Pasts
    work: OpenWork


def set_scene(*, workspace: Workspace, asked: ForecastQuestion, now: datetime) -> Scene:
    """Load what forecasts as of one instant share. Raises Conflict where nobody works."""
    as_of = asked.as_of or now
    ahead = look_ahead(workspace=workspace, as_of=as_of)
    pasts = load_pasts(
        workspace=workspace,
        ahead=ahead,
        as_of=as_of,
        is_past=asked.as_of is not None,
        measure=asked.measure,
        since=asked.since,
    )
    return Scene(workspace, as_of, ahead, pasts, load_open_work(workspace=workspace, pasts=pasts, as_of=asked.as_of))


@dataclass(frozen=True)
class Prepared:
    """A forecast that is ready to be drawn. `work` None: there is nothing to draw, and `asked` says why."""

    scene: Scene
    question: ForecastQuestion
    asked: Asked
    earning: "Earning"
    work: ParallelWork | None

    @property
    def stories(self) -> int:
        """How many stories every future takes through their queues."""
        return 0 if self.work is None else self.work.stories


@dataclass(frozen=True)
class Earning:
    """What earns once it is done. `units`: places of the stories each thing waits for; `per_week`: its dollars.

    `elsewhere`: valued things that also wait for stories not asked about; `unvalued`: things nobody valued.
    """

    units: list[IntArray]
    per_week: FloatArray
    elsewhere: int
    unvalued: int


def prepare_forecast(*, workspace: Workspace, question: ForecastQuestion, now: datetime) -> Prepared:
    """Find what is asked about, what comes before it, and what it earns."""
    scene = set_scene(workspace=workspace, asked=question, now=now)
    asked = find_asked(workspace=workspace, work=scene.work, subject=question.subject)
    earning = _find_earning(scene, asked)
    if not len(asked.counted):
        return Prepared(scene, question, asked, earning, None)
    lined_up = line_up(scene.work, asked=asked.counted, units=earning.units, order=question.order)
    return Prepared(scene, question, asked, earning, lined_up)


def _find_earning(scene: Scene, asked: Asked) -> Earning:
    """Capabilities whose open required stories are all counted, and stories of their own."""
    stories, worth = scene.work.stories, weekly_worth(workspace_id=scene.workspace.pk, as_of=scene.as_of)
    is_counted = np.zeros(len(stories), dtype=np.bool_)
    is_counted[asked.counted] = True
    units, dollars, elsewhere, unvalued = list[IntArray](), list[float](), 0, 0
    for capability in np.unique(stories.capability[asked.counted]).tolist():
        if capability == ABSENT:
            continue
        needed = np.flatnonzero((stories.capability == capability) & stories.required)
        amount = worth.capabilities.get(capability, 0.0)
        unvalued += amount <= 0
        elsewhere += amount > 0 and not is_counted[needed].all()
        if amount > 0 and len(needed) and is_counted[needed].all():
            units.append(needed)
            dollars.append(amount)
    for place in asked.counted[stories.capability[asked.counted] == ABSENT].tolist():
        amount = worth.stories.get(int(stories.ids[place]), 0.0)
        if amount > 0:
            units.append(np.array([place]))
            dollars.append(amount)
    return Earning(units, np.array(dollars), int(elsewhere), int(unvalued))


def tell_forecast(prepared: Prepared, *, runs: int = RUNS, watch: Watch | None = None) -> Answer:
    """Draw the futures and tell the answer of `/api/v1/forecasts/`: plain data, days as text, shares 0 to 1.

    Where very many things earn, fewer futures are drawn: all of their days are held in memory together.
    """
    answer = _head(prepared)
    if prepared.work is None:
        return answer
    runs = min(runs, max(CELLS_IN_MEMORY // max(len(prepared.work.units), 1), FEWEST_RUNS))
    drawn = forecast_in_parallel(prepared.work, seed=SEED, runs=runs, watch=watch)
    dates = prepared.scene.ahead.dates(drawn.days)
    answer["runs"] = runs
    answer["finish"] = _finish(drawn, dates)
    answer["looked_until"] = dates[-1].isoformat()
    answer["target"] = _target(prepared, drawn, dates)
    answer["days"] = _days(prepared, drawn, dates)
    return answer


def _head(prepared: Prepared) -> Answer:
    """What is known without drawing anything."""
    scene, question, asked = prepared.scene, prepared.question, prepared.asked
    subject, work = question.subject, scene.work
    counted = len(asked.counted)
    return {
        "about": subject.kind.value,
        "subject_id": subject.id,
        "subject": subject.name,
        "filter": subject.filter_text,
        "order": question.order.value,
        "measure": scene.pasts.measure.value,
        "as_of": scene.as_of.isoformat(),
        "first_day": scene.ahead.first.isoformat(),
        "stories": len(asked.wanted),
        "counted": counted,
        "before": prepared.stories - counted,
        "amount": round(float(work.amount[asked.counted].sum()), 2),
        "unknown": why_unknown(asked),
        "left_out": [_tell_left_out(one) for one in asked.left_out],
        "earning": _tell_earning(prepared.earning),
        "teams": _teams(prepared),
        "runs": 0,
        "finish": None,
        "looked_until": None,
        "target": None,
        "days": [],
    }


def why_unknown(asked: Asked) -> str:
    """Why there is no date; empty where there is one."""
    if not len(asked.wanted):
        return "Nothing of it is open."
    return f"Not known yet: {asked.unknown}." if asked.unknown else ""


def _tell_left_out(one: LeftOut) -> Answer:
    keys = Story.objects.filter(pk__in=one.shown).values_list("key", flat=True)
    return {"stories": one.count, "why": one.why, "keys": sorted(keys)}


def _tell_earning(earning: Earning) -> Answer:
    return {
        "counted": len(earning.units),
        "per_week": f"{earning.per_week.sum():.2f}",
        "elsewhere": earning.elsewhere,
        "unvalued": earning.unvalued,
    }


def _finish(drawn: ParallelForecast, dates: Sequence[date]) -> dict[str, str | None]:
    """The day by which it is done in 15, 50 and 85 of 100 futures; null where that is later than was looked."""
    days = {f"p{round(share * 100)}": drawn.quantile(share) for share in SHARES}
    return {name: None if day is None else dates[day].isoformat() for name, day in days.items()}


def _target(prepared: Prepared, drawn: ParallelForecast, dates: Sequence[date]) -> Answer | None:
    """How likely it is done by the day it is meant to be."""
    wanted = prepared.question.subject.target_date
    if wanted is None:
        return None
    last = sum(day <= wanted for day in dates) - 1
    return {"date": wanted.isoformat(), "share": drawn.chance_by(last) if last >= 0 else 0.0}


def _days(prepared: Prepared, drawn: ParallelForecast, dates: Sequence[date]) -> list[Answer]:
    """What holds at the end of some days from the first to the one by which nearly all futures are done."""
    last = drawn.quantile(_NEARLY_ALL)
    until = drawn.days - 1 if last is None else last
    days = np.unique(np.linspace(0, until, min(until + 1, MOST_POINTS)).round().astype(np.int64))
    left = drawn.left_on(days, SHARES)
    nothing = np.empty(0)
    work = Work(nothing, np.empty(0, dtype=np.int64), prepared.earning.per_week)
    value = value_by_date(drawn.of_units(), work, days, SHARES)
    return [
        {
            "date": dates[day].isoformat(),
            "done": round(drawn.chance_by(day), 4),
            "left": left[:, at].astype(int).tolist(),
            "live_per_week": _money(value.live_per_week[:, at]),
            "earned": _money(value.earned[:, at]),
        }
        for at, day in enumerate(days.tolist())
    ]


def _money(amounts: FloatArray) -> list[str]:
    return [f"{amount:.2f}" for amount in amounts]


def _teams(prepared: Prepared) -> list[Answer]:
    """The pace of every team whose queue is waited for, the one with most of the stories asked about first."""
    scene = prepared.scene
    if prepared.work is None:
        return []
    names = dict(Team.objects.filter(workspace=scene.workspace).values_list("pk", "name"))
    teams, counts = np.unique(scene.work.queue[prepared.asked.counted], return_counts=True)
    by_count = sorted(zip(counts.tolist(), teams.tolist(), strict=True), reverse=True)
    return [
        {"team": None if team == NO_TEAM else team, "name": names.get(team, "No team"), "stories": count}
        | _tell_past(scene.pasts.of_teams[team], scene)
        for count, team in by_count
    ]


def _tell_past(past: TeamPast, scene: Scene) -> Answer:
    tried = backtest(past.daily, rng=np.random.default_rng(SEED))
    shift = find_shift(past.recent)
    recent_days = scene.ahead.days[len(scene.ahead.days) - len(past.recent) :]
    unit = "points" if scene.pasts.measure is Measure.POINTS else "stories"
    return {
        "per_week": round(past.per_week, 2),
        "unit": unit,
        "history_days": len(past.recent),
        "needed_days": LEAST_DAYS,
        "backtest": {
            "said": list(tried.shares),
            "held": None if tried.held is None else [round(share, 4) for share in tried.held],
            "tried": tried.n,
            "reason": tried.reason,
        },
        "change": None
        if shift is None
        else {
            "since": recent_days[shift.day].isoformat(),
            "before_per_week": round(shift.before, 2),
            "after_per_week": round(shift.after, 2),
        },
    }
