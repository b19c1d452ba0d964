"""What a sponsor opens beside the lenses: applications, a capability, teams, feedback, dependencies."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

PAGES = [
    "applications/",
    "applications/BKG/",
    "capabilities/BKG-184/",
    "teams/",
    "feedback/",
    "dependencies/",
]


@pytest.fixture
def page_of_demo(sign_in: Callable[..., Page]) -> Page:
    return sign_in()


@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing(page_of_demo: Page, axe: Callable[..., list[str]], path: str) -> None:
    assert axe(f"/w/FERRY/{path}", color_scheme="light", viewport={"width": 1440, "height": 900}) == []
    assert axe(f"/w/FERRY/{path}", color_scheme="dark", viewport={"width": 390, "height": 844}) == []


@pytest.mark.parametrize("path", PAGES)
def test_no_page_is_wider_than_a_phone(page_of_demo: Page, path: str) -> None:
    page_of_demo.set_viewport_size({"width": 390, "height": 844})
    page_of_demo.goto(f"/w/FERRY/{path}")
    assert page_of_demo.evaluate("document.documentElement.scrollWidth") <= 390


def test_what_a_unit_waits_for_is_reached_in_the_graph_by_keyboard(page_of_demo: Page) -> None:
    page_of_demo.goto("/w/FERRY/dependencies/")
    box = page_of_demo.locator("a.graph-box").first
    box.focus()
    expect(box).to_be_focused()
    page_of_demo.keyboard.press("Enter")
    expect(page_of_demo.locator("h1")).to_be_visible()
    assert "/dependencies/" not in page_of_demo.url


def test_a_sum_of_an_application_opens_its_evidence_and_help(page_of_demo: Page) -> None:
    page_of_demo.goto("/w/FERRY/applications/")
    page_of_demo.wait_for_load_state("networkidle")
    page_of_demo.locator("table.applications button").first.click()
    sheet = page_of_demo.locator("#sheet")
    expect(sheet.get_by_role("link", name="Value and rank, in plain words")).to_be_visible()
