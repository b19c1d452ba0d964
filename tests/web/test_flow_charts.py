"""The page of flow charts: what it says, its controls, the items behind a figure, and its files."""

import csv
import json
import re
from datetime import datetime, timedelta
from html import unescape
from io import StringIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Workspace
from common.clock import utc_now
from planner.models import Story
from planner.services.stories import transition_story, update_story
from tests.factories import actor_of, give_value, make_story, make_workspace, owner_of, state_named
from valuestream.models import Stage
from valuestream.selectors.maps import get_default_map
from valuestream.web.charts import page as chart_page

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
BUDGET = 45


@pytest.fixture
def now() -> datetime:
    return utc_now()


@pytest.fixture
def workspace(now: datetime) -> Workspace:
    return make_workspace("FLOW", now=now - 200 * DAY)


@pytest.fixture
def browser(client: Client, workspace: Workspace) -> Client:
    client.force_login(owner_of(workspace))
    return client


@pytest.fixture
def address(workspace: Workspace) -> str:
    return f"/w/FLOW/maps/{get_default_map(workspace=workspace).pk}/charts/"


def go(story: Story, name: str, at: datetime) -> None:
    story.refresh_from_db()
    transition_story(story=story, state=state_named(story.workspace, name), actor=actor_of(story.workspace), now=at)


@pytest.fixture
def lived(workspace: Workspace, now: datetime) -> list[Story]:
    """Eight stories that left one a week, three in review of which two are stuck, one never valued."""
    stories = [make_story(workspace, f"Story {number}", now=now - 150 * DAY) for number in range(12)]
    for number, story in enumerate(stories):
        if number < 11:
            give_value(story, 100 + number, now=now - 140 * DAY)
        go(story, "In progress", now - (100 - 7 * number) * DAY)
        if number < 8:
            go(story, "Review", now - (90 - 7 * number) * DAY)
            go(story, "Done", now - (80 - 7 * number) * DAY)
    for story in stories[8:11]:
        go(story, "Review", now - (2 if story == stories[8] else 20) * DAY)
    return stories


def page_of(browser: Client, address: str, **words: str) -> str:
    answer = browser.get(address, words)
    assert answer.status_code == 200, answer.content
    return answer.content.decode()


def data_of(page: str, card: str) -> dict[str, Any]:
    found = re.search(rf'data-flow-card="{card}"[^>]*data-values="([^"]*)"', page)
    assert found
    told: dict[str, Any] = json.loads(unescape(found[1]))
    return told


def words_of(page: str, card: str, measure: str) -> str:
    found = re.search(rf'id="{card}-title"[^>]*>(.*?)</h2>', page, re.DOTALL)
    assert found
    part = re.search(rf'<span data-in="{measure}">(.*?)</span>(?=<span data-in|$)', found[1], re.DOTALL)
    assert part
    return unescape(re.sub("<[^>]+>", "", part[1])).strip()


def test_a_workspace_where_nothing_moved_is_told_what_will_be_here(browser: Client, address: str) -> None:
    page = page_of(browser, address)
    assert "See how work flows" in page
    assert "data-flow-card" not in page


def test_every_card_says_what_it_found(browser: Client, address: str, lived: list[Story]) -> None:
    page = page_of(browser, address)
    assert words_of(page, "cfd", "items").startswith("Review holds 3 items, 2 more than on")
    assert words_of(page, "ageing", "items") == "2 items in Review are older than 85% of what left it"
    assert words_of(page, "cycle", "items").startswith("Half leave in 94.5\N{NO-BREAK SPACE}d, 85% in")
    assert re.match(r"0\.\d items a week", words_of(page, "throughput", "items"))
    assert words_of(page, "mix", "dollars") == "100% of the value that left: No application"
    assert "$" in words_of(page, "cfd", "dollars")


def test_drawings_are_the_figures_of_the_twin(browser: Client, address: str, lived: list[Story]) -> None:
    page = page_of(browser, address)
    cfd = data_of(page, "cfd")
    stages = {stage["name"]: stage for stage in cfd["stages"]}
    assert stages["Review"]["items"][-1] == 3
    assert "Cancelled" not in stages
    assert stages["Done"]["items"][0] == 0
    rows = list(csv.DictReader(StringIO(browser.get(f"{address}export.csv", {"chart": "cfd"}).content.decode())))
    assert [int(row["Review, items"]) for row in rows] == stages["Review"]["items"]
    assert sum(data_of(page, "throughput")["items"]["values"]) == 8


def test_a_stage_nothing_left_has_no_bands(browser: Client, address: str, lived: list[Story]) -> None:
    stages = {stage["name"]: stage for stage in data_of(page_of(browser, address, window_days="1"), "ageing")["stages"]}
    assert stages["Review"]["p85"] is None
    assert stages["Review"]["wip"] == 3


def test_nothing_valued_is_drawn_in_items(browser: Client, address: str, workspace: Workspace, now: datetime) -> None:
    go(make_story(workspace, now=now - 9 * DAY), "In progress", now - 5 * DAY)
    page = page_of(browser, address, measure="dollars", cfd="dollars")
    assert 'data-measure="dollars"' not in page
    assert "data-measure-of" not in page


