"""What can be asked of a forecast: of what, in which order, counted in what, as of when."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet

from accounts.models import Workspace
from common.errors import InvalidInput, NotFound
from planner.domain.vocabulary import Labelled
from planner.models import Application, Capability, Sprint, Team
from valuestream.domain.forecasting.words import Measure, SubjectKind, WorkOrder
from valuestream.selectors.asking import read_question

LONGEST_ID = 18
_MODELS: dict[SubjectKind, type[Model]] = {
    SubjectKind.CAPABILITY: Capability,
    SubjectKind.APPLICATION: Application,
    SubjectKind.SPRINT: Sprint,
    SubjectKind.TEAM: Team,
}
_KEYED = (SubjectKind.CAPABILITY, SubjectKind.APPLICATION)
_SEPARATOR = ":"
W = TypeVar("W", bound=Labelled)


@dataclass(frozen=True)
class Subject:
    """What a forecast is of. `row`: the capability, sprint, application or team; None for a filter or everything.

    `filter_text` narrows any of them, in the language of panels; `where` is the condition it makes.
    """

    kind: SubjectKind = SubjectKind.ALL
    row: Any = None
    filter_text: str = ""
    where: Q | None = None

    @property
    def id(self) -> int | None:
        """The id of the row."""
        return None if self.row is None else int(self.row.pk)

    @property
    def name(self) -> str:
        """What people call it."""
        if self.row is None:
            return f"What passes {self.filter_text}" if self.filter_text else SubjectKind.ALL.label
        return str(getattr(self.row, "title", "") or self.row.name)

    @property
    def word(self) -> str:
        """How an address names it: "capability:FRT-C3", "team:4", "all"."""
        if self.row is None:
            return SubjectKind.ALL.value
        return f"{self.kind.value}{_SEPARATOR}{self.row.key if self.kind in _KEYED else self.row.pk}"

    @property
    def target_date(self) -> date | None:
        """The day it is meant to be done: a capability's due date, a sprint's last day."""
        found = getattr(self.row, "due_date", None) or getattr(self.row, "end_date", None)
        return found if isinstance(found, date) else None


@dataclass(frozen=True)
class ForecastQuestion:
    """A question about the future. `as_of` None is the present; `measure` None: points where most stories have some.

    `since`: draw futures only from what was finished from this day on.
    """

    subject: Subject = Subject()
    order: WorkOrder = WorkOrder.BACKLOG
    measure: Measure | None = None
    as_of: datetime | None = None
    since: date | None = None
    reader_id: int | None = None


def read_forecast_question(
    *, workspace: Workspace, values: Mapping[str, str], now: datetime, user_id: int | None
) -> ForecastQuestion:
    """Return the question of an address or of an API call: about, filter, order, measure, as_of, since.

    Raises InvalidInput that names every field it can't use, NotFound for a subject this workspace doesn't have.
    """
    errors: dict[str, list[str]] = {}
    text = {name: str(value).strip() for name, value in values.items()}
    order = _read_word(text.get("order", ""), WorkOrder, "order", errors) or WorkOrder.BACKLOG
    measure = _read_word(text.get("measure", ""), Measure, "measure", errors)
    since = _read_day(text.get("since", ""), now, errors)
    about = _read_about(workspace, text.get("about", ""), errors)
    try:
        asked = read_question(
            workspace=workspace,
            as_of=text.get("as_of", ""),
            window_days="",
            clock="",
            now=now,
            filter_text=text.get("filter", ""),
            user_id=user_id,
        )
    except InvalidInput as refused:
        raise InvalidInput("This can't be forecast.", field_errors={**errors, **refused.errors}) from refused
    if about.kind is SubjectKind.FILTER and not asked.filter_text:
        errors["filter"] = ["Write which stories: `risk is High and team is Quayside`."]
    if errors:
        raise InvalidInput("This can't be forecast.", field_errors=errors)
    kind = SubjectKind.FILTER if about.kind is SubjectKind.ALL and asked.filter_text else about.kind
    subject = replace(about, kind=kind, filter_text=asked.filter_text, where=asked.where)
    return ForecastQuestion(subject, order, measure, asked.as_of, since, user_id)


def _read_word(text: str, words: type[W], field: str, errors: dict[str, list[str]]) -> W | None:
    for word in words:
        if text == word.value:
            return word
    if text:
        errors[field] = [f"Use {' or '.join(word.value for word in words)}."]
    return None


def _read_day(text: str, now: datetime, errors: dict[str, list[str]]) -> date | None:
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        errors["since"] = ["Use a day such as 2026-03-31."]
        return None
    if day > now.date():
        errors["since"] = ["This lies in the future: a forecast is drawn from the past."]
    return day


def _read_about(workspace: Workspace, text: str, errors: dict[str, list[str]]) -> Subject:
    word, _, which = text.partition(_SEPARATOR)
    kind = _read_word(word, SubjectKind, "about", errors) or SubjectKind.ALL
    if kind not in _MODELS:
        return Subject(kind)
    if not which:
        errors["about"] = [f"Name the {kind.value}: {kind.value}:ID."]
        return Subject()
    return Subject(kind, find_subject(workspace=workspace, kind=kind, which=which))


def find_subject(*, workspace: Workspace, kind: SubjectKind, which: str) -> Model:
    """Return a workspace's capability, application, sprint or team by id, or by key. Raises NotFound."""
    rows: QuerySet[Model] = _MODELS[kind]._default_manager.filter(workspace=workspace)
    is_id = which.isascii() and which.isdigit() and len(which) <= LONGEST_ID
    by_key = Q(key=which[:100]) if kind in _KEYED else Q(pk__in=[])
    found = rows.filter(Q(pk=int(which)) if is_id else by_key).first()
    if found is None:
        raise NotFound(f"This workspace has no such {kind.value}.")
    return found


@dataclass(frozen=True)
class SubjectChoice:
    """One thing a forecast can be of: how an address names it, and how people do."""

    word: str
    name: str


def subject_choices(*, workspace: Workspace, most: int = 200) -> list[tuple[str, list[SubjectChoice]]]:
    """Return what can be forecast, by kind: what is open, at most so many of a kind."""
    capabilities = Capability.objects.filter(workspace=workspace, stories__category__in=("TODO", "IN_PROGRESS"))
    sprints = Sprint.objects.filter(workspace=workspace, completed_at=None).order_by("start_date", "pk")
    by_kind: dict[SubjectKind, QuerySet[Any]] = {
        SubjectKind.APPLICATION: Application.objects.filter(workspace=workspace).order_by("name"),
        SubjectKind.TEAM: Team.objects.filter(workspace=workspace).order_by("name"),
        SubjectKind.SPRINT: sprints,
        SubjectKind.CAPABILITY: capabilities.distinct().order_by("key"),
    }
    return [
        (kind.label, [_choice(Subject(kind, row)) for row in rows[:most]]) for kind, rows in by_kind.items() if rows
    ]


def _choice(subject: Subject) -> SubjectChoice:
    key = f"{subject.row.key} " if subject.kind is SubjectKind.CAPABILITY else ""
    return SubjectChoice(subject.word, f"{key}{subject.name}")
