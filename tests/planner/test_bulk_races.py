"""Many stories at once, by several people at once: a strict order, whole edits, and nothing recorded twice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from planner.models import Story, StoryEvent
from planner.services.bulk import edit_stories, undo_edit
from planner.services.bulk_moves import move_stories
from planner.services.ranking import move_story
from planner.services.stories import update_story
from tests.factories import NOW, actor_of, make_stories, make_workspace, state_named
from valuestream.services.rebuild import check_workspace

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*work: Callable[[], Any]) -> list[Any]:
    """Run every callable in a thread of its own and return what each returned; raises what one raised."""

    def run(do: Callable[[], Any]) -> Any:
        try:
            return do()
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=len(work)) as pool:
        return list(pool.map(run, work))


def test_blocks_and_single_moves_keep_a_strict_order() -> None:
    workspace = make_workspace("RAC")
    actor, stories = actor_of(workspace), make_stories(workspace, 60)
    ids = [story.pk for story in stories]

    def move_blocks(start: int) -> None:
        for position in (1, 20, 40):
            move_stories(workspace=workspace, story_ids=ids[start::5], position=position, actor=actor, now=NOW)

    def move_singly() -> None:
        for story in stories[::7]:
            move_story(story=story, to="top", actor=actor, now=NOW)

    at_once(*(lambda start=start: move_blocks(start) for start in range(4)), move_singly)
    ranked = list(Story.objects.order_by("rank").values_list("pk", flat=True))
    assert sorted(ranked) == sorted(ids)
    assert len(set(Story.objects.values_list("rank", flat=True))) == len(ids)
    assert min(Story.objects.values_list("rank", flat=True)) > -(2**61)


def test_overlapping_edits_wait_for_each_other_and_lose_nothing() -> None:
    workspace = make_workspace("RAC")
    actor, stories = actor_of(workspace), make_stories(workspace, 30)
    ids = [story.pk for story in stories]
    states = [state_named(workspace, name) for name in ("Ready", "In progress", "Review")]

    def edit(order: int) -> None:
        for state in states[order:] + states[:order]:
            edit_stories(
                workspace=workspace,
                story_ids=ids[:: 1 if order % 2 else -1],
                changes={"state": state},
                actor=actor,
                now=NOW,
            )

    def edit_singly() -> None:
        for story in stories:
            update_story(story=story, changes={"points": "5"}, actor=actor, now=NOW)

    at_once(*(lambda order=order: edit(order) for order in range(3)), edit_singly)
    assert Story.objects.filter(points=5).count() == 30
    assert check_workspace(workspace=workspace) == []
    for story in Story.objects.all():
        assert StoryEvent.objects.filter(story=story).count() == story.last_sequence


def test_an_undo_taken_twice_at_once_counts_once() -> None:
    workspace = make_workspace("RAC")
    actor, stories = actor_of(workspace), make_stories(workspace, 10)
    ids = [story.pk for story in stories]
    done = edit_stories(workspace=workspace, story_ids=ids, changes={"points": "8"}, actor=actor, now=NOW)

    def undo() -> int:
        return undo_edit(workspace=workspace, token=done.undo_token, actor=actor, now=NOW).changed

    assert sorted(at_once(undo, undo)) == [0, 10]
    assert Story.objects.filter(points=None).count() == 10
