"""Conditions of the filter language on rows: each takes an operator and typed values and answers with a Q.

`planner.selectors.filter_kinds` reads the same operators with values from an address; where a field has a condition
there, it is used from here too, so that the backlog and the panels mean the same by a word.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import Exists, OuterRef, Q

from planner.domain.panels.operators import Operator
from planner.domain.panels.values import (
    Day,
    FilterValue,
    Flag,
    Number,
    RelativeDay,
    Special,
    Surroundings,
    Text,
    resolve_days,
)
from planner.domain.vocabulary import SprintState
from planner.models import CustomField, FieldValue, Sprint, Team
from planner.selectors import filter_kinds
from planner.selectors.filter_kinds import Asked, Unusable


@dataclass(frozen=True)
class Context:
    """Who asks, when and where; `surroundings` are the days that relative days are counted from."""

    asked: Asked
    surroundings: Surroundings


ItemCondition = Callable[[Operator, Sequence[FilterValue], Context], Q]
_WITH_EQUAL = {Operator.AT_LEAST: filter_kinds.Operator.LESS, Operator.AT_MOST: filter_kinds.Operator.GREATER}


def told(condition: filter_kinds.Condition) -> ItemCondition:
    """A condition of the backlog's filters, given typed values; "at least" is: known, and not less."""

    def build(operator: Operator, values: Sequence[FilterValue], context: Context) -> Q:
        words = [_as_text(value) for value in values]
        if operator in _WITH_EQUAL:
            beyond = condition(_WITH_EQUAL[operator], words, context.asked)
            return ~beyond & condition(filter_kinds.Operator.NOT_EMPTY, [], context.asked)
        return condition(filter_kinds.Operator(operator.value), words, context.asked)

    return build


def _as_text(value: FilterValue) -> str:
    if isinstance(value, Text):
        return value.text
    if isinstance(value, Number):
        return f"{value.value:f}"
    if isinstance(value, Flag):
        return "yes" if value.yes else "no"
    if value is Special.ME:
        return "me"
    raise Unusable("This value doesn't go with this field.")


def team(path: str) -> ItemCondition:
    """A team by name, or "my team": those of whoever asks."""
    named = told(filter_kinds.reference(Team, path, "name"))

    def build(operator: Operator, values: Sequence[FilterValue], context: Context) -> Q:
        if Special.MY_TEAM not in values:
            return named(operator, values, context)
        others = [value for value in values if value is not Special.MY_TEAM]
        found = Q(**{f"{path}__in": _own_teams(context).values("pk")})
        if others:
            found |= named(Operator.ANY_OF, others, context)
        return ~found if operator is Operator.IS_NOT else found

    return build


def _own_teams(context: Context) -> models.QuerySet[Team]:
    return Team.objects.filter(workspace=context.asked.workspace_id, people__user=context.asked.user_id)


def sprint(path: str) -> ItemCondition:
    """A sprint by name, or the current or next one of one's teams (of every team, for somebody in none)."""
    named = told(filter_kinds.reference(Sprint, path, "name"))

    def build(operator: Operator, values: Sequence[FilterValue], context: Context) -> Q:
        meant = [value for value in values if value in _SPRINTS]
        if not meant:
            return named(operator, values, context)
        others = [value for value in values if value not in _SPRINTS]
        found = Q(**{f"{path}__in": [pk for value in meant for pk in _sprint_ids(value, context)]})
        if others:
            found |= named(Operator.ANY_OF, others, context)
        return ~found if operator is Operator.IS_NOT else found

    return build


_SPRINTS = {Special.CURRENT_SPRINT, Special.NEXT_SPRINT}


def _sprint_ids(value: FilterValue, context: Context) -> list[int]:
    sprints = Sprint.objects.filter(workspace=context.asked.workspace_id)
    own = list(_own_teams(context).values_list("pk", flat=True))
    if own:
        sprints = sprints.filter(Q(team__in=own) | Q(team__isnull=True))
    if value is Special.CURRENT_SPRINT:
        return list(sprints.filter(state=SprintState.IN_PROGRESS.value).values_list("pk", flat=True))
    coming = sprints.filter(state__in=[SprintState.DRAFT.value, SprintState.PLANNED.value], start_date__isnull=False)
    first: dict[int | None, int] = {}
    for pk, team_id in coming.order_by("start_date", "pk").values_list("pk", "team_id"):
        first.setdefault(team_id, pk)
    return list(first.values())


