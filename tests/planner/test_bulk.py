"""Changing and moving many stories at once, and taking it back."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Workspace
from common.errors import InvalidInput, NotFound
from planner.models import Story, StoryEvent
from planner.services.bulk import edit_stories, undo_edit
from planner.services.bulk_moves import move_stories, undo_moves
from planner.services.ranking import move_story
from planner.services.stories import delete_story, update_story
from tests.factories import (
    NOW,
    actor_of,
    make_application,
    make_capability,
    make_stories,
    make_story,
    make_workspace,
    state_named,
)
from valuestream.models import Visit
from valuestream.services.rebuild import check_workspace

LATER = NOW + timedelta(days=1)
pytestmark = pytest.mark.django_db


def edit(workspace: Workspace, stories: list[Story], **changes: Any) -> Any:
    ids = [story.pk for story in stories]
    return edit_stories(workspace=workspace, story_ids=ids, changes=changes, actor=actor_of(workspace), now=LATER)


def move(workspace: Workspace, stories: list[Story], **anchor: Any) -> Any:
    ids = [story.pk for story in stories]
    return move_stories(workspace=workspace, story_ids=ids, actor=actor_of(workspace), now=LATER, **anchor)


def order(workspace: Workspace) -> list[str]:
    return list(Story.objects.filter(workspace=workspace).order_by("rank").values_list("title", flat=True))


def queries_of(act: Callable[[], Any]) -> int:
    with CaptureQueriesContext(connection) as captured:
        act()
    return len(captured)


def shows(workspace: Workspace, *numbers: int) -> bool:
    return order(workspace) == [f"Story {number}" for number in numbers]


@pytest.fixture
def workspace() -> Workspace:
    return make_workspace("BLK")


# Editing


def test_what_differs_changes_and_is_recorded_once(workspace: Workspace) -> None:
    stories = make_stories(workspace, 3)
    update_story(story=stories[0], changes={"points": "5"}, actor=actor_of(workspace), now=NOW)
    result = edit(workspace, stories, points="5")
    assert (result.changed, result.untouched) == (2, 1)
    assert {story.points for story in Story.objects.filter(workspace=workspace)} == {Decimal(5)}
    events = StoryEvent.objects.filter(story__in=stories, field="points")
    assert sorted(events.values_list("story_id", "sequence", "to_value")) == [(story.pk, 2, "5") for story in stories]


def test_every_field_can_be_changed(workspace: Workspace) -> None:
    stories = make_stories(workspace, 2)
    capability = make_capability(workspace)
    edit(
        workspace,
        stories,
        state=state_named(workspace, "Done"),
        capability=capability,
        required=False,
        kind="BUG",
        blocked=True,
        reason="No test key",
    )
    story = Story.objects.get(pk=stories[1].pk)
    assert (story.category, story.capability, story.application) == ("DONE", capability, capability.application)
    assert (story.required, story.kind, story.blocked, story.blocked_reason) == (False, "BUG", True, "No test key")
    assert (story.blocked_at, story.state_entered_at, story.version) == (LATER, LATER, 2)


def test_visits_and_spans_follow(workspace: Workspace) -> None:
    stories = make_stories(workspace, 3)
    edit(workspace, stories, state=state_named(workspace, "In progress"), blocked=True)
    assert Visit.objects.filter(story__in=stories, left_at=None, state__name="In progress").count() == 3
    assert check_workspace(workspace=workspace) == []


def test_a_refusal_names_the_story_and_nothing_changes(workspace: Workspace) -> None:
    stories = make_stories(workspace, 2)
    ids = [stories[0].pk, 10**9, stories[1].pk]
    with pytest.raises(NotFound) as refused:
        edit_stories(workspace=workspace, story_ids=ids, changes={"points": "3"}, actor=actor_of(workspace), now=NOW)
    assert refused.value.errors == {"stories[1]": ["There is no story 1000000000 in this workspace."]}
    assert Story.objects.filter(points=3).count() == 0


def test_a_story_of_another_workspace_is_not_here(workspace: Workspace) -> None:
    theirs = make_story(make_workspace("OTH"))
    with pytest.raises(NotFound):
        edit(workspace, [theirs], points="3")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"points": "many"}, "points"),
        ({"points": "-1"}, "points"),
        ({"title": "Same"}, "title"),
        ({"state": None}, "state"),
        ({"kind": "EPIC"}, "kind"),
        ({"reason": "Why"}, "reason"),
        ({}, "changes"),
    ],
)
def test_a_value_that_cannot_be_is_refused_at_its_field(
    workspace: Workspace, changes: dict[str, Any], field: str
) -> None:
    stories = make_stories(workspace, 2)
    with pytest.raises(InvalidInput) as refused:
        edit(workspace, stories, **changes)
    assert list(refused.value.errors) == [field]


def test_no_story_and_too_many_are_refused(workspace: Workspace) -> None:
    for ids in ([], list(range(1, 502))):
        with pytest.raises(InvalidInput) as refused:
            edit_stories(
                workspace=workspace, story_ids=ids, changes={"points": "3"}, actor=actor_of(workspace), now=NOW
            )
        assert "stories" in refused.value.errors


def test_undo_gives_back_what_each_had(workspace: Workspace) -> None:
    capability = make_capability(workspace, make_application(workspace))
    one, two = make_story(workspace, points="2", capability=capability), make_story(workspace)
    result = edit(workspace, [one, two], points="8", capability=None, kind="SPIKE", blocked=True, required=False)
    undone = undo_edit(workspace=workspace, token=result.undo_token, actor=actor_of(workspace), now=LATER)
    assert undone.changed == 2
    for story in (one, two):
        now = Story.objects.get(pk=story.pk)
        for name in ("points", "capability", "application", "kind", "blocked", "blocked_at", "required"):
            assert getattr(now, name) == getattr(story, name), name
    assert check_workspace(workspace=workspace) == []


def test_undo_leaves_what_somebody_changed_since(workspace: Workspace) -> None:
    one, two = make_stories(workspace, 2)
    result = edit(workspace, [one, two], points="8")
    update_story(story=Story.objects.get(pk=one.pk), changes={"points": "3"}, actor=actor_of(workspace), now=LATER)
    undone = undo_edit(workspace=workspace, token=result.undo_token, actor=actor_of(workspace), now=LATER)
    assert (undone.changed, undone.untouched) == (1, 1)
    assert list(Story.objects.order_by("pk").values_list("points", flat=True)) == [Decimal(3), None]


def test_undo_does_without_a_state_that_was_deleted_and_a_story_too(workspace: Workspace) -> None:
    one, two = make_stories(workspace, 2)
    result = edit(workspace, [one, two], points="8")
    delete_story(story=one, actor=actor_of(workspace), now=LATER)
    undone = undo_edit(workspace=workspace, token=result.undo_token, actor=actor_of(workspace), now=LATER)
    assert undone.changed == 1


@pytest.mark.parametrize("token", ["", "x", "1-2-0123456789abcdef", "9" * 18 + "-1-" + "a" * 16, "1-2-\x00"])
def test_a_token_that_means_nothing_is_told(workspace: Workspace, token: str) -> None:
    make_stories(workspace, 2)
    with pytest.raises((NotFound, InvalidInput)):
        undo_edit(workspace=workspace, token=token, actor=actor_of(workspace), now=LATER)
    with pytest.raises((NotFound, InvalidInput)):
        undo_moves(workspace=workspace, token=token, actor=actor_of(workspace), now=LATER)


def test_a_token_of_the_other_kind_is_told(workspace: Workspace) -> None:
    stories = make_stories(workspace, 4)
    edited = edit(workspace, stories, points="8")
    with pytest.raises(InvalidInput, match="change of fields"):
        undo_moves(workspace=workspace, token=edited.undo_token, actor=actor_of(workspace), now=LATER)
    moved = move(workspace, stories[2:], to="top")
    with pytest.raises(InvalidInput, match="a move"):
        undo_edit(workspace=workspace, token=moved.undo_token, actor=actor_of(workspace), now=LATER)


def test_another_workspaces_token_means_nothing(workspace: Workspace) -> None:
    result = edit(workspace, make_stories(workspace, 2), points="8")
    other = make_workspace("OTH")
    with pytest.raises(NotFound):
        undo_edit(workspace=other, token=result.undo_token, actor=actor_of(other), now=LATER)


def test_the_number_of_queries_does_not_grow(workspace: Workspace) -> None:
    capability = make_capability(workspace, title="Where they are now")
    few, many = (make_stories(workspace, number, capability=capability) for number in (2, 60))
    points = [queries_of(lambda stories=stories: edit(workspace, stories, points="8")) for stories in (few, many)]  # type: ignore[misc]
    assert points[0] == points[1]
    changes = {"points": "5", "state": state_named(workspace, "In progress"), "capability": make_capability(workspace)}
    assert queries_of(lambda: edit(workspace, many, **changes)) == queries_of(lambda: edit(workspace, few, **changes))


# Moving


@pytest.mark.parametrize(
    ("anchor", "expected"),
    [
        ({"to": "top"}, (2, 4, 1, 3, 5)),
        ({"to": "bottom"}, (1, 3, 5, 2, 4)),
        ({"position": 1}, (2, 4, 1, 3, 5)),
        ({"position": 2}, (1, 2, 4, 3, 5)),
        ({"position": 4}, (1, 3, 5, 2, 4)),
        ({"position": 99}, (1, 3, 5, 2, 4)),
    ],
)
def test_a_block_goes_where_it_is_told(workspace: Workspace, anchor: dict[str, Any], expected: tuple[int, ...]) -> None:
    stories = make_stories(workspace, 5)
    assert move(workspace, [stories[3], stories[1]], **anchor).changed == 2
    assert shows(workspace, *expected)


def test_a_block_goes_next_to_another_story(workspace: Workspace) -> None:
    stories = make_stories(workspace, 5)
    move(workspace, stories[:2], after=stories[3])
    assert shows(workspace, 3, 4, 1, 2, 5)
    move(workspace, stories[:2], before=stories[2])
    assert shows(workspace, 1, 2, 3, 4, 5)


def test_a_block_that_stands_there_records_nothing(workspace: Workspace) -> None:
    stories = make_stories(workspace, 4)
    assert move(workspace, stories[1:3], after=stories[0]).undo_token == ""
    assert StoryEvent.objects.filter(field="rank").count() == 0


def test_the_anchor_must_not_be_in_the_block(workspace: Workspace) -> None:
    stories = make_stories(workspace, 3)
    with pytest.raises(InvalidInput, match="what moves"):
        move(workspace, stories[:2], after=stories[1])


def test_the_log_tells_the_positions(workspace: Workspace) -> None:
    stories = make_stories(workspace, 4)
    move(workspace, [stories[1], stories[3]], to="top")
    events = StoryEvent.objects.filter(field="rank").order_by("pk").values_list("from_value", "to_value", "from_id")
    assert list(events) == [("2", "1", stories[0].pk), ("4", "2", stories[2].pk)]


def test_undo_puts_every_story_back(workspace: Workspace) -> None:
    stories = make_stories(workspace, 9)
    result = move(workspace, [stories[0], stories[1], stories[4], stories[5], stories[8]], position=2)
    assert shows(workspace, 3, 1, 2, 5, 6, 9, 4, 7, 8)
    assert undo_moves(workspace=workspace, token=result.undo_token, actor=actor_of(workspace), now=LATER).changed == 5
    assert shows(workspace, 1, 2, 3, 4, 5, 6, 7, 8, 9)


def test_undo_leaves_what_was_moved_since(workspace: Workspace) -> None:
    stories = make_stories(workspace, 5)
    result = move(workspace, [stories[1], stories[3]], to="top")
    move_story(story=stories[3], to="bottom", actor=actor_of(workspace), now=LATER)
    undone = undo_moves(workspace=workspace, token=result.undo_token, actor=actor_of(workspace), now=LATER)
    assert (undone.changed, undone.untouched) == (1, 1)
    assert shows(workspace, 1, 2, 3, 5, 4)


def test_undo_makes_room_where_a_gap_is_used_up(workspace: Workspace) -> None:
    stories = make_stories(workspace, 8)
    result = move(workspace, stories[2:6], to="top")
    for number, story in enumerate(Story.objects.filter(workspace=workspace).order_by("rank")):
        Story.objects.filter(pk=story.pk).update(rank=2**50 + number)
    undo_moves(workspace=workspace, token=result.undo_token, actor=actor_of(workspace), now=LATER)
    assert shows(workspace, 1, 2, 3, 4, 5, 6, 7, 8)


def test_moving_takes_the_same_queries_however_many(workspace: Workspace) -> None:
    stories = make_stories(workspace, 70)
    few = queries_of(lambda: move(workspace, stories[3:5], to="top"))
    results: list[Any] = []
    assert queries_of(lambda: results.append(move(workspace, stories[10:70:2], to="top"))) == few
    undo: dict[str, Any] = {"workspace": workspace, "actor": actor_of(workspace), "now": LATER}
    assert queries_of(lambda: undo_moves(token=results[0].undo_token, **undo)) < few + 12
    assert order(workspace)[2:5] == ["Story 1", "Story 2", "Story 3"]


def test_stories_in_no_capability_change_application_together_and_others_say_where_they_belong(
    workspace: Workspace,
) -> None:
    gates, shops = make_application(workspace, "GAT"), make_application(workspace, "SHP")
    loose = make_stories(workspace, 2, application=gates)
    result = edit(workspace, loose, application=shops)
    assert result.changed == 2
    assert set(Story.objects.values_list("application__key", flat=True)) == {"SHP"}
    undo_edit(workspace=workspace, token=result.undo_token, actor=actor_of(workspace), now=NOW)
    assert set(Story.objects.values_list("application__key", flat=True)) == {"GAT"}
    capability = make_capability(workspace, gates)
    held = make_story(workspace, "Held", capability=capability)
    with pytest.raises(InvalidInput, match="nothing was saved") as refused:
        edit(workspace, [*loose, held], application=shops)
    assert capability.key in refused.value.errors["stories[2].application"][0]
    assert set(Story.objects.values_list("application__key", flat=True)) == {"GAT"}
