"""What a formula yields for an item: a value, or *unknown* with the reason; never a zero that nobody meant.

Truth is three-valued (Kleene, 1952): "no and unknown" is no, "yes or unknown" is yes. Figures are Decimal with 34
digits; results are rounded to what is stored.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal, DecimalException, localcontext

from planner.domain.fields.figures import FIRST_YEAR, LAST_YEAR, read_day, round_figure
from planner.domain.fields.formula import Formula
from planner.domain.fields.formula_rules import Typed
from planner.domain.fields.formula_types import Result, Unknown, Value
from planner.domain.fields.kinds import LONGEST_TEXT
from planner.domain.fields.problems import shorten

LARGEST_RESULT = Decimal("1e17")
LONGEST_REASON = 200
_TOO_LARGE = Unknown("the result is larger than 10^17")
_CONTEXT = Context(prec=34)

Row = Mapping[str, Value | Unknown | None]
"""An item's content by field key; options and people by label, missing or None where unknown."""


def evaluate(formula: Formula, values: Row, today: date) -> Result:
    """What a formula yields for one item on a day of the workspace."""
    with localcontext(_CONTEXT):
        return _finish(_Evaluation(values, today).of(formula.root))


def evaluate_many(formula: Formula, rows: Iterable[Row], today: date) -> list[Result]:
    """What a formula yields for each of many items."""
    with localcontext(_CONTEXT):
        return [_finish(_Evaluation(values, today).of(formula.root)) for values in rows]


def _finish(result: Result) -> Result:
    if isinstance(result, Decimal):
        return round_figure(result) if abs(result) <= LARGEST_RESULT else _TOO_LARGE
    if isinstance(result, str) and len(result) > LONGEST_TEXT:
        return Unknown(f"the text is longer than {LONGEST_TEXT:,} characters")
    return Unknown(shorten(result.reason, LONGEST_REASON)) if isinstance(result, Unknown) else result


class _Evaluation:
    """One item on one day."""

    def __init__(self, values: Row, today: date) -> None:
        self.values = values
        self.today = today

    def of(self, part: Typed) -> Result:
        if part.operation in _LAZY:
            return _LAZY[part.operation](self, part)
        operands: list[Value] = []
        for each in part.parts:
            value = self.of(each)
            if isinstance(value, Unknown):
                return value
            operands.append(value)
        try:
            return _limit(_STRICT[part.operation](part, operands))
        except DecimalException:
            return _TOO_LARGE

    def field(self, part: Typed) -> Result:
        value = self.values.get(part.says)
        if value is None or value == "":
            return Unknown(f"{part.says} is unknown")
        if isinstance(value, Unknown):
            return Unknown(f"{part.says} is unknown: {value.reason}")
        return value.date() if isinstance(value, datetime) else value

    def choose(self, part: Typed) -> Result:
        condition, then, otherwise = part.parts
        answer = self.of(condition)
        if isinstance(answer, Unknown):
            return answer
        return self.of(then if answer else otherwise)

    def first_known(self, part: Typed) -> Result:
        result: Result = Unknown("")
        for each in part.parts:
            result = self.of(each)
            if not isinstance(result, Unknown):
                break
        return result

    def until(self, part: Typed, decisive: bool) -> Result:
        """One decisive answer settles it, whatever is unknown beside it."""
        answers = [self.of(each) for each in part.parts]
        if any(answer is decisive for answer in answers):
            return decisive
        return next((answer for answer in answers if isinstance(answer, Unknown)), not decisive)


_LAZY: Mapping[str, Callable[[_Evaluation, Typed], Result]] = {
    "literal": lambda _, part: part.value if part.value is not None else "",
    "field": _Evaluation.field,
    "today": lambda evaluation, _: evaluation.today,
    "if": _Evaluation.choose,
    "coalesce": _Evaluation.first_known,
    "is_known": lambda evaluation, part: not isinstance(evaluation.of(part.parts[0]), Unknown),
    "and": lambda evaluation, part: evaluation.until(part, decisive=False),
    "or": lambda evaluation, part: evaluation.until(part, decisive=True),
}


def _limit(result: Result) -> Result:
    if isinstance(result, Decimal) and abs(result) > LARGEST_RESULT:
        return _TOO_LARGE
    if isinstance(result, str) and len(result) > LONGEST_TEXT:
        return Unknown(f"the text is longer than {LONGEST_TEXT:,} characters")
    return result


def _add(_: Typed, operands: Sequence[Value]) -> Result:
    match operands:
        case [Decimal() as one]:
            return one
        case [Decimal() as one, Decimal() as other]:
            return one + other
        case [date() as day, Decimal() as days] | [Decimal() as days, date() as day]:
            return _shift(day, days)
    raise TypeError("these can't be added")


