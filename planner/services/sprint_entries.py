"""What a sprint keeps of its stories: what was committed when it started, and what became of each when it ended."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Sum

from planner.domain.vocabulary import SprintOutcome, StateCategory, TaskState
from planner.models import Sprint, SprintEntry, Story, Task
from planner.selectors.attribution import attribute_business_value


@dataclass(frozen=True)
class Leaving:
    """An open story when its sprint ends, and the sprint it moves on to; None: back to the backlog."""

    story: Story
    target: Sprint | None


def keep_commitment(*, sprint: Sprint) -> Decimal | None:
    """Write down every story of a sprint that starts now, and return the hours left on their tasks, where any has some.

    The caller holds the sprint. Cancelled stories are no part of a commitment.
    """
    stories = list(
        Story.objects.filter(sprint=sprint)
        .exclude(category=StateCategory.CANCELLED.value)
        .select_related("capability")
        .order_by("rank")
    )
    hours = hours_left_of(story.pk for story in stories)
    shares = attribute_business_value({story.capability for story in stories if story.capability is not None})
    SprintEntry.objects.bulk_create(
        SprintEntry(
            sprint=sprint,
            story=story,
            key=story.key,
            title=story.title,
            is_committed=True,
            points_at_start=story.points,
            hours_at_start=hours.get(story.pk),
            value_at_start=story.business_value if story.capability_id is None else shares.get(story.pk),
        )
        for story in stories
    )
    return sum(hours.values(), Decimal(0)) if hours else None


def hours_left_of(story_ids: Iterable[int]) -> dict[int, Decimal]:
    """Hours left on the open tasks of each story that has any, by story id; one query."""
    tasks = Task.objects.filter(story__in=list(story_ids)).exclude(state=TaskState.DONE.value)
    rows = tasks.filter(hours_left__isnull=False).values("story").annotate(left=Sum("hours_left"))
    return {row["story"]: row["left"] for row in rows}


def keep_outcomes(*, sprint: Sprint, leaving: Iterable[Leaving]) -> None:
    """Write down what became of every story, before the open ones move on; the caller holds the sprint.

    Committed ones that were taken out say so; those added since the start get a row now.
    """
    moves = {each.story.pk: each for each in leaving}
    present = {story.pk: story for story in Story.objects.filter(sprint=sprint).order_by("rank")}
    known = {entry.story_id: entry for entry in SprintEntry.objects.filter(sprint=sprint)}
    added = [
        SprintEntry(sprint=sprint, story=story, key=story.key, title=story.title, is_committed=False)
        for pk, story in present.items()
        if pk not in known and story.category != StateCategory.CANCELLED.value
    ]
    hours = hours_left_of(moves)
    for entry in (*known.values(), *added):
        _tell_outcome(entry, present=present, moves=moves, hours=hours)
    SprintEntry.objects.bulk_create(added)
    told = ["outcome", "points_left", "hours_left", "moved_to"]
    SprintEntry.objects.bulk_update(known.values(), told, batch_size=200)


def _tell_outcome(
    entry: SprintEntry, *, present: Mapping[int, Story], moves: Mapping[int, Leaving], hours: Mapping[int, Decimal]
) -> None:
    story = present.get(entry.story_id) if entry.story_id is not None else None
    if story is None or story.category == StateCategory.CANCELLED.value:
        entry.outcome = SprintOutcome.REMOVED.value
        return
    move = moves.get(story.pk)
    if move is None:
        entry.outcome = SprintOutcome.DONE.value
        return
    entry.outcome = (SprintOutcome.RETURNED if move.target is None else SprintOutcome.CARRIED).value
    entry.points_left, entry.hours_left, entry.moved_to = story.points, hours.get(story.pk), move.target
