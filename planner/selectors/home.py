"""What the home page of a workspace shows: what earns most, value by application, what happened, what is running."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby, islice
from typing import Any, NamedTuple

from django.db.models import Count, Q, QuerySet, Sum

from accounts.models import Workspace
from common.jobs.models import Job, JobState
from common.jobs.selectors import list_jobs
from planner.models import Application, Capability, Story, StoryEvent
from planner.models.choices import OPEN_CATEGORIES
from planner.selectors.event_fields import name_own_fields

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
    """Open work of an application and of those within it. Sums leave out what is unvalued, which is counted."""

    application: Application
    depth: int
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
    """Value and open work by application, each right before those within it, the dearest first; four queries.

    Counted as on the page of an application: capabilities with an open required story, open stories in none.
    """
    open_stories = Story.objects.filter(workspace=workspace, category__in=OPEN_CATEGORIES).order_by()
    needed = open_stories.filter(required=True, capability__isnull=False)
    unfinished = Capability.objects.filter(workspace=workspace, pk__in=needed.values("capability")).order_by()
    sums = _Sums(_by_application(unfinished), _by_application(open_stories.filter(capability=None)))
    points = dict(open_stories.values_list("application_id").annotate(total=Sum("points")))
    applications = list(Application.objects.filter(workspace=workspace).order_by("name"))
    within: dict[int | None, list[Application]] = {}
    for application in applications:
        within.setdefault(application.parent_id, []).append(application)
    return list(_nested(None, 0, within, sums, points))


class _Sums(NamedTuple):
    capabilities: Mapping[int, Mapping[str, Any]]
    loose: Mapping[int, Mapping[str, Any]]


def _by_application(rows: QuerySet[Any]) -> Mapping[int, Mapping[str, Any]]:
    sums = rows.values("application_id").annotate(
        cost=Sum("cost_of_delay"),
        value=Sum("business_value"),
        number=Count("id"),
        unvalued=Count("id", filter=Q(cost_of_delay__isnull=True)),
    )
    return {row["application_id"]: row for row in sums}


def _nested(
    parent: int | None,
    depth: int,
    within: Mapping[int | None, list[Application]],
    sums: _Sums,
    points: Mapping[int, Decimal | None],
) -> Iterator[ApplicationValue]:
    values = [_value(one, depth, _inside(one.pk, within), sums, points) for one in within.get(parent, [])]
    for value in sorted(values, key=lambda value: -(value.cost_of_delay or Decimal(0))):
        yield value
        yield from _nested(value.application.pk, depth + 1, within, sums, points)


def _inside(application_id: int, within: Mapping[int | None, list[Application]]) -> list[int]:
    """The application and all within it."""
    found = [application_id]
    for pk in found:
        found.extend(child.pk for child in within.get(pk, []))
    return found


def _value(
    application: Application, depth: int, inside: list[int], sums: _Sums, points: Mapping[int, Decimal | None]
) -> ApplicationValue:
    rows = [part[pk] for part in sums for pk in inside if pk in part]
    capabilities = [sums.capabilities[pk]["number"] for pk in inside if pk in sums.capabilities]
    return ApplicationValue(
        application=application,
        depth=depth,
        cost_of_delay=_known_sum(row["cost"] for row in rows),
        business_value=_known_sum(row["value"] for row in rows),
        open_points=sum((points.get(pk) or Decimal(0) for pk in inside), Decimal(0)),
        capabilities=sum(capabilities),
        unvalued=sum(row["unvalued"] for row in rows),
    )


def _known_sum(amounts: Iterable[Decimal | None]) -> Decimal | None:
    known = [amount for amount in amounts if amount is not None]
    return sum(known, Decimal(0)) if known else None


def list_recent_changes(*, workspace: Workspace, limit: int = RECENT) -> list[RecentChange]:
    """What was last recorded on any story, newest first; what one person did in a row counts once."""
    events = StoryEvent.objects.filter(workspace=workspace).select_related("story__workspace")
    rows = groupby(events.order_by("-id")[: limit * SAME_IN_A_ROW], key=_what_was_done)
    changes = [RecentChange(next(alike), sum(1 for _ in alike)) for _, alike in islice(rows, limit)]
    name_own_fields(change.event for change in changes)
    return changes


def _what_was_done(event: StoryEvent) -> tuple[int, str, str, str]:
    return (event.story_id, event.field, event.actor_name, event.source)


def list_running_jobs(*, workspace: Workspace) -> list[Job]:
    """Jobs that wait or run, newest first; the short ones the program starts by itself are left out."""
    unfinished = list_jobs(workspace_id=workspace.pk).filter(state__in=[JobState.QUEUED, JobState.RUNNING])
    return list(unfinished.filter(requested_by__isnull=False)[:MOST_JOBS])
