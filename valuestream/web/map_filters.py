"""What a map's filter offers: one click for an application, a team or a choice of one's own; all else as text."""

from collections.abc import Iterable

from accounts.models import Workspace
from planner.domain.panels.operators import Operator
from planner.domain.panels.tree import Condition
from planner.domain.panels.values import Text
from planner.domain.panels.writing import write_filter
from planner.domain.vocabulary import FieldKind, ItemKind
from planner.models import Application, Team
from planner.selectors.custom_fields import list_fields
from valuestream.web.map_addresses import MapAddresses
from valuestream.web.map_question import MapQuestion

MOST_OFFERED = 12
"""Of one field; a longer list is quicker typed than found."""

FilterGroup = tuple[str, list[tuple[str, str, bool]]]
"""A field's label, and of each offered value its name, the page's address and whether it is the one shown."""


def filter_groups(workspace: Workspace, question: MapQuestion, addresses: MapAddresses) -> list[FilterGroup]:
    """Applications, teams and the workspace's own choice fields; four queries."""
    applications = Application.objects.filter(workspace=workspace).order_by("name").values_list("key", "name")
    teams = Team.objects.filter(workspace=workspace).order_by("name").values_list("name", flat=True)
    offered = [
        ("Application", "application", list(applications[:MOST_OFFERED])),
        ("Team", "team", [(name, name) for name in teams[:MOST_OFFERED]]),
        *_own_choices(workspace),
    ]
    return [
        (label, [_offer(key, value, name, question, addresses) for value, name in values])
        for label, key, values in offered
        if values
    ]


def _own_choices(workspace: Workspace) -> Iterable[tuple[str, str, list[tuple[str, str]]]]:
    for field in list_fields(workspace_id=workspace.pk, item=ItemKind.STORY.value):
        if field.kind == FieldKind.CHOICE.value:
            labels = [option.label for option in field.options.all() if option.archived_at is None]
            yield field.name, field.key, [(label, label) for label in labels[:MOST_OFFERED]]


def _offer(key: str, value: str, name: str, question: MapQuestion, addresses: MapAddresses) -> tuple[str, str, bool]:
    text = write_filter(Condition(key, Operator.IS, (Text(value),)))
    is_shown = text.replace('"', "") == question.asked.filter_text.replace('"', "")
    return name, addresses.page(filter=text), is_shown
