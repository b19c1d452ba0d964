"""A map is made from a template, drawn by mouse and keyboard, saved, looked at as it was, and gone back to."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect


@pytest.fixture
def editor(sign_in: Callable[..., Page]) -> Iterator[Page]:
    """The editor of a map of this test's own, deleted afterwards."""
    page = sign_in()
    page.goto("/w/FERRY/maps/?all=1")
    page.get_by_role("button", name="Add a map").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill(f"Train {time.monotonic_ns()}")
    dialog.get_by_label("Salesforce release train").check()
    dialog.get_by_role("button", name="Make the map").click()
    page.wait_for_url(re.compile(r"/maps/\d+/edit/$"))
    address = page.url
    yield page
    page.goto(address)
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Go ahead").click()
    page.wait_for_url(re.compile(r"/maps/\?all=1$"))


def stage_names(page: Page) -> list[str]:
    fields = page.locator("[data-stages] > [data-stage] > .editor-stage-head [data-field='name']")
    return [fields.nth(index).input_value() for index in range(fields.count())]


def save(page: Page) -> None:
    page.get_by_role("button", name="Save the map").click()
    page.wait_for_url(re.compile(r"/maps/\d+/$"))


def test_a_map_is_drawn_by_keyboard_and_menu_and_saved(editor: Page) -> None:
    page, before = editor, stage_names(editor)
    expect(page.get_by_role("button", name="Save the map")).to_be_disabled()
    page.get_by_role("button", name="Move Planning: arrows up and down").focus()
    page.keyboard.press("ArrowDown")
    assert stage_names(page)[:2] == [before[1], before[0]]
    page.get_by_role("button", name="Map Testing").click()
    page.get_by_role("menuitemradio", name="Integration org: Integrating").click()
    expect(page.get_by_role("list", name="Mapped to Integrating")).to_contain_text("Testing")
    page.get_by_role("button", name="Add a stage").click()
    page.keyboard.type("Warranty")
    page.get_by_label("Why").fill("The train has a warranty")
    page.get_by_role("button", name="Save the map").click()
    refused = page.get_by_text("Use a name of 1 to 80 characters.")
    expect(refused).to_be_visible()
    page.get_by_label("Block", exact=True).last.fill("Warranty")
    save(page)
    page.get_by_role("link", name="Edit the map").click()
    assert stage_names(page)[-1] == "Warranty"
    expect(page.get_by_text("The train has a warranty")).to_be_visible()
    page.get_by_role("button", name="Go back to it: version 1").click()
    page.get_by_role("dialog").get_by_role("button", name="Go ahead").click()
    expect(page.get_by_text("Back to version 1")).to_be_visible()
    assert stage_names(page) == before


def test_a_value_is_dragged_and_a_removed_stage_comes_back(editor: Page) -> None:
    page, before = editor, stage_names(editor)
    value = page.locator("[data-value]", has_text="In review")
    value.drag_to(page.get_by_role("list", name="Mapped to UAT"))
    expect(page.get_by_role("list", name="Mapped to UAT")).to_contain_text("In review")
    expect(page.get_by_text("Not saved yet")).to_be_visible()
    page.get_by_role("button", name="Remove User acceptance").click()
    expect(page.get_by_role("list", name="Mapped nowhere")).to_contain_text("In review")
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    assert stage_names(page) == before
    expect(page.get_by_role("list", name="Mapped to UAT")).to_contain_text("In review")
    page.get_by_role("button", name="Move or remove UAT").click()
    page.get_by_role("menuitemradio", name="A stage of its own, right after").click()
    assert stage_names(page)[before.index("User acceptance") + 1] == "UAT"
    save(page)


@pytest.mark.parametrize("options", [{}, {"color_scheme": "dark"}, {"viewport": {"width": 390, "height": 844}}])
def test_axe_finds_nothing(
    sign_in: Callable[..., Page], axe: Callable[..., list[str]], options: dict[str, object]
) -> None:
    page = sign_in()
    page.goto("/w/FERRY/maps/")
    page.get_by_role("link", name="Edit the map").first.click()
    page.wait_for_url(re.compile(r"/edit/$"))
    path = re.sub(r"^https?://[^/]+", "", page.url)
    assert axe(path, **options) == []
    assert axe("/w/FERRY/maps/?all=1", **options) == []
    assert axe(path.replace("/edit/", "/items/?waiting=1"), **options) == []
    assert axe(path.replace("/edit/", "/compare/?as_of=2026-10-01"), **options) == []
    assert axe(path.replace("/edit/", "/slide/"), **options) == []


def test_a_phone_is_not_wider_than_its_screen(sign_in: Callable[..., Page]) -> None:
    page = sign_in()
    page.goto("/w/FERRY/maps/")
    page.set_viewport_size({"width": 390, "height": 844})
    page.get_by_role("link", name="Edit the map").first.click()
    page.wait_for_url(re.compile(r"/edit/$"))
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_map_over_a_choice_field_is_made_and_its_choices_are_mapped(
    sign_in: Callable[..., Page], axe: Callable[..., list[str]]
) -> None:
    page = sign_in()
    page.goto("/w/FERRY/maps/?all=1")
    page.get_by_role("button", name="Add a map").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill(f"Risks {time.monotonic_ns()}")
    dialog.get_by_role("radio", name="Risk A stage for each choice").check()
    dialog.get_by_role("button", name="Make the map").click()
    page.wait_for_url(re.compile(r"/maps/\d+/edit/$"))
    address = page.url
    assert stage_names(page) == ["High", "Medium", "Low"]
    page.get_by_role("button", name="Map Low").click()
    page.get_by_role("menuitemradio", name="Medium: Medium").click()
    page.get_by_role("button", name="Remove Low", exact=True).click()
    assert axe(re.sub(r"^https?://[^/]+", "", address)) == []
    save(page)
    expect(page.get_by_role("heading", name=re.compile("waits in|nothing waits", re.IGNORECASE)).first).to_be_visible()
    page.goto(address)
    assert stage_names(page) == ["High", "Medium"]
    expect(page.get_by_role("list", name="Mapped to Medium")).to_contain_text("Low")
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Go ahead").click()
    page.wait_for_url(re.compile(r"/maps/\?all=1$"))
