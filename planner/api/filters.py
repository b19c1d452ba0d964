"""The filter of any field in the API: `?f=state:is_not:Done&f=points:gt:8`."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from accounts.api.scope import user_of
from accounts.models import Workspace
from common.clock import utc_now
from planner.selectors.backlog_filters import FIELDS, Filters, asked_in, require_filters

FILTER = OpenApiParameter(
    "f",
    OpenApiTypes.STR,
    many=True,
    description="A filter, `field:operator:value`; several hold together. A filter of states brings finished work "
    f"as well. Operators: is, is_not, any_of, has, gt, lt, between, empty, not_empty. Fields: {', '.join(FIELDS)}.",
)


def read_where(request: Request, *, workspace: Workspace) -> Filters:
    """Return the filters of the query; raises InvalidInput that names field and operator of what is wrong."""
    asked = asked_in(workspace=workspace, now=utc_now(), user_id=user_of(request).pk)
    return require_filters(texts=request.query_params.getlist("f"), asked=asked)
