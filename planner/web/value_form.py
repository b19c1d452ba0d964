"""The form of a value model: what someone typed, as it was typed, and the model it makes.

Fields are named by the paths that `planner.domain.value.model.parse_model` names in its errors
("sources[0].inputs.users.low"), so every error lands at its field. Shares are typed in percent.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from accounts.models import Workspace
from common.errors import InvalidInput
from common.formats import currency_symbol
from planner.domain.value.model import (
    INPUTS,
    InputSpec,
    ThreePoint,
    ValueModel,
    ValueModelError,
    ValueSource,
    parse_model,
)
from planner.domain.vocabulary import Urgency, ValueKind

MOST_SOURCES = 20
POINTS = ("low", "likely", "high")
SETTINGS = ("horizon_weeks", "ramp_weeks", "discount_rate", "urgency", "deadline_date", "life_weeks")
SOURCE_FIELD = re.compile(r"sources\[(\d{1,2})\]\.(.+)\Z", re.ASCII)
PERCENT_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)\Z", re.ASCII)
DAY_WANTED = "Choose a day from today on, at most 20 years ahead."
PERCENT_WANTED = "Type a percentage from 0 to 100, such as 40."


@dataclass(frozen=True)
class InputRow:
    """One input of a source with its three figures as typed. `path` begins the names of its fields."""

    spec: InputSpec
    path: str
    figures: Mapping[str, str]
    unit: str

    @property
    def fields(self) -> list[tuple[str, str, str]]:
        """(name, label, text) of each of the three fields."""
        return [(f"{self.path}.{point}", f"{self.spec.label}, {point}", self.figures[point]) for point in POINTS]

    @property
    def error_paths(self) -> list[str]:
        """Every path an error about this row may name."""
        return [self.path, *(f"{self.path}.{point}" for point in POINTS)]


@dataclass(frozen=True)
class SourceForm:
    """One source of value as typed: its kind, and figures by "users.low"."""

    kind: ValueKind = ValueKind.TIME_SAVINGS
    one_off: bool = False
    figures: Mapping[str, str] = field(default_factory=dict)

    def rows(self, index: int, currency: str) -> list[InputRow]:
        """The rows of the formula of this kind."""
        return [
            InputRow(
                spec=spec,
                path=f"sources[{index}].inputs.{spec.name}",
                figures={point: self.figures.get(f"{spec.name}.{point}", "") for point in POINTS},
                unit=unit_text(spec, currency),
            )
            for spec in INPUTS[self.kind]
        ]


@dataclass(frozen=True)
class ModelForm:
    """A value model as typed. `settings` has horizon, ramp, discount rate (percent) and urgency."""

    sources: tuple[SourceForm, ...]
    settings: Mapping[str, str]
    reason: str = ""

    def with_source(self) -> "ModelForm":
        """The form with one more source."""
        return replace(self, sources=(*self.sources, SourceForm())[:MOST_SOURCES])

    def without_source(self, index: int) -> "ModelForm":
        """The form without one of its sources; the last one stays, empty."""
        kept = tuple(source for place, source in enumerate(self.sources) if place != index)
        return replace(self, sources=kept or (SourceForm(),))


def empty_form(workspace: Workspace) -> ModelForm:
    """A form with one source and the workspace's horizon and discount rate."""
    settings = {
        "horizon_weeks": str(workspace.horizon_weeks),
        "ramp_weeks": "0",
        "discount_rate": _plain(workspace.discount_rate * 100),
        "urgency": Urgency.STEADY.value,
        "deadline_date": "",
        "life_weeks": "",
    }
    return ModelForm((SourceForm(),), settings)


