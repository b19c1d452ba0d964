"""What hangs on a sprint's wall: its stories, their tasks and the people, in a constant number of queries."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from planner.domain.vocabulary import StateCategory, TaskState
from planner.models import Person, Sprint, State, Story, Task

MOST_STORIES = 1_000
DONE = TaskState.DONE.value
OPEN = (StateCategory.TODO.value, StateCategory.IN_PROGRESS.value)


@dataclass(frozen=True)
class WallFilter:
    """What to leave on the wall: what somebody has a part in, a capability's, what is blocked, what has the text."""

    person_id: int | None = None
    capability_id: int | None = None
    is_blocked: bool = False
    text: str = ""

    def __bool__(self) -> bool:
        """Whether it keeps anything out."""
        return bool(self.person_id or self.capability_id or self.is_blocked or self.text)


@dataclass(frozen=True)
class Load:
    """Hours left of open tasks, how many of these have no hours, and the tasks by state."""

    hours: Decimal = Decimal(0)
    unsized: int = 0
    tasks: int = 0


@dataclass(frozen=True)
class Wall:
    """A sprint's wall. `stories` are all of the sprint, in backlog order; `kept_ids` those that pass the filter.

    `loads`: tasks of open stories by (person's id or None, task state); `tasks`: of each story by task state.
    """

    sprint: Sprint
    stories: list[Story]
    states: list[State]
    people: dict[int, Person]
    loads: dict[tuple[int | None, str], Load]
    tasks: dict[int, dict[str, Load]]
    kept_ids: frozenset[int] | None = None
    is_cut: bool = False

    def hours_left(self) -> Decimal:
        """Hours left of all open tasks in the sprint."""
        return sum((load.hours for (_, state), load in self.loads.items() if state != DONE), Decimal(0))

    def is_kept(self, story: Story) -> bool:
        """Whether the story passes the filter."""
        return self.kept_ids is None or story.pk in self.kept_ids

    def task_count(self, story: Story) -> int:
        """How many tasks the story has."""
        return sum(load.tasks for load in self.tasks.get(story.pk, {}).values())


def load_wall(*, sprint: Sprint, kept: WallFilter) -> Wall:
    """The sprint's stories with sums over their tasks; the first 1,000 of them. Five queries, six with a filter."""
    stories = Story.objects.filter(sprint=sprint).defer("description", "acceptance").select_related("capability")
    found = list(stories.order_by("rank")[: MOST_STORIES + 1])
    people = {person.pk: person for person in Person.objects.filter(workspace=sprint.workspace_id)}
    states = list(State.objects.filter(workspace=sprint.workspace_id))
    by_id = {state.pk: state for state in states}
    for story in found:
        story.state, story.workspace, story.sprint = by_id[story.state_id], sprint.workspace, sprint
        story.assignee = people.get(story.assignee_id) if story.assignee_id else None
    loads, tasks = _sum_tasks(sprint)
    kept_ids = frozenset(_list_kept(sprint, kept).values_list("pk", flat=True)) if kept else None
    return Wall(sprint, found[:MOST_STORIES], states, people, loads, tasks, kept_ids, len(found) > MOST_STORIES)


def _list_kept(sprint: Sprint, kept: WallFilter) -> QuerySet[Story]:
    stories = Story.objects.filter(sprint=sprint)
    tasks = Task.objects.filter(story=OuterRef("pk"))
    if kept.person_id:
        stories = stories.filter(Q(assignee=kept.person_id) | Exists(tasks.filter(assignee=kept.person_id)))
    if kept.capability_id:
        stories = stories.filter(capability=kept.capability_id)
    if kept.is_blocked:
        stories = stories.filter(Q(blocked=True) | Exists(tasks.filter(blocked=True)))
    if kept.text:
        found = Q(key__icontains=kept.text) | Q(title__icontains=kept.text)
        stories = stories.filter(found | Exists(tasks.filter(title__icontains=kept.text)))
    return stories


def _sum_tasks(sprint: Sprint) -> tuple[dict[tuple[int | None, str], Load], dict[int, dict[str, Load]]]:
    """Tasks and hours of open stories by person and state, and of all stories by story and state; two statements."""
    sums = {
        "hours": Sum("hours_left", default=Decimal(0)),
        "unsized": Count("pk", filter=Q(hours_left__isnull=True)),
        "tasks": Count("pk"),
    }
    tasks = Task.objects.filter(story__sprint=sprint).order_by()
    of_people = tasks.filter(story__category__in=OPEN).values_list("assignee_id", "state").annotate(**sums)
    by_person = {(person, state): Load(*rest) for person, state, *rest in of_people}
    by_story: dict[int, dict[str, Load]] = defaultdict(dict)
    for story_id, state, *rest in tasks.values_list("story_id", "state").annotate(**sums):
        by_story[story_id][state] = Load(*rest)
    return by_person, dict(by_story)


def list_tasks_of(*, stories: Iterable[Story], people: dict[int, Person]) -> dict[int, list[Task]]:
    """The tasks of these stories, by story, in their order, each with its person; one query."""
    by_id = {story.pk: story for story in stories}
    found: dict[int, list[Task]] = defaultdict(list)
    for task in Task.objects.filter(story__in=list(by_id)).order_by("story_id", "position", "pk"):
        task.story = by_id[task.story_id]
        task.assignee = people.get(task.assignee_id) if task.assignee_id else None
        found[task.story_id].append(task)
    return found


def is_task_kept(task: Task, kept: WallFilter) -> bool:
    """Whether the task passes the parts of the filter that speak of tasks; what does not is drawn pale."""
    return (
        (not kept.person_id or task.assignee_id == kept.person_id)
        and (not kept.is_blocked or task.blocked)
        and (not kept.text or kept.text.lower() in task.title.lower())
    )


def story_ids_of_tasks(*, sprint: Sprint, task_ids: Collection[int]) -> set[int]:
    """The stories of the sprint that these tasks belong to; one that was deleted belongs to none."""
    return set(
        Task.objects.filter(pk__in=list(task_ids), story__sprint=sprint).order_by().values_list("story_id", flat=True)
    )


def list_people_on_tasks(*, sprint: Sprint) -> dict[int, list[int]]:
    """Who works on the open tasks of each story, by the story's id."""
    found: dict[int, list[int]] = defaultdict(list)
    tasks = Task.objects.filter(story__sprint=sprint, assignee__isnull=False).exclude(state=DONE).order_by("position")
    for story_id, person_id in tasks.values_list("story_id", "assignee_id"):
        if person_id not in found[story_id]:
            found[story_id].append(person_id)
    return found