def _subtract(_: Typed, operands: Sequence[Value]) -> Result:
    match operands:
        case [Decimal() as one]:
            return -one
        case [Decimal() as one, Decimal() as other]:
            return one - other
        case [date() as later, date() as sooner]:
            return Decimal((later - sooner).days)
        case [date() as day, Decimal() as days]:
            return _shift(day, -days)
    raise TypeError("these can't be subtracted")


def _shift(day: date, days: Decimal) -> Result:
    """Some whole days later; a part of a day counts for nothing."""
    try:
        shifted = day + timedelta(days=int(days))
    except OverflowError:
        shifted = date.min
    if not FIRST_YEAR <= shifted.year <= LAST_YEAR:
        return Unknown(f"the date is not between {FIRST_YEAR} and {LAST_YEAR}")
    return shifted


def _divide(part: Typed, operands: Sequence[Value]) -> Result:
    one, other = _figures(operands)
    if other == 0:
        divisor = part.parts[1]
        told = "the divisor is 0" if divisor.is_constant else f"{divisor.source} is 0"
        return Unknown(f"division by zero: {told}")
    return one / other


def _figures(operands: Sequence[Value]) -> list[Decimal]:
    """The operands, which the types say are figures."""
    return [each for each in operands if isinstance(each, Decimal)]


def _multiply(_: Typed, operands: Sequence[Value]) -> Result:
    one, other = _figures(operands)
    return one * other


def _round(_: Typed, operands: Sequence[Value]) -> Result:
    """Halves away from zero, as people expect of it."""
    figure, *rest = _figures(operands)
    places = int(rest[0]) if rest else 0
    return figure.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def _ordered(operands: Sequence[Value]) -> tuple[Decimal | date, ...]:
    return tuple(each for each in operands if isinstance(each, Decimal | date))


def _is_equal(operands: Sequence[Value]) -> bool:
    one, other = (each.casefold() if isinstance(each, str) else each for each in operands)
    return one == other


def _written(value: Value) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return format(round_figure(value), "f")
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def _folded(operands: Sequence[Value]) -> list[str]:
    return [str(each).casefold() for each in operands]


def _has(_: Typed, operands: Sequence[Value]) -> Result:
    choices, wanted = operands
    return str(wanted).casefold() in _folded(choices if isinstance(choices, tuple) else ())


def _month(_: Typed, operands: Sequence[Value]) -> Result:
    return next(Decimal(each.month) for each in operands if isinstance(each, date))


def _year(_: Typed, operands: Sequence[Value]) -> Result:
    return next(Decimal(each.year) for each in operands if isinstance(each, date))


_STRICT: Mapping[str, Callable[[Typed, Sequence[Value]], Result]] = {
    "+": _add,
    "-": _subtract,
    "*": _multiply,
    "/": _divide,
    "not": lambda _, operands: not operands[0],
    "=": lambda _, operands: _is_equal(operands),
    "!=": lambda _, operands: not _is_equal(operands),
    "<": lambda _, operands: _less(*_ordered(operands)),
    ">=": lambda _, operands: not _less(*_ordered(operands)),
    ">": lambda _, operands: _less(*reversed(_ordered(operands))),
    "<=": lambda _, operands: not _less(*reversed(_ordered(operands))),
    "min": lambda _, operands: min(_ordered(operands), key=_order),
    "max": lambda _, operands: max(_ordered(operands), key=_order),
    "abs": lambda _, operands: abs(_figures(operands)[0]),
    "round": _round,
    "floor": lambda _, operands: _figures(operands)[0].to_integral_value(ROUND_FLOOR),
    "ceiling": lambda _, operands: _figures(operands)[0].to_integral_value(ROUND_CEILING),
    "days_between": lambda part, operands: _subtract(part, operands[::-1]),
    "concat": lambda _, operands: "".join(_written(each) for each in operands),
    "contains": lambda _, operands: _folded(operands)[1] in _folded(operands)[0],
    "has": _has,
    "count": lambda _, operands: Decimal(len(operands[0]) if isinstance(operands[0], tuple) else 0),
    "date": lambda _, operands: read_day(str(operands[0])),
    "year": _year,
    "month": _month,
}


def _order(value: Decimal | date) -> Decimal:
    """What puts figures, or dates, in order; the types keep the two apart."""
    return value if isinstance(value, Decimal) else Decimal(value.toordinal())


def _less(one: Decimal | date, other: Decimal | date) -> bool:
    return _order(one) < _order(other)
