"""Working hours of the demo as instants: Monday to Friday, 9 to 17, in UTC."""

from datetime import UTC, date, datetime, time, timedelta

HOURS_A_DAY = 8
DAYS_A_WEEK = 5
DAY_STARTS = time(9)
SPRINT_WEEKS = 2
FINISHED_SPRINTS = 8
COMING_SPRINTS = 4
WEEKS_BEFORE_FIRST_SPRINT = 2
EARLY = 2


class DemoCalendar:
    """Turns working hours since the demo's first Monday into instants, and lays the sprints over them."""

    def __init__(self, *, now: datetime) -> None:
        monday = now.date() - timedelta(days=now.weekday())
        # Early in the week the running sprint is in its second one: there is something to see in it on any day.
        self.sprint_starts = monday - timedelta(weeks=1 if now.weekday() < EARLY else 0)
        self.first_day = monday - timedelta(weeks=SPRINT_WEEKS * FINISHED_SPRINTS + WEEKS_BEFORE_FIRST_SPRINT)
        self.now = now

    def instant(self, hour: float) -> datetime:
        """Return the instant of a working hour."""
        days, hours = divmod(hour, HOURS_A_DAY)
        weeks, day = divmod(int(days), DAYS_A_WEEK)
        start = datetime.combine(self.first_day, DAY_STARTS, UTC) + timedelta(weeks=weeks, days=day)
        return start + timedelta(seconds=round(hours * 3600))

    @property
    def end(self) -> float:
        """Working hours from the first Monday until now."""
        weeks, day = divmod((self.now.date() - self.first_day).days, 7)
        today = (self.now - datetime.combine(self.now.date(), DAY_STARTS, UTC)).total_seconds() / 3600
        hours_today = min(max(today, 0.0), float(HOURS_A_DAY)) if day < DAYS_A_WEEK else 0.0
        return (weeks * DAYS_A_WEEK + min(day, DAYS_A_WEEK)) * HOURS_A_DAY + hours_today

    def sprints(self) -> list[tuple[date, date]]:
        """Return the first and last day of the finished sprints, the present one and those that come."""
        first = self.sprint_starts - timedelta(weeks=SPRINT_WEEKS * FINISHED_SPRINTS)
        starts = [
            first + timedelta(weeks=SPRINT_WEEKS * number) for number in range(FINISHED_SPRINTS + 1 + COMING_SPRINTS)
        ]
        return [(start, start + timedelta(days=SPRINT_WEEKS * 7 - 3)) for start in starts]
