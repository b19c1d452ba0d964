"""Thirty people dragging on one wall: two at real browsers, the others over HTTP, all of them at once.

Every accepted move makes a task's version one higher, so that a lost or doubled one shows in the sum.
"""

from __future__ import annotations

import json
import os
import random
import re
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from playwright.sync_api import Browser, Page, Response, sync_playwright

from tests.e2e.chromium import FLAGS, require_chromium
from tests.services.front import front
from tests.services.processes import cpu_by_part, machine_cpu
from tests.services.production import PASSWORD, USER, Production, wait_until

CLIENTS, BROWSERS = 28, 2
STORIES, TASKS = 8, 5
STATES = ("TODO", "IN_PROGRESS", "DONE")
THINKING = (0.6, 2.0)
SETTLED_SECONDS = 20.0
COURTESY = 10
KEY = "CROWD"


@dataclass
class Tally:
    """What everybody did: seconds of each accepted move, moves that somebody else's came before, and errors."""

    seconds: list[float] = field(default_factory=list)
    by_browser: int = 0
    conflicts: int = 0
    errors: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def accepted(self) -> int:
        """Moves the server took."""
        return len(self.seconds) + self.by_browser

    def percentile_ms(self, share: float) -> float:
        """What this share (0 to 1) of the accepted moves over HTTP took at most, in milliseconds."""
        ordered = sorted(self.seconds)
        return round(1000 * ordered[min(len(ordered) - 1, round(share * len(ordered)))], 1)


@dataclass(frozen=True)
class Outcome:
    """What is true afterwards: versions added up, what each screen shows, and what each part cost.

    `cpu`: CPU seconds while people dragged, by service and program; "people" are those over HTTP,
    "others" what else ran on the machine.
    """

    tally: Tally
    moves_in_versions: int
    stored: dict[str, str]
    screens: list[dict[str, str]]
    cpu: dict[str, float] = field(default_factory=dict)


def run_crowd(production: Production, *, seconds: float) -> Outcome:
    """Let everybody drag for so long, wait until the screens have come to rest, and report."""
    sprint_id, tasks = _prepare(production)
    tally = Tally()
    with front(web=production.ports["web"], live=production.ports["live"]) as address, _chromium() as chromium:
        pages = [_open_wall(chromium, address, sprint_id, tally) for _ in range(BROWSERS)]
        before, ends = _cpu(production), time.monotonic() + seconds
        clients = [
            threading.Thread(target=_drag, args=(production, tasks, random.Random(number), ends, tally))
            for number in range(CLIENTS)
        ]
        for client in clients:
            client.start()
        _drag_in_browsers(pages, random.Random(99), ends)
        for client in clients:
            client.join()
        cpu = {part: round(spent - before.get(part, 0), 1) for part, spent in _cpu(production).items()}
        return _look(production, pages, tasks, tally, cpu)


def _cpu(production: Production) -> dict[str, float]:
    """CPU seconds so far of each service, of the databases, of the people and their browsers, and of all others."""
    services = {process.pid: name for name, process in production.processes.items()}
    parts = cpu_by_part(services, myself="people")
    return {**parts, "others": machine_cpu() - sum(parts.values())}


def _prepare(production: Production) -> tuple[int, list[int]]:
    """A sprint with stories and their tasks, in a workspace of its own."""
    call = production.call
    call("POST", "/api/v1/workspaces/", {"name": "Crowd", "key": KEY})
    today = date.today()  # noqa: DTZ011 - any day will do
    dates = {"start_date": str(today - timedelta(days=3)), "end_date": str(today + timedelta(days=10))}
    sprint = call("POST", "/api/v1/sprints/", {"workspace": KEY, "name": "Crowded", **dates})
    call("POST", f"/api/v1/sprints/{sprint['id']}/start/")
    tasks = []
    for number in range(STORIES):
        body = {"workspace": KEY, "title": f"Story {number}", "points": 3, "sprint": sprint["id"]}
        story = call("POST", "/api/v1/stories/", body)
        for step in range(TASKS):
            task = call("POST", "/api/v1/tasks/", {"story": story["id"], "title": f"Task {number}.{step}"})
            tasks.append(task["id"])
    return sprint["id"], tasks


def _drag(production: Production, tasks: list[int], chance: random.Random, ends: float, tally: Tally) -> None:
    """One person over HTTP: look at a card, move it on, look again when somebody was faster."""
    while time.monotonic() < ends:
        time.sleep(chance.uniform(*THINKING))
        try:
            _move_one(production, chance.choice(tasks), chance, tally)
        except (OSError, AssertionError, ValueError) as error:
            with tally.lock:
                tally.errors.append(repr(error))


