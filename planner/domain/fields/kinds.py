"""The kinds of custom fields: reading what people and programs send, storing it, showing it and sorting by it.

Content is None where unknown, else: text for TEXT, Decimal for NUMBER and MONEY, a day for DATE, an id for CHOICE and
PERSON, ids in the order of the options for MULTI_CHOICE. A formula's content is worked out, never given.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from planner.domain.fields.figures import Unreadable, read_day, read_number
from planner.domain.fields.problems import FieldProblem, is_unstorable, shorten
from planner.domain.vocabulary import FieldKind

LONGEST_TEXT = 5_000
MOST_CHOICES = 50
NAMES_SHOWN = 8

FieldContent = str | Decimal | date | int | tuple[int, ...]
JsonContent = str | int | list[int] | None


@dataclass(frozen=True)
class Named:
    """An option or a person: stored by id, read and shown by label. An archived one stays where it is already."""

    id: int
    label: str
    is_archived: bool = False


@dataclass(frozen=True)
class FieldSpec:
    """A custom field as far as its content is concerned. ``choices``: options, or the people one may name."""

    key: str
    name: str
    kind: FieldKind
    choices: tuple[Named, ...] = ()
    unit: str = ""
    currency: str = "USD"


def parse_value(spec: FieldSpec, given: object) -> FieldContent | None:
    """Read what a form, an import or a program gives; None, "" and [] clear the field.

    Raises FieldProblem, which names the field and says what to give.
    """
    if given is None or (isinstance(given, str) and not given.strip()) or given in ([], ()):
        return None
    try:
        content = _PARSERS[spec.kind](spec, given)
    except Unreadable as unreadable:
        raise FieldProblem(f"{spec.name}: {unreadable}", field=spec.key) from None
    return None if content in ("", ()) else content


def dump_value(spec: FieldSpec, content: FieldContent | None) -> JsonContent:
    """The canonical JSON of a content: decimals and days as text, options and people by id."""
    if content is None or isinstance(content, str | int):
        return content
    if isinstance(content, tuple):
        return list(_in_order(spec, content))
    return content.isoformat() if isinstance(content, date) else format(content.normalize(), "f")


def load_value(spec: FieldSpec, stored: object) -> FieldContent | None:
    """Read `dump_value` back; archived options are kept. Raises FieldProblem for anything else."""
    if isinstance(stored, int) and not isinstance(stored, bool) and spec.kind in (FieldKind.CHOICE, FieldKind.PERSON):
        return stored
    if (
        isinstance(stored, list)
        and spec.kind is FieldKind.MULTI_CHOICE
        and all(isinstance(each, int) for each in stored)
    ):
        return _in_order(spec, tuple(stored)) or None
    return parse_value(spec, stored)


def show_value(spec: FieldSpec, content: FieldContent | None) -> str:
    """The content for people; empty where unknown."""
    if content is None:
        return ""
    if isinstance(content, tuple):
        return ", ".join(labels_of(spec, content))
    if isinstance(content, Decimal):
        return _show_figure(spec, content)
    if isinstance(content, int):
        return _label(spec, content)
    return content.isoformat() if isinstance(content, date) else content


def labels_of(spec: FieldSpec, content: FieldContent | None) -> tuple[str, ...]:
    """The labels of a choice, a person or several choices, as formulas take them; none where unknown."""
    if isinstance(content, tuple):
        return tuple(_label(spec, each) for each in _in_order(spec, content))
    return (_label(spec, content),) if isinstance(content, int) else ()


def sort_key(spec: FieldSpec, content: FieldContent | None) -> tuple[bool, FieldContent | tuple[int, ...]]:
    """What to sort by, upwards: unknown last, text in any case, options in their own order, people by name."""
    if content is None:
        return (True, 0)
    if isinstance(content, tuple):
        return (False, tuple(sorted(_place(spec, each) for each in content)))
    if isinstance(content, int) and spec.kind is FieldKind.CHOICE:
        return (False, _place(spec, content))
    if isinstance(content, int):
        return (False, _label(spec, content).casefold())
    return (False, content.casefold() if isinstance(content, str) else content)


def _parse_text(spec: FieldSpec, given: object) -> str:
    if not isinstance(given, str):
        raise Unreadable("send text.")
    text = "".join(each for each in given if not is_unstorable(each)).strip()
    if len(text) > LONGEST_TEXT:
        raise Unreadable(f"use at most {LONGEST_TEXT:,} characters; these are {len(text):,}.")
    return text


def _parse_figure(spec: FieldSpec, given: object) -> Decimal:
    if isinstance(given, bool) or not isinstance(given, str | int | float | Decimal):
        raise Unreadable("send a number, such as 12.5.")
    written = given.removesuffix(spec.unit).strip() if isinstance(given, str) and spec.unit else given
    return read_number(str(written))


def _parse_day(spec: FieldSpec, given: object) -> date:
    if not isinstance(given, str | date):
        raise Unreadable("send a day, such as 2026-03-31.")
    return read_day(given if isinstance(given, str) else given.isoformat()[:10])


def _parse_choice(spec: FieldSpec, given: object) -> int:
    if isinstance(given, bool) or not isinstance(given, str | int):
        raise Unreadable("send one of the options, by its label or its id.")
    for each in spec.choices:
        if not each.is_archived and _is_called(each, given):
            return each.id
    raise Unreadable(f"“{shorten(str(given))}” is none of its choices{_offered(spec)}.")


def _parse_choices(spec: FieldSpec, given: object) -> tuple[int, ...]:
    """Several options: a list, or text with commas or semicolons between them."""
    parts = _split(spec, given) if isinstance(given, str) else given
    if not isinstance(parts, list | tuple):
        raise Unreadable("send a list of options.")
    if len(parts) > MOST_CHOICES:
        raise Unreadable(f"choose at most {MOST_CHOICES}; these are {len(parts):,}.")
    return _in_order(spec, tuple(_parse_choice(spec, part) for part in parts))


def _split(spec: FieldSpec, given: str) -> list[str]:
    """The parts of a text; one that is an option as a whole, commas and all, is that option."""
    if any(_is_called(each, given) for each in spec.choices):
        return [given]
    return [part.strip() for part in given.replace(";", ",").split(",") if part.strip()]


def _refuse_formula(spec: FieldSpec, given: object) -> FieldContent:
    raise Unreadable("this field is worked out from others; change one of those, or its formula.")


_PARSERS: Mapping[FieldKind, Callable[[FieldSpec, object], FieldContent]] = {
    FieldKind.TEXT: _parse_text,
    FieldKind.NUMBER: _parse_figure,
    FieldKind.MONEY: _parse_figure,
    FieldKind.DATE: _parse_day,
    FieldKind.CHOICE: _parse_choice,
    FieldKind.MULTI_CHOICE: _parse_choices,
    FieldKind.PERSON: _parse_choice,
    FieldKind.FORMULA: _refuse_formula,
}


def _is_called(named: Named, given: str | int) -> bool:
    """Whether this is its label, in any case, or its id."""
    if isinstance(given, int):
        return named.id == given
    return given.strip().casefold() in (named.label.casefold(), str(named.id))


def _offered(spec: FieldSpec) -> str:
    labels = [each.label for each in spec.choices if not each.is_archived]
    return f"; there are: {', '.join(labels)}" if 0 < len(labels) <= NAMES_SHOWN else ""


def _place(spec: FieldSpec, id_: int) -> int:
    """The place among the options; one that is gone comes last."""
    return next((place for place, each in enumerate(spec.choices) if each.id == id_), len(spec.choices))


def _label(spec: FieldSpec, id_: int) -> str:
    return next((each.label for each in spec.choices if each.id == id_), "removed")


def _in_order(spec: FieldSpec, ids: tuple[int, ...]) -> tuple[int, ...]:
    """Each once, in the order of the options."""
    return tuple(sorted(dict.fromkeys(ids), key=lambda each: (_place(spec, each), each)))


def _show_figure(spec: FieldSpec, figure: Decimal) -> str:
    if spec.kind is FieldKind.MONEY:
        return f"{figure:,.2f} {spec.currency}"
    shown = f"{figure.normalize():,f}"
    return f"{shown} {spec.unit}" if spec.unit else shown
