"""The page of a capability: its figures, and the form of its value model."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Workspace
from accounts.policies import Role
from planner.domain.value.model import INPUTS, ThreePoint, parse_model
from planner.domain.vocabulary import ValueKind
from planner.models import Capability, Estimate
from planner.services.dependencies import add_dependency
from planner.services.scores import rescore_workspace
from planner.web.drawings import draw_payback, draw_spread
from planner.web.value_form import form_of_model, form_of_post, read_form
from tests.factories import (
    NOW,
    actor_of,
    give_value,
    make_capability,
    make_member,
    make_story,
    make_user,
    make_workspace,
)

pytestmark = pytest.mark.django_db

TIME_SAVINGS = {"users": "100", "uses_per_week": "10", "minutes_saved": "6", "hourly_cost": "50", "adoption": "40"}


@pytest.fixture
def workspace() -> Workspace:
    return make_workspace("SHOP")


@pytest.fixture
def capability(workspace: Workspace) -> Capability:
    return make_capability(workspace, title="Pay by invoice")


def address(capability: Capability, name: str = "capability", *more: object) -> str:
    return reverse(name, args=[capability.workspace.key, capability.key, *more])


def post(client: Client, url: str, values: dict[str, str]) -> Any:
    return client.post(url, values, headers={"HX-Request": "true"})


def time_savings(**others: str) -> dict[str, str]:
    figures = {f"sources[0].inputs.{name}.likely": text for name, text in TIME_SAVINGS.items()}
    return {"sources[0].kind": "TIME_SAVINGS", "urgency": "STEADY", "reason": "Counted", **figures, **others}


def test_the_figures_follow_from_value_and_work_left(
    reader: Client, workspace: Workspace, capability: Capability
) -> None:
    make_story(workspace, capability=capability, points=Decimal(4))
    give_value(capability, 1000)
    rescore_workspace(workspace_id=workspace.pk, now=NOW)
    answer = reader.get(address(capability))
    returns = answer.context["returns"]
    invested = Decimal(4) * workspace.cost_per_point
    assert returns.investment.total == invested
    capability.refresh_from_db()
    assert capability.business_value is not None
    assert returns.npv == capability.business_value - invested
    assert returns.roi == returns.npv / invested
    assert answer.context["payback"].weeks == 4
    assert b"Pays back in 4 weeks" in answer.content


def test_an_unvalued_capability_says_so_and_offers_the_form(reader: Client, capability: Capability) -> None:
    answer = reader.get(address(capability))
    assert b"not valued" in answer.content
    assert b"Give it a value" in answer.content
    assert b"$0" not in answer.content


@pytest.mark.parametrize("kind", list(ValueKind))
def test_the_form_asks_for_the_inputs_of_every_kind(reader: Client, capability: Capability, kind: ValueKind) -> None:
    answer = post(reader, address(capability, "capability-estimate"), {"sources[0].kind": kind.value, "step": "redraw"})
    for spec in INPUTS[kind]:
        assert f'name="sources[0].inputs.{spec.name}.low"'.encode() in answer.content


def test_sources_are_added_and_removed_and_nothing_typed_is_lost(reader: Client, capability: Capability) -> None:
    url = address(capability, "capability-estimate")
    more = post(reader, url, time_savings(step="add"))
    assert b'name="sources[1].kind"' in more.content
    assert b'name="sources[0].inputs.users.likely" value="100"' in more.content
    both = time_savings(step="remove:0") | {"sources[1].kind": "DIRECT", "sources[1].inputs.value.low": "7"}
    fewer = post(reader, url, both)
    assert b'name="sources[0].inputs.value.low" value="7"' in fewer.content
    assert b"sources[1]" not in fewer.content


def test_an_estimate_is_saved_with_shares_typed_in_percent(reader: Client, capability: Capability) -> None:
    answer = post(reader, address(capability, "capability-estimate"), time_savings())
    assert answer.status_code == 200
    estimate = Estimate.objects.get(capability=capability)
    assert estimate.cost_of_delay == Decimal(100 * 10 * 6) / 60 * 50 * Decimal("0.4")
    assert estimate.reason == "Counted"
    assert b"Estimates so far" in answer.content


def test_every_refused_figure_is_told_at_its_field(reader: Client, capability: Capability) -> None:
    values = time_savings(**{"sources[0].inputs.adoption.likely": "140", "sources[0].inputs.users.likely": "many"})
    answer = post(reader, address(capability, "capability-estimate"), values | {"reason": " "})
    assert answer.status_code == 400
    for field in ("sources[0].inputs.adoption", "sources[0].inputs.users", "reason"):
        assert f'data-field="{field}"'.encode() in answer.content
    assert b"percentage from 0 to 100" in answer.content
    assert not Estimate.objects.exists()


def test_an_empty_row_is_one_error_not_three(reader: Client, capability: Capability) -> None:
    answer = post(
        reader, address(capability, "capability-estimate"), {"sources[0].kind": "DIRECT", "urgency": "STEADY"}
    )
    assert answer.content.count(b"Give low, likely and high") == 1
    assert b'data-field="sources[0].inputs.value"' in answer.content


def test_the_preview_writes_nothing(reader: Client, capability: Capability) -> None:
    url = address(capability, "capability-estimate-preview")
    assert b"$2.00k" in post(reader, url, time_savings()).content
    assert b"will stand here" in post(reader, url, {"sources[0].kind": "DIRECT"}).content
    assert not Estimate.objects.exists()


def test_a_form_gives_back_the_model_it_shows() -> None:
    document = {
        "sources": [{"kind": "NEW_REVENUE", "inputs": {"sales_per_week": "3", "price": "19.90", "margin": "0.155"}}],
        "horizon_weeks": 52,
        "urgency": "SHORT_LIFE",
        "life_weeks": 30,
    }
    model = parse_model(document)
    today = NOW.date()
    assert read_form(form_of_model(model, estimated=today, today=today), today=today) == model
    lone = form_of_post({"sources[0].kind": "DIRECT", "sources[0].inputs.value.likely": "5"})
    assert read_form(lone, today=today).sources


def test_a_story_stops_being_required_and_has_no_share(
    reader: Client, workspace: Workspace, capability: Capability
) -> None:
    story = make_story(workspace, capability=capability, points=Decimal(3))
    answer = post(reader, address(capability, "capability-story", story.key), {})
    story.refresh_from_db()
    assert not story.required
    assert b"no share" in answer.content
    elsewhere = make_story(workspace)
    assert post(reader, address(capability, "capability-story", elsewhere.key), {}).status_code == 404


def test_neighbours_are_grouped_by_their_story(reader: Client, workspace: Workspace, capability: Capability) -> None:
    enabler = make_story(workspace, "One rate service")
    for _ in range(2):
        ours = make_story(workspace, capability=capability)
        add_dependency(predecessor=enabler, successor=ours, actor=actor_of(workspace), now=NOW)
    [neighbour] = reader.get(address(capability)).context["needs"]
    assert neighbour.theirs == enabler
    assert len(neighbour.ours) == 2


def test_title_and_due_date_are_edited_under_their_version(reader: Client, capability: Capability) -> None:
    url = address(capability, "capability-update")
    assert post(reader, url, {"title": "Pay later", "due_date": "2026-07-01", "version": "1"}).status_code == 200
    assert post(reader, url, {"title": "Pay never", "version": "1"}).status_code == 409
    assert post(reader, url, {"due_date": "soon"}).status_code == 400
    capability.refresh_from_db()
    assert (capability.title, str(capability.due_date)) == ("Pay later", "2026-07-01")


def test_only_an_empty_capability_is_deleted(reader: Client, workspace: Workspace, capability: Capability) -> None:
    story = make_story(workspace, capability=capability)
    url = address(capability, "capability-delete")
    assert post(reader, url, {}).status_code == 409
    story.delete()
    assert post(reader, url, {}).headers["HX-Redirect"].endswith("/backlog/")


def test_an_outsider_finds_nothing_and_a_member_may_not_estimate(
    client: Client, workspace: Workspace, capability: Capability
) -> None:
    client.force_login(make_user())
    assert client.get(address(capability)).status_code == 404
    client.force_login(make_member(workspace, Role.MEMBER))
    assert client.get(address(capability)).status_code == 200
    assert client.get(address(capability, "capability-estimate")).status_code == 403
    assert client.post(address(capability, "capability-estimate-preview")).status_code == 403
    assert client.post(address(capability, "capability-delete")).status_code == 403


def test_drawings_hold_at_their_ends() -> None:
    assert draw_spread(ThreePoint.exactly(Decimal(5))) is None
    drawing = draw_spread(ThreePoint(Decimal(0), Decimal(0), Decimal(6)))
    assert drawing is not None
    assert float(drawing.mean_x) == pytest.approx(2 + 84 / 6, abs=0.1)
    assert draw_payback([], 100.0, None).reached_x is None
