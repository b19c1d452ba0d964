"""Eight people at once: every move and every creation succeeds, and one strict order comes out."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from accounts.models import Workspace
from common.errors import Conflict
from planner.models import Backlog, Story, StoryEvent
from planner.services.actor import Actor
from planner.services.dependencies import add_dependency
from planner.services.ranking import move_capability, move_story
from planner.services.scores import rescore_workspace
from planner.services.stories import StoryDraft, create_story, transition_story, update_story
from tests.factories import NOW, actor_of, make_capability, make_stories, make_workspace, state_named

pytestmark = pytest.mark.django_db(transaction=True)
WRITERS = 8
EACH = 12


def at_once(*work: Callable[[], Any]) -> list[Any]:
    """Run every callable in a thread of its own and return what each returned; raises what one raised."""

    def run(do: Callable[[], Any]) -> Any:
        try:
            return do()
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=len(work)) as pool:
        return list(pool.map(run, work))


@pytest.fixture
def workspace() -> Workspace:
    return make_workspace("RAC")


@pytest.fixture
def actor(workspace: Workspace) -> Actor:
    return actor_of(workspace)


def test_eight_writers_into_one_gap_keep_a_strict_order(workspace: Workspace, actor: Actor) -> None:
    top, bottom, *rest = make_stories(workspace, 2 + WRITERS * EACH)
    Story.objects.filter(pk=bottom.pk).update(rank=top.rank + 2)

    def drop(share: list[Story]) -> None:
        for story in share:
            move_story(story=story, after=top, actor=actor, now=NOW)

    at_once(*(lambda share=rest[start::WRITERS]: drop(share) for start in range(WRITERS)))
    ranked = list(Story.objects.filter(workspace=workspace).order_by("rank").values_list("pk", flat=True))
    assert (ranked[0], ranked[-1]) == (top.pk, bottom.pk)
    assert sorted(ranked[1:-1]) == sorted(story.pk for story in rest)
    assert len(set(Story.objects.values_list("rank", flat=True))) == len(ranked)
    for share in (rest[start::WRITERS] for start in range(WRITERS)):
        places = [ranked.index(story.pk) for story in share]
        assert places == sorted(places, reverse=True)


def test_everyone_who_creates_gets_a_key_and_a_place_of_their_own(workspace: Workspace, actor: Actor) -> None:
    def create(number: int) -> None:
        for index in range(EACH):
            draft = StoryDraft(title=f"{number}-{index}")
            create_story(workspace=workspace, draft=draft, actor=actor, now=NOW)

    at_once(*(lambda number=number: create(number) for number in range(WRITERS)))
    keys = Story.objects.filter(workspace=workspace).order_by("rank").values_list("key", flat=True)
    assert list(keys) == [f"RAC-{number}" for number in range(1, WRITERS * EACH + 1)]
    assert Backlog.objects.get(workspace=workspace).last_number == WRITERS * EACH


def test_of_writers_with_the_same_version_one_wins(workspace: Workspace, actor: Actor) -> None:
    [story] = make_stories(workspace, 1)

    def rename(number: int) -> bool:
        try:
            update_story(story=story, changes={"title": f"By {number}"}, actor=actor, now=NOW, version=1)
        except Conflict:
            return False
        return True

    won = at_once(*(lambda number=number: rename(number) for number in range(WRITERS)))
    assert sum(won) == 1
    assert StoryEvent.objects.filter(story=story, field="title").count() == 1


def test_writers_without_a_version_all_get_into_the_log(workspace: Workspace, actor: Actor) -> None:
    [story] = make_stories(workspace, 1)

    def rename(number: int) -> None:
        for index in range(EACH):
            update_story(story=story, changes={"title": f"{number}-{index}"}, actor=actor, now=NOW)

    at_once(*(lambda number=number: rename(number) for number in range(WRITERS)))
    story.refresh_from_db()
    sequences = list(story.events.order_by("sequence").values_list("sequence", flat=True))
    assert sequences == list(range(1, 2 + WRITERS * EACH))
    assert (story.last_sequence, story.version) == (1 + WRITERS * EACH, 1 + WRITERS * EACH)


def test_two_halves_of_a_cycle_do_not_both_get_in(workspace: Workspace, actor: Actor) -> None:
    one, two = make_stories(workspace, 2)

    def depend(before: Story, after: Story) -> bool:
        try:
            add_dependency(predecessor=before, successor=after, actor=actor, now=NOW)
        except Conflict:
            return False
        return True

    assert sorted(at_once(lambda: depend(one, two), lambda: depend(two, one))) == [False, True]


def test_moves_blocks_edits_and_scores_do_not_lock_each_other_out(workspace: Workspace, actor: Actor) -> None:
    capability = make_capability(workspace)
    loose = make_stories(workspace, 10)
    block = make_stories(workspace, 5, capability=capability)

    def move_loose(number: int) -> None:
        move_story(story=loose[number], after=block[0], actor=actor, now=NOW)

    def move_block(number: int) -> None:
        move_capability(capability=capability, to="top" if number % 2 else "bottom", actor=actor, now=NOW)

    def transition(number: int) -> None:
        state = state_named(workspace, "Review" if number % 2 else "Done")
        transition_story(story=block[number % 5], state=state, actor=actor, now=NOW)

    def score(_: int) -> None:
        rescore_workspace(workspace_id=workspace.pk, now=NOW)

    jobs = (move_loose, move_block, transition, score, move_loose, transition)
    at_once(*(lambda do=do: [do(number) for number in range(10)] for do in jobs))
    assert Story.objects.filter(workspace=workspace).values("rank").distinct().count() == 15
