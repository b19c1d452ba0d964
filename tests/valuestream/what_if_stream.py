"""A small stream with a past, for the tests of what-if: one builder who has more to do than he can."""

from datetime import datetime, timedelta

from accounts.models import Workspace
from planner.models import Story
from planner.services.stories import transition_story
from tests.factories import actor_of, give_value, make_story, state_named
from valuestream.models import Map, Stage
from valuestream.selectors.maps import get_default_map

DAY = timedelta(days=1)


def go(story: Story, name: str, at: datetime) -> None:
    """Move a story."""
    transition_story(story=story, state=state_named(story.workspace, name), actor=actor_of(story.workspace), now=at)


def make_stream(workspace: Workspace, now: datetime, *, done: int = 12, waiting: int = 8) -> Map:
    """`done` stories of five days each, one after another, of 3 points and 700 a week; others wait in Ready."""
    for number in range(done):
        begins = now - (5 * (done - number) + 1) * DAY
        story = make_story(workspace, f"Done {number}", now=begins - 6 * DAY, points=3)
        give_value(story, 700, now=begins - 6 * DAY)
        go(story, "In progress", begins)
        go(story, "Done", begins + 5 * DAY)
    for number in range(waiting):
        story = make_story(workspace, f"Waiting {number}", now=now - (20 + number) * DAY, points=3)
        give_value(story, 700, now=now - 20 * DAY)
        go(story, "Ready", now - (15 - number) * DAY)
    return get_default_map(workspace=workspace)


def work_stage(map_: Map) -> Stage:
    """The stage in which people work."""
    return map_.stages.get(name="In progress")


def staff(map_: Map, people: int) -> Map:
    """Type how many people work there, and fetch the map again."""
    Stage.objects.filter(pk=work_stage(map_).pk).update(staffed=people)
    return get_default_map(workspace=map_.workspace)
