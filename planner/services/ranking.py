"""Placing stories in the manual order: one short transaction under the backlog's lock, one rank written.

`Story.rank` is an order, not a number to show: neighbours lie 2^32 apart, a move takes the middle of a gap,
and a used-up gap makes the smallest window around it spread again (planner.domain.ranks). People speak of
positions, 1 at the top, and positions count open stories only.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from django.db import transaction

from common.errors import InvalidInput
from common.events import publish
from planner.events import StoryChanged
from planner.models import Backlog, Capability, Story
from planner.models.choices import OPEN_CATEGORIES
from planner.selectors.positions import (
    COUNTED_AT_MOST,
    count_open_above,
    count_open_above_both,
    position_in_words,
    position_of,
)
from planner.services.actor import Actor
from planner.services.announcing import announce_many, announce_story
from planner.services.locks import lock_backlog, lock_rows, lock_story
from planner.services.placing import Gap, Others, open_rank_at
from planner.services.recording import Change, append_events
from planner.services.stories import next_instant

__all__ = ["OneAnchorWanted", "move_capability", "move_story", "position_of"]

End = Literal["top", "bottom"]
LARGEST_POSITION = 1_000_000_000


class OneAnchorWanted(InvalidInput):
    """None or several of the anchors of a move were given."""

    def __init__(self, *, given: Sequence[str], anchors: Sequence[str]) -> None:
        said = "none was" if not given else f"{' and '.join(given)} were"
        message = f"Say where to with exactly one of {', '.join(anchors)}; {said} given."
        super().__init__(message, code="one_anchor", field_errors={name: [message] for name in given or anchors})


def move_story(
    *,
    story: Story,
    actor: Actor,
    now: datetime,
    after: Story | None = None,
    before: Story | None = None,
    position: int | None = None,
    to: End | None = None,
    version: int | None = None,
) -> Story:
    """Move a story to right after or before another, to a position among open stories, or to an end.

    Exactly one anchor. A position beyond the last is the bottom. One rank row is written (a window of
    neighbours when the gap is used up). `version` is checked but not raised: a place is no content.
    Nothing is recorded when the story is there already.
    """
    anchors = {"after": after, "before": before, "position": position, "to": to}
    check_anchors(anchors, workspace_id=story.workspace_id, moving=[story.pk])
    with transaction.atomic():
        backlog = lock_backlog(workspace_id=story.workspace_id)
        fresh = lock_story(story=story, version=version)
        others = Others(backlog=backlog, moving=[fresh.pk])
        gap = _gap_at_position(others, fresh, position) if position else find_gap(others, anchors)
        if not gap.holds(fresh.rank):
            _place(story=fresh, others=others, gap=gap, actor=actor, now=now)
            announce_story(story=fresh, verb="moved", actor=actor, now=now)
    return fresh


def move_capability(
    *,
    capability: Capability,
    actor: Actor,
    now: datetime,
    after_story: Story | None = None,
    before_story: Story | None = None,
    to: End | None = None,
) -> list[Story]:
    """Move the open stories of a capability, in their present order, as one block; returns them."""
    anchors = {"after_story": after_story, "before_story": before_story, "to": to}
    check_anchors(anchors, workspace_id=capability.workspace_id)
    with transaction.atomic():
        backlog = lock_backlog(workspace_id=capability.workspace_id)
        block = _lock_open_stories(capability)
        check_anchors(anchors, workspace_id=capability.workspace_id, moving=[story.pk for story in block])
        if not block:
            return []
        gap = find_gap(Others(backlog=backlog, moving=[story.pk for story in block]), anchors)
        if not all(gap.holds(story.rank) for story in block):
            _place_block(backlog=backlog, block=block, gap=gap, actor=actor, now=now)
            announce_many(workspace_id=capability.workspace_id, topic="story", actor=actor, now=now)
    return block


def _lock_open_stories(capability: Capability) -> list[Story]:
    stories = lock_rows(Story.objects.filter(capability=capability, category__in=OPEN_CATEGORIES))
    return sorted(stories, key=lambda story: story.rank)


def check_anchors(anchors: Mapping[str, Any], *, workspace_id: int, moving: Sequence[int] = ()) -> None:
    """Refuse none, several, or an anchor that can't be one: of another workspace, or among what moves (ids)."""
    given = [name for name, anchor in anchors.items() if anchor is not None]
    if len(given) != 1:
        raise OneAnchorWanted(given=given, anchors=list(anchors))
    name, anchor = given[0], anchors[given[0]]
    if name == "to" and anchor not in ("top", "bottom"):
        raise InvalidInput('Use "top" or "bottom".', field="to")
    if name == "position":
        _check_position(anchor)
    if isinstance(anchor, Story):
        if anchor.workspace_id != workspace_id:
            raise InvalidInput("Choose a story of this workspace.", field=name)
        if anchor.pk in moving:
            raise InvalidInput(f"{anchor.key} is what moves: choose another story.", field=name)


