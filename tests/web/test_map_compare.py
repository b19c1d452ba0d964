"""Two dates or two choices of stories compared on one map, on the page and over HTTP."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client

from accounts.models import Workspace
from common.clock import utc_now
from common.errors import InvalidInput
from planner.services.stories import transition_story
from tests.api.conftest import Caller
from tests.factories import actor_of, give_value, make_story, make_workspace, owner_of, state_named
from valuestream.models import Map
from valuestream.selectors import comparing
from valuestream.selectors.asking import Question
from valuestream.selectors.comparing import Pair, compare_map
from valuestream.selectors.maps import get_default_map

pytestmark = pytest.mark.django_db
NOW = utc_now()
DAY = timedelta(days=1)


@pytest.fixture
def workspace() -> Workspace:
    """A story at work for 20 days that went to review five days ago, and one that waits there for ten."""
    made = make_workspace("FLOW", now=NOW - 60 * DAY)
    for title, days, reviewed in (("Early", 20, 10), ("Late", 20, 5)):
        story = make_story(made, title, now=NOW - 30 * DAY)
        give_value(story, 700, now=NOW - 29 * DAY)
        for name, ago in (("In progress", days), ("Review", reviewed)):
            transition_story(story=story, state=state_named(made, name), actor=actor_of(made), now=NOW - ago * DAY)
    return made


@pytest.fixture
def the_map(workspace: Workspace) -> Map:
    return get_default_map(workspace=workspace)


def test_two_dates_tell_what_moved_between_them(the_map: Map) -> None:
    told = compare_map(map=the_map, left=Question(as_of=NOW - 7 * DAY), right=Question(), now=NOW)
    stages = {stage.name: stage.pairs for stage in told.stages}
    assert (stages["Review"]["wip"], stages["In progress"]["wip"]) == (Pair(1, 2), Pair(1, 0))
    assert stages["Review"]["value_held"].change == stages["Review"]["value_held"].left
    assert told.total.pairs["wip"] == Pair(2, 2)
    assert told.most_changed is not None
    assert told.most_changed.name == "In progress", "of equal changes the earlier stage"
    assert "Done" not in stages


def test_two_choices_of_stories_are_compared(the_map: Map, client: Client) -> None:
    client.force_login(owner_of(the_map.workspace))
    page = client.get(
        f"/w/FLOW/maps/{the_map.pk}/compare/?filter=title+has+Early&with_filter=title+has+Nothing"
    ).content
    assert b"Now, title has Nothing against Now, title has Early: " in page
    assert b" less, the whole stream " in page
    assert page.count(b"<h1") == 1


def test_what_is_not_known_has_no_change() -> None:
    assert Pair(None, 3).change is None
    assert Pair(Decimal(2), Decimal(5)).change == Decimal(3)
    assert Pair(0.5, 0.25).change == -0.25


def test_the_same_twice_says_so(the_map: Map, client: Client) -> None:
    client.force_login(owner_of(the_map.workspace))
    page = client.get(f"/w/FLOW/maps/{the_map.pk}/compare/").content.decode()
    assert "Both hold the same value in every stage." in page


def test_a_side_that_can_t_be_asked_is_said_at_its_field(the_map: Map, client: Client) -> None:
    client.force_login(owner_of(the_map.workspace))
    answer = client.get(f"/w/FLOW/maps/{the_map.pk}/compare/?as_of=2999-01-01&with_filter=nonsense+is+3")
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "lies in the future" in page
    assert "nonsense" in page.split('id="cmp-with_filter"')[1].split("</fieldset>")[0]


def test_more_than_can_be_waited_for_is_refused_with_a_sentence(the_map: Map, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comparing, "needs_study", lambda **asked: True)
    with pytest.raises(InvalidInput, match="shorter"):
        compare_map(map=the_map, left=Question(), right=Question(), now=NOW)


def test_over_http(the_map: Map) -> None:
    owner = Caller(owner_of(the_map.workspace))
    day = (NOW - 7 * DAY).date().isoformat()
    told = owner.get(f"/maps/{the_map.pk}/compare/?as_of={day}&window_days=30")
    review = next(stage for stage in told["stages"] if stage["name"] == "Review")
    assert review["figures"]["wip"] == {"left": 1.0, "right": 2.0, "change": 1.0}
    assert Decimal(review["figures"]["value_held"]["change"]) > 0
    assert (told["window_days"], told["left"]["filter"]) == (30, "")
    refused = owner.get(f"/maps/{the_map.pk}/compare/?with_as_of=never&filter=x+is+1", status=400)
    assert sorted(refused["errors"]) == ["filter", "with_as_of"]
