"""Fields of one's own: added in the settings, tried out, filled in where they belong."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

FIELDS = "/w/FERRY/fields/"


def test_a_field_is_added_and_filled_in_on_a_capability(sign_in: Callable[..., Page]) -> None:
    page = sign_in()
    page.goto(FIELDS)
    page.get_by_role("button", name="Add a field of capabilities").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("Harbour master")
    dialog.get_by_label("Kind").select_option("CHOICE")
    dialog.get_by_role("textbox", name="New option").first.fill("Agrees")
    dialog.get_by_role("textbox", name="New option").nth(1).fill("Objects")
    dialog.get_by_role("button", name="Add the field").click()
    row = page.get_by_role("row", name=re.compile("Harbour master"))
    expect(row).to_contain_text("Objects")

    page.goto("/w/FERRY/capabilities/BKG-4/")
    page.get_by_role("button", name=re.compile("^Harbour master: nothing yet")).click()
    page.get_by_role("combobox", name="Harbour master").select_option(label="Agrees")
    page.locator(".own-fields").get_by_role("button", name="Save").click()
    expect(page.get_by_role("button", name=re.compile("^Harbour master: Agrees"))).to_be_visible()


def test_a_formula_says_what_it_yields_while_it_is_written(sign_in: Callable[..., Page]) -> None:
    page = sign_in()
    page.goto(FIELDS)
    page.get_by_role("button", name="Add a field of stories").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Kind").select_option("FORMULA")
    dialog.get_by_label("Formula").fill("points * ")
    expect(dialog.get_by_role("status")).to_contain_text("line 1")
    dialog.get_by_label("Formula").fill("points * 2")
    expect(dialog.get_by_role("status")).to_contain_text("Yields a number")
    dialog.get_by_label("Name").fill("Doubled")
    dialog.get_by_role("button", name="Add the field").click()
    expect(page.get_by_role("row", name=re.compile("Doubled"))).to_contain_text("points * 2")
