"""The parts of a capability's page: each has a template and what that needs."""

from collections.abc import Callable, Mapping
from typing import Any

from accounts.models import User
from accounts.web.shell import shell_context
from planner.models import Application, Capability
from planner.selectors.capabilities import capability_summary, list_estimates
from planner.selectors.capability_page import (
    capability_figures,
    list_neighbours,
    list_story_lines,
    payback_of,
    present_model,
)
from planner.web.drawings import draw_payback
from planner.web.story_parts import value_context

MOST_CHOICES = 300
TABLE_WEEKS = (4, 13, 26, 52, 104)
Context = dict[str, Any]


def head_part(capability: Capability) -> Context:
    """Title and figures."""
    summary = capability_summary(capability=capability)
    return {
        **payback_part(capability),
        "summary": summary,
        "figures": capability_figures(capability=capability, summary=summary),
        "applications": Application.objects.filter(workspace_id=capability.workspace_id).order_by("name")[
            :MOST_CHOICES
        ],
    }


def estimate_part(capability: Capability) -> Context:
    """Where the value comes from."""
    return value_context(capability=capability)


def stories_part(capability: Capability) -> Context:
    """Its stories with their shares."""
    return {"lines": list_story_lines(capability=capability)}


def neighbours_part(capability: Capability) -> Context:
    """What it needs, and what needs it."""
    needs, needed_by = list_neighbours(capability=capability)
    return {"needs": needs, "needed_by": needed_by}


def payback_part(capability: Capability) -> Context:
    """How the benefit adds up after release, beside what is left to invest."""
    model = present_model(list(list_estimates(capability=capability)[:1]))
    if model is None or not capability.closure_points:
        return {"model": model, "payback": None}
    investment = capability.closure_points * capability.workspace.cost_per_point
    payback = payback_of(model=model, investment=investment)
    weeks = [week for week in TABLE_WEEKS if week <= len(payback.cumulative)]
    return {
        "model": model,
        "payback": payback,
        "drawing": draw_payback(payback.cumulative, payback.investment, payback.weeks),
        "weeks": len(payback.cumulative),
        "sums": [(week, payback.cumulative[week - 1]) for week in weeks],
    }


PARTS: Mapping[str, Callable[[Capability], Context]] = {
    "head": head_part,
    "estimate": estimate_part,
    "stories": stories_part,
    "neighbours": neighbours_part,
    "payback": payback_part,
}


def part_context(name: str, *, capability: Capability, reader: User) -> Context:
    """What one part needs, with the shell's own context."""
    shell = shell_context(user=reader, workspace=capability.workspace)
    return {**shell, "capability": capability, **PARTS[name](capability)}


def page_context(*, capability: Capability, reader: User) -> Context:
    """What the whole page needs."""
    context = {**shell_context(user=reader, workspace=capability.workspace), "capability": capability}
    for build in PARTS.values():
        context |= build(capability)
    return context
