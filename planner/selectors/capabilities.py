"""What the pages of capabilities show."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Min, Q, QuerySet, Sum

from accounts.models import Workspace
from planner.domain.vocabulary import StateCategory
from planner.models import Application, Capability, Estimate, Story
from planner.models.choices import OPEN_CATEGORIES
from planner.selectors.positions import position_at

_IS_OPEN = Q(category__in=OPEN_CATEGORIES)
_IS_DONE = Q(category=StateCategory.DONE.value)
_IS_CANCELLED = Q(category=StateCategory.CANCELLED.value)


@dataclass(frozen=True)
class CapabilitySummary:
    """How far a capability is. Cancelled stories count nowhere.

    `required_done` of `required` stories are done; it earns once all are. `points_left` are those of open
    required stories, of which `unestimated` have none. `place` is the position of its first open story.
    """

    required: int
    required_done: int
    optional: int
    points_left: Decimal
    points_done: Decimal
    unestimated: int
    place: int | None

    @property
    def is_complete(self) -> bool:
        """Whether it can earn."""
        return 0 < self.required == self.required_done


def list_capabilities(*, workspace: Workspace, application: Application | None = None) -> QuerySet[Capability]:
    """The capabilities of a workspace, or of one application, with their applications; page them by id."""
    capabilities = Capability.objects.filter(workspace=workspace).select_related("application")
    if application is not None:
        capabilities = capabilities.filter(application=application)
    return capabilities.order_by("id")


def list_capability_stories(*, capability: Capability) -> QuerySet[Story]:
    """The stories of a capability, in manual order."""
    return (
        Story.objects.filter(capability=capability)
        .select_related("state", "team", "sprint", "assignee", "application")
        .order_by("rank")
    )


def capability_summary(*, capability: Capability) -> CapabilitySummary:
    """Count a capability's stories and points, and find its place; two queries."""
    needed = Q(required=True) & ~_IS_CANCELLED
    counted = Story.objects.filter(capability=capability).aggregate(
        required_number=Count("pk", filter=needed),
        required_done=Count("pk", filter=needed & _IS_DONE),
        optional=Count("pk", filter=Q(required=False) & ~_IS_CANCELLED),
        points_left=Sum("points", filter=needed & _IS_OPEN),
        points_done=Sum("points", filter=needed & _IS_DONE),
        unestimated=Count("pk", filter=needed & _IS_OPEN & Q(points=None)),
        first_rank=Min("rank", filter=_IS_OPEN),
    )
    first_rank = counted["first_rank"]
    return CapabilitySummary(
        required=counted["required_number"],
        required_done=counted["required_done"],
        optional=counted["optional"],
        points_left=counted["points_left"] or Decimal(0),
        points_done=counted["points_done"] or Decimal(0),
        unestimated=counted["unestimated"],
        place=None if first_rank is None else position_at(workspace_id=capability.workspace_id, rank=first_rank),
    )


def list_estimates(*, capability: Capability | None = None, story: Story | None = None) -> QuerySet[Estimate]:
    """The estimates of a capability, or of a story of its own, newest first."""
    of = Q(capability=capability) if capability is not None else Q(story=story, story__isnull=False)
    return Estimate.objects.filter(of).select_related("author").order_by("-occurred_at", "-id")
