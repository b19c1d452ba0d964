"""A metric of one's own is defined on the map, watched by an alert, and its watcher finds what fired in the inbox."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.accessibility import find_violations
from tests.e2e.program import Served


def open_map(page: Page) -> str:
    """Go to the demo's map; returns its address."""
    page.goto("/w/FERRY/maps/")
    page.wait_for_url(re.compile(r"/maps/\d+/$"))
    return page.url


def test_a_metric_of_ones_own_is_defined_and_opens_its_items(sign_in: Callable[..., Page]) -> None:
    page, name = sign_in(), f"Big ones {time.monotonic_ns()}"
    open_map(page)
    page.get_by_role("button", name="Add a metric").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Of which field").select_option("title")
    dialog.get_by_role("button", name="Add the metric").click()
    expect(dialog).to_contain_text("can only be counted")
    dialog.get_by_label("What").select_option("PERCENTILE")
    dialog.get_by_label("Percentile", exact=True).fill("90")
    dialog.get_by_label("Of which field").select_option("points")
    dialog.get_by_label("Name").fill(name)
    dialog.get_by_role("button", name="Add the metric").click()
    figure = page.get_by_role("button", name=re.compile(f"^{name}, Review: "))
    expect(figure).to_be_visible()
    figure.click()
    expect(page.get_by_role("heading", name=f"{name}, Review")).to_be_visible()
    expect(page.locator(".counted")).to_be_visible()


def test_an_alert_fires_and_its_watcher_finds_it_in_the_inbox(sign_in: Callable[..., Page]) -> None:
    page, name = sign_in(), f"Review is full {time.monotonic_ns()}"
    open_map(page)
    page.get_by_role("link", name="Alerts").click()
    page.get_by_role("button", name="Add an alert").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Figure").select_option("queue_length")
    dialog.get_by_label("Of", exact=True).select_option(label="Review")
    dialog.get_by_label("Threshold").fill("many")
    dialog.get_by_label("Webhook").fill("http://127.0.0.1:9/")
    dialog.get_by_role("button", name="Watch it").click()
    expect(dialog).to_contain_text("Use a number")
    expect(dialog).to_contain_text("private network")
    dialog.get_by_label("Threshold").fill("1")
    dialog.get_by_label("Webhook").fill("")
    dialog.get_by_label("Name").fill(name)
    dialog.get_by_role("button", name="Watch it").click()
    expect(dialog).not_to_be_visible()
    row = page.get_by_role("row", name=re.compile(name))
    expect(row).to_contain_text("Over", timeout=15_000)
    firing = page.get_by_role("listitem").filter(has_text=name).first
    firing.locator("summary").click()
    expect(firing.locator(".key").first).to_be_visible()

    page.goto("/w/FERRY/inbox/?show=alerts")
    page.get_by_role("link", name=re.compile(name)).first.click()
    page.wait_for_url(re.compile(r"/alerts/#firing-\d+$"))

    row.get_by_role("button", name=f"Mute {name}").click()
    expect(row).to_contain_text("muted")
    row.get_by_role("button", name=f"Delete {name}").click()
    page.get_by_role("button", name="Go ahead").click()
    expect(row).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_a_machine_finds_nothing_wrong_with_the_pages(
    sign_in: Callable[..., Page], browser: Browser, served: Served, scheme: str, width: int
) -> None:
    page = sign_in()
    address = open_map(page)
    for url in (address, f"{address}alerts/", f"{served.url}/w/FERRY/inbox/?show=alerts"):
        found = find_violations(
            browser,
            url,
            signed_in=page.context,
            color_scheme=scheme,
            viewport={"width": width, "height": 900},
        )
        assert found == [], url
