"""Ticking off what done means, line by line: ticks of different lines never undo each other."""

from datetime import datetime

from django.db import transaction

from common.errors import InvalidInput
from planner.domain.criteria import mark_criterion
from planner.models import Story
from planner.services.actor import Actor
from planner.services.locks import lock_story
from planner.services.stories import update_story


def set_criterion(*, story: Story, line: int, words: str, met: bool, actor: Actor, now: datetime) -> Story:
    """Mark one criterion as met or not: the one that says `words`, nearest to `line` (from 0).

    Raises InvalidInput when somebody rewrote it meanwhile.
    """
    with transaction.atomic():
        fresh = lock_story(story=story)
        marked = mark_criterion(fresh.acceptance, line=line, met=met, words=words)
        if marked is None:
            raise InvalidInput("This line is not there any more: reload the page.", field="line")
        return update_story(story=fresh, changes={"acceptance": marked}, actor=actor, now=now)


def add_criterion(*, story: Story, words: str, actor: Actor, now: datetime) -> Story:
    """Add one criterion at the end of what done means."""
    clean = " ".join(words.split())
    if not clean:
        raise InvalidInput("Say what must be true when it is done.", field="new")
    with transaction.atomic():
        fresh = lock_story(story=story)
        lines = "\n".join(filter(None, [fresh.acceptance, clean]))
        return update_story(story=fresh, changes={"acceptance": lines}, actor=actor, now=now)
