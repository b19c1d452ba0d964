"""The clock of a workspace: every hour, or the working hours of its calendar."""

from accounts.models import Workspace
from common.public_holidays import public_holidays
from valuestream.domain.calendar import ElapsedTime, EveryHour, WorkCalendar
from valuestream.domain.vocabulary import Clock


def clock_of(*, workspace: Workspace, clock: Clock, first_year: int, last_year: int) -> ElapsedTime:
    """Return the clock that measures durations between two years, both included."""
    if clock == Clock.ALWAYS:
        return EveryHour()
    return WorkCalendar(
        zone=workspace.time_zone,
        weekdays=frozenset(workspace.work_weekdays),
        starts=workspace.work_starts,
        ends=workspace.work_ends,
        holidays=public_holidays(workspace.holiday_country, first_year, last_year),
    )
