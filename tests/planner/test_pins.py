"""Pins: what may be pinned, what excludes what, what it costs, and when it is over."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import Workspace
from common.errors import Conflict, InvalidInput
from common.jobs.testing import run_queued_jobs
from common.live.models import Change
from planner.domain.vocabulary import PinKind
from planner.models import Pin, Story
from planner.selectors.pins import pin_page, pins_of_unit
from planner.selectors.ranking import load_ranking
from planner.services import pin_prices
from planner.services.actor import Actor
from planner.services.pin_checks import ContradictsPin, PinWish
from planner.services.pin_prices import preview_pin, price_live_pins
from planner.services.pins import lift_pin, pin_unit, restore_pin
from planner.services.proposals import compute_proposal, start_proposal
from tests.factories import NOW, actor_of, give_value, make_capability, make_stories, make_story, make_workspace

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
SOON = TODAY + timedelta(days=30)


@pytest.fixture
def workspace() -> Workspace:
    return make_workspace("PIN")


@pytest.fixture
def actor(workspace: Workspace) -> Actor:
    return actor_of(workspace)


@pytest.fixture
def units(workspace: Workspace) -> list[Story]:
    """Three loose stories of one point, worth 1, 2 and 9 a week, in this order."""
    stories = [make_story(workspace, f"Worth {value}", points=Decimal(1)) for value in (1, 2, 9)]
    for value, story in zip((1, 2, 9), stories, strict=True):
        give_value(story, value)
    return stories


class Pinner:
    def __init__(self, workspace: Workspace, actor: Actor) -> None:
        self.workspace, self.actor = workspace, actor

    def __call__(self, unit: Any, **wish: Any) -> Pin:
        wish = {"kind": "PLACE", "reason": "Promised to Nordlake", "expires_on": SOON, "now": NOW, **wish}
        return pin_unit(workspace=self.workspace, unit=unit, actor=self.actor, **wish)


@pytest.fixture
def pin(workspace: Workspace, actor: Actor) -> Pinner:
    return Pinner(workspace, actor)


def propose(workspace: Workspace, actor: Actor) -> list[str]:
    started = start_proposal(workspace=workspace, actor=actor, now=NOW)
    proposal = compute_proposal(proposal_id=started.pk, now=NOW)
    titles = {-pk: title for pk, title in Story.objects.values_list("pk", "title")}
    return [titles[unit_id] for unit_id in proposal.result["order"]]


def test_a_pin_at_a_place_holds_the_unit_there(
    pin: Pinner, units: list[Story], workspace: Workspace, actor: Actor
) -> None:
    assert propose(workspace, actor) == ["Worth 9", "Worth 2", "Worth 1"]
    pin(units[0], place=1)
    assert propose(workspace, actor) == ["Worth 1", "Worth 9", "Worth 2"]


def test_a_pin_before_another_holds_the_pair(
    pin: Pinner, units: list[Story], workspace: Workspace, actor: Actor
) -> None:
    pin(units[1], kind="BEFORE", other=units[2])
    assert propose(workspace, actor) == ["Worth 2", "Worth 9", "Worth 1"]


def test_a_pin_after_another_holds_the_pair(
    pin: Pinner, units: list[Story], workspace: Workspace, actor: Actor
) -> None:
    pin(units[2], kind="AFTER", other=units[0])
    assert propose(workspace, actor) == ["Worth 1", "Worth 9", "Worth 2"]


def test_the_price_is_what_the_pin_adds(pin: Pinner, units: list[Story], workspace: Workspace) -> None:
    made = pin(units[0], place=1)
    price_live_pins(workspace_id=workspace.pk, now=NOW)
    assert price_live_pins(workspace_id=workspace.pk, now=NOW) == 0
    assert Change.objects.filter(topic="pin", verb="priced").count() == 1
    made.refresh_from_db()
    # 9+4+3 = 16 without, 1+18+6 = 25 with, at the assumed 20 points a week.
    assert made.price == Decimal(25 - 16) / 20


def test_the_job_after_pinning_prices_it(
    pin: Pinner, units: list[Story], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        made = pin(units[0], place=1)
    Pin.objects.filter(pk=made.pk).update(expires_on=date(2099, 1, 1))  # the job reads the real clock
    run_queued_jobs()
    made.refresh_from_db()
    assert made.price == Decimal(9) / 20


def test_a_lifted_pin_does_not_count_and_stays_listed(
    pin: Pinner, units: list[Story], workspace: Workspace, actor: Actor
) -> None:
    made = pin(units[0], place=1)
    lifted = lift_pin(pin=made, actor=actor, now=NOW)
    assert (lifted.lifted_at, lifted.lifted_by_name) == (NOW, actor.name)
    assert propose(workspace, actor)[0] == "Worth 9"
    page = pin_page(workspace_id=workspace.pk, today=TODAY)
    assert page.live == []
    assert [(line.pin.pk, line.is_lifted) for line in page.over] == [(made.pk, True)]
    with pytest.raises(Conflict, match="lifted already"):
        lift_pin(pin=made, actor=actor, now=NOW)


def test_an_expired_pin_does_not_count_and_makes_room_for_a_new_one(
    pin: Pinner, units: list[Story], workspace: Workspace
) -> None:
    made = pin(units[0], place=1, expires_on=TODAY)
    tomorrow = NOW + timedelta(days=1)
    assert [held.pk for held in load_ranking(workspace_id=workspace.pk, now=NOW).pins] == [made.pk]
    assert load_ranking(workspace_id=workspace.pk, now=tomorrow).pins == []
    [line] = pin_page(workspace_id=workspace.pk, today=tomorrow.date()).over
    assert (line.is_expired, line.is_lifted) == (True, False)
    again = pin(units[0], place=2, now=tomorrow)
    unit_id = -units[0].pk
    live = pins_of_unit(workspace_id=workspace.pk, unit_id=unit_id, today=tomorrow.date())
    assert [line.pin.pk for line in live] == [again.pk]


@pytest.mark.parametrize(
    ("wish", "field", "told"),
    [
        ({"kind": "NEAR"}, "kind", "Use one of"),
        ({"reason": " "}, "reason", "Write something"),
        ({"reason": "x" * 301}, "reason", "Shorten"),
        ({"expires_on": None}, "expires_on", "until which day"),
        ({"expires_on": TODAY - timedelta(days=1)}, "expires_on", "is over"),
        ({"expires_on": TODAY + timedelta(days=750)}, "expires_on", "within two years"),
        ({"place": None}, "place", "whole number"),
        ({"place": 0}, "place", "whole number"),
        ({"place": True}, "place", "whole number"),
        ({"place": 4}, "place", "3 valued units"),
        ({"kind": "BEFORE"}, "place", "has no place"),
        ({"kind": "BEFORE", "place": None}, "other", "before"),
    ],
)
def test_what_can_not_be_used_is_refused_by_name(
    pin: Pinner, units: list[Story], wish: dict[str, Any], field: str, told: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        pin(units[0], **{"place": 1, **wish})
    assert told in " ".join(refused.value.errors[field])
    assert not Pin.objects.exists()


def test_only_ranked_units_are_pinned(pin: Pinner, units: list[Story], workspace: Workspace) -> None:
    unvalued = make_story(workspace, "Nobody valued it")
    with pytest.raises(InvalidInput, match="has no value yet"):
        pin(unvalued, place=1)
    capability = make_capability(workspace)
    [inside] = make_stories(workspace, 1, capability=capability)
    with pytest.raises(InvalidInput, match="ranked with its capability"):
        pin(inside, place=1)
    with pytest.raises(InvalidInput, match="nothing left to do"):
        pin(make_capability(workspace), place=1)
    with pytest.raises(InvalidInput, match="can't stand before itself"):
        pin(units[0], kind="BEFORE", other=units[0])


def test_two_units_are_not_held_at_one_place(pin: Pinner, units: list[Story]) -> None:
    pin(units[0], place=1)
    with pytest.raises(ContradictsPin, match=f"{units[0].key} is pinned at place 1"):
        pin(units[1], place=1)
    with pytest.raises(ContradictsPin, match=f"{units[0].key} is pinned at place 1 already"):
        pin(units[0], place=2)


def test_pins_in_a_circle_are_refused_with_a_pair_named(pin: Pinner, units: list[Story]) -> None:
    pin(units[0], kind="BEFORE", other=units[1])
    pin(units[1], kind="BEFORE", other=units[2])
    with pytest.raises(ContradictsPin) as refused:
        pin(units[0], kind="AFTER", other=units[2])
    named = [story.key for story in units if story.key in refused.value.message]
    assert len(named) == 2
    assert Pin.objects.count() == 2


def test_a_place_that_a_pair_forbids_is_refused(pin: Pinner, units: list[Story]) -> None:
    pin(units[0], kind="BEFORE", other=units[1])
    with pytest.raises(ContradictsPin, match="contradicts the pins of"):
        pin(units[1], place=1)


@pytest.mark.parametrize(
    ("kind", "place", "other", "costs"),
    [
        ("PLACE", 1, None, 9),  # 1+18+6 = 25 with, 9+4+3 = 16 without
        ("PLACE", 3, None, 0),
        ("BEFORE", None, 2, 9),
        ("BEFORE", None, 1, 1),
        ("AFTER", None, 1, 0),
    ],
)
def test_the_price_told_beforehand_is_the_one_computed_afterwards(
    pin: Pinner, units: list[Story], workspace: Workspace, kind: str, place: int | None, other: int | None, costs: int
) -> None:
    against = None if other is None else units[other]
    wish = PinWish(units[0], PinKind(kind), place, against)
    told = preview_pin(workspace=workspace, wish=wish, now=NOW)
    assert told == Decimal(costs) / 20
    assert not Pin.objects.exists()
    made = pin(units[0], kind=kind, place=place, other=against)
    price_live_pins(workspace_id=workspace.pk, now=NOW)
    made.refresh_from_db()
    assert made.price == told


def test_the_price_told_counts_in_the_pins_that_there_are(
    pin: Pinner, units: list[Story], workspace: Workspace
) -> None:
    pin(units[1], place=1)
    wish = PinWish(units[0], PinKind.PLACE, 2, None)
    # 2, 1, 9 cost 2+2+27 = 31; 2, 9, 1 cost 2+18+3 = 23
    assert preview_pin(workspace=workspace, wish=wish, now=NOW) == Decimal(8) / 20
    with pytest.raises(ContradictsPin, match=f"{units[1].key} is pinned at place 1"):
        preview_pin(workspace=workspace, wish=PinWish(units[0], PinKind.PLACE, 1, None), now=NOW)
    with pytest.raises(InvalidInput, match="3 valued units"):
        preview_pin(workspace=workspace, wish=PinWish(units[0], PinKind.PLACE, 9, None), now=NOW)


def test_no_price_is_told_where_it_takes_too_long(
    units: list[Story], workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pin_prices, "PREVIEWED", 2)
    assert preview_pin(workspace=workspace, wish=PinWish(units[0], PinKind.PLACE, 1, None), now=NOW) is None


def test_a_lifted_pin_counts_again(pin: Pinner, units: list[Story], workspace: Workspace, actor: Actor) -> None:
    made = pin(units[0], place=1)
    lift_pin(pin=made, actor=actor, now=NOW)
    restored = restore_pin(pin=made, actor=actor, now=NOW)
    assert (restored.lifted_at, restored.lifted_by_name, restored.reason) == (None, "", "Promised to Nordlake")
    assert propose(workspace, actor)[0] == "Worth 1"
    with pytest.raises(Conflict, match="counts already"):
        restore_pin(pin=made, actor=actor, now=NOW)


def test_a_lifted_pin_is_not_restored_against_what_was_pinned_since(
    pin: Pinner, units: list[Story], actor: Actor
) -> None:
    made = pin(units[0], place=1)
    lift_pin(pin=made, actor=actor, now=NOW)
    with pytest.raises(InvalidInput, match="last day is over"):
        restore_pin(pin=made, actor=actor, now=NOW + timedelta(days=60))
    pin(units[1], place=1)
    with pytest.raises(ContradictsPin, match=f"{units[1].key} is pinned at place 1"):
        restore_pin(pin=made, actor=actor, now=NOW)
    made.refresh_from_db()
    assert made.lifted_at == NOW
