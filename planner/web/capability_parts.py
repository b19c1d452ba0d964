"""The parts of a capability's page: each has a template and what that needs."""

from collections.abc import Callable, Mapping
from typing import Any

from accounts.models import User
from accounts.web.shell import shell_context
from planner.models import Application, Capability
from planner.selectors.capabilities import capability_summary
from planner.selectors.capability_page import list_neighbours, list_story_lines
from planner.web.value_parts import returns_context, risk_context, sensitivity_context, value_context

MOST_CHOICES = 300
Context = dict[str, Any]


def head_part(capability: Capability) -> Context:
    """Title and figures."""
    summary = capability_summary(capability=capability)
    return {
        **returns_part(capability),
        "summary": summary,
        "applications": Application.objects.filter(workspace_id=capability.workspace_id).order_by("name")[
            :MOST_CHOICES
        ],
    }


def estimate_part(capability: Capability) -> Context:
    """Where the value comes from."""
    return value_context(capability)


def stories_part(capability: Capability) -> Context:
    """Its stories with their shares."""
    return {"lines": list_story_lines(capability=capability)}


def neighbours_part(capability: Capability) -> Context:
    """What it needs, and what needs it."""
    needs, needed_by = list_neighbours(capability=capability)
    return {"needs": needs, "needed_by": needed_by}


def risk_part(capability: Capability) -> Context:
    """How uncertain its value is, and how urgent."""
    return risk_context(capability)


def returns_part(capability: Capability) -> Context:
    """How the benefit adds up after release, beside what is left to invest."""
    return returns_context(capability)


def sensitivity_part(capability: Capability) -> Context:
    """Which input of its value moves its place."""
    return sensitivity_context(capability)


PARTS: Mapping[str, Callable[[Capability], Context]] = {
    "head": head_part,
    "estimate": estimate_part,
    "stories": stories_part,
    "neighbours": neighbours_part,
    "risk": risk_part,
    "returns": returns_part,
}
LAZY_PARTS: Mapping[str, Callable[[Capability], Context]] = {"sensitivity": sensitivity_part}
"""Parts that the page fetches once it is there."""


def part_context(name: str, *, capability: Capability, reader: User) -> Context:
    """What one part needs, with the shell's own context."""
    build = PARTS.get(name) or LAZY_PARTS[name]
    shell = shell_context(user=reader, workspace=capability.workspace)
    return {**shell, "capability": capability, **build(capability)}


def page_context(*, capability: Capability, reader: User) -> Context:
    """What the whole page needs."""
    context = {**shell_context(user=reader, workspace=capability.workspace), "capability": capability}
    for name, build in PARTS.items():
        context |= build(capability) if name != "returns" else {}  # the head brings them
    return context
