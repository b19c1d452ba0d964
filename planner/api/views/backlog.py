"""The ranked backlog and the event log over HTTP."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.scope import workspace_of
from accounts.models import Workspace
from common.api.describing import WORKSPACE, describe, id_filter
from common.api.paging import next_url, read_limit
from common.api.queries import read_flag, read_id, read_text, read_word
from common.clock import utc_now
from planner.api import examples
from planner.api.filters import FILTER, read_where
from planner.api.serializers.stories import BacklogRowSerializer, EventSerializer
from planner.api.views.listing import WorkspaceList
from planner.domain.lenses import LISTING_LENSES
from planner.domain.vocabulary import Lens
from planner.models import StoryEvent
from planner.selectors.backlog import list_backlog
from planner.selectors.stories import list_workspace_events

LENSES = [lens.value for lens in LISTING_LENSES]
LENS = OpenApiParameter("lens", OpenApiTypes.STR, enum=LENSES, description="By what it is ordered; manual without it.")
DONE = OpenApiParameter("include_done", OpenApiTypes.BOOL, description="Finished stories as well.")
FIELD = OpenApiParameter("field", OpenApiTypes.STR, description='Only changes of this field, such as "state".')


class BacklogView(GenericAPIView[Any]):
    """The backlog in the order of a lens."""

    @describe(
        "backlog_list",
        "List the backlog",
        answer=BacklogRowSerializer(many=True),
        parameters=[WORKSPACE, LENS, DONE, FILTER],
        example=examples.BACKLOG_ROW,
    )
    def get(self, request: Request) -> Response:
        """Return open stories in the order of a lens, a page at a time.

        What the lens has a figure for comes first, the rest in manual order. An order is at most seconds old;
        stories that were added since come last.
        """
        workspace = workspace_of(request)
        filters = read_where(request, workspace=workspace)
        page = list_backlog(
            workspace=workspace,
            lens=Lens(read_word(request, "lens", LENSES) or Lens.MANUAL),
            cursor=request.query_params.get("cursor") or None,
            limit=read_limit(request),
            now=utc_now(),
            include_done=bool(read_flag(request, "include_done")) or filters.includes_done,
            where=filters.where if filters.chips else None,
        )
        rows = BacklogRowSerializer(page.rows, many=True).data
        return Response({"next": next_url(request, page.next_cursor), "results": rows})


class EventList(WorkspaceList[StoryEvent]):
    """The event log of a workspace."""

    serializer_class = EventSerializer
    newest_first = True

    @describe(
        "events_list",
        "List events",
        parameters=[WORKSPACE, id_filter("story", "story"), FIELD],
        example=examples.EVENT,
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Return everything that happened to stories, the newest record first. The log is append-only."""
        return super().get(request, *args, **kwargs)

    def list_rows(self, workspace: Workspace) -> QuerySet[StoryEvent]:
        """Return the events of the story and field asked for."""
        asked = {"story": read_id(self.request, "story"), "field": read_text(self.request, "field")}
        return list_workspace_events(workspace=workspace).filter(
            **{name: value for name, value in asked.items() if value is not None}
        )