def test_links_keep_the_whole_question(browser: Client, address: str, lived: list[Story]) -> None:
    page = unescape(page_of(browser, address, clock="working", cfd="items", by="capability", filter="points is empty"))
    link = re.search(r'<a href="([^"]*window_days=30[^"]*)"', page)
    assert link
    for word in ("clock=working", "cfd=items", "by=capability", "filter=points"):
        assert word in link[1]
    measure = re.search(r'<a href="([^"]*measure=items[^"]*)"', page)
    assert measure
    assert "cfd=" not in measure[1]
    assert re.search(r'/maps/\d+/\?[^"]*clock=working[^"]*"[^>]*>Map</a>', page)


def test_the_past_is_drawn_as_it_was(browser: Client, address: str, lived: list[Story], now: datetime) -> None:
    day = now - 30 * DAY
    before = data_of(page_of(browser, address, as_of=f"{day:%Y-%m-%d}"), "cfd")
    update_story(
        story=Story.objects.get(pk=lived[9].pk), changes={"points": 13}, actor=actor_of(lived[9].workspace), now=now
    )
    assert data_of(page_of(browser, address, as_of=f"{day:%Y-%m-%d}"), "cfd") == before
    assert before["days"][-1] == f"{day:%Y-%m-%d}"


def test_a_filter_that_cant_be_read_keeps_the_page(browser: Client, address: str, lived: list[Story]) -> None:
    answer = browser.get(address, {"filter": "points is >"})
    assert answer.status_code == 400
    assert b"No stories are shown" in answer.content
    assert browser.get(address, {"clock": "lunar"}).status_code == 400
    assert browser.get(address, {"by": "mood"}).status_code == 400


def test_of_a_large_map_the_charts_come_later(
    browser: Client, address: str, lived: list[Story], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chart_page, "INLINE_VISITS", 3)
    page = page_of(browser, address)
    assert "data-later" in page
    assert "data-values" not in page
    assert "data-values" in page_of(browser, f"{address}body/")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ({"of": "held"}, "4 items"),
        ({"of": "held", "stage": "Review"}, "3 items"),
        ({"of": "old", "stage": "Review"}, "2 items"),
        ({"of": "left"}, "8 items"),
        ({"of": "left", "group": "No application", "by": "application"}, "8 items"),
        ({"of": "left", "group": "Direct figure", "by": "value_kind"}, "0 items"),
        ({"of": "slow"}, "2 items"),
    ],
)
def test_every_figure_opens_its_items(
    browser: Client, address: str, lived: list[Story], now: datetime, words: dict[str, str], told: str
) -> None:
    if "stage" in words:
        words = {**words, "stage": str(Stage.objects.get(map__workspace__key="FLOW", name=words["stage"]).pk)}
    days = {"day": f"{now:%Y-%m-%d}", "since": f"{now - 90 * DAY:%Y-%m-%d}", "until": f"{now:%Y-%m-%d}"}
    sheet = page_of(browser, f"{address}evidence/", **words, **days)
    assert told in re.sub("<[^>]+>", "", sheet)


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ({}, 400),
        ({"of": "held"}, 400),
        ({"of": "held", "day": "soon"}, 400),
        ({"of": "held", "day": "2026-03-01", "stage": "first"}, 400),
        ({"of": "held", "day": "2026-03-01", "stage": "999999"}, 404),
        ({"of": "left", "since": "2026-03-01", "until": "2026-03-08", "group": "Nobody"}, 404),
    ],
)
def test_evidence_of_nothing_is_refused(
    browser: Client, address: str, lived: list[Story], words: dict[str, str], status: int
) -> None:
    assert browser.get(f"{address}evidence/", words).status_code == status


@pytest.mark.parametrize("card", ["cfd", "ageing", "cycle", "throughput", "mix"])
def test_each_chart_is_a_file_that_evaluates_nothing(
    browser: Client, address: str, workspace: Workspace, lived: list[Story], card: str
) -> None:
    Story.objects.filter(workspace=workspace).update(title="=1+1")
    answer = browser.get(f"{address}export.csv", {"chart": card})
    assert answer["Content-Disposition"].startswith(f'attachment; filename="flow-{card}-')
    rows = list(csv.reader(StringIO(answer.content.decode())))
    assert len(rows) > 1
    assert not any(cell.startswith("=") for row in rows for cell in row)


def test_an_unknown_file_is_refused(browser: Client, address: str, lived: list[Story]) -> None:
    assert browser.get(f"{address}export.csv", {"chart": "pie"}).status_code == 400


def test_titles_are_text_and_nothing_is_inline(
    browser: Client, address: str, workspace: Workspace, lived: list[Story]
) -> None:
    Story.objects.filter(workspace=workspace).update(title='"><script>x</script>')
    Stage.objects.filter(map__workspace=workspace, name="Review").update(name="<script>x</script>")
    page = page_of(browser, address)
    assert "<script>x" not in page
    assert not re.search(r"\sstyle=|\son\w+=|<style|<script(?![^>]*src=)", page)


def test_queries_do_not_grow_with_what_is_drawn(
    browser: Client, address: str, workspace: Workspace, lived: list[Story], now: datetime
) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            page_of(browser, address)
        return len(queries)

    few = asked()
    for number in range(30):
        story = make_story(workspace, f"More {number}", now=now - 60 * DAY)
        go(story, "In progress", now - 40 * DAY)
        go(story, "Done", now - number * DAY)
    assert asked() == few
    assert few <= BUDGET
