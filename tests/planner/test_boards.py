"""Kanban boards: columns, lanes, exact counts, pages by keyset, and what a drop does."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Workspace
from common.errors import Conflict, NotFound
from planner.domain.vocabulary import FieldKind, ItemKind
from planner.models import Board, FieldOption, FieldValue, Story
from planner.selectors.boards import (
    ColumnDraft,
)
from planner.selectors.kanban_cards import first_cards, lanes_shown, list_cards
from planner.selectors.kanban_counts import count_cells
from planner.services.boards import update_board
from planner.services.custom_fields import archive_field, create_field, restore_field
from planner.services.field_options import OptionDraft
from planner.services.field_values import set_story_fields_of_own
from planner.services.kanban_moves import undo_move
from planner.services.stories import delete_story, transition_story
from planner.services.tasks import create_task
from planner.services.workspaces import find_or_create_person
from tests.factories import (
    NOW,
    actor_of,
    give_value,
    make_capability,
    make_stories,
    make_story,
    make_workspace,
)
from tests.planner.kanban import counts, drop, make_board, numbers, shape, state_id, states

pytestmark = pytest.mark.django_db


@pytest.fixture
def workspace() -> Workspace:
    return make_workspace("KAN")


# ---- shape and counts ----


def test_columns_are_the_states_in_their_order_until_the_board_says_otherwise(workspace: Workspace) -> None:
    first, second, third, *_ = states(workspace)
    board = make_board(
        workspace,
        columns=[
            ColumnDraft(str(third.pk), label="Doing", also=[str(second.pk)]),
            ColumnDraft(str(first.pk), is_hidden=True),
        ],
    )
    read = shape(board)
    assert [column.label for column in read.columns][:1] == ["Doing"]
    assert read.columns[0].values == (str(third.pk), str(second.pk))
    assert [column.label for column in read.hidden] == [first.name]
    assert len(read.columns) == len(states(workspace)) - 2


def test_every_cell_is_counted_and_summed_by_one_statement(workspace: Workspace) -> None:
    capability = make_capability(workspace)
    give_value(capability, 1_000)
    stories = make_stories(workspace, 3, capability=capability, points=Decimal(2))
    loose = make_story(workspace, points=Decimal(3))
    give_value(loose, 500)
    board = make_board(workspace)
    read = shape(board)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        counted = count_cells(shape=read)
    assert len(asked) == 1
    held = counted.columns[str(stories[0].state_id)]
    assert (held.number, held.points, held.money) == (4, Decimal(9), Decimal(1_500))


def test_a_capability_in_two_merged_states_counts_its_money_once(workspace: Workspace) -> None:
    first, second, *_ = states(workspace)
    capability = make_capability(workspace)
    give_value(capability, 1_000)
    stories = make_stories(workspace, 2, capability=capability)
    transition_story(story=stories[0], state=second, actor=actor_of(workspace), now=NOW)
    board = make_board(workspace, columns=[ColumnDraft(str(first.pk), also=[str(second.pk)])])
    assert counts(board).columns[str(first.pk)].money == Decimal(1_000)
    assert numbers(board) == {first.name: 2}


def test_what_is_on_no_column_is_told_with_the_reason(workspace: Workspace) -> None:
    first = states(workspace)[0]
    make_stories(workspace, 3)
    board = make_board(workspace, columns=[ColumnDraft(str(first.pk), is_hidden=True)])
    counted = counts(board)
    assert (counted.number, counted.off_number) == (0, 3)
    assert dict(counted.off) == {f"{first.name} is hidden": 3}


def test_the_filter_of_panels_narrows_a_board(workspace: Workspace) -> None:
    make_stories(workspace, 2)
    make_story(workspace, points=Decimal(8))
    assert counts(make_board(workspace, filter_text="points > 5")).number == 1


def test_lanes_divide_the_cells_and_empty_ones_of_a_short_list_stay(workspace: Workspace) -> None:
    dana = find_or_create_person(workspace=workspace, name="Dana")
    make_stories(workspace, 2, assignee=dana)
    make_story(workspace)
    board = make_board(workspace, lane_field="assignee")
    counted = counts(board)
    labels = [lane.label for lane in lanes_shown(counts=counted)]
    assert labels[-1] == "No assignee"
    assert "Dana" in labels
    assert counted.lanes[str(dana.pk)] == 2
    assert counted.lanes[""] == 1


def test_a_choice_of_ones_own_makes_columns_and_lanes(workspace: Workspace) -> None:
    field = choice_field(workspace)
    stories = make_stories(workspace, 2)
    high = field_option(field, "High")
    set_story_fields_of_own(
        workspace=workspace, story_ids=[stories[0].pk], values={field.key: high.pk}, actor=actor_of(workspace), now=NOW
    )
    assert numbers(make_board(workspace, column_field=field.key)) == {"No risk": 1, "High": 1}
    by_lane = counts(make_board(workspace, "Lanes", lane_field=field.key))
    assert by_lane.lanes == {str(high.pk): 1, "": 1}


def choice_field(workspace: Workspace) -> Any:
    return create_field(
        workspace=workspace,
        item=ItemKind.STORY.value,
        name="Risk",
        kind=FieldKind.CHOICE.value,
        options=[OptionDraft("Low"), OptionDraft("High", tone="red")],
        actor=actor_of(workspace),
        now=NOW,
    )


def field_option(field: Any, label: str) -> FieldOption:
    return FieldOption.objects.get(field=field, label=label)


def test_tasks_and_capabilities_have_boards(workspace: Workspace) -> None:
    story = make_story(workspace)
    create_task(story=story, title="Write", hours_estimated=Decimal(4), actor=actor_of(workspace), now=NOW)
    make_capability(workspace)
    tasks = counts(make_board(workspace, item=ItemKind.TASK))
    assert (tasks.columns["TODO"].number, tasks.columns["TODO"].points) == (1, Decimal(4))
    by_application = counts(make_board(workspace, "Units", item=ItemKind.CAPABILITY, column_field="application"))
    assert by_application.number == 1


def test_a_field_that_was_removed_is_told_and_nothing_is_lost(workspace: Workspace) -> None:
    field = choice_field(workspace)
    board = make_board(workspace, column_field=field.key)
    archive_field(field=field, actor=actor_of(workspace), now=NOW)
    read = shape(board)
    assert "“Risk”, a field that was removed" in read.problem
    assert count_cells(shape=read).number == 0
    update_board(board=board, changes={"name": "Still mine"}, actor=actor_of(workspace), now=NOW)
    restore_field(field=field, actor=actor_of(workspace), now=NOW)
    assert shape(board).problem == ""


# ---- pages ----


def test_a_column_is_read_page_by_page_in_the_order_of_the_backlog(workspace: Workspace) -> None:
    stories = make_stories(workspace, 7)
    read = shape(make_board(workspace))
    column, lane = read.by_value[str(stories[0].state_id)], read.lanes[0]
    found: list[int] = []
    cursor: str | None = ""
    while cursor is not None:
        page = list_cards(shape=read, column=column, lane=lane, cursor=cursor, limit=3)
        found += [row.pk for row in page.rows]
        cursor = page.next_cursor
    assert found == [story.pk for story in stories]


def test_the_first_cards_take_the_same_statements_whatever_the_rows(workspace: Workspace) -> None:
    board = make_board(workspace)
    make_stories(workspace, 5)
    few = _statements(board)
    make_stories(workspace, 60)
    assert _statements(board) == few


def _statements(board: Board) -> int:
    with CaptureQueriesContext(connection) as asked:
        counted = counts(board)
        first_cards(counts=counted, lanes=lanes_shown(counts=counted))
    return len(asked)


def test_cells_with_more_on_the_page_are_read_as_far(workspace: Workspace) -> None:
    stories = make_stories(workspace, 50)
    counted = counts(make_board(workspace))
    place = (str(stories[0].state_id), "")
    first = first_cards(counts=counted, lanes=lanes_shown(counts=counted))
    assert len(first.pages[place].rows) == 30
    more = first_cards(counts=counted, lanes=lanes_shown(counts=counted), wanted={place: 45})
    assert len(more.pages[place].rows) == 45


# ---- drops ----


def test_a_drop_sets_the_column_and_is_taken_back(workspace: Workspace) -> None:
    story = make_story(workspace)
    second = states(workspace)[1]
    board = make_board(workspace)
    done = drop(board, story, str(second.pk), was_column=str(story.state_id))
    assert (done.changed, done.column.label, done.warnings) == (True, second.name, ())
    story.refresh_from_db()
    assert story.state == second
    assert undo_move(workspace=workspace, token=done.undo_token, actor=actor_of(workspace), now=NOW)
    story.refresh_from_db()
    assert story.state == states(workspace)[0]


def test_a_drop_between_cards_takes_the_place_and_both_are_taken_back(workspace: Workspace) -> None:
    stories = make_stories(workspace, 3)
    second = states(workspace)[1]
    board = make_board(workspace)
    done = drop(board, stories[2], str(second.pk), beside=stories[0].pk)
    assert order(workspace) == [stories[2].pk, stories[0].pk, stories[1].pk]
    undo_move(workspace=workspace, token=done.undo_token, actor=actor_of(workspace), now=NOW)
    assert order(workspace) == [story.pk for story in stories]
    assert Story.objects.get(pk=stories[2].pk).state == states(workspace)[0]


def order(workspace: Workspace) -> list[int]:
    return list(Story.objects.filter(workspace=workspace).order_by("rank").values_list("pk", flat=True))


def test_a_card_of_a_merged_column_stays_as_it_is_within_it(workspace: Workspace) -> None:
    first, second, *_ = states(workspace)
    board = make_board(workspace, columns=[ColumnDraft(str(second.pk), also=[str(first.pk)])])
    story = make_story(workspace)
    assert not drop(board, story, str(second.pk)).changed


def test_a_drop_sets_the_lane_too(workspace: Workspace) -> None:
    dana = find_or_create_person(workspace=workspace, name="Dana")
    story = make_story(workspace)
    board = make_board(workspace, lane_field="assignee")
    done = drop(board, story, state_id(workspace, 1), lane=str(dana.pk), was_lane="")
    story.refresh_from_db()
    assert (story.assignee, str(story.state_id)) == (dana, state_id(workspace, 1))
    undo_move(workspace=workspace, token=done.undo_token, actor=actor_of(workspace), now=NOW)
    story.refresh_from_db()
    assert story.assignee is None


def test_a_field_of_ones_own_is_set_by_a_drop(workspace: Workspace) -> None:
    field = choice_field(workspace)
    story = make_story(workspace)
    board = make_board(workspace, column_field=field.key)
    high = field_option(field, "High")
    done = drop(board, story, str(high.pk), was_column="")
    assert FieldValue.objects.get(field=field, story=story).option == high
    undo_move(workspace=workspace, token=done.undo_token, actor=actor_of(workspace), now=NOW)
    assert not FieldValue.objects.filter(field=field, story=story).exists()


def test_a_task_is_dropped(workspace: Workspace) -> None:
    task = create_task(story=make_story(workspace), title="Write", actor=actor_of(workspace), now=NOW)
    board = make_board(workspace, item=ItemKind.TASK)
    done = drop(board, task, "IN_PROGRESS", was_column="TODO", version=1)
    task.refresh_from_db()
    assert (task.state, done.name) == ("IN_PROGRESS", "Write")
    undo_move(workspace=workspace, token=done.undo_token, actor=actor_of(workspace), now=NOW)
    task.refresh_from_db()
    assert task.state == "TODO"


def test_a_card_that_somebody_moved_or_deleted_is_told(workspace: Workspace) -> None:
    story = make_story(workspace)
    first, second, third, *_ = states(workspace)
    board = make_board(workspace)
    transition_story(story=story, state=second, actor=actor_of(workspace), now=NOW)
    with pytest.raises(Conflict, match=f"is in {second.name}: .* moved it meanwhile") as moved:
        drop(board, story, str(third.pk), was_column=str(first.pk))
    assert moved.value.code == "stale_version"
    with pytest.raises(Conflict, match="you have version 1") as old:
        drop(board, story, str(third.pk), version=1)
    assert old.value.code == "stale_version"
    delete_story(story=story, actor=actor_of(workspace), now=NOW)
    with pytest.raises(NotFound, match="deleted by somebody"):
        drop(board, story, str(third.pk))


def test_a_drop_on_a_column_that_is_gone_is_told(workspace: Workspace) -> None:
    story = make_story(workspace)
    with pytest.raises(NotFound, match="taken out meanwhile"):
        drop(make_board(workspace), story, "999999")
    with pytest.raises(NotFound, match="no lanes"):
        drop(make_board(workspace, "Other"), story, state_id(workspace, 1), lane="7")
