"""The page of one sprint: before the start what would be committed, while it runs where it stands, then its report."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from planner.domain.vocabulary import SprintState
from planner.models import Sprint, Story
from planner.models.choices import OPEN_CATEGORIES
from planner.selectors.burndown import Burndown, Outlook, burndown_of, outlook_of
from planner.selectors.crews import load_crews
from planner.selectors.sprint_list import SprintRow, build_row
from planner.selectors.sprint_reports import Report, build_report
from planner.selectors.velocity import ALL, TeamVelocity, velocities_of
from planner.selectors.wall_money import Reach, list_reaches, reach_of_story, sum_release

MOST_STORIES = 500


@dataclass(frozen=True)
class SprintView:
    """What one sprint's page shows. `opening`: capabilities whose dollars this sprint can still open."""

    sprint: Sprint
    row: SprintRow
    stories: Sequence[Story]
    burndown: Burndown | None
    outlook: Outlook | None
    report: Report | None
    velocity: TeamVelocity
    opening: Sequence[Reach]
    still: Decimal

    @property
    def is_over(self) -> bool:
        """Whether it is completed."""
        return self.sprint.state == SprintState.COMPLETED.value

    @property
    def is_running(self) -> bool:
        """Whether it is in progress."""
        return self.sprint.state == SprintState.IN_PROGRESS.value


def load_sprint(*, sprint: Sprint, now: datetime) -> SprintView:
    """Everything of a sprint, in about forty statements whatever the number of its stories."""
    burndown = burndown_of(sprint=sprint, now=now)
    crews = load_crews(workspace=sprint.workspace, team_ids=[sprint.team_id] if sprint.team_id else None)
    velocities = velocities_of(workspace=sprint.workspace, crews=crews)
    stories = list_stories(sprint=sprint)
    reaches = list_reaches(sprint=sprint, stories=stories)
    loose = [reach_of_story(story) for story in stories if story.capability_id is None]
    release = sum_release([*reaches.values(), *loose])
    return SprintView(
        sprint=sprint,
        row=build_row(sprint=sprint, crews=crews, velocities=velocities, now=now),
        stories=stories,
        burndown=burndown,
        outlook=outlook_of(burndown=burndown) if burndown else None,
        report=build_report(log=burndown.log, now=now) if burndown else None,
        velocity=velocities[sprint.team_id or ALL],
        opening=[reach for reach in release.lanes if reach.opens_here],
        still=release.still,
    )


def list_stories(*, sprint: Sprint) -> list[Story]:
    """The stories in a sprint now, in the order of the backlog; the first 500."""
    stories = Story.objects.filter(sprint=sprint).defer("description", "acceptance")
    related = stories.select_related("state", "assignee", "capability", "team", "workspace", "sprint")
    return list(related.order_by("rank")[:MOST_STORIES])


def list_unfinished(*, sprint: Sprint) -> list[Story]:
    """The open stories of a sprint: those that completing it asks about."""
    stories = Story.objects.filter(sprint=sprint, category__in=OPEN_CATEGORIES).select_related("state", "assignee")
    return list(stories.order_by("rank"))
