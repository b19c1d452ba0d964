"""Following a story: who does is told what happens to it."""

from collections.abc import Iterable
from datetime import datetime

from accounts.models import User
from planner.models import Story, Watcher
from planner.services.actor import Actor


def follow_story(*, story: Story, user: User, now: datetime) -> None:
    """Tell this user of the story from now on; twice is once."""
    follow_stories(pairs=[(story.pk, user.pk)], now=now)


def unfollow_story(*, story: Story, user: User) -> None:
    """Tell this user no more; what was told stays in the inbox."""
    Watcher.objects.filter(story=story, user=user).delete()


def follow_as_author(*, story: Story, actor: Actor, now: datetime) -> None:
    """Whoever creates a story or writes about it follows it; a program or import without an account can't."""
    if actor.user_id is not None:
        follow_stories(pairs=[(story.pk, actor.user_id)], now=now)


def follow_stories(*, pairs: Iterable[tuple[int, int]], now: datetime) -> None:
    """Let users follow stories, pairs of (story id, user id); one statement."""
    rows = [Watcher(story_id=story_id, user_id=user_id, created_at=now) for story_id, user_id in pairs]
    if rows:
        Watcher.objects.bulk_create(rows, ignore_conflicts=True)
