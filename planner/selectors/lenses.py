"""What each lens costs, and any two of them compared: for the page and for the API.

The price list reads what a job stored. The comparison computes courses of work anew, from stored orders.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import numpy as np

from accounts.models import Workspace
from common.errors import InvalidInput
from planner.domain.arrays import FloatArray, IntArray
from planner.domain.comparison import (
    Course,
    count_at,
    earned_by,
    gain_interval,
    live_curve,
    share_live_at,
    weeks_live,
)
from planner.domain.lenses import LENS_RULES, put_first
from planner.domain.ordering.closures import unblocked_by_story
from planner.domain.scoring import first_places
from planner.domain.vocabulary import Lens
from planner.models import LensOrder, RankingSummary, Story
from planner.selectors.comparisons import Comparison, Enabler, Farthest, LensCourse, Standing
from planner.selectors.courses import STORY_LENSES, Plans, course_of, money, order_by
from planner.selectors.kept_rankings import keep_ranking
from planner.selectors.ranking import RankingInstance
from planner.selectors.unit_orders import read_unit_ids
from planner.selectors.units import unit_lines

QUARTERS = (0.25, 0.5, 0.75)
DEFAULT_WEEKS = 26
MOST_WEEKS = 520
MOST_ENABLERS = 5
MOST_UNITS_REPLANNED = 5_000
"""Above so many units the money-optimal order is compared as it is stored, with its pins."""


@dataclass(frozen=True)
class LensPrice:
    """What one lens costs. Money in the workspace's currency; None where nothing is valued.

    `gap_money` and `gap_ratio` (of the bound) say how far above the bound, below which no order can be; `shares` the
    share of all value that is live after "25", "50" and "75" % of the effort; `rated` units have a figure in it.
    """

    lens: Lens
    label: str
    rule: str
    total: Decimal | None
    gap_money: Decimal | None
    gap_ratio: float | None
    shares: dict[str, float]
    rated: int
    computed_at: datetime


def ranking_summary(*, workspace: Workspace) -> RankingSummary | None:
    """What holds for every order of the backlog; None until a job has computed it."""
    return RankingSummary.objects.filter(workspace=workspace).first()


def price_list(*, workspace: Workspace) -> list[LensPrice]:
    """All lenses as last computed, in two queries: the cheapest first, those without a price last."""
    summary = ranking_summary(workspace=workspace)
    bound = summary.lower_bound if summary is not None else None
    rows = LensOrder.objects.filter(workspace=workspace).defer("unit_ids")
    prices = [_price(row, bound) for row in sorted(rows, key=lambda row: list(Lens).index(Lens(row.lens)))]
    return sorted(prices, key=lambda price: (price.total is None, price.total or 0))


def _price(row: LensOrder, bound: Decimal | None) -> LensPrice:
    lens, total = Lens(row.lens), row.total_delay_cost
    gap = None if total is None or bound is None else max(total - bound, Decimal(0))
    return LensPrice(
        lens=lens,
        label=lens.label,
        rule=LENS_RULES[lens],
        total=total,
        gap_money=gap,
        gap_ratio=float(gap / bound) if gap is not None and bound else None,
        shares=row.shares,
        rated=row.rated,
        computed_at=row.computed_at,
    )


def compare_lenses(
    *, workspace: Workspace, first: Lens, second: Lens, now: datetime, weeks: int = DEFAULT_WEEKS
) -> Comparison:
    """Compare two lenses over so many weeks (1 to 520). Raises InvalidInput."""
    if not 1 <= weeks <= MOST_WEEKS:
        raise InvalidInput(f"Use a whole number of weeks from 1 to {MOST_WEEKS}.", field="weeks")
    kept = keep_ranking(workspace=workspace, now=now)
    ranking = kept.ranking
    courses, rated = kept.once("courses", lambda: _courses(ranking, workspace))
    standing = kept.once("standing", lambda: _standing(ranking, courses[Lens.MONEY]))
    told = kept.once(("told", weeks), lambda: _tell(ranking, courses, rated, weeks))
    one, other = courses[first], courses[second]
    low, high = _gain_range(ranking, one, other, weeks)
    earned = {course.lens: course.earned for course in told}
    return Comparison(
        **vars(standing),
        first=first,
        second=second,
        weeks=weeks,
        courses=told,
        gain=earned[first] - earned[second],
        gain_low=low,
        gain_high=high,
        farthest=_farthest(ranking, one, other, weeks),
    )


def _standing(ranking: RankingInstance, any_course: Course) -> Standing:
    unblocked = unblocked_by_story(ranking.backlog)
    return Standing(
        total_points=any_course.total_points,
        points_per_week=ranking.points_per_week,
        is_assumed=ranking.is_assumed,
        value_per_week=money(any_course.value, 1.0),
        valued_units=int(ranking.is_valued.sum()),
        unvalued_units=ranking.unvalued,
        unvalued_points=_unvalued_points(ranking),
        no_required=ranking.no_required,
        frozen_stories=int(ranking.frozen.sum()),
        frozen_points=float(ranking.backlog.counted_points[ranking.frozen].sum()),
        pins_left_out=len(ranking.pins) if _replans(ranking) else 0,
        enabler_count=int((unblocked > 0).sum()),
        enablers=_enablers(ranking, unblocked),
        top_capability_id=next((unit_id for unit_id in ranking.unit_ids.tolist() if unit_id > 0), None),
    )


def _courses(ranking: RankingInstance, workspace: Workspace) -> tuple[dict[Lens, Course], dict[Lens, int]]:
    """The course of each lens, and how many units have a figure in it."""
    rows = LensOrder.objects.filter(workspace=workspace).values_list("lens", "unit_ids", "rated")
    stored = {lens: (unit_ids, rated) for lens, unit_ids, rated in rows}
    known = {lens: _known_order(ranking, lens, stored) for lens in Lens}
    if _replans(ranking):
        plan = Plans(ranking).around_sprint
        known[Lens.MONEY] = (put_first(plan.order, ranking.present), len(plan.order))
    courses = {lens: course_of(ranking, lens, order) for lens, (order, _) in known.items()}
    return courses, {lens: rated for lens, (_, rated) in known.items()}


def _replans(ranking: RankingInstance) -> bool:
    """Whether the money-optimal order is computed anew, because the stored one keeps to pins."""
    return bool(ranking.pins) and len(ranking.unit_ids) <= MOST_UNITS_REPLANNED


def _known_order(
    ranking: RankingInstance, lens: Lens, stored: Mapping[str, tuple[bytes | memoryview, int]]
) -> tuple[IntArray | None, int]:
    """The stored order of a lens, brought up to date (gone units left out, new ones at the end), and `rated`."""
    if lens in STORY_LENSES:
        return None, len(ranking.unit_ids)
    if lens.value not in stored:
        return order_by(ranking, lens)
    unit_ids, rated = stored[lens.value]
    index = ranking.index_of_unit
    known = [index[unit_id] for unit_id in read_unit_ids(unit_ids).tolist() if unit_id in index]
    is_known = np.zeros(len(ranking.unit_ids), dtype=np.bool_)
    is_known[known] = True
    return np.concatenate([np.array(known, dtype=np.int64), ranking.present[~is_known[ranking.present]]]), rated


def _gain_range(ranking: RankingInstance, first: Course, second: Course, weeks: int) -> tuple[Decimal, Decimal]:
    pace = ranking.points_per_week
    gained = weeks_live(first, week=weeks, points_per_week=pace) - weeks_live(second, week=weeks, points_per_week=pace)
    valued = ranking.is_valued
    low, high = gain_interval(
        gained, ranking.backlog.cost_of_delay[valued], ranking.cod_low[valued], ranking.cod_high[valued]
    )
    return money(low, 1.0), money(high, 1.0)


def _tell(
    ranking: RankingInstance, courses: Mapping[Lens, Course], rated: Mapping[Lens, int], weeks: int
) -> list[LensCourse]:
    ends = np.arange(weeks + 1, dtype=np.float64)
    earned = {lens: earned_by(one, ends, points_per_week=ranking.points_per_week) for lens, one in courses.items()}
    most = max(float(figures[-1]) for figures in earned.values())
    told = [_tell_one(ranking, lens, courses[lens], rated[lens], earned[lens], most) for lens in courses]
    return sorted(told, key=lambda one: -one.earned)


def _tell_one(
    ranking: RankingInstance, lens: Lens, course: Course, rated: int, earned: FloatArray, most: float
) -> LensCourse:
    curve = live_curve(course)
    counts = {_percent(part): count_at(course, part) for part in QUARTERS}
    return LensCourse(
        lens=lens,
        label=lens.label,
        rule=LENS_RULES[lens],
        total=money(course.total_cost, ranking.points_per_week),
        shares=shares_of(course),
        effort=curve.effort.tolist(),
        live=curve.share.tolist(),
        earned=money(float(earned[-1]), 1.0),
        left_behind=money(most - float(earned[-1]), 1.0),
        earned_by_week=earned.tolist(),
        done={part: done for part, (done, _) in counts.items()},
        half_begun={part: begun for part, (_, begun) in counts.items()},
        rated=rated,
    )


def shares_of(course: Course) -> dict[str, float]:
    """Share of all value live after 25, 50 and 75 % of the effort; empty where nothing is worth anything."""
    return {_percent(part): share_live_at(course, part) for part in QUARTERS} if course.value > 0 else {}


def _percent(part: float) -> str:
    return f"{part:.0%}".rstrip("%")


def _unvalued_points(ranking: RankingInstance) -> float:
    """Points that only units nobody valued need."""
    valued = np.flatnonzero(ranking.is_valued)
    unvalued = np.flatnonzero(ranking.has_work & ~ranking.is_valued)
    place = first_places(ranking.backlog, np.concatenate([valued, unvalued]))
    only = (place >= len(valued)) & (place < len(valued) + len(unvalued))
    return float(ranking.backlog.counted_points[only].sum())


def _farthest(ranking: RankingInstance, first: Course, second: Course, weeks: int) -> Farthest | None:
    pace = ranking.points_per_week
    gained = weeks_live(first, week=weeks, points_per_week=pace) - weeks_live(second, week=weeks, points_per_week=pace)
    money_gained = first.cost_of_delay * gained
    money_gained = -money_gained if money_gained.sum() < 0 else money_gained
    if not len(gained) or money_gained.max() <= 0:
        return None
    best = int(money_gained.argmax())
    line = unit_lines([unit_id := int(ranking.unit_ids[np.flatnonzero(ranking.is_valued)[best]])])[unit_id]
    return Farthest(
        unit_id=unit_id,
        key=line.key,
        title=line.title,
        cost_of_delay=money(float(first.cost_of_delay[best]), 1.0),
        first_week=float(first.finished_at[best]) / pace,
        second_week=float(second.finished_at[best]) / pace,
        gain=money(float(money_gained[best]), 1.0),
    )


def _enablers(ranking: RankingInstance, unblocked: FloatArray) -> list[Enabler]:
    best = np.argsort(-unblocked, kind="stable")[:MOST_ENABLERS]
    amounts = {int(ranking.story_ids[story]): float(unblocked[story]) for story in best if unblocked[story] > 0}
    names = {
        pk: (key, title) for pk, key, title in Story.objects.filter(pk__in=amounts).values_list("pk", "key", "title")
    }
    return [Enabler(pk, *names[pk], unblocks=money(amount, 1.0)) for pk, amount in amounts.items() if pk in names]
