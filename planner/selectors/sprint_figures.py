"""A sprint in figures for those who must have them: refused with a sentence where there are none."""

from datetime import datetime

from common.errors import Conflict
from planner.domain.capacity.burndown import Burn
from planner.domain.capacity.report import SprintReport
from planner.models import Sprint
from planner.selectors.burndown import burndown_of
from planner.selectors.sprint_reports import report_of as full_report_of


def burn_of(*, sprint: Sprint, now: datetime) -> Burn:
    """The burn-down that the sprint's page draws, day by day, in points, hours and money. Raises Conflict before it."""
    burndown = burndown_of(sprint=sprint, now=now)
    if burndown is not None:
        return burndown.burn
    if sprint.start_date is None or sprint.end_date is None:
        raise Conflict(f"{sprint.name} has no first and last day: give it both.", code="sprint_without_days")
    raise _not_started(sprint)


def report_of(*, sprint: Sprint, now: datetime) -> SprintReport:
    """What became of a sprint so far, or for good once it is completed. Raises Conflict before its start."""
    report = full_report_of(sprint=sprint, now=now)
    if report is None:
        raise _not_started(sprint)
    return report.figures


def _not_started(sprint: Sprint) -> Conflict:
    return Conflict(f"{sprint.name} was not started yet: start it first.", code="sprint_not_started")