def _move_one(production: Production, task_id: int, chance: random.Random, tally: Tally) -> None:
    seen = production.call("GET", f"/api/v1/tasks/{task_id}/")
    state = chance.choice([state for state in STATES if state != seen["state"]])
    began = time.perf_counter()
    status = _post_move(production, task_id, {"state": state, "version": seen["version"]})
    spent = time.perf_counter() - began
    with tally.lock:
        if status == 200:
            tally.seconds.append(spent)
        else:
            tally.conflicts += 1


def _post_move(production: Production, task_id: int, body: dict[str, Any]) -> int:
    headers = {"Authorization": f"Token {production.token}", "Content-Type": "application/json"}
    url = production.url(f"/api/v1/tasks/{task_id}/move/")
    request = urllib.request.Request(url, data=json.dumps(body).encode(), headers=headers, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            answer.read()
            return int(answer.status)
    except urllib.error.HTTPError as error:
        if error.code == 409:
            return 409
        raise


@contextmanager
def _chromium() -> Iterator[Browser]:
    with _yielding(), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=require_chromium(), args=list(FLAGS))
        with _yielding(by=-COURTESY):
            yield browser
        browser.close()


@contextmanager
def _yielding(by: int = COURTESY) -> Iterator[None]:
    """Let what this thread starts yield to other programs: people's browsers run on computers of their own."""
    usual = os.getpriority(os.PRIO_PROCESS, 0)
    with suppress(PermissionError):  # only root may take courtesy back
        os.setpriority(os.PRIO_PROCESS, 0, usual + by)
    yield
    with suppress(PermissionError):
        os.setpriority(os.PRIO_PROCESS, 0, usual)


def _open_wall(chromium: Browser, address: str, sprint_id: int, tally: Tally) -> Page:
    page = chromium.new_context(base_url=address, viewport={"width": 1440, "height": 900}).new_page()
    page.on("pageerror", lambda error: tally.errors.append(str(error)))
    page.on("response", lambda response: _note(response, tally))
    page.goto("/sign-in/")
    page.locator("input[name=username]:visible").fill(USER)
    page.locator("input[name=password]:visible").fill(PASSWORD)
    page.locator("input[name=password]:visible").press("Enter")
    page.wait_for_url(lambda url: "sign-in" not in url)
    page.goto(f"/w/{KEY}/wall/?sprint={sprint_id}")
    page.locator("[data-card][tabindex='0']").wait_for()
    return page


def _note(response: Response, tally: Tally) -> None:
    """Count what the server said to a browser's move."""
    if response.request.method != "POST" or not re.search(r"/wall/tasks/\d+/$", response.url):
        return
    if response.status == 200:
        tally.by_browser += 1
    elif response.status == 409:
        tally.conflicts += 1
    else:
        tally.errors.append(f"{response.status} {response.url}")


def _drag_in_browsers(pages: list[Page], chance: random.Random, ends: float) -> None:
    """Two people at real screens: now one, now the other moves a card by its key, and takes theirs in a conflict."""
    while time.monotonic() < ends:
        page = chance.choice(pages)
        if page.locator("[data-take-theirs]").count():
            page.locator("[data-take-theirs]").first.click()
        cards = page.locator("[data-card]:not([data-conflict])")
        card = cards.nth(chance.randrange(cards.count()))
        card.evaluate("card => card.focus()")
        state = page.evaluate("document.activeElement.dataset.state")
        page.keyboard.press(str(1 + STATES.index(chance.choice([one for one in STATES if one != state]))))
        page.wait_for_timeout(chance.uniform(250, 600))


def _look(production: Production, pages: list[Page], tasks: list[int], tally: Tally, cpu: dict[str, float]) -> Outcome:
    for page in pages:
        page.wait_for_timeout(700)
        while page.locator("[data-take-theirs]").count():
            page.locator("[data-take-theirs]").first.click()
            page.wait_for_timeout(200)
    rows = [production.call("GET", f"/api/v1/tasks/{pk}/") for pk in tasks]
    stored = {str(row["id"]): row["state"] for row in rows}

    def screens() -> list[dict[str, str]]:
        return [_screen(page) for page in pages]

    wait_until(lambda: all(screen == stored for screen in screens()) or _rest(pages), seconds=SETTLED_SECONDS)
    return Outcome(tally, sum(row["version"] - 1 for row in rows), stored, screens(), cpu)


def _rest(pages: list[Page]) -> bool:
    for page in pages:
        page.wait_for_timeout(200)
    return False


def _screen(page: Page) -> dict[str, str]:
    """Which column each card lies in, as it is drawn."""
    script = """() => Object.fromEntries([...document.querySelectorAll('[data-card]')].map(
        (card) => [card.dataset.card, card.parentElement.dataset.state]))"""
    shown: dict[str, str] = page.evaluate(script)
    return shown
