"""Two people edit one story at once: what both keep, and what they are asked about."""

from datetime import timedelta
from decimal import Decimal
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection

from accounts.models import Workspace
from common.errors import Conflict
from planner.domain.vocabulary import EventSource
from planner.models import Story
from planner.services.actor import Actor
from planner.services.bulk import edit_stories
from planner.services.custom_fields import create_field
from planner.services.field_values import set_story_fields_of_own
from planner.services.merging import EditsCollide
from planner.services.stories import set_blocked, update_story
from planner.services.tasks import create_task
from tests.factories import NOW, actor_of, make_capability, make_member, make_story, make_workspace, state_named

pytestmark = pytest.mark.django_db


@pytest.fixture
def workspace() -> Workspace:
    return make_workspace()


def dana(workspace: Workspace) -> Actor:
    return Actor.of(user=make_member(workspace), source=EventSource.UI)


def minutes(number: int) -> Any:
    return NOW + timedelta(minutes=number)


def edit(story: Story, *, at: int, version: int | None, actor: Actor | None = None, **changes: Any) -> Story:
    return update_story(
        story=story, changes=changes, actor=actor or actor_of(story.workspace), now=minutes(at), version=version
    )


def test_edits_of_different_fields_both_stay(workspace: Workspace) -> None:
    story = make_story(workspace)
    edit(story, at=1, version=1, title="Hers")
    edit(story, at=2, version=1, points=Decimal(5))
    story.refresh_from_db()
    assert (story.title, story.points, story.version) == ("Hers", Decimal(5), 3)


def test_edits_of_the_same_field_are_asked_about_with_both_values(workspace: Workspace) -> None:
    story, other = make_story(workspace), dana(workspace)
    edit(story, at=1, version=1, actor=other, points=Decimal(3))
    with pytest.raises(EditsCollide) as refused:
        edit(story, at=2, version=1, points=Decimal(8))
    [collision] = refused.value.collisions
    assert (collision.field, collision.mine, collision.theirs, collision.who) == ("points", "8", "3", other.name)
    assert set(refused.value.errors) == {"version", "points"}
    story.refresh_from_db()
    assert story.points == Decimal(3)


def test_one_colliding_field_keeps_the_whole_edit_back(workspace: Workspace) -> None:
    story = make_story(workspace)
    edit(story, at=1, version=1, points=Decimal(3))
    with pytest.raises(EditsCollide):
        edit(story, at=2, version=1, points=Decimal(8), title="Mine")
    story.refresh_from_db()
    assert story.title == "A story"


def test_the_same_value_from_both_is_no_collision(workspace: Workspace) -> None:
    story = make_story(workspace)
    edit(story, at=1, version=1, points=Decimal(3))
    assert edit(story, at=2, version=1, points=Decimal(3)).points == Decimal(3)


def test_a_field_that_was_changed_back_does_not_collide(workspace: Workspace) -> None:
    story = make_story(workspace)
    edit(story, at=1, version=1, points=Decimal(3))
    edit(story, at=2, version=2, points=None)
    assert edit(story, at=3, version=1, points=Decimal(8)).points == Decimal(8)


def test_a_text_that_was_changed_twice_always_collides(workspace: Workspace) -> None:
    story = make_story(workspace)
    edit(story, at=1, version=1, description="Long " * 200)
    edit(story, at=2, version=2, description="")
    with pytest.raises(EditsCollide):
        edit(story, at=3, version=1, description="Mine")


def test_what_was_changed_before_the_version_does_not_collide(workspace: Workspace) -> None:
    story = make_story(workspace)
    edit(story, at=1, version=1, points=Decimal(3))
    edit(story, at=2, version=2, title="Later")
    assert edit(story, at=3, version=2, points=Decimal(8)).points == Decimal(8)


def test_tasks_and_moves_between_are_no_reason_to_ask(workspace: Workspace) -> None:
    story = make_story(workspace)
    for number in range(3):
        create_task(story=story, title=f"T{number}", actor=actor_of(workspace), now=minutes(number))
    story.refresh_from_db()
    assert edit(story, at=5, version=1, title="New").title == "New"


def test_a_version_without_an_event_of_the_story_never_hides_a_change(workspace: Workspace) -> None:
    story = make_story(workspace)
    create_field(workspace=workspace, item="STORY", name="Risk", kind="TEXT", actor=actor_of(workspace), now=NOW)
    edit(story, at=1, version=1, points=Decimal(3))
    for number, risk in enumerate(("low", "high"), 2):
        set_story_fields_of_own(
            workspace=workspace,
            story_ids=[story.pk],
            values={"risk": risk},
            actor=actor_of(workspace),
            now=minutes(number),
        )
    with pytest.raises(EditsCollide):
        edit(story, at=5, version=1, points=Decimal(8))


def test_several_fields_of_one_edit_count_as_one_change(workspace: Workspace) -> None:
    story = make_story(workspace)
    edit(story, at=1, version=1, points=Decimal(3))
    edit(story, at=2, version=2, title="A", kind="BUG", capability=make_capability(workspace))
    assert edit(story, at=3, version=2, points=Decimal(8)).points == Decimal(8)
    with pytest.raises(EditsCollide):
        edit(story, at=4, version=2, title="B")


def test_a_bulk_edit_collides_like_any_other(workspace: Workspace) -> None:
    story = make_story(workspace)
    edit_stories(
        workspace=workspace,
        story_ids=[story.pk],
        changes={"points": Decimal(3)},
        actor=actor_of(workspace),
        now=minutes(1),
    )
    with pytest.raises(EditsCollide):
        edit(story, at=2, version=1, points=Decimal(8))


def test_a_joined_capability_collides_with_a_new_application(workspace: Workspace) -> None:
    story, capability = make_story(workspace), make_capability(workspace)
    edit(story, at=1, version=1, application=capability.application)
    other = make_capability(workspace, title="Other")
    assert edit(story, at=2, version=1, capability=other).capability == other  # the application is the same


def test_the_blocked_flag_merges_too(workspace: Workspace) -> None:
    story, actor = make_story(workspace), actor_of(workspace)
    edit(story, at=1, version=1, state=state_named(workspace, "Review"))
    set_blocked(story=story, blocked=True, reason="Waits", actor=actor, now=minutes(2), version=1)
    with pytest.raises(EditsCollide):
        set_blocked(story=story, blocked=True, reason="Other", actor=actor, now=minutes(3), version=1)


def test_a_version_that_is_not_there_yet_is_stale(workspace: Workspace) -> None:
    with pytest.raises(Conflict, match="version 9"):
        edit(make_story(workspace), at=1, version=9, title="New")


@pytest.mark.django_db(transaction=True)
def test_edits_in_a_race_lose_nothing() -> None:
    """Six at once from the same version: three of different fields all stay, of three of one field one stays."""
    if connection.vendor == "sqlite":
        pytest.skip("in-memory SQLite has one connection")
    workspace = make_workspace()
    story, barrier, refused = make_story(workspace), Barrier(6), []
    edits: list[dict[str, Any]] = [
        {"title": "T"},
        {"kind": "BUG"},
        {"description": "D"},
        *({"points": Decimal(number)} for number in (1, 2, 3)),
    ]

    def run(changes: dict[str, Any]) -> None:
        try:
            barrier.wait()
            edit(story, at=1, version=1, **changes)
        except EditsCollide as error:
            refused.append(error)
        finally:
            connection.close()

    threads = [Thread(target=run, args=(changes,)) for changes in edits]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    story.refresh_from_db()
    assert (story.title, story.kind, story.description) == ("T", "BUG", "D")
    assert (len(refused), story.version) == (2, 5)
