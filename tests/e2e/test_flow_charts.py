"""A delivery lead reads the flow charts in a real browser: titles, items behind a day, zoom, measure, files."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

MAPS = "/w/FERRY/maps/"
LOOKS: list[dict[str, Any]] = [{}, {"color_scheme": "dark", "viewport": {"width": 390, "height": 844}}]


@pytest.fixture
def lead(sign_in: Callable[..., Page]) -> Page:
    return sign_in()


@pytest.fixture
def charts(lead: Page) -> str:
    """The address of the charts of the demo's map, reached from the map."""
    lead.goto(MAPS)
    lead.get_by_role("link", name="Flow charts").click()
    expect(lead.locator("#cfd-chart")).to_be_visible()
    return re.sub(r"^https?://[^/]+", "", lead.url)


def read(page: Page, card: str) -> Any:
    return page.locator(f"#flow-{card} .flow-reader")


@pytest.mark.parametrize("look", LOOKS, ids=["wide", "phone, dark"])
def test_axe_finds_nothing(charts: str, axe: Callable[..., list[str]], look: dict[str, Any]) -> None:
    assert axe(charts, **look) == []


def test_nothing_is_wider_than_a_phone(lead: Page, charts: str) -> None:
    lead.set_viewport_size({"width": 390, "height": 844})
    lead.goto(charts)
    expect(lead.locator("#mix-chart")).to_be_visible()
    assert lead.evaluate("document.documentElement.scrollWidth") <= 390


def test_from_the_finding_to_its_items_and_back_to_the_map(lead: Page, charts: str) -> None:
    lead.locator("#flow-cfd h2").get_by_role("button").first.click()
    sheet = lead.locator("#sheet")
    expect(sheet).to_contain_text("What is counted")
    expect(sheet.locator(".counted-story").first).to_be_visible()
    lead.keyboard.press("Escape")
    lead.get_by_role("link", name="Map", exact=True).click()
    expect(lead.get_by_role("table").first).to_be_visible()


def test_a_chart_is_read_and_zoomed_by_keyboard(lead: Page, charts: str) -> None:
    reader = read(lead, "cfd")
    reader.focus()
    lead.keyboard.press("End")
    tip = lead.locator("#flow-cfd .flow-tip")
    expect(tip).to_be_visible()
    expect(lead.locator("#announcer")).not_to_be_empty()
    for _ in range(20):
        lead.keyboard.press("Shift+ArrowLeft")
    lead.keyboard.press("Enter")
    expect(lead).to_have_url(re.compile(r"zoom=\d{4}-\d\d-\d\d\.\.\d{4}-\d\d-\d\d"))
    expect(lead.locator("[data-zoom-note]")).to_contain_text("Charts over days show")
    lead.reload()
    expect(lead.locator("[data-zoom-note]")).to_be_visible()
    reader.focus()
    lead.keyboard.press("Escape")
    expect(lead.locator("[data-zoom-note]")).to_be_hidden()
    lead.keyboard.press("End")
    lead.keyboard.press("Enter")
    expect(lead.locator("#sheet")).to_contain_text("What is counted")


def test_a_drag_zooms_and_a_click_opens_the_week(lead: Page, charts: str) -> None:
    reader = read(lead, "throughput")
    reader.scroll_into_view_if_needed()
    box = reader.bounding_box()
    assert box
    middle = box["y"] + box["height"] / 2
    lead.mouse.move(box["x"] + box["width"] * 0.4, middle)
    lead.mouse.down()
    lead.mouse.move(box["x"] + box["width"] * 0.7, middle, steps=4)
    lead.mouse.up()
    expect(lead.locator("[data-zoom-note]")).to_be_visible()
    lead.get_by_role("button", name="Show all days").click()
    expect(lead.locator("[data-zoom-note]")).to_be_hidden()
    reader.click(position={"x": box["width"] * 0.5, "y": box["height"] / 2})
    expect(lead.locator("#sheet")).to_contain_text("Left the stream")


def test_young_items_are_looked_at_closer(lead: Page, charts: str) -> None:
    ages = lead.locator("#ageing-chart .tick.end").last
    all_ages = ages.text_content()
    read(lead, "ageing").focus()
    lead.keyboard.press("+")
    expect(ages).not_to_have_text(all_ages or "")
    expect(lead.locator("#ageing-chart")).to_contain_text("On the edge")
    lead.keyboard.press("Escape")
    expect(ages).to_have_text(all_ages or "")


def test_each_card_has_its_measure_table_and_files(lead: Page, charts: str) -> None:
    card = lead.locator("#flow-throughput")
    card.get_by_role("button", name="Items", exact=True).click()
    expect(card.get_by_role("heading")).to_contain_text("items a week")
    expect(lead).to_have_url(re.compile("throughput=items"))
    lead.reload()
    expect(card.get_by_role("heading")).to_contain_text("items a week")
    card.get_by_text("Same as a table").click()
    expect(card.get_by_role("table")).to_contain_text("Week of")
    for name, ending in (("CSV", ".csv"), ("SVG", ".svg"), ("PNG", ".png")):
        with lead.expect_download() as file:
            card.locator("footer").get_by_text(name).click()
        assert file.value.suggested_filename.endswith(ending)


def test_the_page_follows_its_controls(lead: Page, charts: str) -> None:
    lead.get_by_role("link", name="Items").first.click()
    expect(lead.locator("#flow-cfd")).to_have_attribute("data-measure", "items")
    lead.locator(".flow-by").get_by_role("link", name="capability").click()
    expect(lead).to_have_url(re.compile("by=capability"))
    expect(lead.locator("#flow-mix")).to_contain_text("by capability")
    expect(lead.locator("#flow-cfd")).to_have_attribute("data-measure", "items")
    lead.locator(".map-window summary").click()
    lead.get_by_role("link", name="180 days").click()
    expect(lead.locator(".flow-lede")).to_contain_text("in 180 days")
