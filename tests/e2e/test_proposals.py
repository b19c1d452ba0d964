"""A proposed order: asked for, reviewed, taken over in part, taken back; and a pin that stands in its way."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

PROPOSALS, PINS, BACKLOG = "/w/FERRY/proposals/", "/w/FERRY/pins/", "/w/FERRY/backlog/"
WORTH = re.compile(r"^\d+ moves? worth \$")


@pytest.fixture
def proposal(sign_in: Callable[..., Page]) -> Page:
    """A page with a proposed order, ready to be reviewed."""
    page = sign_in()
    page.goto(PROPOSALS)
    page.get_by_role("button", name="Propose an order").first.click()
    page.wait_for_url("**/proposals/*/")
    expect(page.get_by_role("heading", level=1)).to_have_text(WORTH, timeout=30_000)
    return page


def backlog_order(page: Page) -> list[str]:
    """Return the keys of all open stories in the manual order, from the file that the backlog exports."""
    answer = page.request.get(f"{BACKLOG}export.csv", params={"lens": "manual"})
    expect(answer).to_be_ok()
    keys = [row["Key"] for row in csv.DictReader(io.StringIO(answer.body().decode("utf-8-sig")))]
    assert len(keys) == len(set(keys)) > 100
    return keys


def accept_button(page: Page) -> Locator:
    return page.locator("[data-accept-chosen]")


def test_moves_are_reviewed_taken_over_in_part_and_taken_back(proposal: Page) -> None:
    before = backlog_order(proposal)
    offered = accept_button(proposal).inner_text()

    proposal.get_by_role("checkbox", name=re.compile("^Accept the move of")).first.uncheck()

    expect(accept_button(proposal)).to_have_text(re.compile(r"^Accept the \d+ chosen, save \$"))
    assert accept_button(proposal).inner_text() != offered
    expect(proposal.locator("[data-move].off").first).to_contain_text("left out")
    accept_button(proposal).click()
    expect(proposal.get_by_role("heading", level=1)).to_have_text(re.compile(r"^\d+ moves? made, \$.* saved$"))
    expect(proposal.locator("#toasts").get_by_role("button", name="Undo")).to_be_visible()
    assert backlog_order(proposal) != before

    proposal.locator("#choice").get_by_role("button", name="Undo").click()

    expect(proposal.get_by_text("then undone by")).to_be_visible()
    assert backlog_order(proposal) == before


def test_the_keyboard_alone_chooses_accepts_and_takes_back(proposal: Page) -> None:
    boxes = proposal.get_by_role("checkbox", name=re.compile("^Accept the move of"))
    proposal.keyboard.press("j")
    proposal.keyboard.press("j")
    expect(boxes.nth(1)).to_be_focused()
    was_on = boxes.nth(1).is_checked()
    proposal.keyboard.press("Space")
    expect(boxes.nth(1)).to_be_checked(checked=not was_on)
    expect(accept_button(proposal)).to_have_text(re.compile(r"chosen, save \$"))

    proposal.keyboard.press("Enter")  # on a tick it accepts nothing
    expect(proposal.get_by_role("heading", level=1)).to_have_text(WORTH)

    accept_button(proposal).focus()
    proposal.keyboard.press("Enter")
    expect(proposal.get_by_role("heading", level=1)).to_have_text(re.compile("made"))
    expect(proposal.locator("#toasts").get_by_role("button", name="Undo")).to_be_visible()
    proposal.keyboard.press("Control+z")
    expect(proposal.get_by_text("then undone by")).to_be_visible()


def test_choosing_all_and_none(proposal: Page) -> None:
    whole = proposal.locator("[data-choose-all]")
    moves = proposal.locator("[data-choose]")
    whole.check()
    expect(proposal.locator("[data-choose]:checked")).to_have_count(moves.count())
    whole.uncheck()
    expect(accept_button(proposal)).to_be_disabled()
    expect(accept_button(proposal)).to_have_text("Choose a move to accept")


def test_a_choice_is_kept_on_reload(proposal: Page) -> None:
    first = proposal.get_by_role("checkbox", name=re.compile("^Accept the move of")).first
    first.uncheck()
    expect(accept_button(proposal)).to_have_text(re.compile(r"chosen, save \$"))
    chosen = accept_button(proposal).inner_text()
    assert "?changed=" in proposal.url

    proposal.reload()

    expect(first).not_to_be_checked()
    expect(accept_button(proposal)).to_have_text(chosen)
    first.check()
    assert "?" not in proposal.url


def test_the_scale_is_saved_as_a_file(proposal: Page) -> None:
    for kind in ("svg", "png"):
        with proposal.expect_download() as saved:
            proposal.locator(f"[data-export={kind}][data-export-of='#chart-scale']").click()
        assert saved.value.suggested_filename == f"what-the-order-costs.{kind}"


def test_the_answer_is_computed_again_and_every_place_has_its_reason(proposal: Page) -> None:
    proposal.get_by_role("button", name="Compute it again from its inputs").click()
    expect(proposal.get_by_text("Computed again from its inputs: same answer")).to_be_visible()

    proposal.get_by_text("Show the whole order").click()
    expect(proposal.locator(".whole-order tbody tr").first).to_be_visible()

    proposal.get_by_role("button", name=re.compile("^Saved: ")).click()
    expect(proposal.locator("#sheet")).to_contain_text("Total cost of delay saved")


def test_what_others_did_meanwhile_is_told_without_reloading(proposal: Page) -> None:
    expect(proposal.get_by_text("Since this was computed")).to_have_count(0)
    other = proposal.context.new_page()
    other.goto(BACKLOG)
    expect(other.locator(".row[tabindex='0']")).to_be_visible()
    other.locator("[data-story-row]").last.focus()
    for key in ("Space", "ArrowUp", "Enter"):
        other.keyboard.press(key)
    expect(other.get_by_role("button", name="Undo")).to_be_visible()

    expect(proposal.get_by_text("Since this was computed")).to_be_visible()

    other.get_by_role("button", name="Undo").click()
    expect(proposal.get_by_text("Since this was computed")).to_have_count(0)
    other.close()


def test_a_pin_is_added_at_a_capability_and_lifted_among_the_pins(sign_in: Callable[..., Page]) -> None:
    page = sign_in()
    page.goto("/w/FERRY/capabilities/BKG-4/")
    page.get_by_role("button", name="Pin", exact=True).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Place, 1 is the top").fill("9999")
    dialog.get_by_label("Reason").fill("Promised to the harbour")
    dialog.get_by_role("button", name="Pin it").click()
    expect(dialog.locator("[data-error-for='place']")).to_be_visible()
    expect(dialog.get_by_role("status")).to_contain_text("choose a place up to that")
    dialog.get_by_label("Place, 1 is the top").fill("2")
    expect(dialog.get_by_role("status")).to_contain_text("Costs")
    dialog.get_by_role("button", name="Pin it").click()
    expect(dialog).to_be_hidden()

    page.goto(PINS)
    row = page.locator(".pins-table tr").filter(has_text="Promised to the harbour")
    expect(row).to_contain_text("2nd")
    row.get_by_role("button", name="Lift the pin").click()

    expect(page.get_by_role("heading", name="Over")).to_be_visible()
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(row.get_by_role("button", name="Lift the pin")).to_be_visible()
    row.get_by_role("button", name="Lift the pin").click()
    expect(row.get_by_role("button", name="Lift the pin")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_neither_proposals_nor_pins_have_a_barrier_that_axe_can_find(
    proposal: Page, axe: Callable[..., list[str]], scheme: str
) -> None:
    address = "/" + proposal.url.split("/", 3)[3]
    for path in (address, PROPOSALS, PINS):
        assert axe(path, color_scheme=scheme) == [], path


@pytest.mark.parametrize("width", [390, 1024, 1440])
def test_neither_proposals_nor_pins_scroll_sideways(proposal: Page, width: int) -> None:
    proposal.set_viewport_size({"width": width, "height": 900})
    for path in (proposal.url, PROPOSALS, PINS):
        proposal.goto(path)
        proposal.wait_for_load_state("load")
        assert proposal.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
