"""Telling browsers that something changed."""

from datetime import datetime

from common.live.services import record_change
from planner.models import Story
from planner.services.actor import Actor

MANY = 0
"""The id in a change that stands for many objects of its topic."""


def announce_story(*, story: Story, verb: str, actor: Actor, now: datetime) -> None:
    """Put one story's change into the feed."""
    announce(workspace_id=story.workspace_id, topic="story", object_id=story.pk, verb=verb, actor=actor, now=now)


def announce_many(*, workspace_id: int, topic: str, actor: Actor, now: datetime) -> None:
    """Put one change into the feed that stands for many objects."""
    announce(workspace_id=workspace_id, topic=topic, object_id=MANY, verb="bulk", actor=actor, now=now)


def announce(*, workspace_id: int, topic: str, object_id: int, verb: str, actor: Actor, now: datetime) -> None:
    """Put one change into the feed."""
    record_change(
        workspace_id=workspace_id, topic=topic, object_id=object_id, actor_id=actor.user_id, verb=verb, now=now
    )


def announce_by_machine(*, workspace_id: int, topic: str, verb: str, now: datetime) -> None:
    """Put into the feed that a job changed many objects: nobody's doing."""
    record_change(workspace_id=workspace_id, topic=topic, object_id=MANY, actor_id=None, verb=verb, now=now)
