"""Lenses over HTTP: the backlog in each, their prices, and two of them compared."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from accounts.models import Workspace
from planner.domain.lenses import LISTING_LENSES
from planner.domain.vocabulary import Lens
from planner.services.dependencies import add_dependency
from planner.services.lens_orders import refresh_lenses
from planner.services.ranking import move_story
from planner.services.workspaces import create_workspace
from tests.api.conftest import Caller
from tests.factories import NOW, actor_of, give_value, make_story, owner_of

PACE = 20  # points a week, assumed while nothing is finished


@pytest.fixture
def chain(workspace: Workspace) -> Workspace:
    """Worked example 1 of the definitions: A before B, and C; and somebody's unvalued idea."""
    a, b, c = (make_story(workspace, title, points=Decimal(points)) for title, points in (("A", 1), ("B", 1), ("C", 1)))
    for story, weekly in ((a, 1), (b, 20), (c, 5)):
        give_value(story, weekly)
    add_dependency(predecessor=a, successor=b, actor=actor_of(workspace), now=NOW)
    move_story(story=c, to="top", actor=actor_of(workspace), now=NOW)
    make_story(workspace, "Idea", points=Decimal(8))
    refresh_lenses(workspace_id=workspace.pk, now=NOW)
    return workspace


def titles(page: dict[str, Any]) -> list[str]:
    return [row["title"] for row in page["results"]]


def test_the_money_optimal_order_is_listed(owner: Caller, chain: Workspace) -> None:
    assert titles(owner.get("/backlog/?lens=money")) == ["A", "B", "C", "Idea"]
    assert titles(owner.get("/backlog/")) == ["C", "A", "B", "Idea"]


@pytest.mark.parametrize("lens", LISTING_LENSES)
def test_every_listing_lens_lists_everything_once(owner: Caller, chain: Workspace, lens: Lens) -> None:
    assert sorted(titles(owner.get(f"/backlog/?lens={lens.value}"))) == ["A", "B", "C", "Idea"]


def test_the_price_list_holds_every_lens_to_one_bound(owner: Caller, chain: Workspace) -> None:
    told = owner.get("/lenses/")
    prices = {row["lens"]: row for row in told["lenses"]}
    assert set(prices) == {lens.value for lens in Lens}
    assert Decimal(prices["money"]["total_delay_cost"]) == Decimal(56) / PACE
    assert Decimal(prices["manual"]["total_delay_cost"]) == Decimal(67) / PACE
    assert all(Decimal(row["above_bound"]) >= 0 for row in prices.values())
    assert (told["points_per_week"], told["is_assumed"]) == ("20.0000", True)
    assert (told["valued_units"], told["unvalued_units"], told["total_points"]) == (3, 1, "3.00")
    assert told["lenses"][0]["lens"] in {"money", "cd3"}


def test_an_empty_workspace_has_an_empty_price_list(owner: Caller, workspace: Workspace) -> None:
    told = owner.get("/lenses/")
    assert (told["lower_bound"], told["is_assumed"], told["lenses"]) == (None, None, [])


def test_two_lenses_are_compared(owner: Caller, chain: Workspace) -> None:
    told = owner.get("/lenses/compare/?first=money&second=manual&weeks=2")
    courses = {course["lens"]: course for course in told["courses"]}
    assert set(courses) == {lens.value for lens in Lens}
    assert Decimal(told["gain"]) == Decimal(courses["money"]["earned"]) - Decimal(courses["manual"]["earned"])
    assert Decimal(told["gain"]) == Decimal(67 - 56) / PACE
    assert told["gain"] == told["gain_low"] == told["gain_high"]
    assert (courses["money"]["effort"], courses["money"]["live"][-1]) == ([0, 1, 2, 3], 1)
    assert len(courses["manual"]["earned_by_week"]) == 3
    assert (told["unvalued_units"], told["unvalued_points"], told["enabler_count"]) == (1, 8, 1)


def test_an_empty_workspace_can_be_compared(owner: Caller, workspace: Workspace) -> None:
    told = owner.get("/lenses/compare/")
    assert (told["first"], told["second"], told["weeks"]) == ("money", "manual", 26)
    assert (told["gain"], told["valued_units"], told["courses"][0]["live"]) == ("0.00", 0, [0])


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/backlog/?lens=story_wsjf", "lens"),
        ("/backlog/?lens=dollars", "lens"),
        ("/lenses/compare/?first=dollars", "first"),
        ("/lenses/compare/?second=x", "second"),
        ("/lenses/compare/?weeks=0", "weeks"),
        ("/lenses/compare/?weeks=521", "weeks"),
        ("/lenses/compare/?weeks=-1", "weeks"),
    ],
)
def test_a_bad_question_names_its_parameter(owner: Caller, path: str, field: str) -> None:
    assert list(owner.get(path, status=400)["errors"]) == [field]


def test_half_a_week_is_refused_with_what_to_send(owner: Caller) -> None:
    told = owner.get("/lenses/compare/?weeks=1.5", status=400)
    assert told["detail"] == "Use a whole number of weeks from 1 to 520."


@pytest.mark.parametrize("path", ["/lenses/", "/lenses/compare/"])
def test_an_outsider_is_told_nothing(outsider: Caller, chain: Workspace, path: str) -> None:
    outsider.get(f"{path}?workspace={chain.pk}", status=404)


def test_the_price_list_is_one_workspaces(owner: Caller, chain: Workspace) -> None:
    other = create_workspace(name="Other", key="OTHR", owner=owner_of(chain), now=NOW)
    assert owner.get(f"/lenses/?workspace={other.key}")["lenses"] == []
