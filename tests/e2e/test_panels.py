"""The work manager in a browser: drag, keyboard and menu set what a panel says; the editor; layouts."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

HOME = "/w/FERRY"
DEFAULT = f"{HOME}/{'work'}/default/"
BACKLOG, READY, NEXT = (f"[data-panel=default-{place}]" for place in (0, 1, 3))


def cards(page: Page, panel: str) -> list[str]:
    """Names of the cards in a panel."""
    return [card.get_attribute("data-name") or "" for card in page.locator(f"{panel} [data-card]").all()]


def undo(page: Page) -> None:
    page.locator("#toasts .undo").click()
    expect(page.locator("#toasts")).to_contain_text("put back")


def test_many_are_dragged_to_a_panel_that_says_what_it_sets(sign_in: Callable[..., Page]) -> None:
    page = sign_in()
    page.goto(DEFAULT)
    backlog, target = page.locator(f"{BACKLOG} [data-card]"), page.locator(f"{NEXT} .rows")
    names = cards(page, BACKLOG)[:3]
    backlog.nth(0).click(position={"x": 120, "y": 12})
    backlog.nth(2).click(modifiers=["Shift"], position={"x": 120, "y": 12})
    expect(page.locator("[data-batch]")).to_contain_text("3 selected")
    start, end = backlog.nth(1).bounding_box(), target.bounding_box()
    assert start
    assert end
    page.mouse.move(start["x"] + 120, start["y"] + 14)
    page.mouse.down()
    page.mouse.move(start["x"] + 150, start["y"] + 30, steps=4)
    page.mouse.move(end["x"] + 100, end["y"] + 120, steps=8)
    expect(page.locator(f"{NEXT} [data-drop-words]")).to_contain_text("sets Sprint to Sprint")
    page.mouse.up()
    expect(page.locator(f"{NEXT} [data-card]")).to_have_count(3)
    expect(page.locator("#toasts")).to_contain_text("3 items to Next sprint")
    assert sorted(cards(page, NEXT)) == sorted(names)
    undo(page)
    expect(page.locator(f"{NEXT} [data-card]")).to_have_count(0)
    for place, name in enumerate(names):
        expect(backlog.nth(place)).to_have_attribute("data-name", name)


def test_a_card_is_carried_by_keyboard_and_told(sign_in: Callable[..., Page]) -> None:
    page = sign_in()
    page.goto(DEFAULT)
    page.locator(f"{BACKLOG} [data-card][tabindex='0']").focus()
    page.keyboard.press("Space")
    page.wait_for_timeout(300)
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(page.locator("#announcer")).to_contain_text("Next sprint: sets Sprint to")
    page.keyboard.press("Escape")
    expect(page.locator("#announcer")).to_contain_text("back where it was")
    page.keyboard.press("m")
    page.get_by_role("menuitemradio", name=re.compile("^Next sprint")).click()
    expect(page.locator(f"{NEXT} [data-card]")).to_have_count(1)
    undo(page)


def test_the_editor_completes_counts_and_names_the_place_of_a_problem(sign_in: Callable[..., Page]) -> None:
    page = sign_in()
    page.goto(DEFAULT)
    page.locator(f"{BACKLOG} .fc-add").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.locator("[data-filter-sums]")).to_contain_text("stories")
    expect(dialog.locator(".pf-row")).to_have_count(2)
    area = dialog.get_by_label("Filter", exact=True)
    area.fill("points is many")
    expect(dialog.locator("[data-filter-problem]")).to_contain_text("line 1, character 11")
    area.fill("")
    area.press_sequentially("spr")
    expect(dialog.locator("#panel-offers [role=option]").first).to_contain_text("sprint")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(area).to_have_value("sprint ")


def test_a_layout_is_made_changed_and_deleted(sign_in: Callable[..., Page]) -> None:
    page = sign_in()
    page.goto(DEFAULT)
    page.locator(".workbar summary").click()
    page.get_by_role("button", name="Save as a layout").click()
    page.get_by_role("dialog").get_by_label("Name").fill("Mornings")
    page.get_by_role("dialog").get_by_role("button", name="Save").click()
    expect(page.locator(".workbar summary")).to_contain_text("Mornings")
    panels = page.locator("[data-panel] h2")
    expect(panels).to_have_text(["Backlog", "Ready", "Current sprint", "Next sprint"])
    page.get_by_label("Panel menu: Ready").click()
    page.get_by_role("button", name="Move left").locator("visible=true").click()
    expect(panels).to_have_text(["Ready", "Backlog", "Current sprint", "Next sprint"])
    expect(page.locator("#announcer")).to_contain_text("Ready is panel 1 of 4")
    page.reload()
    expect(panels).to_have_text(["Ready", "Backlog", "Current sprint", "Next sprint"])
    page.get_by_label("Width of Ready").focus()
    with page.expect_response(lambda answer: answer.request.method == "POST" and "/panels/" in answer.url):
        page.keyboard.press("ArrowRight")
    page.reload()
    expect(page.locator("[data-panel]").first).to_have_attribute("data-w", "320")
    page.get_by_label("Panel menu: Ready").click()
    page.get_by_role("button", name="Remove the panel").locator("visible=true").click()
    expect(panels).to_have_text(["Backlog", "Current sprint", "Next sprint"])
    page.locator("#toasts .undo").click()
    expect(panels).to_have_text(["Ready", "Backlog", "Current sprint", "Next sprint"])
    page.locator(".workbar summary").click()
    page.get_by_role("button", name="Delete this layout").click()
    expect(page.locator("[data-stale]")).to_contain_text("deleted")


def test_nothing_bars_anybody(sign_in: Callable[..., Page], axe: Callable[..., list[str]]) -> None:
    sign_in()
    for width, scheme in ((1440, "light"), (1024, "dark"), (390, "light")):
        assert axe(DEFAULT, viewport={"width": width, "height": 900}, color_scheme=scheme) == [], (width, scheme)
