"""Writing a filter as text; reading that gives the same tree again."""

from collections.abc import Callable, Mapping
from typing import Any

from planner.domain.panels.operators import Operator
from planner.domain.panels.tree import All, AnyOf, Condition, FilterTree, Not
from planner.domain.panels.values import (
    Day,
    FilterValue,
    Flag,
    Number,
    RelativeDay,
    Special,
    Text,
    write_relative_day,
)


def write_filter(tree: FilterTree) -> str:
    """The filter as text, with field keys; empty where everything passes."""
    if isinstance(tree, Condition):
        return write_condition(tree)
    if isinstance(tree, Not):
        return f"not {_bracket(tree.part)}"
    return (" and " if isinstance(tree, All) else " or ").join(_bracket(part) for part in tree.parts)


def write_condition(condition: Condition) -> str:
    """One condition as text."""
    if condition.operator is Operator.IS and condition.values == (Flag(yes=True),):
        return condition.field
    return " ".join(filter(None, [condition.field, _compare(condition), _write_values(condition)]))


def write_value(value: FilterValue) -> str:
    """One value as text; text in quotes."""
    return _WRITERS[type(value)](value)


def _bracket(part: FilterTree) -> str:
    return f"({write_filter(part)})" if isinstance(part, All | AnyOf) else write_filter(part)


def _compare(condition: Condition) -> str:
    is_of_days = isinstance(condition.values[0], Day | RelativeDay) if condition.values else False
    return condition.operator.day_word if is_of_days else condition.operator.sign


def _write_values(condition: Condition) -> str:
    written = [write_value(value) for value in condition.values]
    if condition.operator is Operator.ANY_OF:
        return f"({', '.join(written)})"
    return " and ".join(written)


def _quote(value: Text) -> str:
    escaped = value.text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


_WRITERS: Mapping[type, Callable[[Any], str]] = {
    Text: _quote,
    Number: lambda value: format(value.value, "f"),
    Flag: lambda value: "yes" if value.yes else "no",
    Day: lambda value: value.day.isoformat(),
    RelativeDay: write_relative_day,
    Special: lambda value: value.label,
}
