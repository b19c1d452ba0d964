"""The one door from the value stream to the planner: its event log, and its stories as of an instant.

Instants are int64 microseconds since 1970 UTC, money whole cents. Rows come as arrays
(`valuestream.selectors.columns`), for a rebuild or a metric reads millions of them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

import numpy as np
from django.db.models import Avg, DecimalField, F, Min, Q, Value
from django.db.models.functions import Coalesce

from accounts.models import Workspace
from planner.domain.arrays import BoolArray, FloatArray, IntArray
from planner.domain.value.attribution import attribute_values, attributed_values
from planner.domain.vocabulary import ItemKind, TaskState
from planner.models import Estimate, State, Story, StoryEvent
from planner.selectors.item_filters import context_of, require_item_filter
from planner.selectors.panels_fields import panel_fields
from valuestream.domain.calendar import EPOCH
from valuestream.domain.visits import OPEN, ChangeLog
from valuestream.selectors.columns import ABSENT, Column, fetch_columns, hundredths, instant, one_of

NOBODY = ABSENT
"""The place of a story in a log of assignees while nobody is assigned; also: not blocked, in no capability."""
BLOCKED = 1

_EVENTS = StoryEvent._meta.db_table
_STORIES = Story._meta.db_table
_ESTIMATES = Estimate._meta.db_table
_IS_BLOCKED = "CASE WHEN {} = '' THEN -1 ELSE 1 END"
_NOT_GIVEN_UP = f"""NOT EXISTS (
    SELECT 1 FROM {_EVENTS} AS joined WHERE joined.story_id = estimate.story_id AND joined.field = 'capability'
    AND joined.to_id IS NOT NULL AND joined.occurred_at BETWEEN estimate.occurred_at AND %s)"""  # noqa: S608 - a name of ours
"""A story that joins a capability gives up its own figures for good."""
_BORN = -2
"""What a story comes from with its event "created"."""
_LOGGED = {
    "state": (
        f"CASE WHEN field = 'created' THEN {_BORN} ELSE from_id END",
        "to_id",
        "field IN ('created', 'state') AND to_id IS NOT NULL",
    ),
    "assignee": ("from_id", "to_id", "field = 'assignee'"),
    "blocked": (_IS_BLOCKED.format("from_value"), _IS_BLOCKED.format("to_value"), "field = 'blocked'"),
}
_PRESENT = {
    "state": (instant("created_at"), Column("state_id")),
    "assignee": (instant("created_at"), Column("assignee_id")),
    "blocked": (
        instant("CASE WHEN blocked THEN blocked_at ELSE created_at END"),
        Column("CASE WHEN blocked THEN 1 ELSE -1 END"),
    ),
}


@dataclass(frozen=True)
class Histories:
    """The log of one field of some stories. `log.story` counts `story_ids`, which rise."""

    story_ids: IntArray
    log: ChangeLog


def read_histories(*, workspace_id: int, field: str, story_ids: Sequence[int]) -> Histories:
    """Return the changes of "state", "assignee" or "blocked" of these stories, and where each story began.

    Places are ids of states or people, BLOCKED, or NOBODY.
    """
    ids, created_at, present = _births(workspace_id, field, story_ids)
    before, after, condition = _LOGGED[field]
    story, occurred_at, sequence, from_place, to_place = fetch_columns(
        [Column("story_id"), instant("occurred_at"), Column("sequence"), Column(before), Column(after)],
        f"{_EVENTS} WHERE workspace_id = %s AND {condition} AND {one_of('story_id', story_ids)}",
        [workspace_id],
    )
    index = np.searchsorted(ids, story)
    log = ChangeLog(index, occurred_at, sequence, from_place, to_place, created_at, present)
    return Histories(ids, _begin_as_created(log) if field == "state" else log)


def _begin_as_created(log: ChangeLog) -> ChangeLog:
    """Take the first state from the event "created", unless a change is dated before it and knows better."""
    is_birth = log.from_state == _BORN
    first_state = log.first_state.copy()
    first_state[log.story[is_birth]] = log.to_state[is_birth]
    has_birth = np.zeros(len(first_state), dtype=np.bool_)
    has_birth[log.story[is_birth]] = True
    rest = ~is_birth
    story, occurred_at, from_state = log.story[rest], log.occurred_at[rest], log.from_state[rest]
    is_earlier = (occurred_at < log.created_at[story]) & (from_state != ABSENT)
    from_state = np.where(has_birth[story] & ~is_earlier, first_state[story], from_state)
    from_state = np.where(from_state == ABSENT, log.to_state[rest], from_state)
    return replace(
        log,
        story=story,
        occurred_at=occurred_at,
        sequence=log.sequence[rest],
        from_state=from_state,
        to_state=log.to_state[rest],
        first_state=first_state,
    )


def _births(workspace_id: int, field: str, story_ids: Sequence[int]) -> list[IntArray]:
    return fetch_columns(
        [Column("id"), *_PRESENT[field]],
        f"{_STORIES} WHERE workspace_id = %s AND {one_of('id', story_ids)} ORDER BY id",
        [workspace_id],
    )


def list_story_ids(
    *, workspace_id: int, after_id: int = 0, last_id: int | None = None, limit: int | None = None
) -> list[int]:
    """Return ids of a workspace's stories in rising order, from the one after `after_id` up to `last_id`."""
    stories = Story.objects.filter(workspace_id=workspace_id, pk__gt=after_id)
    if last_id is not None:
        stories = stories.filter(pk__lte=last_id)
    return list(stories.order_by("pk").values_list("pk", flat=True)[:limit])


