"""How Millrace writes numbers for people. Pure: no request, no markup.

Money and durations are compact on a page; the exact figure stands in the title beside it.
"""

from collections.abc import Sequence
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal

DASH = "\N{EN DASH}"
MINUS = "\N{MINUS SIGN}"

CURRENCY_SYMBOLS = {
    "USD": "$",
    "EUR": "€",
    "GBP": "£",
    "JPY": "¥",
    "CNY": "CN¥",
    "INR": "₹",
    "KRW": "₩",
    "AUD": "A$",
    "CAD": "C$",
    "NZD": "NZ$",
    "BRL": "R$",
}

_MAGNITUDES: Sequence[tuple[Decimal, str]] = (
    (Decimal(10) ** 12, "T"),
    (Decimal(10) ** 9, "B"),
    (Decimal(10) ** 6, "M"),
    (Decimal(10) ** 3, "k"),
)
_SIGNIFICANT_DIGITS = 3
_ROUNDS_UP = Decimal("0.9995")  # 999.5 is shown as 1.00k, not as 1000
_WHOLE_FROM = 10
_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def currency_symbol(currency: str) -> str:
    """Return the sign before an amount: "$", "€", or the code and a space ("CHF ")."""
    return CURRENCY_SYMBOLS.get(currency, f"{currency} ")


def compact_number(number: Decimal) -> str:
    """Return a non-negative number in at most three digits and a magnitude: 1240000 is "1.24M"."""
    for size, letter in _MAGNITUDES:
        if number >= size * _ROUNDS_UP:
            return f"{_rounded(number / size):f}{letter}"
    whole = number.quantize(Decimal(1), ROUND_HALF_UP)
    return f"{whole:f}" if number >= _WHOLE_FROM or whole == number else f"{_cents(number):f}"


def _rounded(number: Decimal) -> Decimal:
    """Round to one decimal above ten (none above a hundred), two below: three digits in all."""
    digits = max(_SIGNIFICANT_DIGITS - 1 - max(number.adjusted(), 0), 0)
    return number.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def _cents(number: Decimal) -> Decimal:
    return number.quantize(Decimal("0.01"), ROUND_HALF_UP)


def format_money(amount: Decimal, currency: str = "USD") -> str:
    """Return an amount as a page shows it: "$1.24M", "$13.9k" or "$374"."""
    sign = MINUS if amount < 0 else ""
    return f"{sign}{currency_symbol(currency)}{compact_number(abs(amount))}"


def format_money_exact(amount: Decimal, currency: str = "USD") -> str:
    """Return an amount to the cent, for titles and tables: "$1,240,000.00"."""
    sign = MINUS if amount < 0 else ""
    return f"{sign}{currency_symbol(currency)}{_cents(abs(amount)):,f}"


def format_points(points: Decimal) -> str:
    """Return points without idle zeros: 5.00 is "5", 0.50 is "0.5"."""
    text = f"{points:,.2f}".rstrip("0").rstrip(".")
    return text or "0"


def points_in_words(points: Decimal) -> str:
    """Story points with their name: "1 point", "0.5 points"."""
    return f"{format_points(points)} {'point' if points == 1 else 'points'}"


def format_figure(number: Decimal) -> str:
    """Return a plain quantity in about three digits: 339.17 is "339", 26.33 is "26.3", 4.4 is "4.4"."""
    digits = 0 if abs(number) >= 100 else 1 if abs(number) >= 10 else 2
    text = f"{number:,.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def format_duration(seconds: float) -> str:
    """Return a duration in its largest fitting unit: "3.2 d", "14 h", "25 min", "40 s"."""
    size = abs(seconds)
    for length, unit in ((_DAY, "d"), (_HOUR, "h"), (_MINUTE, "min")):
        if size >= length:
            return _with_unit(seconds / length, unit)
    return f"{seconds:.0f} s"


def _with_unit(number: float, unit: str) -> str:
    digits = 0 if abs(number) >= 100 or unit == "min" else 1
    return f"{number:,.{digits}f}".removesuffix(".0") + f" {unit}"


def format_timedelta(span: timedelta) -> str:
    """Return a span of time as `format_duration` does."""
    return format_duration(span.total_seconds())


def format_percent(ratio: float | Decimal, digits: int = 0) -> str:
    """Return a ratio (0-1) as "41 %"."""
    return f"{float(ratio) * 100:.{digits}f} %".replace("-", MINUS)


def initials(name: str) -> str:
    """Return one or two capitals that stand for a name; "?" for none."""
    words = [word for word in name.replace(".", " ").replace("@", " ").split() if word[:1].isalnum()]
    if not words:
        return "?"
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()
