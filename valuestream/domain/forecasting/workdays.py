"""The days that are worked: forecasts count them, people read dates."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

DAY = timedelta(days=1)
_MOST_IDLE_DAYS = 400
"""A longer time without a working day is a calendar nobody works by."""


class NobodyWorks(ValueError):
    """The calendar has no working days."""


@dataclass(frozen=True)
class WorkDays:
    """Weekdays that are worked (0 is Monday), less days off."""

    weekdays: frozenset[int]
    days_off: frozenset[date] = frozenset()

    def has(self, day: date) -> bool:
        """Whether work is done on a day."""
        return day.weekday() in self.weekdays and day not in self.days_off

    def ahead(self, first: date, count: int) -> list[date]:
        """So many working days from `first` on. Raises NobodyWorks."""
        return self._walk(first, count, DAY)

    def behind(self, last: date, count: int) -> list[date]:
        """So many working days up to `last`, the oldest first. Raises NobodyWorks."""
        return self._walk(last, count, -DAY)[::-1]

    def _walk(self, start: date, count: int, step: timedelta) -> list[date]:
        days = self._from(start, step)
        return [next(days) for _ in range(count)]

    def _from(self, start: date, step: timedelta) -> Iterator[date]:
        day, idle = start, 0
        while True:
            if self.has(day):
                idle = 0
                yield day
            elif (idle := idle + 1) > _MOST_IDLE_DAYS:
                raise NobodyWorks("The calendar of this workspace has no working days: choose some in Settings.")
            day += step