def count_stories(*, workspace_id: int) -> int:
    """How many stories a workspace has."""
    return Story.objects.filter(workspace_id=workspace_id).count()


def read_story_filter(*, workspace: Workspace, text: str, now: datetime, user_id: int | None) -> Q:
    """The condition on stories that a filter in the language of panels makes (docs/reference/filters.md).

    Raises InvalidInput at `filter` when it can't be used. It asks for fields as they are now.
    """
    fields = panel_fields(workspace=workspace, item=ItemKind.STORY)
    context = context_of(workspace=workspace, now=now, user_id=user_id)
    return require_item_filter(text=text, fields=fields, context=context, field="filter").where


def chosen_story_ids(*, workspace_id: int, where: Q) -> IntArray:
    """Ids of the stories that pass a condition, rising."""
    chosen = Story.objects.filter(where, workspace_id=workspace_id).order_by().values_list("pk", flat=True)
    return np.unique(np.fromiter(chosen.iterator(), dtype=np.int64))


def list_states(*, workspace_id: int) -> list[State]:
    """Return the workspace's workflow states in order."""
    return list(State.objects.filter(workspace_id=workspace_id))


def newest_event_id(*, workspace_id: int) -> int:
    """Return the position of a workspace's log: the id of its newest event, 0 when it is empty."""
    newest = StoryEvent.objects.filter(workspace_id=workspace_id).order_by("-id").values_list("id", flat=True)
    return newest.first() or 0


def earliest_event(*, story_ids: Sequence[int], recorded_at: datetime) -> datetime | None:
    """Return when the earliest of the events happened that were recorded at an instant; None when there are none."""
    recorded = StoryEvent.objects.filter(story_id__in=story_ids, recorded_at=recorded_at)
    found: datetime | None = recorded.aggregate(at=Min("occurred_at"))["at"]
    return found


@dataclass(frozen=True)
class Worth:
    """What each story was worth at an instant, by rising `story_ids`: cents, and cents a week.

    `is_valued` is False where neither the story nor its capability had an estimate: unvalued, not zero.
    """

    story_ids: IntArray
    value: IntArray
    cost_of_delay: IntArray
    is_valued: BoolArray


@dataclass
class _Stories:
    ids: IntArray
    capability: IntArray
    required: BoolArray
    points: FloatArray

    def known_at(self, known: BoolArray) -> "_Stories":
        return _Stories(self.ids[known], self.capability[known], self.required[known], self.points[known])


def read_worth(*, workspace_id: int, as_of: int, is_past: bool) -> Worth:
    """Return every story that existed at `as_of` with its attributed value and cost of delay then.

    Points, capability and `required` are rolled back over the events after `as_of` (when `is_past`);
    estimates count from their `occurred_at`.
    """
    stories = _stories_at(workspace_id, as_of, is_past=is_past)
    capability_ids, capability_money = _newest_estimates(workspace_id, as_of, "capability_id")
    loose_ids, loose_money = _newest_estimates(workspace_id, as_of, "story_id")
    index = index_of(stories.capability, capability_ids)
    shares = [attribute_values(money, index, stories.points, stories.required) for money in capability_money]
    own = np.where(stories.capability == ABSENT, index_of(stories.ids, loose_ids), -1)
    for share, money in zip(shares, loose_money, strict=True):
        share[own >= 0] = money[own[own >= 0]]
    return Worth(stories.ids, shares[0], shares[1], (index >= 0) | (own >= 0))


def _stories_at(workspace_id: int, as_of: int, *, is_past: bool) -> _Stories:
    ids, created_at, capability, required, points = fetch_columns(
        [
            Column("id"),
            instant("created_at"),
            Column("capability_id"),
            Column("CASE WHEN required THEN 1 ELSE 0 END"),
            hundredths("points"),
        ],
        f"{_STORIES} WHERE workspace_id = %s ORDER BY id",
        [workspace_id],
    )
    stories = _Stories(ids, capability, required == 1, np.where(points == ABSENT, np.nan, points / 100))
    if not is_past:
        return stories
    _roll_back(stories, workspace_id, as_of)
    return stories.known_at(created_at <= as_of)


