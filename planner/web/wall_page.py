"""What the templates of the wall need: the whole page, or the parts that a change touched."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.models import User
from accounts.web.shell import shell_context
from common.templatetags.ui import avatar
from planner.domain.vocabulary import StateCategory, TaskState
from planner.models import Person, Sprint, Story
from planner.selectors.attribution import attribute_business_value
from planner.selectors.wall import Wall, list_people_on_tasks, list_tasks_of, load_wall
from planner.selectors.wall_burn import burn_of_wall
from planner.selectors.wall_changes import list_touches
from planner.selectors.wall_money import Reach, list_reaches, reach_of_story, sum_release
from planner.selectors.wall_people import PersonLoad, build_crew, load_teams
from planner.selectors.wall_sprints import choose_sprint, days_of, list_wall_sprints
from planner.web.wall_head import build_figures, draw_bars
from planner.web.wall_lanes import (
    LANES_AT_ONCE,
    Drawing,
    build_groups,
    choose_drawn,
    order_stories,
    reach_for,
)
from planner.web.wall_question import Lanes, View, WallQuestion
from planner.web.wall_story_lanes import build_lanes

MOST_PEOPLE = 12
MOST_FINISHED = 60
DONE = StateCategory.DONE.value


class Avatars(dict[int | None, SafeString]):
    """People's pictures by id; an empty outline for nobody.

    The crew's are drawn once on the page, as symbols, and only referred to by their cards.
    """

    def __init__(self, people: Mapping[int, Person], crew: Iterable[PersonLoad]) -> None:
        super().__init__({None: NO_ONE})
        self._people = people
        self.symbols = [_symbol(load.person) for load in crew]
        self |= {load.person.pk: _reference(load.person) for load in crew}

    def get(self, pk: int | None, default: Any = None) -> Any:
        """Return the picture; templates look things up with `get`."""
        del default
        if pk not in self:
            person = self._people.get(pk) if pk else None
            self[pk] = SafeString(avatar(person.name)) if person else NO_ONE
        return self[pk]


def _symbol(person: Person) -> SafeString:
    """The picture as a symbol of the page."""
    drawn = SafeString(avatar(person.name))
    inner = drawn[drawn.index("<path") : drawn.index("</svg>")]
    return format_html(
        '<symbol id="who-{}" viewBox="0 0 20 20"><g class="{}">{}</g></symbol>',
        person.pk,
        _classes(drawn),
        SafeString(inner),
    )


def _reference(person: Person) -> SafeString:
    return format_html('<svg class="av" role="img" aria-label="{}"><use href="#who-{}"/></svg>', person.name, person.pk)


def _classes(drawn: str) -> str:
    """The classes that colour a picture."""
    return drawn.split('"', 2)[1].strip()


NO_ONE = SafeString(
    '<svg class="av nobody" viewBox="0 0 20 20" role="img" aria-label="nobody yet">'
    '<circle cx="10" cy="10" r="8.5"/></svg>'
)


@dataclass(frozen=True)
class Asked:
    """A wall that was asked for, and by whom."""

    question: WallQuestion
    reader: User
    sprints: Sequence[Sprint]
    sprint: Sprint | None
    now: datetime


def ask_wall(*, question: WallQuestion, reader: User, now: datetime) -> Asked:
    """Find the sprint that is meant. Raises NotFound for one that is gone."""
    sprints = list_wall_sprints(workspace=question.workspace)
    sprint = choose_sprint(sprints=sprints, user=reader, sprint_id=question.sprint_id, team_id=question.team_id)
    for one in sprints:
        one.workspace = question.workspace
    return Asked(question, reader, sprints, sprint, now)


def page_context(asked: Asked) -> dict[str, Any]:
    """The whole page; without a sprint, what says how to get one."""
    place = asked.question.workspace
    context = {**shell_context(user=asked.reader, workspace=place), **_choices(asked)}
    return context if asked.sprint is None else {**context, **wall_context(asked, asked.sprint)}


def _choices(asked: Asked) -> dict[str, Any]:
    question = asked.question
    return {
        "question": question,
        "sprint": asked.sprint,
        "sprint_choices": [
            (sprint, question.address(sprint_id=sprint.pk), sprint == asked.sprint) for sprint in asked.sprints
        ],
        "all_url": question.address(person=None, capability=None, is_blocked=False, is_mine=False, text=""),
        "mine_url": question.address(is_mine=True),
        "not_mine_url": question.address(is_mine=False),
        "chips": _chips(question),
        "views": [
            ("Tasks", question.address(view=View.TASKS), question.view is View.TASKS),
            ("Stories", question.address(view=View.STORIES), question.view is View.STORIES),
        ],
        "lane_choices": [
            (word, question.address(lanes=lanes), question.lanes is lanes)
            for lanes, word in ((Lanes.CAPABILITY, "Capability"), (Lanes.PERSON, "Person"), (Lanes.NONE, "No lanes"))
        ],
    }


def _chips(question: WallQuestion) -> list[tuple[str, str]]:
    """Each filter in words, with the address of the wall without it."""
    chips = []
    if question.person:
        chips.append((question.person.name, question.address(person=None)))
    if question.capability:
        chips.append((question.capability.title, question.address(capability=None)))
    if question.is_blocked:
        chips.append(("blocked", question.address(is_blocked=False)))
    if question.text:
        chips.append((f"“{question.text}”", question.address(text="")))
    return chips


def wall_context(
    asked: Asked, sprint: Sprint, *, only: Collection[int] | None = None, after: int = 0
) -> dict[str, Any]:
    """The wall itself. `only`: the stories whose lanes are wanted; `after`: lanes already drawn."""
    wall = load_wall(sprint=sprint, kept=asked.question.kept)
    crews = load_teams(sprint=sprint)
    days = days_of(sprint=sprint, now=asked.now, crews=crews)
    reaches = list_reaches(sprint=sprint, stories=wall.stories)
    release = sum_release([*reaches.values(), *(reach_of_story(one) for one in wall.stories if not one.capability_id)])
    crew = build_crew(wall=wall, days=days, crews=crews)
    story_touches, touches = list_touches(story_ids=[story.pk for story in wall.stories], now=asked.now)
    drawing = Drawing(
        wall=wall,
        reaches=reaches,
        kept=asked.question.kept,
        now=asked.now,
        reader_id=asked.reader.pk,
        touches=touches,
        story_touches=story_touches,
    )
    if asked.question.view is View.TASKS:
        drawn = _tasks_view(drawing, only=only, after=after)
    else:
        drawn = _stories_view(drawing, asked.question.lanes, crew.people)
    bars = draw_bars(crew)
    known = {story.capability for story in wall.stories if story.capability}
    return {
        "wall": wall,
        "figures": build_figures(
            wall=wall, days=days, release=release, crew=crew, burn=burn_of_wall(sprint=sprint, now=asked.now)
        ),
        "crew": crew,
        "crew_shown": bars[:MOST_PEOPLE],
        "crew_more": bars[MOST_PEOPLE:],
        "avatars": Avatars(wall.people, crew.people),
        "capabilities": sorted(known, key=lambda capability: capability.title),
        "hidden": sum(not wall.is_kept(story) for story in wall.stories),
        **drawn,
    }


def _tasks_view(drawing: Drawing, *, only: Collection[int] | None, after: int) -> dict[str, Any]:
    ordered = order_stories(drawing)
    window = ordered[after : after + LANES_AT_ONCE]
    wanted = window if only is None else [story for story in ordered if story.pk in only]
    drawn = choose_drawn(window, drawing.wall) if only is None else {story.pk for story in wanted}
    tasks = list_tasks_of(stories=[story for story in wanted if story.pk in drawn], people=drawing.wall.people)
    shares = attribute_business_value({story.capability for story in wanted if story.capability})
    return {
        "groups": build_groups(wanted, tasks, replace(drawing, shares=shares), drawn),
        "order": " ".join(str(story.pk) for story in ordered),
        "rest": max(len(ordered) - after - LANES_AT_ONCE, 0) if only is None else 0,
        "next_after": after + LANES_AT_ONCE,
        "column_sums": _column_sums(drawing.wall),
        "finished": _finished(drawing),
    }


def _column_sums(wall: Wall) -> list[tuple[TaskState, int, Decimal]]:
    """Tasks and hours of each column, over all open stories of the sprint."""
    return [
        (
            state,
            sum(load.tasks for (_, word), load in wall.loads.items() if word == state.value),
            sum((load.hours for (_, word), load in wall.loads.items() if word == state.value), Decimal(0)),
        )
        for state in TaskState
    ]


def _finished(drawing: Drawing) -> list[tuple[Story, Reach]]:
    """Stories of the sprint that are done, the newest first, each with its capability's reach."""
    done = [story for story in drawing.wall.stories if story.category == DONE and drawing.wall.is_kept(story)]
    done.sort(key=lambda story: story.state_entered_at, reverse=True)
    return [(story, reach_for(story, drawing.reaches)) for story in done[:MOST_FINISHED]]


def _stories_view(drawing: Drawing, lanes: Lanes, loads: Sequence[PersonLoad]) -> dict[str, Any]:
    wall = drawing.wall
    people = list_people_on_tasks(sprint=wall.sprint)
    built = build_lanes(drawing=drawing, lanes=lanes, loads=loads, people=people)
    columns = built[0].cells if built else []
    downwards = zip(*(lane.cells for lane in built), strict=True)
    counts = [sum(len(cell.cards) + cell.more for cell in cells) for cells in downwards]
    return {
        "lanes": built,
        "columns": [(cell.column, cell.weight, count) for cell, count in zip(columns, counts, strict=True)],
        "order": " ".join(lane.key or "none" for lane in built),
    }
