"""Whole histories from elsewhere: complete, in order, and the same ones twice change nothing."""

from datetime import timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Workspace
from common.errors import InvalidInput
from planner.domain.vocabulary import EventSource
from planner.models import Backlog, Estimate, Story, StoryEvent
from planner.services.ingest import HistoryEntry, IngestResult, StoryHistory, history_errors, ingest_histories
from planner.services.stories import transition_story, update_story
from tests.factories import (
    NOW,
    actor_of,
    give_value,
    make_application,
    make_capability,
    make_story,
    make_workspace,
    state_named,
)

pytestmark = pytest.mark.django_db
BORN = NOW - timedelta(days=30)
LATER = NOW + timedelta(days=1)


@pytest.fixture
def workspace() -> Workspace:
    return make_workspace("ING")


def ingest(workspace: Workspace, *histories: StoryHistory) -> IngestResult:
    actor = actor_of(workspace, EventSource.IMPORT)
    return ingest_histories(workspace=workspace, histories=histories, actor=actor, now=NOW)


def history(workspace: Workspace, *path: str, **fields: Any) -> StoryHistory:
    """A story that went through the states of `path`, one a day."""
    states = [state_named(workspace, name) for name in path or ("Idea",)]
    entries = [
        HistoryEntry("state", a.name, b.name, a.pk, b.pk, BORN + timedelta(days=day), f"ref-{day}", "Dana")
        for day, (a, b) in enumerate(pairwise(states), 1)
    ]
    given = {"external_id": "10001", "title": "Imported", "created_at": BORN, "entries": entries}
    given |= {"state_id": states[-1].pk, "first_state_id": states[0].pk}
    return StoryHistory(**{**given, **fields})


def flag(value: str, *, day: int) -> HistoryEntry:
    return HistoryEntry("blocked", "", value, None, None, BORN + timedelta(days=day), f"flag-{day}")


def test_a_history_becomes_a_log_that_begins_with_its_birth(workspace: Workspace) -> None:
    result = ingest(workspace, history(workspace, "Idea", "In progress", "Done"))
    events = StoryEvent.objects.filter(story_id=result.story_ids[0]).order_by("sequence")
    assert [(event.sequence, event.field, event.to_value) for event in events] == [
        (1, "created", "Idea"),
        (2, "state", "In progress"),
        (3, "state", "Done"),
    ]


def test_the_log_keeps_the_trackers_author_and_instant(workspace: Workspace) -> None:
    ingest(workspace, history(workspace, "Idea", "Done"))
    event = StoryEvent.objects.get(field="state")
    assert (event.actor_name, event.actor, event.source, event.occurred_at, event.recorded_at) == (
        "Dana",
        None,
        "IMPORT",
        BORN + timedelta(days=1),
        NOW,
    )


def test_the_story_stands_where_its_history_ends(workspace: Workspace) -> None:
    result = ingest(workspace, history(workspace, "Idea", "In progress", "Done"))
    story = Story.objects.get(pk=result.story_ids[0])
    assert (story.state.name, story.category, story.state_entered_at, story.last_sequence) == (
        "Done",
        "DONE",
        BORN + timedelta(days=2),
        3,
    )


def test_entries_in_any_order_are_sorted(workspace: Workspace) -> None:
    shuffled = history(workspace, "Idea", "In progress", "Review", "Done")
    shuffled.entries.reverse()
    ingest(workspace, shuffled)
    events = StoryEvent.objects.filter(field="state").order_by("sequence")
    assert [event.to_value for event in events] == ["In progress", "Review", "Done"]


def test_a_change_to_the_same_state_does_not_restart_the_clock(workspace: Workspace) -> None:
    result = ingest(workspace, history(workspace, "Idea", "Review", "Review"))
    story = Story.objects.get(pk=result.story_ids[0])
    assert story.state_entered_at == BORN + timedelta(days=1)


def test_a_birth_after_the_first_change_is_moved_before_it(workspace: Workspace) -> None:
    result = ingest(workspace, history(workspace, "Idea", "Done", created_at=NOW))
    assert Story.objects.get(pk=result.story_ids[0]).created_at == BORN + timedelta(days=1)


def test_the_first_state_is_where_the_first_change_came_from(workspace: Workspace) -> None:
    ingest(workspace, history(workspace, "Ready", "Done", first_state_id=None))
    assert StoryEvent.objects.get(field="created").to_value == "Ready"


def test_stories_go_to_the_bottom_in_the_order_of_the_file(workspace: Workspace) -> None:
    here = make_story(workspace)
    result = ingest(workspace, *(history(workspace, external_id=str(index)) for index in range(3)))
    ranked = list(Story.objects.filter(workspace=workspace).order_by("rank").values_list("pk", flat=True))
    assert ranked == [here.pk, *result.story_ids]