def instant(path: str) -> ItemCondition:
    """An instant, asked for by days of the workspace's time zone."""

    def build(operator: Operator, values: Sequence[FilterValue], context: Context) -> Q:
        if operator in (Operator.EMPTY, Operator.NOT_EMPTY):
            return _empty(path, operator)
        span = _span(operator, values, context)
        if span is None:
            return Q(pk__in=[])
        return _within(
            path, operator, _start(span[0], context.asked), _start(span[1] + timedelta(days=1), context.asked)
        )

    return build


def day(path: str) -> ItemCondition:
    """A day."""

    def build(operator: Operator, values: Sequence[FilterValue], context: Context) -> Q:
        if operator in (Operator.EMPTY, Operator.NOT_EMPTY):
            return _empty(path, operator)
        span = _span(operator, values, context)
        if span is None:
            return Q(pk__in=[])
        return _within(path, operator, span[0], span[1] + timedelta(days=1))

    return build


def _span(operator: Operator, values: Sequence[FilterValue], context: Context) -> tuple[date, date] | None:
    """First and last of the days meant; None where they hang on a sprint and none is running."""
    spans = [resolve_days(value, context.surroundings) for value in values if isinstance(value, Day | RelativeDay)]
    if not spans or any(span is None for span in spans):
        return None
    known = [span for span in spans if span is not None]
    if operator is Operator.BETWEEN and known[0].first > known[-1].last:
        raise Unusable("Write the earlier day first.")
    return known[0].first, known[-1].last


def _within(path: str, operator: Operator, first: date | datetime, after: date | datetime) -> Q:
    """`first` begins the span, `after` is the first moment behind it."""
    bounds = {
        Operator.GREATER: Q(**{f"{path}__gte": after}),
        Operator.AT_LEAST: Q(**{f"{path}__gte": first}),
        Operator.LESS: Q(**{f"{path}__lt": first}),
        Operator.AT_MOST: Q(**{f"{path}__lt": after}),
    }
    if operator in bounds:
        return bounds[operator]
    within = Q(**{f"{path}__gte": first, f"{path}__lt": after})
    return ~within if operator is Operator.IS_NOT else within


def _start(of: date, asked: Asked) -> datetime:
    return datetime.combine(of, time.min, tzinfo=ZoneInfo(asked.time_zone)).astimezone(UTC)


def _empty(path: str, operator: Operator) -> Q:
    return Q(**{f"{path}__isnull": operator is Operator.EMPTY})


def number(path: str) -> ItemCondition:
    """A number that may be unknown; what is unknown is neither more nor less."""

    def build(operator: Operator, values: Sequence[FilterValue], context: Context) -> Q:
        if operator in (Operator.EMPTY, Operator.NOT_EMPTY):
            return _empty(path, operator)
        return compare_numbers(path, operator, [value.value for value in values if isinstance(value, Number)])

    return build


def compare_numbers(path: str, operator: Operator, figures: Sequence[Decimal]) -> Q:
    """A known number compared."""
    if operator is Operator.BETWEEN and figures[0] > figures[1]:
        raise Unusable("Write the lower one first.")
    if operator is Operator.BETWEEN:
        return Q(**{f"{path}__gte": figures[0], f"{path}__lte": figures[1]})
    if operator in _COMPARED:
        return Q(**{f"{path}__{_COMPARED[operator]}": figures[0]})
    found = Q(**{f"{path}__in": list(figures)})
    return ~found if operator is Operator.IS_NOT else found


_COMPARED = {Operator.GREATER: "gt", Operator.LESS: "lt", Operator.AT_LEAST: "gte", Operator.AT_MOST: "lte"}


def custom(field: CustomField, *, owner: str, inner: ItemCondition) -> ItemCondition:
    """A custom field's values: `inner` is a condition on them, `owner` is "story" or "capability".

    "is not" is true of an item that has no value: it says what the value must not be.
    """

    def build(operator: Operator, values: Sequence[FilterValue], context: Context) -> Q:
        held = FieldValue.objects.filter(field=field, **{owner: OuterRef("pk")}).exclude(reason__gt="")
        if operator is Operator.EMPTY:
            return ~Q(Exists(held))
        if operator is Operator.NOT_EMPTY:
            return Q(Exists(held))
        if operator is Operator.IS_NOT:
            return ~Q(Exists(held.filter(inner(Operator.ANY_OF, values, context))))
        return Q(Exists(held.filter(inner(operator, values, context))))

    return build
