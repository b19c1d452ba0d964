"""Notices: a line in the inbox of whom a change concerns. Nobody is told of their own deeds.

A change of many stories by one call writes at most a handful of notices for each person, in one statement.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from accounts.models import User, Workspace
from common.live.services import record_change
from planner.domain.vocabulary import NoticeKind
from planner.events import FieldChange
from planner.models import Comment, Notice, Person, Story, Watcher
from planner.services.actor import Actor
from planner.services.announcing import MANY
from planner.services.watching import follow_stories

LABELS: Mapping[str, str] = {
    "title": "Title",
    "description": "Description",
    "acceptance": "Done when",
    "kind": "Kind",
    "state": "State",
    "points": "Points",
    "blocked": "Blocked",
    "assignee": "Assignee",
    "team": "Team",
    "sprint": "Sprint",
    "capability": "Capability",
    "required": "Required",
    "attachment": "File",
}
"""The fields whose changes are told to those who follow a story, with their names."""
REWRITTEN = frozenset({"description", "acceptance"})
LARGEST_ID = 2**63 - 1
TEXT_LENGTH = 300
MOST_APART = 5
JOINED_FOR = timedelta(minutes=10)
"""For this long an unread line takes in what the same person goes on changing of the story."""
Told = tuple[int, NoticeKind]
"""Somebody (a user's id), and why they are told."""


def tell_of_changes(*, workspace_id: int, changes: Sequence[FieldChange], now: datetime) -> None:
    """Write the notices of what one call changed, in its transaction; whoever is assigned follows the story.

    At most six statements, however many stories; none where no told field changed.
    """
    by_story: defaultdict[int, list[FieldChange]] = defaultdict(list)
    for change in changes:
        if change.field in LABELS:
            by_story[change.story_id].append(change)
    if not by_story:
        return
    assigned = _newly_assigned(workspace_id, [change for told in by_story.values() for change in told])
    follow_stories(pairs=assigned.items(), now=now)
    watchers = _watchers_of(workspace_id, by_story)
    told: defaultdict[Told, list[int]] = defaultdict(list)
    for story_id, made in by_story.items():
        for user_id in sorted(watchers[story_id] - {made[0].actor_id}):
            is_new = assigned.get(story_id) == user_id
            told[user_id, NoticeKind.ASSIGNED if is_new else NoticeKind.CHANGE].append(story_id)
    notices = [
        _change_notice(workspace_id, who, story_id, made=by_story[story_id], others=others, now=now)
        for who, story_ids in told.items()
        for story_id, others in _apart(story_ids)
    ]
    if len(by_story) == 1:
        notices = _joined_to_earlier(notices, now=now)
    deliver(workspace_id=workspace_id, notices=notices, now=now)


def tell_of_comment(*, comment: Comment, mentioned: Collection[int], actor: Actor, now: datetime) -> None:
    """Tell those whom a new comment names (users' ids), and those who follow its story."""
    story = comment.story
    following = _watchers_of(story.workspace_id, [story.pk])[story.pk]
    named = set(mentioned) - {actor.user_id}
    told = dict.fromkeys(following - {actor.user_id}, NoticeKind.COMMENT)
    told |= dict.fromkeys(named, NoticeKind.MENTION)
    notices = [_comment_notice(comment, user_id, kind, actor, now) for user_id, kind in sorted(told.items())]
    deliver(workspace_id=story.workspace_id, notices=notices, now=now)


def tell_the_mentioned(*, comment: Comment, mentioned: Collection[int], actor: Actor, now: datetime) -> None:
    """Tell those whom an edited comment names anew."""
    named = sorted(set(mentioned) - {actor.user_id or 0})
    notices = [_comment_notice(comment, user_id, NoticeKind.MENTION, actor, now) for user_id in named]
    deliver(workspace_id=comment.story.workspace_id, notices=notices, now=now)


def deliver(*, workspace_id: int, notices: Sequence[Notice], now: datetime) -> None:
    """Write notices and tell the bells of those they are for; two statements."""
    if not notices:
        return
    Notice.objects.bulk_create(notices)
    users = {notice.user_id for notice in notices}
    _ring(workspace_id=workspace_id, user_id=users.pop() if len(users) == 1 else MANY, now=now)


def mark_read(*, workspace: Workspace, user: User, now: datetime, notice_ids: Sequence[int] | None = None) -> int:
    """Mark notices as read, all of the workspace without ids; returns how many were not. Others' stay."""
    unread = Notice.objects.filter(user=user, workspace=workspace, read_at=None)
    if notice_ids is not None:
        unread = unread.filter(pk__in=[pk for pk in notice_ids if 0 < pk <= LARGEST_ID])
    number = unread.update(read_at=now)
    if number:
        _ring(workspace_id=workspace.pk, user_id=user.pk, now=now)
    return number


def mark_unread(*, workspace: Workspace, user: User, notice_ids: Sequence[int], now: datetime) -> None:
    """Take back that notices were read."""
    Notice.objects.filter(user=user, workspace=workspace, pk__in=notice_ids).update(read_at=None)
    _ring(workspace_id=workspace.pk, user_id=user.pk, now=now)


def _ring(*, workspace_id: int, user_id: int, now: datetime) -> None:
    """Tell browsers that an inbox has changed: `object` is the user's id, or 0 for several."""
    record_change(workspace_id=workspace_id, topic="notice", object_id=user_id, actor_id=None, verb="updated", now=now)


def _newly_assigned(workspace_id: int, changes: Iterable[FieldChange]) -> dict[int, int]:
    """The users that stories were assigned to, by story id."""
    people = {change.story_id: change.to_id for change in changes if change.field == "assignee" and change.to_id}
    if not people:
        return {}
    found = Person.objects.filter(workspace_id=workspace_id, pk__in=set(people.values()), user__is_active=True)
    users = dict(found.filter(user__memberships__workspace_id=workspace_id).values_list("pk", "user_id"))
    return {story_id: users[person] for story_id, person in people.items() if person in users}


def _watchers_of(workspace_id: int, story_ids: Iterable[int]) -> defaultdict[int, set[int]]:
    """The ids of those who follow these stories and still belong to the workspace, by story id."""
    following = Watcher.objects.filter(
        story_id__in=list(story_ids), user__is_active=True, user__memberships__workspace_id=workspace_id
    )
    watchers: defaultdict[int, set[int]] = defaultdict(set)
    for story_id, user_id in following.values_list("story_id", "user_id"):
        watchers[story_id].add(user_id)
    return watchers


def _apart(story_ids: Sequence[int]) -> list[tuple[int, int]]:
    """The stories that get a notice of their own, each with how many others it stands for."""
    if len(story_ids) <= MOST_APART:
        return [(story_id, 0) for story_id in story_ids]
    return [(story_ids[0], len(story_ids) - 1)]


def _joined_to_earlier(notices: Sequence[Notice], *, now: datetime) -> list[Notice]:
    """The notices that are new: what somebody goes on changing joins the line about it that is not read yet."""
    changes = {notice.user_id: notice for notice in notices if notice.kind == NoticeKind.CHANGE.value}
    if not changes:
        return list(notices)
    some = next(iter(changes.values()))
    earlier = Notice.objects.filter(
        user_id__in=changes,
        workspace_id=some.workspace_id,
        story=some.story,
        kind=some.kind,
        actor_name=some.actor_name,
        read_at=None,
        created_at__gte=now - JOINED_FOR,
    )
    found = {notice.user_id: notice for notice in earlier.order_by("pk")}
    for user_id, notice in found.items():
        notice.text = _cut(f"{notice.text}; {changes[user_id].text}")
    if found:
        Notice.objects.bulk_update(found.values(), ["text"])
        _ring(workspace_id=some.workspace_id, user_id=MANY, now=now)
    return [notice for notice in notices if changes.get(notice.user_id) is not notice or notice.user_id not in found]


def _change_notice(
    workspace_id: int, told: Told, story_id: int, *, made: Sequence[FieldChange], others: int, now: datetime
) -> Notice:
    user_id, kind = told
    words = "; ".join(_words(change) for change in made) if kind is NoticeKind.CHANGE else ""
    more = f"and {others} other stories" if others else ""
    return Notice(
        user_id=user_id,
        workspace_id=workspace_id,
        story_id=story_id,
        kind=kind.value,
        actor_name=made[0].actor_name,
        text=_cut(" ".join(filter(None, [words, more]))),
        created_at=now,
    )


def _words(change: FieldChange) -> str:
    label = LABELS[change.field]
    if change.field in REWRITTEN:
        return f"{label} rewritten"
    if change.field == "attachment":
        return f"{label} {change.to_value}" if change.to_value else f"{label} {change.from_value} deleted"
    if change.field == "blocked":
        return f"{label}: {change.to_value}" if change.to_value else "No longer blocked"
    return f"{label}: {_cut(change.from_value, 60) or 'none'} → {_cut(change.to_value, 60) or 'none'}"


def _comment_notice(comment: Comment, user_id: int, kind: NoticeKind, actor: Actor, now: datetime) -> Notice:
    story: Story = comment.story
    return Notice(
        user_id=user_id,
        workspace_id=story.workspace_id,
        story=story,
        comment=comment,
        kind=kind.value,
        actor_name=actor.name,
        text=_cut(" ".join(comment.text.split())),
        created_at=now,
    )


def _cut(text: str, longest: int = TEXT_LENGTH) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