def test_the_same_history_twice_changes_nothing(workspace: Workspace) -> None:
    first = history(workspace, "Idea", "In progress", "Done", points=Decimal(3), value=Decimal(100))
    story_id = ingest(workspace, first).story_ids[0]
    before = (list(Story.objects.values()), list(StoryEvent.objects.values()), list(Estimate.objects.values()))
    first.story_id = story_id
    result = ingest(workspace, first)
    after = (list(Story.objects.values()), list(StoryEvent.objects.values()), list(Estimate.objects.values()))
    assert after == before
    assert result == IngestResult(created=0, updated=0, unchanged=1, events_added=0, story_ids=[story_id])


def test_a_repeat_leaves_what_people_did_since_alone(workspace: Workspace) -> None:
    told = history(workspace, "Idea", "In progress")
    story_id = ingest(workspace, told).story_ids[0]
    story = Story.objects.get(pk=story_id)
    transition_story(story=story, state=state_named(workspace, "Done"), actor=actor_of(workspace), now=NOW)
    told.story_id = story_id
    ingest(workspace, told)
    assert Story.objects.get(pk=story_id).state.name == "Done"


def test_only_what_is_new_is_added(workspace: Workspace) -> None:
    story_id = ingest(workspace, history(workspace, "Idea", "In progress")).story_ids[0]
    result = ingest(workspace, history(workspace, "Idea", "In progress", "Done", story_id=story_id))
    story = Story.objects.get(pk=story_id)
    assert (result.events_added, result.updated, story.state.name, story.last_sequence, story.version) == (
        1,
        1,
        "Done",
        3,
        2,
    )


def test_an_older_change_found_later_does_not_move_the_story(workspace: Workspace) -> None:
    told = history(workspace, "Idea", "Ready", "In progress", "Done")
    late = told.entries.pop(0)
    story_id = ingest(workspace, told).story_ids[0]
    told.story_id, told.entries = story_id, [late, *told.entries]
    ingest(workspace, told)
    story = Story.objects.get(pk=story_id)
    assert (story.state.name, story.state_entered_at) == ("Done", BORN + timedelta(days=3))


def test_a_difference_without_an_entry_is_recorded_as_of_now(workspace: Workspace) -> None:
    story_id = ingest(workspace, history(workspace, points=Decimal(3))).story_ids[0]
    ingest(workspace, history(workspace, points=Decimal(5), story_id=story_id))
    event = StoryEvent.objects.get(field="points")
    assert (event.from_value, event.to_value, event.occurred_at, event.sequence) == ("3", "5", NOW, 2)


def test_what_the_file_does_not_tell_stays(workspace: Workspace) -> None:
    story_id = ingest(workspace, history(workspace)).story_ids[0]
    story = Story.objects.get(pk=story_id)
    changes = {"points": Decimal(8), "kind": "BUG", "description": "Ours"}
    update_story(story=story, changes=changes, actor=actor_of(workspace), now=NOW)
    result = ingest(workspace, history(workspace, story_id=story_id))
    story.refresh_from_db()
    assert (result.unchanged, story.points, story.kind, story.description) == (1, Decimal(8), "BUG", "Ours")


def test_repeats_within_a_history_are_taken_once(workspace: Workspace) -> None:
    told = history(workspace, "Idea", "Done")
    told.entries *= 2
    assert ingest(workspace, told).events_added == 2


def test_the_flag_is_as_the_log_leaves_it(workspace: Workspace) -> None:
    told = history(workspace, "Idea", "In progress", external_id="1")
    told.entries += [flag("Waiting for legal", day=5), flag("", day=6), flag("Waiting for a contract", day=7)]
    clear = history(workspace, "Idea", external_id="2")
    clear.entries += [flag("Waiting for legal", day=5), flag("", day=6)]
    blocked, free = (Story.objects.get(pk=pk) for pk in ingest(workspace, told, clear).story_ids)
    assert (blocked.blocked, blocked.blocked_reason, blocked.blocked_at) == (
        True,
        "Waiting for a contract",
        BORN + timedelta(days=7),
    )
    assert (free.blocked, free.blocked_reason, free.blocked_at) == (False, "", None)


def test_a_trackers_key_is_kept_and_never_given_out_again(workspace: Workspace) -> None:
    result = ingest(workspace, history(workspace, key="ING-41"))
    assert Story.objects.get(pk=result.story_ids[0]).key == "ING-41"
    assert make_story(workspace).key == "ING-42"


def test_a_taken_key_is_replaced(workspace: Workspace) -> None:
    taken = make_story(workspace).key
    result = ingest(
        workspace, history(workspace, key=taken), history(workspace, key="X-1"), history(workspace, key="X-1")
    )
    keys = [Story.objects.get(pk=pk).key for pk in result.story_ids]
    assert keys == ["ING-2", "X-1", "ING-3"]


def test_a_foreign_prefix_does_not_move_the_counter(workspace: Workspace) -> None:
    ingest(workspace, history(workspace, key="ELSE-9000"))
    assert Backlog.objects.get(workspace=workspace).last_number == 0


