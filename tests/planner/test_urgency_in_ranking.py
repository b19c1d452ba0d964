"""What the newest estimate says of urgency reaches the money-optimal order."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from accounts.models import Workspace
from planner.domain.value.model import parse_model
from planner.domain.vocabulary import Lens
from planner.models import Capability
from planner.selectors.courses import order_by
from planner.selectors.ranking import load_ranking
from planner.services.estimates import estimate_value
from tests.factories import NOW, actor_of, give_value, make_capability, make_story, make_workspace

pytestmark = pytest.mark.django_db


@pytest.fixture
def workspace() -> Workspace:
    return make_workspace()


def unit(workspace: Workspace, weekly: int, points: int, **urgency: object) -> Capability:
    """A capability of one story, with a direct figure a week."""
    capability = make_capability(workspace)
    make_story(workspace, capability=capability, points=Decimal(points))
    document = {"sources": [{"kind": "DIRECT", "inputs": {"value": weekly}}], **urgency}
    estimate_value(capability=capability, model=parse_model(document), reason="r", actor=actor_of(workspace), now=NOW)
    return capability


def order(workspace: Workspace) -> list[int]:
    ranking = load_ranking(workspace_id=workspace.pk, now=NOW)
    units, rated = order_by(ranking, Lens.MONEY)
    return [int(pk) for pk in ranking.unit_ids[units[:rated]]]


def test_a_deadline_is_met_where_that_saves_more_than_it_delays(workspace: Workspace) -> None:
    steady = unit(workspace, 1000, 40)
    late = unit(workspace, 900, 40, urgency="DEADLINE", deadline_week=3)
    assert order(workspace) == [late.pk, steady.pk], "forty points take two weeks, at twenty a week"


def test_a_deadline_that_can_not_be_met_moves_nothing(workspace: Workspace) -> None:
    steady = unit(workspace, 1000, 40)
    late = unit(workspace, 900, 40, urgency="DEADLINE", deadline_week=1)
    assert order(workspace) == [steady.pk, late.pk]


def test_a_week_of_what_runs_out_costs_less(workspace: Workspace) -> None:
    brief = unit(workspace, 1000, 20, urgency="SHORT_LIFE", life_weeks=2)
    steady = unit(workspace, 900, 20)
    assert order(workspace) == [steady.pk, brief.pk]
    ranking = load_ranking(workspace_id=workspace.pk, now=NOW)
    weight = dict(zip(ranking.unit_ids.tolist(), ranking.backlog.cost_of_delay.tolist(), strict=True))
    assert weight == {brief.pk: 500.0, steady.pk: 900.0}, "two weeks of plan against a life of two weeks: half"


def test_weeks_count_from_the_estimate(workspace: Workspace) -> None:
    late = unit(workspace, 900, 40, urgency="DEADLINE", deadline_week=6)
    ranking = load_ranking(workspace_id=workspace.pk, now=NOW + timedelta(weeks=4))
    assert ranking.deadline_weeks.tolist() == [2.0]
    give_value(late, 900)
    again = load_ranking(workspace_id=workspace.pk, now=NOW + timedelta(weeks=4))
    assert str(again.deadline_weeks.tolist()) == "[nan]", "the newest estimate is steady"


def test_the_lens_cd3_goes_by_the_figure_people_see(workspace: Workspace) -> None:
    brief = unit(workspace, 1000, 20, urgency="SHORT_LIFE", life_weeks=2)
    steady = unit(workspace, 900, 20)
    ranking = load_ranking(workspace_id=workspace.pk, now=NOW)
    units, _ = order_by(ranking, Lens.CD3)
    assert ranking.unit_ids[units].tolist() == [brief.pk, steady.pk]
