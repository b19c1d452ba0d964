"""One sentence for every place of the order that earns most."""

from decimal import Decimal
from typing import Any

import pytest

from accounts.models import Workspace
from planner.models import Story
from planner.selectors.place_words import why_place
from planner.services.dependencies import add_dependency
from planner.services.lens_orders import refresh_lenses
from tests.factories import NOW, actor_of, give_value, make_story, make_workspace

pytestmark = pytest.mark.django_db


@pytest.fixture
def workspace() -> Workspace:
    return make_workspace("WHY")


@pytest.fixture
def units(workspace: Workspace) -> list[Story]:
    """A (1 a week), B (2,000 a week, needs A) and the free C (500 a week), a point each; nobody valued D."""
    stories = [make_story(workspace, title, points=Decimal(1)) for title in "ABCD"]
    for story, value in zip(stories, (1, 2000, 500), strict=False):
        give_value(story, value)
    add_dependency(predecessor=stories[0], successor=stories[1], actor=actor_of(workspace), now=NOW)
    return stories


def why(workspace: Workspace, story: Story) -> str:
    return why_place(workspace=workspace, unit_id=-story.pk)


def test_every_place_has_its_sentence(workspace: Workspace, units: list[Story]) -> None:
    refresh_lenses(workspace_id=workspace.pk, now=NOW)
    a, b, c, d = units
    assert why(workspace, a) == (
        "First: with what it needs it earns $1.00k a week per point, the most of all. "
        f"Swapping with {b.key} changes next to nothing."
    )
    assert why(workspace, b) == (
        f"Second, straight after {a.key}, which it needs: together $1.00k a week per point. "
        f"Swapping with {c.key} costs $75."
    )
    assert why(workspace, c) == (
        f"Third: with what it needs it earns $500 a week per point. Swapping with {b.key} costs $75."
    )
    assert why(workspace, d).startswith("Nobody valued it yet")


def test_before_anything_is_computed_there_is_nothing_to_say(workspace: Workspace, units: list[Story]) -> None:
    assert why(workspace, units[0]) == ""


def test_the_sentence_costs_two_queries(
    workspace: Workspace, units: list[Story], django_assert_num_queries: Any
) -> None:
    refresh_lenses(workspace_id=workspace.pk, now=NOW)
    with django_assert_num_queries(2):
        why(workspace, units[1])
