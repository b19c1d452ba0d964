"""Adding and removing dependencies. A cycle is refused, and named."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from common.errors import Conflict, InvalidInput
from common.events import publish
from planner.domain.dependencies import find_cycle, successors_by_id
from planner.events import StoryChanged, ValueChanged
from planner.models import Dependency, Story
from planner.services.actor import Actor
from planner.services.announcing import announce
from planner.services.locks import lock_backlog, lock_story
from planner.services.recording import Change, append_events
from planner.services.stories import next_instant


class DependencyCycle(Conflict):
    """The dependency would make stories wait for each other; the message names them all."""

    default_code = "dependency_cycle"

    def __init__(self, keys: Sequence[str]) -> None:
        chain = " needs ".join([*keys, keys[0]])
        super().__init__(f"These stories would wait for each other: {chain}.", field="predecessor")
        self.keys = list(keys)


def add_dependency(*, predecessor: Story, successor: Story, actor: Actor, now: datetime) -> Dependency:
    """Say that the successor can't start before the predecessor is done."""
    if predecessor.workspace_id != successor.workspace_id:
        raise InvalidInput("Choose a story of the same workspace.", field="predecessor")
    if predecessor.pk == successor.pk:
        raise InvalidInput("A story can't depend on itself: choose another one.", field="predecessor")
    with transaction.atomic():
        lock_backlog(workspace_id=successor.workspace_id)
        stories = _lock_pair(predecessor, successor)
        _refuse_duplicate(predecessor=predecessor, successor=successor)
        _refuse_cycle(predecessor=predecessor, successor=successor)
        dependency = Dependency.objects.create(
            workspace_id=successor.workspace_id, predecessor=predecessor, successor=successor, created_at=now
        )
        verb = "needs {}", "is needed by {}"
        _record_pair(stories=stories, dependency=dependency, words=verb, actor=actor, now=now)
        _publish(dependency=dependency, verb="created", actor=actor, now=now)
    return dependency


def remove_dependency(*, dependency: Dependency, actor: Actor, now: datetime) -> None:
    """Take a dependency away; nothing happens when it is gone already."""
    with transaction.atomic():
        lock_backlog(workspace_id=dependency.workspace_id)
        stories = _lock_pair(dependency.predecessor, dependency.successor)
        pk = dependency.pk
        removed, _ = Dependency.objects.filter(pk=pk).delete()
        if removed:
            words = "no longer needs {}", "is no longer needed by {}"
            _record_pair(stories=stories, dependency=dependency, words=words, actor=actor, now=now)
            _publish(dependency=dependency, verb="deleted", actor=actor, now=now)


def _lock_pair(predecessor: Story, successor: Story) -> dict[int, Story]:
    """Both stories locked, the lower id first."""
    pair = sorted((predecessor, successor), key=lambda story: story.pk)
    return {story.pk: lock_story(story=story) for story in pair}


def _refuse_duplicate(*, predecessor: Story, successor: Story) -> None:
    if Dependency.objects.filter(predecessor=predecessor, successor=successor).exists():
        raise Conflict(
            f"{successor.key} already needs {predecessor.key}.", code="duplicate_dependency", field="predecessor"
        )


def _refuse_cycle(*, predecessor: Story, successor: Story) -> None:
    known = Dependency.objects.filter(workspace_id=successor.workspace_id)
    edges = known.values_list("predecessor_id", "successor_id")
    cycle = find_cycle(successors_by_id(edges.iterator()), predecessor.pk, successor.pk)
    if cycle is None:
        return
    keys = dict(Story.objects.filter(pk__in=cycle).values_list("pk", "key"))
    # The kernel follows work forward, people read "needs" backward: begin at the new successor.
    backward = cycle[::-1]
    start = backward.index(successor.pk)
    raise DependencyCycle([keys[pk] for pk in backward[start:] + backward[:start]])


def _record_pair(
    *, stories: dict[int, Story], dependency: Dependency, words: tuple[str, str], actor: Actor, now: datetime
) -> None:
    """One event in the log of each of the two stories."""
    successor, predecessor = stories[dependency.successor_id], stories[dependency.predecessor_id]
    for story, other, template in ((successor, predecessor, words[0]), (predecessor, successor, words[1])):
        change = Change("dependency", to_value=template.format(other.key), to_id=other.pk)
        at = next_instant(story=story, now=now)
        recorded = append_events(story=story, changes=[change], actor=actor, now=at)
        story.updated_at = at
        story.save(update_fields=["last_sequence", "updated_at"])
        publish(StoryChanged(workspace_id=story.workspace_id, story_id=story.pk, changes=recorded, now=at))


def _publish(*, dependency: Dependency, verb: str, actor: Actor, now: datetime) -> None:
    publish(ValueChanged(workspace_id=dependency.workspace_id, now=now))
    announce(
        workspace_id=dependency.workspace_id,
        topic="dependency",
        object_id=dependency.pk,
        verb=verb,
        actor=actor,
        now=now,
    )
