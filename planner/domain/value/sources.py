"""How a capability earns: three-point inputs, the formula of each kind of value, and the whole model.

Formulas: `definitions.md`, "Value". Mean of a three-point input: PERT (Malcolm, Roseboom, Clark and
Fazar, 1959).
Inputs of one source are taken as independent, so the mean of their product is the product of their means.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from math import prod
from types import MappingProxyType
from typing import NamedTuple

from planner.domain.vocabulary import Urgency, ValueKind

LARGEST_INPUT = Decimal("1e15")
ZERO = Decimal(0)
MINUTES_PER_HOUR = 60


@dataclass(frozen=True)
class ThreePoint:
    """A low, likely and high estimate of one quantity; ValueError unless finite and in rising order."""

    low: Decimal
    likely: Decimal
    high: Decimal

    def __post_init__(self) -> None:
        """Refuse what has no mean."""
        if not all(figure.is_finite() for figure in (self.low, self.likely, self.high)):
            raise ValueError("low, likely and high must be finite numbers")
        if not self.low <= self.likely <= self.high:
            raise ValueError("low, likely and high must be in rising order")

    @classmethod
    def exactly(cls, figure: Decimal) -> "ThreePoint":
        """An estimate without spread."""
        return cls(figure, figure, figure)

    @property
    def mean(self) -> Decimal:
        """PERT mean: (low + 4 likely + high) / 6."""
        return (self.low + 4 * self.likely + self.high) / 6


class InputSpec(NamedTuple):
    """What one input of a value source is, and between which figures it must lie."""

    name: str
    label: str
    unit: str
    minimum: Decimal
    maximum: Decimal
    note: str

    @property
    def is_share(self) -> bool:
        """Whether the input is a ratio from 0 to 1."""
        return self.unit == "share"


def _amount(name: str, label: str, unit: str, note: str) -> InputSpec:
    """An input that may be any figure from zero up."""
    return InputSpec(name, label, unit, ZERO, LARGEST_INPUT, note)


def _share(name: str, label: str, note: str) -> InputSpec:
    """An input that is a ratio from 0 to 1."""
    return InputSpec(name, label, "share", ZERO, Decimal(1), note)


INPUTS: Mapping[ValueKind, tuple[InputSpec, ...]] = MappingProxyType(
    {
        ValueKind.TIME_SAVINGS: (
            _amount("users", "Users", "people", "How many people do the task that gets shorter."),
            _amount("uses_per_week", "Uses per user", "per week", "How often each of them does it."),
            _amount("minutes_saved", "Minutes saved per use", "minutes", "How much shorter each use gets."),
            _amount("hourly_cost", "Loaded hourly cost", "money per hour", "Pay and all that comes on top."),
            _share("adoption", "Adoption", "The share of these users who will really use it."),
        ),
        ValueKind.NEW_REVENUE: (
            _amount("sales_per_week", "Extra sales", "per week", "Sales that would not happen without it."),
            _amount("price", "Price", "money per sale", "What one sale brings in."),
            _share("margin", "Margin", "The share of the price that is left after the cost of the sale."),
        ),
        ValueKind.PROTECTED_REVENUE: (
            _amount("revenue_at_risk", "Revenue at risk", "money per week", "Lost if nothing is done."),
            _share("share_saved", "Share saved", "The share of it that this keeps."),
            _share("margin", "Margin", "The share of the revenue that is left after its cost."),
        ),
        ValueKind.AVOIDED_COST: (
            _amount("cost", "Cost avoided", "money", "Per week, or once where the cost is a one-off."),
        ),
        ValueKind.DIRECT: (_amount("value", "Value", "money per week", "A figure you already know, with its reason."),),
    }
)


@dataclass(frozen=True)
class ValueSource:
    """One reason why a capability earns. ``one_off`` (AVOIDED_COST only): avoided once, not weekly."""

    kind: ValueKind
    inputs: Mapping[str, ThreePoint]
    one_off: bool = False

    def __post_init__(self) -> None:
        """Refuse a source whose formula cannot be filled in."""
        if set(self.inputs) != {spec.name for spec in INPUTS[self.kind]}:
            raise ValueError(f"the inputs of {self.kind} must be exactly those of its formula")
        if self.one_off and self.kind is not ValueKind.AVOIDED_COST:
            raise ValueError("only an avoided cost can be a one-off")


@dataclass(frozen=True)
class ValueModel:
    """All that is claimed about what a capability earns.

    ``horizon_weeks``: how long it earns once live. ``ramp_weeks``: weeks until it earns in full, linearly.
    ``discount_rate``: per year, 0.1 for 10 %. ``deadline_week`` (DEADLINE) and ``life_weeks`` (SHORT_LIFE)
    count from the day of the estimate.
    """

    sources: tuple[ValueSource, ...]
    horizon_weeks: int
    ramp_weeks: int
    discount_rate: Decimal
    urgency: Urgency = Urgency.STEADY
    deadline_week: int | None = None
    life_weeks: int | None = None

    def __post_init__(self) -> None:
        """Refuse an urgency without the week it needs."""
        if self.urgency is Urgency.DEADLINE and self.deadline_week is None:
            raise ValueError("a deadline needs its week")
        if self.urgency is Urgency.SHORT_LIFE and not self.life_weeks:
            raise ValueError("a short life needs its number of weeks")

    @cached_property
    def one_off_value(self) -> Decimal:
        """Mean of what is avoided once, in money."""
        return sum((one_off_value(source) for source in self.sources), ZERO)


class FormulaTerm(NamedTuple):
    """One factor of a filled-in formula; the means of all factors multiply to the mean of the source."""

    label: str
    unit: str
    mean: Decimal


def formula_terms(source: ValueSource) -> list[FormulaTerm]:
    """The factors of the source's formula, in order, with the user's means."""
    return [_term(spec, source) for spec in INPUTS[source.kind]]


def _term(spec: InputSpec, source: ValueSource) -> FormulaTerm:
    mean = source.inputs[spec.name].mean
    if spec.name == "minutes_saved":
        return FormulaTerm(f"{spec.label} / {MINUTES_PER_HOUR}", "hours", mean / MINUTES_PER_HOUR)
    if source.kind is ValueKind.AVOIDED_COST:
        return FormulaTerm(spec.label, "money, once" if source.one_off else "money per week", mean)
    return FormulaTerm(spec.label, spec.unit, mean)


def value_per_week(source: ValueSource) -> Decimal:
    """Mean value per week of one source, in money; 0 for a one-off, which `one_off_value` counts."""
    return ZERO if source.one_off else _product_of_means(source)


def one_off_value(source: ValueSource) -> Decimal:
    """Mean of what the source avoids once, in money; 0 for a source that earns weekly."""
    return _product_of_means(source) if source.one_off else ZERO


def _product_of_means(source: ValueSource) -> Decimal:
    return prod((term.mean for term in formula_terms(source)), start=Decimal(1))
