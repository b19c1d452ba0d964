"""What units and applications return: investment at each team's rate, sums, urgency, sensitivity."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from accounts.models import Workspace
from planner.domain.value.model import parse_model
from planner.models import Application, Capability, Story
from planner.selectors.application_values import application_page, list_application_values
from planner.selectors.investment import investment_of
from planner.selectors.returns import returns_of, urgency_curve
from planner.selectors.sensitivity import sensitivity_of
from planner.selectors.unit_rank import unit_rank
from planner.services.dependencies import add_dependency
from planner.services.estimates import estimate_value
from planner.services.lens_orders import refresh_lenses
from planner.services.teams import create_team
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


@pytest.fixture
def workspace() -> Workspace:
    workspace = make_workspace("SHOP")
    workspace.cost_per_point = Decimal(100)
    workspace.save()
    return workspace


def need(workspace: Workspace, needed: Story, by: Story) -> None:
    add_dependency(predecessor=needed, successor=by, actor=actor_of(workspace), now=NOW)


def valued(workspace: Workspace, weekly: int, points: int, application: Application | None = None) -> Capability:
    """A capability of one story."""
    capability = make_capability(workspace, application)
    make_story(workspace, capability=capability, points=Decimal(points))
    give_value(capability, weekly)
    capability.refresh_from_db()
    return capability


def uncertain(capability: Capability, low: int, likely: int, high: int) -> None:
    figures = {"low": low, "likely": likely, "high": high}
    model = parse_model({"sources": [{"kind": "DIRECT", "inputs": {"value": figures}}]})
    estimate_value(capability=capability, model=model, reason="A guess", actor=actor_of(capability.workspace), now=NOW)


def test_each_story_costs_its_teams_rate_or_the_workspaces(workspace: Workspace) -> None:
    quay = create_team(
        workspace=workspace, name="Quay", cost_per_point=Decimal(250), actor=actor_of(workspace), now=NOW
    )
    plain = create_team(workspace=workspace, name="Plain", actor=actor_of(workspace), now=NOW)
    capability = make_capability(workspace)
    for team, points in ((quay, 4), (plain, 3), (None, 2)):
        make_story(workspace, capability=capability, points=Decimal(points), team=team)
    found = investment_of(thing=capability)
    assert found is not None
    assert found.total == 4 * 250 + 3 * 100 + 2 * 100
    assert [(line.team, line.rate, line.is_own) for line in found.lines] == [
        ("Quay", Decimal(250), True),
        ("Plain", Decimal(100), False),
        ("", Decimal(100), False),
    ]


def test_the_closure_holds_what_others_have_to_do_and_leaves_out_the_done_and_the_optional(
    workspace: Workspace,
) -> None:
    capability = make_capability(workspace)
    own = make_story(workspace, capability=capability, points=Decimal(3))
    make_story(workspace, capability=capability, points=Decimal(50), required=False)
    enabler, deeper = (make_story(workspace, points=Decimal(points)) for points in (5, 7))
    need(workspace, enabler, own)
    need(workspace, deeper, enabler)
    found = investment_of(thing=capability)
    assert found is not None
    assert [found.points, found.total, found.own, found.stories] == [15, 1500, 300, 3]


def test_an_unestimated_story_counts_the_mean_and_is_counted(workspace: Workspace) -> None:
    make_story(workspace, points=Decimal(8))
    story = make_story(workspace)
    found = investment_of(thing=story)
    assert found is not None
    assert [found.points, found.unestimated, found.stand_in] == [8, 1, 8]


def test_without_open_required_work_nothing_is_known_of_a_return(workspace: Workspace) -> None:
    capability = make_capability(workspace)
    give_value(capability, 100)
    capability.refresh_from_db()
    returns = returns_of(thing=capability, model=None)
    assert [returns.investment, returns.npv, returns.roi, returns.payback] == [None, None, None, None]


def test_npv_and_roi_are_value_less_investment(workspace: Workspace) -> None:
    capability = valued(workspace, 1000, 10)
    returns = returns_of(thing=capability, model=None)
    assert capability.business_value is not None
    assert returns.npv == capability.business_value - 1000
    assert returns.roi == (capability.business_value - 1000) / 1000


def test_an_application_includes_those_within_it_and_counts_shared_work_once(workspace: Workspace) -> None:
    top = make_application(workspace, "TOP")
    inner = make_application(workspace, "INN", parent=top)
    shared = make_story(workspace, points=Decimal(20))
    for application, weekly in ((top, 300), (inner, 500)):
        capability = valued(workspace, weekly, 2, application=application)
        need(workspace, shared, Story.objects.get(capability=capability))
    unvalued = make_capability(workspace, inner)
    make_story(workspace, capability=unvalued, points=Decimal(9))
    values = {value.application.key: value for value in list_application_values(workspace=workspace, now=NOW)}
    assert [values["TOP"].cost_of_delay, values["INN"].cost_of_delay] == [800, 500]
    assert [values["TOP"].investment, values["INN"].investment] == [2400, 2200]
    assert [values["TOP"].unvalued, values["TOP"].unvalued_investment] == [1, 900]
    assert [values["TOP"].depth, values["INN"].depth] == [0, 1]


def test_the_sums_of_an_application_are_those_of_its_units(workspace: Workspace) -> None:
    application = make_application(workspace, "FRT")
    dear, cheap = (valued(workspace, weekly, 2, application=application) for weekly in (500, 300))
    loose = make_story(workspace, points=Decimal(1), application=application)
    give_value(loose, 50)
    page = application_page(application=application, now=NOW, limit=10)
    assert [unit.key for unit in page.units] == [dear.key, cheap.key, loose.key]
    assert page.value.cost_of_delay == sum(unit.cost_of_delay or 0 for unit in page.units) == 850
    assert [page.value.capabilities, page.value.loose_stories, page.value.units] == [2, 1, 3]
    assert page.value.npv == (page.value.business_value or 0) - 500


def test_a_short_life_takes_nothing_from_the_sum_of_an_application(workspace: Workspace) -> None:
    application = make_application(workspace, "FRT")
    capability = valued(workspace, 100, 2, application=application)
    document = {"sources": [{"kind": "DIRECT", "inputs": {"value": "100"}}], "urgency": "SHORT_LIFE", "life_weeks": 4}
    estimate_value(
        capability=capability, model=parse_model(document), reason="Fades", actor=actor_of(workspace), now=NOW
    )
    assert application_page(application=application, now=NOW, limit=5).value.cost_of_delay == 100


def test_a_deadline_is_worth_all_up_to_its_day_and_nothing_after() -> None:
    document = {"sources": [{"kind": "DIRECT", "inputs": {"value": "100"}}], "urgency": "DEADLINE", "deadline_week": 10}
    estimated = date(2026, 1, 5)
    late = estimated + timedelta(weeks=12)
    curve = urgency_curve(model=parse_model(document), estimated=estimated, finished=late)
    assert curve is not None
    by_week = dict(zip(curve.weeks, curve.values, strict=True))
    assert by_week[10] == by_week[0] > 0
    assert by_week[11] == 0
    assert [curve.ends_date, curve.is_too_late, curve.finish_value] == [date(2026, 3, 16), True, 0]


def test_a_short_life_falls_to_nothing_and_a_steady_one_has_no_curve() -> None:
    document = {"sources": [{"kind": "DIRECT", "inputs": {"value": "100"}}]}
    today = date(2026, 1, 5)
    assert urgency_curve(model=parse_model(document), estimated=today, finished=None) is None
    short = parse_model(document | {"urgency": "SHORT_LIFE", "life_weeks": 30})
    curve = urgency_curve(model=short, estimated=today, finished=today)
    assert curve is not None
    assert curve.values == sorted(curve.values, reverse=True)
    assert [curve.values[-1], curve.finish_week, curve.is_too_late] == [0, 0, False]


def test_the_input_that_moves_the_place_most_stands_first_and_learning_has_a_price(workspace: Workspace) -> None:
    others = [valued(workspace, weekly, 5) for weekly in (900, 700, 500, 300)]
    capability = valued(workspace, 600, 5)
    uncertain(capability, 100, 600, 1100)
    refresh_lenses(workspace_id=workspace.pk, now=NOW)
    figures = {"low": 100, "likely": 600, "high": 1100}
    model = parse_model({"sources": [{"kind": "DIRECT", "inputs": {"value": figures}}]})
    found = sensitivity_of(workspace=workspace, unit_id=capability.pk, model=model, now=NOW)
    assert found is not None
    assert [found.place, found.valued] == [3, len(others) + 1]
    [value] = found.inputs
    assert [value.place_at_low, value.place_at_high] == [5, 1]
    assert found.learning_value > 0
    assert sensitivity_of(workspace=workspace, unit_id=others[0].pk, model=model, now=NOW) is not None


def test_what_no_order_knows_has_no_sensitivity_and_no_rank(workspace: Workspace) -> None:
    capability = valued(workspace, 600, 5)
    model = parse_model({"sources": [{"kind": "DIRECT", "inputs": {"value": "600"}}]})
    assert sensitivity_of(workspace=workspace, unit_id=capability.pk, model=model, now=NOW) is None
    rank = unit_rank(workspace=workspace, unit_id=capability.pk)
    assert [rank.best, rank.why, rank.weeks] == [None, "", None]


def test_the_rank_tells_when_it_would_be_finished_at_the_present_pace(workspace: Workspace) -> None:
    first, second = valued(workspace, 900, 10), valued(workspace, 100, 30)
    refresh_lenses(workspace_id=workspace.pk, now=NOW)
    ranks = [unit_rank(workspace=workspace, unit_id=one.pk) for one in (first, second)]
    assert [(rank.best, rank.valued, rank.weeks) for rank in ranks] == [(1, 2, 0.5), (2, 2, 2.0)]
    assert ranks[1].is_assumed
    assert ranks[1].finished_date(date(2026, 1, 1)) == date(2026, 1, 15)
    assert ranks[1].why
