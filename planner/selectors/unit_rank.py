"""Where one unit stands: in the money-optimal order and in people's, why, and when it would be finished."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from django.db.models import Sum

from accounts.models import Workspace
from planner.domain.vocabulary import Lens, SprintState
from planner.models import LensOrder, RankingSummary, Story
from planner.models.choices import OPEN_CATEGORIES
from planner.selectors.place_words import read_place_points, why_place
from planner.selectors.unit_orders import read_unit_ids

MOST_WEEKS_AHEAD = 5_000


@dataclass(frozen=True)
class UnitRank:
    """Places from 1. `best`: in the money-optimal order of `valued` units; `present`: among all units in people's.

    `why` is one sentence about the best place. `weeks`: until it is finished if work follows the best order at the
    present pace, `is_assumed` while nothing is finished yet. None is not known.
    """

    best: int | None
    valued: int
    present: int | None
    why: str
    weeks: float | None
    is_assumed: bool

    def finished_date(self, today: date) -> date | None:
        """The day it would be finished in the best order."""
        return None if self.weeks is None else today + timedelta(weeks=self.weeks)


def unit_rank(*, workspace: Workspace, unit_id: int) -> UnitRank:
    """The places of a unit (signed id) in the stored orders; five small queries."""
    rows = LensOrder.objects.filter(workspace=workspace, lens__in=[Lens.MONEY.value, Lens.MANUAL.value])
    stored = {row.lens: row for row in rows}
    money, manual = stored.get(Lens.MONEY.value), stored.get(Lens.MANUAL.value)
    best = _place(money, unit_id, rated_only=True)
    weeks, is_assumed = _weeks(workspace, money, best)
    return UnitRank(
        best=best,
        valued=money.rated if money else 0,
        present=_place(manual, unit_id, rated_only=False),
        why=why_place(workspace=workspace, unit_id=unit_id) if best else "",
        weeks=weeks,
        is_assumed=is_assumed,
    )


def _place(stored: LensOrder | None, unit_id: int, *, rated_only: bool) -> int | None:
    if stored is None:
        return None
    unit_ids = read_unit_ids(stored.unit_ids)
    found = np.flatnonzero((unit_ids[: stored.rated] if rated_only else unit_ids) == unit_id)
    return int(found[0]) + 1 if len(found) else None


def _weeks(workspace: Workspace, money: LensOrder | None, best: int | None) -> tuple[float | None, bool]:
    """Weeks of work until the unit at this place is finished: the running sprint, then the order down to it."""
    summary = RankingSummary.objects.filter(workspace=workspace).first()
    points = read_place_points(money.place_facts) if money else np.zeros(0)
    if summary is None or best is None or len(points) < best:
        return None, False
    running = Story.objects.filter(
        workspace=workspace, category__in=OPEN_CATEGORIES, sprint__state=SprintState.IN_PROGRESS.value
    ).aggregate(total=Sum("points"))["total"]
    work = float(points[:best].sum()) + float(running or 0)
    return min(work / float(summary.points_per_week), MOST_WEEKS_AHEAD), summary.is_assumed
