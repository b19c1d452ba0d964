"""When will it be done: a delivery lead asks, doubts, keeps what is said, and sees it on the capability."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.e2e.accessibility import AXE, RULES
from tests.e2e.program import Served

PAGE = "/w/FERRY/forecasts/"


@pytest.fixture
def page_of_demo(sign_in: Callable[..., Page]) -> Page:
    return sign_in()


def test_somebody_asks_when_doubts_it_and_keeps_what_is_said(page_of_demo: Page) -> None:
    page = page_of_demo
    page.goto(PAGE)
    expect(page.get_by_text(re.compile(r"85 of 100 futures finish by"))).to_be_visible(timeout=20_000)
    expect(page.get_by_text(re.compile(r"Said 85 %, held \d+ % of \d+")).first).to_be_visible()
    page.get_by_label("Forecast of").select_option(label="Lighthouse")
    page.get_by_role("button", name="Forecast", exact=True).click()
    expect(page).to_have_url(re.compile(r"about=team"))
    page.get_by_role("link", name="As if it came first").click(timeout=20_000)
    expect(page.get_by_role("rowheader", name="Now, as if it came first")).to_be_visible(timeout=20_000)
    page.get_by_role("button", name="How this comes about").click()
    sheet = page.locator("#sheet")
    expect(sheet.get_by_text(re.compile(r"points a week, from \d+ working days"))).to_be_visible(timeout=20_000)
    page.keyboard.press("Escape")
    page.get_by_role("link", name="In backlog order").click()
    page.get_by_role("button", name="Keep this forecast").click()
    expect(page.get_by_text("Kept: Lighthouse.")).to_be_visible(timeout=20_000)
    expect(page.locator(".forecast-said tbody tr").filter(has_text="weekly").first).to_be_visible(timeout=20_000)
    kept = page.locator(".forecast-said tbody tr").nth(1)
    expect(kept.get_by_role("cell").last).not_to_have_text("weekly")


def test_a_capability_says_when_it_is_done(page_of_demo: Page) -> None:
    page_of_demo.goto("/w/FERRY/capabilities/BKG-184/")
    panel = page_of_demo.locator("[data-part='forecast']")
    expect(panel.get_by_text(re.compile("85 of 100 futures finish by"))).to_be_visible(timeout=20_000)
    panel.get_by_role("link", name="Open").click()
    expect(page_of_demo).to_have_url(re.compile(r"forecasts/\?about=capability"))


@pytest.mark.parametrize(("scheme", "width"), [("light", 1440), ("dark", 390)])
def test_axe_finds_nothing_and_nothing_is_too_wide(
    page_of_demo: Page, browser: Browser, context: BrowserContext, served: Served, scheme: str, width: int
) -> None:
    looked = browser.new_context(
        storage_state=context.storage_state(),
        bypass_csp=True,
        reduced_motion="reduce",
        color_scheme=scheme,  # type: ignore[arg-type]
        viewport={"width": width, "height": 900},
    )
    try:
        page = looked.new_page()
        page.goto(f"{served.url}{PAGE}")
        expect(page.get_by_text(re.compile("85 of 100 futures finish by"))).to_be_visible(timeout=20_000)
        page.get_by_text("Same as a table").click()
        page.evaluate(AXE.read_text())
        found = page.evaluate("(rules) => axe.run(document, { runOnly: rules })", RULES)
        assert [violation["id"] for violation in found["violations"]] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    finally:
        looked.close()


def test_the_answer_moves_nothing_that_was_there(page_of_demo: Page) -> None:
    """The controls above stay where they are while the answer comes in below them."""
    page_of_demo.goto(PAGE)
    before = page_of_demo.get_by_label("Forecast of").bounding_box()
    expect(page_of_demo.get_by_text(re.compile("85 of 100 futures finish by"))).to_be_visible(timeout=20_000)
    assert page_of_demo.get_by_label("Forecast of").bounding_box() == before
