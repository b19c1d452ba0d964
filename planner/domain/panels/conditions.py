"""From written values to the typed values of a condition, and what a field can't be compared with."""

from collections.abc import Callable, Mapping, Sequence

from planner.domain.fields.figures import Unreadable, read_day, read_number
from planner.domain.fields.problems import is_unstorable, shorten
from planner.domain.panels.fields import PanelField
from planner.domain.panels.operators import FilterKind, Operator
from planner.domain.panels.tree import Condition
from planner.domain.panels.values import Day, FilterValue, Flag, Number, Special, Text, read_relative_day

LONGEST_VALUE = 300
MOST_VALUES = 50
OPTIONS_SHOWN = 12


class BadCondition(ValueError):
    """A condition that can't be used; the message says what to write instead. ``place``: which value is at fault."""

    def __init__(self, message: str, *, code: str = "value", place: int = 0) -> None:
        super().__init__(message)
        self.code = code
        self.place = place


def check_operator(field: PanelField, operator: Operator) -> None:
    """Raises BadCondition where the field was removed or can't be compared like that."""
    if field.is_removed:
        message = f"the field “{field.label}” was removed; bring it back, or take this condition out."
        raise BadCondition(message, code="removed_field")
    if operator not in field.operators:
        words = ", ".join(_word(each, field.kind) for each in field.operators)
        raise BadCondition(f"“{field.label}” can't be compared like that; use one of: {words}.", code="operator")


def make_condition(field: PanelField, operator: Operator, values: Sequence[FilterValue]) -> Condition:
    """A condition, checked: operator, number of values, and the lower end of a span first. Raises BadCondition."""
    check_operator(field, operator)
    wanted = operator.takes
    if (wanted >= 0 and len(values) != wanted) or not (wanted >= 0 or 1 <= len(values) <= MOST_VALUES):
        told = {0: "no value", 1: "one value", 2: "two values", -1: f"1 to {MOST_VALUES} values"}[wanted]
        raise BadCondition(f"“{operator.label}” takes {told}; there are {len(values)}.")
    if operator is Operator.BETWEEN and _is_falling(values[0], values[1]):
        raise BadCondition("write the lower one first.", place=0)
    return Condition(field.key, operator, tuple(values))


def make_value(field: PanelField, operator: Operator, written: str, *, is_quoted: bool = False) -> FilterValue:
    """One value as written; quoted, "me" is somebody of that name. Raises BadCondition."""
    if len(written) > LONGEST_VALUE:
        raise BadCondition(f"write at most {LONGEST_VALUE} characters; these are {len(written):,}.", code="limit")
    if not written or any(is_unstorable(each) for each in written):
        raise BadCondition(f"write {field.kind.label} here, or compare by “is empty”.")
    try:
        return _MAKERS[field.kind](field, operator, written, is_quoted)
    except Unreadable as unreadable:
        raise BadCondition(str(unreadable)) from None


def _word(operator: Operator, kind: FilterKind) -> str:
    return operator.day_word if kind is FilterKind.DAY else operator.sign


def _is_falling(low: FilterValue, high: FilterValue) -> bool:
    if isinstance(low, Number) and isinstance(high, Number):
        return low.value > high.value
    return isinstance(low, Day) and isinstance(high, Day) and low.day > high.day


def _make_flag(field: PanelField, operator: Operator, written: str, is_quoted: bool) -> FilterValue:
    answer = {"yes": True, "true": True, "no": False, "false": False}.get(written.casefold())
    if answer is None:
        raise Unreadable("write yes or no.")
    return Flag(answer)


def _make_number(field: PanelField, operator: Operator, written: str, is_quoted: bool) -> FilterValue:
    return Number(read_number(written))


def _make_day(field: PanelField, operator: Operator, written: str, is_quoted: bool) -> FilterValue:
    try:
        relative = read_relative_day(written)
    except ValueError as error:
        raise Unreadable(str(error)) from None
    if relative is not None:
        return relative
    try:
        return Day(read_day(written))
    except Unreadable:
        raise Unreadable(
            f"“{shorten(written)}” is no day; write one such as 2026-03-31, today+14d or this week."
        ) from None


def _make_text(field: PanelField, operator: Operator, written: str, is_quoted: bool) -> FilterValue:
    special = None if is_quoted or operator is Operator.HAS else _SPECIALS[field.kind].get(_plain(written))
    return special or Text(written)


def _make_word(field: PanelField, operator: Operator, written: str, is_quoted: bool) -> FilterValue:
    """One of a closed list, in its own spelling."""
    known = next((option for option in field.options if option.casefold() == written.casefold()), None)
    if field.options and known is None:
        shown = ", ".join(field.options[:OPTIONS_SHOWN])
        more = f" and {len(field.options) - OPTIONS_SHOWN} more" if len(field.options) > OPTIONS_SHOWN else ""
        raise Unreadable(f"“{shorten(written)}” is none of: {shown}{more}.")
    return Text(known or written)


def _plain(written: str) -> str:
    return " ".join(written.casefold().replace("’", "'").split())


_MAKERS: Mapping[FilterKind, Callable[[PanelField, Operator, str, bool], FilterValue]] = {
    **dict.fromkeys(FilterKind, _make_text),
    FilterKind.WORD: _make_word,
    FilterKind.SEVERAL: _make_word,
    FilterKind.NUMBER: _make_number,
    FilterKind.MONEY: _make_number,
    FilterKind.DAY: _make_day,
    FilterKind.FLAG: _make_flag,
}
_SPECIALS: Mapping[FilterKind, Mapping[str, Special]] = {
    **{kind: {} for kind in FilterKind},
    FilterKind.PERSON: {Special.ME.label: Special.ME},
    FilterKind.TEAM: {Special.MY_TEAM.label: Special.MY_TEAM},
    FilterKind.SPRINT: {
        Special.CURRENT_SPRINT.label: Special.CURRENT_SPRINT,
        "current sprint": Special.CURRENT_SPRINT,
        Special.NEXT_SPRINT.label: Special.NEXT_SPRINT,
        "next sprint": Special.NEXT_SPRINT,
    },
}
