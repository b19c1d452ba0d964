"""Comments, followers and the inbox over HTTP."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.scope import take_workspace, user_of
from accounts.models import Workspace
from accounts.policies import Action
from common.api.bodies import body_of, check_body, read_body, take_version
from common.api.describing import WORKSPACE, describe, id_filter
from common.api.queries import read_flag, read_id
from common.clock import utc_now
from planner.api import examples
from planner.api.actors import actor_of
from planner.api.serializers.talk import (
    CommentChange,
    CommentSerializer,
    NewComment,
    NoticeSerializer,
    NoticesRead,
    NoticesReadAnswer,
    WatchSerializer,
)
from planner.api.views.listing import WorkspaceList
from planner.models import Comment, Notice, Story
from planner.selectors.fetch import get_story_for
from planner.selectors.talk import (
    count_unread,
    get_comment_for,
    get_deletable_comment_for,
    get_own_comment_for,
    list_comments,
    list_notices,
    list_watchers,
)
from planner.services.comments import add_comment, delete_comment, edit_comment
from planner.services.notices import mark_read
from planner.services.watching import follow_story, unfollow_story

UNREAD = OpenApiParameter("unread", OpenApiTypes.BOOL, description="Only those that were not read, or were.")


class CommentList(WorkspaceList[Comment]):
    """The comments of a workspace."""

    serializer_class = CommentSerializer

    @describe(
        "comments_list", "List comments", parameters=[WORKSPACE, id_filter("story", "story")], example=examples.COMMENT
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Return comments by id; deleted ones are left out."""
        return super().get(request, *args, **kwargs)

    def list_rows(self, workspace: Workspace) -> QuerySet[Comment]:
        """Return the comments that pass the filter."""
        comments, story_id = list_comments(workspace=workspace), read_id(self.request, "story")
        comments = comments.filter(deleted_at=None)
        return comments if story_id is None else comments.filter(story_id=story_id)

    @describe(
        "comments_create",
        "Write a comment",
        body=NewComment,
        answer=CommentSerializer,
        status=201,
        body_example={"story": 41, "text": "Split by net weight. @Dana Ruiz, please look."},
        example=examples.COMMENT,
    )
    def post(self, request: Request) -> Response:
        """Comment on a story. Whom it names is told, and who follows the story; you follow it from then on."""
        body = body_of(request)
        workspace = workspace_of_story(request, body)
        fields = read_body(body=body, shape=NewComment, workspace_id=workspace.pk)
        comment = add_comment(actor=actor_of(request), now=utc_now(), **fields)
        return Response(CommentSerializer(comment).data, status=201)


class CommentDetail(APIView):
    """One comment."""

    @describe("comments_retrieve", "Read a comment", answer=CommentSerializer, example=examples.COMMENT)
    def get(self, request: Request, comment_id: int) -> Response:
        """Return a comment; its `version` goes with the next change."""
        found = get_comment_for(user=user_of(request), comment_id=comment_id, action=Action.VIEW)
        return Response(CommentSerializer(found).data)

    @describe(
        "comments_partial_update",
        "Edit a comment",
        body=CommentChange,
        answer=CommentSerializer,
        body_example={"text": "Split by gross weight.", "version": 1},
        example=examples.COMMENT,
    )
    def patch(self, request: Request, comment_id: int) -> Response:
        """Write a comment of your own anew; whom it names for the first time is told."""
        found = get_own_comment_for(user=user_of(request), comment_id=comment_id)
        fields = read_body(body=body_of(request), shape=CommentChange, workspace_id=found.story.workspace_id)
        version = take_version(fields)
        told = {"text": found.text, **fields}
        comment = edit_comment(comment=found, version=version, actor=actor_of(request), now=utc_now(), **told)
        return Response(CommentSerializer(comment).data)

    @describe("comments_destroy", "Delete a comment", status=204)
    def delete(self, request: Request, comment_id: int) -> Response:
        """Delete a comment of your own, or as an owner of the workspace anybody's. Its text is gone for good."""
        found = get_deletable_comment_for(user=user_of(request), comment_id=comment_id)
        delete_comment(comment=found, actor=actor_of(request), now=utc_now())
        return Response(status=204)


class StoryWatch(APIView):
    """Following a story."""

    @describe("stories_watch_retrieve", "See who follows a story", answer=WatchSerializer, example=examples.WATCH)
    def get(self, request: Request, story_id: int) -> Response:
        """Return whether you follow the story, and who does."""
        return _watch_answer(request, _story(request, story_id))

    @describe("stories_watch_update", "Follow a story", answer=WatchSerializer, example=examples.WATCH)
    def put(self, request: Request, story_id: int) -> Response:
        """Be told what others change and say from now on; doing it twice is once."""
        story = _story(request, story_id)
        follow_story(story=story, user=user_of(request), now=utc_now())
        return _watch_answer(request, story)

    @describe("stories_watch_destroy", "Stop following a story", status=204)
    def delete(self, request: Request, story_id: int) -> Response:
        """Be told no more, but for mentions and what is assigned to you."""
        unfollow_story(story=_story(request, story_id), user=user_of(request))
        return Response(status=204)


class NoticeList(WorkspaceList[Notice]):
    """The caller's inbox."""

    serializer_class = NoticeSerializer
    newest_first = True

    @describe("notices_list", "List your notices", parameters=[WORKSPACE, UNREAD], example=examples.NOTICE)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Return what you were told in a workspace, the newest first."""
        return super().get(request, *args, **kwargs)

    def list_rows(self, workspace: Workspace) -> QuerySet[Notice]:
        """Return the caller's notices that pass the filter."""
        notices, unread = (
            list_notices(workspace=workspace, user=user_of(self.request)),
            read_flag(self.request, "unread"),
        )
        return notices if unread is None else notices.filter(read_at__isnull=unread)


class NoticesMark(APIView):
    """Notices that were read."""

    @describe(
        "notices_read",
        "Mark notices as read",
        body=NoticesRead,
        answer=NoticesReadAnswer,
        body_example={"notices": [71, 72]},
        example={"marked": 2, "unread": 5},
    )
    def post(self, request: Request) -> Response:
        """Mark your notices as read: those named, or all of the workspace. Others' are left alone."""
        body = body_of(request)
        workspace = take_workspace(request, body, Action.VIEW)
        told = check_body(body=body, shape=NoticesRead)
        user = user_of(request)
        marked = mark_read(workspace=workspace, user=user, notice_ids=told.get("notices"), now=utc_now())
        left = count_unread(workspace=workspace, user=user)
        return Response(NoticesReadAnswer({"marked": marked, "unread": left}).data)


def workspace_of_story(request: Request, body: dict[str, Any]) -> Workspace:
    """The workspace of the story that a body names, where the caller may edit; without one, as any body names it."""
    story_id = body.get("story")
    if isinstance(story_id, int) and not isinstance(story_id, bool):
        body.pop("workspace", None)
        return get_story_for(user=user_of(request), story_id=story_id, action=Action.EDIT_STORY).workspace
    return take_workspace(request, body, Action.EDIT_STORY)


def _story(request: Request, story_id: int) -> Story:
    return get_story_for(user=user_of(request), story_id=story_id, action=Action.VIEW)


def _watch_answer(request: Request, story: Story) -> Response:
    watchers = [watcher.user for watcher in list_watchers(story=story)]
    return Response(WatchSerializer({"watching": user_of(request) in watchers, "watchers": watchers}).data)
