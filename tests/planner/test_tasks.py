"""Tasks: hours, states, people, places, blocks, and what two people do to one of them at once."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import Workspace
from common.errors import Conflict, InvalidInput, NotFound
from common.live.models import Change
from planner.models import Person, Story, StoryEvent, Task
from planner.services.task_moves import Beside, change_tasks, move_task
from planner.services.tasks import create_task, delete_task, set_task_blocked, update_task
from tests.factories import NOW, actor_of, make_story, make_workspace

pytestmark = pytest.mark.django_db


@pytest.fixture
def story() -> Story:
    return make_story(make_workspace())


def add(story: Story, title: str = "Write the mail", **fields: Any) -> Task:
    return create_task(story=story, title=title, actor=actor_of(story.workspace), now=NOW, **fields)


def change(task: Task, **arguments: Any) -> Task:
    changes = {name: value for name, value in arguments.items() if name not in {"version", "base", "beside"}}
    rest = {name: arguments[name] for name in ("version", "base", "beside") if name in arguments}
    actor = actor_of(task.story.workspace)
    return move_task(task=task, changes=changes, actor=actor, now=NOW + timedelta(hours=1), **rest)


def words(story: Story) -> list[str]:
    return list(StoryEvent.objects.filter(story=story, field="task").values_list("to_value", flat=True))


def test_its_state_remembers_since_when(story: Story) -> None:
    task = add(story)
    assert task.state_entered_at == NOW
    assert change(task, hours_left=Decimal(2)).state_entered_at == NOW
    assert change(task, state="IN_PROGRESS").state_entered_at == NOW + timedelta(hours=1)


def test_a_block_has_a_reason_an_instant_and_an_event(story: Story) -> None:
    task = add(story)
    actor = actor_of(story.workspace)
    blocked = set_task_blocked(task=task, blocked=True, reason=" No key ", actor=actor, now=NOW)
    assert (blocked.blocked, blocked.blocked_reason, blocked.blocked_at) == (True, "No key", NOW)
    again = set_task_blocked(task=task, blocked=True, reason="Asked twice", actor=actor, now=NOW + timedelta(days=1))
    assert again.blocked_at == NOW, "a new reason is no new block"
    clear = set_task_blocked(task=task, blocked=False, reason="ignored", actor=actor, now=NOW)
    assert (clear.blocked, clear.blocked_reason, clear.blocked_at) == (False, "", None)
    assert words(story) == [
        "Write the mail",
        "Write the mail (to do, blocked: No key)",
        "Write the mail (to do, blocked: Asked twice)",
        "Write the mail (to do)",
    ]


def test_an_old_version_is_refused_unless_what_is_changed_was_seen_as_it_is(story: Story) -> None:
    task = add(story, hours_estimated=Decimal(3))
    change(task, hours_left=Decimal(1))
    with pytest.raises(Conflict) as refused:
        change(task, state="DONE", version=1)
    assert refused.value.code == "stale_version"
    with pytest.raises(Conflict):
        change(task, hours_left=Decimal(2), version=1, base={"hours_left": Decimal(3)})
    assert change(task, state="IN_PROGRESS", version=1, base={"state": "TODO"}).hours_left == 1


def test_what_does_not_change_is_not_told(story: Story) -> None:
    task = add(story)
    before = Change.objects.count()
    assert change(task, state="TODO").version == 1
    assert (len(words(story)), Change.objects.count()) == (1, before)


def test_a_place_alone_is_told_to_browsers_and_not_to_the_log(story: Story) -> None:
    first, second = add(story, "One"), add(story, "Two")
    before = Change.objects.count()
    moved = change(second, beside=Beside(first.pk, is_before=True))
    assert (moved.position, moved.version) == (1, 1)
    assert (len(words(story)), Change.objects.count()) == (2, before + 1)


def test_a_deleted_task_is_named(story: Story) -> None:
    task = add(story)
    gone = Task.objects.select_related("story__workspace").get(pk=task.pk)
    delete_task(task=task, actor=actor_of(story.workspace), now=NOW)
    with pytest.raises(NotFound, match="The task Write the mail was deleted"):
        update_task(task=gone, changes={}, actor=actor_of(story.workspace), now=NOW)


def test_many_change_together_or_not_at_all(story: Story) -> None:
    other = make_story(story.workspace)
    dana = Person.objects.create(workspace=story.workspace, name="Dana")
    tasks = [add(story, "One"), add(other, "Two"), add(story, "Three")]

    def assign(ids: list[int], workspace: Workspace = story.workspace) -> list[Task]:
        actor = actor_of(story.workspace)
        return change_tasks(workspace=workspace, task_ids=ids, changes={"assignee": dana}, actor=actor, now=NOW)

    with pytest.raises(NotFound) as missing:
        assign([tasks[0].pk, 10**9])
    assert list(missing.value.errors) == ["tasks[1]"]
    assert not Task.objects.filter(assignee=dana).exists()
    for ids in ([], list(range(1, 102))):
        with pytest.raises(InvalidInput):
            assign(ids)
    assert [task.title for task in assign([task.pk for task in reversed(tasks)])] == ["Three", "Two", "One"]
    assert Task.objects.filter(assignee=dana).count() == 3
    newest = StoryEvent.objects.filter(story=story).order_by("-sequence").values_list("sequence", flat=True).first()
    assert newest == Story.objects.get(pk=story.pk).last_sequence
