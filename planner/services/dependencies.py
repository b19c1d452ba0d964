"""Adding and removing dependencies. A cycle is refused, and named."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from django.db import transaction

from common.errors import Conflict, DomainError, InvalidInput, NotFound
from common.events import publish
from planner.domain.dependencies import find_cycle, successors_by_id
from planner.events import StoryChanged, ValueChanged
from planner.models import Dependency, Story, StoryEvent
from planner.services.actor import Actor
from planner.services.announcing import announce, announce_many
from planner.services.chunks import in_chunks
from planner.services.column_writes import write_columns
from planner.services.locks import lock_backlog, lock_rows, lock_story
from planner.services.recording import Change, append_events, build_event
from planner.services.stories import next_instant


class DependencyCycle(Conflict):
    """The dependency would make stories wait for each other; the message names them all, and the ways out.

    `keys`: each needs the next, the last one the first. The first two are what was to be joined.
    """

    default_code = "dependency_cycle"

    def __init__(self, keys: Sequence[str]) -> None:
        circle = [*keys, keys[0]]
        present = ", ".join(f"{one} needs {other}" for one, other in pairwise(circle[1:]))
        super().__init__(
            f"These stories would wait for each other: {' needs '.join(circle)}. Take one of these away first: "
            f"{present}; or split a story, so that only a part of it is waited for.",
            field="predecessor",
        )
        self.keys = list(keys)


@dataclass(frozen=True)
class JoinedStories:
    """What a call of `add_dependencies` made, and why it refused the others, by the pair's place in the call."""

    added: list[Dependency]
    refused: dict[int, DomainError]


def add_dependency(*, predecessor: Story, successor: Story, actor: Actor, now: datetime) -> Dependency:
    """Say that the successor can't start before the predecessor is done."""
    joined = add_dependencies(
        workspace_id=successor.workspace_id, pairs=[(predecessor, successor)], actor=actor, now=now
    )
    for error in joined.refused.values():
        raise error
    return joined.added[0]


def add_dependencies(
    *, workspace_id: int, pairs: Sequence[tuple[Story, Story]], actor: Actor, now: datetime
) -> JoinedStories:
    """Join (predecessor, successor) pairs in their order; one that can't be joined leaves the others in.

    The graph is loaded once, and a number of statements that doesn't grow with the pairs writes them. Refusals are what
    `add_dependency` raises: InvalidInput, NotFound, Conflict (duplicate_dependency) or DependencyCycle.
    """
    with transaction.atomic():
        lock_backlog(workspace_id=workspace_id)
        graph = _load_graph(workspace_id, pairs)
        refused: dict[int, DomainError] = {}
        wanted = []
        for place, (predecessor, successor) in enumerate(pairs):
            try:
                wanted.append(graph.join(predecessor, successor, now=now))
            except DomainError as error:
                refused[place] = error
        added = Dependency.objects.bulk_create(wanted)
        _record_joined(added, stories=graph.stories, actor=actor, now=now)
        _announce_joined(added, workspace_id=workspace_id, actor=actor, now=now)
    return JoinedStories(added, refused)


@dataclass
class _Graph:
    """The dependencies of a workspace as they grow, and the locked stories that are to be joined."""

    workspace_id: int
    stories: dict[int, Story]
    successors: dict[int, list[int]]

    def join(self, predecessor: Story, successor: Story, *, now: datetime) -> Dependency:
        """Return the dependency, unsaved, or raise why there can be none."""
        self._check_pair(predecessor, successor)
        cycle = find_cycle(self.successors, predecessor.pk, successor.pk)
        if cycle is not None:
            raise _named_cycle(cycle, successor)
        self.successors.setdefault(predecessor.pk, []).append(successor.pk)
        return Dependency(workspace_id=self.workspace_id, predecessor=predecessor, successor=successor, created_at=now)

    def _check_pair(self, predecessor: Story, successor: Story) -> None:
        if {predecessor.workspace_id, successor.workspace_id} != {self.workspace_id}:
            raise InvalidInput("Choose a story of the same workspace.", field="predecessor")
        if predecessor.pk == successor.pk:
            raise InvalidInput("A story can't depend on itself: choose another one.", field="predecessor")
        for story in (predecessor, successor):
            if story.pk not in self.stories:
                raise NotFound(f"{story.key} was deleted.")
        if successor.pk in self.successors.get(predecessor.pk, ()):
            raise Conflict(
                f"{successor.key} already needs {predecessor.key}.", code="duplicate_dependency", field="predecessor"
            )


def _load_graph(workspace_id: int, pairs: Iterable[tuple[Story, Story]]) -> _Graph:
    ids = sorted({story.pk for pair in pairs for story in pair})
    chunks = (Story.objects.filter(workspace=workspace_id, pk__in=chunk) for chunk in in_chunks(ids))
    stories = {story.pk: story for rows in chunks for story in lock_rows(rows)}
    edges = Dependency.objects.filter(workspace_id=workspace_id).values_list("predecessor_id", "successor_id")
    return _Graph(workspace_id, stories, successors_by_id(edges.iterator()))


def _named_cycle(cycle: Sequence[int], successor: Story) -> DependencyCycle:
    keys = dict(Story.objects.filter(pk__in=cycle).values_list("pk", "key"))
    # The kernel follows work forward, people read "needs" backward: begin at the new successor.
    backward = cycle[::-1]
    start = backward.index(successor.pk)
    return DependencyCycle([keys[pk] for pk in [*backward[start:], *backward[:start]]])


def _record_joined(
    dependencies: Sequence[Dependency], *, stories: Mapping[int, Story], actor: Actor, now: datetime
) -> None:
    """One event for each side of each dependency; the stories' columns in one statement."""
    events, touched = [], {}
    for dependency in dependencies:
        pair = stories[dependency.successor_id], stories[dependency.predecessor_id]
        for story, other, words in ((*pair, "needs"), (*pair[::-1], "is needed by")):
            at = next_instant(story=story, now=now)
            change = Change("dependency", to_value=f"{words} {other.key}", to_id=other.pk)
            story.last_sequence += 1
            events.append(build_event(story=story, sequence=story.last_sequence, change=change, actor=actor, now=at))
            story.updated_at = at
            touched[story.pk] = story
    StoryEvent.objects.bulk_create(events, batch_size=1000)
    columns = {name: [getattr(story, name) for story in touched.values()] for name in ("last_sequence", "updated_at")}
    write_columns(model=Story, ids=list(touched), columns=columns)


def _announce_joined(added: Sequence[Dependency], *, workspace_id: int, actor: Actor, now: datetime) -> None:
    if len(added) == 1:
        _publish(dependency=added[0], verb="created", actor=actor, now=now)
    elif added:
        publish(ValueChanged(workspace_id=workspace_id, now=now))
        announce_many(workspace_id=workspace_id, topic="dependency", actor=actor, now=now)


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
