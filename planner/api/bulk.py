"""Reading the body of a bulk call."""

from django.conf import settings
from rest_framework.request import Request

from accounts.api.scope import take_workspace, workspace_of
from accounts.models import Workspace
from accounts.policies import Action
from common.api.bodies import body_of, read_rows
from common.errors import InvalidInput
from planner.api.serializers.stories import NewStory
from planner.services.stories import StoryDraft


def read_drafts(request: Request) -> tuple[Workspace, list[StoryDraft]]:
    """Return the workspace and the stories of a bulk call: a list, or an object with `stories`."""
    sent: object = request.data
    if isinstance(sent, list):
        workspace, rows = workspace_of(request, Action.EDIT_STORY), sent
    else:
        body = body_of(request)
        workspace = take_workspace(request, body, Action.EDIT_STORY)
        rows = body.pop("stories", None)
        if body:
            raise InvalidInput("Remove this field; known are: stories, workspace.", field=str(next(iter(body)))[:200])
    if not isinstance(rows, list):
        raise InvalidInput("Send a list of stories.", field="stories")
    if len(rows) > settings.BULK_CREATE_LIMIT:
        raise InvalidInput(f"Send at most {settings.BULK_CREATE_LIMIT:,} stories in one call.", field="stories")
    fields = read_rows(rows=rows, shape=NewStory, workspace_id=workspace.pk, name_row=_name_row)
    return workspace, [StoryDraft(**row) for row in fields]


def _name_row(index: int) -> str:
    return f"stories[{index}]."
