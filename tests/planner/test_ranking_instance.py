"""The backlog as arrays: which units there are, what they are worth and cost, and how fast they get done."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from accounts.models import Workspace
from planner.domain.vocabulary import FeedbackState, SprintState, VoteKind
from planner.models import Feedback, Pin, RelativeScores, Sprint, Story, Team, Vote
from planner.selectors.ranking import DEFAULT_POINTS_PER_WEEK, RankingInstance, load_ranking
from planner.services.dependencies import add_dependency
from planner.services.ranking import move_story
from planner.services.stories import transition_story
from tests.factories import (
    NOW,
    actor_of,
    give_value,
    make_capability,
    make_stories,
    make_story,
    make_workspace,
    owner_of,
    state_named,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def workspace() -> Workspace:
    return make_workspace("RNK")


def load(workspace: Workspace) -> RankingInstance:
    return load_ranking(workspace_id=workspace.pk, now=NOW)


def finish(story: Story, *, weeks_ago: float = 1) -> None:
    state = state_named(story.workspace, "Done")
    transition_story(story=story, state=state, actor=actor_of(story.workspace), now=NOW)
    Story.objects.filter(pk=story.pk).update(state_entered_at=NOW - timedelta(weeks=weeks_ago))


def test_an_empty_workspace_has_no_units(workspace: Workspace) -> None:
    ranking = load(workspace)
    assert len(ranking.unit_ids) == len(ranking.story_ids) == len(ranking.investment) == 0
    assert (ranking.unvalued, ranking.no_required) == (0, 0)


def test_units_stand_where_their_first_open_story_stands(workspace: Workspace) -> None:
    first, second = make_capability(workspace, title="First"), make_capability(workspace, title="Second")
    gone = make_story(workspace, "gone", capability=second)
    one = make_story(workspace, "one", capability=first)
    loose = make_story(workspace, "loose")
    late = make_story(workspace, "late", capability=second)
    finish(gone)
    move_story(story=loose, to="top", actor=actor_of(workspace), now=NOW)
    ranking = load(workspace)
    assert ranking.unit_ids.tolist() == [-loose.pk, first.pk, second.pk]
    assert ranking.story_ids.tolist() == [loose.pk, one.pk, late.pk]
    assert ranking.present.tolist() == [0, 1, 2]
    assert ranking.backlog.capability_of_story.tolist() == [0, 1, 2]


def test_what_no_claim_is_made_about_is_counted(workspace: Workspace) -> None:
    finished = make_capability(workspace, title="Only an option is open")
    give_value(finished, 100)
    make_story(workspace, capability=finished, required=False, points=Decimal(1))
    make_story(workspace, "unvalued", points=Decimal(1))
    give_value(make_story(workspace, "valued", points=Decimal(0)), 100)
    ranking = load(workspace)
    assert (ranking.is_valued.tolist(), ranking.unvalued, ranking.no_required) == ([False, False, True], 1, 1)


def test_values_and_their_ranges_are_the_units(workspace: Workspace) -> None:
    story = make_story(workspace)
    make_story(workspace, "unvalued")
    give_value(story, 70)
    ranking = load(workspace)
    assert ranking.backlog.cost_of_delay[0] == ranking.cod_low[0] == ranking.cod_high[0] == 70
    assert ranking.business_value[0] == pytest.approx(float(story.business_value or 0))
    assert np.isnan([ranking.backlog.cost_of_delay[1], ranking.cod_low[1], ranking.business_value[1]]).all()
    assert ranking.created_at.tolist() == [NOW.timestamp()] * 2


def test_investment_is_the_closure_at_each_teams_cost(workspace: Workspace) -> None:
    Workspace.objects.filter(pk=workspace.pk).update(cost_per_point=Decimal(100))
    dear = Team.objects.create(workspace=workspace, name="Dear", cost_per_point=Decimal(1000))
    same = Team.objects.create(workspace=workspace, name="As the workspace")
    enabler = make_story(workspace, "enabler", points=Decimal(2), team=dear)
    capability = make_capability(workspace)
    needs = make_story(workspace, "needs", capability=capability, points=Decimal(3), team=same)
    make_story(workspace, "also", capability=capability, points=Decimal(4))
    make_story(workspace, "option", capability=capability, points=Decimal(50), required=False)
    add_dependency(predecessor=enabler, successor=needs, actor=actor_of(workspace), now=NOW)
    ranking = load(workspace)
    assert ranking.closure_points.tolist() == [2, 9]
    assert ranking.investment.tolist() == [2000, 2700]
    assert (ranking.backlog.prerequisite.tolist(), ranking.backlog.dependent.tolist()) == ([0], [1])


def test_a_finished_prerequisite_is_no_longer_needed(workspace: Workspace) -> None:
    before, after = make_stories(workspace, 2, points=Decimal(3))
    add_dependency(predecessor=before, successor=after, actor=actor_of(workspace), now=NOW)
    finish(before)
    ranking = load(workspace)
    assert (len(ranking.backlog.dependent), ranking.closure_points.tolist()) == (0, [3])


def test_only_a_running_sprint_freezes_its_stories(workspace: Workspace) -> None:
    running = Sprint.objects.create(
        workspace=workspace, name="Now", state=SprintState.IN_PROGRESS.value, created_at=NOW
    )
    planned = Sprint.objects.create(workspace=workspace, name="Next", state=SprintState.PLANNED.value, created_at=NOW)
    for sprint in (running, planned, None):
        make_story(workspace, sprint=sprint)
    assert load(workspace).frozen.tolist() == [True, False, False]


def test_wishes_are_summed_by_kind_and_unit(workspace: Workspace) -> None:
    capability, story = make_capability(workspace), make_story(workspace, "loose")
    make_story(workspace, "in it", capability=capability)
    voter = owner_of(workspace)
    wishes: list[tuple[str, int, dict[str, Any]]] = [
        (VoteKind.SPONSOR, 5, {"capability": capability}),
        (VoteKind.DEVELOPER, 2, {"story": story}),
    ]
    for kind, weight, unit in wishes:
        Vote.objects.create(workspace=workspace, voter=voter, kind=kind, weight=weight, cast_at=NOW, **unit)
    for state in FeedbackState:
        fields: dict[str, Any] = {
            "workspace": workspace,
            "text": "Please",
            "received_on": NOW.date(),
            "created_at": NOW,
        }
        Feedback.objects.create(state=state.value, weight=3, capability=capability, **fields)
    ranking = load(workspace)
    assert ranking.sponsor_votes.tolist() == [0, 5]
    assert ranking.developer_votes.tolist() == [2, 0]
    assert ranking.feedback_weight.tolist() == [0, 3]


def test_a_relative_score_with_a_part_missing_is_unknown(workspace: Workspace) -> None:
    known, unsized = make_stories(workspace, 2)
    parts = {"workspace": workspace, "user_value": 8, "time_criticality": 5, "risk_reduction": 2, "updated_at": NOW}
    RelativeScores.objects.create(story=known, job_size=3, reach=100, impact=2, confidence="0.5", effort=4, **parts)
    RelativeScores.objects.create(story=unsized, **parts)
    ranking = load(workspace)
    np.testing.assert_array_equal(ranking.wsjf, [5, np.nan])
    np.testing.assert_array_equal(ranking.rice, [25, np.nan])


def test_the_pace_is_assumed_until_something_is_finished(workspace: Workspace) -> None:
    ranking = load(workspace)
    assert (ranking.points_per_week, ranking.is_assumed) == (DEFAULT_POINTS_PER_WEEK, True)


@pytest.mark.parametrize(("weeks_ago", "pace"), [([0.2, 0.5], 9), ([4, 2], 2.25), ([30, 2], 6 / 12)])
def test_the_pace_is_what_was_finished_lately(workspace: Workspace, weeks_ago: list[float], pace: float) -> None:
    for story, weeks, points in zip(make_stories(workspace, 2), weeks_ago, (3, 6), strict=True):
        Story.objects.filter(pk=story.pk).update(points=points)
        finish(story, weeks_ago=weeks)
    ranking = load(workspace)
    assert ranking.points_per_week == pytest.approx(pace)
    assert not ranking.is_assumed


def test_only_live_pins_count(workspace: Workspace) -> None:
    story = make_story(workspace)
    fields: dict[str, Any] = {"workspace": workspace, "story": story, "kind": "PLACE", "place": 1, "created_at": NOW}
    over = Pin.objects.create(expires_on=NOW.date() - timedelta(days=1), reason="Over", lifted_at=NOW, **fields)
    live = Pin.objects.create(expires_on=NOW.date(), reason="Live", **fields)
    assert [pin.pk for pin in load(workspace).pins] == [live.pk]
    assert over.pk != live.pk


def test_another_workspace_is_not_loaded(workspace: Workspace) -> None:
    make_stories(make_workspace("OTH"), 3)
    assert len(load(workspace).unit_ids) == 0


def test_loading_takes_as_many_queries_at_any_size(workspace: Workspace, django_assert_max_num_queries: Any) -> None:
    make_stories(workspace, 3)
    for _ in range(2):
        with django_assert_max_num_queries(13):
            load(workspace)
        make_stories(workspace, 30, capability=make_capability(workspace))
