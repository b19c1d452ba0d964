"""The wall of tasks as it is drawn: groups by capability, in each a lane per story, in each three columns of cards."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from planner.domain.vocabulary import StateCategory, TaskState
from planner.models import Story, Task
from planner.selectors.wall import Load, Wall, WallFilter, is_task_kept
from planner.selectors.wall_changes import Touch
from planner.selectors.wall_money import Reach, reach_of_story
from planner.selectors.wall_people import workdays_between
from planner.selectors.wall_sprints import pattern_of

CARDS_AT_ONCE = 200
LANES_AT_ONCE = 50
CARDS_IN_A_CELL = 60
OLDEST = 5
COLUMNS = tuple(TaskState)
FINISHED = (StateCategory.DONE.value, StateCategory.CANCELLED.value)


@dataclass(frozen=True)
class TaskCard:
    """A card: the task, its age in working days where it is being worked on, and who just touched it."""

    task: Task
    age: int = 0
    blocked_days: int = 0
    is_pale: bool = False
    touch: Touch | None = None

    @property
    def patina(self) -> int:
        """How far the paper has turned, 0 to 5."""
        return min(self.age, OLDEST) if self.age > 1 else 0


@dataclass(frozen=True)
class Cell:
    """The cards of one column in one lane, `number` in all; `more` of a long cell are not drawn."""

    state: TaskState
    number: int
    cards: Sequence[TaskCard]
    more: int = 0


@dataclass(frozen=True)
class StoryLane:
    """A story's lane. `is_drawn`: with its cards; `share` is its part of the capability's value."""

    story: Story
    reach: Reach
    cells: Sequence[Cell]
    hours_left: Decimal
    hours_in_work: Decimal
    hours_whole: Decimal
    done: int
    total: int
    share: Decimal | None
    is_drawn: bool
    blocked: int = 0
    age: int = 0
    touch: Touch | None = None

    @property
    def bar_left(self) -> str:
        """Hours left, in hundredths of all there were."""
        return _share(self.hours_left, self.hours_whole)

    @property
    def bar_work(self) -> str:
        """Those of them that are being worked on."""
        return _share(self.hours_in_work, self.hours_whole)

    @property
    def is_finished_work(self) -> bool:
        """Whether all its tasks are done while it is not."""
        return self.total > 0 and self.done == self.total


def _share(part: Decimal, whole: Decimal) -> str:
    return f"{100 * float(part / whole):.1f}" if whole else "0"


@dataclass(frozen=True)
class Group:
    """The lanes of one capability, or of a story of its own."""

    reach: Reach
    lanes: list[StoryLane] = field(default_factory=list)

    @property
    def key(self) -> str:
        """What names it on the page."""
        return str(_group_of(self.lanes[0].story)).replace("-", "s")


@dataclass(frozen=True)
class Drawing:
    """What drawing a wall needs besides the wall: now, the filter, newest touches, who looks."""

    wall: Wall
    reaches: Mapping[int, Reach]
    kept: WallFilter
    now: datetime
    reader_id: int
    touches: Mapping[int, Touch] = field(default_factory=dict)
    story_touches: Mapping[int, Touch] = field(default_factory=dict)
    shares: Mapping[int, Decimal] = field(default_factory=dict)

    def age_since(self, since: datetime | None) -> int:
        """Working days from then to now."""
        if since is None:
            return 0
        return workdays_between(since, self.now, pattern_of(self.wall.sprint.workspace))

    def touch_of(self, touches: Mapping[int, Touch], pk: int) -> Touch | None:
        """Somebody else's fresh change of a card."""
        touch = touches.get(pk)
        return touch if touch and touch.user_id != self.reader_id else None


def order_stories(drawing: Drawing) -> list[Story]:
    """The open stories that pass the filter, by group: what can open here first, the dearest first, then by rank."""
    kept = [story for story in drawing.wall.stories if story.category not in FINISHED and drawing.wall.is_kept(story)]
    best: dict[int, int] = {}
    for place, story in enumerate(kept):
        best.setdefault(_group_of(story), place)
    return sorted(kept, key=lambda story: (*_worth(reach_for(story, drawing.reaches)), best[_group_of(story)]))


