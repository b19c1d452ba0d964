"""The strip of a story, costly waits and cells of the cumulative flow."""

from datetime import timedelta
from decimal import Decimal

import pytest

from accounts.models import Workspace
from planner.models import Story
from planner.services.stories import set_blocked, transition_story
from tests.factories import NOW, actor_of, give_value, make_capability, make_story, make_workspace, state_named
from valuestream.selectors.flow import daily_flow, story_strip, waits_by_cost
from valuestream.selectors.maps import get_default_map

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
DAY_SECONDS = 86_400.0


def go(story: Story, name: str, days: int) -> None:
    state = state_named(story.workspace, name)
    transition_story(story=story, state=state, actor=actor_of(story.workspace), now=NOW + days * DAY)


@pytest.fixture
def workspace() -> Workspace:
    return make_workspace()


def test_a_strip_tells_worked_from_waited_and_what_it_cost(workspace: Workspace) -> None:
    story = make_story(workspace)
    give_value(story, 700)
    go(story, "In progress", 2)
    set_blocked(story=story, blocked=True, actor=actor_of(workspace), now=NOW + 3 * DAY)
    set_blocked(story=story, blocked=False, actor=actor_of(workspace), now=NOW + 4 * DAY)
    go(story, "Review", 6)
    go(story, "In progress", 7)
    story.refresh_from_db()
    strip = story_strip(story=story, now=NOW + 10 * DAY)
    assert [visit.name for visit in strip.visits] == ["Idea", "In progress", "Review", "In progress"]
    assert (strip.waited_seconds, strip.worked_seconds) == (4 * DAY_SECONDS, 6 * DAY_SECONDS)
    assert strip.waiting_cost == Decimal("400.00")
    assert (strip.came_back, strip.visits[-1].came_back, strip.visits[-1].is_open) == (1, True, True)


def test_a_finished_story_waits_no_more(workspace: Workspace) -> None:
    story = make_story(workspace)
    go(story, "Done", 2)
    strip = story_strip(story=story, now=NOW + 50 * DAY)
    assert strip.total_seconds == 2 * DAY_SECONDS
    assert strip.waiting_cost is None


def test_a_share_in_a_capability_is_what_waiting_costs(workspace: Workspace) -> None:
    capability = make_capability(workspace)
    story, _ = (make_story(workspace, capability=capability, points=Decimal(points)) for points in (1, 3))
    give_value(capability, 2800)
    story.refresh_from_db()
    assert story_strip(story=story, now=NOW + DAY).waiting_cost == Decimal("100.00")


def test_the_most_expensive_waits_come_first(workspace: Workspace) -> None:
    old, dear, worked = (make_story(workspace, title) for title in ("Old", "Dear", "Worked on"))
    for story, weekly in ((old, 70), (dear, 700), (worked, 7000)):
        give_value(story, weekly)
    go(worked, "In progress", 1)
    waits = waits_by_cost(map=get_default_map(workspace=workspace), now=NOW + 2 * DAY).rows
    assert [(wait.story.title, wait.lost_so_far) for wait in waits] == [
        ("Dear", Decimal("200.00")),
        ("Old", Decimal("20.00")),
    ]


def test_a_cell_holds_what_is_in_the_block_at_the_days_end(workspace: Workspace) -> None:
    story = make_story(workspace)
    make_story(workspace)
    go(story, "Review", 2)
    found = get_default_map(workspace=workspace)
    idea = found.stages.all()[0].blocks.all()[0].pk
    cells = daily_flow(map=found, since=NOW.date() + DAY, until=NOW.date() + 3 * DAY)
    assert [cell.items for cell in cells if cell.block_id == idea] == [2, 1, 1]
