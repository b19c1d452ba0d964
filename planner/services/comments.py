"""Comments on a story: written, edited, deleted. Each step is told in the story's log and to whom it concerns."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from common.errors import Conflict, NotFound
from common.events import publish
from planner.domain.mentions import find_mentions
from planner.events import StoryChanged
from planner.models import Comment, Notice, Person, Story
from planner.services.actor import Actor
from planner.services.announcing import announce
from planner.services.checks import read_inputs, text
from planner.services.locks import lock_story, stale
from planner.services.notices import tell_of_comment, tell_the_mentioned
from planner.services.recording import Change, append_events
from planner.services.stories import next_instant
from planner.services.watching import follow_as_author

LONGEST_COMMENT = 10_000
MOST_COMMENTS = 2_000
_READERS = {"text": text(longest=LONGEST_COMMENT, required=True)}


def add_comment(*, story: Story, text: str, actor: Actor, now: datetime) -> Comment:
    """Write a comment; @names tell people, its author follows the story from then on."""
    clean = _read(text)
    with transaction.atomic():
        fresh = lock_story(story=story)
        if Comment.objects.filter(story=fresh).count() >= MOST_COMMENTS:
            raise Conflict(f"{fresh.key} has {MOST_COMMENTS:,} comments: go on in a new story.", field="text")
        comment = Comment.objects.create(
            story=fresh, author=actor.user, author_name=actor.name, text=clean, created_at=now
        )
        people = _mentioned(fresh, clean)
        comment.mentions.set(people)
        _record(comment, "added", actor=actor, now=now)
        follow_as_author(story=fresh, actor=actor, now=now)
        tell_of_comment(comment=comment, mentioned=_users_of(people), actor=actor, now=now)
    return comment


def edit_comment(*, comment: Comment, text: str, actor: Actor, now: datetime, version: int | None = None) -> Comment:
    """Write a comment anew; those whom it names for the first time are told."""
    clean = _read(text)
    with transaction.atomic():
        fresh = _lock(comment, version=version)
        if fresh.text == clean:
            return fresh
        before = set(_users_of(list(fresh.mentions.all())))
        fresh.text, fresh.edited_at, fresh.version = clean, now, fresh.version + 1
        fresh.save(update_fields=["text", "edited_at", "version"])
        people = _mentioned(fresh.story, clean)
        fresh.mentions.set(people)
        _record(fresh, "edited", actor=actor, now=now)
        tell_the_mentioned(comment=fresh, mentioned=set(_users_of(people)) - before, actor=actor, now=now)
    return fresh


def delete_comment(*, comment: Comment, actor: Actor, now: datetime) -> None:
    """Take a comment's text away, for good; its place and its author stay."""
    with transaction.atomic():
        fresh = _lock(comment)
        fresh.text, fresh.deleted_at, fresh.version = "", now, fresh.version + 1
        fresh.save(update_fields=["text", "deleted_at", "version"])
        fresh.mentions.clear()
        Notice.objects.filter(comment=fresh).update(text="")
        _record(fresh, "deleted", actor=actor, now=now)


def _read(text: str) -> str:
    clean: Mapping[str, Any] = read_inputs({"text": text}, _READERS)
    return str(clean["text"]).replace("\r\n", "\n")


def _lock(comment: Comment, *, version: int | None = None) -> Comment:
    """The comment as it now is; its story, which it is recorded in, is held."""
    story = lock_story(story=comment.story)
    fresh = Comment.objects.filter(pk=comment.pk, deleted_at=None).first()
    if fresh is None:
        raise NotFound("This comment was deleted.")
    if version is not None and fresh.version != version:
        raise stale(what="this comment", version=version, present=fresh.version, who=fresh.author_name)
    fresh.story = story
    return fresh


def _mentioned(story: Story, text: str) -> list[Person]:
    """The people of the workspace whom the text names."""
    if "@" not in text:
        return []
    people = Person.objects.filter(workspace_id=story.workspace_id)
    names = {mention.name for mention in find_mentions(text, people.values_list("name", flat=True))}
    return list(people.filter(name__in=names)) if names else []


def _users_of(people: Sequence[Person]) -> list[int]:
    """The accounts of people, of those who have one and belong to the workspace."""
    if not people:
        return []
    members = Person.objects.filter(pk__in=[person.pk for person in people], user__is_active=True)
    found = members.filter(user__memberships__workspace=F("workspace")).values_list("user_id", flat=True)
    return list(found)


def _record(comment: Comment, word: str, *, actor: Actor, now: datetime) -> None:
    """Tell it in the story's log; the text itself stays in the comment, so that it can be taken away."""
    story = comment.story
    change = Change("comment", to_value=word, to_id=comment.pk)
    at = next_instant(story=story, now=now)
    recorded = append_events(story=story, changes=[change], actor=actor, now=at)
    story.updated_at = at
    story.save(update_fields=["last_sequence", "updated_at"])
    publish(StoryChanged(workspace_id=story.workspace_id, story_id=story.pk, changes=recorded, now=at))
    announce(workspace_id=story.workspace_id, topic="comment", object_id=story.pk, verb=word, actor=actor, now=now)
