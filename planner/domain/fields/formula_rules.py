"""Which types the signs and functions of the formula language take, and what they yield.

A plain constant takes the unit of what it stands beside: ``cost_of_delay > 10000`` compares money with money.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from planner.domain.fields.figures import DECIMALS, Unreadable, read_day
from planner.domain.fields.formula_syntax import COMPARISONS
from planner.domain.fields.formula_types import FormulaKind, Value

MOST_ARGUMENTS = 20
_DATE, _DAYS, _FLAG = FormulaKind.DATE, FormulaKind.DAYS, FormulaKind.FLAG
_MONEY, _NUMBER, _SEVERAL, _TEXT = FormulaKind.MONEY, FormulaKind.NUMBER, FormulaKind.SEVERAL, FormulaKind.TEXT


@dataclass(frozen=True)
class Typed:
    """A part of a formula with its type. ``says``: the operation, or the field's key. ``source``: as written."""

    operation: str
    kind: FormulaKind
    source: str
    says: str = ""
    value: Value | None = None
    parts: tuple["Typed", ...] = ()
    options: tuple[str, ...] = ()
    is_constant: bool = False


class Mistake(Exception):
    """Types that don't go together; ``place``: which operand is at fault (-1: the whole)."""

    def __init__(self, message: str, place: int = -1) -> None:
        super().__init__(message)
        self.place = place


Rule = Callable[[Sequence[Typed]], FormulaKind]


@dataclass(frozen=True)
class Signature:
    """How many operands something takes, what it yields, and how it is written."""

    least: int
    most: int
    rule: Rule
    usage: str


def merge(parts: Sequence[Typed]) -> FormulaKind:
    """The one type of several parts. Raises Mistake where there is none."""
    merged = parts[0]
    for place, part in enumerate(parts[1:], start=1):
        kind = _merge_two(merged, part)
        if kind is None:
            raise Mistake(_differ(merged, part), place)
        merged = part if kind is part.kind else merged
    return merged.kind


def _merge_two(one: Typed, other: Typed) -> FormulaKind | None:
    if one.kind is other.kind:
        return one.kind
    for plain, unit in ((one, other), (other, one)):
        adapts = unit.kind is _DAYS or (unit.kind is _MONEY and plain.is_constant)
        if plain.kind is _NUMBER and adapts:
            return unit.kind
    return None


def _differ(one: Typed, other: Typed) -> str:
    return f"“{one.source}” is {one.kind.label} and “{other.source}” is {other.kind.label}; use two of the same type."


def require(part: Typed, place: int, *kinds: FormulaKind) -> None:
    """Raises Mistake where a part is of none of these types."""
    if part.kind not in kinds:
        wanted = " or ".join(kind.label for kind in kinds)
        raise Mistake(f"“{part.source}” is {part.kind.label}; {wanted} is needed here.", place)


def _each(*kinds: FormulaKind, yields: FormulaKind | None = None) -> Rule:
    """Every operand is of one of these types; yields a fixed type, or that of the first."""

    def rule(parts: Sequence[Typed]) -> FormulaKind:
        for place, part in enumerate(parts):
            require(part, place, *kinds)
        return yields or parts[0].kind

    return rule


def _add(parts: Sequence[Typed]) -> FormulaKind:
    if len(parts) == 1:
        return _each(*_FIGURES)(parts)
    one, other = parts
    if _DATE in (one.kind, other.kind):
        _each(_DATE, _DAYS, _NUMBER)(parts)
        if one.kind is other.kind:
            raise Mistake("two dates can't be added; subtract one from the other to get days.", 1)
        return _DATE
    _each(*_FIGURES)(parts)
    return merge(parts)


def _subtract(parts: Sequence[Typed]) -> FormulaKind:
    if len(parts) == 1:
        return _each(*_FIGURES)(parts)
    one, other = parts
    if one.kind is _DATE:
        require(other, 1, _DATE, _DAYS, _NUMBER)
        return _DAYS if other.kind is _DATE else _DATE
    _each(*_FIGURES)(parts)
    return merge(parts)


def _multiply(parts: Sequence[Typed]) -> FormulaKind:
    _each(*_FIGURES)(parts)
    kinds = [part.kind for part in parts]
    if kinds == [_MONEY, _MONEY]:
        raise Mistake("money can't be multiplied by money; one of the two must be a number.", 1)
    if _MONEY in kinds:
        return _MONEY
    return _DAYS if sorted(kinds) == sorted([_DAYS, _NUMBER]) else _NUMBER


