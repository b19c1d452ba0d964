"""Instants, days and numbers as files write them. None means: not one, say so to the person."""

import math
import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation

_EPOCH_SECONDS = re.compile(r"\d{9,11}(?:\.\d{1,9})?", re.ASCII)
_EPOCH_MILLIS = re.compile(r"\d{12,13}", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST_YEAR, _LAST_YEAR = 1970, 2200
_MONEY_LIMIT = Decimal(10) ** 13


def parse_instant(text: object) -> datetime | None:
    """Return an instant in UTC from ISO 8601 (without a zone: UTC) or seconds or milliseconds since 1970."""
    if not isinstance(text, str):
        return None
    text = text.strip()
    try:
        found = _from_epoch(text) if text[4:5] != "-" else None
        found = found or datetime.fromisoformat(text)
        found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return found if _FIRST_YEAR <= found.year <= _LAST_YEAR else None


def _from_epoch(text: str) -> datetime | None:
    if _EPOCH_SECONDS.fullmatch(text):
        return _EPOCH + timedelta(seconds=float(text))
    return _EPOCH + timedelta(milliseconds=int(text)) if _EPOCH_MILLIS.fullmatch(text) else None


def parse_day(text: object) -> date | None:
    """Return the day of a date or an instant."""
    instant = parse_instant(text)
    return instant.date() if instant else None


def parse_points(value: object) -> Decimal | None:
    """Return points, 0 to 10,000 with two decimals; None for anything else (NaN, negative, text)."""
    number = _parse_number(value)
    return number.quantize(Decimal("0.01")) if number is not None and 0 <= number <= 10_000 else None


def parse_money(value: object) -> Decimal | None:
    """Return a figure of money, not negative, in cents; None for anything else."""
    number = _parse_number(value)
    return number.quantize(Decimal("0.01")) if number is not None and 0 <= number < _MONEY_LIMIT else None


def parse_hours(seconds: object) -> Decimal | None:
    """Return seconds as hours, 0 to 10,000."""
    number = _parse_number(seconds)
    if number is None or not 0 <= number <= 36_000_000:
        return None
    return (number / 3600).quantize(Decimal("0.01"))


def _parse_number(value: object) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        return None
    if isinstance(value, float) and not math.isfinite(value):
        return None
    text = str(value).strip()
    if not text.isascii() or "_" in text or len(text) > 40:
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number) < Decimal(10) ** 20 else None
