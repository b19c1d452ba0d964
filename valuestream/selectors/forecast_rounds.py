"""The forecasts of a whole workspace at once: every capability, team, application and sprint in the same futures."""

from dataclasses import dataclass
from datetime import date, datetime

import numpy as np

from accounts.models import Workspace
from planner.domain.arrays import IntArray
from planner.models import Application, Capability, Sprint, Team
from valuestream.domain.forecasting.queues import ParallelForecast, forecast_in_parallel
from valuestream.domain.forecasting.words import SubjectKind, WorkOrder
from valuestream.selectors.columns import ABSENT
from valuestream.selectors.forecast_answers import SEED, SHARES, Scene, set_scene
from valuestream.selectors.forecast_asking import ForecastQuestion, Subject
from valuestream.selectors.forecast_work import Asked, find_asked, line_up

ROUND_RUNS = 2_000
MOST_CAPABILITIES = 500
"""Those that come first in the backlog; a date of the others is as good as that of everything."""


@dataclass(frozen=True)
class Said:
    """What is said of one subject: the days by which 15, 50 and 85 of 100 futures are done with it."""

    subject: Subject
    asked: Asked
    dates: tuple[date | None, ...]


@dataclass(frozen=True)
class Round:
    """What is said of a workspace at an instant."""

    scene: Scene
    said: list[Said]


def tell_round(*, workspace: Workspace, now: datetime, is_past: bool = False) -> Round:
    """Forecast all subjects of a workspace, in backlog order. Raises Conflict where nobody works."""
    question = ForecastQuestion(as_of=now if is_past else None)
    scene = set_scene(workspace=workspace, asked=question, now=now)
    found = [
        (subject, find_asked(workspace=workspace, work=scene.work, subject=subject)) for subject in _subjects(scene)
    ]
    places = {at: place for place, at in enumerate(at for at, (_, asked) in enumerate(found) if len(asked.counted))}
    drawn = _draw(scene, [found[at][1].counted for at in places])
    dates = [] if drawn is None else scene.ahead.dates(drawn.days)
    said = [Said(subject, asked, _dates(drawn, places.get(at), dates)) for at, (subject, asked) in enumerate(found)]
    return Round(scene, said)


def _draw(scene: Scene, units: list[IntArray]) -> ParallelForecast | None:
    if not units:
        return None
    everything = np.unique(np.concatenate(units))
    lined_up = line_up(scene.work, asked=everything, units=units, order=WorkOrder.BACKLOG)
    return forecast_in_parallel(lined_up, seed=SEED, runs=ROUND_RUNS)


def _dates(drawn: ParallelForecast | None, unit: int | None, dates: list[date]) -> tuple[date | None, ...]:
    if drawn is None or unit is None:
        return (None,) * len(SHARES)
    days = [drawn.quantile_of_unit(unit, share) for share in SHARES]
    return tuple(None if day is None else dates[day] for day in days)


def _subjects(scene: Scene) -> list[Subject]:
    """Everything, and each thing that has open stories."""
    stories = scene.work.stories
    in_order = stories.capability[np.array(scene.work.order, dtype=np.int64)]
    ids = {
        SubjectKind.APPLICATION: (Application, set(stories.application.tolist())),
        SubjectKind.TEAM: (Team, set(stories.team.tolist())),
        SubjectKind.SPRINT: (Sprint, set(stories.sprint.tolist())),
        SubjectKind.CAPABILITY: (Capability, set(list(dict.fromkeys(in_order.tolist()))[:MOST_CAPABILITIES])),
    }
    found = [Subject()]
    for kind, (model, wanted) in ids.items():
        rows = model._default_manager.filter(workspace=scene.workspace, pk__in=wanted - {ABSENT}).order_by("pk")
        found += [Subject(kind, row) for row in rows]
    return found
