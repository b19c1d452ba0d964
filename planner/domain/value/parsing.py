"""Value models as plain JSON: read with every error named by its path, written with decimals as text."""

import re
from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar

from planner.domain.value.sources import (
    INPUTS,
    LARGEST_INPUT,
    InputSpec,
    ThreePoint,
    ValueModel,
    ValueSource,
    one_off_value,
    value_per_week,
)
from planner.domain.vocabulary import Urgency, ValueKind

MOST_SOURCES = 20
MOST_WEEKS = 1040
MOST_CHARACTERS = 40
LARGEST_PER_WEEK = Decimal("1e12")
DEFAULT_HORIZON_WEEKS = 104
DEFAULT_DISCOUNT_RATE = Decimal("0.10")
POINTS = ("low", "likely", "high")
PLAIN_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)", re.ASCII)
SOURCE_KEYS = {"kind", "inputs", "one_off"}
MODEL_KEYS = {
    "sources",
    "horizon_weeks",
    "ramp_weeks",
    "discount_rate",
    "urgency",
    "deadline_week",
    "life_weeks",
}

Word = TypeVar("Word", bound=StrEnum)


class ValueModelError(ValueError):
    """A value model that cannot be used; ``errors`` maps each path to messages that say what to do."""

    def __init__(self, errors: Mapping[str, list[str]]) -> None:
        """Keep the messages by path."""
        super().__init__("; ".join(f"{path}: {' '.join(texts)}" for path, texts in errors.items()))
        self.errors = dict(errors)


def dump_model(model: ValueModel) -> dict[str, Any]:
    """The model as plain JSON; `parse_model` reads it back unchanged."""
    return {
        "sources": [_dump_source(source) for source in model.sources],
        "horizon_weeks": model.horizon_weeks,
        "ramp_weeks": model.ramp_weeks,
        "discount_rate": format(model.discount_rate, "f"),
        "urgency": model.urgency.value,
        "deadline_week": model.deadline_week,
        "life_weeks": model.life_weeks,
    }


def _dump_source(source: ValueSource) -> dict[str, Any]:
    inputs = {
        name: {point: format(getattr(estimate, point), "f") for point in POINTS}
        for name, estimate in source.inputs.items()
    }
    return {"kind": source.kind.value, "one_off": source.one_off, "inputs": inputs}


def parse_model(
    document: object,
    *,
    horizon_weeks: int = DEFAULT_HORIZON_WEEKS,
    discount_rate: Decimal = DEFAULT_DISCOUNT_RATE,
) -> ValueModel:
    """Read a value model; ``horizon_weeks`` and ``discount_rate`` (the workspace's) stand in where missing.

    An input is ``{"low", "likely", "high"}`` or one figure for all three. Raises ValueModelError, which
    names every error.
    """
    reader = _Reader()
    model = reader.read_model(document, horizon_weeks, discount_rate)
    if model is None or reader.errors:
        raise ValueModelError(reader.errors)
    return model


