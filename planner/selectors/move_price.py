"""What a move in the manual order would save or cost, told while someone still holds the row."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import numpy as np

from accounts.models import Workspace
from planner.domain.arrays import IntArray
from planner.models import RankingSummary
from planner.selectors.courses import course_of_stories, money
from planner.selectors.ranking import RankingInstance, load_ranking

PRICED_AT_ONCE = 2_000
"""Units up to which the price is computed while someone waits."""


@dataclass(frozen=True)
class Drop:
    """Where stories would be put: right before or after another (ids), or at an end ("top", "bottom")."""

    before_id: int | None = None
    after_id: int | None = None
    to: str = ""


def price_move(*, workspace: Workspace, story_ids: Sequence[int], drop: Drop, now: datetime) -> Decimal | None:
    """Total cost of delay after the move less that of the present order: money, below 0 where the move saves.

    None where it can't be told at once (many units, nothing valued) or the place is not in the backlog.
    """
    summary = RankingSummary.objects.filter(workspace=workspace).first()
    if summary is None or summary.valued_units + summary.unvalued_units > PRICED_AT_ONCE:
        return None
    ranking = load_ranking(workspace_id=workspace.pk, now=now)
    moved = order_after(ranking, story_ids, drop)
    if moved is None or not ranking.is_valued.any():
        return None
    present = course_of_stories(ranking, ranking.story_rank_order).total_cost
    return money(course_of_stories(ranking, moved).total_cost - present, ranking.points_per_week)


def order_after(ranking: RankingInstance, story_ids: Sequence[int], drop: Drop) -> IntArray | None:
    """The story indexes by rank once these stories stand there as one block; None where the place is not found."""
    order = ranking.story_rank_order
    is_moving = np.isin(ranking.story_ids[order], story_ids)
    block, others = order[is_moving], order[~is_moving]
    place = _place_among(ranking.story_ids[others], drop)
    if place is None or not len(block):
        return None
    return np.concatenate([others[:place], block, others[place:]])


def _place_among(ids: IntArray, drop: Drop) -> int | None:
    if drop.to:
        return 0 if drop.to == "top" else len(ids)
    beside = np.flatnonzero(ids == (drop.before_id or drop.after_id or 0))
    if not len(beside):
        return None
    return int(beside[0]) + (drop.before_id is None)
