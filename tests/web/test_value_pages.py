"""What an estimate means, on pages: risk, urgency, what changed, what would move it; applications and teams."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Workspace
from common.clock import utc_now
from planner.domain.value.model import parse_model
from planner.models import Capability, Estimate, Story, Team
from planner.services.estimates import estimate_value
from planner.services.lens_orders import refresh_lenses
from planner.services.teams import create_team
from planner.web.value_drawings import draw_density
from tests.factories import (
    NOW,
    actor_of,
    give_value,
    make_application,
    make_capability,
    make_story,
    make_workspace,
)

pytestmark = pytest.mark.django_db

SALES = {
    "sales_per_week": {"low": 5, "likely": 10, "high": 20},
    "price": {"low": 90, "likely": 100, "high": 110},
    "margin": "0.5",
}


@pytest.fixture
def workspace() -> Workspace:
    return make_workspace("SHOP")


@pytest.fixture
def capability(workspace: Workspace) -> Capability:
    capability = make_capability(workspace, title="Pay by invoice")
    make_story(workspace, capability=capability, points=Decimal(5))
    return capability


def estimate(thing: Capability | Story, document: dict[str, Any] | None = None, **settings: Any) -> None:
    sources = [document or {"kind": "NEW_REVENUE", "inputs": SALES}]
    model = parse_model({"sources": sources, **settings})
    target: Any = {"capability": thing} if isinstance(thing, Capability) else {"story": thing}
    estimate_value(model=model, reason="Counted", actor=actor_of(thing.workspace), now=utc_now(), **target)


def page(reader: Client, thing: Capability | Story, name: str = "", *more: str, **query: str) -> str:
    kind = "capability" if isinstance(thing, Capability) else "story"
    url = reverse(f"{kind}-{name}" if name else kind, args=[thing.workspace.key, thing.key, *more])
    return reader.get(url, query).content.decode()


def test_the_page_says_what_explains_the_spread(reader: Client, capability: Capability) -> None:
    estimate(capability)
    content = page(reader, capability)
    assert "What a week of waiting costs" in content
    assert "Extra sales explains 9" in content
    assert "Narrow this first" in content or "Narrow these first" in content


def test_a_certain_figure_has_no_spread_to_draw(reader: Client, capability: Capability) -> None:
    give_value(capability, 100)
    assert "What a week of waiting costs" not in page(reader, capability)
    model = parse_model({"sources": [{"kind": "DIRECT", "inputs": {"value": "100"}}]})
    assert draw_density(model, mean=100, low=100, high=100) is None


def test_every_estimate_says_what_it_changed_of_the_one_before(reader: Client, capability: Capability) -> None:
    estimate(capability)
    dearer = {"kind": "NEW_REVENUE", "inputs": SALES | {"margin": "0.6"}}
    estimate(capability, dearer, ramp_weeks=4)
    content = page(reader, capability, "part", "estimate")
    assert "Margin of new revenue 50.0 % to 60.0 %" in content
    assert "+$108" in content
    assert "ramp 0 weeks to 4 weeks" in content


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"urgency": "DEADLINE", "deadline_week": 10}, "all of it up to week 10"),
        ({"urgency": "SHORT_LIFE", "life_weeks": 30}, "falling to nothing at week 30"),
    ],
)
def test_urgency_is_drawn_by_the_week_it_is_finished(
    reader: Client, workspace: Workspace, capability: Capability, settings: dict[str, Any], words: str
) -> None:
    estimate(capability, **settings)
    refresh_lenses(workspace_id=workspace.pk, now=utc_now())
    content = page(reader, capability)
    assert words in content
    assert "In the best order it is done about" in content


def test_what_comes_after_its_deadline_is_called_too_late(
    reader: Client, workspace: Workspace, capability: Capability
) -> None:
    Story.objects.filter(capability=capability).update(points=Decimal(400))
    estimate(capability, urgency="DEADLINE", deadline_week=2)
    refresh_lenses(workspace_id=workspace.pk, now=utc_now())
    assert "Too late in the best order" in page(reader, capability)


def test_what_would_move_it_is_fetched_by_itself(reader: Client, workspace: Workspace, capability: Capability) -> None:
    rival = make_capability(workspace)
    make_story(workspace, capability=rival, points=Decimal(5))
    give_value(rival, 520)
    estimate(capability)
    assert "What would move it" not in page(reader, capability, "part", "sensitivity")
    refresh_lenses(workspace_id=workspace.pk, now=utc_now())
    content = page(reader, capability, "part", "sensitivity")
    assert "now 1st of 2" in content
    assert "2nd" in content
    assert "What would move it" not in page(reader, capability)


def test_a_story_of_its_own_shows_the_same(reader: Client, workspace: Workspace) -> None:
    story = make_story(workspace, points=Decimal(3))
    estimate(story)
    refresh_lenses(workspace_id=workspace.pk, now=utc_now())
    content = page(reader, story)
    for words in ("What a week of waiting costs", "Pays back in", "investment left", "ROI", "in the best order"):
        assert words in content
    assert "What would move it" in page(reader, story, "part", "sensitivity")


def test_a_story_in_a_capability_shows_none_of_it(reader: Client, capability: Capability) -> None:
    estimate(capability)
    story = Story.objects.get(capability=capability)
    assert "What a week of waiting costs" not in page(reader, story)
    assert "What would move it" not in page(reader, story, "part", "sensitivity")


def test_a_deadline_is_typed_as_a_day_and_keeps_it(reader: Client, capability: Capability) -> None:
    url = reverse("capability-estimate", args=["SHOP", capability.key])
    values = {
        "sources[0].kind": "DIRECT",
        "sources[0].inputs.value.likely": "50",
        "reason": "Law",
        "urgency": "DEADLINE",
    }
    refused = reader.post(url, values | {"deadline_date": "2001-01-01"}, headers={"HX-Request": "true"})
    assert refused.status_code == 400
    assert b'data-field="deadline_date"' in refused.content
    day = (utc_now().date().replace(day=1)).replace(year=utc_now().year + 1).isoformat()
    assert reader.post(url, values | {"deadline_date": day}, headers={"HX-Request": "true"}).status_code == 200
    model = Estimate.objects.get(capability=capability).model
    assert model["urgency"] == "DEADLINE"
    assert 40 < model["deadline_week"] <= 53
    assert 'name="deadline_date" type="date"' in reader.get(url).content.decode()


def test_a_value_beyond_the_limit_is_refused_with_the_limit_named(reader: Client, capability: Capability) -> None:
    values = {"sources[0].kind": "DIRECT", "sources[0].inputs.value.likely": "1000000000001", "reason": "Big"}
    url = reverse("capability-estimate", args=["SHOP", capability.key])
    answer = reader.post(url, values | {"urgency": "STEADY"}, headers={"HX-Request": "true"})
    assert answer.status_code == 400
    assert b"1,000,000,000,000" in answer.content
    assert not Estimate.objects.exists()


@pytest.mark.parametrize("of", ["investment", "npv", "roi"])
def test_the_evidence_of_a_return_names_the_team_whose_rate_was_used(
    reader: Client, workspace: Workspace, capability: Capability, of: str
) -> None:
    team = create_team(
        workspace=workspace, name="Quay", cost_per_point=Decimal(250), actor=actor_of(workspace), now=NOW
    )
    Story.objects.filter(capability=capability).update(team=team)
    estimate(capability)
    content = page(reader, capability, "evidence", of=of)
    assert "Quay" in content
    assert "its own rate" in content
    assert "$1.25k" in content


def test_the_evidence_of_a_return_says_what_is_missing(reader: Client, workspace: Workspace) -> None:
    empty = make_capability(workspace)
    assert "nobody has estimated its value yet" in page(reader, empty, "evidence", of="roi")
    assert "no open story is required" in page(reader, empty, "evidence", of="investment")


def test_applications_list_their_sums_and_each_opens_its_evidence(
    reader: Client, workspace: Workspace, capability: Capability
) -> None:
    estimate(capability)
    unvalued = make_capability(workspace, capability.application)
    make_story(workspace, capability=unvalued)
    key = capability.application.key
    content = reader.get(reverse("applications", args=["SHOP"])).content.decode()
    sheet = reverse("application-evidence", args=["SHOP", key])
    for of in ("cost_of_delay", "business_value", "investment", "npv", "roi"):
        assert f"{sheet}?of={of}" in content
        evidence = reader.get(sheet, {"of": of}).content.decode()
        assert capability.key in evidence
        assert "1 is not valued" in evidence
    one = reader.get(reverse("application", args=["SHOP", key])).content.decode()
    assert capability.title in one
    assert "1 of 2 not valued" in one


def test_home_opens_the_evidence_of_the_sums_of_applications(
    reader: Client, workspace: Workspace, capability: Capability
) -> None:
    estimate(capability)
    inner = make_application(workspace, "INN", parent=capability.application)
    within = make_capability(workspace, inner)
    make_story(workspace, capability=within)
    give_value(within, 70)
    answer = reader.get(reverse("workspace-home", args=["SHOP"]))
    sums = {value.application.key: value.cost_of_delay for value in answer.context["applications"]}
    capability.refresh_from_db()
    assert sums == {capability.application.key: (capability.cost_of_delay or 0) + 70, "INN": 70}
    assert reverse("application-evidence", args=["SHOP", "INN"]).encode() in answer.content


def test_a_team_is_given_a_rate_and_loses_it_again(reader: Client, workspace: Workspace) -> None:
    url = reverse("teams", args=["SHOP"])
    assert b"No team yet" in reader.get(url).content
    assert reader.post(url, {"name": "Quay", "cost_per_point": "1250.50"}).status_code == 200
    team = Team.objects.get(workspace=workspace)
    assert team.cost_per_point == Decimal("1250.50")
    one = reverse("team", args=["SHOP", team.pk])
    refused = reader.post(one, {"name": "Quay", "cost_per_point": "-3"}, headers={"HX-Request": "true"})
    assert refused.status_code == 400
    assert b'data-field="cost_per_point"' in refused.content
    reader.post(one, {"name": "Quayside", "cost_per_point": ""})
    assert list(Team.objects.values_list("name", "cost_per_point")) == [("Quayside", None)]
    reader.post(one, {"step": "delete"})
    assert not Team.objects.exists()


def test_a_team_of_elsewhere_is_not_changed_from_here(reader: Client, workspace: Workspace) -> None:
    other = make_workspace("ELSE")
    team = create_team(workspace=other, name="Theirs", actor=actor_of(other), now=NOW)
    assert reader.post(reverse("team", args=["SHOP", team.pk]), {"name": "Ours"}).status_code == 404
