"""Placing stories: every anchor, and a strict order whatever happens."""

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import Workspace
from common.errors import Conflict, InvalidInput
from planner.domain.ranks import GAP
from planner.models import Story, StoryEvent
from planner.services.ranking import OneAnchorWanted, move_capability, move_story
from planner.services.stories import transition_story
from tests.factories import (
    NOW,
    actor_of,
    make_capability,
    make_stories,
    make_story,
    make_workspace,
    state_named,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def workspace() -> Workspace:
    return make_workspace("RNK")


def titles(workspace: Workspace) -> list[str]:
    stories = Story.objects.filter(workspace=workspace).order_by("rank")
    return [title.removeprefix("Story ") for title in stories.values_list("title", flat=True)]


def test_a_story_moves_right_after_another(workspace: Workspace) -> None:
    one, _, three, _ = make_stories(workspace, 4)
    move_story(story=one, after=three, actor=actor_of(workspace), now=NOW)
    assert titles(workspace) == ["2", "3", "1", "4"]


def test_a_story_moves_right_before_another(workspace: Workspace) -> None:
    _, two, _, four = make_stories(workspace, 4)
    move_story(story=four, before=two, actor=actor_of(workspace), now=NOW)
    assert titles(workspace) == ["1", "4", "2", "3"]


@pytest.mark.parametrize(
    ("moved", "position", "expected"),
    [
        (1, 1, ["1", "2", "3", "4"]),
        (1, 2, ["2", "1", "3", "4"]),
        (1, 4, ["2", "3", "4", "1"]),
        (4, 1, ["4", "1", "2", "3"]),
        (4, 3, ["1", "2", "4", "3"]),
        (2, 3, ["1", "3", "2", "4"]),
        (2, 99, ["1", "3", "4", "2"]),
    ],
)
def test_a_story_takes_the_position_it_is_given(
    workspace: Workspace, moved: int, position: int, expected: list[str]
) -> None:
    stories = make_stories(workspace, 4)
    move_story(story=stories[moved - 1], position=position, actor=actor_of(workspace), now=NOW)
    assert titles(workspace) == expected


def test_positions_count_open_stories_only(workspace: Workspace) -> None:
    stories = make_stories(workspace, 4)
    transition_story(story=stories[0], state=state_named(workspace, "Done"), actor=actor_of(workspace), now=NOW)
    move_story(story=stories[3], position=2, actor=actor_of(workspace), now=NOW)
    assert titles(workspace) == ["1", "2", "4", "3"]


def test_a_story_moves_to_the_ends(workspace: Workspace) -> None:
    _, two, three, _ = make_stories(workspace, 4)
    move_story(story=three, to="top", actor=actor_of(workspace), now=NOW)
    move_story(story=two, to="bottom", actor=actor_of(workspace), now=NOW)
    assert titles(workspace) == ["3", "1", "4", "2"]


def test_a_move_is_recorded_with_both_positions(workspace: Workspace) -> None:
    stories = make_stories(workspace, 5)
    move_story(story=stories[4], position=2, actor=actor_of(workspace), now=NOW)
    move_story(story=stories[4], to="bottom", actor=actor_of(workspace), now=NOW)
    events = StoryEvent.objects.filter(story=stories[4], field="rank").order_by("sequence")
    assert [(event.from_value, event.to_value) for event in events] == [("5", "2"), ("2", "5")]


@pytest.mark.parametrize(("moved", "beside", "words"), [(0, 2, ("1", "3")), (3, 0, ("4", "2")), (3, 1, ("4", "3"))])
def test_a_move_after_another_tells_both_positions(
    workspace: Workspace, moved: int, beside: int, words: tuple[str, str]
) -> None:
    stories = make_stories(workspace, 4)
    move_story(story=stories[moved], after=stories[beside], actor=actor_of(workspace), now=NOW)
    event = StoryEvent.objects.get(story=stories[moved], field="rank")
    assert (event.from_value, event.to_value) == words


def test_a_move_beside_another_asks_as_often_as_one_to_an_end(
    workspace: Workspace, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    stories, actor = make_stories(workspace, 4), actor_of(workspace)
    for moved, anchor in ((stories[3], {"to": "top"}), (stories[2], {"after": stories[0]})):
        with django_assert_num_queries(9):
            move_story(story=moved, actor=actor, now=NOW, **anchor)


def test_a_move_to_where_it_is_writes_nothing(workspace: Workspace) -> None:
    one, two, _ = make_stories(workspace, 3)
    move_story(story=two, after=one, actor=actor_of(workspace), now=NOW)
    assert not StoryEvent.objects.filter(field="rank").exists()


def test_a_move_writes_no_other_story(workspace: Workspace) -> None:
    stories = make_stories(workspace, 5)
    before = dict(Story.objects.values_list("pk", "rank"))
    move_story(story=stories[4], to="top", actor=actor_of(workspace), now=NOW)
    after = dict(Story.objects.values_list("pk", "rank"))
    assert [pk for pk in before if before[pk] != after[pk]] == [stories[4].pk]


@pytest.mark.parametrize(
    ("anchors", "fields"),
    [
        ({}, {"after", "before", "position", "to"}),
        ({"to": "top", "position": 1}, {"to", "position"}),
    ],
)
def test_exactly_one_anchor_is_wanted(workspace: Workspace, anchors: dict[str, object], fields: set[str]) -> None:
    story = make_story(workspace)
    with pytest.raises(OneAnchorWanted) as refused:
        move_story(story=story, actor=actor_of(workspace), now=NOW, **anchors)  # type: ignore[arg-type]
    assert set(refused.value.errors) == fields


@pytest.mark.parametrize("position", [0, -1, True, 10**12])
def test_an_impossible_position_is_refused(workspace: Workspace, position: int) -> None:
    with pytest.raises(InvalidInput) as refused:
        move_story(story=make_story(workspace), position=position, actor=actor_of(workspace), now=NOW)
    assert set(refused.value.errors) == {"position"}


def test_a_foreign_anchor_is_refused(workspace: Workspace) -> None:
    foreign = make_story(make_workspace("OTH"))
    with pytest.raises(InvalidInput) as refused:
        move_story(story=make_story(workspace), after=foreign, actor=actor_of(workspace), now=NOW)
    assert set(refused.value.errors) == {"after"}


def test_a_story_is_not_placed_beside_itself(workspace: Workspace) -> None:
    story = make_story(workspace)
    with pytest.raises(InvalidInput) as refused:
        move_story(story=story, before=story, actor=actor_of(workspace), now=NOW)
    assert set(refused.value.errors) == {"before"}


def test_a_stale_version_is_refused(workspace: Workspace) -> None:
    one, _ = make_stories(workspace, 2)
    with pytest.raises(Conflict) as refused:
        move_story(story=one, to="bottom", version=7, actor=actor_of(workspace), now=NOW)
    assert refused.value.code == "stale_version"


def test_a_deleted_anchor_is_a_conflict(workspace: Workspace) -> None:
    one, two = make_stories(workspace, 2)
    Story.objects.filter(pk=two.pk).delete()
    with pytest.raises(Conflict) as refused:
        move_story(story=one, after=two, actor=actor_of(workspace), now=NOW)
    assert refused.value.field == "after"


def test_a_used_up_gap_is_spread(workspace: Workspace) -> None:
    stories = make_stories(workspace, 100)
    Story.objects.filter(pk=stories[50].pk).update(rank=stories[49].rank + 1)
    move_story(story=stories[0], after=stories[49], actor=actor_of(workspace), now=NOW)
    expected = [*range(2, 51), 1, *range(51, 101)]
    assert titles(workspace) == [str(number) for number in expected]


def test_a_spread_records_the_right_position(workspace: Workspace) -> None:
    stories = make_stories(workspace, 100)
    Story.objects.filter(pk=stories[50].pk).update(rank=stories[49].rank + 1)
    move_story(story=stories[0], after=stories[49], actor=actor_of(workspace), now=NOW)
    assert StoryEvent.objects.get(field="rank").to_value == "50"


def test_a_story_within_the_spread_window_moves_too(workspace: Workspace) -> None:
    stories = make_stories(workspace, 6)
    for index, story in enumerate(stories):
        Story.objects.filter(pk=story.pk).update(rank=-100 + index)
    move_story(story=stories[2], after=stories[3], actor=actor_of(workspace), now=NOW)
    assert titles(workspace) == ["1", "2", "4", "3", "5", "6"]


def test_a_thousand_drops_into_one_gap_keep_a_strict_order(workspace: Workspace) -> None:
    top, bottom, *dropped = make_stories(workspace, 1000) + make_stories(workspace, 2)
    for story in dropped:
        move_story(story=story, after=top, actor=actor_of(workspace), now=NOW)
    ranked = list(Story.objects.filter(workspace=workspace).order_by("rank").values_list("pk", flat=True))
    assert ranked == [top.pk, *[story.pk for story in reversed(dropped)], bottom.pk]


def test_ranks_start_a_full_gap_apart(workspace: Workspace) -> None:
    one, two = make_stories(workspace, 2)
    assert two.rank - one.rank == GAP


def test_a_capability_moves_as_a_block(workspace: Workspace) -> None:
    capability = make_capability(workspace)
    one = make_story(workspace, "1")
    make_story(workspace, "a", capability=capability)
    make_story(workspace, "2")
    make_story(workspace, "b", capability=capability)
    move_capability(capability=capability, before_story=one, actor=actor_of(workspace), now=NOW)
    assert titles(workspace) == ["a", "b", "1", "2"]


def test_a_capability_moves_into_a_used_up_gap(workspace: Workspace) -> None:
    capability = make_capability(workspace)
    one, two = make_story(workspace, "1"), make_story(workspace, "2")
    for title in "abc":
        make_story(workspace, title, capability=capability)
    Story.objects.filter(pk=two.pk).update(rank=one.rank + 1)
    move_capability(capability=capability, after_story=one, actor=actor_of(workspace), now=NOW)
    assert titles(workspace) == ["1", "a", "b", "c", "2"]


def test_a_capability_leaves_its_finished_stories_where_they_are(workspace: Workspace) -> None:
    capability = make_capability(workspace)
    done = make_story(workspace, "done", capability=capability)
    make_story(workspace, "1")
    make_story(workspace, "open", capability=capability)
    transition_story(story=done, state=state_named(workspace, "Done"), actor=actor_of(workspace), now=NOW)
    moved = move_capability(capability=capability, to="bottom", actor=actor_of(workspace), now=NOW)
    assert ([story.title for story in moved], titles(workspace)) == (["open"], ["done", "1", "open"])
