"""axe-core in the page: what a machine can find of WCAG 2.2 AA."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def find_violations(browser: Browser, url: str, *, signed_in: BrowserContext, **options: Any) -> list[str]:
    """Return one line per violation at `url`, seen by the person signed in; `options` are the context's.

    The page's content security policy would refuse the injected script, so axe looks at
    a second context that ignores the policy; the journeys themselves run under it.
    """
    state = signed_in.storage_state()
    context = browser.new_context(storage_state=state, bypass_csp=True, reduced_motion="reduce", **options)
    try:
        page = context.new_page()
        page.goto(url, wait_until="load")
        page.evaluate(AXE.read_text())
        found = page.evaluate("(rules) => axe.run(document, { runOnly: rules })", RULES)
        return [_describe(violation) for violation in found["violations"]]
    finally:
        context.close()


def _describe(violation: dict[str, Any]) -> str:
    places = "; ".join(str(node["target"][0]) for node in violation["nodes"][:5])
    return f"{violation['id']} ({violation['impact']}): {violation['help']} - {places}"
