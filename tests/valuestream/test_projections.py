"""What is kept in the planner's own transaction."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Workspace
from planner.models import Story
from planner.services.actor import Actor
from planner.services.ingest import HistoryEntry, StoryHistory, ingest_histories
from planner.services.stories import delete_story, set_blocked, transition_story, update_story
from planner.services.workspaces import ensure_person
from tests.factories import NOW, actor_of, make_stories, make_story, make_workspace, owner_of, state_named
from valuestream.models import DailyFlow, StorySpan, Visit

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def go(story: Story, name: str, at: datetime) -> None:
    workspace = story.workspace
    transition_story(story=story, state=state_named(workspace, name), actor=actor_of(workspace), now=at)


def visits_of(story: Story) -> list[tuple[str, datetime, datetime | None]]:
    visits = Visit.objects.filter(story=story).order_by("position")
    return list(visits.values_list("state__name", "entered_at", "left_at"))


def flow_of(workspace: Workspace) -> dict[tuple[date, str], tuple[int, int]]:
    rows = DailyFlow.objects.filter(workspace=workspace).exclude(arrivals=0, departures=0)
    return {
        (day, state): (arrivals, departures)
        for day, state, arrivals, departures in rows.values_list("date", "state__name", "arrivals", "departures")
    }


def test_a_new_story_opens_its_first_visit() -> None:
    story = make_story(make_workspace())
    assert visits_of(story) == [("Idea", NOW, None)]
    assert flow_of(story.workspace) == {(NOW.date(), "Idea"): (1, 0)}


def test_many_new_stories_are_counted_in_one_cell() -> None:
    workspace = make_workspace()
    make_stories(workspace, 7)
    assert Visit.objects.filter(workspace=workspace, left_at=None).count() == 7
    assert flow_of(workspace) == {(NOW.date(), "Idea"): (7, 0)}


def test_a_transition_closes_one_visit_and_opens_the_next() -> None:
    story = make_story(make_workspace())
    go(story, "Review", NOW + DAY)
    assert visits_of(story) == [("Idea", NOW, NOW + DAY), ("Review", NOW + DAY, None)]
    assert flow_of(story.workspace)[NOW.date() + DAY, "Idea"] == (0, 1)
    assert flow_of(story.workspace)[NOW.date() + DAY, "Review"] == (1, 0)


def test_a_day_is_one_of_the_workspaces_time_zone() -> None:
    workspace = make_workspace()
    Workspace.objects.filter(pk=workspace.pk).update(time_zone="Pacific/Auckland")
    make_story(workspace, now=datetime(2026, 3, 2, 12, 0, tzinfo=UTC))
    assert flow_of(workspace) == {(date(2026, 3, 3), "Idea"): (1, 0)}


def test_a_transition_costs_four_statements_here() -> None:
    story = make_story(make_workspace())
    with CaptureQueriesContext(connection) as captured:
        go(story, "Review", NOW + DAY)
    ours = [query["sql"] for query in captured if "valuestream_visit" in query["sql"] or "dailyflow" in query["sql"]]
    assert len(ours) <= 4


def test_blocked_time_is_a_span() -> None:
    story = make_story(make_workspace())
    actor = actor_of(story.workspace)
    set_blocked(story=story, blocked=True, reason="no", actor=actor, now=NOW + DAY)
    set_blocked(story=story, blocked=True, reason="Waits for legal", actor=actor, now=NOW + 2 * DAY)
    set_blocked(story=story, blocked=False, actor=actor, now=NOW + 3 * DAY)
    spans = StorySpan.objects.filter(story=story, kind=StorySpan.BLOCKED).values_list("started_at", "ended_at")
    assert list(spans) == [(NOW + DAY, NOW + 3 * DAY)]


def test_an_assignment_is_a_span_of_a_person() -> None:
    workspace = make_workspace()
    person = ensure_person(workspace=workspace, user=owner_of(workspace))
    story = make_story(workspace, assignee=person)
    update_story(story=story, changes={"assignee": None}, actor=actor_of(workspace), now=NOW + DAY)
    spans = StorySpan.objects.filter(story=story, kind=StorySpan.ASSIGNED)
    assert list(spans.values_list("person_id", "started_at", "ended_at")) == [(person.pk, NOW, NOW + DAY)]


def test_a_deleted_story_leaves_no_count_behind() -> None:
    workspace = make_workspace()
    kept, deleted = make_stories(workspace, 2)
    go(deleted, "Review", NOW + DAY)
    delete_story(story=deleted, actor=actor_of(workspace), now=NOW + 2 * DAY)
    assert flow_of(workspace) == {(NOW.date(), "Idea"): (1, 0)}
    assert visits_of(kept) == [("Idea", NOW, None)]


def history_of(workspace: Workspace, *moves: tuple[str, str, datetime], story: Story | None = None) -> StoryHistory:
    entries = [
        HistoryEntry(
            "state", before, after, state_named(workspace, before).pk, state_named(workspace, after).pk, at, str(at)
        )
        for before, after, at in moves
    ]
    return StoryHistory(
        external_id="A-1",
        title="From elsewhere",
        state_id=state_named(workspace, moves[-1][1]).pk,
        created_at=NOW - 10 * DAY,
        entries=entries,
        story_id=story.pk if story else None,
    )


def ingest(workspace: Workspace, history: StoryHistory, actor: Actor | None = None) -> Story:
    result = ingest_histories(workspace=workspace, histories=[history], actor=actor or actor_of(workspace), now=NOW)
    return Story.objects.get(pk=result.story_ids[0])


def test_an_ingested_history_becomes_visits_in_the_past() -> None:
    workspace = make_workspace()
    moves = [("Idea", "In progress", NOW - 5 * DAY), ("In progress", "Done", NOW - DAY)]
    story = ingest(workspace, history_of(workspace, *moves))
    assert [name for name, _, _ in visits_of(story)] == ["Idea", "In progress", "Done"]
    assert visits_of(story)[0][1:] == (NOW - 10 * DAY, NOW - 5 * DAY)
    assert flow_of(workspace)[(NOW - 5 * DAY).date(), "In progress"] == (1, 0)


def test_entries_that_come_later_move_the_counts_and_never_double_them() -> None:
    workspace = make_workspace()
    moves = [("Idea", "Review", NOW - 5 * DAY)]
    story = ingest(workspace, history_of(workspace, *moves))
    moves = [("Idea", "Ready", NOW - 8 * DAY), ("Ready", "Review", NOW - 6 * DAY), *moves]
    ingest(workspace, history_of(workspace, *moves, story=story))
    assert [name for name, _, _ in visits_of(story)] == ["Idea", "Ready", "Review"]
    assert sum(arrivals for arrivals, _ in flow_of(workspace).values()) == 3
    assert sum(departures for _, departures in flow_of(workspace).values()) == 2
