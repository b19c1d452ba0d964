"""Stories over HTTP: list, create (one or many), read, change, delete, move, transition, block."""

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
from common.api.bodies import body_of, read_body, take_version
from common.api.describing import WORKSPACE, describe, id_filter
from common.api.queries import read_flag, read_ids, read_text, read_word
from common.clock import utc_now
from planner.api import examples
from planner.api.actors import actor_of
from planner.api.bulk import read_drafts
from planner.api.filters import FILTER, read_where
from planner.api.serializers.bulk import BulkAnswer, BulkEdit
from planner.api.serializers.stories import (
    BlockingSerializer,
    MoveSerializer,
    NewStories,
    NewStory,
    NewStoryIn,
    StoriesCreatedSerializer,
    StoryChange,
    StorySerializer,
    TransitionSerializer,
)
from planner.api.views.bulk import edit_many
from planner.api.views.listing import WorkspaceList
from planner.domain.vocabulary import StateCategory, StoryKind
from planner.models import Story
from planner.selectors.fetch import get_story_for
from planner.selectors.stories import list_stories
from planner.services.ranking import move_story
from planner.services.stories import (
    StoryDraft,
    create_stories,
    create_story,
    delete_story,
    set_blocked,
    transition_story,
    update_story,
)

REFERENCES = ("capability", "application", "state", "team", "sprint", "assignee")
KEY = OpenApiParameter("key", OpenApiTypes.STR, description="Only the story with this key.")
KIND = OpenApiParameter("kind", OpenApiTypes.STR, enum=[kind.value for kind in StoryKind])
CATEGORY = OpenApiParameter("category", OpenApiTypes.STR, enum=[category.value for category in StateCategory])
BLOCKED = OpenApiParameter("blocked", OpenApiTypes.BOOL, description="Only those that are, or are not, blocked.")
FILTERS = [*(id_filter(name, name) for name in REFERENCES), KEY, KIND, CATEGORY, BLOCKED, FILTER]


class StoryList(WorkspaceList[Story]):
    """All stories of a workspace."""

    serializer_class = StorySerializer

    @describe("stories_list", "List stories", parameters=[WORKSPACE, *FILTERS], example=examples.STORY)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Return stories by id, open and finished; the ranked order is the backlog's."""
        return super().get(request, *args, **kwargs)

    def list_rows(self, workspace: Workspace) -> QuerySet[Story]:
        """Return the stories that pass the filters."""
        asked = read_where(self.request, workspace=workspace)
        return list_stories(workspace=workspace).filter(asked.where, **_read_filters(self.request))

    @describe(
        "stories_create",
        "Create a story",
        body=NewStoryIn,
        answer=StorySerializer,
        status=201,
        body_example=examples.NEW_STORY,
        example=examples.STORY,
    )
    def post(self, request: Request) -> Response:
        """Create a story at the bottom of the backlog, in the first state that is to do unless told."""
        body = body_of(request)
        workspace = take_workspace(request, body, Action.EDIT_STORY)
        fields = read_body(body=body, shape=NewStory, workspace_id=workspace.pk)
        story = create_story(workspace=workspace, draft=StoryDraft(**fields), actor=actor_of(request), now=utc_now())
        return Response(StorySerializer(story).data, status=201)


def _read_filters(request: Request) -> dict[str, Any]:
    filters: dict[str, Any] = {f"{name}_id": pk for name, pk in read_ids(request, REFERENCES).items()}
    filters["kind"] = read_word(request, "kind", [kind.value for kind in StoryKind])
    filters["category"] = read_word(request, "category", [category.value for category in StateCategory])
    filters["blocked"] = read_flag(request, "blocked")
    filters["key"] = read_text(request, "key")
    return {name: value for name, value in filters.items() if value is not None}


