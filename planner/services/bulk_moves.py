"""Moving many stories as one block, and putting each back where it stood.

The number of statements is the same for two stories as for 500. The log keeps, beside the positions, the story that
stood right above (`from_id`): that is how a move of many is taken back.
"""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery

from accounts.models import Workspace
from common.events import publish
from planner.domain.ranks import RanksExhaustedError, spread
from planner.events import StoriesChanged
from planner.models import Backlog, Story, StoryEvent
from planner.models.choices import OPEN_CATEGORIES
from planner.selectors.positions import COUNTED_AT_MOST, position_in_words
from planner.services.actor import Actor
from planner.services.announcing import announce_many
from planner.services.batches import BulkResult, find_batch, lock_stories, record_batch, save_stories
from planner.services.locks import lock_backlog, lock_rows
from planner.services.placing import Gap, Others
from planner.services.ranking import End, check_anchors, find_gap
from planner.services.recording import Change


class Run(NamedTuple):
    """Stories that stood in one piece right below another story (None: at the top)."""

    above_id: int | None
    story_ids: list[int]


def move_stories(
    *,
    workspace: Workspace,
    story_ids: Sequence[int],
    actor: Actor,
    now: datetime,
    after: Story | None = None,
    before: Story | None = None,
    position: int | None = None,
    to: End | None = None,
) -> BulkResult:
    """Move at most 500 stories, in their present order, as one block: one transaction, exactly one anchor.

    `position` is the one that the first of them gets among open stories. Nothing is recorded when they stand there.
    """
    anchors = {"after": after, "before": before, "position": position, "to": to}
    with transaction.atomic():
        backlog = lock_backlog(workspace_id=workspace.pk)
        block = _in_order(lock_stories(workspace=workspace, story_ids=story_ids))
        moving = [story.pk for story in block]
        check_anchors(anchors, workspace_id=workspace.pk, moving=moving)
        others = Others(backlog=backlog, moving=moving)
        gap = _gap_at_position(others, backlog, moving, position) if position else find_gap(others, anchors)
        if all(gap.holds(story.rank) for story in block):
            return BulkResult(changed=0, untouched=len(block))
        token = _move(block, write=lambda: _place(others, gap, len(block)), actor=actor, now=now)
    return BulkResult(changed=len(block), untouched=0, undo_token=token)


def undo_moves(*, workspace: Workspace, token: str, actor: Actor, now: datetime) -> BulkResult:
    """Put each story of a block back below the one it followed; what was moved since, or deleted, stays."""
    with transaction.atomic():
        backlog = lock_backlog(workspace_id=workspace.pk)
        events = find_batch(workspace=workspace, token=token, is_move=True)
        back = _not_moved_since(events)
        stories = {story.pk: story for story in lock_rows(Story.objects.filter(backlog=backlog, pk__in=back))}
        runs = _runs([event for event in events if event.story_id in stories], backlog)
        block = [stories[pk] for run in runs for pk in run.story_ids]
        if block:
            _move(block, write=lambda: _put_back(backlog, runs), actor=actor, now=now)
    return BulkResult(changed=len(block), untouched=len(events) - len(block))


def _in_order(stories: Sequence[Story]) -> list[Story]:
    return sorted(stories, key=lambda story: story.rank)


def _gap_at_position(others: Others, backlog: Backlog, moving: Sequence[int], position: int) -> Gap:
    staying = _open_ranks(backlog.pk).exclude(pk__in=moving)
    follower = list(staying[position - 1 : position])
    return others.gap_above(follower[0]) if follower else others.gap_at_end("bottom")


def _open_ranks(backlog_id: int) -> QuerySet[Story, int]:
    stories = Story.objects.filter(backlog=backlog_id, category__in=OPEN_CATEGORIES)
    return stories.order_by("rank").values_list("rank", flat=True)


def _place(others: Others, gap: Gap, count: int) -> None:
    ranks, _ = others.take_ranks(gap, count)
    others.write_moved(ranks)


