"""Which sprint is which: the current one of a team, those that come next, those that are over."""

from collections.abc import Sequence
from datetime import date

from django.db.models import QuerySet

from accounts.models import Workspace
from planner.domain.vocabulary import SprintState
from planner.models import Sprint, Team

IN_PROGRESS, COMPLETED = SprintState.IN_PROGRESS.value, SprintState.COMPLETED.value
NOT_STARTED = (SprintState.DRAFT.value, SprintState.PLANNED.value)


def current_sprint(*, workspace: Workspace, team: Team | None, today: date) -> Sprint | None:
    """The running sprint of a team; else one of the whole workspace. Without a team any, the workspace's own first.

    Of several (trackers have that) the one that contains today, then the newest.
    """
    running = list(_of_workspace(workspace).filter(state=IN_PROGRESS).order_by("-start_date", "-pk"))
    wanted = [sprint for sprint in running if team is None or sprint.team_id in (None, team.pk)]
    whose = None if team is None else team.pk
    wanted.sort(key=lambda sprint: (sprint.team_id != whose, not _contains(sprint, today)))
    return wanted[0] if wanted else None


def _contains(sprint: Sprint, today: date) -> bool:
    return sprint.start_date is not None and sprint.start_date <= today <= (sprint.end_date or date.max)


def next_sprints(*, workspace: Workspace, team: Team | None, most: int = 12) -> list[Sprint]:
    """The sprints of a team and of the whole workspace that have not started, the first first; without a team all."""
    ahead = _of_workspace(workspace).filter(state__in=NOT_STARTED)
    found = [sprint for sprint in ahead if team is None or sprint.team_id in (None, team.pk)]
    return sorted(found, key=by_start)[:most]


def by_start(sprint: Sprint) -> tuple[bool, date, int]:
    """A key to sort by: the first day, those without one last."""
    return (sprint.start_date is None, sprint.start_date or date.max, sprint.pk)


def list_targets(*, sprint: Sprint) -> Sequence[Sprint]:
    """The sprints that an unfinished story can move on to: not completed, of its team or of nobody, next first."""
    others = _of_workspace(sprint.workspace).exclude(state=COMPLETED).exclude(pk=sprint.pk)
    found = [one for one in others if sprint.team_id is None or one.team_id in (None, sprint.team_id)]
    return sorted(found, key=by_start)


def _of_workspace(workspace: Workspace) -> QuerySet[Sprint]:
    return Sprint.objects.filter(workspace=workspace).select_related("team", "workspace")
