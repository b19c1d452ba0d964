"""Proposed orders and pins over HTTP."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import Workspace
from common.clock import utc_now
from common.jobs.testing import run_queued_jobs
from planner.models import Capability, Pin, Story
from planner.services import proposals
from planner.services.dependencies import add_dependency
from tests.api.conftest import Caller
from tests.factories import NOW, actor_of, give_value, make_capability, make_story


@pytest.fixture
def example(workspace: Workspace) -> dict[str, Capability]:
    """The first worked example, with the free C on top: 67 at present, 56 at best."""
    units = {name: make_capability(workspace, title=name) for name in "CAB"}
    story = {name: make_story(workspace, name, points=Decimal(1), capability=units[name]) for name in units}
    for name, value in {"A": 1, "B": 20, "C": 5}.items():
        give_value(units[name], value)
    add_dependency(predecessor=story["A"], successor=story["B"], actor=actor_of(workspace), now=NOW)
    return units


def order(workspace: Workspace) -> str:
    return "".join(Story.objects.filter(workspace=workspace).order_by("rank").values_list("title", flat=True))


def at_twenty_points_a_week(cost: int) -> str:
    return f"{Decimal(cost) / 20:.2f}"


def test_the_worked_example_is_answered_at_once(
    owner: Caller, workspace: Workspace, example: dict[str, Capability]
) -> None:
    told = owner.post("/proposals/", {"workspace": workspace.key})
    assert told["state"] == "READY"
    assert told["total_delay_cost_now"] == at_twenty_points_a_week(67)
    assert told["total_delay_cost_proposed"] == at_twenty_points_a_week(56) == told["lower_bound"]
    assert told["gap"] == 0
    assert [line["key"] for line in told["order"]] == [example[name].key for name in "ABC"]
    [move] = told["moves"]
    assert (move["unit"], move["place_from"], move["place_to"]) == (example["C"].pk, 1, 3)
    assert (move["saving"], move["chosen"]) == (at_twenty_points_a_week(11), True)
    assert "a week per point" in move["reason"]
    assert order(workspace) == "CAB"


def test_accepting_moves_and_undoing_moves_back(
    owner: Caller, workspace: Workspace, example: dict[str, Capability]
) -> None:
    address = f"/proposals/{owner.post('/proposals/')['id']}/"
    accepted = owner.post(f"{address}accept/", {"units": [example["C"].pk]}, status=200)
    assert (accepted["state"], accepted["moves"][0]["accepted"]) == ("ACCEPTED", True)
    assert accepted["total_delay_cost_accepted"] == at_twenty_points_a_week(56)
    assert order(workspace) == "ABC"
    assert owner.post(f"{address}undo/", status=200)["state"] == "UNDONE"
    assert order(workspace) == "CAB"


def test_without_units_all_moves_are_accepted(
    owner: Caller, workspace: Workspace, example: dict[str, Capability]
) -> None:
    proposal = owner.post("/proposals/")
    assert owner.post(f"/proposals/{proposal['id']}/accept/", status=200)["state"] == "ACCEPTED"
    assert order(workspace) == "ABC"


@pytest.mark.parametrize("body", [{"units": []}, {"units": [999_999]}, {"units": "all"}, {"units": [2**70]}])
def test_a_choice_that_means_nothing_is_refused(
    owner: Caller, workspace: Workspace, example: dict[str, Capability], body: Any
) -> None:
    proposal = owner.post("/proposals/")
    owner.post(f"/proposals/{proposal['id']}/accept/", body, status=400)
    assert order(workspace) == "CAB"


def test_a_stale_choice_is_a_conflict_that_names_what_changed(owner: Caller, example: dict[str, Capability]) -> None:
    proposal = owner.post("/proposals/")
    give_value(example["C"], 8)
    refused = owner.post(f"/proposals/{proposal['id']}/accept/", status=409)
    assert refused["code"] == "stale"
    assert example["C"].key in refused["detail"]


def test_a_discarded_proposal_can_not_be_accepted(owner: Caller, example: dict[str, Capability]) -> None:
    address = f"/proposals/{owner.post('/proposals/')['id']}/"
    assert owner.post(f"{address}discard/", status=200)["state"] == "DISCARDED"
    assert owner.post(f"{address}accept/", status=409)["code"] == "not_ready"


def test_an_empty_workspace_and_the_best_order_have_no_moves(owner: Caller, workspace: Workspace) -> None:
    told = owner.post("/proposals/")
    assert (told["state"], told["order"], told["moves"], told["gap"]) == ("READY", [], [], None)


def test_a_large_backlog_is_answered_by_a_job(
    owner: Caller, example: dict[str, Capability], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proposals, "COMPUTED_AT_ONCE", 2)
    started = owner.post("/proposals/", status=202)
    assert (started["state"], started["moves"], started["total_delay_cost_now"]) == ("COMPUTING", [], None)
    owner.get(f"/jobs/{started['job']}/")
    owner.post(f"/proposals/{started['id']}/accept/", status=409)
    run_queued_jobs()
    assert owner.get(f"/proposals/{started['id']}/")["state"] == "READY"


def test_what_can_not_be_computed_fails_with_a_sentence_and_can_be_asked_again(
    owner: Caller, example: dict[str, Capability], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(proposals, "propose", lambda question: 1 / 0)
        told = owner.post("/proposals/")
    assert (told["state"], told["moves"]) == ("FAILED", [])
    assert "propose an order again" in told["error"]
    assert owner.get(f"/proposals/{told['id']}/")["error"] == told["error"]
    assert owner.post("/proposals/")["state"] == "READY"


def test_proposals_are_listed_newest_first(owner: Caller, example: dict[str, Capability]) -> None:
    numbers = [owner.post("/proposals/")["id"] for _ in range(3)]
    page = owner.get("/proposals/?limit=2")
    assert [row["id"] for row in page["results"]] == numbers[:0:-1]
    assert [row["id"] for row in owner.get(page["next"])["results"]] == numbers[:1]


def test_who_may_not_rank_reads_but_does_not_propose(
    owner: Caller, member: Caller, outsider: Caller, example: dict[str, Capability]
) -> None:
    proposal = owner.post("/proposals/")
    assert member.get(f"/proposals/{proposal['id']}/")["state"] == "READY"
    member.post("/proposals/", status=403)
    member.post(f"/proposals/{proposal['id']}/accept/", status=403)
    outsider.get(f"/proposals/{proposal['id']}/", status=404)


def pin_body(unit: Capability, **fields: Any) -> dict[str, Any]:
    day = (utc_now() + timedelta(days=30)).date().isoformat()
    return {"capability": unit.pk, "kind": "PLACE", "place": 1, "reason": "Promised", "expires_on": day, **fields}


def test_a_pin_is_obeyed_listed_and_lifted(owner: Caller, example: dict[str, Capability]) -> None:
    pin = owner.post("/pins/", pin_body(example["C"]))
    assert (pin["capability"]["key"], pin["place"], pin["lifted_at"]) == (example["C"].key, 1, None)
    told = owner.post("/proposals/")
    assert (told["moves"], told["pins"]) == ([], [pin["id"]])
    assert told["pins_cost"] == at_twenty_points_a_week(11) == owner.get(f"/pins/{pin['id']}/")["price"]
    owner.delete(f"/pins/{pin['id']}/")
    owner.delete(f"/pins/{pin['id']}/", status=409)
    [listed] = owner.get(f"/pins/?capability={example['C'].pk}")["results"]
    assert listed["lifted_at"] is not None


def test_pins_that_exclude_each_other_are_a_conflict(owner: Caller, example: dict[str, Capability]) -> None:
    owner.post("/pins/", pin_body(example["C"]))
    refused = owner.post("/pins/", pin_body(example["A"]), status=409)
    assert refused["code"] == "contradictory_pins"
    assert example["C"].key in refused["detail"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"expires_on": "2020-01-01"}, "expires_on"),
        ({"expires_on": "soon"}, "expires_on"),
        ({"reason": ""}, "reason"),
        ({"place": 99}, "place"),
        ({"place": "first"}, "place"),
        ({"capability": None}, "capability"),
        ({"story": "other"}, "story"),
        ({"kind": "BEFORE", "place": None}, "other_capability"),
    ],
)
def test_a_pin_is_checked(owner: Caller, example: dict[str, Capability], change: dict[str, Any], field: str) -> None:
    refused = owner.post("/pins/", pin_body(example["C"], **change), status=400)
    assert field in refused["errors"]
    assert not Pin.objects.exists()


def test_a_unit_without_value_is_refused_at_its_own_field(owner: Caller, example: dict[str, Capability]) -> None:
    bare = make_capability(example["C"].workspace, title="Nobody valued it")
    refused = owner.post("/pins/", pin_body(bare), status=400)
    assert list(refused["errors"]) == ["capability"]


def test_the_price_of_a_pin_is_told_before_it_is_made(owner: Caller, example: dict[str, Capability]) -> None:
    body = {"capability": example["C"].pk, "kind": "PLACE", "place": 1}
    assert owner.post("/pins/price/", body, status=200)["price"] == at_twenty_points_a_week(11)
    assert owner.get("/pins/")["results"] == []
    owner.post("/pins/price/", {**body, "place": 4}, status=400)
    owner.post("/pins/price/", {"kind": "PLACE", "place": 1}, status=400)
    owner.post("/pins/", pin_body(example["A"]))
    assert owner.post("/pins/price/", body, status=409)["code"] == "contradictory_pins"


def test_a_lifted_pin_is_restored(owner: Caller, member: Caller, example: dict[str, Capability]) -> None:
    address = f"/pins/{owner.post('/pins/', pin_body(example['C']))['id']}/"
    owner.post(f"{address}restore/", status=409)
    owner.delete(address)
    member.post(f"{address}restore/", status=403)
    assert owner.post(f"{address}restore/", status=200)["lifted_at"] is None
