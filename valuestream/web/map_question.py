"""What a map page shows, as its address says: as of when, over which window, on which clock, in dollars or items."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from accounts.models import Workspace
from valuestream.domain.vocabulary import Clock
from valuestream.selectors.asking import DEFAULT_WINDOW_DAYS, Question, read_question

WINDOWS = (30, 90, 180, 365)


class Measure(StrEnum):
    """What the width of the stream and the level of its pools stand for."""

    DOLLARS = "dollars"
    ITEMS = "items"


@dataclass(frozen=True)
class MapQuestion:
    """A question about a map with the words of its address. `measure` None: dollars where anything is valued."""

    asked: Question
    now: datetime
    zone: ZoneInfo
    as_of_text: str = ""
    measure: Measure | None = None
    reader_id: int | None = None

    @property
    def as_of(self) -> datetime:
        """The instant asked about."""
        return self.asked.as_of or self.now

    @property
    def is_past(self) -> bool:
        """Whether a past instant was asked for."""
        return self.asked.as_of is not None

    @property
    def day(self) -> date:
        """The day asked about, in the workspace's time zone."""
        return self.as_of.astimezone(self.zone).date()

    @property
    def today(self) -> date:
        """Today in the workspace's time zone."""
        return self.now.astimezone(self.zone).date()

    @property
    def window_days(self) -> int:
        """The length of the window."""
        return self.asked.window_days

    @property
    def weeks(self) -> float:
        """The length of the window in weeks of the calendar."""
        return self.window_days / 7

    @property
    def starts_at(self) -> datetime:
        """When the window begins."""
        return self.as_of - timedelta(days=self.window_days)

    @property
    def first_day(self) -> date:
        """The day the window begins on, in the workspace's time zone."""
        return self.starts_at.astimezone(self.zone).date()

    @property
    def clock(self) -> Clock:
        """The clock durations are measured on."""
        return self.asked.clock

    def words(self, **changes: str) -> dict[str, str]:
        """What an address says of this question with changes: only what is no default."""
        words = {
            "as_of": self.as_of_text,
            "window_days": "" if self.window_days == DEFAULT_WINDOW_DAYS else str(self.window_days),
            "clock": "" if self.clock == Clock.ALWAYS else self.clock.value,
            "measure": self.measure.value if self.measure else "",
            "filter": self.asked.filter_text,
            "drawn": "now" if self.asked.as_drawn_now else "",
        } | changes
        return {name: word for name, word in words.items() if word}

    def query(self, **changes: str) -> str:
        """The query string of this question with changes, "" when nothing but defaults remains."""
        written = urlencode(self.words(**changes))
        return f"?{written}" if written else ""


def read_map_question(
    *, values: dict[str, str], workspace: Workspace, now: datetime, user_id: int | None = None
) -> MapQuestion:
    """Return the question of an address. Raises InvalidInput that names every field it can't use."""
    as_of = values.get("as_of", "").strip()
    asked = read_question(
        workspace=workspace,
        as_of=as_of,
        window_days=values.get("window_days", ""),
        clock=values.get("clock", ""),
        now=now,
        filter_text=values.get("filter", ""),
        user_id=user_id,
        drawn=values.get("drawn", ""),
    )
    zone = ZoneInfo(workspace.time_zone)
    if asked.as_of == now:  # today is the present, not a past day
        as_of, asked = "", replace(asked, as_of=None)
    word = values.get("measure", "")
    return MapQuestion(asked, now, zone, as_of, Measure(word) if word in set(Measure) else None, user_id)
