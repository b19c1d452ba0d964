"""A day on a story's page: told in the inbox, answered, a file attached, two people editing at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect

from tests.e2e.program import Served

INBOX = "/w/FERRY/inbox/"
ECHO_MS = 3_500
"""Both windows are the same person's: for this long a window takes a change for its own."""
PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\nIDATx\x9cc\x00\x01\x00\x00\x05\x00\x01\r\n-\xb4\x00\x00\x00\x00IEND\xaeB`\x82"
)


@pytest.fixture
def story(sign_in: Callable[..., Page]) -> Page:
    """The story that somebody mentions the reader in, opened from the inbox."""
    page = sign_in()
    page.goto(INBOX)
    page.locator("[data-notice-open]").filter(has_text="mentioned you").first.click()
    expect(page.locator("[data-story][data-started]")).to_be_visible()
    return page


@pytest.fixture
def colleague(story: Page, browser: Browser, served: Served) -> Iterator[Page]:
    """The same story in a second window."""
    context = browser.new_context(base_url=served.url, storage_state=story.context.storage_state())
    page = context.new_page()
    page.goto(story.url.partition("#")[0])
    expect(page.locator("[data-story][data-started]")).to_be_visible()
    yield page
    context.close()


def test_a_comment_names_a_person_by_keyboard_and_others_see_it_at_once(story: Page, colleague: Page) -> None:
    story.keyboard.press("c")
    field = story.get_by_label("Write a comment")
    expect(field).to_be_focused()
    field.press_sequentially("Ask @rut")
    offered = story.get_by_role("listbox", name="People")
    expect(offered.get_by_role("option", name="Ruth Feldman")).to_have_attribute("aria-selected", "true")
    field.press("Enter")
    field.press_sequentially("about <b>boxes</b>")
    field.press("Control+Enter")
    mine = story.locator(".comments .comment").last
    expect(mine).to_contain_text("Ask @Ruth Feldman about <b>boxes</b>")
    expect(mine.locator(".mention")).to_have_text("@Ruth Feldman")
    expect(field).to_have_value("")
    expect(colleague.locator(".comments .comment").last).to_contain_text("about <b>boxes</b>")
    expect(story.locator(".events .event").first).to_contain_text("commented")


def test_a_draft_outlives_a_reload_and_a_comment_is_edited_and_deleted(story: Page) -> None:
    story.get_by_label("Write a comment").fill("Half a thought")
    story.reload()
    field = story.get_by_label("Write a comment")
    expect(field).to_have_value("Half a thought")
    story.get_by_role("button", name="Comment", exact=True).click()
    mine = story.locator(".comments .comment").last
    expect(mine).to_contain_text("Half a thought")
    story.reload()
    expect(story.get_by_label("Write a comment")).to_have_value("")
    mine.hover()
    mine.get_by_role("button", name="Edit your comment").click()
    story.get_by_role("textbox", name="Your comment").fill("A whole thought")
    story.get_by_role("button", name="Save").click()
    expect(mine).to_contain_text("A whole thought")
    expect(mine).to_contain_text("edited")
    mine.hover()
    mine.get_by_role("button", name=re.compile("^Delete the comment")).click()
    story.get_by_role("button", name="Go ahead").click()
    expect(mine).to_contain_text("it was deleted")


def test_a_question_outlives_a_colleagues_change(story: Page, colleague: Page) -> None:
    colleague.wait_for_timeout(ECHO_MS)
    colleague.get_by_label("Write a comment").fill("About to be deleted")
    colleague.get_by_role("button", name="Comment", exact=True).click()
    mine = story.locator(".comments .comment").filter(has_text="About to be deleted")
    mine.hover()
    mine.get_by_role("button", name=re.compile("^Delete the comment")).click()
    colleague.get_by_label("Write a comment").fill("Said in the meantime")
    colleague.get_by_role("button", name="Comment", exact=True).click()
    expect(story.locator(".comments .comment").last).to_contain_text("Said in the meantime")
    story.get_by_role("button", name="Go ahead").click()
    expect(mine).to_have_count(0)
    expect(story.get_by_text("A whole thought")).to_have_count(0)


def test_a_file_is_attached_deleted_and_brought_back(story: Page, colleague: Page) -> None:
    files = story.locator("[data-files]")
    scan: FilePayload = {"name": "scan.png", "mimeType": "text/html", "buffer": PNG}
    files.locator("[data-choose]").set_input_files(scan)
    expect(files.get_by_role("link", name="scan.png").last).to_be_visible()
    expect(colleague.locator("[data-files]").get_by_role("link", name="scan.png").last).to_be_visible()
    assert files.locator("img[alt='scan.png']").evaluate("image => image.complete && image.naturalWidth") == 1
    files.get_by_role("button", name="Delete the file scan.png").click()
    expect(files.get_by_role("link", name="scan.png")).to_have_count(0)
    story.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(files.get_by_role("link", name="scan.png").last).to_be_visible()


def test_a_file_over_the_limit_is_refused_before_it_is_sent(story: Page) -> None:
    too_much = story.evaluate_handle("() => new File([new Uint8Array(26 * 1024 * 1024)], 'film.mov')")
    story.evaluate(
        """file => {
          const carried = new DataTransfer();
          carried.items.add(file);
          document.dispatchEvent(new DragEvent('drop', { dataTransfer: carried, bubbles: true, cancelable: true }));
        }""",
        too_much,
    )
    expect(story.locator("#toasts [role=alert]")).to_contain_text("the limit is 25 MB")


def test_edits_of_different_fields_by_two_people_both_stay(story: Page, colleague: Page) -> None:
    story.keyboard.press("t")
    title = story.get_by_label("Title", exact=True)
    title.fill("A title of the first window")
    colleague.get_by_label("Points", exact=True).fill("7")
    colleague.get_by_label("Points", exact=True).press("Enter")
    expect(story.get_by_label("Points", exact=True)).to_have_value("7")
    expect(title).to_have_value("A title of the first window")
    colleague.wait_for_timeout(ECHO_MS)
    title.press("Enter")
    expect(story.get_by_role("heading", level=1)).to_have_text("A title of the first window")
    expect(colleague.get_by_role("heading", level=1)).to_have_text("A title of the first window")
    expect(colleague.get_by_label("Points", exact=True)).to_have_value("7")


def test_edits_of_the_same_text_are_asked_about(story: Page, colleague: Page) -> None:
    story.keyboard.press("d")
    mine = story.get_by_label("Description")
    mine.fill("Written in the first window")
    colleague.keyboard.press("d")
    colleague.get_by_label("Description").fill("Written in the second window")
    colleague.get_by_role("button", name="Save the text").click()
    expect(colleague.locator(".prose").first).to_contain_text("second window")
    story.get_by_role("button", name="Save the text").click()
    asked = story.locator("[data-collision]")
    expect(asked).to_be_focused()
    expect(asked).to_contain_text("Written in the second window")
    expect(asked).to_contain_text("Written in the first window")
    colleague.wait_for_timeout(ECHO_MS)
    asked.get_by_role("button", name="Keep mine").click()
    expect(asked).to_have_count(0)
    expect(colleague.locator(".prose").first).to_contain_text("first window")


def test_a_story_is_followed_and_left(story: Page) -> None:
    follow = story.locator("#story-follow")
    was = follow.get_attribute("aria-pressed")
    follow.click()
    expect(follow).to_have_attribute("aria-pressed", "false" if was == "true" else "true")
    follow.click()
    expect(follow).to_have_attribute("aria-pressed", was or "false")


def test_opening_a_notice_reads_it_and_the_bell_says_so(sign_in: Callable[..., Page]) -> None:
    page = sign_in()
    page.goto(f"{INBOX}?show=all")
    line = page.locator("[data-notice]").filter(has_text="mentioned you").first
    if "unread" not in (line.get_attribute("class") or ""):
        line.get_by_role("button", name=re.compile("^Mark as unread")).click()
    expect(line).to_have_class(re.compile("unread"))
    expect(page.locator(".rail [data-bell]")).to_have_attribute("aria-label", re.compile(r"Inbox, \d+ unread"))
    line.get_by_role("button", name=re.compile("^Mark as read")).click()
    expect(line).not_to_have_class(re.compile("unread"))


@pytest.mark.parametrize("options", [{}, {"color_scheme": "dark"}, {"viewport": {"width": 390, "height": 800}}])
def test_nothing_is_in_the_way_of_anybody(
    story: Page, axe: Callable[..., list[str]], options: dict[str, object]
) -> None:
    path = "/" + story.url.partition("#")[0].split("/", 3)[3]
    assert axe(path, **options) == []
    assert axe(INBOX, **options) == []
    assert axe(f"{INBOX}?show=assigned", **options) == []
