"""Numbers and days as people write them, read the same way everywhere: "8", "0.5", "$12k", "1.5M", "2026-03-31"."""

from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal, DecimalException

LARGEST_NUMBER = Decimal("1e15")
DECIMALS = 6
"""What a stored number keeps behind the point; more is rounded, half to even."""
FIRST_YEAR, LAST_YEAR = 1900, 2200
LONGEST = 60
MOST_DIGITS_BEHIND_POINT = 20
_SCALES = {"k": Decimal(1_000), "m": Decimal(1_000_000)}
_STEP = Decimal(1).scaleb(-DECIMALS)


class Unreadable(ValueError):
    """A figure or a day can't be read; the message says what to write."""


def read_number(written: str) -> Decimal:
    """A number, rounded to `DECIMALS`; a currency sign before it and k or M behind it are understood.

    Raises Unreadable.
    """
    stripped = written.strip().lstrip("$€£").replace("_", "")
    scale = _SCALES.get(stripped[-1:].casefold(), Decimal(1))
    if len(stripped) > LONGEST:
        raise Unreadable(f"write a number of at most {LONGEST} characters.")
    try:
        figure = Decimal(stripped[:-1] if scale != 1 else stripped) * scale
    except DecimalException:
        raise Unreadable(f"“{written.strip()}” is no number; write one such as 8, 0.5 or 12k.") from None
    return _within_limits(figure)


def read_day(written: str) -> date:
    """A day in ISO form. Raises Unreadable."""
    try:
        read = date.fromisoformat(written.strip())
    except ValueError:
        raise Unreadable(f"“{written.strip()[:LONGEST]}” is no day; write one such as 2026-03-31.") from None
    if not FIRST_YEAR <= read.year <= LAST_YEAR:
        raise Unreadable(f"write a day between {FIRST_YEAR} and {LAST_YEAR}.")
    return read


def round_figure(figure: Decimal) -> Decimal:
    """The figure as it is stored: at most `DECIMALS` behind the point, no zeros at the end, no exponent."""
    rounded = figure.quantize(_STEP, rounding=ROUND_HALF_EVEN).normalize()
    exponent = rounded.as_tuple().exponent
    is_whole = isinstance(exponent, int) and exponent > 0
    return (rounded.quantize(Decimal(1)) if is_whole else rounded) or Decimal(0)  # no -0


def _within_limits(figure: Decimal) -> Decimal:
    exponent = figure.as_tuple().exponent
    if not isinstance(exponent, int) or abs(figure) > LARGEST_NUMBER:
        raise Unreadable("write a number up to 10^15.")
    if exponent < -MOST_DIGITS_BEHIND_POINT:
        raise Unreadable(f"write at most {MOST_DIGITS_BEHIND_POINT} decimals.")
    return round_figure(figure)
