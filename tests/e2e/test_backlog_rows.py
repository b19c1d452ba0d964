"""Working in the rows of the backlog: cells edited in place, reasons, blocks dragged, and others at work meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.e2e.program import Served
from tests.e2e.test_backlog import drag, loose, opened, order, row


@pytest.fixture
def backlog(sign_in: Callable[..., Page]) -> Page:
    return opened(sign_in())


@pytest.fixture
def colleague(backlog: Page, browser: Browser, served: Served) -> Iterator[Page]:
    """A second window on the same backlog."""
    context = browser.new_context(
        base_url=served.url,
        storage_state=backlog.context.storage_state(),
        viewport={"width": 1440, "height": 900},
    )
    yield opened(context.new_page())
    context.close()


def test_f2_renames_a_story_and_escape_leaves_it(backlog: Page) -> None:
    key = loose(backlog)[0]
    title = row(backlog, key).locator("[data-open]")
    before = title.inner_text()
    row(backlog, key).focus()
    backlog.keyboard.press("F2")
    field = backlog.get_by_label(f"Title of {key}")
    field.fill("Never mind")
    field.press("Escape")
    expect(title).to_have_text(before)
    expect(row(backlog, key)).to_be_focused()

    backlog.keyboard.press("F2")
    field.fill("A better name")
    field.press("Enter")
    expect(title).to_have_text("A better name")
    backlog.get_by_role("button", name="Undo").click()
    expect(title).to_have_text(before)


def test_tab_saves_and_goes_on_to_the_next_cell(backlog: Page) -> None:
    key = loose(backlog)[1]
    row(backlog, key).locator("[data-edit='points']").click()
    points = backlog.get_by_label(f"Points of {key}", exact=True)
    points.fill("21")
    points.press("Tab")

    team = backlog.get_by_label(f"Team of {key}", exact=True)
    expect(team).to_be_focused()
    team.select_option(label="Gangway")
    team.press("Enter")

    expect(row(backlog, key).locator("[data-edit='points']")).to_have_text("21")
    expect(row(backlog, key).locator("[data-edit='team']")).to_have_text("Gangway")
    opened(backlog)
    expect(row(backlog, key).locator("[data-edit='points']")).to_have_text("21")
    expect(row(backlog, key).locator("[data-edit='team']")).to_have_text("Gangway")


def test_a_row_drawn_again_leaves_the_field_that_was_opened_meanwhile(backlog: Page) -> None:
    key = loose(backlog)[1]
    answers: list[Route] = []
    backlog.route("**/backlog/rows/**", lambda route: answers.extend([route]))
    row(backlog, key).locator("[data-edit='points']").click()
    backlog.get_by_label(f"Points of {key}", exact=True).fill("34")
    with backlog.expect_request("**/backlog/rows/**"):
        backlog.keyboard.press("Enter")

    row(backlog, key).locator("[data-edit='team']").click()
    team = backlog.get_by_label(f"Team of {key}", exact=True)
    expect(team).to_be_focused()
    with backlog.expect_response("**/backlog/rows/**"):
        answers[0].continue_()
    backlog.wait_for_timeout(300)
    expect(team).to_be_focused()

    backlog.unroute("**/backlog/rows/**")
    backlog.keyboard.press("Escape")
    expect(row(backlog, key).locator("[data-edit='points']")).to_have_text("34")


def test_a_folded_capability_draws_its_stories_when_it_is_opened(backlog: Page) -> None:
    opened(backlog, "?view=capabilities")
    line = backlog.locator("[data-capability-row][aria-expanded=false]").first
    capability = line.get_attribute("data-capability-row")
    inside = backlog.locator(f"[data-of='{capability}']")
    expect(inside.first).to_be_hidden()
    line.focus()
    backlog.keyboard.press("ArrowRight")
    expect(inside.first).to_be_visible()
    expect(inside.first.locator("[data-edit='points']")).to_be_visible()
    expect(backlog.locator(f"[data-of='{capability}'][data-stub]")).to_have_count(0)

    before = order(backlog)
    backlog.keyboard.press("Control+a")
    expect(backlog.locator("[data-selected-count]")).to_have_text(f"{len(before)} selected")


def test_a_second_click_on_a_title_does_not_begin_to_edit_it(backlog: Page) -> None:
    key = loose(backlog)[0]
    row(backlog, key).locator("[data-open]").dblclick()
    backlog.wait_for_url(f"**/stories/{key}/")
    expect(backlog.get_by_role("heading", level=1)).to_be_visible()


def test_an_empty_title_comes_back_with_its_reason(backlog: Page) -> None:
    key = loose(backlog)[0]
    row(backlog, key).focus()
    backlog.keyboard.press("F2")
    field = backlog.get_by_label(f"Title of {key}")
    field.fill("")
    field.press("Enter")
    expect(backlog.locator("#edit-error")).to_be_visible()
    expect(field).to_be_focused()


def test_w_says_why_a_row_stands_where_it_does(backlog: Page) -> None:
    line = backlog.locator("[data-capability-row]:has(.c-cod .ev)").first
    line.focus()
    backlog.keyboard.press("w")
    expect(line.locator(".why-words")).to_contain_text("In the order that earns most")
    line.get_by_role("button", name="Evidence").click()
    expect(backlog.get_by_text("Formula").first).to_be_visible()


def test_holding_a_row_tells_what_putting_it_down_saves_or_costs(backlog: Page) -> None:
    line = backlog.locator("[data-capability-row]:has(.c-cod .ev)").last
    line.focus()
    backlog.keyboard.press("Space")
    backlog.keyboard.press("ArrowUp")
    backlog.keyboard.press("ArrowUp")
    expect(backlog.locator("[data-put-hint]")).to_contain_text("This alone")
    expect(backlog.locator("[data-stood]")).to_be_visible()
    backlog.keyboard.press("Escape")
    expect(backlog.locator("[data-put-hint]")).to_be_hidden()
    expect(backlog.locator("[data-stood]")).to_have_count(0)


def test_dragging_one_of_a_selection_takes_all_of_it(backlog: Page) -> None:
    *_, target, between, first, last = loose(backlog)
    for key in (first, last):
        row(backlog, key).focus()
        backlog.keyboard.press("x")

    drag(backlog, row(backlog, last), row(backlog, target), to_upper_half=True)

    expect(backlog.get_by_role("button", name="Undo")).to_be_visible()
    moved = order(opened(backlog))
    at = moved.index(target)
    assert moved[at - 2 : at + 2] == [first, last, target, between]


def test_many_rows_get_a_team_at_once_and_undo_takes_it_back(backlog: Page) -> None:
    first, second = loose(backlog)[:2]
    teams = [row(backlog, key).locator("[data-edit='team']") for key in (first, second)]
    before = [team.inner_text() for team in teams]
    for key in (first, second):
        row(backlog, key).focus()
        backlog.keyboard.press("x")
    backlog.get_by_role("toolbar", name="Selected rows").get_by_role("button", name="Team").click()
    dialog = backlog.get_by_role("dialog", name="Change 2 stories")
    dialog.get_by_label("Team").select_option(label="Lighthouse")
    dialog.get_by_role("button", name="Change them").click()

    for team in teams:
        expect(team).to_have_text("Lighthouse")
    backlog.get_by_role("button", name="Undo").click()
    for team, text in zip(teams, before, strict=True):
        expect(team).to_have_text(text)


def test_values_of_others_show_while_a_row_is_held_and_places_wait(backlog: Page, colleague: Page) -> None:
    held, changed, moved = loose(backlog)[-1], loose(backlog)[0], loose(backlog)[-3]
    row(backlog, held).focus()
    backlog.keyboard.press("Space")
    before = order(backlog)

    row(colleague, moved).focus()
    colleague.keyboard.press("Space")
    colleague.keyboard.press("ArrowUp")
    colleague.keyboard.press("Enter")
    row(colleague, changed).locator("[data-edit='points']").click()
    colleague.get_by_label(f"Points of {changed}", exact=True).fill("34")
    colleague.keyboard.press("Enter")

    expect(row(backlog, changed).locator("[data-edit='points']")).to_have_text("34")
    expect(backlog.locator("[data-held-note]")).to_contain_text("while you hold one")
    assert order(backlog) == before
    backlog.keyboard.press("Escape")
    expect(backlog.locator("[data-held-note]")).to_be_hidden()
    after = order(colleague)
    backlog.wait_for_function(
        "wanted => [...document.querySelectorAll('[data-story-row]')].map(row => row.dataset.key).join() === wanted",
        arg=",".join(after),
    )


def test_a_change_made_while_the_page_was_on_its_way_is_not_lost(backlog: Page, colleague: Page) -> None:
    key = loose(backlog)[0]
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    backlog.route("**/live/?**", hold)
    backlog.goto("/w/FERRY/backlog/")
    row(colleague, key).locator("[data-edit='points']").click()
    colleague.get_by_label(f"Points of {key}", exact=True).fill("55")
    colleague.keyboard.press("Enter")
    expect(row(colleague, key).locator("[data-edit='points']:not(.saving)")).to_have_text("55")
    colleague.wait_for_timeout(500)
    for route in held:
        route.continue_()
    expect(row(backlog, key).locator("[data-edit='points']")).to_have_text("55")


def test_on_a_phone_the_selection_hides_no_row_for_good(browser: Browser, served: Served, backlog: Page) -> None:
    context = browser.new_context(
        base_url=served.url,
        storage_state=backlog.context.storage_state(),
        viewport={"width": 390, "height": 844},
        has_touch=True,
    )
    phone = opened(context.new_page())
    phone.locator("[data-story-row] .pick").first.check()
    bar = phone.get_by_role("toolbar", name="Selected rows")
    expect(bar).to_be_visible()
    phone.evaluate("window.scrollTo(0, document.documentElement.scrollHeight)")
    last, top = phone.locator(".list > .row").last.bounding_box(), bar.bounding_box()
    assert last is not None
    assert top is not None
    assert last["y"] + last["height"] <= top["y"]
    assert phone.evaluate("document.documentElement.scrollWidth") == 390
    context.close()


def test_undo_brings_back_a_task_and_a_dependency(backlog: Page) -> None:
    first, second = loose(backlog)[:2]
    backlog.goto(f"/w/FERRY/stories/{first}/")
    backlog.get_by_label("New task").fill("Ring the harbour")
    backlog.get_by_label("New task").press("Enter")
    delete = backlog.get_by_role("button", name="Delete the task Ring the harbour")
    delete.click()
    backlog.get_by_role("dialog").get_by_role("button", name="Go ahead").click()
    expect(delete).to_be_hidden()
    backlog.get_by_role("button", name="Undo").click()
    expect(delete).to_be_visible()

    backlog.get_by_label("Key of the other story").fill(second)
    backlog.get_by_label("Key of the other story").press("Enter")
    link = backlog.locator(".links-list").get_by_role("link", name=second)
    expect(link).to_be_visible()
    backlog.locator(".links-list li").filter(has_text=second).get_by_role("button").click()
    confirm = backlog.get_by_role("dialog").get_by_role("button", name="Go ahead")
    if confirm.is_visible():
        confirm.click()
    expect(link).to_be_hidden()
    backlog.get_by_role("button", name="Undo").click()
    expect(link).to_be_visible()