def form_of_model(model: ValueModel, *, estimated: date, today: date) -> ModelForm:
    """The form filled in with a model estimated on a day; the reason is asked anew.

    A deadline keeps its day, and of a short life what is left of it today is shown.
    """
    deadline = None if model.deadline_week is None else estimated + timedelta(weeks=model.deadline_week)
    life = None if model.life_weeks is None else max(model.life_weeks - (today - estimated).days // 7, 1)
    settings = {
        "horizon_weeks": str(model.horizon_weeks),
        "ramp_weeks": str(model.ramp_weeks),
        "discount_rate": _plain(model.discount_rate * 100),
        "urgency": model.urgency.value,
        "deadline_date": "" if deadline is None else deadline.isoformat(),
        "life_weeks": "" if life is None else str(life),
    }
    return ModelForm(tuple(_form_of_source(source) for source in model.sources), settings)


def _form_of_source(source: ValueSource) -> SourceForm:
    figures = {}
    for spec in INPUTS[source.kind]:
        for point in POINTS:
            figures[f"{spec.name}.{point}"] = _typed(source.inputs[spec.name], point, spec)
    return SourceForm(source.kind, source.one_off, figures)


def _typed(estimate: ThreePoint, point: str, spec: InputSpec) -> str:
    figure: Decimal = getattr(estimate, point)
    return _plain(figure * 100 if spec.is_share else figure)


def form_of_post(values: Mapping[str, str]) -> ModelForm:
    """The form as it was sent; what it does not have is empty."""
    by_index: dict[int, dict[str, str]] = {}
    for name, text in values.items():
        found = SOURCE_FIELD.match(name)
        if found:
            by_index.setdefault(int(found[1]), {})[found[2]] = text[:60]
    sources = tuple(_source_of_post(by_index[index]) for index in sorted(by_index)[:MOST_SOURCES])
    settings = {name: values.get(name, "").strip()[:40] for name in SETTINGS}
    return ModelForm(sources or (SourceForm(),), settings, values.get("reason", ""))


def _source_of_post(fields: Mapping[str, str]) -> SourceForm:
    kind = fields.get("kind", "")
    figures = {name.removeprefix("inputs."): text.strip() for name, text in fields.items() if "inputs." in name}
    return SourceForm(
        kind=ValueKind(kind) if kind in set(ValueKind) else ValueKind.DIRECT,
        one_off="one_off" in fields and kind == ValueKind.AVOIDED_COST.value,
        figures=figures,
    )


def read_form(form: ModelForm, *, today: date) -> ValueModel:
    """The model that the form makes on this day. Raises InvalidInput that names every refused field."""
    try:
        return parse_model(_document(form, today))
    except ValueModelError as refused:
        shares = _share_paths(form)
        errors = {path: [_in_percent(text, path in shares) for text in texts] for path, texts in refused.errors.items()}
        if "deadline_week" in errors:
            del errors["deadline_week"]
            errors["deadline_date"] = [DAY_WANTED]
        raise InvalidInput("Some figures can't be used yet; nothing was saved.", field_errors=errors) from None


def _document(form: ModelForm, today: date) -> dict[str, Any]:
    """The form as the domain reads it: empty settings left out, percentages as shares."""
    settings: dict[str, Any] = {name: text for name, text in form.settings.items() if text}
    if "discount_rate" in settings:
        settings["discount_rate"] = _as_share(settings["discount_rate"])
    deadline = settings.pop("deadline_date", "")
    if settings.get("urgency") == Urgency.DEADLINE.value:
        settings["deadline_week"] = _weeks_until(deadline, today)
    if settings.get("urgency") != Urgency.SHORT_LIFE.value:
        settings.pop("life_weeks", None)
    return {**settings, "sources": [_source_document(source) for source in form.sources]}


def _weeks_until(text: str, today: date) -> int | str:
    """Whole weeks until a typed day; what is no day stays, to be refused by name."""
    try:
        return (date.fromisoformat(text) - today).days // 7
    except ValueError:
        return text


def _source_document(source: SourceForm) -> dict[str, Any]:
    inputs = {spec.name: _input_document(source, spec) for spec in INPUTS[source.kind]}
    return {"kind": source.kind.value, "one_off": source.one_off, "inputs": inputs}


def _input_document(source: SourceForm, spec: InputSpec) -> Any:
    """The three figures; the likely one alone stands for all three, and none is one error, not three."""
    texts = {point: source.figures.get(f"{spec.name}.{point}", "") for point in POINTS}
    if not any(texts.values()):
        return None
    figures = {point: _as_share(text) if spec.is_share else text for point, text in texts.items()}
    if texts["likely"] and not texts["low"] and not texts["high"]:
        return figures["likely"]
    return figures


def _share_paths(form: ModelForm) -> set[str]:
    rows = [row for index, source in enumerate(form.sources) for row in source.rows(index, "")]
    return {"discount_rate", *(path for row in rows if row.spec.is_share for path in row.error_paths)}


def _in_percent(message: str, is_share: bool) -> str:
    """A message about a share, to someone who typed a percentage."""
    if not is_share or message.startswith("Give"):
        return message
    return f"{message.partition(',')[0]}." if "at least" in message else PERCENT_WANTED


def _as_share(text: str) -> str:
    """A typed percentage as a share; what is no number stays, to be refused by name."""
    if not PERCENT_NUMBER.match(text):
        return text
    try:
        return format(Decimal(text) / 100, "f")
    except InvalidOperation:
        return text


def unit_text(spec: InputSpec, currency: str) -> str:
    """A unit as people read it: "$ per hour", "%"."""
    return "%" if spec.is_share else spec.unit.replace("money", currency_symbol(currency).strip())


def _plain(figure: Decimal) -> str:
    """A figure without idle zeros and without an exponent."""
    text = format(figure, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
