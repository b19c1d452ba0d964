"""Reading single inputs: each function returns the clean value or raises `Refused` with what to do instead."""

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from django.db import models

from common.errors import InvalidInput

LARGEST_POINTS = Decimal(10_000)
TITLE_LENGTH = 500
TEXT_LENGTH = 50_000

Reader = Callable[[Any], Any]


class Refused(Exception):
    """One input can't be used; the message tells its author why."""


def read_inputs(values: Mapping[str, Any], readers: Mapping[str, Reader], *, prefix: str = "") -> dict[str, Any]:
    """Read every input with its reader; raises InvalidInput that names all that are refused."""
    clean, errors = sift_inputs(values, readers, prefix=prefix)
    if errors:
        raise InvalidInput(field_errors=errors)
    return clean


def sift_inputs(
    values: Mapping[str, Any], readers: Mapping[str, Reader], *, prefix: str = ""
) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """Read every input with its reader; return the clean ones, and the messages for the others by field."""
    clean: dict[str, Any] = {}
    errors: dict[str, list[str]] = {}
    for name, value in values.items():
        reader = readers.get(name)
        if reader is None:
            errors[f"{prefix}{name}"] = [f"This can't be changed here; use one of: {', '.join(sorted(readers))}."]
            continue
        try:
            clean[name] = reader(value)
        except Refused as refused:
            errors[f"{prefix}{name}"] = [str(refused)]
    return clean, errors


def text(*, longest: int, required: bool = False) -> Reader:
    """A reader of text: stripped, without what a database can't store, not longer than `longest`."""

    def read(value: Any) -> str:
        if not isinstance(value, str):
            raise Refused("Send text.")
        stripped = value.strip()
        if required and not stripped:
            raise Refused("Write something here; it can't stay empty.")
        if len(stripped) > longest:
            raise Refused(f"Shorten this to {longest:,} characters; it has {len(stripped):,}.")
        if not is_storable(stripped):
            raise Refused("Remove the characters that can't be stored (NUL or half of a surrogate pair).")
        return stripped

    return read


def is_storable(value: str) -> bool:
    """Whether both databases can keep the text."""
    if "\x00" in value:
        return False
    if value.isascii():
        return True
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def number(*, largest: Decimal, smallest: Decimal = Decimal(0), places: int = 2, nullable: bool = True) -> Reader:
    """A reader of a decimal from `smallest` to `largest`; NaN and infinity are refused."""

    def read(value: Any) -> Decimal | None:
        if value is None and nullable:
            return None
        figure = _as_decimal(value)
        if figure is None or not figure.is_finite():
            raise Refused("Send a plain number, such as 3 or 0.5.")
        if not smallest <= figure <= largest:
            raise Refused(f"Send a number from {smallest:,f} to {largest:,f}.")
        rounded = figure.quantize(Decimal(1).scaleb(-places))
        if rounded != figure:
            raise Refused(f"Use at most {places} decimals.")
        return rounded

    return read


def _as_decimal(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        return None
    try:
        return Decimal(value if isinstance(value, int | Decimal) else str(value)[:60])
    except InvalidOperation:
        return None


read_points = number(largest=LARGEST_POINTS)
read_title = text(longest=TITLE_LENGTH, required=True)
read_long_text = text(longest=TEXT_LENGTH)


def read_flag(value: Any) -> bool:
    """A reader of true or false."""
    if not isinstance(value, bool):
        raise Refused("Send true or false.")
    return value


def word(vocabulary: type[StrEnum]) -> Reader:
    """A reader of one word of a closed list; returns what is stored."""

    def read(value: Any) -> str:
        try:
            return vocabulary(value).value
        except ValueError:
            raise Refused(f"Use one of: {', '.join(member.value for member in vocabulary)}.") from None

    return read


def member_of(model: type[models.Model], *, workspace_id: int, nullable: bool = True) -> Reader:
    """A reader of an object of this workspace; one of another workspace is refused as unknown."""
    name = model._meta.verbose_name

    def read(value: Any) -> models.Model | None:
        if value is None and nullable:
            return None
        if not isinstance(value, model) or getattr(value, "workspace_id", None) != workspace_id:
            raise Refused(f"Choose a {name} of this workspace.")
        return value

    return read