def test_an_application_named_like_imported_keys_counts_on_after_them(workspace: Workspace) -> None:
    ingest(workspace, history(workspace, key="ELSE-9000"))
    application = make_application(workspace, key="ELSE")
    assert make_story(workspace, application=application).key == "ELSE-9001"


def test_a_story_follows_its_capability_into_the_application(workspace: Workspace) -> None:
    capability = make_capability(workspace)
    result = ingest(workspace, history(workspace, capability_id=capability.pk))
    assert Story.objects.get(pk=result.story_ids[0]).application_id == capability.application_id


def test_a_weekly_figure_becomes_an_estimate(workspace: Workspace) -> None:
    result = ingest(workspace, history(workspace, value=Decimal("1500.50")))
    story = Story.objects.get(pk=result.story_ids[0])
    estimate = Estimate.objects.get(story=story)
    assert (story.cost_of_delay, estimate.model["sources"][0]["kind"]) == (Decimal("1500.50"), "DIRECT")
    assert story.business_value is not None
    assert story.business_value > 1500 * 90


def test_a_figure_is_worth_what_the_same_estimate_typed_is(workspace: Workspace) -> None:
    result = ingest(workspace, history(workspace, value=Decimal(1200)))
    typed = make_story(workspace)
    give_value(typed, 1200)
    imported = Story.objects.get(pk=result.story_ids[0])
    assert (imported.cost_of_delay_low, imported.cost_of_delay_high, imported.business_value) == (
        typed.cost_of_delay_low,
        typed.cost_of_delay_high,
        typed.business_value,
    )


def test_a_story_in_a_capability_gets_no_figure_of_its_own(workspace: Workspace) -> None:
    capability = make_capability(workspace)
    ingest(workspace, history(workspace, capability_id=capability.pk, value=Decimal(5)))
    assert not Estimate.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", " "),
        ("title", "x" * 501),
        ("title", "a\x00b"),
        ("points", Decimal("NaN")),
        ("points", Decimal(-1)),
        ("value", Decimal("Infinity")),
        ("key", "K" * 41),
        ("kind", "EPIC"),
        ("created_at", NOW.replace(tzinfo=None)),
    ],
)
def test_a_history_that_cannot_be_stored_is_refused_by_name(workspace: Workspace, field: str, value: object) -> None:
    good, bad = history(workspace), history(workspace, **{field: value})
    assert set(history_errors(bad)) == {field}
    with pytest.raises(InvalidInput) as refused:
        ingest(workspace, good, bad)
    assert set(refused.value.errors) == {f"histories[1].{field}"}
    assert not Story.objects.exists()


@pytest.mark.parametrize("field", ["capability_id", "application_id", "story_id", "state_id"])
def test_references_to_another_workspace_are_refused(workspace: Workspace, field: str) -> None:
    other = make_workspace("OTH")
    capability = make_capability(other)
    foreign = {
        "capability_id": capability.pk,
        "application_id": capability.application_id,
        "story_id": make_story(other).pk,
        "state_id": state_named(other, "Idea").pk,
    }
    with pytest.raises(InvalidInput) as refused:
        ingest(workspace, history(workspace, **{field: foreign[field]}))
    assert f"histories[0].{field}" in refused.value.errors


def test_a_change_without_a_reference_is_refused_for_a_known_story(workspace: Workspace) -> None:
    told = history(workspace, "Idea", "Done")
    told.story_id = ingest(workspace, told).story_ids[0]
    told.entries[0].source_ref = ""
    assert set(history_errors(told)) == {"entries"}


def test_awkward_text_is_stored_as_it_is(workspace: Workspace) -> None:
    title = 'tab\tback\\slash "quotes" \\N ünïcode 漢字'
    description = "line\nanother\r\nlast\\."
    result = ingest(workspace, history(workspace, title=title, description=description))
    story = Story.objects.get(pk=result.story_ids[0])
    assert (story.title, story.description) == (title, description)


def test_log_entries_are_clipped_rather_than_lost(workspace: Workspace) -> None:
    told = history(workspace)
    told.entries.append(
        HistoryEntry("description", "", "x" * 900 + "\x00", None, None, BORN, "r1", "N\x00" + "n" * 200)
    )
    ingest(workspace, told)
    event = StoryEvent.objects.get(field="description")
    assert (len(event.to_value), event.actor_name[:3], len(event.actor_name)) == (500, "Nnn", 119)


def test_queries_do_not_grow_with_the_number_of_stories(workspace: Workspace) -> None:
    def count(number: int) -> int:
        histories = [history(workspace, "Idea", "Done", key=f"X{number}-{index}") for index in range(number)]
        with CaptureQueriesContext(connection) as queries:
            ingest(workspace, *histories)
        return len(queries)

    assert count(300) <= count(30) + 3


def test_nothing_given_writes_nothing(workspace: Workspace) -> None:
    assert ingest(workspace) == IngestResult(0, 0, 0, 0, [])
