"""What stories were worth on past days, loaded once: present figures, and every change that takes them back.

The same as `selectors.work_items.read_worth` asked of each day, without a query a day.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from planner.domain.arrays import FloatArray, IntArray
from planner.models import Estimate, Story, StoryEvent
from valuestream.domain.charts.cumulative_value import NO_CAPABILITY, Changes, WorthInputs
from valuestream.domain.flow_metrics import UNVALUED
from valuestream.selectors.columns import ABSENT, Column, fetch_columns, hundredths, instant
from valuestream.selectors.work_items import index_of, to_instant

_STORIES, _ESTIMATES, _EVENTS = (model._meta.db_table for model in (Story, Estimate, StoryEvent))
_NOT_REQUIRED = ("", "no", "false")


class _Event(NamedTuple):
    story: int
    occurred_at: int
    before: float


class WorthHistory(NamedTuple):
    """Stories of a workspace by rising id, and the inputs of the kernel in that order."""

    story_ids: IntArray
    inputs: WorthInputs


def read_worth_history(*, workspace_id: int, since: int) -> WorthHistory:
    """Return what the worth of a workspace's stories follows from, at any instant from `since` on. Five queries."""
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
    events = _events(workspace_id, since, ids)
    estimated, estimated_at, cents = _estimates(workspace_id, "capability_id")
    moved_from = np.array([one.before for one in events["capability"]], dtype=np.int64)
    known = np.unique(np.concatenate([capability, estimated, moved_from]))
    known = known[known != ABSENT]
    value, value_changes = _newest(index_of(estimated, known), estimated_at, cents, len(known), since)
    own, own_changes = _own_values(workspace_id, ids, since)
    before = np.where(moved_from == ABSENT, NO_CAPABILITY, index_of(moved_from, known))
    inputs = WorthInputs(
        created_at=created_at,
        capability=index_of(capability, known),
        required=required == 1,
        points=np.where(points == ABSENT, np.nan, points / 100),
        own_value=own,
        capability_value=value,
        capability_changes=_changes(events["capability"], before.astype(np.float64)),
        required_changes=_changes(events["required"]),
        points_changes=_changes(events["points"]),
        own_value_changes=own_changes,
        capability_value_changes=value_changes,
    )
    return WorthHistory(ids, inputs)


def _events(workspace_id: int, since: int, ids: IntArray) -> dict[str, list[_Event]]:
    """What changed after `since`, by field, in the order it happened."""
    rows = StoryEvent.objects.filter(
        workspace_id=workspace_id, field__in=("points", "capability", "required"), occurred_at__gt=to_instant(since)
    ).order_by("occurred_at", "sequence")
    told = list(rows.values_list("story_id", "field", "occurred_at", "from_id", "from_value"))
    story = index_of(np.array([row[0] for row in told], dtype=np.int64), ids).tolist()
    found: dict[str, list[_Event]] = {"points": [], "capability": [], "required": []}
    for at, (_, field, occurred_at, from_id, from_value) in zip(story, told, strict=True):
        instant_of = np.datetime64(occurred_at.replace(tzinfo=None), "us").astype(np.int64)
        found[field].append(_Event(at, int(instant_of), _before(field, from_id, from_value)))
    return found


def _before(field: str, from_id: int | None, from_value: str) -> float:
    if field == "capability":
        return ABSENT if from_id is None else from_id
    if field == "required":
        return from_value.lower() not in _NOT_REQUIRED
    try:
        return float(from_value)
    except ValueError:
        return np.nan


def _changes(events: Sequence[_Event], before: FloatArray | None = None) -> Changes:
    figures = np.array([one.before for one in events], dtype=np.float64) if before is None else before
    return Changes(
        np.array([one.occurred_at for one in events], dtype=np.int64),
        np.array([one.story for one in events], dtype=np.int64),
        figures,
    )


def _estimates(workspace_id: int, of: str) -> list[IntArray]:
    """What was estimated, when, and its value in cents, in the order the estimates count."""
    return fetch_columns(
        [Column(of), instant("occurred_at"), hundredths("business_value")],
        f"{_ESTIMATES} WHERE workspace_id = %s AND {of} IS NOT NULL ORDER BY occurred_at, id",
        [workspace_id],
    )


def _own_values(workspace_id: int, ids: IntArray, since: int) -> tuple[IntArray, Changes]:
    """Own values of stories in no capability: an estimate sets one, joining a capability gives it up for good."""
    estimated, estimated_at, cents = _estimates(workspace_id, "story_id")
    joined, joined_at = fetch_columns(
        [Column("story_id"), instant("occurred_at")],
        f"{_EVENTS} WHERE workspace_id = %s AND field = 'capability' AND to_id IS NOT NULL",
        [workspace_id],
    )
    concerned = np.isin(joined, estimated)
    joined, joined_at = joined[concerned], joined_at[concerned]
    story = index_of(np.concatenate([estimated, joined]), ids)
    occurred_at = np.concatenate([estimated_at, joined_at])
    figures = np.concatenate([np.maximum(cents, 0), np.full(len(joined), UNVALUED)])
    is_join = np.repeat([0, 1], [len(estimated), len(joined)])
    order = np.lexsort((np.arange(len(story)), is_join, occurred_at))
    return _newest(story[order], occurred_at[order], figures[order], len(ids), since)


def _newest(
    subject: IntArray, occurred_at: IntArray, figures: IntArray, count: int, since: int
) -> tuple[IntArray, Changes]:
    """The last figure of each subject, UNVALUED for none, and what each figure after `since` replaced."""
    newest = np.full(count, UNVALUED)
    newest[subject] = figures  # of several of one subject the last stays
    order = np.argsort(subject, kind="stable")
    before = np.full(len(subject), UNVALUED)
    follows = subject[order][1:] == subject[order][:-1]
    before[order[1:][follows]] = figures[order[:-1][follows]]
    later = occurred_at > since
    return newest, Changes(occurred_at[later], subject[later], before[later].astype(np.float64))