def _check_position(position: Any) -> None:
    if isinstance(position, bool) or not isinstance(position, int) or not 1 <= position <= LARGEST_POSITION:
        raise InvalidInput("Positions are whole numbers; the first is 1.", field="position")


def _gap_at_position(others: Others, story: Story, position: int) -> Gap:
    follower = open_rank_at(story=story, position=position)
    return others.gap_at_end("bottom") if follower is None else others.gap_above(follower)


def find_gap(others: Others, anchors: Mapping[str, Any]) -> Gap:
    """The gap that the one given anchor means; not for positions."""
    name, anchor = next((name, anchor) for name, anchor in anchors.items() if anchor is not None)
    if name.startswith("after"):
        return others.gap_after(anchor, field=name)
    if name.startswith("before"):
        return others.gap_before(anchor, field=name)
    return others.gap_at_end(anchor)


def _place(*, story: Story, others: Others, gap: Gap, actor: Actor, now: datetime) -> None:
    was_above, is_above = _counted(story, gap)
    [story.rank], _ = others.take_ranks(gap, 1)
    _record(story=story, was_above=was_above, is_above=is_above, actor=actor, now=now)
    story.save(update_fields=["rank", "last_sequence", "updated_at"])


def _counted(story: Story, gap: Gap) -> tuple[int, int]:
    """How many open stories stand above it now, and will in the gap: counted before any rank changes."""
    if gap.before is None:
        return count_open_above(backlog_id=story.backlog_id, rank=story.rank), 0
    was_above, is_above = count_open_above_both(backlog_id=story.backlog_id, ranks=(story.rank, gap.before + 1))
    is_counted = story.is_open and story.rank < gap.before and is_above < COUNTED_AT_MOST
    return was_above, is_above - is_counted


def _place_block(*, backlog: Backlog, block: list[Story], gap: Gap, actor: Actor, now: datetime) -> None:
    was_above = {story.pk: count_open_above(backlog_id=backlog.pk, rank=story.rank) for story in block}
    others = Others(backlog=backlog, moving=[story.pk for story in block])
    ranks, _ = others.take_ranks(gap, len(block))
    others.write_moved(ranks)
    first = count_open_above(backlog_id=backlog.pk, rank=ranks[0])
    for offset, (story, rank) in enumerate(zip(block, ranks, strict=True)):
        story.rank = rank
        _record(story=story, was_above=was_above[story.pk], is_above=first + offset, actor=actor, now=now)
        story.save(update_fields=["last_sequence", "updated_at"])


def _record(*, story: Story, was_above: int, is_above: int, actor: Actor, now: datetime) -> None:
    """Append the move to the story's log; the caller saves the story."""
    change = Change("rank", from_value=position_in_words(was_above), to_value=position_in_words(is_above))
    at = next_instant(story=story, now=now)
    recorded = append_events(story=story, changes=[change], actor=actor, now=at)
    story.updated_at = at
    publish(StoryChanged(workspace_id=story.workspace_id, story_id=story.pk, changes=recorded, now=at))
