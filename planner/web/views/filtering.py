"""What the filter box offers: fields with their operators, and the values of one field."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_GET

from accounts.models import Workspace
from accounts.policies import Action
from accounts.selectors import get_workspace_for
from accounts.web.shell import reader_of
from common.errors import InvalidInput
from planner.selectors.backlog_filters import FIELDS, FilterField
from planner.selectors.filter_values import list_values

LONGEST_TEXT = 100


@login_required
@require_GET
def backlog_filters(request: HttpRequest, workspace: str) -> JsonResponse:
    """All fields, or (`?field=state&q=rev`) the values of one that have the text."""
    place = get_workspace_for(user=reader_of(request), workspace=workspace, action=Action.VIEW)
    name = request.GET.get("field", "")
    if not name:
        return JsonResponse({"fields": [_described(field) for field in FIELDS.values()]})
    field = FIELDS.get(name)
    if field is None:
        raise InvalidInput(f"Use one of: {', '.join(FIELDS)}.", field="field")
    return JsonResponse({"values": _values(place, field, request.GET.get("q", "")[:LONGEST_TEXT])})


def _described(field: FilterField) -> dict[str, object]:
    operators = [{"name": each.value, "label": each.label, "takes": each.takes} for each in field.operators]
    return {"name": field.name, "label": field.label, "operators": operators}


def _values(workspace: Workspace, field: FilterField, text: str) -> list[dict[str, str]]:
    found = list_values(
        workspace=workspace, field=field.name, vocabulary=field.vocabulary, text=text.replace("\x00", "")
    )
    return [{"value": value, "label": label} for value, label in found]
