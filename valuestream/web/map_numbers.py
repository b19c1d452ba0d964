"""How a map writes its numbers. Pure: no request, no markup; unknown is a dash, never 0."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from common import formats

DASH = formats.DASH
UNKNOWN = "not known"
_DAY_SECONDS = 86_400
_COMPACT_FROM = 10_000


@dataclass(frozen=True)
class MapNumbers:
    """A workspace's currency, and the length of its working day when durations are on that clock."""

    currency: str
    workday_seconds: float | None = None

    def money(self, amount: Decimal | None) -> str:
        """Compact money."""
        return DASH if amount is None else formats.format_money(amount, self.currency)

    def money_exact(self, amount: Decimal | None) -> str:
        """Money to the cent."""
        return "" if amount is None else formats.format_money_exact(amount, self.currency)

    def duration(self, seconds: float | None) -> str:
        """A duration in days, hours or less; on the working clock in working days ("wd") and hours."""
        if not seconds:
            return DASH if seconds is None else "0"
        if self.workday_seconds is None:
            return formats.format_duration(seconds)
        if seconds >= self.workday_seconds:
            return f"{trimmed(seconds / self.workday_seconds)} wd"
        return formats.format_duration(seconds)

    def days(self, seconds: float | None) -> str:
        """A duration always in days, without its unit, so that several share one."""
        return DASH if seconds is None else trimmed(seconds / (self.workday_seconds or _DAY_SECONDS))

    @property
    def day_unit(self) -> str:
        """The unit of `days`."""
        return "d" if self.workday_seconds is None else "wd"


def trimmed(number: float) -> str:
    """One decimal below a hundred, none above, no idle zero: 3.2, 14, 1,204."""
    return f"{number:,.{0 if abs(number) >= 100 else 1}f}".removesuffix(".0")


def count(number: int) -> str:
    """A count, compact from ten thousand on."""
    return formats.compact_number(Decimal(number)) if number >= _COMPACT_FROM else f"{number:,}"


def items(number: int) -> str:
    """A count of items with its word."""
    return f"{count(number)} {'item' if number == 1 else 'items'}"


def percent(ratio: float | None) -> str:
    """A ratio as a percentage without a blank: 41%."""
    return DASH if ratio is None else f"{ratio * 100:.0f}%"


def change(number: int) -> str:
    """A difference with its sign: +4, −1, 0."""
    return f"+{count(number)}" if number > 0 else f"{formats.MINUS}{count(-number)}" if number else "0"


def ratio(number: float | None) -> str:
    """A ratio with two decimals: 0.91."""
    return DASH if number is None else f"{number:.2f}"


def shortened(text: str, length: int) -> str:
    """A text cut to a length, with an ellipsis where something was cut."""
    return text if len(text) <= length else f"{text[: length - 1].rstrip()}…"


def in_lines(text: str, length: int) -> tuple[str, ...]:
    """A text in at most two lines of a length, broken between words; what is longer ends with an ellipsis."""
    if len(text) <= length:
        return (text,)
    end = text.rfind(" ", 0, length + 1)
    first = text[:end] if end > 0 else text[:length]
    return first, shortened(text[len(first) :].strip(), length)


@dataclass(frozen=True)
class Spread:
    """A duration's count, mean and percentiles in seconds; None where nothing was measured."""

    n: int
    mean: float | None
    p50: float | None
    p85: float | None


def spread_of(answer: Mapping[str, Any]) -> Spread:
    """A spread from its JSON."""
    return Spread(int(answer["n"]), answer["mean"], answer["p50"], answer["p85"])
