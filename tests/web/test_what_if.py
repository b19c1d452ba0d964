"""The page of a map's what-if and its fragments."""

import re
from datetime import datetime
from decimal import Decimal

import pytest
from django.test import Client

from accounts.models import Workspace
from common.clock import utc_now
from tests.factories import make_workspace, owner_of
from tests.valuestream.what_if_stream import DAY, make_stream, staff, work_stage
from valuestream.models import Map
from valuestream.selectors.maps import get_default_map

pytestmark = pytest.mark.django_db


@pytest.fixture
def now() -> datetime:
    return utc_now()


@pytest.fixture
def workspace(now: datetime) -> Workspace:
    workspace = make_workspace("WHAT", now=now - 120 * DAY)
    workspace.cost_per_point = Decimal(100)
    workspace.save()
    return workspace


@pytest.fixture
def map_(workspace: Workspace, now: datetime) -> Map:
    return staff(make_stream(workspace, now), 1)


@pytest.fixture
def browser(client: Client, workspace: Workspace) -> Client:
    client.force_login(owner_of(workspace))
    return client


def page_of(browser: Client, map_: Map, query: str = "", **headers: str) -> str:
    answer = browser.get(f"/w/WHAT/maps/{map_.pk}/what-if/{query}", headers=headers)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


def words_of(markup: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", markup))


def test_the_verdict_is_a_sentence_with_its_range_and_cost(browser: Client, map_: Map) -> None:
    words = words_of(page_of(browser, map_, f"?people_{work_stage(map_).pk}=2"))

    assert "Worth it" in words
    assert re.search(
        r"One more person in In progress brings \$[\d.]+k? to \$[\d.]+k? more live a quarter and costs", words
    )
    assert re.search(r"In \d+% of 200 runs it brings more than it costs\.", words)


def test_an_unchanged_stream_shows_where_one_more_is_worth_most(browser: Client, map_: Map) -> None:
    words = words_of(page_of(browser, map_))

    assert "As it is" in words
    assert re.search(r"Waiting for In progress costs \$[\d.]+k? a quarter if nothing changes", words)
    assert "One more person is worth most in In progress" in words


def test_a_turned_knob_gets_the_answer_alone_and_its_address(browser: Client, map_: Map) -> None:
    stage = work_stage(map_).pk
    address = f"/w/WHAT/maps/{map_.pk}/what-if/"
    answer = browser.get(
        f"{address}?people_{stage}=3&wip_{stage}=&batch=&weeks=13&learning=3", headers={"HX-Request": "true"}
    )

    assert answer.headers["HX-Replace-Url"] == f"{address}?people_{stage}=3"
    assert b"<html" not in answer.content
    assert b'hx-swap-oob="true"' in answer.content


def test_the_address_holds_all_of_the_scenario(browser: Client, map_: Map) -> None:
    stage = work_stage(map_).pk
    page = page_of(
        browser, map_, f"?people_{stage}=3&wip_{stage}=6&batch=9&weeks=26&learning=1&cost=1500&window_days=60"
    )

    for field in (f'name="people_{stage}" value="3"', f'name="wip_{stage}" value="6"', 'value="9"', 'value="1500"'):
        assert field in page
    assert '<option value="26" selected>' in page
    assert '<input type="hidden" name="window_days" value="60">' in page


def test_the_bottleneck_of_the_map_leads_here(browser: Client, map_: Map) -> None:
    page = browser.get(f"/w/WHAT/maps/{map_.pk}/").content.decode()
    (link,) = re.findall(r'href="(/w/WHAT/maps/\d+/what-if/\?at=\d+)"', page)

    words = words_of(browser.get(link).content.decode())

    assert "One more person in In progress brings" in words


def test_every_figure_has_its_evidence(browser: Client, map_: Map) -> None:
    addresses = re.findall(r'data-sheet-url="([^"]+)"', page_of(browser, map_))

    assert len(addresses) == 6
    for address in addresses:
        words = words_of(browser.get(address.replace("&amp;", "&")).content.decode())
        assert "Formula" in words
        assert "times of 12 visits" in words


def test_the_past_is_played_against_what_came(browser: Client, workspace: Workspace, now: datetime) -> None:
    map_ = staff(make_stream(workspace, now, done=14), 1)
    words = words_of(browser.get(f"/w/WHAT/maps/{map_.pk}/what-if/past/").content.decode())

    assert re.search(r"\d of \d fell inside the 90% range; too few to say more", words)


def test_an_empty_stream_teaches_what_will_be_here(browser: Client, workspace: Workspace) -> None:
    page = page_of(browser, get_default_map(workspace=workspace))

    assert "See what one more person is worth" in page


@pytest.mark.parametrize(
    "query", ["?people_1=2", "?batch=-1", "?weeks=x", "?cost=dear", "?window_days=0", "?figure=none"]
)
def test_what_cannot_be_used_is_refused_in_a_sentence(browser: Client, map_: Map, query: str) -> None:
    part = "evidence/" if "figure" in query else ""
    answer = browser.get(f"/w/WHAT/maps/{map_.pk}/what-if/{part}{query}")

    assert answer.status_code == 400


def test_a_map_of_another_workspace_is_not_here(browser: Client, map_: Map) -> None:
    make_workspace("ELSE", owner=owner_of(map_.workspace))

    assert browser.get(f"/w/ELSE/maps/{map_.pk}/what-if/").status_code == 404
