"""The page of a value stream map, its fragments, and the strip on a story's page."""

import csv
import re
from datetime import datetime, timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Workspace
from accounts.policies import Role
from common.clock import utc_now
from planner.models import State, Story
from planner.services.states import create_state
from planner.services.stories import set_blocked, transition_story
from tests.factories import (
    actor_of,
    give_value,
    make_member,
    make_story,
    make_user,
    make_workspace,
    owner_of,
    state_named,
)
from valuestream.models import Map, Stage
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
def address(workspace: Workspace) -> str:
    return f"/w/FLOW/maps/{get_default_map(workspace=workspace).pk}/"


def go(story: Story, name: str, at: datetime) -> None:
    transition_story(story=story, state=state_named(story.workspace, name), actor=actor_of(story.workspace), now=at)


def walk(workspace: Workspace, now: datetime, *, weekly: int | None = 700, title: str = "A story") -> Story:
    """A story: idea 20 days ago, at work 15 days ago, waiting for review since 10 days."""
    story = make_story(workspace, title, now=now - 20 * DAY)
    if weekly is not None:
        give_value(story, weekly, now=now - 20 * DAY)
    go(story, "In progress", now - 15 * DAY)
    go(story, "Review", now - 10 * DAY)
    return story


def page_of(browser: Client, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def words_of(markup: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", markup))


def test_the_list_leads_to_the_only_map(browser: Client, address: str) -> None:
    assert browser.get("/w/FLOW/maps/").headers["Location"] == address


def test_several_maps_are_listed(browser: Client, workspace: Workspace, now: datetime, address: str) -> None:
    Map.objects.create(workspace=workspace, name="Another view", created_at=now)
    assert browser.get("/w/FLOW/maps/").headers["Location"] == address
    assert "Another view" in page_of(browser, "/w/FLOW/maps/?all=1")


def test_an_empty_workspace_learns_what_it_will_see_and_how_to_begin(browser: Client, address: str) -> None:
    page = page_of(browser, address)
    assert "See where value is stuck" in page
    assert "Import from Jira" in page


def test_the_title_is_the_finding_and_its_evidence_follows(
    browser: Client, workspace: Workspace, address: str, now: datetime
) -> None:
    walk(workspace, now)
    words = words_of(page_of(browser, address))
    assert "Bottleneck" in words
    assert re.search(r"\$[\d.]+k waits in Review", words)
    assert "The queue grew from 0 to 1 in 90 days." in words


def test_every_figure_opens_its_evidence(browser: Client, workspace: Workspace, address: str, now: datetime) -> None:
    walk(workspace, now)
    addresses = set(re.findall(r'data-sheet-url="([^"]+)"', page_of(browser, address)))
    assert len(addresses) > 40
    for one in addresses:
        answer = browser.get(one.replace("&amp;", "&"))
        assert answer.status_code == 200, one
        if "evidence/?metric=" in one:
            assert "Formula" in answer.content.decode()


def test_evidence_names_what_it_counts_and_what_it_leaves_out(
    browser: Client, workspace: Workspace, address: str, now: datetime
) -> None:
    walk(workspace, now, title="Counts")
    walk(workspace, now, weekly=None, title="Has no value")
    stage = Stage.objects.get(map__workspace=workspace, name="Review")
    words = words_of(page_of(browser, f"{address}evidence/?metric=idle_cost&stage={stage.pk}"))
    assert "Idle cost, Review" in words
    assert "$1,000" in words
    assert "Counts" in words
    assert "1 visit has no value: unvalued is not zero." in words


@pytest.mark.parametrize(
    ("question", "status"),
    [
        ("metric=nonsense", 400),
        ("metric=wip&stage=999999", 404),
        ("metric=wip&block=999999", 404),
        ("metric=wip&stage=-1", 400),
        ("metric=wip&as_of=2999-01-01", 400),
        ("metric=wip&window_days=x", 400),
    ],
)
def test_evidence_refuses_what_it_can_not_answer(browser: Client, address: str, question: str, status: int) -> None:
    assert browser.get(f"{address}evidence/?{question}").status_code == status


def test_a_past_day_shows_what_was_known_then(
    browser: Client, workspace: Workspace, address: str, now: datetime
) -> None:
    walk(workspace, now)
    day = (now - 13 * DAY).date().isoformat()
    page = page_of(browser, f"{address}?as_of={day}")
    assert "The past." in page
    assert f"as_of={day}" in page
    assert "waits in Review" not in words_of(page)


def test_today_as_a_date_is_the_present(browser: Client, workspace: Workspace, address: str, now: datetime) -> None:
    walk(workspace, now)
    page = page_of(browser, f"{address}?as_of={now.date().isoformat()}")
    assert "kept up to date" in page


@pytest.mark.parametrize(
    "question", ["as_of=2999-01-01", "as_of=x", "window_days=0", "window_days=99999", "clock=moon"]
)
def test_a_question_that_makes_no_sense_is_refused(browser: Client, address: str, question: str) -> None:
    assert browser.get(f"{address}?{question}").status_code == 400


def test_controls_keep_the_rest_of_the_question(
    browser: Client, workspace: Workspace, address: str, now: datetime
) -> None:
    walk(workspace, now)
    page = page_of(browser, f"{address}?window_days=30&clock=working")
    assert f'href="{address}?window_days=30"' in page
    assert f'href="{address}?window_days=180&amp;clock=working"' in page
    assert "clock=working" in re.findall(r'data-picture-url="([^"]+)"', page)[0]


def test_without_values_the_stream_is_drawn_in_items_and_says_so(
    browser: Client, workspace: Workspace, address: str, now: datetime
) -> None:
    walk(workspace, now, weekly=None)
    page = page_of(browser, address)
    assert "its dollars are not known" in page
    assert "in-items" in page
    assert "1 item waits in Review" in words_of(page)
    assert ">Dollars<" not in page


def test_items_can_be_asked_for(browser: Client, workspace: Workspace, address: str, now: datetime) -> None:
    walk(workspace, now)
    assert "level = items" in words_of(page_of(browser, f"{address}?measure=items"))


def test_the_picture_is_a_fragment_too(browser: Client, workspace: Workspace, address: str, now: datetime) -> None:
    walk(workspace, now)
    fragment = page_of(browser, f"{address}picture/")
    assert "<html" not in fragment
    assert "waits in Review" in words_of(fragment)


def test_the_history_is_a_line_with_words(browser: Client, workspace: Workspace, address: str, now: datetime) -> None:
    walk(workspace, now)
    assert "Value held: " in page_of(browser, f"{address}history/")


def test_rework_is_drawn_and_counted(browser: Client, workspace: Workspace, address: str, now: datetime) -> None:
    story = walk(workspace, now)
    go(story, "Ready", now - 5 * DAY)
    assert "1 item went back from Review to Ready" in page_of(browser, address)


def test_twelve_stages_are_all_there(browser: Client, workspace: Workspace, address: str, now: datetime) -> None:
    for number in range(8):
        create_state(
            workspace=workspace, name=f"Station {number}", category="IN_PROGRESS", actor=actor_of(workspace), now=now
        )
    walk(workspace, now)
    page = page_of(browser, address)
    assert page.count('<th scope="col" class="stage') == 12


def test_a_map_of_finished_stages_only_still_answers(
    browser: Client, workspace: Workspace, address: str, now: datetime
) -> None:
    walk(workspace, now)
    Stage.objects.filter(map__workspace=workspace).exclude(name__in=("Done", "Cancelled")).delete()
    assert "unmapped" in page_of(browser, address)


def test_names_are_shown_as_text(browser: Client, workspace: Workspace, address: str, now: datetime) -> None:
    State.objects.filter(workspace=workspace, name="Review").update(name="<b>Review</b>")
    Stage.objects.filter(map__workspace=workspace, name="Review").update(name="<script>x</script>")
    story = make_story(workspace, "<img src=x>", now=now - 3 * DAY)
    give_value(story, 70, now=now - 3 * DAY)
    page = page_of(browser, address)
    assert "<script>x" not in page
    assert "<img src=x>" not in page


def test_the_page_keeps_to_the_content_security_policy(
    browser: Client, workspace: Workspace, address: str, now: datetime
) -> None:
    walk(workspace, now)
    page = page_of(browser, address)
    assert not re.search(r"\sstyle=|\son\w+=|<style|<script(?![^>]*src=)", page)


def test_the_export_has_plain_numbers_and_harmless_names(
    browser: Client, workspace: Workspace, address: str, now: datetime
) -> None:
    walk(workspace, now)
    Stage.objects.filter(map__workspace=workspace, name="Review").update(name="=1+1")
    answer = browser.get(f"{address}export.csv")
    assert answer.headers["Content-Type"].startswith("text/csv")
    rows = {row["Stage or block"]: row for row in csv.DictReader(StringIO(answer.content.decode()))}
    assert rows["'=1+1"]["Items"] == "1"
    assert Decimal(rows["'=1+1"]["Idle cost"]) == pytest.approx(Decimal(1000), abs=1)
    assert float(rows["Idea"]["Lead time, mean"]) == 5 * 86_400


def test_the_number_of_queries_does_not_grow_with_the_stories(
    browser: Client, workspace: Workspace, address: str, now: datetime
) -> None:
    counts = []
    for _ in range(3):
        for number in range(4):
            walk(workspace, now, title=f"Story {number}")
        with CaptureQueriesContext(connection) as queries:
            browser.get(address)
        counts.append(len(queries))
    assert counts[1] == counts[2]
    assert counts[2] <= 50


def test_the_map_of_another_workspace_is_not_found_under_this_one(
    browser: Client, workspace: Workspace, address: str
) -> None:
    other = make_workspace("OTHER", owner=owner_of(workspace))
    foreign = get_default_map(workspace=other)
    assert browser.get(f"/w/FLOW/maps/{foreign.pk}/").status_code == 404


PARTS = ["", "picture/", "history/", "evidence/?metric=wip", "export.csv"]


@pytest.mark.parametrize("part", PARTS)
def test_a_viewer_sees_it_an_outsider_learns_nothing(
    client: Client, workspace: Workspace, address: str, part: str
) -> None:
    assert client.get(f"{address}{part}").status_code == 302
    client.force_login(make_member(workspace, Role.VIEWER))
    assert client.get(f"{address}{part}").status_code == 200
    client.force_login(make_user())
    assert client.get(f"{address}{part}").status_code == 404


@pytest.mark.parametrize("part", PARTS)
def test_nothing_here_can_be_posted_to(browser: Client, address: str, part: str) -> None:
    assert browser.post(f"{address}{part}").status_code == 405


def test_no_map_has_an_endless_number(browser: Client) -> None:
    assert browser.get(f"/w/FLOW/maps/{'9' * 30}/").status_code == 404


def test_the_strip_shows_waits_work_and_the_way_back(browser: Client, workspace: Workspace, now: datetime) -> None:
    story = walk(workspace, now)
    set_blocked(story=story, blocked=True, reason="No test data", actor=actor_of(workspace), now=now - 4 * DAY)
    go(story, "In progress", now - 2 * DAY)
    strip = page_of(browser, f"/w/FLOW/stories/{story.key}/flow/")
    assert strip.count('fill="url(#hatch)"') >= 3
    assert "rework-mark" in strip
    assert "blocked 2 d" in strip
    assert "Came back 1 time " in words_of(strip)
    assert "$1,500.00" in strip


def test_the_strip_of_an_unvalued_story_has_no_cost(browser: Client, workspace: Workspace, now: datetime) -> None:
    story = walk(workspace, now, weekly=None)
    assert "not known: the story has no value" in page_of(browser, f"/w/FLOW/stories/{story.key}/flow/")


def test_the_strip_is_its_workspaces_own(client: Client, workspace: Workspace, now: datetime) -> None:
    story = walk(workspace, now)
    client.force_login(make_user())
    assert client.get(f"/w/FLOW/stories/{story.key}/flow/").status_code == 404


def test_the_home_page_is_told_what_the_stream_holds(reader: Client, workspace: Workspace) -> None:
    url = reverse("map-summary", args=[workspace.key])
    assert b"Nothing has moved through the workflow yet" in reader.get(url).content


def test_the_only_map_is_opened_as_the_address_asks(browser: Client, address: str) -> None:
    answer = browser.get("/w/FLOW/maps/?as_of=2026-09-20")
    assert answer.headers["Location"] == f"{address}?as_of=2026-09-20"