class StoryBulk(APIView):
    """Many stories at once."""

    @describe(
        "stories_bulk",
        "Create up to 1,000 stories",
        body=NewStories,
        answer=StoriesCreatedSerializer,
        status=201,
        parameters=[WORKSPACE],
        body_example={"stories": [examples.NEW_STORY, {"title": "Second", "kind": "BUG"}]},
        example={"next": None, "results": [examples.STORY]},
    )
    def post(self, request: Request) -> Response:
        """Create stories at the bottom of the backlog in the order given: all of them or none.

        Errors name the row: `stories[3].points`.
        """
        workspace, drafts = read_drafts(request)
        stories = create_stories(workspace=workspace, drafts=drafts, actor=actor_of(request), now=utc_now())
        return Response({"next": None, "results": StorySerializer(stories, many=True).data}, status=201)

    @describe(
        "stories_bulk_update",
        "Change up to 500 stories",
        body=BulkEdit,
        answer=BulkAnswer,
        body_example={"stories": [41, 42, 47], "changes": {"sprint": 9, "points": "5"}},
        example=examples.BULK,
    )
    def patch(self, request: Request) -> Response:
        """Set the same fields of many stories: all of them or none; only what differs is recorded.

        Refusals name the story, as `stories[3]`. `undo_token` takes the change back.
        """
        return edit_many(request)


class StoryDetail(APIView):
    """One story."""

    @describe("stories_retrieve", "Read a story", answer=StorySerializer, example=examples.STORY)
    def get(self, request: Request, story_id: int) -> Response:
        """Return a story; its `version` goes with the next change."""
        return Response(
            StorySerializer(get_story_for(user=user_of(request), story_id=story_id, action=Action.VIEW)).data
        )

    @describe(
        "stories_partial_update",
        "Change a story",
        body=StoryChange,
        answer=StorySerializer,
        body_example={"points": "5", "version": 3},
        example=examples.STORY,
    )
    def patch(self, request: Request, story_id: int) -> Response:
        """Change what is named; one event in the log for each field that really changes."""
        story = get_story_for(user=user_of(request), story_id=story_id, action=Action.EDIT_STORY)
        fields = read_body(body=body_of(request), shape=StoryChange, workspace_id=story.workspace_id)
        version = take_version(fields)
        story = update_story(story=story, changes=fields, version=version, actor=actor_of(request), now=utc_now())
        return Response(StorySerializer(story).data)

    @describe("stories_destroy", "Delete a story", status=204)
    def delete(self, request: Request, story_id: int) -> Response:
        """Delete a story with its log, tasks, dependencies and estimates."""
        story = get_story_for(user=user_of(request), story_id=story_id, action=Action.EDIT_STORY)
        delete_story(story=story, actor=actor_of(request), now=utc_now())
        return Response(status=204)


class StoryMove(APIView):
    """A story's place."""

    @describe(
        "stories_move",
        "Move a story",
        body=MoveSerializer,
        answer=StorySerializer,
        body_example={"after": 40},
        example=examples.STORY,
    )
    def post(self, request: Request, story_id: int) -> Response:
        """Move a story in the manual order, with exactly one of after, before, position and to."""
        story = get_story_for(user=user_of(request), story_id=story_id, action=Action.RANK)
        fields = read_body(body=body_of(request), shape=MoveSerializer, workspace_id=story.workspace_id)
        version = take_version(fields)
        story = move_story(story=story, version=version, actor=actor_of(request), now=utc_now(), **fields)
        return Response(StorySerializer(story).data)


class StoryTransition(APIView):
    """A story's state."""

    @describe(
        "stories_transition",
        "Move a story into a state",
        body=TransitionSerializer,
        answer=StorySerializer,
        body_example={"state": 3},
        example=examples.STORY,
    )
    def post(self, request: Request, story_id: int) -> Response:
        """Move a story into a workflow state; nothing happens when it is there already."""
        story = get_story_for(user=user_of(request), story_id=story_id, action=Action.TRANSITION)
        fields = read_body(body=body_of(request), shape=TransitionSerializer, workspace_id=story.workspace_id)
        version = take_version(fields)
        story = transition_story(story=story, version=version, actor=actor_of(request), now=utc_now(), **fields)
        return Response(StorySerializer(story).data)


class StoryBlock(APIView):
    """Whether a story is blocked."""

    @describe(
        "stories_block",
        "Flag a story as blocked",
        body=BlockingSerializer,
        answer=StorySerializer,
        body_example={"blocked": True, "reason": "Waits for the terminal's test system"},
        example=examples.STORY,
    )
    def post(self, request: Request, story_id: int) -> Response:
        """Flag a story as blocked, with the reason people read, or clear the flag."""
        story = get_story_for(user=user_of(request), story_id=story_id, action=Action.EDIT_STORY)
        fields = read_body(body=body_of(request), shape=BlockingSerializer, workspace_id=story.workspace_id)
        version = take_version(fields)
        story = set_blocked(story=story, version=version, actor=actor_of(request), now=utc_now(), **fields)
        return Response(StorySerializer(story).data)
