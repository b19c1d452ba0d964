"""A backlog of thousands: scrolled to anywhere, chosen from, moved far, and never all in the page at once."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

STORIES = 3_000
MOST_ROWS = 600
LONG = "/w/LONG/backlog/"


@pytest.fixture
def long(sign_in: Callable[..., Page]) -> Page:
    """The backlog of a workspace with thousands of stories, made by the first journey that wants it."""
    page = sign_in()
    if page.request.get(LONG).status == 404:
        make_long(page)
    return opened(page)


def make_long(page: Page) -> None:
    page.goto("/workspaces/new/")
    page.get_by_label("Name").first.fill("Long")
    page.get_by_label("Key").first.fill("LONG")
    page.locator("main form button.primary, form button.primary").first.click()
    page.wait_for_url("**/w/LONG/**")
    for first in range(1, STORIES, 1000):
        stories = [{"title": f"Story {number}", "points": 3} for number in range(first, first + 1000)]
        call(page, "/api/v1/stories/bulk/", stories)


def call(page: Page, url: str, body: Any) -> Any:
    token = page.locator("meta[name=csrf-token]").get_attribute("content")
    answer = page.request.post(
        f"{url}?workspace=LONG",
        data=json.dumps(body),
        headers={"X-CSRFToken": str(token), "Content-Type": "application/json", "Referer": page.url},
    )
    assert answer.ok, answer.text()
    return answer.json()


def opened(page: Page, question: str = "") -> Page:
    page.goto(f"{LONG}{question}")
    expect(page.locator(".row[tabindex='0']")).to_be_visible()
    expect(page.locator("[data-rail]")).to_be_visible()
    return page


def seen(page: Page) -> list[int]:
    """The places of the stories in the viewport."""
    places = page.evaluate(
        """() => [...document.querySelectorAll("[data-story-row]")]
            .filter((row) => row.getBoundingClientRect().bottom > 50 && row.getBoundingClientRect().top < innerHeight)
            .map((row) => Number(row.dataset.at))"""
    )
    return [int(place) for place in places]


def row(page: Page, title: str) -> Locator:
    return page.locator(f"[data-story-row][data-title='{title}']")


def expect_seen(page: Page, place: int) -> None:
    expect(page.locator(f"[data-story-row][data-at='{place}']")).to_be_in_viewport()


def stored(page: Page, place: int) -> str:
    """The title of the story that the server has at a place."""
    html = page.request.get(f"{LONG}?part=lines&at={place}&limit=1").text()
    return html.split('data-title="')[1].split('"')[0]


def test_scrolling_keeps_the_page_small_and_every_row_in_its_place(long: Page) -> None:
    long.mouse.move(700, 600)
    for _ in range(12):
        long.mouse.wheel(0, 1400)
        long.wait_for_timeout(250)
    assert min(seen(long)) > 200
    assert long.locator(".list > .row").count() < MOST_ROWS
    places = seen(long)
    assert places == list(range(places[0], places[-1] + 1))
    first = long.locator(f"[data-story-row][data-at='{places[0]}']").get_attribute("data-title")
    assert first == f"Story {places[0]}"


def test_rows_that_come_in_above_do_not_push_what_is_read(long: Page) -> None:
    opened(long, "?at=1500")
    expect(row(long, "Story 1450")).to_be_attached()  # the page above it came
    long.wait_for_timeout(300)
    assert 1498 <= seen(long)[0] <= 1502


def test_the_scroll_bar_reaches_any_place_in_one_request(long: Page) -> None:
    asked: list[str] = []
    long.on("request", lambda request: asked.append(request.url) if "part=lines" in request.url else None)
    long.evaluate("window.scrollTo(0, document.documentElement.scrollHeight * 0.6)")
    expect(row(long, "Story 1800")).to_be_attached()
    assert "at=" in asked[0]
    assert "below=" not in asked[0]
    assert 1500 < seen(long)[0] < 2100


def test_going_to_a_place_puts_the_focus_there_and_the_place_in_the_address(long: Page) -> None:
    long.keyboard.press("p")
    dialog = long.get_by_role("dialog", name="Go to a place")
    dialog.get_by_label("Position among the stories").fill("2,500")
    dialog.get_by_role("button", name="Go there").click()

    expect(row(long, "Story 2500")).to_be_focused()
    long.wait_for_url("**at=2500*")
    long.reload()
    expect_seen(long, 2500)


def test_a_place_that_is_no_number_is_told(long: Page) -> None:
    long.keyboard.press("p")
    dialog = long.get_by_role("dialog", name="Go to a place")
    dialog.get_by_label("Position among the stories").fill("last")
    dialog.get_by_role("button", name="Go there").click()
    expect(dialog.get_by_role("alert")).to_have_text("Type a whole number; 1 is the top.")


def test_end_and_home_walk_to_the_ends_of_the_whole_list(long: Page) -> None:
    row(long, "Story 1").focus()
    long.keyboard.press("End")
    expect(long.locator(f"[data-at='{STORIES}']")).to_be_focused()
    long.keyboard.press("Home")
    expect(row(long, "Story 1")).to_be_focused()


def test_the_focus_comes_back_to_a_row_that_was_scrolled_away(long: Page) -> None:
    row(long, "Story 5").focus()
    long.evaluate("window.scrollTo(0, document.documentElement.scrollHeight / 2)")
    expect(row(long, "Story 5")).not_to_be_attached()
    long.keyboard.press("j")
    expect(row(long, "Story 5")).to_be_focused()


def test_a_story_is_lifted_to_the_other_end_and_put_back_with_undo(long: Page) -> None:
    row(long, "Story 3").focus()
    long.keyboard.press("Space")
    long.keyboard.press("End")
    expect(row(long, "Story 3")).to_be_in_viewport()
    long.keyboard.press("ArrowUp")
    long.keyboard.press("Enter")

    undo = long.get_by_role("button", name="Undo")
    expect(undo).to_be_visible()
    assert stored(long, STORIES - 1) == "Story 3"
    undo.click()
    expect(long.locator("#toasts")).to_contain_text("now stands after LONG-2.")
    assert stored(long, 3) == "Story 3"


def test_escape_after_a_far_lift_brings_the_row_back(long: Page) -> None:
    row(long, "Story 7").focus()
    long.keyboard.press("Space")
    long.keyboard.press("End")
    long.keyboard.press("Escape")
    expect(row(long, "Story 7")).to_be_focused()
    assert stored(long, 7) == "Story 7"


def test_m_moves_to_a_position_far_away(long: Page) -> None:
    row(long, "Story 9").focus()
    long.keyboard.press("m")
    dialog = long.get_by_role("dialog", name="Move")
    dialog.get_by_label("Position, 1 is the top").fill("2000")
    dialog.get_by_role("button", name="Move it").click()
    expect(dialog).to_be_hidden()
    assert stored(long, 2000) == "Story 9"
    long.get_by_role("button", name="Undo").click()
    long.wait_for_timeout(500)
    assert stored(long, 9) == "Story 9"


def test_a_selection_outlives_scrolling_and_moves_as_one_block(long: Page) -> None:
    row(long, "Story 20").hover()
    row(long, "Story 20").locator(".pick").click()
    row(long, "Story 22").locator(".pick").click(modifiers=["Shift"])
    bar = long.get_by_role("toolbar", name="Selected rows")
    expect(bar).to_contain_text("3 selected")
    expect(bar).to_contain_text("9 points")
    long.evaluate("window.scrollTo(0, document.documentElement.scrollHeight / 2)")
    expect(row(long, "Story 20")).not_to_be_attached()

    bar.get_by_role("button", name="Move to").click()
    dialog = long.get_by_role("dialog", name="Move 3 stories to")
    dialog.get_by_label("Position of the first of them, 1 is the top").fill("1000")
    dialog.get_by_role("button", name="Move them").click()
    expect(dialog).to_be_hidden()
    assert [stored(long, place) for place in (1000, 1001, 1002)] == ["Story 20", "Story 21", "Story 22"]

    long.get_by_role("button", name="Undo").click()
    long.wait_for_timeout(500)
    assert stored(long, 20) == "Story 20"


def test_choosing_all_says_where_it_stops(long: Page) -> None:
    row(long, "Story 1").focus()
    long.keyboard.press("Control+a")
    long.keyboard.press("Control+a")
    expect(long.locator("#toasts").get_by_text("The first 500 of 3,000 are selected")).to_be_visible()
    long.keyboard.press("Escape")
    expect(long.get_by_role("toolbar", name="Selected rows")).to_be_hidden()


def test_keys_choose_rows(long: Page) -> None:
    row(long, "Story 2").focus()
    long.keyboard.press("x")
    long.keyboard.press("Shift+ArrowDown")
    long.keyboard.press("Shift+ArrowDown")
    expect(long.get_by_role("toolbar", name="Selected rows")).to_contain_text("3 selected")
    assert long.locator(".row[aria-selected='true']").count() == 3


def test_nothing_is_wrong_for_assistive_technology_in_the_middle_of_it(
    long: Page, axe: Callable[..., list[str]]
) -> None:
    assert axe(f"{LONG}?at=1500") == []
