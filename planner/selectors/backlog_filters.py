"""Filtering the backlog by any field: "state:is_not:Done", "points:gt:8", read from an address into a condition.

`FIELDS` is the registry of built-in fields that pages, the API and their documentation share; fields of the
workspace's own are found by their key (planner.selectors.own_filters). To add a field, add a row: its
name in addresses, its label, its operators and its kind (planner.selectors.filter_kinds).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from accounts.models import Workspace
from common.errors import InvalidInput
from planner.domain.vocabulary import StateCategory, StoryKind
from planner.models import Application, Capability, Dependency, Person, Pin, Sprint, State, Story, Team
from planner.models.choices import OPEN_CATEGORIES
from planner.selectors.filter_kinds import (
    CHOOSING,
    MEASURING,
    OPTIONAL,
    Asked,
    FilterField,
    Operator,
    Unusable,
    age,
    day,
    flag,
    number,
    number_of_unit,
    reference,
    text,
    word,
)
from planner.selectors.own_filters import own_filter_field

MOST_FILTERS = 20
LONGEST_FILTER = 300
SEPARATOR = ":"
_SAYS_WHAT_IS_DONE = {"state", "category"}


@dataclass(frozen=True)
class Filter:
    """One filter as asked for. `problem` says in a sentence why it can't be used, naming field and operator."""

    field: str
    operator: str
    values: tuple[str, ...]
    label: str
    operator_label: str
    problem: str = ""
    condition: Q | None = None

    def __str__(self) -> str:
        """The filter as it stands in an address."""
        return SEPARATOR.join([self.field, self.operator, ",".join(self.values)]).rstrip(SEPARATOR)

    @property
    def words(self) -> str:
        """The values for people."""
        return (" and " if self.operator == Operator.BETWEEN.value else ", ").join(self.values)


@dataclass(frozen=True)
class Filters:
    """Filters that hold together, and the one condition on stories that they make."""

    chips: tuple[Filter, ...] = ()

    @property
    def where(self) -> Q:
        """All conditions at once; nothing passes where a filter can't be used."""
        condition = Q()
        for chip in self.chips:
            condition &= chip.condition if chip.condition is not None else Q(pk__in=[])
        return condition

    @property
    def problems(self) -> list[str]:
        """What is wrong with them."""
        return [chip.problem for chip in self.chips if chip.problem]

    @property
    def includes_done(self) -> bool:
        """Whether they speak of states, so that finished work is not left out beforehand."""
        return any(chip.field in _SAYS_WHAT_IS_DONE for chip in self.chips)

    def without(self, chip: Filter) -> list[str]:
        """The others, as they stand in an address."""
        return [str(other) for other in self.chips if other is not chip]


def read_filters(*, texts: Iterable[str], asked: Asked) -> Filters:
    """Read filters as an address has them; one that can't be used carries its problem."""
    return Filters(tuple(_read(given, asked) for given in list(texts)[:MOST_FILTERS] if given.strip()))


def require_filters(*, texts: Sequence[str], asked: Asked) -> Filters:
    """Read filters; raises InvalidInput (field "f") that tells everything that is wrong with them."""
    if len(texts) > MOST_FILTERS:
        raise InvalidInput(f"Use at most {MOST_FILTERS} filters.", field="f")
    filters = read_filters(texts=texts, asked=asked)
    if filters.problems:
        raise InvalidInput(field_errors={"f": filters.problems})
    return filters


def asked_in(*, workspace: Workspace, now: datetime, user_id: int | None = None) -> Asked:
    """The surroundings of a filter."""
    return Asked(workspace_id=workspace.pk, now=now, time_zone=workspace.time_zone, user_id=user_id)


def _read(given: str, asked: Asked) -> Filter:
    name, _, rest = given[:LONGEST_FILTER].replace("\x00", "").partition(SEPARATOR)
    operator_name, _, value_text = rest.partition(SEPARATOR)
    field = FIELDS.get(name.strip()) or own_filter_field(workspace_id=asked.workspace_id, name=name.strip())
    operator = _OPERATORS.get(operator_name.strip())
    chip = Filter(
        field=name.strip(),
        operator=operator_name.strip(),
        values=_values(value_text, operator),
        label=field.label if field else name.strip(),
        operator_label=operator.label if operator else operator_name.strip(),
    )
    if len(given) > LONGEST_FILTER:
        return _with_problem(chip, f"Use at most {LONGEST_FILTER} characters; these are {len(given):,}.")
    try:
        condition = _condition(field, operator, chip, asked)
    except Unusable as unusable:
        return _with_problem(chip, str(unusable))
    return Filter(**{**chip.__dict__, "condition": condition})


def _values(given: str, operator: Operator | None) -> tuple[str, ...]:
    if operator is not None and operator.takes in (-1, 2):
        return tuple(part.strip() for part in given.split(",") if part.strip())
    return (given.strip(),) if given.strip() else ()


def _condition(field: FilterField | None, operator: Operator | None, chip: Filter, asked: Asked) -> Q:
    if field is None:
        raise Unusable(f"There is no such field; use one of: {', '.join(FIELDS)}.")
    if operator is None or operator not in field.operators:
        known = ", ".join(each.value for each in field.operators)
        raise Unusable(f"Write it as {field.name}:operator:value; operators of this field are: {known}.")
    if operator.takes == 0 and chip.values:
        raise Unusable("Leave the value out.")
    if operator.takes == 2 and len(chip.values) != 2:
        raise Unusable("Write two values with a comma between them.")
    if operator.takes in (1, -1) and not chip.values:
        raise Unusable("Write a value.")
    return field.condition(operator, chip.values, asked)


