"""Creating and changing stories: what is recorded, what is refused, what follows."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import Workspace
from common.errors import Conflict, InvalidInput, NotFound
from common.jobs.models import Job
from common.live.models import Change
from planner.models import Dependency, Story, StoryEvent
from planner.services.dependencies import add_dependency
from planner.services.stories import (
    StoryDraft,
    create_stories,
    create_story,
    delete_story,
    set_blocked,
    transition_story,
    update_story,
)
from planner.services.workspaces import find_or_create_person
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
SOON = NOW + timedelta(hours=1)


@pytest.fixture
def workspace() -> Workspace:
    return make_workspace("STO")


def events_of(story: Story) -> list[tuple[int, str, str, str]]:
    rows = StoryEvent.objects.filter(story=story).order_by("sequence")
    return [(event.sequence, event.field, event.from_value, event.to_value) for event in rows]


def refused_fields(error: pytest.ExceptionInfo[InvalidInput]) -> set[str]:
    return set(error.value.errors)


# Creating


def test_a_story_starts_in_the_first_state_with_its_birth_on_record(workspace: Workspace) -> None:
    story = make_story(workspace, "Pay by card")
    event = StoryEvent.objects.get(story=story)
    assert (story.key, story.state.name, story.category) == ("STO-1", "Idea", "TODO")
    assert (event.field, event.to_value, event.to_id, event.sequence) == ("created", "Idea", story.state_id, 1)


def test_a_story_goes_to_the_bottom(workspace: Workspace) -> None:
    assert make_story(workspace).rank < make_story(workspace).rank


def test_keys_begin_with_the_applications_key(workspace: Workspace) -> None:
    application = make_application(workspace, "FRT")
    keys = [make_story(workspace).key, make_story(workspace, application=application).key]
    assert keys == ["STO-1", "FRT-2"]


def test_a_story_follows_its_capability_into_the_application(workspace: Workspace) -> None:
    capability = make_capability(workspace)
    story = make_story(workspace, capability=capability, application=make_application(workspace, "OTHER"))
    assert story.application_id == capability.application_id


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("title", "  "),
        ("title", "x" * 501),
        ("title", "a\x00"),
        ("title", "\ud800"),
        ("title", 5),
        ("kind", "EPIC"),
        ("points", Decimal(-1)),
        ("points", Decimal("NaN")),
        ("points", Decimal("sNaN")),
        ("points", Decimal("Infinity")),
        ("points", Decimal("10000.01")),
        ("points", Decimal("1E+999999")),
        ("points", Decimal("0.001")),
        ("points", True),
        ("points", "many"),
        ("required", "yes"),
        ("description", "x" * 50_001),
    ],
)
def test_a_draft_that_cannot_be_used_names_its_field(workspace: Workspace, field: str, value: Any) -> None:
    draft = StoryDraft(**{"title": "Fine", field: value})
    with pytest.raises(InvalidInput) as refused:
        create_story(workspace=workspace, draft=draft, actor=actor_of(workspace), now=NOW)
    assert refused_fields(refused) == {field}
    assert not Story.objects.exists()


@pytest.mark.parametrize("points", [Decimal(0), Decimal("0.50"), Decimal(10_000), 3, "2.5", None])
def test_points_that_can_be_used(workspace: Workspace, points: Any) -> None:
    story = make_story(workspace, points=points)
    story.refresh_from_db()
    assert story.points == (None if points is None else Decimal(points))


@pytest.mark.parametrize("field", ["capability", "application", "state", "team", "sprint", "assignee"])
def test_things_of_another_workspace_are_refused(workspace: Workspace, field: str) -> None:
    other = make_workspace("OTH")
    capability = make_capability(other)
    foreign: dict[str, Any] = {
        "capability": capability,
        "application": capability.application,
        "state": state_named(other, "Idea"),
        "team": other,
        "sprint": other,
        "assignee": find_or_create_person(workspace=other, name="Eve"),
    }
    story = make_story(workspace)
    with pytest.raises(InvalidInput) as refused:
        make_story(workspace, **{field: foreign[field]})
    assert refused_fields(refused) == {field}
    with pytest.raises(InvalidInput) as refused:
        update_story(story=story, changes={field: foreign[field]}, actor=actor_of(workspace), now=NOW)
    assert refused_fields(refused) == {field}


def test_many_stories_are_created_in_order(workspace: Workspace) -> None:
    drafts = [StoryDraft(title=f"Row {number}") for number in range(5)]
    stories = create_stories(workspace=workspace, drafts=drafts, actor=actor_of(workspace), now=NOW)
    ranked = Story.objects.order_by("rank").values_list("title", "key")
    assert list(ranked) == [(f"Row {number}", f"STO-{number + 1}") for number in range(5)]
    assert [story.pk for story in stories] == list(Story.objects.order_by("rank").values_list("pk", flat=True))


def test_one_bad_row_refuses_all_and_is_named(workspace: Workspace) -> None:
    drafts = [StoryDraft(title="Fine"), StoryDraft(title="", points=Decimal(-1)), StoryDraft(title="Fine")]
    with pytest.raises(InvalidInput) as refused:
        create_stories(workspace=workspace, drafts=drafts, actor=actor_of(workspace), now=NOW)
    assert refused_fields(refused) == {"stories[1].title", "stories[1].points"}
    assert not Story.objects.exists()


def test_too_many_rows_are_refused(workspace: Workspace) -> None:
    with pytest.raises(InvalidInput, match="at most"):
        create_stories(workspace=workspace, drafts=[StoryDraft(title="x")] * 1001, actor=actor_of(workspace), now=NOW)


def test_many_stories_are_one_line_in_the_feed(workspace: Workspace) -> None:
    before = Change.objects.count()
    drafts = [StoryDraft(title=f"Row {number}") for number in range(5)]
    create_stories(workspace=workspace, drafts=drafts, actor=actor_of(workspace), now=NOW)
    assert list(Change.objects.order_by("id").values_list("topic", "verb")[before:]) == [("story", "bulk")]


# Changing


def test_each_field_that_changes_is_recorded(workspace: Workspace) -> None:
    story = make_story(workspace, "Old", points=Decimal(3))
    update_story(
        story=story,
        changes={"title": "New", "points": Decimal("5.00"), "kind": "STORY"},
        actor=actor_of(workspace),
        now=SOON,
    )
    assert events_of(story)[1:] == [(2, "title", "Old", "New"), (3, "points", "3", "5")]


def test_a_change_raises_the_version_once(workspace: Workspace) -> None:
    story = make_story(workspace)
    changed = update_story(
        story=story, changes={"title": "New", "points": 1}, actor=actor_of(workspace), now=SOON, version=1
    )
    assert (changed.version, changed.last_sequence, changed.updated_at) == (2, 3, SOON)


def test_a_change_to_the_same_changes_nothing(workspace: Workspace) -> None:
    story = make_story(workspace, "Same")
    unchanged = update_story(story=story, changes={"title": "Same"}, actor=actor_of(workspace), now=SOON)
    assert (unchanged.version, len(events_of(story))) == (1, 1)


def test_a_stale_version_is_refused_and_says_who_was_faster(workspace: Workspace) -> None:
    story = make_story(workspace)
    actor = actor_of(workspace)
    update_story(story=story, changes={"title": "First"}, actor=actor, now=NOW, version=1)
    with pytest.raises(Conflict) as refused:
        update_story(story=story, changes={"title": "Second"}, actor=actor, now=NOW, version=1)
    assert refused.value.code == "stale_version"
    assert refused.value.message.startswith(f"{actor.name} changed title of STO-1")
    assert Story.objects.get(pk=story.pk).title == "First"


def test_fields_that_may_not_be_set_are_refused(workspace: Workspace) -> None:
    with pytest.raises(InvalidInput) as refused:
        update_story(story=make_story(workspace), changes={"rank": 5}, actor=actor_of(workspace), now=NOW)
    assert refused_fields(refused) == {"rank"}


def test_a_state_can_not_be_taken_away(workspace: Workspace) -> None:
    with pytest.raises(InvalidInput) as refused:
        update_story(story=make_story(workspace), changes={"state": None}, actor=actor_of(workspace), now=NOW)
    assert refused_fields(refused) == {"state"}


def test_a_story_that_joins_a_capability_loses_its_own_value(workspace: Workspace) -> None:
    story = make_story(workspace, points=Decimal(2))
    give_value(story, 100)
    joined = update_story(
        story=story, changes={"capability": make_capability(workspace)}, actor=actor_of(workspace), now=SOON
    )
    joined.refresh_from_db()
    assert (joined.cost_of_delay, joined.business_value, joined.cd3) == (None, None, None)
    assert joined.application_id is not None
    assert story.estimates.count() == 1


def test_a_story_stays_in_its_capabilitys_application(workspace: Workspace) -> None:
    story = make_story(workspace, capability=make_capability(workspace))
    other = make_application(workspace, "OTHER")
    with pytest.raises(InvalidInput) as refused:
        update_story(story=story, changes={"application": other}, actor=actor_of(workspace), now=NOW)
    assert refused_fields(refused) == {"application"}


def test_a_story_can_leave_its_capability_for_another_application(workspace: Workspace) -> None:
    story = make_story(workspace, capability=make_capability(workspace))
    other = make_application(workspace, "OTHER")
    moved = update_story(
        story=story, changes={"capability": None, "application": other}, actor=actor_of(workspace), now=NOW
    )
    assert (moved.capability, moved.application) == (None, other)


def test_references_are_recorded_with_ids(workspace: Workspace) -> None:
    dana = find_or_create_person(workspace=workspace, name="Dana")
    story = make_story(workspace)
    update_story(story=story, changes={"assignee": dana}, actor=actor_of(workspace), now=NOW)
    event = StoryEvent.objects.get(field="assignee")
    assert (event.from_id, event.to_id, event.from_value, event.to_value) == (None, dana.pk, "", "Dana")


def test_a_transition_sets_category_and_instant(workspace: Workspace) -> None:
    story = make_story(workspace)
    done = state_named(workspace, "Done")
    moved = transition_story(story=story, state=done, actor=actor_of(workspace), now=SOON)
    moved.refresh_from_db()
    assert (moved.state, moved.category, moved.state_entered_at) == (done, "DONE", SOON)
    assert events_of(story)[1:] == [(2, "state", "Idea", "Done")]


def test_a_transition_to_where_it_is_records_nothing(workspace: Workspace) -> None:
    story = make_story(workspace)
    transition_story(story=story, state=state_named(workspace, "Idea"), actor=actor_of(workspace), now=SOON)
    assert len(events_of(story)) == 1


def test_a_log_that_an_import_dated_into_the_future_still_grows_at_its_end(workspace: Workspace) -> None:
    story = make_story(workspace, now=SOON)
    transition_story(story=story, state=state_named(workspace, "Done"), actor=actor_of(workspace), now=NOW)
    assert StoryEvent.objects.get(story=story, field="state").occurred_at == SOON


def test_blocking_keeps_reason_and_instant(workspace: Workspace) -> None:
    actor = actor_of(workspace)
    story = set_blocked(story=make_story(workspace), blocked=True, reason="No contract", actor=actor, now=SOON)
    assert (story.blocked, story.blocked_reason, story.blocked_at) == (True, "No contract", SOON)
    story = set_blocked(story=story, blocked=False, actor=actor, now=SOON)
    assert (story.blocked, story.blocked_reason, story.blocked_at) == (False, "", None)
    assert events_of(story)[1:] == [(2, "blocked", "", "No contract"), (3, "blocked", "No contract", "")]


def test_a_new_reason_does_not_restart_the_block(workspace: Workspace) -> None:
    actor = actor_of(workspace)
    story = set_blocked(story=make_story(workspace), blocked=True, actor=actor, now=NOW)
    story = set_blocked(story=story, blocked=True, reason="Because", actor=actor, now=SOON)
    assert (story.blocked_at, story.blocked_reason) == (NOW, "Because")


def test_too_long_a_reason_is_refused(workspace: Workspace) -> None:
    with pytest.raises(InvalidInput) as refused:
        set_blocked(story=make_story(workspace), blocked=True, reason="x" * 301, actor=actor_of(workspace), now=NOW)
    assert refused_fields(refused) == {"reason"}


def test_a_deleted_story_takes_what_hangs_on_it_along(workspace: Workspace) -> None:
    one, two = make_story(workspace), make_story(workspace)
    add_dependency(predecessor=one, successor=two, actor=actor_of(workspace), now=NOW)
    delete_story(story=one, actor=actor_of(workspace), now=NOW)
    assert not StoryEvent.objects.filter(story_id=one.pk).exists()
    assert (Dependency.objects.count(), list(Story.objects.all())) == (0, [two])


def test_a_deleted_story_can_not_be_changed(workspace: Workspace) -> None:
    story = make_story(workspace)
    Story.objects.filter(pk=story.pk).delete()
    with pytest.raises(NotFound):
        update_story(story=story, changes={"title": "New"}, actor=actor_of(workspace), now=NOW)


@pytest.mark.parametrize(
    ("changes", "is_rescored"),
    [({"points": 3}, True), ({"required": False}, True), ({"title": "New"}, False), ({"kind": "BUG"}, False)],
)
def test_scores_are_computed_anew_when_remaining_work_changes(
    workspace: Workspace, django_capture_on_commit_callbacks: Any, changes: dict[str, Any], is_rescored: bool
) -> None:
    story = make_story(workspace)
    with django_capture_on_commit_callbacks(execute=True):
        update_story(story=story, changes=changes, actor=actor_of(workspace), now=NOW)
    assert Job.objects.filter(kind="planner.rescore").exists() is is_rescored


@pytest.mark.parametrize(("state", "is_rescored"), [("Done", True), ("Review", False)])
def test_finishing_a_story_changes_scores_and_reviewing_it_does_not(
    workspace: Workspace, django_capture_on_commit_callbacks: Any, state: str, is_rescored: bool
) -> None:
    story = make_story(workspace)
    with django_capture_on_commit_callbacks(execute=True):
        transition_story(story=story, state=state_named(workspace, state), actor=actor_of(workspace), now=NOW)
    assert Job.objects.filter(kind="planner.rescore").exists() is is_rescored
