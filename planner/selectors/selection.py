"""What people chose in the backlog: stories one by one, or whole capabilities."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Sum

from accounts.models import Workspace
from planner.models import Capability, Story
from planner.models.choices import OPEN_CATEGORIES


@dataclass(frozen=True)
class SelectionTotal:
    """Stories chosen, their points, and the cost of delay a week of the units that they belong to.

    `cost_of_delay` is None where none of them is valued; `unvalued` units are left out of it.
    """

    stories: int
    points: Decimal
    not_estimated: int
    cost_of_delay: Decimal | None
    unvalued: int


def find_selection(*, workspace: Workspace, story_ids: Sequence[int], capability_ids: Sequence[int]) -> list[int]:
    """The ids of the stories chosen, and of the open stories of the capabilities chosen; each once."""
    inside: list[int] = []
    if capability_ids:
        stories = Story.objects.filter(workspace=workspace, capability__in=capability_ids, category__in=OPEN_CATEGORIES)
        inside = list(stories.order_by("rank").values_list("pk", flat=True))
    return list(dict.fromkeys([*story_ids, *inside]))


def sum_selection(*, workspace: Workspace, story_ids: Sequence[int]) -> SelectionTotal:
    """What the chosen stories come to; three queries."""
    stories = Story.objects.filter(workspace=workspace, pk__in=story_ids)
    loose = stories.filter(capability=None)
    found = stories.aggregate(number=Count("pk"), point_sum=Sum("points"), estimated=Count("points"))
    own = loose.aggregate(number=Count("pk"), money=Sum("cost_of_delay"), valued=Count("cost_of_delay"))
    units = Capability.objects.filter(workspace=workspace, pk__in=stories.values("capability"))
    shared = units.aggregate(number=Count("pk"), money=Sum("cost_of_delay"), valued=Count("cost_of_delay"))
    valued = own["valued"] + shared["valued"]
    return SelectionTotal(
        stories=found["number"],
        points=found["point_sum"] or Decimal(0),
        not_estimated=found["number"] - found["estimated"],
        cost_of_delay=(own["money"] or Decimal(0)) + (shared["money"] or Decimal(0)) if valued else None,
        unvalued=own["number"] + shared["number"] - valued,
    )
