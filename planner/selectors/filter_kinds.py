"""Kinds of fields one can filter by: which operators each takes, and the condition on stories that it makes.

A kind is a function that takes how a field is stored and returns its `Condition`. Values come as text, from an
address; what can't be read raises `Unusable` with what to write instead.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, DecimalException
from typing import TypeVar
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import Q

from planner.domain.vocabulary import Labelled

LARGEST_NUMBER = Decimal("1e15")
LARGEST_DAYS = 100_000
MOST_DECIMALS = 20
NAMES_SHOWN = 8
_SCALES = {"k": Decimal(1_000), "m": Decimal(1_000_000)}


class Unusable(Exception):
    """A filter's value can't be read; the message says what to write."""


class Operator(Labelled):
    """How a field is compared."""

    IS = "is", "is"
    IS_NOT = "is_not", "is not"
    ANY_OF = "any_of", "is any of"
    HAS = "has", "has"
    GREATER = "gt", "more than"
    LESS = "lt", "less than"
    BETWEEN = "between", "between"
    EMPTY = "empty", "is empty"
    NOT_EMPTY = "not_empty", "is not empty"

    @property
    def takes(self) -> int:
        """How many values it takes: none, one, two, or any number (-1)."""
        return {Operator.EMPTY: 0, Operator.NOT_EMPTY: 0, Operator.BETWEEN: 2, Operator.ANY_OF: -1}.get(self, 1)


@dataclass(frozen=True)
class Asked:
    """In which workspace a filter is asked, when, and by whom (None: a program without a person here)."""

    workspace_id: int
    now: datetime
    time_zone: str = "UTC"
    user_id: int | None = None


End = TypeVar("End", Decimal, date)
Condition = Callable[[Operator, Sequence[str], Asked], Q]


@dataclass(frozen=True)
class FilterField:
    """A field one can filter by. `vocabulary`: its words, where the list is closed."""

    name: str
    label: str
    operators: Sequence[Operator]
    condition: Condition
    vocabulary: type[Labelled] | None = None


CHOOSING = (Operator.IS, Operator.IS_NOT, Operator.ANY_OF)
OPTIONAL = (Operator.EMPTY, Operator.NOT_EMPTY)
MEASURING = (Operator.GREATER, Operator.LESS, Operator.BETWEEN, Operator.IS)
_COMPARED = {Operator.GREATER: "gt", Operator.LESS: "lt"}


def text(*paths: str) -> Condition:
    """Text in one of several columns, in any case."""

    def build(operator: Operator, values: Sequence[str], asked: Asked) -> Q:
        if operator in OPTIONAL:
            return _empty(operator, *[Q(**{path: ""}) for path in paths])
        lookup = "icontains" if operator is Operator.HAS else "iexact"
        found = Q()
        for path in paths:
            for value in values:
                found |= Q(**{f"{path}__{lookup}": value})
        return ~found if operator is Operator.IS_NOT else found

    return build


def word(path: str, vocabulary: type[Labelled]) -> Condition:
    """One word of a closed list, as stored or as people read it."""

    def build(operator: Operator, values: Sequence[str], asked: Asked) -> Q:
        known = {name.casefold(): member for member in vocabulary for name in (member.value, member.label)}
        unknown = [value for value in values if value.casefold() not in known]
        if unknown:
            raise Unusable(f"“{unknown[0]}” is none of: {', '.join(member.label for member in vocabulary)}.")
        found = Q(**{f"{path}__in": [known[value.casefold()].value for value in values]})
        return ~found if operator is Operator.IS_NOT else found

    return build


def reference(model: type[models.Model], path: str, *names: str) -> Condition:
    """Another object of the workspace, by one of its names; "me" is whoever asks, where it is a person."""

    def build(operator: Operator, values: Sequence[str], asked: Asked) -> Q:
        if operator in OPTIONAL:
            return _empty(operator, Q(**{f"{path}__isnull": True}))
        things = model._default_manager.filter(workspace_id=asked.workspace_id)
        if operator is Operator.HAS:
            found = things.filter(text(*names)(Operator.HAS, values, asked))
            return Q(**{f"{path}__in": found.values("pk")})
        ids = [pk for value in values for pk in _find(things, value, names=names, asked=asked)]
        return ~Q(**{f"{path}__in": ids}) if operator is Operator.IS_NOT else Q(**{f"{path}__in": ids})

    return build


def _find(things: models.QuerySet[models.Model], value: str, *, names: Sequence[str], asked: Asked) -> list[int]:
    """The ids of what has this name; there may be several, such as sprints of two teams."""
    if value.casefold() == "me" and hasattr(things.model, "user") and asked.user_id is not None:
        return list(things.filter(user=asked.user_id).values_list("pk", flat=True))
    found = list(things.filter(text(*names)(Operator.IS, [value], asked)).values_list("pk", flat=True))
    if not found:
        known = [str(name) for name in things.order_by(names[0]).values_list(names[0], flat=True)[: NAMES_SHOWN + 1]]
        told = f"; there are: {', '.join(known)}" if 0 < len(known) <= NAMES_SHOWN else ""
        raise Unusable(f"There is no {things.model._meta.verbose_name} “{value}” here{told}.")
    return found


def number(path: str) -> Condition:
    """A number of the story's own."""

    def build(operator: Operator, values: Sequence[str], asked: Asked) -> Q:
        return compare(path, operator, _read_numbers(operator, values))

    return build


