"""The work in progress of a map as a list, on its page, as files and over HTTP."""

import csv
from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal
from io import StringIO
from typing import Any, cast

import pytest
from django.test import Client

from accounts.models import Workspace
from common.clock import utc_now
from common.errors import InvalidInput
from planner.models import Story
from planner.services.stories import set_blocked, transition_story
from tests.api.conftest import Caller
from tests.factories import actor_of, give_value, make_story, make_workspace, owner_of, state_named
from valuestream.models import Map
from valuestream.selectors.asking import Question
from valuestream.selectors.evidence import Place
from valuestream.selectors.maps import get_default_map
from valuestream.selectors.open_items import Order, list_open_items

pytestmark = pytest.mark.django_db
NOW = utc_now()
DAY = timedelta(days=1)


def waiting_story(workspace: Workspace, title: str, weekly: int | None, days: int) -> Story:
    """A story that waits for review since so many days."""
    story = make_story(workspace, title, now=NOW - (days + 5) * DAY)
    if weekly is not None:
        give_value(story, weekly, now=NOW - (days + 4) * DAY)
    actor = actor_of(workspace)
    transition_story(story=story, state=state_named(workspace, "Review"), actor=actor, now=NOW - days * DAY)
    return story


@pytest.fixture
def workspace() -> Workspace:
    made = make_workspace("FLOW", now=NOW - 60 * DAY)
    waiting_story(made, "Dear and old", 1400, 20)
    waiting_story(made, "Cheap and older", 70, 30)
    waiting_story(made, "Dear and new", 2100, 2)
    waiting_story(made, "Nobody knows", None, 40)
    make_story(made, "An idea", now=NOW - DAY)
    return made


@pytest.fixture
def the_map(workspace: Workspace) -> Map:
    return get_default_map(workspace=workspace)


def review_of(map_: Map) -> Place:
    return Place(stage_id=map_.stages.get(name="Review").pk)


def titles(map_: Map, order: Order = Order.LOST) -> list[str]:
    found = list_open_items(map=map_, now=NOW, asked=Question(), place=review_of(map_), order=order)
    return [row.story.title for row in found.rows]


def test_dollars_times_age_come_first_and_what_nobody_knows_last(the_map: Map) -> None:
    assert titles(the_map) == ["Dear and old", "Dear and new", "Cheap and older", "Nobody knows"]
    assert titles(the_map, Order.AGE) == ["Nobody knows", "Cheap and older", "Dear and old", "Dear and new"]
    assert titles(the_map, Order.COST_OF_DELAY)[:2] == ["Dear and new", "Dear and old"]


def test_a_row_tells_where_it_is_and_what_it_lost_there(the_map: Map) -> None:
    found = list_open_items(map=the_map, now=NOW, asked=Question(), place=review_of(the_map))
    first = found.rows[0]
    assert (first.stage, first.block, first.is_waiting, first.is_blocked) == ("Review", "Review", True, False)
    assert first.lost_so_far == pytest.approx(Decimal(4000), abs=1)
    assert (found.counted, found.rows[-1].lost_so_far) == (4, None)
    assert found.lost_so_far == pytest.approx(Decimal(4000 + 600 + 300), abs=2)


def test_only_what_waits_is_asked_for(the_map: Map, workspace: Workspace) -> None:
    story = make_story(workspace, "At work", now=NOW - 9 * DAY)
    actor = actor_of(workspace)
    transition_story(story=story, state=state_named(workspace, "In progress"), actor=actor, now=NOW - 8 * DAY)
    place = Place(stage_id=the_map.stages.get(name="In progress").pk)
    everything = list_open_items(map=the_map, now=NOW, asked=Question(), place=place)
    waiting = list_open_items(map=the_map, now=NOW, asked=Question(), place=place, only_waiting=True)
    assert (everything.counted, waiting.counted) == (1, 0)
    set_blocked(story=story, blocked=True, reason="No key", actor=actor, now=NOW - DAY)
    blocked = list_open_items(map=the_map, now=NOW, asked=Question(), place=place, only_waiting=True)
    assert [row.is_blocked for row in blocked.rows] == [True]


def test_a_past_day_has_the_items_of_that_day(the_map: Map) -> None:
    asked = Question(as_of=NOW - 25 * DAY)
    found = list_open_items(map=the_map, now=NOW, asked=asked, place=review_of(the_map))
    assert [row.story.title for row in found.rows] == ["Cheap and older", "Nobody knows"]


