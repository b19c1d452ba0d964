"""What the filter box offers: fields with their operators, and the values of one field."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_GET

from accounts.models import Workspace
from accounts.policies import Action
from accounts.selectors import get_workspace_for
from accounts.web.shell import reader_of
from common.errors import InvalidInput
from planner.selectors.backlog_filters import FIELDS
from planner.selectors.filter_kinds import FilterField
from planner.selectors.filter_values import list_values
from planner.selectors.own_filters import list_own_filters, list_own_values

LONGEST_TEXT = 100


@login_required
@require_GET
def backlog_filters(request: HttpRequest, workspace: str) -> JsonResponse:
    """All fields, or (`?field=state&q=rev`) the values of one that have the text."""
    place = get_workspace_for(user=reader_of(request), workspace=workspace, action=Action.VIEW)
    name = request.GET.get("field", "")
    if not name:
        own = list_own_filters(workspace_id=place.pk)
        return JsonResponse({"fields": [_described(field) for field in (*FIELDS.values(), *own)]})
    words = request.GET.get("q", "")[:LONGEST_TEXT].replace("\x00", "")
    return JsonResponse({"values": _values(place, name, words)})


def _described(field: FilterField) -> dict[str, object]:
    operators = [{"name": each.value, "label": each.label, "takes": each.takes} for each in field.operators]
    return {"name": field.name, "label": field.label, "operators": operators}


def _values(workspace: Workspace, name: str, words: str) -> list[dict[str, str]]:
    field = FIELDS.get(name)
    if field is not None:
        found = list_values(workspace=workspace, field=name, vocabulary=field.vocabulary, text=words)
    elif any(own.name == name for own in list_own_filters(workspace_id=workspace.pk)):
        found = list_own_values(workspace_id=workspace.pk, name=name, words=words)
    else:
        raise InvalidInput(f"Use one of: {', '.join(FIELDS)}, or a field of your own.", field="field")
    return [{"value": value, "label": label} for value, label in found]
