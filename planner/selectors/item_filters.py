"""From a filter as people wrote it to the condition on rows: what panels, boards and the API list by."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Q

from accounts.models import Workspace
from common.errors import InvalidInput
from planner.domain.panels.reading import Reading, read_filter
from planner.domain.panels.tree import All, Condition, FilterTree, Not
from planner.domain.panels.values import Surroundings
from planner.domain.vocabulary import SprintState
from planner.models import Sprint
from planner.selectors.filter_kinds import Asked, Unusable
from planner.selectors.item_conditions import Context
from planner.selectors.item_fields import Fields, asked_fields


@dataclass(frozen=True)
class ItemFilter:
    """A filter read in its surroundings. `problem` says in a sentence why nothing can be listed by it."""

    reading: Reading
    where: Q
    problem: str = ""


def context_of(*, workspace: Workspace, now: datetime, user_id: int | None) -> Context:
    """Who asks and when; sprint days are those of the running sprint of one's team, else of the first running one."""
    today = now.astimezone(ZoneInfo(workspace.time_zone)).date()
    running = Sprint.objects.filter(workspace=workspace, state=SprintState.IN_PROGRESS.value).order_by(
        "start_date", "pk"
    )
    own = running.filter(team__people__user=user_id).first() if user_id is not None else None
    sprint = own or running.first()
    surroundings = Surroundings(
        today=today,
        sprint_start=sprint.start_date if sprint else None,
        sprint_end=sprint.end_date if sprint else None,
    )
    asked = Asked(workspace_id=workspace.pk, now=now, time_zone=workspace.time_zone, user_id=user_id)
    return Context(asked=asked, surroundings=surroundings)


def read_item_filter(*, text: str, fields: Fields, context: Context) -> ItemFilter:
    """Read a filter; one that can't be used lists nothing and says why, its text is kept."""
    reading = read_filter(text, asked_fields(fields))
    if reading.tree is None:
        return ItemFilter(reading, Q(pk__in=[]), str(reading.problem))
    try:
        return ItemFilter(reading, where_of(tree=reading.tree, fields=fields, context=context))
    except Unusable as unusable:
        return ItemFilter(reading, Q(pk__in=[]), str(unusable))


def require_item_filter(*, text: str, fields: Fields, context: Context, field: str) -> ItemFilter:
    """Read a filter; raises InvalidInput at `field` when it can't be used."""
    found = read_item_filter(text=text, fields=fields, context=context)
    if found.problem:
        raise InvalidInput(found.problem, field=field)
    return found


def where_of(*, tree: FilterTree, fields: Fields, context: Context) -> Q:
    """The condition that a filter makes. Raises Unusable, naming the field, for a value that can't be found."""
    if isinstance(tree, Condition):
        return _condition(tree, fields, context)
    if isinstance(tree, Not):
        return ~where_of(tree=tree.part, fields=fields, context=context)
    parts = [where_of(tree=part, fields=fields, context=context) for part in tree.parts]
    found = Q()
    for part in parts:
        found = found & part if isinstance(tree, All) else found | part
    return found if parts or isinstance(tree, All) else Q(pk__in=[])


def _condition(condition: Condition, fields: Fields, context: Context) -> Q:
    field = fields[condition.field]
    try:
        return field.where(condition.operator, condition.values, context)
    except Unusable as unusable:
        raise Unusable(f"{field.label} {condition.operator.label}: {unusable}") from None
