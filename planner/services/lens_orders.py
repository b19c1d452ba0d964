"""Keeping the order of every lens, its price, and what holds for all of them up to date."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction

from common.jobs.services import enqueue
from common.live.selectors import list_changed_workspaces
from planner.domain.arrays import IntArray
from planner.domain.proposals.place_facts import explain_places
from planner.domain.vocabulary import Lens
from planner.models import LensOrder, RankingSummary
from planner.selectors.courses import Plans, course_of, money, order_by
from planner.selectors.lenses import shares_of
from planner.selectors.place_words import write_place_facts
from planner.selectors.ranking import RankingInstance, load_ranking
from planner.selectors.unit_orders import write_unit_ids
from planner.services.announcing import announce_by_machine
from planner.services.scores import RESCORE

MANUAL_COST = "planner.manual_cost"
"""The kind of the job that prices the manual order after a move; every other order waits for the next `RESCORE`."""

TOPIC = "ranking"
"""The topic of the live feed: orders or prices of lenses changed."""

SOON_SECONDS = 0.5
AFTER_MOVES_SECONDS = 2.0
LATER_SECONDS = 20.0
"""Moves come in bursts, and of the other lenses only ties and units without a figure follow people's order."""

OLDEST = timedelta(hours=24)
"""The pace, and which pins count, change with the day."""


WITHOUT_EFFECT = ["job", "map", "proposal", TOPIC]
"""Topics whose changes leave every order as it was."""


@dataclass(frozen=True)
class _Figures:
    """What is stored of one lens."""

    unit_ids: bytes
    rated: int
    total_delay_cost: Decimal | None
    shares: dict[str, float]
    newest_story_id: int
    place_facts: bytes


def refresh_lenses(*, workspace_id: int, now: datetime, lenses: Collection[Lens] | None = None) -> int:
    """Compute lenses anew (all without `lenses`) and write those that changed; returns how many those were.

    Idempotent. What holds for every order is kept only with all lenses. Computing holds no lock: whoever changes
    something meanwhile asks for another run. An answer older than the stored one is dropped.
    """
    ranking = load_ranking(workspace_id=workspace_id, now=now)
    plans = Plans(ranking)
    fresh = {lens: _figures(ranking, lens, plans) for lens in lenses or Lens}
    summary = _summary(ranking, plans) if lenses is None else None
    with transaction.atomic():
        if _is_overtaken(workspace_id=workspace_id, now=now):
            return 0
        written = _write(workspace_id=workspace_id, fresh=fresh, now=now)
        if summary is not None:
            RankingSummary.objects.update_or_create(workspace_id=workspace_id, defaults={**summary, "computed_at": now})
        if written:
            announce_by_machine(workspace_id=workspace_id, topic=TOPIC, verb="computed", now=now)
    return written


def _figures(ranking: RankingInstance, lens: Lens, plans: Plans) -> _Figures:
    order, rated = order_by(ranking, lens, plans)
    course = course_of(ranking, lens, order)
    return _Figures(
        unit_ids=write_unit_ids(_listed(ranking, lens, order)),
        rated=rated,
        total_delay_cost=money(course.total_cost, ranking.points_per_week) if ranking.is_valued.any() else None,
        shares=shares_of(course),
        newest_story_id=int(ranking.story_ids.max(initial=0)),
        place_facts=_place_facts(ranking, plans) if lens is Lens.MONEY else b"",
    )


def _place_facts(ranking: RankingInstance, plans: Plans) -> bytes:
    facts = explain_places(ranking.backlog, plans.pinned, ranking.frozen)
    return write_place_facts(facts, ranking.points_per_week)


def _listed(ranking: RankingInstance, lens: Lens, order: IntArray) -> IntArray:
    """What pages list; the lens by story lists nothing."""
    return ranking.unit_ids[order] if lens is not Lens.STORY_WSJF else ranking.unit_ids[:0]


