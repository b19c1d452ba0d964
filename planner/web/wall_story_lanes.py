"""The wall of stories as it is drawn: columns are workflow states, lanes are capabilities, people, or one for all."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from planner.domain.vocabulary import StateCategory
from planner.models import Person, State, Story
from planner.selectors.wall_changes import Touch
from planner.selectors.wall_money import Reach
from planner.selectors.wall_people import PersonLoad
from planner.web.wall_lanes import OLDEST, Drawing
from planner.web.wall_question import Lanes

TODO, DONE, CANCELLED = StateCategory.TODO.value, StateCategory.DONE.value, StateCategory.CANCELLED.value
CARDS_IN_A_CELL = 40
CARDS_AT_ONCE = 400
WIDEST = 3


@dataclass(frozen=True)
class Column:
    """A column: one workflow state, or several folded into one; what is dropped on it goes into `target`."""

    target: State
    states: Sequence[State]
    is_done: bool = False

    @property
    def folded(self) -> str:
        """The other states it holds, in words."""
        return ", ".join(state.name for state in self.states if state.pk != self.target.pk)


@dataclass(frozen=True)
class StoryCard:
    """A story on the wall, with the hours left of its tasks and who works on it."""

    story: Story
    age: int
    blocked_days: int
    hours_left: Decimal | None
    tasks: int
    people: Sequence[Person]
    touch: Touch | None = None

    @property
    def patina(self) -> int:
        """How far the paper has turned, 0 to 5."""
        return min(self.age, OLDEST) if self.age > 1 else 0


@dataclass(frozen=True)
class StoryCell:
    """The cards of one column in one lane; `weight` is the column's share of the width, 0 for a narrow one."""

    column: Column
    cards: Sequence[StoryCard]
    weight: int
    more: int = 0


@dataclass(frozen=True)
class Lane:
    """A row: of a capability (`reach`), a person (`load`, `person`), or neither. `key` names it on the page."""

    key: str
    title: str
    cells: Sequence[StoryCell]
    reach: Reach | None = None
    person: Person | None = None
    load: PersonLoad | None = None
    extra_done: Sequence[Story] = ()

    @property
    def is_over(self) -> bool:
        """Whether nothing of it is left on the wall."""
        return not any(cell.cards for cell in self.cells if not cell.column.is_done)


def build_columns(states: Sequence[State]) -> list[Column]:
    """States that are to do fold into the last of them, done ones into the first; cancelled work has no column."""
    waiting = [state for state in states if state.category == TODO]
    working = [state for state in states if state.category == StateCategory.IN_PROGRESS.value]
    done = [state for state in states if state.category == DONE]
    columns = [Column(waiting[-1], waiting)] if waiting else []
    columns += [Column(state, [state]) for state in working]
    return [*columns, *([Column(done[0], done, is_done=True)] if done else [])]


def build_lanes(
    *, drawing: Drawing, lanes: Lanes, loads: Sequence[PersonLoad], people: Mapping[int, list[int]]
) -> list[Lane]:
    """The rows with their cards; `people` are the persons on each story's open tasks."""
    wall = drawing.wall
    columns = build_columns(wall.states)
    stories = [story for story in wall.stories if wall.is_kept(story) and story.category != CANCELLED]
    stories = stories[:CARDS_AT_ONCE]
    key_of = _KEYS[lanes]
    rows: dict[str, list[Story]] = {}
    for story in stories:
        rows.setdefault(key_of(story), []).append(story)
    cards = {story.pk: _card(story, drawing, people.get(story.pk, ())) for story in stories}
    weights = _weights(columns, rows)
    by_person = {str(load.person.pk): load for load in loads}
    made = [_lane(key, found, columns, cards, weights, drawing, by_person, lanes) for key, found in rows.items()]
    return sorted(made, key=_ORDERS[lanes])


def _card(story: Story, drawing: Drawing, people: Sequence[int]) -> StoryCard:
    sums = drawing.wall.tasks.get(story.pk, {})
    sized = [load for load in sums.values() if load.tasks > load.unsized]
    hours = sum((load.hours for state, load in sums.items() if state != DONE), Decimal(0)) if sized else None
    ids = dict.fromkeys([*([story.assignee_id] if story.assignee_id else []), *people])
    is_worked_on = story.category == StateCategory.IN_PROGRESS.value
    return StoryCard(
        story=story,
        age=drawing.age_since(story.state_entered_at) if is_worked_on else 0,
        blocked_days=drawing.age_since(story.blocked_at) if story.blocked else 0,
        hours_left=hours,
        tasks=drawing.wall.task_count(story),
        people=[drawing.wall.people[pk] for pk in ids if pk in drawing.wall.people],
        touch=drawing.touch_of(drawing.story_touches, story.pk),
    )


def _weights(columns: Sequence[Column], rows: Mapping[str, Sequence[Story]]) -> list[int]:
    """The most cards any row has in each column, at most 3: empty columns are drawn narrow."""
    weights = []
    for column in columns:
        ids = {state.pk for state in column.states}
        most = max((sum(story.state_id in ids for story in row) for row in rows.values()), default=0)
        weights.append(min(most, WIDEST))
    return weights


def _lane(
    key: str,
    stories: Sequence[Story],
    columns: Sequence[Column],
    cards: Mapping[int, StoryCard],
    weights: Sequence[int],
    drawing: Drawing,
    loads: Mapping[str, PersonLoad],
    lanes: Lanes,
) -> Lane:
    cells = []
    for column, weight in zip(columns, weights, strict=True):
        ids = {state.pk for state in column.states}
        mine = [cards[story.pk] for story in stories if story.state_id in ids]
        cells.append(StoryCell(column, mine[:CARDS_IN_A_CELL], weight, max(len(mine) - CARDS_IN_A_CELL, 0)))
    first = stories[0]
    if lanes is Lanes.CAPABILITY and first.capability_id:
        reach = drawing.reaches[first.capability_id]
        slots = {slot.story_id for slot in reach.slots}
        extra = [story for story in stories if story.category == DONE and story.pk not in slots]
        return Lane(key, reach.title, cells, reach=reach, extra_done=extra)
    if lanes is Lanes.PERSON and first.assignee:
        return Lane(key, first.assignee.name, cells, person=first.assignee, load=loads.get(key))
    return Lane(key, _NAMELESS[lanes], cells)


_KEYS: Mapping[Lanes, Callable[[Story], str]] = {
    Lanes.CAPABILITY: lambda story: str(story.capability_id or ""),
    Lanes.PERSON: lambda story: str(story.assignee_id or ""),
    Lanes.NONE: lambda story: "",
}
_NAMELESS = {Lanes.CAPABILITY: "No capability", Lanes.PERSON: "Nobody yet", Lanes.NONE: "All stories"}


def _by_money(lane: Lane) -> tuple[int, Decimal]:
    reach = lane.reach
    if reach is None:
        return 4, Decimal(0)
    place = 2 if reach.is_open else 0 if reach.opens_here else 1
    return (3 if reach.business_value is None else place), -(reach.business_value or Decimal(0))


_ORDERS: Mapping[Lanes, Callable[[Lane], tuple[object, ...]]] = {
    Lanes.CAPABILITY: _by_money,
    Lanes.PERSON: lambda lane: (lane.person is None, lane.title),
    Lanes.NONE: lambda lane: (lane.title,),
}