def _with_problem(chip: Filter, problem: str) -> Filter:
    named = " ".join(filter(None, [chip.label, chip.operator_label])) or "A filter"
    return Filter(**{**chip.__dict__, "problem": f"{named}: {problem}"})


def _unit_has(path: str, asked: Asked) -> Q:
    return number_of_unit(Capability, path)(Operator.NOT_EMPTY, [], asked)


def _is_pinned(asked: Asked) -> Q:
    pins = Pin.objects.filter(workspace=asked.workspace_id, lifted_at=None, expires_on__gte=asked.now.date())
    stories = pins.filter(story__isnull=False).values("story")
    return Q(pk__in=stories) | Q(capability__in=pins.filter(capability__isnull=False).values("capability"))


def _has_dependencies(asked: Asked) -> Q:
    links = Dependency.objects.filter(workspace=asked.workspace_id)
    before = links.filter(successor=OuterRef("pk"))
    return Q(Exists(before)) | Q(Exists(links.filter(predecessor=OuterRef("pk"))))


def _waits_for(operator: Operator, values: Sequence[str], asked: Asked) -> Q:
    """Waits for a story by key, or ("is not empty") for anything that is still open."""
    links = Dependency.objects.filter(workspace=asked.workspace_id, successor=OuterRef("pk"))
    if operator in OPTIONAL:
        waits = Q(Exists(links.filter(predecessor__category__in=OPEN_CATEGORIES)))
        return waits if operator is Operator.NOT_EMPTY else ~waits
    ours = Story.objects.filter(workspace=asked.workspace_id)
    keys = [value.upper() for value in values]
    known = set(ours.filter(key__in=keys).values_list("key", flat=True))
    if missing := [key for key in keys if key not in known]:
        raise Unusable(f"There is no story {missing[0]} here.")
    return Q(Exists(links.filter(predecessor__key__in=keys)))


_NAMED = (*CHOOSING, Operator.HAS)
_MEASURED = (*MEASURING, Operator.IS_NOT, *OPTIONAL)
_DAYS = (Operator.GREATER, Operator.LESS, Operator.BETWEEN, Operator.IS)
_FLAG = (Operator.IS,)
_REGISTRY = [
    FilterField("text", "Key or title", (Operator.HAS,), text("title", "key")),
    FilterField("key", "Key", _NAMED, text("key")),
    FilterField("title", "Title", (Operator.HAS, Operator.IS), text("title")),
    FilterField("kind", "Kind", CHOOSING, word("kind", StoryKind), StoryKind),
    FilterField("state", "State", CHOOSING, reference(State, "state", "name")),
    FilterField("category", "State category", CHOOSING, word("category", StateCategory), StateCategory),
    FilterField("team", "Team", (*_NAMED, *OPTIONAL), reference(Team, "team", "name")),
    FilterField("sprint", "Sprint", (*_NAMED, *OPTIONAL), reference(Sprint, "sprint", "name")),
    FilterField("assignee", "Assignee", (*_NAMED, *OPTIONAL), reference(Person, "assignee", "name")),
    FilterField(
        "application", "Application", (*_NAMED, *OPTIONAL), reference(Application, "application", "name", "key")
    ),
    FilterField("capability", "Capability", (*_NAMED, *OPTIONAL), reference(Capability, "capability", "title", "key")),
    FilterField("points", "Points", _MEASURED, number("points")),
    FilterField("estimated", "Has points", _FLAG, flag(lambda _: Q(points__isnull=False))),
    FilterField("required", "Required", _FLAG, flag(lambda _: Q(required=True))),
    FilterField("blocked", "Blocked", _FLAG, flag(lambda _: Q(blocked=True))),
    FilterField("blocked_reason", "Blocked reason", (Operator.HAS, *OPTIONAL), text("blocked_reason")),
    FilterField("valued", "Valued", _FLAG, flag(lambda asked: _unit_has("cost_of_delay", asked))),
    FilterField("cost_of_delay", "Cost of delay", _MEASURED, number_of_unit(Capability, "cost_of_delay")),
    FilterField("business_value", "Business value", _MEASURED, number_of_unit(Capability, "business_value")),
    FilterField("cd3", "CD3", _MEASURED, number_of_unit(Capability, "cd3")),
    FilterField("pinned", "Pinned", _FLAG, flag(_is_pinned)),
    FilterField("dependencies", "Has dependencies", _FLAG, flag(_has_dependencies)),
    FilterField("waits_for", "Waits for", (Operator.IS, Operator.ANY_OF, *OPTIONAL), _waits_for),
    FilterField("created", "Created", _DAYS, day("created_at")),
    FilterField("updated", "Updated", _DAYS, day("updated_at")),
    FilterField("age", "Age in days", MEASURING, age("created_at")),
    FilterField("state_age", "Days in its state", MEASURING, age("state_entered_at")),
]
FIELDS: Mapping[str, FilterField] = {field.name: field for field in _REGISTRY}
_OPERATORS: Mapping[str, Operator] = {operator.value: operator for operator in Operator}
