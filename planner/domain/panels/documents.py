"""Filters as JSON, for the API and for pages that build a filter from parts.

``{"and": [...]}``, ``{"or": [...]}``, ``{"not": {...}}`` or ``{"field", "operator", "values"}``; values are as they
are written in a filter's text: "Ready", "8", "today+14d", "yes". ``{"special": "me"}`` is whoever looks.
"""

from collections.abc import Callable, Mapping
from typing import Any

from planner.domain.fields.problems import FieldProblem, shorten
from planner.domain.panels.conditions import BadCondition, check_operator, make_condition, make_value
from planner.domain.panels.fields import PanelField, PanelFields, find_field, name_close_fields
from planner.domain.panels.operators import Operator
from planner.domain.panels.reading import DEEPEST, MOST_CONDITIONS
from planner.domain.panels.tree import EVERYTHING, All, Condition, FilterTree, Not, join_all, join_any
from planner.domain.panels.values import FilterValue, Special, Text
from planner.domain.panels.writing import write_value

_CONDITION_KEYS = {"field", "operator", "values"}
_OPERATORS = {operator.value: operator for operator in Operator}


def tree_to_json(tree: FilterTree) -> dict[str, Any]:
    """The tree as plain JSON; `tree_from_json` reads it back unchanged."""
    if isinstance(tree, Condition):
        values = [_dump_value(value) for value in tree.values]
        return {"field": tree.field, "operator": tree.operator.value, "values": values}
    if isinstance(tree, Not):
        return {"not": tree_to_json(tree.part)}
    return {"and" if isinstance(tree, All) else "or": [tree_to_json(part) for part in tree.parts]}


def tree_from_json(document: object, fields: PanelFields) -> FilterTree:
    """Read a tree; ``{"and": []}`` and ``{}`` let everything pass.

    Raises FieldProblem whose ``field`` is the path of what is wrong, such as ``filter.and[1].values[0]``.
    """
    if document in ({}, {"and": []}):
        return EVERYTHING
    return _Reader(fields).tree(document, "filter", 0)


def _dump_value(value: FilterValue) -> str | dict[str, str]:
    if isinstance(value, Special):
        return {"special": value.value}
    return value.text if isinstance(value, Text) else write_value(value)


class _Reader:
    """Reads one document."""

    def __init__(self, fields: PanelFields) -> None:
        self.fields = fields
        self.count = 0

    def tree(self, part: object, path: str, depth: int) -> FilterTree:
        if depth > DEEPEST:
            raise FieldProblem(f"Nest at most {DEEPEST} deep.", field=path)
        if not isinstance(part, Mapping):
            raise FieldProblem("Send an object with “and”, “or”, “not” or “field”.", field=path)
        if set(part) == {"not"}:
            return Not(self.tree(part["not"], f"{path}.not", depth + 1))
        for word, join in _JOINS.items():
            if set(part) == {word}:
                return join(self.parts(part[word], f"{path}.{word}", depth + 1))
        return self.condition(part, path)

    def parts(self, listed: object, path: str, depth: int) -> list[FilterTree]:
        if not isinstance(listed, list) or not listed:
            raise FieldProblem("Send a list of at least one condition.", field=path)
        return [self.tree(part, f"{path}[{place}]", depth) for place, part in enumerate(listed)]

    def condition(self, part: Mapping[str, object], path: str) -> Condition:
        self.count += 1
        if self.count > MOST_CONDITIONS:
            raise FieldProblem(f"Use at most {MOST_CONDITIONS} conditions.", field=path)
        if unknown := set(part) - _CONDITION_KEYS:
            raise FieldProblem(f"Remove “{shorten(str(min(unknown, key=str)))}”: nothing has that name.", field=path)
        field, operator = self.field(part.get("field"), path), self.operator(part.get("operator"), path)
        try:
            check_operator(field, operator)
            return make_condition(field, operator, self.values(part.get("values", []), field, operator, path))
        except BadCondition as bad:
            place = {"removed_field": "field", "operator": "operator"}.get(bad.code, "values")
            raise FieldProblem(_sentence(str(bad)), field=f"{path}.{place}") from None

    def field(self, name: object, path: str) -> PanelField:
        found = find_field(name, self.fields) if isinstance(name, str) else None
        if found is None:
            hint = name_close_fields(name, self.fields) if isinstance(name, str) else "."
            raise FieldProblem(f"There is no field “{shorten(str(name))}”{hint}", field=f"{path}.field")
        return found

    def operator(self, word: object, path: str) -> Operator:
        found = _OPERATORS.get(word) if isinstance(word, str) else None
        if found is None:
            raise FieldProblem(f"Use one of: {', '.join(_OPERATORS)}.", field=f"{path}.operator")
        return found

    def values(self, listed: object, field: PanelField, operator: Operator, path: str) -> list[FilterValue]:
        if not isinstance(listed, list):
            raise FieldProblem("Send a list of values.", field=f"{path}.values")
        return [self.value(each, field, operator, f"{path}.values[{n}]") for n, each in enumerate(listed)]

    def value(self, given: object, field: PanelField, operator: Operator, path: str) -> FilterValue:
        is_special = isinstance(given, Mapping) and set(given) == {"special"}
        written = _written(given["special"] if is_special and isinstance(given, Mapping) else given, is_special)
        if written is None:
            raise FieldProblem(f"Send {field.kind.label} as text.", field=path)
        try:
            made = make_value(field, operator, written, is_quoted=not is_special)
        except BadCondition as bad:
            raise FieldProblem(_sentence(str(bad)), field=path) from None
        if is_special and not isinstance(made, Special):
            raise FieldProblem(f"“{field.label}” can't be compared with that; send {field.kind.label}.", field=path)
        return made


_JOINS: Mapping[str, Callable[[list[FilterTree]], FilterTree]] = {"and": join_all, "or": join_any}
_SPECIALS = {special.value: special.label for special in Special}


def _written(given: object, is_special: bool) -> str | None:
    if is_special:
        return _SPECIALS.get(str(given))
    if isinstance(given, bool):
        return "yes" if given else "no"
    return str(given) if isinstance(given, str | int | float) else None


def _sentence(message: str) -> str:
    return message[:1].upper() + message[1:]
