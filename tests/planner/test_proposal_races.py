"""Accepting while others move, value and accept: one strict order comes out, and nothing is half applied."""

from decimal import Decimal

import pytest

from accounts.models import Workspace
from common.errors import Conflict
from planner.models import RankProposal, Story, StoryEvent
from planner.services.actor import Actor
from planner.services.applying import accept_proposal
from planner.services.proposals import compute_proposal, start_proposal
from planner.services.ranking import move_story
from planner.services.undoing import undo_proposal
from tests.factories import NOW, actor_of, give_value, make_stories, make_workspace
from tests.planner.test_ranking_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)
UNITS = 12


@pytest.fixture
def workspace() -> Workspace:
    return make_workspace("RAP")


@pytest.fixture
def actor(workspace: Workspace) -> Actor:
    return actor_of(workspace)


@pytest.fixture
def units(workspace: Workspace) -> list[Story]:
    """Loose units of rising value, so that the present order is the worst."""
    stories = make_stories(workspace, UNITS, points=Decimal(1))
    for value, story in enumerate(stories, 1):
        give_value(story, value)
    return stories


@pytest.fixture
def proposal(workspace: Workspace, actor: Actor, units: list[Story]) -> RankProposal:
    started = start_proposal(workspace=workspace, actor=actor, now=NOW)
    return compute_proposal(proposal_id=started.pk, now=NOW)


def order(workspace: Workspace) -> list[int]:
    return list(Story.objects.filter(workspace=workspace).order_by("rank").values_list("pk", flat=True))


def accept(proposal: RankProposal, actor: Actor) -> bool:
    try:
        accept_proposal(proposal=proposal, unit_ids=None, actor=actor, now=NOW)
    except Conflict:
        return False
    return True


def test_of_eight_who_accept_one_does(
    workspace: Workspace, actor: Actor, units: list[Story], proposal: RankProposal
) -> None:
    assert sum(at_once(*(lambda: accept(proposal, actor) for _ in range(8)))) == 1
    assert order(workspace) == [story.pk for story in reversed(units)]
    assert StoryEvent.objects.filter(field="rank").count() == UNITS - 1


def test_moves_meanwhile_are_kept_and_the_order_stays_strict(
    workspace: Workspace, actor: Actor, units: list[Story], proposal: RankProposal
) -> None:
    loose = make_stories(workspace, 10)

    def move() -> None:
        for story in loose:
            move_story(story=story, to="top", actor=actor, now=NOW)

    accepted, *_ = at_once(lambda: accept(proposal, actor), move)
    ranked = order(workspace)
    assert accepted
    assert len(set(Story.objects.values_list("rank", flat=True))) == len(ranked) == UNITS + 10
    units_only = [pk for pk in ranked if pk not in {story.pk for story in loose}]
    assert units_only == [story.pk for story in reversed(units)]
    loose_only = [pk for pk in ranked if pk in {story.pk for story in loose}]
    assert loose_only == [story.pk for story in reversed(loose)]


def test_a_value_that_changes_at_the_same_time_is_refused_or_comes_after(
    workspace: Workspace, actor: Actor, units: list[Story], proposal: RankProposal
) -> None:
    before = order(workspace)
    moved = next(move for move in proposal.moves.all())
    changed = next(story for story in units if story.pk == -moved.unit_id)
    accepted, _ = at_once(lambda: accept(proposal, actor), lambda: give_value(changed, 500))
    assert order(workspace) == ([story.pk for story in reversed(units)] if accepted else before)


def test_undoing_twice_at_once_undoes_once(
    workspace: Workspace, actor: Actor, units: list[Story], proposal: RankProposal
) -> None:
    before = order(workspace)
    accept(proposal, actor)

    def undo() -> bool:
        try:
            undo_proposal(proposal=proposal, actor=actor, now=NOW)
        except Conflict:
            return False
        return True

    assert sum(at_once(undo, undo, undo)) == 1
    assert order(workspace) == before
