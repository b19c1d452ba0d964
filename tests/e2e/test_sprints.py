"""A scrum master's sprint in a real browser: planned, started, moved on, completed, reported; and a team's capacity."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.program import Served, serving

SPRINTS = "/w/FERRY/sprints/"
PAGES = [SPRINTS, "/w/FERRY/sprints/8/", "/w/FERRY/sprints/9/", "/w/FERRY/teams/1/", "/w/FERRY/teams/"]
LOOKS: list[dict[str, Any]] = [{}, {"color_scheme": "dark", "viewport": {"width": 390, "height": 844}}]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A program of its own: this journey completes the sprint that the other journeys work in."""
    with serving(tmp_path_factory.mktemp("sprints") / "home") as program:
        yield program


@pytest.fixture
def desk(sign_in: Callable[..., Page]) -> Page:
    return sign_in()


def open_team(page: Page, name: str) -> None:
    page.goto("/w/FERRY/teams/")
    page.locator(".team-link").get_by_role("link", name=name).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


@pytest.mark.parametrize("look", LOOKS, ids=["wide", "phone, dark"])
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing(desk: Page, axe: Callable[..., list[str]], path: str, look: dict[str, Any]) -> None:
    assert axe(path, **look) == []


@pytest.mark.parametrize("path", PAGES)
def test_nothing_is_wider_than_a_phone(desk: Page, path: str) -> None:
    desk.set_viewport_size({"width": 390, "height": 844})
    desk.goto(path)
    expect(desk.get_by_role("heading", level=1)).to_be_visible()
    assert desk.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_sprint_from_its_plan_to_its_report(desk: Page) -> None:
    desk.goto(SPRINTS)
    desk.get_by_role("button", name="Add the next sprints").first.click()
    desk.get_by_label("How many").fill("2")
    expect(desk.locator("#ahead-preview li")).to_have_count(2)
    desk.get_by_role("button", name="Plan them").click()
    expect(desk.get_by_role("table").first).to_contain_text("Sprint 15")

    desk.get_by_role("link", name="Sprint 9", exact=True).click()
    expect(desk.get_by_role("button", name="Start the sprint")).to_have_count(0)
    desk.get_by_role("link", name="Burn-up").click()
    expect(desk.get_by_role("link", name="Burn-up")).to_have_attribute("aria-current", "true")
    expect(desk).to_have_url(re.compile("way=up"))

    desk.get_by_role("button", name="Complete the sprint").click()
    dialog = desk.get_by_role("dialog")
    expect(dialog.get_by_label("All of them")).to_be_focused()
    unfinished = dialog.locator(".leaving select")
    assert unfinished.count() > 1
    first = dialog.locator(".leaving .key").first.inner_text()
    unfinished.first.select_option("backlog")
    dialog.get_by_role("button", name="Complete it").click()

    expect(desk.get_by_text("Capabilities finished").first).to_be_visible()
    row = desk.get_by_role("row", name=re.compile(first))
    expect(row).to_contain_text("Returned to the backlog")
    expect(desk.get_by_role("link", name="Sprint 10").first).to_be_visible()

    with desk.expect_download() as file:
        desk.get_by_text("Report", exact=True).click()
        desk.get_by_role("link", name="CSV").click()
    assert file.value.suggested_filename.endswith("report.csv")

    desk.goto(SPRINTS)
    desk.get_by_role("button", name="Start Sprint 10").click()
    desk.get_by_role("button", name="Start it").press("Enter")
    expect(desk.get_by_role("link", name="Sprint 10").first).to_be_visible()
    expect(desk.get_by_role("heading", name="Running")).to_be_visible()
    desk.get_by_role("button", name="Undo").click()
    expect(desk.get_by_role("button", name="Start Sprint 10")).to_be_visible()


def test_leave_changes_what_a_team_can_take_on(desk: Page) -> None:
    open_team(desk, "Lighthouse")
    hours = desk.locator(".capacity-table button.ev").first
    before = float(hours.inner_text())
    desk.get_by_role("combobox", name="Who").select_option(label="Aiko Mori")
    today = desk.evaluate("new Date().toISOString().slice(0, 10)")
    desk.get_by_label("First day").fill(today)
    desk.get_by_label("Last day").fill(f"{int(today[:4]) + 1}{today[4:8]}01")
    desk.get_by_role("button", name="Add leave").click()
    expect(desk.get_by_text("only the part inside it").first).to_be_visible()
    assert float(desk.locator(".capacity-table button.ev").first.inner_text()) <= before
    desk.locator(".capacity-table button.ev").nth(1).click()
    expect(desk.locator("#sheet")).to_contain_text("Person by person")


def test_skills_and_hours_are_set_in_place_by_keyboard(desk: Page) -> None:
    open_team(desk, "Gangway")
    field = desk.get_by_label("Add a skill to Elif Kaya")
    field.fill("Kotlin")
    field.press("Enter")
    remove = desk.get_by_role("button", name="Remove the skill Kotlin from Elif Kaya")
    expect(remove).to_be_visible()
    remove.press("Enter")
    expect(remove).to_have_count(0)
    allocation = desk.get_by_label("Allocation, %").first
    allocation.fill("150")
    allocation.press("Tab")
    expect(desk.get_by_text("Enter whole per cent, from 5 to 100.")).to_be_visible()
