"""The stories a forecast is about, as arrays: those open at an instant, and those that were finished before it.

The second door to the planner beside `work_items`, for questions that need a story's team, sprint and place.
For a past instant state, points, capability, team and `required` are what they were then; place and sprint are the
present ones, for no event tells where a story stood.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from django.db.models import QuerySet

from planner.domain.arrays import BoolArray, FloatArray, IntArray
from planner.domain.vocabulary import StateCategory
from planner.models import Capability, Dependency, Estimate, State, Story, StoryEvent
from valuestream.domain.visits import OPEN
from valuestream.models import Visit
from valuestream.selectors.columns import ABSENT, Column, Param, fetch_columns, hundredths, instant, one_of

_STORIES = Story._meta.db_table
_VISITS = Visit._meta.db_table
_CAPABILITIES = Capability._meta.db_table
_NEEDS = Dependency._meta.db_table
_ROLLED_BACK = ("points", "capability", "required", "team")
_NO = ("", "no", "false")


@dataclass
class ForecastStories:
    """Stories by index, in backlog order. ABSENT: in no capability, application, team or sprint; nan: no points.

    `begun`: in a state of work in progress. `finished_at`: microseconds since 1970 UTC, OPEN where it isn't.
    """

    ids: IntArray
    capability: IntArray
    application: IntArray
    team: IntArray
    sprint: IntArray
    required: BoolArray
    points: FloatArray
    begun: BoolArray
    finished_at: IntArray

    def __len__(self) -> int:
        return len(self.ids)


_COLUMNS = (
    Column("story.id"),
    Column("story.capability_id"),
    Column("COALESCE(story.application_id, capability.application_id)"),
    Column("story.team_id"),
    Column("story.sprint_id"),
    Column("CASE WHEN story.required THEN 1 ELSE 0 END"),
    hundredths("story.points"),
)
_JOINED = f"{_STORIES} AS story LEFT JOIN {_CAPABILITIES} AS capability ON capability.id = story.capability_id"
_VISITED = (
    f"{_VISITS} AS visit JOIN {_STORIES} AS story ON story.id = visit.story_id"
    f" LEFT JOIN {_CAPABILITIES} AS capability ON capability.id = story.capability_id"
)
_THERE_THEN = "visit.workspace_id = %s AND visit.entered_at <= %s AND (visit.left_at IS NULL OR visit.left_at > %s)"
_IN_ORDER = "ORDER BY story.rank, story.id"


def open_stories(*, workspace_id: int, as_of: datetime | None = None) -> ForecastStories:
    """The stories that are still to be done, in backlog order; `as_of` None is the present."""
    if as_of is None:
        begun = f"CASE WHEN story.category = '{StateCategory.IN_PROGRESS.value}' THEN 1 ELSE 0 END"
        todo = "story.category IN (%s, %s)"
        params: list[Param] = [workspace_id, StateCategory.TODO.value, StateCategory.IN_PROGRESS.value]
        return _fetch(begun, f"{_JOINED} WHERE story.workspace_id = %s AND {todo} {_IN_ORDER}", params)
    states = _states(workspace_id, StateCategory.TODO, StateCategory.IN_PROGRESS)
    at_work = one_of("visit.state_id", _states(workspace_id, StateCategory.IN_PROGRESS))
    source = f"{_VISITED} WHERE {_THERE_THEN} AND {one_of('visit.state_id', states)} {_IN_ORDER}"
    found = _fetch(f"CASE WHEN {at_work} THEN 1 ELSE 0 END", source, [workspace_id, as_of, as_of])
    return _as_they_were(found, workspace_id, as_of)


def finished_stories(*, workspace_id: int, since: datetime, as_of: datetime, is_past: bool) -> ForecastStories:
    """The stories that are done at `as_of` and became so at `since` or later.

    A story that moves on from one done state to another was finished when it entered the first; one that was reopened,
    when it was done again.
    """
    done = one_of("visit.state_id", _states(workspace_id, StateCategory.DONE))
    source = f"{_VISITED} WHERE {_THERE_THEN} AND {done} AND visit.entered_at >= %s {_IN_ORDER}"
    found = _fetch("1", source, [workspace_id, as_of, as_of, since])
    found.finished_at = _finished_at(found.ids, workspace_id, since, as_of)
    kept = _kept(found, found.finished_at != OPEN)
    return _as_they_were(kept, workspace_id, as_of) if is_past else kept


def _finished_at(ids: IntArray, workspace_id: int, since: datetime, as_of: datetime) -> IntArray:
    """When each story's present run of done states began; OPEN where that was before `since`.

    A run that began earlier has a visit that was left after `since`, so those are looked at as well.
    """
    done = one_of("state_id", _states(workspace_id, StateCategory.DONE))
    story, position, entered_at = fetch_columns(
        [Column("story_id"), Column("position"), instant("entered_at")],
        f"{_VISITS} WHERE workspace_id = %s AND {done} AND entered_at <= %s"
        " AND (left_at >= %s OR (left_at IS NULL AND entered_at >= %s)) ORDER BY story_id, position",
        [workspace_id, as_of, since, since],
    )
    if not len(story):
        return np.full(len(ids), OPEN)
    begins = np.ones(len(story), dtype=np.bool_)
    begins[1:] = (story[1:] != story[:-1]) | (position[1:] != position[:-1] + 1)
    began_at = entered_at[begins][np.cumsum(begins) - 1]
    last = np.minimum(np.searchsorted(story, ids, side="right") - 1, len(story) - 1)
    found = np.where(story[last] == ids, began_at[last], OPEN)
    return np.where(found >= _microseconds(since), found, OPEN)


def _microseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1_000_000)


def _states(workspace_id: int, *categories: StateCategory) -> list[int]:
    wanted = [category.value for category in categories]
    return list(State.objects.filter(workspace_id=workspace_id, category__in=wanted).values_list("pk", flat=True))


def _fetch(begun: str, source: str, params: Sequence[Param]) -> ForecastStories:
    ids, capability, application, team, sprint, required, points, at_work = fetch_columns(
        [*_COLUMNS, Column(begun)], source, params
    )
    return ForecastStories(
        ids=ids,
        capability=capability,
        application=application,
        team=team,
        sprint=sprint,
        required=required == 1,
        points=np.where(points == ABSENT, np.nan, points / 100),
        begun=at_work == 1,
        finished_at=np.full(len(ids), OPEN),
    )


def _kept(stories: ForecastStories, kept: BoolArray) -> ForecastStories:
    return ForecastStories(**{name: column[kept] for name, column in vars(stories).items()})


def _as_they_were(stories: ForecastStories, workspace_id: int, as_of: datetime) -> ForecastStories:
    """Undo what changed after an instant, newest first, so that the oldest such change has the last word."""
    place = {int(story): index for index, story in enumerate(stories.ids)}
    later = StoryEvent.objects.filter(
        workspace_id=workspace_id, field__in=_ROLLED_BACK, occurred_at__gt=as_of
    ).order_by("-occurred_at", "-sequence")
    for story, field, from_id, from_value in later.values_list("story_id", "field", "from_id", "from_value"):
        if story in place:
            _undo(stories, place[story], field, from_id, from_value)
    return stories


def _undo(stories: ForecastStories, at: int, field: str, from_id: int | None, from_value: str) -> None:
    if field == "points":
        stories.points[at] = _number(from_value)
    elif field == "required":
        stories.required[at] = from_value.lower() not in _NO
    elif field == "team":
        stories.team[at] = ABSENT if from_id is None else from_id
    else:
        stories.capability[at] = ABSENT if from_id is None else from_id


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return np.nan


def needs_of(*, workspace_id: int, stories: ForecastStories) -> dict[int, list[int]]:
    """What each of these stories waits for among them: indices by index."""
    predecessor, successor = fetch_columns(
        [Column("predecessor_id"), Column("successor_id")], f"{_NEEDS} WHERE workspace_id = %s", [workspace_id]
    )
    place = {int(story): index for index, story in enumerate(stories.ids)}
    needs: dict[int, list[int]] = {}
    for before, after in zip(predecessor.tolist(), successor.tolist(), strict=True):
        if before in place and after in place:
            needs.setdefault(place[after], []).append(place[before])
    return needs


@dataclass(frozen=True)
class WeeklyWorth:
    """Dollars a week by id, of capabilities and of stories in none; what nobody estimated is not in it."""

    capabilities: dict[int, float]
    stories: dict[int, float]


def weekly_worth(*, workspace_id: int, as_of: datetime) -> WeeklyWorth:
    """What each capability and each story of its own was thought to earn a week, at an instant."""
    estimates = Estimate.objects.filter(workspace_id=workspace_id, occurred_at__lte=as_of).order_by("occurred_at", "id")
    return WeeklyWorth(*(_newest_worth(estimates, of) for of in ("capability_id", "story_id")))


def _newest_worth(estimates: QuerySet[Estimate], of: str) -> dict[int, float]:
    """The last of each thing's estimates."""
    rows = estimates.filter(**{f"{of}__isnull": False}).values_list(of, "cost_of_delay")
    return {one: float(amount) for one, amount in rows}
