"""A sponsor's ten seconds, and a product owner's longer look: what the order costs, and which is better."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

LENSES = "/w/FERRY/lenses/"
PNG_MAGIC = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def lenses(sign_in: Callable[..., Page]) -> Page:
    page = sign_in()
    page.goto(LENSES)
    expect(page.locator(".claim-figure")).to_be_visible()
    page.wait_for_load_state("networkidle")  # the script is bound
    return page


def figure(page: Page) -> str:
    return page.locator(".claim-figure").inner_text()


def shown_labels(page: Page) -> list[dict[str, float]]:
    boxes: list[dict[str, float]] = page.locator("#lens-chart text.name").evaluate_all(
        """texts => texts.map(text => text.getBoundingClientRect()).filter(box => box.width)
            .map(({left, right, top, bottom}) => ({left, right, top, bottom}))"""
    )
    return boxes


def test_the_claim_says_what_the_better_order_earns(lenses: Page) -> None:
    expect(lenses.get_by_role("heading", name="more in the first two quarters")).to_be_visible()
    assert figure(lenses).startswith("$")
    expect(lenses.get_by_text("80 % of the time the difference lies between")).to_be_visible()
    expect(lenses.locator("[data-readout]")).to_contain_text("Half the effort in:")


def test_other_orders_are_compared_in_place_and_back_returns(lenses: Page) -> None:
    before = figure(lenses)
    second = lenses.get_by_label("with", exact=True)
    second.focus()

    second.select_option("sponsor")

    expect(lenses.locator(".claim-say")).to_contain_text("Sponsor's wish earns")
    assert lenses.url.endswith("?b=sponsor")
    expect(lenses.get_by_label("with", exact=True)).to_be_focused()

    lenses.get_by_role("link", name="1 year").click()
    expect(lenses.get_by_role("heading", name="more in the first year")).to_be_visible()
    assert "weeks=52" in lenses.url

    lenses.go_back()
    expect(lenses.get_by_role("heading", name="more in the first two quarters")).to_be_visible()
    lenses.go_back()
    expect(lenses.locator(".claim-say")).to_contain_text("Manual order earns")
    assert figure(lenses) == before


def test_the_address_alone_shows_the_same(lenses: Page) -> None:
    lenses.goto(f"{LENSES}?a=cd3&b=age&weeks=13&axis=time")
    expect(lenses.locator(".claim-say")).to_contain_text("CD3 earns")
    expect(lenses.get_by_label("Compare", exact=True)).to_have_value("cd3")
    expect(lenses.locator("#lens-chart").get_by_text("now", exact=True)).to_be_visible()


def test_the_lines_are_read_with_the_keyboard(lenses: Page) -> None:
    reader = lenses.get_by_role("slider", name="Read along the lines")
    reader.focus()
    for _ in range(3):
        lenses.keyboard.press("PageUp")

    expect(lenses.locator("[data-readout]")).to_contain_text("80 % of the effort in")
    expect(reader).to_have_attribute("aria-valuetext", lenses.locator("[data-readout]").inner_text())

    lenses.keyboard.press("End")
    expect(lenses.locator("[data-readout]")).to_contain_text("100 % live, or 100 %")


def test_the_pointer_reads_the_lines_and_leaves_no_trace(lenses: Page) -> None:
    before = lenses.locator("[data-readout]").inner_text()
    box = lenses.locator("[data-reader]").bounding_box()
    assert box is not None
    lenses.mouse.move(box["x"] + box["width"] * 0.75, box["y"] + 40)
    expect(lenses.locator("[data-readout]")).to_contain_text("75 % of the effort in")

    lenses.mouse.move(5, 5)

    expect(lenses.locator("[data-readout]")).to_have_text(before)


@pytest.mark.parametrize("width", [1440, 1024, 390])
def test_names_beside_the_lines_never_touch(lenses: Page, width: int) -> None:
    lenses.set_viewport_size({"width": width, "height": 900})
    boxes = shown_labels(lenses)
    assert len(boxes) >= 2
    for index, one in enumerate(boxes):
        for other in boxes[index + 1 :]:
            is_apart = (
                one["right"] <= other["left"]
                or other["right"] <= one["left"]
                or one["bottom"] <= other["top"]
                or other["bottom"] <= one["top"]
            )
            assert is_apart


@pytest.mark.parametrize("width", [1440, 390])
def test_the_page_is_no_wider_than_its_window(lenses: Page, width: int) -> None:
    lenses.set_viewport_size({"width": width, "height": 900})
    assert lenses.evaluate("document.documentElement.scrollWidth") <= width


def test_how_it_is_computed_opens_beside_the_page(lenses: Page) -> None:
    opener = lenses.get_by_role("button", name="How it is computed")
    opener.click()
    sheet = lenses.locator("#sheet")
    expect(sheet).to_contain_text("What an order earns by week 26")
    expect(sheet).to_contain_text("No order can cost less than")
    expect(sheet).to_contain_text("Left out")

    lenses.keyboard.press("Escape")

    expect(sheet).to_be_hidden()
    expect(opener).to_be_focused()


@pytest.mark.parametrize(("kind", "begins"), [("SVG", b"<svg"), ("PNG", PNG_MAGIC)])
def test_the_chart_is_saved_as_a_picture_that_needs_no_style_sheet(
    lenses: Page, tmp_path: Path, kind: str, begins: bytes
) -> None:
    lenses.locator("summary", has_text="Export").click()
    with lenses.expect_download() as download:
        lenses.get_by_role("button", name=f"Chart as {kind}").click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)

    content = file.read_bytes()
    assert content.startswith(begins)
    assert len(content) > 5000
    if kind == "SVG":
        assert b"Money-optimal" in content
        assert b"class=" not in content
        assert b"stroke=" in content


def test_the_table_is_saved_as_csv(lenses: Page) -> None:
    lenses.locator("summary", has_text="Export").click()
    with lenses.expect_download() as download:
        lenses.get_by_role("link", name="Table as CSV").click()
    assert download.value.suggested_filename.startswith("ferry-lenses-")


def test_a_change_of_the_ranking_redraws_the_page(lenses: Page) -> None:
    lenses.evaluate("document.querySelector('.claim').dataset.old = 'yes'")
    lenses.evaluate(
        """document.dispatchEvent(new CustomEvent("millrace:change",
            {detail: {id: 1, topic: "ranking", object: 0, verb: "computed", actor: null}}))"""
    )
    expect(lenses.locator(".claim[data-old]")).to_have_count(0)
    expect(lenses.locator(".claim-figure")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_axe_finds_nothing(lenses: Page, axe: Callable[..., list[str]], scheme: str, width: int) -> None:
    assert axe(LENSES, color_scheme=scheme, viewport={"width": width, "height": 900}) == []
