"""What people did in the demo's last hours: a handful of ordinary actions, through the planner's own services."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from accounts.models import Workspace
from planner.domain.vocabulary import StateCategory
from planner.models import State, Story
from planner.services.actor import Actor
from planner.services.ranking import move_story
from planner.services.stories import set_blocked, transition_story, update_story
from valuestream.demo.talk import talk_it_over

Act = Callable[[datetime], object]


def act_out(*, workspace: Workspace, product_owner: Actor, owner: Actor, now: datetime) -> None:
    """Let the product owner tidy the backlog and the owner clear a flag, the last act twenty minutes ago."""
    acts = _acts(workspace=workspace, product_owner=product_owner, owner=owner)
    talk_it_over(workspace=workspace, product_owner=product_owner, owner=owner, now=now)
    for number, act in enumerate(acts):
        act(now - timedelta(minutes=20 + 17 * (len(acts) - 1 - number)))


def _acts(*, workspace: Workspace, product_owner: Actor, owner: Actor) -> Sequence[Act]:
    ready = State.objects.filter(workspace=workspace, name="Ready")[0]
    waiting = Story.objects.filter(workspace=workspace, category=StateCategory.TODO.value).order_by("rank")
    unsized = list(waiting.filter(points=None, kind="STORY")[:2])
    sized = list(waiting.exclude(points=None).filter(capability__isnull=False, state__name="Idea")[:3])
    loose = list(waiting.filter(capability=None)[:2])
    blocked = list(Story.objects.filter(workspace=workspace, blocked=True).order_by("rank")[:1])
    acts: list[Act] = [_size(story, points, product_owner) for story, points in zip(unsized, (3, 5), strict=False)]
    acts += [_make_ready(story, ready, product_owner) for story in sized[:2]]
    acts += [_move_up(story, product_owner) for story in loose[:1]]
    acts += [_unblock(story, owner) for story in blocked]
    acts += [_make_ready(story, ready, product_owner) for story in sized[2:]]
    return acts


def _size(story: Story, points: int, actor: Actor) -> Act:
    return lambda at: update_story(story=story, changes={"points": Decimal(points)}, actor=actor, now=at)


def _make_ready(story: Story, ready: State, actor: Actor) -> Act:
    return lambda at: transition_story(story=story, state=ready, actor=actor, now=at)


def _move_up(story: Story, actor: Actor) -> Act:
    return lambda at: move_story(story=story, position=5, actor=actor, now=at)


def _unblock(story: Story, actor: Actor) -> Act:
    return lambda at: set_blocked(story=story, blocked=False, actor=actor, now=at)