def _group_of(story: Story) -> int:
    """The capability; a loose story's own value; 0 for what nobody has valued."""
    return story.capability_id or (-story.pk if story.business_value is not None else 0)


def reach_for(story: Story, reaches: Mapping[int, Reach]) -> Reach:
    """The reach of the story's capability, or its own."""
    return reaches[story.capability_id] if story.capability_id else reach_of_story(story)


def _worth(reach: Reach) -> tuple[bool, bool, Decimal]:
    value = reach.business_value
    return value is None, not reach.opens_here, -(value or Decimal(0))


def choose_drawn(stories: Iterable[Story], wall: Wall) -> set[int]:
    """The stories whose cards are drawn at once: from the first on, until there are 200 cards."""
    drawn: set[int] = set()
    cards = 0
    for story in stories:
        cards += wall.task_count(story)
        if cards > CARDS_AT_ONCE and drawn:
            break
        drawn.add(story.pk)
    return drawn


def build_groups(
    stories: Sequence[Story], tasks: Mapping[int, Sequence[Task]], drawing: Drawing, drawn: set[int]
) -> list[Group]:
    """Lanes of these stories in their order, neighbours of one capability under its line."""
    groups: list[Group] = []
    for story in stories:
        lane = build_lane(story, tasks.get(story.pk, ()), drawing, is_drawn=story.pk in drawn)
        if not groups or _group_of(groups[-1].lanes[0].story) != _group_of(story):
            groups.append(Group(lane.reach))
        groups[-1].lanes.append(lane)
    return groups


def build_lane(story: Story, tasks: Sequence[Task], drawing: Drawing, *, is_drawn: bool) -> StoryLane:
    """One story's lane; its sums are of all its tasks."""
    sums = drawing.wall.tasks.get(story.pk, {})
    left = sum((load.hours for state, load in sums.items() if state != TaskState.DONE.value), Decimal(0))
    in_work = sums.get(TaskState.IN_PROGRESS.value)
    whole = sum((task.hours_estimated or Decimal(0) for task in tasks), Decimal(0))
    done = sums.get(TaskState.DONE.value)
    return StoryLane(
        story=story,
        reach=reach_for(story, drawing.reaches),
        cells=[_cell(state, sums.get(state.value, Load()).tasks, tasks, drawing) for state in COLUMNS],
        hours_left=left,
        hours_in_work=in_work.hours if in_work else Decimal(0),
        hours_whole=max(whole, left),
        done=done.tasks if done else 0,
        total=drawing.wall.task_count(story),
        share=drawing.shares.get(story.pk),
        is_drawn=is_drawn,
        blocked=sum(task.blocked for task in tasks),
        age=drawing.age_since(story.blocked_at) if story.blocked else 0,
        touch=drawing.touch_of(drawing.story_touches, story.pk),
    )


def _cell(state: TaskState, number: int, tasks: Sequence[Task], drawing: Drawing) -> Cell:
    mine = [task for task in tasks if task.state == state.value]
    shown = [_card(task, drawing) for task in mine[:CARDS_IN_A_CELL]]
    return Cell(state, number, shown, max(len(mine) - CARDS_IN_A_CELL, 0))


def _card(task: Task, drawing: Drawing) -> TaskCard:
    is_worked_on = task.state == TaskState.IN_PROGRESS.value
    return TaskCard(
        task=task,
        age=drawing.age_since(task.state_entered_at) if is_worked_on else 0,
        blocked_days=drawing.age_since(task.blocked_at) if task.blocked else 0,
        is_pale=bool(drawing.kept) and not is_task_kept(task, drawing.kept),
        touch=drawing.touch_of(drawing.touches, task.pk),
    )