def number_of_unit(units: type[models.Model], path: str) -> Condition:
    """A number of the unit: of the capability where the story is in one, else the story's own."""

    def build(operator: Operator, values: Sequence[str], asked: Asked) -> Q:
        figures = _read_numbers(operator, values)
        condition = compare(path, operator, figures)
        shared = units._default_manager.filter(condition, workspace_id=asked.workspace_id).values("pk")
        return Q(capability__in=shared) | (Q(capability__isnull=True) & condition)

    return build


def compare(path: str, operator: Operator, values: Sequence[object]) -> Q:
    """A condition on a column that may be null; what is not known is neither more nor less."""
    if operator in OPTIONAL:
        return _empty(operator, Q(**{f"{path}__isnull": True}))
    if operator is Operator.BETWEEN:
        return Q(**{f"{path}__gte": values[0], f"{path}__lte": values[1]})
    if operator in _COMPARED:
        return Q(**{f"{path}__{_COMPARED[operator]}": values[0]})
    found = Q(**{f"{path}__in": list(values)})
    return ~found if operator is Operator.IS_NOT else found


def flag(yes: Callable[[Asked], Q]) -> Condition:
    """Yes or no."""

    def build(operator: Operator, values: Sequence[str], asked: Asked) -> Q:
        answer = {"yes": True, "true": True, "no": False, "false": False}.get(values[0].casefold())
        if answer is None:
            raise Unusable("Write yes or no.")
        return yes(asked) if answer else ~yes(asked)

    return build


def day(path: str) -> Condition:
    """An instant, asked for by days of the workspace's time zone: "more than" is after that day."""

    def build(operator: Operator, values: Sequence[str], asked: Asked) -> Q:
        days = _rising(operator, [_read_day(value) for value in values])
        first, last = _start(days[0], asked), _start(days[-1] + timedelta(days=1), asked)
        if operator is Operator.GREATER:
            return Q(**{f"{path}__gte": last})
        if operator is Operator.LESS:
            return Q(**{f"{path}__lt": first})
        return Q(**{f"{path}__gte": first, f"{path}__lt": last})

    return build


def age(path: str) -> Condition:
    """Whole days since an instant."""

    def build(operator: Operator, values: Sequence[str], asked: Asked) -> Q:
        ages = [min(int(figure), LARGEST_DAYS) for figure in _read_numbers(operator, values)]
        youngest, oldest = (_past(asked, days) for days in (ages[0], ages[-1] + 1))
        if operator is Operator.GREATER:
            return Q(**{f"{path}__lte": oldest})
        if operator is Operator.LESS:
            return Q(**{f"{path}__gt": youngest})
        return Q(**{f"{path}__lte": youngest, f"{path}__gt": oldest})

    return build


def read_number(value: str) -> Decimal:
    """A number as people write it: "8", "0.5", "$12k", "1.5M"."""
    stripped = value.strip().lstrip("$€£").replace("_", "")
    scale = _SCALES.get(stripped[-1:].casefold(), Decimal(1))
    try:
        figure = Decimal(stripped[:-1] if scale != 1 else stripped) * scale
    except DecimalException:
        raise Unusable(f"“{value}” is no number; write one such as 8, 0.5 or 12k.") from None
    exponent = figure.as_tuple().exponent
    if not isinstance(exponent, int) or abs(figure) > LARGEST_NUMBER:
        raise Unusable("Write a number up to 10^15.")
    if exponent < -MOST_DECIMALS:
        raise Unusable(f"Write at most {MOST_DECIMALS} decimals.")
    return figure


def _read_numbers(operator: Operator, values: Sequence[str]) -> list[Decimal]:
    return _rising(operator, [read_number(value) for value in values])


def _rising(operator: Operator, ends: list[End]) -> list[End]:
    """The values; refuses a span that begins after its end, which nothing is in."""
    if operator is Operator.BETWEEN and ends[0] > ends[1]:
        raise Unusable("Write the lower one first.")
    return ends


def _empty(operator: Operator, *empty: Q) -> Q:
    condition = Q()
    for each in empty:
        condition &= each
    return condition if operator is Operator.EMPTY else ~condition


def _read_day(value: str) -> date:
    try:
        read = date.fromisoformat(value.strip())
    except ValueError:
        raise Unusable(f"“{value}” is no day; write one such as 2026-03-31.") from None
    if not 1900 <= read.year <= 2200:
        raise Unusable("Write a day between 1900 and 2200.")
    return read


def _start(of: date, asked: Asked) -> datetime:
    return datetime.combine(of, time.min, tzinfo=ZoneInfo(asked.time_zone)).astimezone(UTC)


def _past(asked: Asked, days: int) -> datetime:
    return max(asked.now - timedelta(days=days), datetime(1900, 1, 1, tzinfo=UTC))
