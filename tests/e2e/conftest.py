"""A real Chromium and the program as a person starts it.

The scope is this folder, not the session: while Playwright runs, its event loop keeps Django's database
from being used in this process, so nothing of it may outlive the journeys.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from tests.e2e.accessibility import find_violations
from tests.e2e.chromium import FLAGS, require_chromium
from tests.e2e.program import Served, serving

FOLDER = Path(__file__).resolve().parent
DEMO_USER = "demo"
DEMO_PASSWORD = "millrace-demo"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder is a journey, and gets a second try: the report counts it as a rerun.

    A browser, a server and a worker share what the machine has left. What is broken fails twice; a rerun is to be
    looked into, for it may be a race that a person could lose too.
    """
    for item in items:
        if item.path.is_relative_to(FOLDER):
            item.add_marker(pytest.mark.e2e)
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Tell the `page` fixture whether its test failed, so that it can keep a picture."""
    report = yield
    if report.when == "call":
        item.stash[_failed] = report.failed
    return report


_failed = pytest.StashKey[bool]()


@pytest.fixture(scope="package")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The program with the demo data, started once for all journeys."""
    with serving(tmp_path_factory.mktemp("served") / "home") as program:
        yield program


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """A real Chromium, headless."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=require_chromium(), args=list(FLAGS))
        yield chromium
        chromium.close()


@pytest.fixture
def context(browser: Browser, served: Served) -> Iterator[BrowserContext]:
    """A visitor with no past, whose addresses are the program's: `page.goto("/backlog/")`."""
    visitor = browser.new_context(base_url=served.url, viewport={"width": 1440, "height": 900})
    visitor.set_default_timeout(10_000)
    expect.set_options(timeout=10_000)
    yield visitor
    visitor.close()


@pytest.fixture
def page(context: BrowserContext, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A tab that fails its test on a script error or a breach of the content security policy."""
    tab = context.new_page()
    complaints: list[str] = []
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    tab.on("console", lambda message: complaints.extend(_breaches(message)))
    yield tab
    if request.node.stash.get(_failed, False):
        tab.screenshot(path=FOLDER / "failures" / f"{request.node.name}.png", full_page=True)
    assert complaints == []


def _breaches(message: ConsoleMessage) -> list[str]:
    return [message.text] if "Content Security Policy" in message.text else []


@pytest.fixture
def sign_in(page: Page) -> Callable[..., Page]:
    """Sign in through the page, as the demo account unless another is named."""

    def sign_in(username: str = DEMO_USER, password: str = DEMO_PASSWORD) -> Page:
        page.goto("/")
        page.locator("input[name=username]:visible").fill(username)
        page.locator("input[name=password]:visible").fill(password)
        page.locator("input[name=password]:visible").press("Enter")
        page.wait_for_url(lambda url: "sign-in" not in url)
        return page

    return sign_in


@pytest.fixture
def axe(browser: Browser, context: BrowserContext, served: Served) -> Callable[..., list[str]]:
    """Look for violations of WCAG 2.2 AA at an address, as the person signed in: `assert axe("/backlog/") == []`."""

    def violations(path: str, **options: Any) -> list[str]:
        return find_violations(browser, f"{served.url}{path}", signed_in=context, **options)

    return violations
