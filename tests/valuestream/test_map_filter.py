"""A map of some stories only: chosen in the language of panels, by what their fields are today."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import Workspace
from common.clock import utc_now
from planner.models import Story, Team
from planner.services.custom_fields import create_field
from planner.services.field_options import OptionDraft
from planner.services.field_values import set_story_fields_of_own
from planner.services.stories import transition_story
from planner.services.teams import create_team
from tests.factories import actor_of, give_value, make_story, make_workspace, owner_of, state_named
from valuestream.models import Map
from valuestream.selectors.maps import get_default_map

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def now() -> datetime:
    return utc_now()


@pytest.fixture
def workspace() -> Workspace:
    return make_workspace("FLOW")


@pytest.fixture
def browser(client: Client, workspace: Workspace) -> Client:
    client.force_login(owner_of(workspace))
    return client


@pytest.fixture
def stream(workspace: Workspace) -> Map:
    return get_default_map(workspace=workspace)


def make_team(workspace: Workspace, name: str) -> Team:
    return create_team(workspace=workspace, name=name, actor=actor_of(workspace), now=utc_now())


def walk(workspace: Workspace, title: str, now: datetime, **fields: Any) -> Story:
    """A story worth 700 a week, at work since five days."""
    story = make_story(workspace, title, now=now - 10 * DAY, **fields)
    give_value(story, 700, now=now - 10 * DAY)
    state = state_named(workspace, "In progress")
    return transition_story(story=story, state=state, actor=actor_of(workspace), now=now - 5 * DAY)


def measured(browser: Client, stream: Map, **question: str) -> dict[str, Any]:
    answer = browser.get(f"/api/v1/maps/{stream.pk}/metrics/", question)
    assert answer.status_code == 200, answer.content
    told: dict[str, Any] = answer.json()
    return told


def test_only_chosen_stories_are_counted_now_and_then(
    browser: Client, workspace: Workspace, stream: Map, now: datetime
) -> None:
    quayside = make_team(workspace, "Quayside")
    walk(workspace, "Ours", now, team=quayside)
    walk(workspace, "Theirs", now)
    chosen = "team is Quayside"
    assert measured(browser, stream)["total"]["wip"] == 2
    assert measured(browser, stream, filter=chosen)["total"]["wip"] == 1
    then = (now - 7 * DAY).isoformat()
    assert measured(browser, stream, filter=chosen, as_of=then)["total"]["wip"] == 1
    assert measured(browser, stream, filter="team is Quayside and points > 3")["total"]["wip"] == 0


def test_parts_add_up_to_the_whole(browser: Client, workspace: Workspace, stream: Map, now: datetime) -> None:
    quayside = make_team(workspace, "Quayside")
    for number in range(5):
        walk(workspace, f"Story {number}", now - number * DAY, team=quayside if number % 2 else None)
    whole, ours, rest = (
        measured(browser, stream, **({"filter": text} if text else {}))["total"]
        for text in ("", "team is Quayside", "not team is Quayside")
    )
    for figure in ("wip", "arrivals", "departures"):
        assert whole[figure] == ours[figure] + rest[figure]
    for figure in ("value_held", "idle_cost", "delay_cost_rate"):
        assert float(whole[figure]) == pytest.approx(float(ours[figure]) + float(rest[figure]), abs=0.02)


def test_a_field_of_ones_own_chooses_stories(browser: Client, workspace: Workspace, stream: Map, now: datetime) -> None:
    actor = actor_of(workspace)
    create_field(
        workspace=workspace,
        item="STORY",
        name="Risk",
        kind="CHOICE",
        options=[OptionDraft("High"), OptionDraft("Low")],
        actor=actor,
        now=now,
    )
    story = walk(workspace, "Risky", now)
    walk(workspace, "Plain", now)
    set_story_fields_of_own(workspace=workspace, story_ids=[story.pk], values={"risk": "High"}, actor=actor, now=now)
    assert measured(browser, stream, filter="risk is High")["total"]["wip"] == 1
    page = browser.get(f"/w/FLOW/maps/{stream.pk}/", {"filter": "risk is High"}).content.decode()
    assert "risk is High" in page
    assert "filter=risk+is+%22Low%22" in page, "the other choice is one click away"


def test_evidence_counts_the_same_stories(browser: Client, workspace: Workspace, stream: Map, now: datetime) -> None:
    walk(workspace, "Ours", now, team=make_team(workspace, "Quayside"))
    walk(workspace, "Theirs", now)
    question = {"metric": "wip", "filter": "team is Quayside"}
    sheet = browser.get(f"/w/FLOW/maps/{stream.pk}/evidence/", question).content.decode()
    assert "Ours" in sheet
    assert "Theirs" not in sheet


def test_every_link_of_the_page_keeps_the_filter(
    browser: Client, workspace: Workspace, stream: Map, now: datetime
) -> None:
    walk(workspace, "Ours", now, team=make_team(workspace, "Quayside"))
    page = browser.get(f"/w/FLOW/maps/{stream.pk}/", {"filter": "team is Quayside", "clock": "working"})
    body = page.content.decode()
    assert "window_days=30&amp;clock=working&amp;filter=team+is+Quayside" in body
    assert 'name="clock" value="working"' in body, "the form keeps the rest of the question"


@pytest.mark.parametrize(
    ("text", "said"),
    [("team is", "character"), ("mood is bad", "mood"), ("x" * 2_001, "2,001")],
)
def test_a_filter_that_can_not_be_read_is_kept_and_explained(
    browser: Client, workspace: Workspace, stream: Map, now: datetime, text: str, said: str
) -> None:
    walk(workspace, "Ours", now)
    page = browser.get(f"/w/FLOW/maps/{stream.pk}/", {"filter": text})
    assert page.status_code == 400
    body = page.content.decode()
    assert said in body
    assert text in body
    assert "data-map-picture" not in body, "figures of all stories would be taken for those of some"
    answer = browser.get(f"/api/v1/maps/{stream.pk}/metrics/", {"filter": text})
    assert answer.status_code == 400
    assert said in answer.json()["errors"]["filter"][0]
