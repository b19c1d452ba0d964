"""A product owner plans the next sprints in a real browser: asks, sees the price of a drop, takes over, takes back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.program import Served, serving

PLANNING = "/w/FERRY/planning/"
LOOKS: list[dict[str, Any]] = [{}, {"color_scheme": "dark", "viewport": {"width": 390, "height": 844}}]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A program of its own: this journey moves stories between the sprints that other journeys look at."""
    with serving(tmp_path_factory.mktemp("planning") / "home") as program:
        yield program


@pytest.fixture
def desk(sign_in: Callable[..., Page]) -> Page:
    """The page of a computed plan."""
    page = sign_in()
    page.goto(PLANNING)
    asks = page.get_by_role("button", name=re.compile("^Plan (the next sprints|again)$"))
    asks.click()
    expect(page.get_by_text("of the best possible")).to_be_visible(timeout=30_000)
    expect(page.locator("[data-card][tabindex='0']")).to_have_count(1)  # cards can be moved
    return page


def column(page: Page, place: int) -> Locator:
    return page.locator(f'.plan-list[data-state="{place}"]')


@pytest.mark.parametrize("look", LOOKS, ids=["wide", "phone, dark"])
def test_axe_finds_nothing(desk: Page, axe: Callable[..., list[str]], look: dict[str, Any]) -> None:
    assert axe(PLANNING, **look) == []


def test_nothing_is_wider_than_a_phone(desk: Page) -> None:
    desk.set_viewport_size({"width": 390, "height": 844})
    desk.goto(PLANNING)
    expect(desk.get_by_role("heading", level=1)).to_be_visible()
    assert desk.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_lifted_story_shows_the_price_of_every_place_and_a_drop_can_be_undone(desk: Page) -> None:
    card = column(desk, 1).locator("[data-card]").first
    key = card.get_attribute("data-name") or ""
    card.focus()
    desk.keyboard.press("Space")
    expect(desk.locator('[data-drop-price="2"]')).to_have_text(re.compile("Costs|Earns|Changes no dollar"))
    desk.keyboard.press("ArrowRight")
    expect(desk.locator("#announcer")).to_have_text(re.compile("Costs|Earns|Changes no dollar"))
    desk.keyboard.press("Space")
    expect(column(desk, 2).locator(f'[data-name="{key}"]')).to_be_visible()
    expect(desk.get_by_role("button", name="Discard 1 change")).to_be_visible()
    desk.get_by_role("button", name="Undo").click()
    expect(column(desk, 1).locator(f'[data-name="{key}"]')).to_be_visible()
    expect(desk.get_by_role("button", name=re.compile("Discard"))).to_have_count(0)


def test_a_story_is_dragged_to_another_sprint(desk: Page) -> None:
    card = column(desk, 1).locator("[data-card]").first
    key = card.get_attribute("data-name") or ""
    card.drag_to(column(desk, 3), target_position={"x": 60, "y": 30})
    expect(column(desk, 3).locator(f'[data-name="{key}"]')).to_be_visible()


def test_the_menu_moves_a_story_out_of_all_sprints(desk: Page) -> None:
    card = column(desk, 1).locator("[data-card]").first
    key = card.get_attribute("data-name") or ""
    card.hover()
    card.get_by_role("button", name=f"Move {key}").click()
    desk.get_by_role("menuitemradio", name="In none of these sprints").click()
    expect(column(desk, 1).locator(f'[data-name="{key}"]')).to_have_count(0)
    expect(desk.get_by_role("button", name="Discard 1 change")).to_be_visible()


def test_a_plan_is_taken_over_and_taken_back(desk: Page) -> None:
    desk.get_by_role("button", name=re.compile(r"^Review \d+ moves")).click()
    dialog = desk.get_by_role("dialog")
    expect(dialog.get_by_role("checkbox").first).to_be_checked()
    priced = dialog.locator(".plan-choice")
    expect(priced).to_contain_text("more than what is planned now")
    dialog.get_by_role("checkbox").first.uncheck()
    expect(priced).to_contain_text("all of them would bring")
    group = dialog.locator("[data-choose-group]").first
    expect(group.get_by_role("checkbox", checked=True)).to_have_count(0)
    dialog.get_by_role("checkbox").nth(1).check()
    dialog.get_by_role("button", name="Take over the chosen").click()
    expect(desk.get_by_text("Taken over by")).to_be_visible()
    expect(desk.get_by_role("button", name=re.compile("Review"))).to_have_count(0)
    desk.locator(".actions").get_by_role("button", name="Undo").click()
    expect(desk.get_by_text("Taken over by")).to_have_count(0)
    expect(desk.get_by_role("button", name=re.compile("Review"))).to_be_visible()


def test_searching_on_gives_a_plan_that_is_no_worse(desk: Page) -> None:
    said = re.search(r"Plan (\d+) of", desk.locator(".plan-of").inner_text())
    assert said is not None
    desk.get_by_role("button", name="Improve further").click()
    expect(desk.locator(".plan-of")).to_contain_text(f"Plan {int(said[1]) + 1} of", timeout=60_000)
