"""The items behind a figure of a large map: a range of stories at a time, and the same as all at once."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import pytest

from accounts.models import Workspace
from common.clock import utc_now
from planner.services.stories import transition_story
from tests.factories import actor_of, give_value, make_story, make_workspace, state_named
from valuestream.models import Map
from valuestream.selectors import loading, measuring
from valuestream.selectors.asking import Question
from valuestream.selectors.evidence import CountedVisits, Counting, Place, Weight, visits_counted
from valuestream.selectors.maps import get_default_map
from valuestream.selectors.work_items import read_stories

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
STORIES = 7


@pytest.fixture
def now() -> datetime:
    return utc_now()


@pytest.fixture
def stream(now: datetime) -> Map:
    """Seven stories at work; the first has no value, and two are worth the same."""
    workspace = make_workspace("FLOW")
    for number, worth in enumerate((None, 300, 700, 100, 700, 500, 200)):
        _begin(workspace, number, worth, now)
    return get_default_map(workspace=workspace)


def _begin(workspace: Workspace, number: int, worth: int | None, now: datetime) -> None:
    story = make_story(workspace, f"Story {number}", now=now - 20 * DAY)
    if worth is not None:
        give_value(story, worth, now=now - 20 * DAY)
    state = state_named(workspace, "In progress")
    transition_story(story=story, state=state, actor=actor_of(workspace), now=now - (number + 2) * DAY)


def counted(stream: Map, now: datetime, counting: Counting, weight: Weight) -> CountedVisits:
    return visits_counted(
        map=stream, now=now, asked=Question(), place=Place(), counting=counting, weight=weight, limit=3
    )


@pytest.fixture
def loaded(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many stories each load held, from now on."""
    held: list[int] = []

    def load(source: loading.FlowSource, stories: loading.StoryRange | None = None) -> loading.LoadedFlow:
        flow = loading.load_range(source, stories)
        held.append(len(set(flow.visits.story.tolist())))
        return flow

    monkeypatch.setattr(measuring, "load_range", load)
    return held


@pytest.mark.parametrize("weight", list(Weight))
@pytest.mark.parametrize("counting", list(Counting))
def test_ranges_tell_the_same_as_all_at_once(
    stream: Map, now: datetime, counting: Counting, weight: Weight, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = counted(stream, now, counting, weight)
    monkeypatch.setattr(measuring, "AT_ONCE", 2)
    monkeypatch.setattr(measuring, "RANGE", 2)
    assert counted(stream, now, counting, weight) == whole


def test_no_more_than_a_range_is_held_at_a_time(
    stream: Map, now: datetime, loaded: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measuring, "AT_ONCE", 2)
    monkeypatch.setattr(measuring, "RANGE", 2)
    found = counted(stream, now, Counting.OPEN, Weight.VALUE)
    assert loaded == [2, 2, 2, 1]
    assert (found.counted, found.unvalued, len(found.rows)) == (STORIES, 1, 3)


def test_a_small_map_is_loaded_at_once(stream: Map, now: datetime, loaded: list[int]) -> None:
    counted(stream, now, Counting.OPEN, Weight.VALUE)
    assert loaded == [STORIES]


def test_stories_are_read_for_the_heaviest_only(stream: Map, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measuring, "AT_ONCE", 2)
    monkeypatch.setattr(measuring, "RANGE", 2)
    asked: list[int] = []
    monkeypatch.setattr(
        "valuestream.selectors.evidence.read_stories",
        lambda *, story_ids: read_stories(story_ids=_noted(story_ids, asked)),
    )
    counted(stream, now, Counting.OPEN, Weight.VALUE)
    assert len(asked) == 3


def _noted(story_ids: Iterable[int], asked: list[int]) -> list[int]:
    asked.extend(story_ids)
    return asked
