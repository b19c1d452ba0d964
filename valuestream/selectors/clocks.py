"""The clock of a workspace: every hour, or the working hours of its calendar."""

from datetime import date
from functools import lru_cache

from accounts.models import Workspace
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
        holidays=_holidays(workspace.holiday_country, first_year, last_year),
    )


@lru_cache(maxsize=256)
def _holidays(country: str, first_year: int, last_year: int) -> frozenset[date]:
    """Public holidays of a country (ISO 3166), none where the country is unknown or not set."""
    if not country:
        return frozenset()
    import holidays

    try:
        return frozenset(holidays.country_holidays(country, years=range(first_year, last_year + 1)))
    except NotImplementedError:
        return frozenset()
