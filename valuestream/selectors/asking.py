"""What can be asked of a map: as of when, over how many days, on which clock, of which stories."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import Q

from accounts.models import Workspace
from common.errors import InvalidInput
from valuestream.domain.days import end_of_day
from valuestream.domain.vocabulary import Clock
from valuestream.selectors.work_items import read_story_filter

DEFAULT_WINDOW_DAYS = 90
LONGEST_WINDOW_DAYS = 3650
LONGEST_FILTER = 2_000
EARLIEST_YEAR = 1980
_DAY_LENGTH = len("2026-11-22")


@dataclass(frozen=True)
class Question:
    """A question about a map. `as_of` None is the present.

    `filter_text`: which stories it is asked of, in the language of panels; `where` is the condition that makes, None
    for all of them. `as_drawn_now`: of a past instant, by the map as it is drawn now, not as it was drawn then.
    """

    as_of: datetime | None = None
    window_days: int = DEFAULT_WINDOW_DAYS
    clock: Clock = Clock.ALWAYS
    filter_text: str = ""
    where: Q | None = None
    as_drawn_now: bool = False


def read_question(
    *,
    workspace: Workspace,
    as_of: str,
    window_days: str,
    clock: str,
    now: datetime,
    filter_text: str = "",
    user_id: int | None = None,
    drawn: str = "",
) -> Question:
    """Return the question that query strings ask; empty ones mean the default.

    Raises InvalidInput that names every field it can't use.
    """
    errors: dict[str, list[str]] = {}
    text = filter_text.strip()
    question = Question(
        as_of=_read_as_of(as_of.strip(), workspace.time_zone, now, errors),
        window_days=_read_window(window_days.strip(), errors),
        clock=_read_clock(clock.strip(), errors),
        filter_text=text,
        where=_read_filter(workspace, text, now, user_id, errors) if text else None,
        as_drawn_now=_read_drawn(drawn.strip(), errors),
    )
    if errors:
        raise InvalidInput("This question can't be answered.", field_errors=errors)
    return question


def _read_filter(
    workspace: Workspace, text: str, now: datetime, user_id: int | None, errors: dict[str, list[str]]
) -> Q | None:
    if len(text) > LONGEST_FILTER:
        errors["filter"] = [f"Use at most {LONGEST_FILTER:,} characters; this has {len(text):,}."]
        return None
    try:
        return read_story_filter(workspace=workspace, text=text, now=now, user_id=user_id)
    except InvalidInput as refused:
        errors |= refused.errors
        return None


def _read_as_of(text: str, zone: str, now: datetime, errors: dict[str, list[str]]) -> datetime | None:
    if not text:
        return None
    try:
        moment = _parse_day(text, zone, now) if len(text) == _DAY_LENGTH else _parse_instant(text, zone)
    except (ValueError, OverflowError):
        errors["as_of"] = ["Use an instant such as 2026-03-31T17:00:00Z, or a day such as 2026-03-31."]
        return None
    if moment > now:
        errors["as_of"] = ["This lies in the future: a map knows the past and the present."]
    elif moment.year < EARLIEST_YEAR:
        errors["as_of"] = [f"Use an instant after the year {EARLIEST_YEAR}."]
    return moment


def _parse_day(text: str, zone: str, now: datetime) -> datetime:
    """The end of a day; of today, now."""
    day = date.fromisoformat(text)
    if day == now.astimezone(ZoneInfo(zone)).date():
        return now
    return end_of_day(day, zone)


def _parse_instant(text: str, zone: str) -> datetime:
    """An instant; without an offset, in the workspace's time zone. A `+` that a URL turned into a space is mended."""
    if " " in text[_DAY_LENGTH + 1 :]:
        head, _, offset = text.rpartition(" ")
        text = f"{head}+{offset}"
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(zone))
    return moment.astimezone(ZoneInfo("UTC"))


def _read_window(text: str, errors: dict[str, list[str]]) -> int:
    if not text:
        return DEFAULT_WINDOW_DAYS
    if not text.isascii() or not text.isdigit() or len(text) > 4 or not 1 <= int(text) <= LONGEST_WINDOW_DAYS:
        errors["window_days"] = [f"Use a whole number of days from 1 to {LONGEST_WINDOW_DAYS:,}."]
        return DEFAULT_WINDOW_DAYS
    return int(text)


def _read_drawn(text: str, errors: dict[str, list[str]]) -> bool:
    if text not in ("", "then", "now"):
        errors["drawn"] = ["Use then (as the map was drawn at the instant asked about) or now."]
    return text == "now"


def _read_clock(text: str, errors: dict[str, list[str]]) -> Clock:
    for clock in Clock:
        if text == clock.value:
            return clock
    if text:
        errors["clock"] = ["Use 24x7 or working."]
    return Clock.ALWAYS