def _move(block: Sequence[Story], *, write: Callable[[], None], actor: Actor, now: datetime) -> str:
    """Write new ranks of a block and record where each story came from; returns the batch's token."""
    backlog_id, workspace_id = block[0].backlog_id, block[0].workspace_id
    was_above, followed = _open_above(block), _story_above(block)
    write()
    written = Story.objects.filter(backlog=backlog_id, pk__in=[story.pk for story in block])
    fresh = dict(written.values_list("pk", "rank"))
    for story in block:
        story.rank = fresh[story.pk]
    is_above = _open_above(block)
    changes = {
        story.pk: [
            Change(
                "rank",
                from_value=position_in_words(was_above[story.pk]),
                to_value=position_in_words(is_above[story.pk]),
                from_id=followed[story.pk],
            )
        ]
        for story in block
    }
    recorded, token = record_batch(stories=block, changes=changes, actor=actor, now=now)
    save_stories(stories=block, fields=[])
    publish(StoriesChanged(workspace_id=workspace_id, changes=recorded, now=now))
    announce_many(workspace_id=workspace_id, topic="story", actor=actor, now=now)
    return token


def _open_above(block: Sequence[Story]) -> dict[int, int]:
    """How many open stories stand above each, counted no further than positions are told."""
    top = list(_open_ranks(block[0].backlog_id)[:COUNTED_AT_MOST])
    return {story.pk: bisect_left(top, story.rank) for story in block}


def _story_above(block: Sequence[Story]) -> dict[int, int | None]:
    """The story, open or not, that stands right above each; None at the top."""
    higher = Story.objects.filter(backlog=OuterRef("backlog"), rank__lt=OuterRef("rank")).order_by("-rank")
    stories = Story.objects.filter(pk__in=[story.pk for story in block])
    return dict(stories.annotate(above_id=Subquery(higher.values("pk")[:1])).values_list("pk", "above_id"))


def _not_moved_since(events: Sequence[StoryEvent]) -> list[int]:
    ids = [event.story_id for event in events]
    later = StoryEvent.objects.filter(story__in=ids, field="rank", pk__gt=events[-1].pk)
    moved = set(later.values_list("story_id", flat=True))
    return [pk for pk in ids if pk not in moved]


def _runs(events: Sequence[StoryEvent], backlog: Backlog) -> list[Run]:
    """Gather, from the top down, what stood in one piece; what followed a story that is gone stays where it is."""
    above = {event.from_id for event in events if event.from_id is not None}
    known = set(Story.objects.filter(backlog=backlog, pk__in=above).values_list("pk", flat=True))
    runs: list[Run] = []
    for event in events:
        if runs and runs[-1].story_ids[-1] == event.from_id:
            runs[-1].story_ids.append(event.story_id)
        elif event.from_id is None or event.from_id in known:
            runs.append(Run(event.from_id, [event.story_id]))
    return runs


def _put_back(backlog: Backlog, runs: Sequence[Run]) -> None:
    """Write the ranks of all runs at once; one after another only where a gap is used up."""
    moving = [pk for run in runs for pk in run.story_ids]
    gaps = _gaps_below(backlog, [run.above_id for run in runs], moving=moving)
    try:
        ranks = [rank for run in runs for rank in spread(len(run.story_ids), *gaps[run.above_id])]
    except RanksExhaustedError:
        _put_back_one_by_one(backlog, runs)
    else:
        Others(backlog=backlog, moving=moving).write_moved(ranks)


def _gaps_below(backlog: Backlog, above: Sequence[int | None], *, moving: Sequence[int]) -> dict[int | None, Gap]:
    """The gap below each of these stories (None: the top) once the moving ones are taken out."""
    staying = Story.objects.filter(backlog=backlog).exclude(pk__in=moving)
    below = Story.objects.filter(backlog=OuterRef("backlog"), rank__gt=OuterRef("rank")).exclude(pk__in=moving)
    found = staying.filter(pk__in=[pk for pk in above if pk is not None])
    next_rank = Subquery(below.order_by("rank").values("rank")[:1])
    gaps: dict[int | None, Gap] = {
        pk: Gap(rank, after) for pk, rank, after in found.annotate(after=next_rank).values_list("pk", "rank", "after")
    }
    if None in above:
        gaps[None] = Gap(None, staying.order_by("rank").values_list("rank", flat=True).first())
    return gaps


def _put_back_one_by_one(backlog: Backlog, runs: Sequence[Run]) -> None:
    for run in runs:
        others = Others(backlog=backlog, moving=run.story_ids)
        above = None if run.above_id is None else Story.objects.get(pk=run.above_id)
        gap = others.gap_at_end("top") if above is None else others.gap_after(above)
        ranks, _ = others.take_ranks(gap, len(run.story_ids))
        others.write_moved(ranks)
