"""What value means, over HTTP: returns of a capability, its sensitivity, sums of an application."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from accounts.models import Workspace
from planner.models import Capability
from planner.services.lens_orders import refresh_lenses
from tests.api.conftest import Caller
from tests.factories import NOW, give_value, make_application, make_capability, make_story

MODEL = {"sources": [{"kind": "DIRECT", "inputs": {"value": {"low": 100, "likely": 600, "high": 1100}}}]}


@pytest.fixture
def capability(workspace: Workspace) -> Capability:
    capability = make_capability(workspace)
    make_story(workspace, capability=capability, points=Decimal(4))
    return capability


def estimate(owner: Caller, capability: Capability, model: dict[str, Any] = MODEL) -> Any:
    return owner.post(f"/capabilities/{capability.pk}/estimates/", {"model": model, "reason": "Counted"})


def test_a_capability_tells_what_it_returns(owner: Caller, workspace: Workspace, capability: Capability) -> None:
    estimate(owner, capability)
    told = owner.get(f"/capabilities/{capability.pk}/")
    investment = 4 * workspace.cost_per_point
    assert Decimal(told["investment"]) == investment
    assert Decimal(told["npv"]) == Decimal(told["business_value"]) - investment
    assert Decimal(told["roi"]) == round(Decimal(told["npv"]) / investment, 4)
    assert told["payback_weeks"] == -(-investment // 600)


def test_what_nobody_estimated_returns_nothing_known(owner: Caller, capability: Capability) -> None:
    told = owner.get(f"/capabilities/{capability.pk}/")
    assert [told[name] for name in ("npv", "roi", "payback_weeks")] == [None, None, None]


def test_sensitivity_tells_where_each_input_would_move_it(
    owner: Caller, workspace: Workspace, capability: Capability
) -> None:
    rival = make_capability(workspace)
    make_story(workspace, capability=rival, points=Decimal(4))
    give_value(rival, 500)
    estimate(owner, capability)
    refresh_lenses(workspace_id=workspace.pk, now=NOW)
    told = owner.get(f"/capabilities/{capability.pk}/sensitivity/")
    assert (told["place"], told["valued"], told["place_at_low"]) == (1, 2, 2)
    [value] = told["inputs"]
    assert (value["input"], value["place_at_low"], value["place_at_high"]) == ("value", 2, 1)
    assert value["share_of_spread"] == pytest.approx(1)
    assert Decimal(told["learning_value"]) > 0


def test_without_a_value_or_a_place_there_is_no_sensitivity(owner: Caller, capability: Capability) -> None:
    assert owner.get(f"/capabilities/{capability.pk}/sensitivity/", status=409)["code"] == "unvalued"
    estimate(owner, capability)
    assert owner.get(f"/capabilities/{capability.pk}/sensitivity/", status=409)["code"] == "no_place"


def test_an_application_tells_its_sums_with_those_within_it(
    owner: Caller, workspace: Workspace, capability: Capability
) -> None:
    estimate(owner, capability)
    top = capability.application
    inner = make_capability(workspace, make_application(workspace, "INN", parent=top))
    make_story(workspace, capability=inner, points=Decimal(1))
    told = owner.get(f"/applications/{top.pk}/value/")
    assert told["application"]["key"] == top.key
    assert Decimal(told["cost_of_delay"]) == 600
    assert Decimal(told["investment"]) == 4 * workspace.cost_per_point
    assert Decimal(told["unvalued_investment"]) == workspace.cost_per_point
    assert (told["capabilities"], told["unvalued"]) == (2, 1)


@pytest.mark.parametrize(
    ("figures", "field", "words"),
    [
        ({"low": 5, "likely": 2, "high": 9}, "likely", "at least the low one, 5"),
        ({"low": 1, "likely": 2, "high": 1}, "high", "at least the likely one, 2"),
    ],
)
def test_figures_out_of_order_are_refused_by_field(
    owner: Caller, capability: Capability, figures: dict[str, int], field: str, words: str
) -> None:
    model = {"sources": [{"kind": "DIRECT", "inputs": {"value": figures}}]}
    body = {"model": model, "reason": "Counted"}
    refused = owner.post(f"/capabilities/{capability.pk}/estimates/", body, status=400)
    assert words in str(refused["errors"][f"model.sources[0].inputs.value.{field}"])


def test_more_than_a_million_millions_a_week_is_refused_with_the_limit_named(
    owner: Caller, capability: Capability
) -> None:
    model = {"sources": [{"kind": "DIRECT", "inputs": {"value": "1000000000000.01"}}]}
    body = {"model": model, "reason": "Counted"}
    refused = owner.post(f"/capabilities/{capability.pk}/estimates/", body, status=400)
    assert "1,000,000,000,000" in str(refused["errors"])