class _Reader:
    """Reads part by part and goes on after an error, so that a form can show them all at once."""

    def __init__(self) -> None:
        self.errors: defaultdict[str, list[str]] = defaultdict(list)

    def refuse(self, path: str, message: str) -> None:
        """Note what is wrong at ``path``; the part then reads as None."""
        self.errors[path].append(message)

    def read_model(self, document: object, horizon_weeks: int, discount_rate: Decimal) -> ValueModel | None:
        fields = self.read_fields(document, "", MODEL_KEYS)
        if fields is None:
            return None
        sources = self.read_sources(fields.get("sources"))
        horizon = self.read_weeks(fields.get("horizon_weeks", horizon_weeks), "horizon_weeks", 1)
        ramp = self.read_weeks(fields.get("ramp_weeks", 0), "ramp_weeks", 0)
        rate = self.read_number(fields.get("discount_rate", discount_rate), "discount_rate", SHARE)
        urgency = self.read_word(fields.get("urgency", Urgency.STEADY), "urgency", Urgency)
        deadline = self.read_weeks_of(Urgency.DEADLINE, urgency, fields, "deadline_week", 0)
        life = self.read_weeks_of(Urgency.SHORT_LIFE, urgency, fields, "life_weeks", 1)
        if self.errors or horizon is None or ramp is None or rate is None or urgency is None:
            return None
        return ValueModel(sources, horizon, ramp, rate, urgency, deadline, life)

    def read_fields(self, part: object, path: str, known: set[str]) -> Mapping[str, object] | None:
        """The part as a mapping; unknown names are refused, not ignored."""
        if not isinstance(part, Mapping):
            self.refuse(path, "Send an object with the fields " + ", ".join(sorted(known)) + ".")
            return None
        for name in part.keys() - known:
            self.refuse(f"{path}.{name}".lstrip("."), "Remove this field: nothing here has that name.")
        return part

    def read_sources(self, parts: object) -> tuple[ValueSource, ...]:
        if not isinstance(parts, list) or not parts:
            self.refuse("sources", "Add at least one source of value.")
            return ()
        if len(parts) > MOST_SOURCES:
            self.refuse("sources", f"Keep at most {MOST_SOURCES} sources; there are {len(parts)}.")
            return ()
        read = [self.read_source(part, f"sources[{place}]") for place, part in enumerate(parts)]
        sources = tuple(source for source in read if source is not None)
        self.check_size(sources)
        return sources

    def check_size(self, sources: tuple[ValueSource, ...]) -> None:
        """Keep products of large inputs within what 64-bit cents hold over the longest horizon."""
        if sum(value_per_week(source) for source in sources) > LARGEST_PER_WEEK:
            self.refuse("sources", f"Lower the inputs: together they exceed {LARGEST_PER_WEEK:,f} a week.")
        if sum(one_off_value(source) for source in sources) > LARGEST_INPUT:
            self.refuse("sources", f"Lower the one-off costs: together they exceed {LARGEST_INPUT:,f}.")

    def read_source(self, part: object, path: str) -> ValueSource | None:
        fields = self.read_fields(part, path, SOURCE_KEYS)
        if fields is None:
            return None
        kind = self.read_word(fields.get("kind"), f"{path}.kind", ValueKind)
        if kind is None:
            return None
        one_off = self.read_one_off(fields.get("one_off", False), f"{path}.one_off", kind)
        inputs = self.read_inputs(fields.get("inputs"), f"{path}.inputs", kind)
        return None if inputs is None else ValueSource(kind, inputs, one_off)

    def read_one_off(self, part: object, path: str, kind: ValueKind) -> bool:
        if not isinstance(part, bool):
            self.refuse(path, "Send true or false.")
            return False
        if part and kind is not ValueKind.AVOIDED_COST:
            self.refuse(path, f"Choose {ValueKind.AVOIDED_COST.label} for a one-off; {kind.label} is weekly.")
            return False
        return part

    def read_inputs(self, part: object, path: str, kind: ValueKind) -> dict[str, ThreePoint] | None:
        specs = INPUTS[kind]
        fields = self.read_fields(part, path, {spec.name for spec in specs})
        if fields is None:
            return None
        inputs: dict[str, ThreePoint] = {}
        for spec in specs:
            estimate = self.read_estimate(fields.get(spec.name), f"{path}.{spec.name}", spec)
            if estimate is not None:
                inputs[spec.name] = estimate
        return inputs if len(inputs) == len(specs) else None

    def read_estimate(self, part: object, path: str, spec: InputSpec) -> ThreePoint | None:
        """A three-point estimate; a lone figure stands for all three."""
        if part is None:
            self.refuse(path, f"Give low, likely and high figures for {spec.label}.")
            return None
        if not isinstance(part, Mapping):
            figure = self.read_number(part, path, spec)
            return None if figure is None else ThreePoint.exactly(figure)
        fields = self.read_fields(part, path, set(POINTS)) or {}
        low, likely, high = (self.read_number(fields.get(point), f"{path}.{point}", spec) for point in POINTS)
        if low is None or likely is None or high is None:
            return None
        return self.read_rising(low, likely, high, path)

    def read_rising(self, low: Decimal, likely: Decimal, high: Decimal, path: str) -> ThreePoint | None:
        if likely < low:
            self.refuse(f"{path}.likely", f"Type a likely figure of at least the low one, {low:f}.")
        if high < likely:
            self.refuse(f"{path}.high", f"Type a high figure of at least the likely one, {likely:f}.")
        return ThreePoint(low, likely, high) if low <= likely <= high else None

    def read_number(self, part: object, path: str, spec: InputSpec) -> Decimal | None:
        """A finite number between the spec's minimum and maximum."""
        figure = _as_decimal(part)
        if figure is None:
            self.refuse(path, f"Type a plain number for {spec.label}, such as {_example(spec)}.")
            return None
        if spec.minimum <= figure <= spec.maximum:
            return figure
        if spec.is_share:
            self.refuse(path, f"Type a share from {spec.minimum} to {spec.maximum}; 40 % is 0.4.")
            return None
        self.refuse(path, f"Type a figure from {spec.minimum} to {spec.maximum:,f}.")
        return None

    def read_weeks(self, part: object, path: str, minimum: int) -> int | None:
        """A whole number of weeks, as a number or as text."""
        figure = _as_decimal(part)
        if figure is None or figure != figure.to_integral_value() or not minimum <= figure <= MOST_WEEKS:
            self.refuse(path, f"Type a whole number of weeks from {minimum} to {MOST_WEEKS}.")
            return None
        return int(figure)

    def read_weeks_of(
        self, profile: Urgency, urgency: Urgency | None, fields: Mapping[str, object], name: str, minimum: int
    ) -> int | None:
        """The week that an urgency profile needs; None, whatever was sent, under another profile."""
        return self.read_weeks(fields.get(name), name, minimum) if urgency is profile else None

    def read_word(self, part: object, path: str, words: type[Word]) -> Word | None:
        """A member of a closed list."""
        for word in words:
            if part == word.value:
                return word
        self.refuse(path, "Choose one of " + ", ".join(word.value for word in words) + ".")
        return None


SHARE = InputSpec("discount_rate", "the yearly discount rate", "share", Decimal(0), Decimal(1), "")


def _example(spec: InputSpec) -> str:
    return "0.4" if spec.is_share else "1250.50"


def _as_decimal(part: object) -> Decimal | None:
    """The part as a finite Decimal, or None. Text must be a plain number: no exponent, no thousands mark."""
    if isinstance(part, bool):
        return None
    if isinstance(part, str):
        return _plain_number(part.strip())
    if not isinstance(part, Decimal | int | float):
        return None
    figure = Decimal(repr(part)) if isinstance(part, float) else Decimal(part)
    return figure if figure.is_finite() else None


def _plain_number(text: str) -> Decimal | None:
    if len(text) > MOST_CHARACTERS or not PLAIN_NUMBER.fullmatch(text):
        return None
    return Decimal(text)
