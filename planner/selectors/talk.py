"""What is said about stories: comments, files, who follows, and the inbox. The doors check permission."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Count, QuerySet

from accounts.models import User, Workspace
from accounts.policies import Action, Role
from accounts.selectors import require, role_of
from common.errors import NotAuthorised, NotFound
from planner.domain.vocabulary import NoticeKind
from planner.models import Attachment, Comment, Notice, Person, Story, Watcher

LARGEST_ID = 2**63 - 1
NOTICES_PAGE = 40
COMMENTS_PAGE = 30
MOST_NAMES = 2_000


class Inbox(StrEnum):
    """Which notices somebody wants to see."""

    UNREAD = "unread"
    ALL = "all"
    MENTIONS = "mentions"
    ASSIGNED = "assigned"
    ALERTS = "alerts"


@dataclass(frozen=True)
class NoticePage:
    """Notices, the newest first; `next_before` is the id that the next page comes before, None at the end."""

    notices: list[Notice]
    next_before: int | None


@dataclass(frozen=True)
class CommentPage:
    """Comments in the order they were written, the last of the story; `earlier` were written before the first."""

    comments: list[Comment]
    number: int
    earlier: int


def get_comment_for(*, user: User, comment_id: int, action: Action) -> Comment:
    """The comment with this id, with its story; a deleted one is not there."""
    comments = Comment.objects.select_related("story__workspace", "author").filter(deleted_at=None)
    found = comments.filter(pk=comment_id).first() if 0 < comment_id <= LARGEST_ID else None
    if found is None:
        raise NotFound("There is no such comment.")
    require(user=user, workspace_id=found.story.workspace_id, action=action, what="comment")
    return found


def get_own_comment_for(*, user: User, comment_id: int) -> Comment:
    """The comment with this id, for its author to edit. Raises NotAuthorised for anybody else."""
    found = get_comment_for(user=user, comment_id=comment_id, action=Action.EDIT_STORY)
    if found.author_id != user.pk:
        raise NotAuthorised(f"Only {found.author_name} may edit this comment.")
    return found


def get_deletable_comment_for(*, user: User, comment_id: int) -> Comment:
    """The comment with this id, for its author or an owner of the workspace to delete."""
    found = get_comment_for(user=user, comment_id=comment_id, action=Action.EDIT_STORY)
    is_owner = role_of(user=user, workspace_id=found.story.workspace_id) == Role.OWNER
    if found.author_id != user.pk and not is_owner:
        raise NotAuthorised(f"Only {found.author_name} or an owner of the workspace may delete this comment.")
    return found


def get_attachment_for(*, user: User, attachment_id: int, action: Action) -> Attachment:
    """The file with this id, with its story."""
    files = Attachment.objects.select_related("story__workspace")
    found = files.filter(pk=attachment_id).first() if 0 < attachment_id <= LARGEST_ID else None
    if found is None:
        raise NotFound("There is no such file.")
    require(user=user, workspace_id=found.story.workspace_id, action=action, what="file")
    return found


def list_comments(*, workspace: Workspace) -> QuerySet[Comment]:
    """The comments of a workspace; order and page them by id."""
    return Comment.objects.filter(story__workspace=workspace).select_related("story").prefetch_related("mentions")


def page_of_comments(*, story: Story, is_whole: bool = False) -> CommentPage:
    """The newest comments of a story, or all; deleted ones keep their place."""
    comments = Comment.objects.filter(story=story)
    newest = list(
        comments.prefetch_related("mentions").order_by("-created_at", "-pk")[: None if is_whole else COMMENTS_PAGE + 1]
    )
    shown = newest if is_whole else newest[:COMMENTS_PAGE]
    counted = comments.aggregate(all=Count("pk"), gone=Count("deleted_at"))
    return CommentPage(shown[::-1], counted["all"] - counted["gone"], counted["all"] - len(shown))


def list_attachments(*, workspace: Workspace) -> QuerySet[Attachment]:
    """The files of a workspace; order and page them by id."""
    return Attachment.objects.filter(story__workspace=workspace).select_related("story", "uploaded_by")


def attachments_of(*, story: Story) -> list[Attachment]:
    """The files of a story, in the order they came."""
    return list(Attachment.objects.filter(story=story).order_by("created_at", "pk"))


def list_watchers(*, story: Story) -> QuerySet[Watcher]:
    """Who follows a story, the longest first."""
    return Watcher.objects.filter(story=story).select_related("user").order_by("pk")


def list_names(*, workspace: Workspace) -> list[str]:
    """The names of the workspace's people, for mentions."""
    names = Person.objects.filter(workspace=workspace).order_by("name").values_list("name", flat=True)
    return list(names.distinct()[:MOST_NAMES])


def list_notices(*, workspace: Workspace, user: User) -> QuerySet[Notice]:
    """What somebody was told in a workspace; order and page it by id."""
    return Notice.objects.filter(workspace=workspace, user=user).select_related("story", "comment")


def page_of_notices(*, workspace: Workspace, user: User, inbox: Inbox, before: int | None) -> NoticePage:
    """A page of somebody's inbox, the newest first."""
    notices = _narrowed(list_notices(workspace=workspace, user=user), inbox)
    if before is not None:
        notices = notices.filter(pk__lt=before)
    found = list(notices.order_by("-pk")[: NOTICES_PAGE + 1])
    shown = found[:NOTICES_PAGE]
    return NoticePage(shown, shown[-1].pk if len(found) > NOTICES_PAGE else None)


def _narrowed(notices: QuerySet[Notice], inbox: Inbox) -> QuerySet[Notice]:
    if inbox is Inbox.UNREAD:
        return notices.filter(read_at=None)
    kinds = {Inbox.MENTIONS: NoticeKind.MENTION, Inbox.ASSIGNED: NoticeKind.ASSIGNED, Inbox.ALERTS: NoticeKind.ALERT}
    return notices.filter(kind=kinds[inbox].value) if inbox in kinds else notices


def count_unread(*, workspace: Workspace, user: User, most: int = 100) -> int:
    """How many notices somebody has not read, counted up to `most`."""
    unread = Notice.objects.filter(workspace=workspace, user=user, read_at=None)
    return unread.order_by()[:most].count()


def comments_by_id(*, ids: Sequence[int]) -> dict[int, Comment]:
    """The comments with these ids that are still there."""
    return Comment.objects.filter(deleted_at=None).in_bulk(ids) if ids else {}