def _divide(parts: Sequence[Typed]) -> FormulaKind:
    _each(*_FIGURES)(parts)
    one, other = (part.kind for part in parts)
    if one is other or other is _MONEY:
        return _NUMBER
    return one if one is not _NUMBER else _NUMBER


def _equal(parts: Sequence[Typed]) -> FormulaKind:
    _each(*_FIGURES, _DATE, _TEXT, _FLAG)(parts)
    merge(parts)
    check_words(parts)
    return _FLAG


def check_words(parts: Sequence[Typed]) -> None:
    """Raises Mistake for text beside a field of a closed list that has no such word."""
    options = next((part.options for part in parts if part.options), ())
    known = {option.casefold() for option in options}
    for place, part in enumerate(parts):
        if options and part.operation == "literal" and str(part.value).casefold() not in known:
            raise Mistake(f"“{part.value}” is none of: {', '.join(options)}.", place)


def _compare(parts: Sequence[Typed]) -> FormulaKind:
    _each(*_FIGURES, _DATE)(parts)
    merge(parts)
    return _FLAG


def _choose(parts: Sequence[Typed]) -> FormulaKind:
    require(parts[0], 0, _FLAG)
    try:
        return merge(parts[1:])
    except Mistake as mistake:
        raise Mistake(str(mistake), mistake.place + 1) from None


def _least(parts: Sequence[Typed]) -> FormulaKind:
    _each(*_FIGURES, _DATE)(parts)
    return merge(parts)


def _round(parts: Sequence[Typed]) -> FormulaKind:
    require(parts[0], 0, *_FIGURES)
    if len(parts) == 2 and parts[1].value not in [Decimal(count) for count in range(DECIMALS + 1)]:
        raise Mistake(f"write how many decimals to keep, a whole number from 0 to {DECIMALS}.", 1)
    return parts[0].kind


def _date(parts: Sequence[Typed]) -> FormulaKind:
    if not isinstance(parts[0].value, str):
        raise Mistake('write the day in quotation marks, such as date("2026-03-31").', 0)
    try:
        read_day(parts[0].value)
    except Unreadable as unreadable:
        raise Mistake(str(unreadable), 0) from None
    return _DATE


def _has(parts: Sequence[Typed]) -> FormulaKind:
    require(parts[0], 0, _SEVERAL)
    require(parts[1], 1, _TEXT)
    check_words(parts)
    return _FLAG


_FIGURES = (_NUMBER, _MONEY, _DAYS)
_ANY = tuple(FormulaKind)
SIGNS = {
    "+": _add,
    "-": _subtract,
    "*": _multiply,
    "/": _divide,
    **dict.fromkeys(COMPARISONS - {"=", "!="}, _compare),
    "=": _equal,
    "!=": _equal,
    **dict.fromkeys(("and", "or", "not"), _each(_FLAG)),
}
FUNCTIONS = {
    "if": Signature(3, 3, _choose, "if(condition, then, otherwise)"),
    "coalesce": Signature(2, MOST_ARGUMENTS, merge, "coalesce(first, second, ...)"),
    "is_known": Signature(1, 1, _each(*_ANY, yields=_FLAG), "is_known(field)"),
    "min": Signature(2, MOST_ARGUMENTS, _least, "min(first, second, ...)"),
    "max": Signature(2, MOST_ARGUMENTS, _least, "max(first, second, ...)"),
    "abs": Signature(1, 1, _each(*_FIGURES), "abs(number)"),
    "round": Signature(1, 2, _round, "round(number, decimals)"),
    "floor": Signature(1, 1, _each(*_FIGURES), "floor(number)"),
    "ceiling": Signature(1, 1, _each(*_FIGURES), "ceiling(number)"),
    "days_between": Signature(2, 2, _each(_DATE, yields=_DAYS), "days_between(from, to)"),
    "concat": Signature(1, MOST_ARGUMENTS, _each(*_ANY, yields=_TEXT), "concat(first, second, ...)"),
    "contains": Signature(2, 2, _each(_TEXT, yields=_FLAG), "contains(text, part)"),
    "has": Signature(2, 2, _has, 'has(choices, "option")'),
    "count": Signature(1, 1, _each(_SEVERAL, yields=_NUMBER), "count(choices)"),
    "date": Signature(1, 1, _date, 'date("2026-03-31")'),
    "today": Signature(0, 0, lambda _: _DATE, "today()"),
    "year": Signature(1, 1, _each(_DATE, yields=_NUMBER), "year(date)"),
    "month": Signature(1, 1, _each(_DATE, yields=_NUMBER), "month(date)"),
}