@pytest.mark.parametrize("order", list(Order))
@pytest.mark.parametrize("limit", [1, 2, 3])
def test_pages_tell_each_item_once_also_while_time_goes_on(the_map: Map, order: Order, limit: int) -> None:
    seen: list[str] = []
    after, now, place = "", NOW, review_of(the_map)
    while after or not seen:
        page = list_open_items(
            map=the_map, now=now, asked=Question(), place=place, order=order, after=after, limit=limit
        )
        seen += [row.story.title for row in page.rows]
        after, now = page.next_after, now + DAY
        if not after:
            break
    assert seen == titles(the_map, order)


@pytest.mark.parametrize("after", ["x", "1", "1_2", "1_2_3_4", "a_b_c", f"{10**30}_1_1", "__"])
def test_what_is_no_cursor_is_refused(the_map: Map, after: str) -> None:
    with pytest.raises(InvalidInput, match="cursor"):
        list_open_items(map=the_map, now=NOW, asked=Question(), place=Place(), after=after)


def test_the_page_and_its_next_rows(client: Client, the_map: Map) -> None:
    client.force_login(owner_of(the_map.workspace))
    address = f"/w/FLOW/maps/{the_map.pk}/items/"
    page = client.get(address).content.decode()
    assert page.count("<h1") == 1
    assert page.index("Dear and old") < page.index("Cheap and older") < page.index("An idea")
    assert "Whole stream" in page
    assert client.get(f"{address}?order=colour").status_code == 400
    assert client.get(f"{address}?stage=999999").status_code == 404
    rows = client.get(f"{address}?after={int(NOW.timestamp() * 1e6)}_100_1").content.decode()
    assert "<h1" not in rows
    assert "Dear and old" not in rows


def test_many_items_come_a_page_at_a_time(client: Client, the_map: Map, monkeypatch: pytest.MonkeyPatch) -> None:
    client.force_login(owner_of(the_map.workspace))
    all_of_them = list_open_items

    def a_few(**asked: Any) -> Any:
        return all_of_them(**{**asked, "limit": 2})

    monkeypatch.setattr("valuestream.web.items_views.list_open_items", a_few)
    page = client.get(f"/w/FLOW/maps/{the_map.pk}/items/").content.decode()
    assert "Show more" in page
    assert "Cheap and older" not in page
    more = page.split('hx-get="')[1].split('"')[0].replace("&amp;", "&")
    assert "Cheap and older" in client.get(more).content.decode()


def test_files_hold_all_of_them(client: Client, the_map: Map) -> None:
    client.force_login(owner_of(the_map.workspace))
    address = f"/w/FLOW/maps/{the_map.pk}/items/export"
    answer: Any = client.get(f"{address}.csv")
    told = b"".join(cast("Iterable[bytes]", answer.streaming_content)).decode("utf-8-sig")
    rows = list(csv.DictReader(StringIO(told)))
    assert [row["Title"] for row in rows][:2] == ["Dear and old", "Dear and new"]
    assert len(rows) == 5
    assert client.get(f"{address}.xlsx").status_code == 200
    assert client.get(f"{address}.pdf").status_code == 404


def test_the_map_leads_to_the_list(client: Client, the_map: Map) -> None:
    client.force_login(owner_of(the_map.workspace))
    page = client.get(f"/w/FLOW/maps/{the_map.pk}/").content.decode()
    assert f"/w/FLOW/maps/{the_map.pk}/items/?waiting=1" in page
    stage = review_of(the_map).stage_id
    sheet = client.get(f"/w/FLOW/maps/{the_map.pk}/evidence/?metric=queue_length&stage={stage}").content.decode()
    assert f"/items/?stage={stage}&amp;waiting=1" in sheet


def test_over_http(the_map: Map) -> None:
    owner = Caller(owner_of(the_map.workspace))
    told = owner.get(f"/maps/{the_map.pk}/items/?stage={review_of(the_map).stage_id}&waiting=true")
    assert (told["count"], told["next"]) == (4, "")
    assert told["results"][0]["title"] == "Dear and old"
    assert told["results"][-1]["lost_so_far"] is None
    assert "order" in owner.get(f"/maps/{the_map.pk}/items/?order=colour", status=400)["errors"]
    assert "after" in owner.get(f"/maps/{the_map.pk}/items/?after=x", status=400)["errors"]
