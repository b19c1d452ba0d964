"""A Kanban board in a browser: by mouse, keyboard and menu, over its limits, and with somebody else at it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.conftest import DEMO_PASSWORD, DEMO_USER
from tests.e2e.program import Served

BOARDS = "/w/FERRY/boards/"
LIVE_MS = 3_000


@pytest.fixture
def board(sign_in: Callable[..., Page]) -> Page:
    page = sign_in()
    open_flow(page)
    return page


@pytest.fixture
def other(browser: Browser, served: Served) -> Iterator[Page]:
    """Somebody else's screen, on the same board."""
    context = browser.new_context(base_url=served.url, viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.goto("/")
    page.locator("input[name=username]:visible").fill(DEMO_USER)
    page.locator("input[name=password]:visible").fill(DEMO_PASSWORD)
    page.locator("input[name=password]:visible").press("Enter")
    page.wait_for_url(lambda url: "sign-in" not in url)
    open_flow(page)
    yield page
    context.close()


def open_flow(page: Page) -> None:
    page.goto(BOARDS)
    page.get_by_role("link", name="Flow of stories").click()
    expect(page.locator("[data-card][tabindex='0']")).to_have_count(1)


def column(page: Page, label: str) -> Locator:
    return page.locator(f'[data-drop=cell][data-label="{label}"]')


def head(page: Page, label: str) -> Locator:
    return page.locator("[data-head]", has=page.get_by_role("heading", name=label, exact=True))


def drag(page: Page, card: Locator, place: Locator) -> None:
    """Drag as a hand does: press, move a little, move on in steps, let go."""
    start, end = card.bounding_box(), place.bounding_box()
    assert start is not None
    assert end is not None
    page.mouse.move(start["x"] + 60, start["y"] + 40)
    page.mouse.down()
    page.mouse.move(start["x"] + 70, start["y"] + 46, steps=4)
    page.mouse.move(end["x"] + end["width"] / 2, end["y"] + 30, steps=10)
    page.wait_for_timeout(150)
    page.mouse.up()


def undo(page: Page) -> None:
    page.locator("#toasts").get_by_role("button", name="Undo").last.click()
    expect(page.locator("#toasts")).to_contain_text("back where it was")


def test_a_card_is_dragged_counted_and_taken_back(board: Page) -> None:
    card = column(board, "Ready").locator("[data-card]").first
    ident = card.get_attribute("id")
    number = head(board, "In progress").locator(".kb-n b")
    before = int(number.inner_text())
    drag(board, card, column(board, "In progress"))
    expect(column(board, "In progress").locator(f"#{ident}")).to_be_visible()
    expect(board.locator("#toasts")).to_contain_text("is in In progress")
    expect(number).to_have_text(str(before + 1))
    undo(board)
    expect(column(board, "Ready").locator(f"#{ident}")).to_be_visible()
    expect(number).to_have_text(str(before))


def test_the_keyboard_alone_carries_a_card(board: Page) -> None:
    card = column(board, "Ready").locator("[data-card]").last
    ident = card.get_attribute("id")
    card.focus()
    board.keyboard.press("Space")
    board.keyboard.press("ArrowRight")
    expect(board.locator("#announcer")).to_contain_text("In progress")
    board.keyboard.press("Escape")
    expect(board.locator("#announcer")).to_contain_text("back where it was")
    board.keyboard.press("Space")
    board.keyboard.press("ArrowRight")
    board.keyboard.press("Enter")
    expect(board.locator("#toasts")).to_contain_text("is in In progress")
    expect(column(board, "In progress").locator(f"#{ident}")).to_be_focused()
    undo(board)
    expect(column(board, "Ready").locator("[data-card]").last).to_have_id(ident or "")


def test_a_limit_asks_why_and_the_reason_stands_in_the_history(board: Page) -> None:
    card = column(board, "Ready").locator("[data-card]").first
    ident, link = card.get_attribute("id"), card.locator("a.key").get_attribute("href")
    dialog = board.get_by_role("dialog", name="Why can't this one wait?")
    for answer in ("Put it back", "Move it all the same"):
        board.locator(f"#{ident}").focus()
        board.keyboard.press("m")
        board.get_by_role("menuitemradio", name="Awaiting review").click()
        expect(dialog).to_contain_text("its limit is 12")
        dialog.get_by_label("Reason").fill("The terminal closes tonight")
        dialog.get_by_role("button", name=answer).click()
        where = "Ready" if answer == "Put it back" else "Awaiting review"
        expect(column(board, where).locator(f"#{ident}")).to_have_count(1)
    expect(board.locator("#toasts")).to_contain_text("its limit is 12")
    undo(board)
    board.goto(link or "")
    expect(board.locator("body")).to_contain_text("The terminal closes tonight")


def test_two_people_see_each_others_moves_and_nothing_moves_under_a_held_card(board: Page, other: Page) -> None:
    mine = column(board, "Ready").locator("[data-card]").nth(0).get_attribute("id")
    held = column(other, "Ready").locator("[data-card]").nth(1)
    held.focus()
    other.keyboard.press("Space")
    drag(board, board.locator(f"#{mine}"), column(board, "In progress"))
    expect(board.locator("#toasts")).to_contain_text("is in In progress")
    other.wait_for_timeout(1_500)
    expect(column(other, "Ready").locator(f"#{mine}")).to_be_visible()
    other.keyboard.press("Escape")
    expect(column(other, "In progress").locator(f"#{mine}")).to_be_visible(timeout=LIVE_MS)
    undo(board)
    expect(column(other, "Ready").locator(f"#{mine}")).to_be_visible(timeout=LIVE_MS)


def test_a_board_is_made_arranged_and_deleted(board: Page) -> None:
    board.goto(BOARDS)
    board.get_by_role("button", name="New board").click()
    dialog = board.get_by_role("dialog")
    dialog.get_by_label("Name").fill("Mornings")
    expect(dialog.locator("[data-filter-sums]")).to_contain_text("stories")
    dialog.get_by_role("button", name="Make the board").click()
    expect(board.get_by_role("heading", name="Mornings")).to_be_visible()
    board.get_by_role("button", name="Columns and limits").click()
    row = dialog.locator("[data-column-row]").first
    row.get_by_label("At most").fill("0")
    dialog.get_by_role("button", name="Save").click()
    expect(row.locator("[data-limit-error]")).to_contain_text("leave it empty for no limit")
    row.get_by_label("At most").fill("1")
    row.get_by_label("Called").fill("Someday")
    row.get_by_role("button", name=re.compile("one later")).click()
    dialog.get_by_role("button", name="Save").click()
    expect(board.locator("[data-head] h2").nth(1)).to_have_text("Someday")
    expect(head(board, "Someday")).to_contain_text("over its limit")
    board.get_by_label("Board menu").click()
    board.get_by_role("button", name="Delete this board").click()
    expect(board).to_have_url(re.compile(r"/boards/$"))
    expect(board.get_by_role("link", name="Mornings")).to_have_count(0)


def test_nothing_bars_anybody(board: Page, axe: Callable[..., list[str]]) -> None:
    address = f"{BOARDS}{board.locator('[data-kanban]').get_attribute('data-board')}/"
    for width, scheme in ((1440, "light"), (1024, "dark"), (390, "light")):
        assert axe(address, viewport={"width": width, "height": 900}, color_scheme=scheme) == [], (width, scheme)
    assert axe(BOARDS, viewport={"width": 1440, "height": 900}, color_scheme="dark") == []
