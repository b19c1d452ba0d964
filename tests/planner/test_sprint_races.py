"""Two people start, complete and lay out sprints at the same instant: one does, the other is told."""

from datetime import date
from decimal import Decimal

import pytest

from accounts.models import Workspace
from common.errors import Conflict, InvalidInput
from planner.models import Sprint, SprintEntry, StoryEvent
from planner.services.sprints import complete_sprint, create_sprint, start_sprint
from planner.services.teams import create_team
from tests.factories import NOW, actor_of, make_stories, make_workspace
from tests.planner.test_ranking_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def workspace() -> Workspace:
    return make_workspace("RCS")


def start(sprint: Sprint) -> bool:
    try:
        start_sprint(sprint=sprint, actor=actor_of(sprint.workspace), now=NOW)
    except Conflict:
        return False
    return True


def test_of_six_who_start_a_sprint_one_does(workspace: Workspace) -> None:
    sprint = create_sprint(workspace=workspace, name="S", actor=actor_of(workspace), now=NOW)
    make_stories(workspace, 5, points=Decimal(2), sprint=sprint)
    assert sorted(at_once(*[lambda: start(sprint)] * 6)) == [False] * 5 + [True]
    sprint.refresh_from_db()
    assert sprint.initial_planned_points == 10
    assert SprintEntry.objects.filter(sprint=sprint).count() == 5


@pytest.mark.parametrize("is_of_team", [True, False])
def test_two_sprints_started_at_once_do_not_both_run(workspace: Workspace, is_of_team: bool) -> None:
    team = create_team(workspace=workspace, name="Blue", actor=actor_of(workspace), now=NOW) if is_of_team else None
    sprints = [
        create_sprint(workspace=workspace, team=team, name=f"S{number}", actor=actor_of(workspace), now=NOW)
        for number in range(2)
    ]
    assert sorted(at_once(lambda: start(sprints[0]), lambda: start(sprints[1]))) == [False, True]


def test_of_four_who_complete_a_sprint_one_does_and_stories_move_once(workspace: Workspace) -> None:
    sprint = create_sprint(workspace=workspace, name="S", actor=actor_of(workspace), now=NOW)
    target = create_sprint(workspace=workspace, name="Next", actor=actor_of(workspace), now=NOW)
    make_stories(workspace, 3, points=Decimal(2), sprint=sprint)
    start_sprint(sprint=sprint, actor=actor_of(workspace), now=NOW)

    def complete() -> bool:
        try:
            complete_sprint(sprint=sprint, move_open_to=target, actor=actor_of(workspace), now=NOW)
        except Conflict:
            return False
        return True

    assert sorted(at_once(*[complete] * 4)) == [False] * 3 + [True]
    assert StoryEvent.objects.filter(field="sprint", to_id=target.pk).count() == 3


def test_two_sprints_laid_over_the_same_days_at_once_are_one(workspace: Workspace) -> None:
    def lay() -> bool:
        try:
            create_sprint(
                workspace=workspace,
                name="S",
                start_date=date(2026, 3, 2),
                end_date=date(2026, 3, 13),
                actor=actor_of(workspace),
                now=NOW,
            )
        except InvalidInput:
            return False
        return True

    assert sorted(at_once(*[lay] * 4)) == [False] * 3 + [True]
