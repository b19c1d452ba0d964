"""The burn-down beside a sprint's wall: days that are over are read once, the present one is what hangs there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.core.cache import cache

from planner.domain.capacity.burn_events import Amounts
from planner.domain.vocabulary import SprintState
from planner.models import Sprint
from planner.selectors.burndown import burndown_of
from planner.selectors.pins import today_of

KEPT_SECONDS = 600
"""What is over changes only where somebody corrects the past."""


@dataclass(frozen=True)
class WallBurn:
    """A started sprint's working days: what was committed, and what was left at the end of those that are over.

    `left` ends with the last day of a completed sprint, and with the day before today of a running one.
    """

    committed: Amounts
    days: int
    left: Sequence[Amounts]


def burn_of_wall(*, sprint: Sprint, now: datetime) -> WallBurn | None:
    """The burn-down as the sprint's page draws it; None before the start. No statement while it is kept."""
    if sprint.state not in (SprintState.IN_PROGRESS.value, SprintState.COMPLETED.value):
        return None
    today = today_of(workspace=sprint.workspace, now=now)
    key = f"wall-burn:{sprint.pk}:{sprint.version}:{sprint.started_at}:{today}".replace(" ", "T")
    kept: WallBurn | None = cache.get(key)
    if kept is None:
        kept = _read(sprint, today, now)
        cache.set(key, kept, KEPT_SECONDS)
    return kept


def _read(sprint: Sprint, today: date, now: datetime) -> WallBurn | None:
    burndown = burndown_of(sprint=sprint, now=now)
    if burndown is None:
        return None
    is_over = sprint.state == SprintState.COMPLETED.value
    days = [day for day in burndown.burn.days if day.is_workday]
    left = [day.remaining for day in days if day.remaining is not None and (is_over or day.day < today)]
    return WallBurn(burndown.burn.committed, max(len(days), 1), left)


def steps_of(burn: WallBurn, *, unit: str, present: Decimal | None) -> list[Decimal]:
    """What was left at the start and after each working day so far, in this unit; `present` is what is left now."""
    steps = [getattr(burn.committed, unit), *(getattr(amounts, unit) for amounts in burn.left)]
    if present is None:
        return steps
    return [*steps[: burn.days], present]
