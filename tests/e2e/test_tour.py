"""The five minutes of the README, as somebody takes them who has never seen Millrace."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.bench.jira_export import write_jira_export

PAGES = [
    "/w/FERRY/",
    "/w/FERRY/backlog/",
    "/w/FERRY/backlog/?lens=cd3",
    "/w/FERRY/capabilities/BKG-4/",
    "/w/FERRY/stories/BKG-101/",
    "/w/FERRY/maps/",
    "/w/FERRY/imports/",
    "/w/FERRY/people/",
    "/w/FERRY/settings/",
    "/w/FERRY/settings/figures/",
    "/w/FERRY/fields/",
    "/account/",
    "/api/v1/docs/",
]


def open_map(page: Page) -> None:
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Value stream").first.click()
    page.wait_for_url("**/maps/**")


def test_the_demo_is_one_click_away(page: Page) -> None:
    page.goto("/")
    page.get_by_role("button", name="Try the demo").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("Fjordline Ferries")
    expect(page.get_by_text("What would earn most now")).to_be_visible()


def test_a_new_estimate_joins_the_history(sign_in: Callable[..., Page]) -> None:
    page = sign_in()
    page.goto("/w/FERRY/capabilities/BKG-4/")
    page.get_by_role("link", name="New estimate").or_(page.get_by_role("button", name="New estimate")).first.click()
    high = page.locator("input[name$='price.high'], input[name$='price-high']").first
    high.fill("2100")
    page.locator("[name='reason']").fill("Summer prices went up.")
    page.get_by_role("button", name="Keep this estimate").or_(page.get_by_role("button", name="Save")).first.click()

    expect(page.get_by_text("Summer prices went up.").first).to_be_visible()


def test_a_story_shows_its_way_its_tasks_and_its_history(sign_in: Callable[..., Page]) -> None:
    page = sign_in()
    story = a_blocked_story(page)
    page.goto(f"/w/FERRY/stories/{story['key']}/")

    expect(page.get_by_role("heading", name="Everything that happened")).to_be_visible()
    expect(page.get_by_label("State", exact=True).locator("option:checked")).to_have_text(story["state"]["name"])
    expect(page.get_by_text("Cost of waiting")).to_be_visible()
    expect(page.get_by_text("flagged it as blocked").first).to_be_visible()


def a_blocked_story(page: Page) -> dict[str, Any]:
    """Return an open story of the demo that is blocked; which one that is follows the day of the week."""
    (story, *_) = page.request.get("/api/v1/stories/?workspace=FERRY&f=blocked:is:yes").json()["results"]
    found: dict[str, Any] = story
    return found


def test_the_map_points_at_the_bottleneck_and_replays_the_past(sign_in: Callable[..., Page]) -> None:
    page = sign_in()
    page.goto("/w/FERRY/")
    open_map(page)
    expect(page.get_by_text("Bottleneck").first).to_be_visible()
    expect(page.get_by_text("waits in Review").first).to_be_visible()

    page.goto(f"{page.url.split('?')[0]}?as_of=2026-01-05")

    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_text("waits in Review")).to_have_count(0)


def items_in(page: Page, block: str) -> int:
    """Return how many items the API says are in a block of the demo's map."""
    maps = page.request.get("/api/v1/maps/?workspace=FERRY").json()["results"]
    map_ = next(one for one in maps if one["follows_workflow"])
    stages = page.request.get(f"/api/v1/maps/{map_['id']}/metrics/").json()["stages"]
    return int(next(b["metrics"]["wip"] for stage in stages for b in stage["blocks"] if b["name"] == block))


def test_a_change_of_state_shows_on_the_map(sign_in: Callable[..., Page]) -> None:
    page = sign_in()
    before = items_in(page, "In progress")
    page.goto("/w/FERRY/backlog/")
    expect(page.locator(".row[tabindex='0']")).to_be_visible()
    row = page.locator("[data-story-row][data-key='ONB-108']")
    row.locator("[data-edit='state']").click()
    chosen = row.locator("select[name='state']")
    chosen.select_option(label="In progress")
    chosen.press("Enter")
    expect(row.locator("[data-edit='state']")).to_contain_text("In progress")

    assert items_in(page, "In progress") == before + 1
    open_map(page)
    expect(page.get_by_text(f"{before + 1} items").first).to_be_visible()


def test_an_import_reports_what_came_in_and_what_was_refused(sign_in: Callable[..., Page], tmp_path: Path) -> None:
    export = tmp_path / "export.json"
    write_jira_export(export, issues=300)
    export.write_text(export.read_text()[:-2] + ', {"id": "1", "fields": {}}]}')
    page = sign_in()
    page.goto("/workspaces/new/")
    page.get_by_label("Name", exact=True).fill("Imported")
    page.get_by_label("Key").fill("IMPO")
    page.get_by_role("button", name="Create").first.click()
    page.wait_for_url("**/w/IMPO/**")
    page.goto("/w/IMPO/imports/")
    page.locator("input[type='file']").set_input_files(export)
    page.get_by_role("button", name="Import").click()

    expect(page.get_by_role("heading", name="Came in")).to_be_visible(timeout=60_000)
    expect(page.get_by_text("300").first).to_be_visible()
    expect(page.get_by_role("heading", name="Refused")).to_be_visible()
    page.goto("/w/IMPO/backlog/")
    expect(page.get_by_text("Nothing is open")).to_be_visible()  # all of these issues are done
    open_map(page)
    expect(page.get_by_text("In Review").first).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_no_page_has_a_barrier_that_axe_can_find(
    sign_in: Callable[..., Page], axe: Callable[..., list[str]], path: str, scheme: str
) -> None:
    sign_in()
    assert axe(path, color_scheme=scheme) == []


@pytest.mark.parametrize("width", [390, 1024, 1440])
@pytest.mark.parametrize("path", PAGES)
def test_no_page_scrolls_sideways(sign_in: Callable[..., Page], path: str, width: int) -> None:
    page = sign_in()
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(path)
    page.wait_for_load_state("networkidle")

    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
