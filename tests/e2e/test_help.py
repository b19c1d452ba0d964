"""Somebody looks a word up: from the menu, from an evidence sheet, by searching."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

HOME = "/help/"
GLOSSARY = "/help/reference/glossary/"
PAGES = [HOME, GLOSSARY, "/help/algorithms/sequencing/", "/help/architecture/", "/help/keys/", "/help/?q=bound"]


@pytest.fixture
def glossary(sign_in: Callable[..., Page]) -> Page:
    page = sign_in()
    page.goto(GLOSSARY)
    page.wait_for_load_state("networkidle")  # the script is bound
    return page


def test_help_is_reached_from_the_menu_and_from_the_keyboard_map(sign_in: Callable[..., Page]) -> None:
    page = sign_in()
    page.goto("/w/FERRY/lenses/")
    page.wait_for_load_state("networkidle")
    page.keyboard.press("?")
    page.get_by_role("link", name="Help: words, metrics").click()
    expect(page.get_by_role("heading", name="Help", level=1)).to_be_visible()
    assert page.url.endswith("/help/?workspace=FERRY")


def test_an_evidence_sheet_leads_to_the_explanation(sign_in: Callable[..., Page]) -> None:
    page = sign_in()
    page.goto("/w/FERRY/lenses/")
    page.get_by_role("button", name="How it is computed").click()
    page.get_by_role("link", name="How the orders are worked out").click()
    expect(page.get_by_role("heading", name="The money-optimal order", level=1)).to_be_visible()


def test_words_are_marked_on_the_page_as_they_are_typed(glossary: Page) -> None:
    glossary.keyboard.press("/")
    glossary.keyboard.type("sidewise")
    expect(glossary.get_by_text("Nothing on this page")).to_be_visible()
    glossary.get_by_role("searchbox").fill("lower bound")
    expect(glossary.locator("[data-help-count]")).to_contain_text("on this page")
    assert glossary.evaluate("CSS.highlights.get('help-found').size") >= 1


def test_enter_searches_all_of_help_and_a_result_leads_to_its_heading(glossary: Page) -> None:
    glossary.get_by_role("searchbox").fill("sidney")
    glossary.keyboard.press("Enter")
    expect(glossary.get_by_role("heading", name="Help on “sidney”")).to_be_visible()
    glossary.get_by_role("link", name="The mathematics").first.click()
    assert "#the-mathematics" in glossary.url
    expect(glossary.get_by_role("heading", name="The mathematics")).to_be_in_viewport()


def test_pictures_of_documents_are_shown(sign_in: Callable[..., Page]) -> None:
    page = sign_in()
    page.goto("/help/architecture/")
    picture = page.locator(".prose img")
    picture.scroll_into_view_if_needed()
    expect(picture).to_have_js_property("complete", True)
    assert picture.evaluate("image => image.naturalWidth") > 0


@pytest.mark.parametrize("path", PAGES)
def test_no_page_is_wider_than_a_phone(sign_in: Callable[..., Page], path: str) -> None:
    page = sign_in()
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing(glossary: Page, axe: Callable[..., list[str]], path: str, scheme: str) -> None:
    assert axe(path, color_scheme=scheme, viewport={"width": 1440, "height": 900}) == []
