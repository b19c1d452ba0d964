"""The workflow: states, their order, and what stories in them count as."""

import pytest

from accounts.models import Workspace
from common.errors import Conflict, InvalidInput
from planner.models import State, StoryEvent
from planner.services.states import create_state, delete_state, reorder_states, update_state
from tests.factories import (
    NOW,
    actor_of,
    make_story,
    make_workspace,
    state_named,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def workspace() -> Workspace:
    return make_workspace("PLN")


def positions(workspace: Workspace) -> list[tuple[str, int]]:
    return list(State.objects.filter(workspace=workspace).values_list("name", "position"))


def test_a_state_is_added_where_it_belongs(workspace: Workspace) -> None:
    create_state(
        workspace=workspace, name="Test", category="IN_PROGRESS", position=4, actor=actor_of(workspace), now=NOW
    )
    assert positions(workspace)[2:6] == [("In progress", 3), ("Test", 4), ("Review", 5), ("Done", 6)]


def test_two_states_do_not_share_a_name(workspace: Workspace) -> None:
    with pytest.raises(InvalidInput) as refused:
        create_state(workspace=workspace, name="REVIEW", category="TODO", actor=actor_of(workspace), now=NOW)
    assert set(refused.value.errors) == {"name"}


def test_stories_count_as_their_states_new_category(workspace: Workspace) -> None:
    review = state_named(workspace, "Review")
    story = make_story(workspace, state=review)
    update_state(state=review, changes={"category": "DONE"}, actor=actor_of(workspace), now=NOW)
    story.refresh_from_db()
    assert story.category == "DONE"


def test_a_state_in_use_is_not_deleted(workspace: Workspace) -> None:
    review = state_named(workspace, "Review")
    make_story(workspace, state=review)
    with pytest.raises(Conflict) as refused:
        delete_state(state=review, actor=actor_of(workspace), now=NOW)
    assert (refused.value.code, refused.value.field) == ("state_in_use", "move_to")


def test_stories_move_out_of_a_deleted_state_on_record(workspace: Workspace) -> None:
    review, done = state_named(workspace, "Review"), state_named(workspace, "Done")
    story = make_story(workspace, state=review)
    delete_state(state=review, move_to=done, actor=actor_of(workspace), now=NOW)
    story.refresh_from_db()
    event = StoryEvent.objects.get(field="state")
    assert (story.state, story.category, event.from_value, event.to_value) == (done, "DONE", "Review", "Done")
    assert [position for _, position in positions(workspace)] == [1, 2, 3, 4, 5]


def test_the_last_state_to_do_stays(workspace: Workspace) -> None:
    delete_state(state=state_named(workspace, "Idea"), actor=actor_of(workspace), now=NOW)
    with pytest.raises(Conflict):
        delete_state(state=state_named(workspace, "Ready"), actor=actor_of(workspace), now=NOW)
    with pytest.raises(Conflict):
        update_state(
            state=state_named(workspace, "Ready"), changes={"category": "DONE"}, actor=actor_of(workspace), now=NOW
        )


def test_states_are_reordered_all_at_once(workspace: Workspace) -> None:
    states = list(State.objects.filter(workspace=workspace))
    reordered = reorder_states(workspace=workspace, states=states[::-1], actor=actor_of(workspace), now=NOW)
    assert [state.name for state in reordered] == [state.name for state in states[::-1]]
    with pytest.raises(InvalidInput):
        reorder_states(workspace=workspace, states=states[1:], actor=actor_of(workspace), now=NOW)
