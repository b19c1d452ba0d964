"""What the home page of a workspace shows: what earns most, value by application, what happened, what is running."""

from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby, islice

from django.db.models import Count, Q, Sum

from accounts.models import Workspace
from common.jobs.models import Job, JobState
from common.jobs.selectors import list_jobs
from planner.models import Application, Capability, Story, StoryEvent
from planner.models.choices import OPEN_CATEGORIES

TOP = 3
RECENT = 10
SAME_IN_A_ROW = 8
"""Events read for each change that is shown."""
MOST_JOBS = 5


@dataclass(frozen=True)
class Opportunity:
    """An unfinished capability that earns much for the work left. `blocked`: its open stories that are."""

    capability: Capability
    to_go: int
    blocked: Story | None


@dataclass(frozen=True)
class RecentChange:
    """An event, and how many of the same kind its author recorded on the story just before it."""

    event: StoryEvent
    more: int


@dataclass(frozen=True)
class ApplicationValue:
    """Open work of an application and what it is worth. Sums leave out what is unvalued, which is counted."""

    application: Application
    cost_of_delay: Decimal | None
    business_value: Decimal | None
    open_points: Decimal
    capabilities: int
    unvalued: int


def is_empty(*, workspace: Workspace) -> bool:
    """Whether nobody has put any work into the workspace yet."""
    return not (
        Story.objects.filter(workspace=workspace).exists() or Capability.objects.filter(workspace=workspace).exists()
    )


def list_opportunities(*, workspace: Workspace, limit: int = TOP) -> list[Opportunity]:
    """The capabilities that earn most a week for each point left (CD3), in three queries."""
    best = Capability.objects.filter(workspace=workspace, cd3__gt=0).select_related("application")
    capabilities = list(best.order_by("-cd3", "id")[:limit])
    ours = Q(capability__in=[capability.pk for capability in capabilities])
    left = Story.objects.filter(ours, required=True, category__in=OPEN_CATEGORIES).order_by()
    to_go = dict(left.values_list("capability_id").annotate(number=Count("id")))
    blocked = {story.capability_id: story for story in left.filter(blocked=True).order_by("-rank")}
    return [Opportunity(one, to_go.get(one.pk, 0), blocked.get(one.pk)) for one in capabilities]


def list_application_values(*, workspace: Workspace) -> list[ApplicationValue]:
    """Value and open work by application, the dearest first, in three queries."""
    unfinished = Capability.objects.filter(
        workspace=workspace,
        pk__in=Story.objects.filter(workspace=workspace, **_OPEN_IN_CAPABILITY).values("capability"),
    )
    sums = (
        unfinished.order_by()
        .values("application_id")
        .annotate(
            cost=Sum("cost_of_delay"),
            value=Sum("business_value"),
            number=Count("id"),
            unvalued=Count("id", filter=Q(cost_of_delay__isnull=True)),
        )
    )
    values = {row["application_id"]: row for row in sums}
    open_stories = Story.objects.filter(workspace=workspace, category__in=OPEN_CATEGORIES).order_by()
    points = dict(open_stories.values_list("application_id").annotate(total=Sum("points")))
    applications = Application.objects.filter(workspace=workspace).order_by("name")
    found = [_application_value(one, values.get(one.pk, {}), points.get(one.pk)) for one in applications]
    return sorted(found, key=lambda value: -(value.cost_of_delay or Decimal(0)))


_OPEN_IN_CAPABILITY = {"category__in": OPEN_CATEGORIES, "capability__isnull": False}


def _application_value(application: Application, row: dict[str, object], points: Decimal | None) -> ApplicationValue:
    cost, value = row.get("cost"), row.get("value")
    return ApplicationValue(
        application=application,
        cost_of_delay=cost if isinstance(cost, Decimal) else None,
        business_value=value if isinstance(value, Decimal) else None,
        open_points=points or Decimal(0),
        capabilities=int(str(row.get("number", 0))),
        unvalued=int(str(row.get("unvalued", 0))),
    )


def list_recent_changes(*, workspace: Workspace, limit: int = RECENT) -> list[RecentChange]:
    """What was last recorded on any story, newest first; what one person did in a row counts once."""
    events = StoryEvent.objects.filter(workspace=workspace).select_related("story__workspace")
    rows = groupby(events.order_by("-id")[: limit * SAME_IN_A_ROW], key=_what_was_done)
    return [RecentChange(next(alike), sum(1 for _ in alike)) for _, alike in islice(rows, limit)]


def _what_was_done(event: StoryEvent) -> tuple[int, str, str, str]:
    return (event.story_id, event.field, event.actor_name, event.source)


def list_running_jobs(*, workspace: Workspace) -> list[Job]:
    """Jobs that wait or run, newest first; the short ones the program starts by itself are left out."""
    unfinished = list_jobs(workspace_id=workspace.pk).filter(state__in=[JobState.QUEUED, JobState.RUNNING])
    return list(unfinished.filter(requested_by__isnull=False)[:MOST_JOBS])
