"""A lead turns the knobs of a what-if: by button, number, slider and keyboard; the address keeps the scenario."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

VERDICTS = re.compile("Worth it|Not worth it|Can’t tell")


@pytest.fixture
def page_of_map(sign_in: Callable[..., Page]) -> Page:
    page = sign_in()
    page.goto("/w/FERRY/maps/")
    expect(page.get_by_role("link", name=re.compile("What would one more person"))).to_be_visible()
    return page


@pytest.fixture
def what_if(page_of_map: Page) -> Page:
    page = page_of_map
    page.goto(re.sub(r"\?.*", "", page.url) + "what-if/")
    expect(page.locator(".wi.live")).to_be_visible()
    page.wait_for_load_state("networkidle")  # the script is bound, the past is played
    return page


def people(page: Page) -> int:
    return int(page.get_by_label("People in Review", exact=True).last.input_value())


def test_the_bottleneck_leads_to_what_one_more_there_would_bring(page_of_map: Page) -> None:
    page_of_map.get_by_role("link", name=re.compile("What would one more person")).click()

    expect(page_of_map.locator(".wi-headline")).to_contain_text("One more person in Review brings")
    expect(page_of_map.locator(".wi-tag")).to_have_text(VERDICTS)
    expect(page_of_map.get_by_label("People in Review", exact=True).last).to_have_value("2")


def test_a_button_asks_at_once_and_the_address_keeps_it(what_if: Page) -> None:
    expect(what_if.locator(".wi-tag")).to_have_text("As it is")

    what_if.get_by_role("button", name="One more in Review").click()

    expect(what_if.locator(".wi-headline")).to_contain_text("One more person in Review brings")
    expect(what_if).to_have_url(re.compile(r"\?people_\d+=2$"))
    expect(what_if.locator(".wi-knob.changed .wi-was")).to_have_text("was 1")
    expect(what_if.locator("#what-if-sum")).to_contain_text("more a quarter")
    what_if.reload()
    expect(what_if.locator(".wi-headline")).to_contain_text("One more person in Review brings")


def test_a_slider_is_turned_by_keyboard_and_keeps_the_focus(what_if: Page) -> None:
    slider = what_if.get_by_label("People in Review, slider")
    slider.focus()
    slider.press("ArrowRight")
    slider.press("ArrowRight")

    expect(what_if.locator(".wi-headline")).to_contain_text("Two more people in Review bring")
    expect(slider).to_be_focused()
    assert people(what_if) == 3


def test_a_limit_and_a_batch_are_told_in_the_sentence(what_if: Page) -> None:
    what_if.get_by_label("WIP limit in Build", exact=True).fill("6")
    what_if.get_by_label("Stories that come at once").fill("20")

    expect(what_if.locator(".wi-headline")).to_contain_text("A limit of 6 in Build and 20 stories at once bring")


def test_a_number_that_cannot_be_is_refused_where_it_stands(what_if: Page) -> None:
    what_if.get_by_label("Stories that come at once").fill("9000")

    expect(what_if.locator('[data-error-for="batch"]')).to_have_text("Use a whole number from 0 to 500; this is 9,000.")


def test_a_figure_opens_its_evidence_and_the_table_holds_the_same(what_if: Page) -> None:
    what_if.locator(".wi-lead .ev").click()
    sheet = what_if.locator("#sheet")
    expect(sheet.get_by_role("heading", name="Value delivered")).to_be_visible()
    expect(sheet).to_contain_text("attributed value of the stories delivered")
    sheet.get_by_role("button", name="Close").click()

    what_if.locator(".wi-figures summary").click()
    expect(what_if.get_by_role("region", name="Before and after, with ranges").get_by_role("row")).to_have_count(7)


def test_the_models_own_past_is_told(what_if: Page) -> None:
    expect(what_if.locator(".wi-past-body")).to_contain_text("fell inside the 90% range")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(what_if: Page, axe: Callable[..., list[str]], scheme: str) -> None:
    path = re.sub(r"^https?://[^/]+|\?.*", "", what_if.url)

    assert axe(f"{path}?batch=5", color_scheme=scheme) == []
