"""A scrum master's morning at the sprint wall: by mouse, by keyboard, by menu, with somebody else at it too."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.conftest import DEMO_PASSWORD, DEMO_USER
from tests.e2e.program import Served

WALL = "/w/FERRY/wall/"
LIVE_MS = 3_000


@pytest.fixture
def wall(sign_in: Callable[..., Page]) -> Page:
    page = sign_in()
    page.goto(WALL)
    expect(page.locator("[data-card][tabindex='0']")).to_have_count(1)
    return page


@pytest.fixture
def other(browser: Browser, served: Served) -> Iterator[Page]:
    """Somebody else's screen, on the same wall."""
    context = browser.new_context(base_url=served.url, viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.goto("/")
    page.locator("input[name=username]:visible").fill(DEMO_USER)
    page.locator("input[name=password]:visible").fill(DEMO_PASSWORD)
    page.locator("input[name=password]:visible").press("Enter")
    page.wait_for_url(lambda url: "sign-in" not in url)
    page.goto(WALL)
    expect(page.locator("[data-card][tabindex='0']")).to_have_count(1)
    yield page
    context.close()


def new_task(page: Page, text: str, *, lane: int = 0) -> Locator:
    """Break a story down by one task and return its card."""
    field = page.locator("[data-add-task] input").nth(lane)
    field.fill(text)
    field.press("Enter")
    card = page.locator("[data-card]", has_text=re.sub(r" \d+h.*", "", text))
    expect(card).to_have_count(1)
    return card


def drag(page: Page, card: Locator, place: Locator) -> None:
    """Drag as a hand does: press, move a little, move on in steps, let go."""
    card.scroll_into_view_if_needed()
    start, end = card.bounding_box(), place.bounding_box()
    assert start is not None
    assert end is not None
    page.mouse.move(start["x"] + 30, start["y"] + start["height"] / 2)
    page.mouse.down()
    page.mouse.move(start["x"] + 40, start["y"] + start["height"] / 2 + 6, steps=4)
    page.mouse.move(end["x"] + end["width"] / 2, end["y"] + end["height"] / 2, steps=10)
    page.wait_for_timeout(150)
    page.mouse.up()


def cell(page: Page, card: Locator, state: str) -> Locator:
    lane = card.locator("xpath=ancestor::section[1]").get_attribute("data-lane")
    return page.locator(f'[data-drop=cell][data-lane-of="{lane}"][data-state={state}]')


def test_a_story_is_broken_down_line_by_line(wall: Page) -> None:
    field = wall.locator("[data-add-task] input").first
    field.fill("Write the letter 4h @marta")
    expect(wall.locator("[data-said]").first).to_have_text("4 h, Marta Nowak")
    field.press("Enter")
    card = wall.locator("[data-card]", has_text="Write the letter")
    expect(card.locator("[name=hours_left]")).to_have_value("4")
    expect(card.get_by_role("img", name="Marta Nowak")).to_be_visible()
    expect(field).to_be_focused()

    field.fill("Ask @nobodyhere")
    field.press("Enter")

    expect(wall.locator("[data-error]").first).to_contain_text("Nobody here is called @nobodyhere")
    expect(field).to_have_value("Ask @nobodyhere")


def test_a_card_is_dragged_and_the_move_taken_back(wall: Page) -> None:
    card = new_task(wall, "Drag me 2h")
    drag(wall, card, cell(wall, card, "IN_PROGRESS"))
    expect(cell(wall, card, "IN_PROGRESS").locator("[data-card]", has_text="Drag me")).to_be_visible()
    expect(wall.locator("#toasts")).to_contain_text("Drag me is in progress")
    wall.reload()
    expect(cell(wall, card, "IN_PROGRESS").locator("[data-card]", has_text="Drag me")).to_be_visible()

    drag(wall, card, cell(wall, card, "DONE"))
    wall.locator("#toasts").get_by_role("button", name="Undo").click()

    expect(cell(wall, card, "IN_PROGRESS").locator("[data-card]", has_text="Drag me")).to_be_visible()
    expect(card.locator("[name=hours_left]")).to_have_value("2")


def test_a_card_is_dropped_on_a_person(wall: Page) -> None:
    card = new_task(wall, "Give me away 3h")
    person = wall.locator("[data-drop=person]").last
    name = person.get_attribute("data-name") or ""

    drag(wall, card, person)

    expect(card.get_by_role("img", name=name)).to_be_visible()
    expect(wall.locator("#toasts")).to_contain_text(f"Give me away is {name}'s")


def test_the_keyboard_alone_moves_assigns_and_blocks(wall: Page) -> None:
    card = new_task(wall, "By keyboard 1h")
    card.focus()
    wall.keyboard.press("Space")
    wall.keyboard.press("ArrowRight")
    expect(wall.locator("#announcer")).to_contain_text("In progress")
    wall.keyboard.press("Escape")
    expect(cell(wall, card, "TODO").locator("[data-card]", has_text="By keyboard")).to_be_visible()
    wall.keyboard.press("Space")
    wall.keyboard.press("ArrowRight")
    wall.keyboard.press("Space")
    expect(wall.locator("#toasts")).to_contain_text("By keyboard is in progress")
    expect(card).to_be_focused()

    wall.keyboard.press("Enter")
    wall.get_by_role("menuitemradio", name="Elif Kaya").press("Enter")
    expect(card.get_by_role("img", name="Elif Kaya")).to_be_visible()

    card.focus()
    wall.keyboard.press("b")
    wall.get_by_label("Reason").fill("No key from the port")
    wall.keyboard.press("Enter")
    expect(card).to_contain_text("No key from the port")
    expect(card).to_have_class(re.compile("is-blocked"))


def test_hours_are_edited_on_the_card(wall: Page) -> None:
    card = new_task(wall, "Count my hours 6h")
    card.focus()
    wall.keyboard.press("e")
    wall.keyboard.type("2,5")
    wall.keyboard.press("Enter")
    expect(wall.locator("#toasts")).to_contain_text("Count my hours has 2.5 h left")
    expect(card.locator("[name=hours_left]")).to_have_value("2.5")
    expect(card).to_be_focused()


def test_two_people_see_each_other_and_nothing_moves_under_a_held_card(wall: Page, other: Page) -> None:
    card = new_task(wall, "Seen by both 2h")
    theirs = other.locator("[data-card]", has_text="Seen by both")
    expect(theirs).to_be_visible(timeout=LIVE_MS)
    held = new_task(other, "Held over there 1h")
    held.focus()
    other.keyboard.press("Space")

    card.focus()
    wall.keyboard.press("2")
    expect(cell(wall, card, "IN_PROGRESS").locator("[data-card]", has_text="Seen by both")).to_be_visible()
    other.wait_for_timeout(1_500)
    expect(cell(other, theirs, "TODO").locator("[data-card]", has_text="Seen by both")).to_be_visible()
    other.keyboard.press("Escape")

    expect(cell(other, theirs, "IN_PROGRESS").locator("[data-card]", has_text="Seen by both")).to_be_visible(
        timeout=LIVE_MS
    )


def test_a_conflict_says_who_was_faster_and_asks_which_counts(wall: Page, other: Page) -> None:
    card = new_task(wall, "Wanted by two 2h")
    theirs = other.locator("[data-card]", has_text="Wanted by two")
    expect(theirs).to_be_visible(timeout=LIVE_MS)
    theirs.focus()
    other.keyboard.press("Space")
    other.keyboard.press("ArrowRight")
    card.focus()
    wall.keyboard.press("3")
    expect(cell(wall, card, "DONE").locator("[data-card]", has_text="Wanted by two")).to_be_visible()

    other.keyboard.press("Space")

    panel = other.locator(".conflict")
    expect(panel).to_contain_text("was faster")
    expect(panel).to_contain_text("done")
    panel.get_by_role("button", name="Keep mine").click()
    expect(cell(wall, card, "IN_PROGRESS").locator("[data-card]", has_text="Wanted by two")).to_be_visible(
        timeout=LIVE_MS
    )


def test_dropping_what_somebody_deleted_says_so(wall: Page, other: Page) -> None:
    card = new_task(wall, "Soon gone 2h")
    theirs = other.locator("[data-card]", has_text="Soon gone")
    expect(theirs).to_be_visible(timeout=LIVE_MS)
    theirs.focus()
    other.keyboard.press("Space")
    other.keyboard.press("ArrowRight")
    card.focus()
    wall.keyboard.press("m")
    wall.get_by_role("menuitemradio", name="Delete").click()
    expect(card).to_have_count(0)

    other.keyboard.press("Space")

    expect(other.locator("#toasts")).to_contain_text("Soon gone was deleted meanwhile")
    expect(theirs).to_have_count(0)


def test_stories_walk_through_the_workflow(wall: Page) -> None:
    wall.goto(f"{WALL}?view=stories")
    card = wall.locator("[data-card]").first
    key = card.get_attribute("data-key") or ""
    state = card.get_attribute("data-state")
    card.locator("[data-card-menu]").click()
    elsewhere = wall.get_by_role("menuitemradio", checked=False, name="test").first
    name = elsewhere.inner_text().strip()
    elsewhere.click()
    expect(wall.locator("#toasts")).to_contain_text(f"{key} is in {name}")
    expect(wall.locator(f'[data-key="{key}"]')).not_to_have_attribute("data-state", state or "")
    wall.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(wall.locator(f'[data-key="{key}"]')).to_have_attribute("data-state", state or "")


@pytest.mark.parametrize("view", ["", "?view=stories"])
def test_full_screen_fits_the_height(wall: Page, view: str) -> None:
    wall.goto(f"{WALL}{view}")
    wall.locator("[data-card][tabindex='0']").focus()
    wall.keyboard.press("f")
    expect(wall.locator("body")).to_have_attribute("data-screen", "")
    assert wall.evaluate("document.documentElement.scrollHeight <= window.innerHeight")
    assert wall.locator("[data-card]:visible").count() > 1, "not everything is folded"
    expect(wall.locator(".days-n")).to_be_visible()
    wall.keyboard.press("f")
    expect(wall.locator("body")).not_to_have_attribute("data-screen", "")


@pytest.mark.parametrize("view", ["", "?view=stories", "?view=stories&lanes=person", "?q=nothing-has-this"])
@pytest.mark.parametrize("options", [{}, {"color_scheme": "dark"}, {"viewport": {"width": 390, "height": 844}}])
def test_axe_finds_nothing(wall: Page, axe: Callable[..., list[str]], view: str, options: dict[str, object]) -> None:
    assert axe(f"{WALL}{view}", **options) == []


def test_a_phone_is_not_wider_than_its_screen(wall: Page) -> None:
    wall.set_viewport_size({"width": 390, "height": 844})
    for view in ("", "?view=stories"):
        wall.goto(f"{WALL}{view}")
        assert wall.evaluate("document.documentElement.scrollWidth") <= 390
