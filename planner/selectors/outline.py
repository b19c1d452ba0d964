"""What the outline of a backlog shows around its rows: a capability's state, totals, the axis, what is empty."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Max, Min, Q, Sum

from accounts.models import Workspace
from planner.domain.vocabulary import StateCategory
from planner.models import Capability, Estimate, Story
from planner.models.choices import OPEN_CATEGORIES

_OPEN = Q(category__in=OPEN_CATEGORIES)
_DONE = Q(category=StateCategory.DONE.value)
_CANCELLED = Q(category=StateCategory.CANCELLED.value)
_NOT_ESTIMATED = Q(points__isnull=True)


@dataclass(frozen=True)
class CapabilityState:
    """How far a capability is. It earns when `done` reaches `required`; cancelled stories are left out.

    `first_rank` is that of its first open story: there it begins in people's order.
    """

    required: int = 0
    done: int = 0
    open_stories: int = 0
    points_left: Decimal | None = None
    not_estimated: int = 0
    blocked: int = 0
    first_rank: int | None = None


@dataclass(frozen=True)
class BacklogTotals:
    """The open work of a workspace. `points` leaves out the stories nobody estimated, which are counted."""

    capabilities: int
    stories: int
    points: Decimal
    not_estimated: int
    not_valued: int


def capability_states(*, capability_ids: Collection[int]) -> dict[int, CapabilityState]:
    """Return how far each capability with stories is, in one query."""
    rows = (
        Story.objects.filter(capability_id__in=capability_ids)
        .order_by()
        .values("capability_id")
        .annotate(
            required_count=Count("id", filter=Q(required=True) & ~_CANCELLED),
            done_count=Count("id", filter=Q(required=True) & _DONE),
            open_count=Count("id", filter=_OPEN),
            open_points=Sum("points", filter=_OPEN),
            without_points=Count("id", filter=_OPEN & _NOT_ESTIMATED),
            blocked_count=Count("id", filter=_OPEN & Q(blocked=True)),
            first_open_rank=Min("rank", filter=_OPEN),
        )
    )
    return {
        row["capability_id"]: CapabilityState(
            required=row["required_count"],
            done=row["done_count"],
            open_stories=row["open_count"],
            points_left=row["open_points"],
            not_estimated=row["without_points"],
            blocked=row["blocked_count"],
            first_rank=row["first_open_rank"],
        )
        for row in rows
    }


def backlog_totals(*, workspace: Workspace) -> BacklogTotals:
    """Count the open work of a workspace: two queries, for a fragment that is loaded after the page."""
    found = Story.objects.filter(_OPEN, workspace=workspace).aggregate(
        capability_count=Count("capability", distinct=True),
        story_count=Count("id"),
        point_sum=Sum("points"),
        without_points=Count("id", filter=_NOT_ESTIMATED),
        loose=Count("id", filter=Q(capability__isnull=True, cost_of_delay__isnull=True)),
    )
    unvalued = Capability.objects.filter(
        workspace=workspace, cost_of_delay__isnull=True, stories__category__in=OPEN_CATEGORIES
    )
    return BacklogTotals(
        capabilities=found["capability_count"],
        stories=found["story_count"],
        points=found["point_sum"] or Decimal(0),
        not_estimated=found["without_points"],
        not_valued=unvalued.distinct().count() + found["loose"],
    )


def axis_top(*, workspace: Workspace) -> Decimal:
    """Return the highest cost of delay of any capability: where the common axis of the ranges ends."""
    highest = Capability.objects.filter(workspace=workspace).aggregate(top=Max("cost_of_delay_high"))["top"]
    return highest or Decimal(0)


def list_empty_capabilities(*, workspace: Workspace, limit: int = 100) -> list[Capability]:
    """Return capabilities that have no story at all, newest first."""
    empty = Capability.objects.filter(workspace=workspace, stories__isnull=True)
    return list(empty.select_related("application").order_by("-id")[:limit])


def previous_open_story(*, story: Story) -> Story | None:
    """Return the open story right above this one in the manual order; None at the top."""
    above = Story.objects.filter(_OPEN, backlog_id=story.backlog_id, rank__lt=story.rank)
    return above.order_by("-rank").first()


def newest_estimate(*, capability: Capability | None = None, story: Story | None = None) -> Estimate | None:
    """Return the estimate that counts now, of a capability or of a story of its own."""
    of = Estimate.objects.filter(capability=capability) if capability else Estimate.objects.filter(story=story)
    return of.order_by("-occurred_at", "-id").first()


def find_things(*, workspace: Workspace, text: str, limit: int = 8) -> tuple[list[Capability], list[Story]]:
    """Return capabilities and stories whose key begins with the text or whose title has it."""
    matches = Q(key__istartswith=text) | Q(title__icontains=text)
    capabilities = (
        Capability.objects.select_related("workspace").filter(matches, workspace=workspace).order_by("-id")[:limit]
    )
    stories = Story.objects.select_related("workspace").filter(matches, workspace=workspace).order_by("-id")[:limit]
    return list(capabilities), list(stories)