def _summary(ranking: RankingInstance, plans: Plans) -> dict[str, object]:
    """What holds for every order. Money is null where nothing is valued: there is nothing to claim."""
    pace = ranking.points_per_week
    free, around, pinned = plans.free, plans.around_sprint, plans.pinned
    has_claims = bool(ranking.is_valued.any())
    costs = (free.lower_bound, max(around.total - free.total, 0.0), max(pinned.total - around.total, 0.0))
    bound, frozen_cost, pins_cost = (money(cost, pace) if has_claims else None for cost in costs)
    return {
        "lower_bound": bound,
        "frozen_cost": frozen_cost,
        "pins_cost": pins_cost,
        "points_per_week": Decimal(pace).quantize(Decimal("0.0001")),
        "is_assumed": ranking.is_assumed,
        "valued_units": int(ranking.is_valued.sum()),
        "unvalued_units": ranking.unvalued,
        "total_points": Decimal(float(pinned.completed_at.max(initial=0.0))).quantize(Decimal("0.01")),
    }


def _is_overtaken(*, workspace_id: int, now: datetime) -> bool:
    """Whether someone stored a newer answer; of two at a time the second waits here."""
    summary = RankingSummary.objects.select_for_update().filter(workspace_id=workspace_id).first()
    return summary is not None and summary.computed_at > now


def _write(*, workspace_id: int, fresh: Mapping[Lens, _Figures], now: datetime) -> int:
    stored = {
        row.lens: _Figures(
            bytes(row.unit_ids),
            row.rated,
            row.total_delay_cost,
            row.shares,
            row.newest_story_id,
            bytes(row.place_facts),
        )
        for row in LensOrder.objects.filter(workspace_id=workspace_id, lens__in=[lens.value for lens in fresh])
    }
    changed = [
        LensOrder(workspace_id=workspace_id, lens=lens.value, computed_at=now, **vars(figures))
        for lens, figures in fresh.items()
        if stored.get(lens.value) != figures
    ]
    LensOrder.objects.bulk_create(
        changed,
        update_conflicts=True,
        unique_fields=["workspace", "lens"],
        update_fields=[*_Figures.__dataclass_fields__, "computed_at"],
    )
    return len(changed)


def request_rescore(*, workspace_id: int, now: datetime) -> None:
    """Ask once for fresh scores and orders, shortly after the last of several changes."""
    enqueue(
        kind=RESCORE,
        args={},
        workspace_id=workspace_id,
        dedupe_key=f"{RESCORE}:{workspace_id}",
        delay_seconds=SOON_SECONDS,
        now=now,
    )


def request_rescore_later(*, workspace_id: int, now: datetime) -> None:
    """Ask once for the orders that follow people's in ties, when moving is likely over."""
    enqueue(
        kind=RESCORE,
        args={},
        workspace_id=workspace_id,
        dedupe_key=f"{RESCORE}:{workspace_id}:later",
        delay_seconds=LATER_SECONDS,
        now=now,
    )


def request_manual_cost(*, workspace_id: int, now: datetime) -> None:
    """Ask once for the price of the manual order, after the last of several moves."""
    enqueue(
        kind=MANUAL_COST,
        args={},
        workspace_id=workspace_id,
        dedupe_key=f"{MANUAL_COST}:{workspace_id}",
        delay_seconds=AFTER_MOVES_SECONDS,
        now=now,
    )


def request_forgotten(*, now: datetime) -> int:
    """Ask for the orders of each workspace that are behind its changes, or of yesterday; return how many those were.

    A change enqueues it after its commit: a process killed right in between leaves it behind.
    """
    computed = dict(RankingSummary.objects.values_list("workspace_id", "computed_at"))
    changed = list_changed_workspaces(except_topics=WITHOUT_EFFECT)
    behind = {pk for pk, at in changed.items() if pk not in computed or computed[pk] < at}
    behind |= {pk for pk, at in computed.items() if at < now - OLDEST}
    for workspace_id in sorted(behind):
        request_rescore(workspace_id=workspace_id, now=now)
    return len(behind)