def _roll_back(stories: _Stories, workspace_id: int, as_of: int) -> None:
    """Undo what changed after `as_of`, newest first, so that the oldest such change has the last word."""
    later = StoryEvent.objects.filter(
        workspace_id=workspace_id, field__in=("points", "capability", "required"), occurred_at__gt=to_instant(as_of)
    ).order_by("-occurred_at", "-sequence")
    for story_id, field, from_id, from_value in later.values_list("story_id", "field", "from_id", "from_value"):
        at = int(np.searchsorted(stories.ids, story_id))
        if field == "capability":
            stories.capability[at] = ABSENT if from_id is None else from_id
        elif field == "points":
            stories.points[at] = _number(from_value)
        else:
            stories.required[at] = from_value.lower() not in ("", "no", "false")


def _newest_estimates(workspace_id: int, as_of: int, of: str) -> tuple[IntArray, tuple[IntArray, IntArray]]:
    """Ids of what was estimated up to `as_of`, rising, and (value, cost of delay) of the newest estimate of each."""
    moment = to_instant(as_of)
    condition, params = ("1 = 1", [])
    if of == "story_id":
        condition, params = _NOT_GIVEN_UP, [moment]
    ids, value, cost_of_delay = fetch_columns(
        [Column(of), hundredths("business_value"), hundredths("cost_of_delay")],
        f"{_ESTIMATES} AS estimate WHERE workspace_id = %s AND {of} IS NOT NULL AND occurred_at <= %s"
        f" AND {condition} ORDER BY occurred_at, id",
        [workspace_id, moment, *params],
    )
    known, last = np.unique(ids[::-1], return_index=True)
    newest = len(ids) - 1 - last
    return known, (np.maximum(value[newest], 0), np.maximum(cost_of_delay[newest], 0))


def index_of(wanted: IntArray, among: IntArray) -> IntArray:
    """Place of each wanted id in a rising array of ids, -1 where it is not there."""
    if not len(among):
        return np.full(len(wanted), -1)
    at = np.minimum(np.searchsorted(among, wanted), len(among) - 1)
    return np.where(among[at] == wanted, at, -1)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return np.nan


def to_instant(microseconds: int) -> datetime:
    """The aware datetime of microseconds since 1970 UTC."""
    return EPOCH + timedelta(microseconds=int(microseconds))


def read_stories(*, story_ids: Iterable[int]) -> dict[int, Story]:
    """Return stories by id, with who is assigned and the state they are in."""
    return Story.objects.select_related("assignee", "state").in_bulk(list(story_ids))


def read_task_starts(*, workspace_id: int, as_of: int, condition: str = "1 = 1") -> tuple[IntArray, IntArray, IntArray]:
    """Return, up to `as_of`, for each story with a started task the span from the first start on, without an end.

    Arrays of story, start and end, in rising order of stories. The log tells a task as "Title (in progress, ...)".
    `condition`: of which stories, SQL of ours on `story_id`.
    """
    begun = [f"% ({state.label.lower()}%" for state in (TaskState.IN_PROGRESS, TaskState.DONE)]
    story, started_at = fetch_columns(
        [Column("story_id"), instant("MIN(occurred_at)")],
        f"{_EVENTS} WHERE workspace_id = %s AND {condition} AND field = 'task'"
        " AND (to_value LIKE %s OR to_value LIKE %s) AND occurred_at <= %s GROUP BY story_id ORDER BY story_id",
        [workspace_id, *begun, to_instant(as_of)],
    )
    return story, started_at, np.full(len(story), OPEN)


def lock_stories(*, story_ids: Sequence[int]) -> None:
    """Hold these stories until the end of the transaction, in rising order of ids, so that nobody changes them."""
    stories = Story.objects.select_for_update(no_key=True).filter(pk__in=story_ids).order_by("pk")
    list(stories.values_list("pk", flat=True))


def cost_of_delay_of(*, story: Story) -> int | None:
    """Return a story's present attributed cost of delay in cents a week; None when nothing of it is valued."""
    capability = story.capability
    if capability is None:
        return None if story.cost_of_delay is None else round(story.cost_of_delay * 100)
    if capability.cost_of_delay is None:
        return None
    if not story.required:
        return 0
    required = Story.objects.filter(capability=capability, required=True).order_by("pk").values_list("pk", "points")
    shares = attributed_values(round(capability.cost_of_delay * 100), [points for _, points in required])
    return shares[[pk for pk, _ in required].index(story.pk)]


def mean_story_cost(*, workspace: Workspace, story_ids: Sequence[int]) -> Decimal | None:
    """What the work on a story of these costs: its points at its team's rate, the workspace's where it has none.

    Unestimated stories are left out; None where all are, or work costs nothing.
    """
    stories = Story.objects.filter(pk__in=story_ids, points__isnull=False)
    rate = Coalesce(F("team__cost_per_point"), Value(workspace.cost_per_point, output_field=DecimalField()))
    mean = stories.aggregate(mean=Avg(F("points") * rate, output_field=DecimalField()))["mean"]
    return Decimal(mean) if mean else None


def newest_estimate_id(*, workspace_id: int) -> int:
    """Return the id of a workspace's newest estimate, 0 when there is none: what its stories are worth as of now."""
    newest = Estimate.objects.filter(workspace_id=workspace_id).order_by("-id").values_list("id", flat=True)
    return newest.first() or 0
